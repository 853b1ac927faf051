/**
 * Grouped folds: one fixed-size record per group, zero before its first row.
 *
 *     count     i64 n
 *     sum64     i64 sum, i64 n                     int2, int4: the sum cannot overflow
 *     sum128    i64 low, i64 high, i64 n           int8
 *     sumFloat  f64 sum, i64 n                     (float4 sums: rounded to f32 at every step)
 *     extreme   i64 or f64 value, i64 n
 *     bits      i64 value, i64 n
 *
 * `groups` is a u32 group per position, 0 when all rows are of group 0. `rows` is a u32 row per
 * position, 0 for rows 0 … count-1. `validity` is a bitmap by row, 0 when no row is null.
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

export function countRows(records: usize, groups: usize, count: u32): void {
  if (groups == 0) {
    store<i64>(records, load<i64>(records) + <i64>count);
    return;
  }
  for (let i: usize = 0; i < <usize>count; i++) {
    const record = records + (<usize>load<u32>(groups + (i << 2)) << 3);
    store<i64>(record, load<i64>(record) + 1);
  }
}

export function countValid(
  records: usize, groups: usize, validity: usize, rows: usize, count: u32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const record = records + (groupAt(groups, i) << 3);
    store<i64>(record, load<i64>(record) + (isNull(validity, rowAt(rows, i)) ? 0 : 1));
  }
}

export function mergeCounts(
  records: usize, groups: usize, states: usize, offsets: usize, rows: usize, count: u32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const record = records + (groupAt(groups, i) << 3);
    const state = states + <usize>load<u32>(offsets + (<usize>rowAt(rows, i) << 2));
    store<i64>(record, load<i64>(record) + load<i64>(state));
  }
}

// @ts-ignore: decorator
@inline
function addSum64(record: usize, value: i64, n: i64): void {
  store<i64>(record, load<i64>(record) + value);
  store<i64>(record, load<i64>(record, 8) + n, 8);
}

/** `count` is a multiple of 4. */
function sumLanesI32(values: usize, count: u32): i64 {
  let a = i64x2.splat(0);
  let b = a;
  for (let i: usize = 0; i < <usize>count; i += 4) {
    const four = v128.load(values + (i << 2));
    a = i64x2.add(a, i64x2.extend_low_i32x4_s(four));
    b = i64x2.add(b, i64x2.extend_high_i32x4_s(four));
  }
  const all = i64x2.add(a, b);
  return i64x2.extract_lane(all, 0) + i64x2.extract_lane(all, 1);
}

// @ts-ignore: decorator
@inline
function sum64Of<T>(
  records: usize, groups: usize, values: usize, validity: usize, rows: usize, count: u32,
): void {
  if (groups == 0) {
    let sum: i64 = 0;
    let n: i64 = 0;
    let start: usize = 0;
    if (validity == 0 && rows == 0 && sizeof<T>() == 4) {
      start = <usize>count & ~3;
      sum = sumLanesI32(values, <u32>start);
      n = start;
    }
    for (let i: usize = start; i < <usize>count; i++) {
      const row = rowAt(rows, i);
      if (validity && isNull(validity, row)) continue;
      sum += <i64>load<T>(values + <usize>row * sizeof<T>());
      n++;
    }
    addSum64(records, sum, n);
    return;
  }
  if (validity == 0 && rows == 0) {
    for (let i: usize = 0; i < <usize>count; i++) {
      const record = records + (<usize>load<u32>(groups + (i << 2)) << 4);
      addSum64(record, <i64>load<T>(values + i * sizeof<T>()), 1);
    }
    return;
  }
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (validity && isNull(validity, row)) continue;
    const record = records + (<usize>load<u32>(groups + (i << 2)) << 4);
    addSum64(record, <i64>load<T>(values + <usize>row * sizeof<T>()), 1);
  }
}

export function sumI16(
  records: usize, groups: usize, values: usize, validity: usize, rows: usize, count: u32,
): void {
  sum64Of<i16>(records, groups, values, validity, rows, count);
}

export function sumI32(
  records: usize, groups: usize, values: usize, validity: usize, rows: usize, count: u32,
): void {
  sum64Of<i32>(records, groups, values, validity, rows, count);
}

export function mergeSums64(
  records: usize, groups: usize, states: usize, offsets: usize, rows: usize, count: u32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const state = states + <usize>load<u32>(offsets + (<usize>rowAt(rows, i) << 2));
    addSum64(records + (groupAt(groups, i) << 4), load<i64>(state), load<i64>(state, 8));
  }
}

// @ts-ignore: decorator
@inline
function add128(record: usize, low: i64, high: i64): void {
  const sum = load<i64>(record) + low;
  const carry: i64 = <u64>sum < <u64>low ? 1 : 0;
  store<i64>(record, sum);
  store<i64>(record, load<i64>(record, 8) + high + carry, 8);
}

/** Adds `count` values, a multiple of 2, to a record: halves of 32 bits cannot overflow a lane. */
function sumLanesI64(record: usize, values: usize, count: u32): void {
  const mask = i64x2.splat(0xffffffff);
  let lower = i64x2.splat(0);
  let upper = lower;
  for (let i: usize = 0; i < <usize>count; i += 2) {
    const two = v128.load(values + (i << 3));
    lower = i64x2.add(lower, v128.and(two, mask));
    upper = i64x2.add(upper, i64x2.shr_s(two, 32));
  }
  add128(record, i64x2.extract_lane(lower, 0) + i64x2.extract_lane(lower, 1), 0);
  const high = i64x2.extract_lane(upper, 0) + i64x2.extract_lane(upper, 1);
  add128(record, high << 32, high >> 32);
}

export function sumI64(
  records: usize, groups: usize, values: usize, validity: usize, rows: usize, count: u32,
): void {
  if (groups == 0) {
    let low: i64 = 0;
    let high: i64 = 0;
    let n: i64 = 0;
    let start: usize = 0;
    if (validity == 0 && rows == 0) {
      start = <usize>count & ~1;
      sumLanesI64(records, values, <u32>start);
      n = start;
    }
    // Halves of 32 bits: so few rows come at once that neither sum can overflow.
    for (let i: usize = start; i < <usize>count; i++) {
      const row = rowAt(rows, i);
      const valid: i64 = validity == 0 || !isNull(validity, row) ? 1 : 0;
      const value = load<i64>(values + ((<usize>row) << 3)) & -valid;
      low += value & 0xffffffff;
      high += value >> 32;
      n += valid;
    }
    add128(records, low, 0);
    add128(records, high << 32, high >> 32);
    store<i64>(records, load<i64>(records, 16) + n, 16);
    return;
  }
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (validity && isNull(validity, row)) continue;
    const record = records + <usize>load<u32>(groups + (i << 2)) * 24;
    const value = load<i64>(values + ((<usize>row) << 3));
    add128(record, value, value >> 63);
    store<i64>(record, load<i64>(record, 16) + 1, 16);
  }
}

export function mergeSums128(
  records: usize, groups: usize, states: usize, offsets: usize, rows: usize, count: u32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const state = states + <usize>load<u32>(offsets + (<usize>rowAt(rows, i) << 2));
    const record = records + groupAt(groups, i) * 24;
    add128(record, load<i64>(state), load<i64>(state, 8));
    store<i64>(record, load<i64>(record, 16) + load<i64>(state, 16), 16);
  }
}

/** Rows from which a float sum goes by lanes, so that few rows add up in PostgreSQL's order. */
const LANES_FROM: u32 = 4096;

function sumLanes64(values: usize, count: u32): f64 {
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let i: usize = 0;
  for (; i + 8 <= <usize>count; i += 8) {
    const at = values + (i << 3);
    a = f64x2.add(a, v128.load(at));
    b = f64x2.add(b, v128.load(at, 16));
    c = f64x2.add(c, v128.load(at, 32));
    d = f64x2.add(d, v128.load(at, 48));
  }
  const all = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  let sum = f64x2.extract_lane(all, 0) + f64x2.extract_lane(all, 1);
  for (; i < <usize>count; i++) sum += load<f64>(values + (i << 3));
  return sum;
}

function sumLanes32(values: usize, count: u32): f64 {
  let a = f64x2.splat(0);
  let b = a;
  let i: usize = 0;
  for (; i + 4 <= <usize>count; i += 4) {
    const four = v128.load(values + (i << 2));
    a = f64x2.add(a, f64x2.promote_low_f32x4(four));
    b = f64x2.add(b, f64x2.promote_low_f32x4(i8x16.shuffle(
      four, four, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)));
  }
  const all = f64x2.add(a, b);
  let sum = f64x2.extract_lane(all, 0) + f64x2.extract_lane(all, 1);
  for (; i < <usize>count; i++) sum += <f64>load<f32>(values + (i << 2));
  return sum;
}

// @ts-ignore: decorator
@inline
function sumFloatOf<T>(
  records: usize, groups: usize, values: usize, validity: usize, rows: usize, count: u32,
): void {
  if (groups == 0) {
    if (validity == 0 && rows == 0 && count >= LANES_FROM) {
      const lanes = sizeof<T>() == 8 ? sumLanes64(values, count) : sumLanes32(values, count);
      store<f64>(records, load<f64>(records) + lanes);
      store<i64>(records, load<i64>(records, 8) + <i64>count, 8);
      return;
    }
    let sum = load<f64>(records);
    let n: i64 = 0;
    for (let i: usize = 0; i < <usize>count; i++) {
      const row = rowAt(rows, i);
      if (validity && isNull(validity, row)) continue;
      sum += <f64>load<T>(values + <usize>row * sizeof<T>());
      n++;
    }
    store<f64>(records, sum);
    store<i64>(records, load<i64>(records, 8) + n, 8);
    return;
  }
  if (validity == 0 && rows == 0) {
    for (let i: usize = 0; i < <usize>count; i++) {
      const record = records + (<usize>load<u32>(groups + (i << 2)) << 4);
      store<f64>(record, load<f64>(record) + <f64>load<T>(values + i * sizeof<T>()));
      store<i64>(record, load<i64>(record, 8) + 1, 8);
    }
    return;
  }
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (validity && isNull(validity, row)) continue;
    const record = records + (<usize>load<u32>(groups + (i << 2)) << 4);
    const value = <f64>load<T>(values + <usize>row * sizeof<T>());
    store<f64>(record, load<f64>(record) + value);
    store<i64>(record, load<i64>(record, 8) + 1, 8);
  }
}

export function sumF64(
  records: usize, groups: usize, values: usize, validity: usize, rows: usize, count: u32,
): void {
  sumFloatOf<f64>(records, groups, values, validity, rows, count);
}

/** Sums float4 values as float8: for avg. */
export function sumWidenedF32(
  records: usize, groups: usize, values: usize, validity: usize, rows: usize, count: u32,
): void {
  sumFloatOf<f32>(records, groups, values, validity, rows, count);
}

/** Sums float4 values in float4, as PostgreSQL's sum(real) does. */
export function sumF32(
  records: usize, groups: usize, values: usize, validity: usize, rows: usize, count: u32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (validity && isNull(validity, row)) continue;
    const record = records + (groupAt(groups, i) << 4);
    const sum = <f32>load<f64>(record) + load<f32>(values + ((<usize>row) << 2));
    store<f64>(record, <f64>sum);
    store<i64>(record, load<i64>(record, 8) + 1, 8);
  }
}

export function mergeFloatSums(
  records: usize, groups: usize, states: usize, offsets: usize, rows: usize, count: u32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const state = states + <usize>load<u32>(offsets + (<usize>rowAt(rows, i) << 2));
    const record = records + (groupAt(groups, i) << 4);
    store<f64>(record, load<f64>(record) + load<f64>(state));
    store<i64>(record, load<i64>(record, 8) + load<i64>(state, 8), 8);
  }
}

/** Validity bits of records of `width` bytes: 1 where the i64 at `at` is at least `least`. */
export function recordsSeen(
  records: usize, width: u32, at: u32, least: u32, count: u32, out: usize,
): u32 {
  let seen: u32 = 0;
  for (let i: u32 = 0; i < count; i += 8) {
    let byte: u32 = 0;
    const n = min<u32>(8, count - i);
    for (let j: u32 = 0; j < n; j++) {
      const record = records + <usize>(i + j) * <usize>width;
      byte |= (load<i64>(record + <usize>at) >= <i64>least ? 1 : 0) << j;
    }
    seen += popcnt<u32>(byte);
    store<u8>(out + <usize>(i >> 3), <u8>byte);
  }
  return seen;
}

/** out[i] = the u64 at `at` of record i. */
export function recordWords(
  records: usize, width: u32, at: u32, count: u32, out: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<u64>(out + (i << 3), load<u64>(records + i * <usize>width + <usize>at));
  }
}

export function f32OfF64(values: usize, count: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<f32>(out + (i << 2), <f32>load<f64>(values + (i << 3)));
  }
}

/** out[i] = f64 at 0 divided by i64 at 8 of 16-byte records. */
export function recordMeans(records: usize, count: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const record = records + (i << 4);
    store<f64>(out + (i << 3), load<f64>(record) / <f64>load<i64>(record, 8));
  }
}

/** Positions in the ascending `rows` (0: all rows) of the ascending `chosen` rows. */
export function positionsOf(rows: usize, chosen: usize, count: u32, out: usize): void {
  let position: u32 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<u32>(chosen + (i << 2));
    if (rows == 0) position = row;
    else while (load<u32>(rows + ((<usize>position) << 2)) != row) position++;
    store<u32>(out + (i << 2), position);
  }
}

/** Whether a float of `width` bytes at the rows is infinite or NaN: such a value times 0 is NaN. */
export function hasNonFinite(values: usize, width: u32, rows: usize, count: u32): bool {
  let sum: f64 = 0;
  let start: usize = 0;
  if (rows == 0 && width == 8) {
    start = <usize>count & ~1;
    let lanes = f64x2.splat(0);
    const zero = lanes;
    for (let i: usize = 0; i < start; i += 2) {
      lanes = f64x2.add(lanes, f64x2.mul(v128.load(values + (i << 3)), zero));
    }
    sum = f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
  }
  for (let i: usize = start; i < <usize>count; i++) {
    const at = values + <usize>rowAt(rows, i) * <usize>width;
    sum += 0 * (width == 4 ? <f64>load<f32>(at) : load<f64>(at));
  }
  return sum != 0;
}

/** Whether the f64 at the start of a record of 16 bytes is infinite. */
export function hasInfiniteSum(records: usize, count: u32): bool {
  for (let i: usize = 0; i < <usize>count; i++) {
    const sum = load<f64>(records + (i << 4));
    if (sum - sum != 0 && sum == sum) return true;
  }
  return false;
}
