/**
 * Percentile sketches by group: all values while they are few, then counts per bucket of values.
 *
 * A value's bucket is the top 19 bits of its float8 in an order-preserving form: sign, exponent and
 * 7 bits of fraction, so a bucket is at most 0.8 % wide.
 *
 *     record, 40 bytes   0 f64 min · 8 f64 max · 16 i64 n · 24 u32 data · 28 u32 capacity
 *                        32 u32 first bucket, or RAW
 *     data               RAW: n of `capacity` f64 values; else `capacity` u32 counts, of buckets
 *                        first … first + capacity - 1
 *     pool, 12 bytes     0 u32 next free byte · 4 u32 end · 8 u32 bytes that were wanting
 *     sketch, bytes      u8 2 · u64 n · f64 min · f64 max, then for n <= 32 the values as f64,
 *                        else u32 bucket count and per bucket, ascending, two LEB128 numbers: the
 *                        distance from the bucket before, and the count of values in it
 *
 * Kernels that find the pool empty stop at a position before which all is done; the caller fills
 * the pool with at least the bytes wanted and calls again.
 */

const RAW: u32 = 0xffffffff;
const BUCKETS: u32 = 1 << 19;
const FIRST_CAPACITY: u32 = 32;
const RAW_MAX: u32 = 256;
const RECORD: usize = 40;
const VERSION: u8 = 2;
const HEAD: usize = 25;
const EXACT_MAX: i64 = 32;
const FAILED: u32 = 0xffffffff;

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
function bucketOf(value: f64): u32 {
  const bits = reinterpret<u64>(value + 0.0);
  const ordered = <i64>bits < 0 ? ~bits : bits | 0x8000000000000000;
  return <u32>(ordered >> 45);
}

/** The smallest float8 of a bucket. */
function bucketStart(bucket: u32): f64 {
  const ordered = <u64>bucket << 45;
  const bits = <i64>ordered < 0 ? ordered ^ 0x8000000000000000 : ~ordered;
  return reinterpret<f64>(bits);
}

/** Memory from the pool, or 0 when it has not enough. */
function take(pool: usize, bytes: u32): usize {
  const size = (bytes + 63) & ~63;
  const next = load<u32>(pool);
  if (load<u32>(pool, 4) - next < size) {
    store<u32>(pool, size, 8);
    return 0;
  }
  store<u32>(pool, next + size);
  return <usize>next;
}

// @ts-ignore: decorator
@inline
function addCount(record: usize, bucket: u32, count: u32): void {
  const cell = <usize>load<u32>(record, 24) + (<usize>(bucket - load<u32>(record, 32)) << 2);
  store<u32>(cell, load<u32>(cell) + count);
}

// @ts-ignore: decorator
@inline
function addExtremes(record: usize, low: f64, high: f64, n: i64): void {
  const before = load<i64>(record, 16);
  if (before == 0 || low < load<f64>(record)) store<f64>(record, low);
  if (before == 0 || high > load<f64>(record, 8)) store<f64>(record, high, 8);
  store<i64>(record, before + n, 16);
}

/** Makes the record one of buckets that hold `low` to `high` too; false: the pool is empty. */
function widen(record: usize, low: f64, high: f64, pool: usize): bool {
  const n = load<i64>(record, 16);
  const isRaw = load<u32>(record, 32) == RAW;
  let least = low;
  let most = high;
  if (n > 0 && load<f64>(record) < least) least = load<f64>(record);
  if (n > 0 && load<f64>(record, 8) > most) most = load<f64>(record, 8);
  let first = bucketOf(least) & ~127;
  let end = (bucketOf(most) | 127) + 1;
  if (!isRaw) {
    const knownFirst = load<u32>(record, 32);
    const knownEnd = knownFirst + load<u32>(record, 28);
    // More than needed, so that a slowly growing range does not copy at every step.
    first = first < knownFirst ? (first > 128 ? first - 128 : 0) : knownFirst;
    end = end > knownEnd ? min<u32>(end + 128, BUCKETS) : knownEnd;
  }
  const counts = take(pool, (end - first) << 2);
  if (counts == 0) return false;
  memory.fill(counts, 0, <usize>(end - first) << 2);
  const data = <usize>load<u32>(record, 24);
  const capacity = load<u32>(record, 28);
  const firstBefore = load<u32>(record, 32);
  store<u32>(record, <u32>counts, 24);
  store<u32>(record, end - first, 28);
  store<u32>(record, first, 32);
  if (isRaw) {
    for (let i: usize = 0; i < <usize>n; i++) {
      addCount(record, bucketOf(load<f64>(data + (i << 3))), 1);
    }
  } else {
    memory.copy(counts + (<usize>(firstBefore - first) << 2), data, <usize>capacity << 2);
  }
  return true;
}

/** Room for n more values from `low` to `high`; false: the pool is empty. */
// @ts-ignore: decorator
@inline
function hasRoom(record: usize, n: u32, low: f64, high: f64, pool: usize): bool {
  const first = load<u32>(record, 32);
  if (first != RAW) {
    const capacity = load<u32>(record, 28);
    if (bucketOf(low) - first < capacity && bucketOf(high) - first < capacity) return true;
    return widen(record, low, high, pool);
  }
  if (load<i64>(record, 16) + <i64>n <= <i64>load<u32>(record, 28)) return true;
  return growRaw(record, n, low, high, pool);
}

function growRaw(record: usize, n: u32, low: f64, high: f64, pool: usize): bool {
  const used = <u32>load<i64>(record, 16);
  const total = <u64>used + <u64>n;
  if (total > <u64>RAW_MAX) return widen(record, low, high, pool);
  const capacity = total <= <u64>FIRST_CAPACITY ? FIRST_CAPACITY : RAW_MAX;
  const data = take(pool, capacity << 3);
  if (data == 0) return false;
  memory.copy(data, <usize>load<u32>(record, 24), <usize>used << 3);
  store<u32>(record, <u32>data, 24);
  store<u32>(record, capacity, 28);
  return true;
}

/** Adds a value that the record has room for. */
// @ts-ignore: decorator
@inline
function add(record: usize, value: f64): void {
  if (load<u32>(record, 32) == RAW) {
    const at = <usize>load<u32>(record, 24) + (<usize>load<i64>(record, 16) << 3);
    store<f64>(at, value);
  } else {
    addCount(record, bucketOf(value), 1);
  }
  addExtremes(record, value, value, 1);
}

export function clearSketches(records: usize, count: u32): void {
  memory.fill(records, 0, <usize>count * RECORD);
  for (let i: usize = 0; i < <usize>count; i++) store<u32>(records + i * RECORD, RAW, 32);
}

export function sketchValues(
  records: usize, groups: usize, values: usize, validity: usize, rows: usize, count: u32,
  from: u32, pool: usize,
): u32 {
  for (let i = <usize>from; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (validity && isNull(validity, row)) continue;
    const value = load<f64>(values + ((<usize>row) << 3));
    if (value - value != 0) continue;
    const record = records + groupAt(groups, i) * RECORD;
    if (!hasRoom(record, 1, value, value, pool)) return <u32>i;
    add(record, value);
  }
  return count;
}

/** Where a LEB128 number ends that began at `at`; 0 when it does not end before `end`. */
// @ts-ignore: decorator
@inline
function numberEnd(at: usize, end: usize): usize {
  let next = at;
  while (next < end && load<u8>(next) >= 128) next++;
  return next < end && next - at < 5 ? next + 1 : 0;
}

// @ts-ignore: decorator
@inline
function numberAt(at: usize, end: usize): u32 {
  let value: u32 = 0;
  let shift: u32 = 0;
  for (let next = at; next < end; next++) {
    value |= (<u32>load<u8>(next) & 127) << shift;
    shift += 7;
  }
  return value;
}

/** Whether the bytes are a whole sketch whose buckets lie between its extremes. */
function isSketch(at: usize, size: u32): bool {
  if (<usize>size < HEAD || load<u8>(at) != VERSION) return false;
  const n = load<i64>(at, 1);
  if (n < 0) return false;
  const low = load<f64>(at, 9);
  const high = load<f64>(at, 17);
  if (n <= EXACT_MAX) return <usize>size == HEAD + (<usize>n << 3) && areBetween(at, n, low, high);
  if (<usize>size < HEAD + 4 || !(low <= high) || low - low != 0 || high - high != 0) return false;
  const last = bucketOf(high);
  const end = at + <usize>size;
  const buckets = load<u32>(at + HEAD);
  let next = at + HEAD + 4;
  let bucket: u32 = 0;
  let sum: i64 = 0;
  for (let i: u32 = 0; i < buckets; i++) {
    const distanceEnd = numberEnd(next, end);
    const countEnd: usize = distanceEnd == 0 ? 0 : numberEnd(distanceEnd, end);
    if (countEnd == 0) return false;
    const distance = numberAt(next, distanceEnd);
    if (distance > BUCKETS) return false;
    bucket += distance;
    sum += <i64>numberAt(distanceEnd, countEnd);
    if (bucket > last || (i == 0 && bucket < bucketOf(low))) return false;
    next = countEnd;
  }
  return next == end && sum == n;
}

/** Whether the values are finite and lie between the extremes. */
function areBetween(at: usize, n: i64, low: f64, high: f64): bool {
  for (let i: usize = 0; i < <usize>n; i++) {
    const value = load<f64>(at + HEAD + (i << 3));
    if (value - value != 0 || !(value >= low && value <= high)) return false;
  }
  return true;
}

/** Adds sketches to records; stops as the others do, or answers 2^32 - 1 at bytes that are none. */
export function mergeSketches(
  records: usize, groups: usize, states: usize, offsets: usize, validity: usize, rows: usize,
  count: u32, from: u32, pool: usize,
): u32 {
  for (let i = <usize>from; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (validity && isNull(validity, row)) continue;
    const start = load<u32>(offsets + ((<usize>row) << 2));
    const size = load<u32>(offsets + ((<usize>row) << 2), 4) - start;
    if (size == 0) continue;
    const at = states + <usize>start;
    if (!isSketch(at, size)) return FAILED;
    if (!mergeSketch(records + groupAt(groups, i) * RECORD, at, pool)) return <u32>i;
  }
  return count;
}

function mergeSketch(record: usize, at: usize, pool: usize): bool {
  const n = load<i64>(at, 1);
  if (n == 0) return true;
  const low = load<f64>(at, 9);
  const high = load<f64>(at, 17);
  const values = at + HEAD;
  if (n <= EXACT_MAX) {
    if (!hasRoom(record, <u32>n, low, high, pool)) return false;
    for (let i: usize = 0; i < <usize>n; i++) add(record, load<f64>(values + (i << 3)));
    return true;
  }
  if (!hasRoom(record, RAW_MAX + 1, low, high, pool)) return false;
  const buckets = load<u32>(values);
  let next = values + 4;
  let bucket: u32 = 0;
  for (let i: u32 = 0; i < buckets; i++) {
    const distanceEnd = numberEnd(next, ~(<usize>0));
    bucket += numberAt(next, distanceEnd);
    next = numberEnd(distanceEnd, ~(<usize>0));
    addCount(record, bucket, numberAt(distanceEnd, next));
  }
  addExtremes(record, low, high, n);
  return true;
}

/** Bytes that the sketches of `count` records take at most. */
export function sketchBytesMax(records: usize, count: u32): u32 {
  let total: usize = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const record = records + i * RECORD;
    const n = load<i64>(record, 16);
    const capacity = <i64>load<u32>(record, 28);
    total += HEAD + 4 + (<usize>(n < capacity ? n : capacity) << 3);
  }
  return <u32>total;
}

/** Sketches of `count` records at `out`, offsets from 0; `scratch` is for 256 u32. */
export function encodeSketches(
  records: usize, count: u32, offsets: usize, out: usize, scratch: usize,
): void {
  let end = out;
  store<u32>(offsets, 0);
  for (let i: usize = 0; i < <usize>count; i++) {
    const record = records + i * RECORD;
    const n = load<i64>(record, 16);
    store<u8>(end, VERSION);
    store<i64>(end, n, 1);
    store<f64>(end, load<f64>(record), 9);
    store<f64>(end, load<f64>(record, 8), 17);
    end += HEAD;
    const data = <usize>load<u32>(record, 24);
    const first = load<u32>(record, 32);
    if (first != RAW) end = encodeCounts(data, load<u32>(record, 28), first, end);
    else if (n > EXACT_MAX) end = encodeValues(data, <u32>n, scratch, end);
    else {
      memory.copy(end, data, <usize>n << 3);
      end += <usize>n << 3;
    }
    store<u32>(offsets + (i << 2), <u32>(end - out), 4);
  }
}

// @ts-ignore: decorator
@inline
function putNumber(at: usize, value: u32): usize {
  let end = at;
  let rest = value;
  while (rest >= 128) {
    store<u8>(end++, <u8>(rest | 128));
    rest >>= 7;
  }
  store<u8>(end++, <u8>rest);
  return end;
}

function encodeCounts(counts: usize, capacity: u32, first: u32, out: usize): usize {
  let end = out + 4;
  let buckets: u32 = 0;
  let before: u32 = 0;
  for (let i: u32 = 0; i < capacity; i += 4) {
    if (!v128.any_true(v128.load(counts + (<usize>i << 2)))) continue;
    for (let j = i; j < i + 4; j++) {
      const count = load<u32>(counts + (<usize>j << 2));
      if (count == 0) continue;
      end = putNumber(putNumber(end, first + j - before), count);
      before = first + j;
      buckets++;
    }
  }
  store<u32>(out, buckets);
  return end;
}

function encodeValues(values: usize, n: u32, scratch: usize, out: usize): usize {
  for (let i: usize = 0; i < <usize>n; i++) {
    store<u32>(scratch + (i << 2), bucketOf(load<f64>(values + (i << 3))));
  }
  sort<u32>(scratch, n);
  let end = out + 4;
  let buckets: u32 = 0;
  let before: u32 = 0;
  for (let i: u32 = 0; i < n; ) {
    const bucket = load<u32>(scratch + (<usize>i << 2));
    let next = i + 1;
    while (next < n && load<u32>(scratch + (<usize>next << 2)) == bucket) next++;
    end = putNumber(putNumber(end, bucket - before), next - i);
    before = bucket;
    buckets++;
    i = next;
  }
  store<u32>(out, buckets);
  return end;
}

/** Shell's sort with Ciura's gaps: for at most a few hundred values. */
function sort<T>(at: usize, count: u32): void {
  for (let gap: u32 = 57; gap > 0; gap = gap == 57 ? 23 : gap == 23 ? 10 : gap == 10 ? 4 : gap >> 2) {
    for (let i = gap; i < count; i++) {
      const value = load<T>(at + <usize>i * sizeof<T>());
      let j = i;
      while (j >= gap && load<T>(at + <usize>(j - gap) * sizeof<T>()) > value) {
        store<T>(at + <usize>j * sizeof<T>(), load<T>(at + <usize>(j - gap) * sizeof<T>()));
        j -= gap;
      }
      store<T>(at + <usize>j * sizeof<T>(), value);
    }
  }
}

/**
 * The value at a fraction 0 … 1 of each row's sketch, by row; flags tell where there is one (a
 * sketch of no values has none). `fractionStep` is the distance of the fractions in bytes, 0 for
 * one of all rows. Returns the position of a fraction outside or of bytes that are no sketch,
 * `count` when there is none. `scratch` is for 32 f64.
 */
export function percentiles(
  fractions: usize, fractionStep: u32, states: usize, offsets: usize, rows: usize, count: u32,
  out: usize, flags: usize, scratch: usize,
): u32 {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = <usize>rowAt(rows, i);
    const fraction = load<f64>(fractions + row * <usize>fractionStep);
    if (!(fraction >= 0 && fraction <= 1)) return <u32>i;
    const start = load<u32>(offsets + (row << 2));
    const size = load<u32>(offsets + (row << 2), 4) - start;
    const at = states + <usize>start;
    if (!isSketch(at, size)) return <u32>i;
    const n = load<i64>(at, 1);
    store<u8>(flags + row, n > 0 ? 1 : 0);
    store<f64>(out + (row << 3), n > 0 ? percentile(fraction, at, n, scratch) : 0);
  }
  return count;
}

/** As percentile_cont: between two values in order, by their distance from the rank. */
function percentile(fraction: f64, at: usize, n: i64, scratch: usize): f64 {
  const low = load<f64>(at, 9);
  const high = load<f64>(at, 17);
  if (fraction == 0) return low;
  if (fraction == 1) return high;
  const rank = fraction * <f64>(n - 1);
  const place = Math.floor(rank);
  const values = at + HEAD;
  let a: f64;
  let b: f64;
  if (n <= EXACT_MAX) {
    memory.copy(scratch, values, <usize>n << 3);
    sort<f64>(scratch, <u32>n);
    a = load<f64>(scratch + (<usize>place << 3));
    b = load<f64>(scratch + (<usize>Math.ceil(rank) << 3));
  } else {
    a = valueAt(at, place);
    b = place == rank ? a : valueAt(at, place + 1);
  }
  return a + (rank - place) * (b - a);
}

/** An estimate of the value at a place in the order: values lie evenly in their bucket. */
function valueAt(at: usize, place: f64): f64 {
  const buckets = load<u32>(at + HEAD);
  let next = at + HEAD + 4;
  let bucket: u32 = 0;
  let before: f64 = 0;
  for (let i: u32 = 0; i < buckets; i++) {
    const distanceEnd = numberEnd(next, ~(<usize>0));
    bucket += numberAt(next, distanceEnd);
    next = numberEnd(distanceEnd, ~(<usize>0));
    const count = <f64>numberAt(distanceEnd, next);
    if (place < before + count) {
      const start = bucketStart(bucket);
      const end = bucketStart(bucket + 1);
      const low = start > load<f64>(at, 9) ? start : load<f64>(at, 9);
      const high = end < load<f64>(at, 17) ? end : load<f64>(at, 17);
      return low + (high - low) * ((place - before + 0.5) / count);
    }
    before += count;
  }
  return load<f64>(at, 17);
}
