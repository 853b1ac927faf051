/**
 * Smallest and largest values, and folds of bits, by group: records of a value (i64 or f64) and an
 * i64 number of rows. Arguments as in accumulate.ts.
 */

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, i: usize): u32 {
  return rows ? load<u32>(rows + (i << 2)) : <u32>i;
}

// @ts-ignore: decorator
@inline
function groupAt(groups: usize, i: usize): usize {
  return groups ? <usize>load<u32>(groups + (i << 2)) : 0;
}

// @ts-ignore: decorator
@inline
function isNull(validity: usize, row: u32): bool {
  return ((load<u8>(validity + <usize>(row >> 3)) >> <u8>(row & 7)) & 1) == 0;
}

// @ts-ignore: decorator
@inline
function offerInteger(record: usize, value: i64, n: i64, largest: bool): void {
  const current = load<i64>(record);
  const seen = load<i64>(record, 8);
  if (seen == 0 || (largest ? value > current : value < current)) store<i64>(record, value);
  store<i64>(record, seen + n, 8);
}

// @ts-ignore: decorator
@inline
function better(best: i64, value: i64, largest: bool): i64 {
  return select<i64>(value, best, largest ? value > best : value < best);
}

/** `count` is a multiple of 4, not 0. */
function extremeLanesI32(values: usize, count: u32, largest: bool): i64 {
  let best = v128.load(values);
  for (let i: usize = 4; i < <usize>count; i += 4) {
    const four = v128.load(values + (i << 2));
    best = largest ? i32x4.max_s(best, four) : i32x4.min_s(best, four);
  }
  const halves = i8x16.shuffle(
    best, best, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  best = largest ? i32x4.max_s(best, halves) : i32x4.min_s(best, halves);
  const a = i32x4.extract_lane(best, 0);
  const b = i32x4.extract_lane(best, 1);
  return largest ? max(a, b) : min(a, b);
}

// @ts-ignore: decorator
@inline
function extremeInteger<T>(
  records: usize, groups: usize, values: usize, validity: usize, rows: usize, count: u32,
  largest: bool,
): void {
  if (groups == 0) {
    let best: i64 = largest ? i64.MIN_VALUE : i64.MAX_VALUE;
    let n: i64 = 0;
    let start: usize = 0;
    if (validity == 0 && rows == 0 && count >= 4 && sizeof<T>() == 4 && isSigned<T>()) {
      start = <usize>count & ~3;
      best = extremeLanesI32(values, <u32>start, largest);
      n = start;
    }
    if (validity == 0) {
      for (let i: usize = start; i < <usize>count; i++) {
        best = better(best, <i64>load<T>(values + <usize>rowAt(rows, i) * sizeof<T>()), largest);
      }
      n = count;
    } else {
      // A NULL stands for the worst value: no branch that depends on the row.
      const worst: i64 = largest ? i64.MIN_VALUE : i64.MAX_VALUE;
      for (let i: usize = 0; i < <usize>count; i++) {
        const row = rowAt(rows, i);
        const valid = !isNull(validity, row);
        const value = <i64>load<T>(values + <usize>row * sizeof<T>());
        best = better(best, select<i64>(value, worst, valid), largest);
        n += valid ? 1 : 0;
      }
    }
    if (n != 0) offerInteger(records, best, n, largest);
    return;
  }
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (validity && isNull(validity, row)) continue;
    const record = records + (<usize>load<u32>(groups + (i << 2)) << 4);
    offerInteger(record, <i64>load<T>(values + <usize>row * sizeof<T>()), 1, largest);
  }
}

export function extremeI16(
  records: usize, groups: usize, values: usize, validity: usize, rows: usize, count: u32,
  largest: bool,
): void {
  if (largest) extremeInteger<i16>(records, groups, values, validity, rows, count, true);
  else extremeInteger<i16>(records, groups, values, validity, rows, count, false);
}

export function extremeI32(
  records: usize, groups: usize, values: usize, validity: usize, rows: usize, count: u32,
  largest: bool,
): void {
  if (largest) extremeInteger<i32>(records, groups, values, validity, rows, count, true);
  else extremeInteger<i32>(records, groups, values, validity, rows, count, false);
}

/** Unsigned 32-bit values: oid and its like. */
export function extremeU32(
  records: usize, groups: usize, values: usize, validity: usize, rows: usize, count: u32,
  largest: bool,
): void {
  if (largest) extremeInteger<u32>(records, groups, values, validity, rows, count, true);
  else extremeInteger<u32>(records, groups, values, validity, rows, count, false);
}

export function extremeI64(
  records: usize, groups: usize, values: usize, validity: usize, rows: usize, count: u32,
  largest: bool,
): void {
  if (largest) extremeInteger<i64>(records, groups, values, validity, rows, count, true);
  else extremeInteger<i64>(records, groups, values, validity, rows, count, false);
}

/** Booleans as 0 and 1: bool_or is the largest, bool_and the smallest. */
export function extremeBits(
  records: usize, groups: usize, values: usize, validity: usize, rows: usize, count: u32,
  largest: bool,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (validity && isNull(validity, row)) continue;
    const record = records + (groupAt(groups, i) << 4);
    offerInteger(record, isNull(values, row) ? 0 : 1, 1, largest);
  }
}

export function mergeIntegerExtremes(
  records: usize, groups: usize, states: usize, offsets: usize, rows: usize, count: u32,
  largest: bool,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const state = states + <usize>load<u32>(offsets + (<usize>rowAt(rows, i) << 2));
    const n = load<i64>(state, 8);
    if (n != 0) offerInteger(records + (groupAt(groups, i) << 4), load<i64>(state), n, largest);
  }
}

// @ts-ignore: decorator
@inline
function offerFloat(record: usize, value: f64, n: i64, largest: bool): void {
  const current = load<f64>(record);
  const seen = load<i64>(record, 8);
  const better = largest
    ? value > current || (value != value && current == current)
    : value < current || (current != current && value == value);
  if (seen == 0 || better) store<f64>(record, value);
  store<i64>(record, seen + n, 8);
}

/** One group: NaNs are counted apart, numbers by lanes where there are no nulls. */
// @ts-ignore: decorator
@inline
function extremeFloatAll<T>(
  records: usize, values: usize, validity: usize, rows: usize, count: u32, largest: bool,
): void {
  let best: f64 = largest ? -Infinity : Infinity;
  let numbers: i64 = 0;
  let n: i64 = 0;
  let start: usize = 0;
  if (validity == 0 && rows == 0 && sizeof<T>() == 8) {
    start = <usize>count & ~1;
    let lanes = f64x2.splat(best);
    let seen = i64x2.splat(0);
    for (let i: usize = 0; i < start; i += 2) {
      const two = v128.load(values + (i << 3));
      lanes = largest ? f64x2.pmax(lanes, two) : f64x2.pmin(lanes, two);
      seen = i64x2.sub(seen, f64x2.eq(two, two));
    }
    const a = f64x2.extract_lane(lanes, 0);
    const b = f64x2.extract_lane(lanes, 1);
    best = largest ? max(a, b) : min(a, b);
    numbers = i64x2.extract_lane(seen, 0) + i64x2.extract_lane(seen, 1);
    n = start;
  }
  for (let i: usize = start; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (validity && isNull(validity, row)) continue;
    const value = <f64>load<T>(values + <usize>row * sizeof<T>());
    n++;
    if (value != value) continue;
    numbers++;
    best = largest ? (value > best ? value : best) : (value < best ? value : best);
  }
  if (numbers != 0) offerFloat(records, best, numbers, largest);
  if (numbers != n) offerFloat(records, NaN, n - numbers, largest);
}

// @ts-ignore: decorator
@inline
function extremeFloat<T>(
  records: usize, groups: usize, values: usize, validity: usize, rows: usize, count: u32,
  largest: bool,
): void {
  if (groups == 0) {
    extremeFloatAll<T>(records, values, validity, rows, count, largest);
    return;
  }
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (validity && isNull(validity, row)) continue;
    const record = records + (groupAt(groups, i) << 4);
    offerFloat(record, <f64>load<T>(values + <usize>row * sizeof<T>()), 1, largest);
  }
}

/** NaN is the largest value, as in PostgreSQL. */
export function extremeF32(
  records: usize, groups: usize, values: usize, validity: usize, rows: usize, count: u32,
  largest: bool,
): void {
  if (largest) extremeFloat<f32>(records, groups, values, validity, rows, count, true);
  else extremeFloat<f32>(records, groups, values, validity, rows, count, false);
}

export function extremeF64(
  records: usize, groups: usize, values: usize, validity: usize, rows: usize, count: u32,
  largest: bool,
): void {
  if (largest) extremeFloat<f64>(records, groups, values, validity, rows, count, true);
  else extremeFloat<f64>(records, groups, values, validity, rows, count, false);
}

export function mergeFloatExtremes(
  records: usize, groups: usize, states: usize, offsets: usize, rows: usize, count: u32,
  largest: bool,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const state = states + <usize>load<u32>(offsets + (<usize>rowAt(rows, i) << 2));
    const n = load<i64>(state, 8);
    if (n != 0) offerFloat(records + (groupAt(groups, i) << 4), load<f64>(state), n, largest);
  }
}

// @ts-ignore: decorator
@inline
function foldBits(record: usize, value: i64, n: i64, operation: u32): void {
  const current = load<i64>(record);
  const seen = load<i64>(record, 8);
  const folded = seen == 0 ? value
    : operation == 0 ? current & value
    : operation == 1 ? current | value
    : current ^ value;
  store<i64>(record, folded);
  store<i64>(record, seen + n, 8);
}

/** bit_and (0), bit_or (1), bit_xor (2) of integers of `width` bytes. */
export function foldIntegers(
  records: usize, groups: usize, values: usize, width: u32, validity: usize, rows: usize,
  count: u32, operation: u32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (validity && isNull(validity, row)) continue;
    const at = values + <usize>row * <usize>width;
    const value: i64 = width == 2 ? load<i16>(at) : width == 4 ? load<i32>(at) : load<i64>(at);
    foldBits(records + (groupAt(groups, i) << 4), value, 1, operation);
  }
}

export function mergeFolds(
  records: usize, groups: usize, states: usize, offsets: usize, rows: usize, count: u32,
  operation: u32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const state = states + <usize>load<u32>(offsets + (<usize>rowAt(rows, i) << 2));
    const n = load<i64>(state, 8);
    if (n != 0) foldBits(records + (groupAt(groups, i) << 4), load<i64>(state), n, operation);
  }
}
