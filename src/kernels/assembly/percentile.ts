/**
 * Percentile sketches by group: folding values and merging sketches (percentile-layout.ts).
 *
 *     pool, 12 bytes     0 u32 next free byte · 4 u32 end · 8 u32 bytes that were wanting
 *
 * Kernels that find the pool empty stop at a position before which all is done; the caller fills
 * the pool with at least the bytes wanted and calls again.
 */
import {
  addOne, bucketOf, EXACT_MAX, FAILED, FIRST_CAPACITY, HEAD,
  isSketch, PAGE_BYTES, PAGE_HEAD, PAGES, RAW, RECORD,
} from './percentile-layout';

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
function pageOf(record: usize, bucket: u32): usize {
  const at = (bucket >> 7) - load<u32>(record, 32);
  if (at >= load<u32>(record, 28)) return 0;
  return <usize>load<u32>(<usize>load<u32>(record, 24) + (<usize>at << 2));
}

// @ts-ignore: decorator
@inline
function addExtremes(record: usize, low: f64, high: f64, n: i64): void {
  const before = load<i64>(record, 16);
  if (before == 0 || low < load<f64>(record)) store<f64>(record, low);
  if (before == 0 || high > load<f64>(record, 8)) store<f64>(record, high, 8);
  store<i64>(record, before + n, 16);
}

/** Gives the record's directory a page; false: the pool is empty. */
function needPage(record: usize, bucket: u32, pool: usize): bool {
  const page = bucket >> 7;
  if (page - load<u32>(record, 32) >= load<u32>(record, 28)) {
    if (!widen(record, page, page, pool)) return false;
  }
  const at = <usize>load<u32>(record, 24) + (<usize>(page - load<u32>(record, 32)) << 2);
  if (load<u32>(at) != 0) return true;
  const counts = take(pool, PAGE_BYTES);
  if (counts == 0) return false;
  memory.fill(counts, 0, PAGE_BYTES);
  store<u32>(at, <u32>counts);
  return true;
}

/** Makes the directory reach from page `low` to `high` too; false: the pool is empty. */
function widen(record: usize, low: u32, high: u32, pool: usize): bool {
  const known = load<u32>(record, 32);
  const capacity = load<u32>(record, 28);
  const knownEnd = known + capacity;
  // More than needed, so that a slowly growing range does not copy at every step.
  const first = low < known ? (low > 8 ? low - 8 : 0) : known;
  const end = high >= knownEnd ? min<u32>(high + 9, PAGES) : knownEnd;
  const directory = take(pool, (end - first) << 2);
  if (directory == 0) return false;
  memory.fill(directory, 0, <usize>(end - first) << 2);
  memory.copy(
    directory + (<usize>(known - first) << 2), <usize>load<u32>(record, 24), <usize>capacity << 2);
  store<u32>(record, <u32>directory, 24);
  store<u32>(record, end - first, 28);
  store<u32>(record, first, 32);
  return true;
}

/** Turns values into counts; false, and nothing is changed: the pool is empty. */
function countRaw(record: usize, pool: usize): bool {
  const n = <usize>load<i64>(record, 16);
  const values = <usize>load<u32>(record, 24);
  const capacity = load<u32>(record, 28);
  const first = n == 0 ? 0 : bucketOf(load<f64>(record)) >> 7;
  const end = n == 0 ? 1 : (bucketOf(load<f64>(record, 8)) >> 7) + 1;
  const directory = take(pool, (end - first) << 2);
  if (directory == 0) return false;
  memory.fill(directory, 0, <usize>(end - first) << 2);
  store<u32>(record, <u32>directory, 24);
  store<u32>(record, end - first, 28);
  store<u32>(record, first, 32);
  let isWhole = true;
  for (let i: usize = 0; i < n && isWhole; i++) {
    isWhole = needPage(record, bucketOf(load<f64>(values + (i << 3))), pool);
  }
  if (!isWhole) {
    store<u32>(record, <u32>values, 24);
    store<u32>(record, capacity, 28);
    store<u32>(record, RAW, 32);
    return false;
  }
  for (let i: usize = 0; i < n; i++) {
    const bucket = bucketOf(load<f64>(values + (i << 3)));
    addOne(pageOf(record, bucket), bucket);
  }
  return true;
}

/** Room for n more values while they are kept; counts them when there are too many. */
function needRaw(record: usize, n: u32, pool: usize): bool {
  const used = <u32>load<i64>(record, 16);
  const total = used + n;
  if (total <= load<u32>(record, 28)) return true;
  if (total > <u32>EXACT_MAX) return countRaw(record, pool);
  const capacity = total <= FIRST_CAPACITY ? FIRST_CAPACITY : <u32>EXACT_MAX;
  const data = take(pool, capacity << 3);
  if (data == 0) return false;
  memory.copy(data, <usize>load<u32>(record, 24), <usize>used << 3);
  store<u32>(record, <u32>data, 24);
  store<u32>(record, capacity, 28);
  return true;
}

/** Adds a value; false, and nothing is changed: the pool is empty. */
// @ts-ignore: decorator
@inline
function add(record: usize, value: f64, pool: usize): bool {
  const n = load<i64>(record, 16);
  if (load<u32>(record, 32) == RAW) {
    if (n >= <i64>load<u32>(record, 28) && !needRaw(record, 1, pool)) return false;
    if (load<u32>(record, 32) == RAW) {
      store<f64>(<usize>load<u32>(record, 24) + (<usize>n << 3), value);
      addExtremes(record, value, value, 1);
      return true;
    }
  }
  const bucket = bucketOf(value);
  let page = pageOf(record, bucket);
  if (page == 0) {
    if (!needPage(record, bucket, pool)) return false;
    page = pageOf(record, bucket);
  }
  addOne(page, bucket);
  addExtremes(record, value, value, 1);
  return true;
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
    if (!add(records + groupAt(groups, i) * RECORD, value, pool)) return <u32>i;
  }
  return count;
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
  return n <= EXACT_MAX
    ? mergeValues(record, at + HEAD, <u32>n, pool)
    : mergePages(record, at, n, pool);
}

function mergeValues(record: usize, values: usize, n: u32, pool: usize): bool {
  if (load<u32>(record, 32) == RAW && !needRaw(record, n, pool)) return false;
  if (load<u32>(record, 32) != RAW) {
    for (let i: usize = 0; i < <usize>n; i++) {
      if (!needPage(record, bucketOf(load<f64>(values + (i << 3))), pool)) return false;
    }
  }
  for (let i: usize = 0; i < <usize>n; i++) add(record, load<f64>(values + (i << 3)), pool);
  return true;
}

function mergePages(record: usize, at: usize, n: i64, pool: usize): bool {
  if (load<u32>(record, 32) == RAW && !countRaw(record, pool)) return false;
  const pages = load<u32>(at + HEAD);
  let next = at + HEAD + 4;
  for (let i: u32 = 0; i < pages; i++) {
    if (!needPage(record, <u32>load<u16>(next) << 7, pool)) return false;
    next += PAGE_HEAD + (<usize>load<u8>(next, 2) << 7);
  }
  next = at + HEAD + 4;
  for (let i: u32 = 0; i < pages; i++) {
    const width = <u32>load<u8>(next, 2);
    addPage(pageOf(record, <u32>load<u16>(next) << 7), next + PAGE_HEAD, width);
    next += PAGE_HEAD + <usize>(width << 7);
  }
  addExtremes(record, load<f64>(at, 9), load<f64>(at, 17), n);
  return true;
}

/** Adds a page's counts of `width` bytes to counts of four bytes. */
function addPage(page: usize, counts: usize, width: u32): void {
  for (let i: usize = 0; i < 128; i += 4) {
    let four: v128;
    if (width == 1) four = i32x4.extend_low_i16x8_u(v128.load8x8_u(counts + i));
    else if (width == 2) four = v128.load16x4_u(counts + (i << 1));
    else four = v128.load(counts + (i << 2));
    const cell = page + (i << 2);
    v128.store(cell, i32x4.add(v128.load(cell), four));
  }
}
