/**
 * Sums of values and of their squares by group, for variance and standard deviation.
 *
 *     floats    f64 n, f64 sum, f64 squared deviations            24 bytes
 *     integers  i64 n, i128 sum, i192 sum of squares              48 bytes
 *
 * Floats by Youngs and Cramer's updates, as PostgreSQL's float8_accum and float8_combine;
 * integers exactly. `groups`, `validity` and `rows` may be 0, as in accumulate.ts.
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

export function momentsOfFloats(
  records: usize, groups: usize, values: usize, width: u32, validity: usize, rows: usize,
  count: u32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (validity && isNull(validity, row)) continue;
    const record = records + groupAt(groups, i) * 24;
    const at = values + <usize>row * <usize>width;
    const value: f64 = width == 4 ? <f64>load<f32>(at) : load<f64>(at);
    const n = load<f64>(record) + 1;
    const sum = load<f64>(record, 8) + value;
    let squares = load<f64>(record, 16);
    if (n > 1) {
      const deviation = value * n - sum;
      squares += (deviation * deviation) / (n * (n - 1));
    } else if (value - value != 0) {
      squares = NaN;
    }
    store<f64>(record, n);
    store<f64>(record, sum, 8);
    store<f64>(record, squares, 16);
  }
}

export function mergeFloatMoments(
  records: usize, groups: usize, states: usize, offsets: usize, rows: usize, count: u32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const state = states + <usize>load<u32>(offsets + (<usize>rowAt(rows, i) << 2));
    const record = records + groupAt(groups, i) * 24;
    const m = load<f64>(state);
    if (m == 0) continue;
    const n = load<f64>(record);
    const sum = load<f64>(record, 8);
    const otherSum = load<f64>(state, 8);
    if (n == 0) {
      memory.copy(record, state, 24);
      continue;
    }
    const distance = sum / n - otherSum / m;
    const between = (n * m * distance * distance) / (n + m);
    store<f64>(record, n + m);
    store<f64>(record, sum + otherSum, 8);
    store<f64>(record, load<f64>(record, 16) + load<f64>(state, 16) + between, 16);
  }
}

// @ts-ignore: decorator
@inline
function addWithCarry(at: usize, word: u64, carry: u64): u64 {
  const before = load<u64>(at);
  const sum = before + word;
  const total = sum + carry;
  store<u64>(at, total);
  return (sum < before ? 1 : 0) + (total < sum ? 1 : 0);
}

export function momentsOfIntegers(
  records: usize, groups: usize, values: usize, width: u32, validity: usize, rows: usize,
  count: u32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (validity && isNull(validity, row)) continue;
    const record = records + groupAt(groups, i) * 48;
    const at = values + <usize>row * <usize>width;
    const value: i64 = width == 2 ? load<i16>(at) : width == 4 ? load<i32>(at) : load<i64>(at);
    store<i64>(record, load<i64>(record) + 1);
    const carry = addWithCarry(record + 8, <u64>value, 0);
    addWithCarry(record + 16, <u64>(value >> 63), carry);
    const size: u64 = value < 0 ? 0 - <u64>value : <u64>value;
    const low = size & 0xffffffff;
    const high = size >> 32;
    const cross = low * high;
    const bottom = low * low;
    const square = bottom + (cross << 33);
    const top = high * high + (cross >> 31) + (square < bottom ? 1 : 0);
    const middle = addWithCarry(record + 24, square, 0);
    const last = addWithCarry(record + 32, top, middle);
    addWithCarry(record + 40, 0, last);
  }
}

export function mergeIntegerMoments(
  records: usize, groups: usize, states: usize, offsets: usize, rows: usize, count: u32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const state = states + <usize>load<u32>(offsets + (<usize>rowAt(rows, i) << 2));
    const record = records + groupAt(groups, i) * 48;
    store<i64>(record, load<i64>(record) + load<i64>(state));
    const carry = addWithCarry(record + 8, load<u64>(state, 8), 0);
    addWithCarry(record + 16, load<u64>(state, 16), carry);
    const middle = addWithCarry(record + 24, load<u64>(state, 24), 0);
    const last = addWithCarry(record + 32, load<u64>(state, 32), middle);
    addWithCarry(record + 40, load<u64>(state, 40), last);
  }
}
