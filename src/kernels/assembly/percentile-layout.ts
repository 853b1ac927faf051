/**
 * The layout of percentile sketches: all values while they are few, then counts by bucket.
 *
 * A value's bucket is the top 19 bits of its float8 in an order-preserving form: sign, exponent and
 * 7 bits of fraction, so a bucket is at most 0.8 % wide. The 128 buckets of one exponent are a
 * page, which a group has when it needs it: 0 is far from 1 in this order.
 *
 *     record, 40 bytes   0 f64 min · 8 f64 max · 16 i64 n · 24 u32 data · 28 u32 capacity
 *                        32 u32 first page, or RAW
 *     data               RAW: n of `capacity` f64 values; else a directory of `capacity` u32, of
 *                        pages first … first + capacity - 1: 0 or a pointer to 128 u32 counts
 *     sketch, bytes      u8 3 · u64 n · f64 min · f64 max, then for n <= 256 the values as f64,
 *                        else u32 page count and per page, ascending: u16 page · u8 width (1, 2
 *                        or 4) · 128 counts of that many bytes
 */

export const RAW: u32 = 0xffffffff;
export const PAGES: u32 = 1 << 12;
export const PAGE_BUCKETS: u32 = 128;
export const PAGE_BYTES: u32 = 512;
export const FIRST_CAPACITY: u32 = 32;
export const RECORD: usize = 40;
export const VERSION: u8 = 3;
export const HEAD: usize = 25;
export const PAGE_HEAD: usize = 3;
/** Values that are kept as they are, in records and in bytes. */
export const EXACT_MAX: i64 = 256;
export const FAILED: u32 = 0xffffffff;

// @ts-ignore: decorator
@inline
export function bucketOf(value: f64): u32 {
  const bits = reinterpret<u64>(value + 0.0);
  const ordered = <i64>bits < 0 ? ~bits : bits | 0x8000000000000000;
  return <u32>(ordered >> 45);
}

/** The smallest float8 of a bucket. */
export function bucketStart(bucket: u32): f64 {
  const ordered = <u64>bucket << 45;
  const bits = <i64>ordered < 0 ? ordered ^ 0x8000000000000000 : ~ordered;
  return reinterpret<f64>(bits);
}

// @ts-ignore: decorator
@inline
export function addOne(page: usize, bucket: u32): void {
  const cell = page + (<usize>(bucket & 127) << 2);
  store<u32>(cell, load<u32>(cell) + 1);
}

/** Sum of a page's counts of `width` bytes. */
export function pageSum(counts: usize, width: u32): i64 {
  let sum = i32x4.splat(0);
  if (width == 1) {
    for (let i: usize = 0; i < 128; i += 16) {
      const pairs = i16x8.extadd_pairwise_i8x16_u(v128.load(counts + i));
      sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(pairs));
    }
  } else if (width == 2) {
    for (let i: usize = 0; i < 256; i += 16) {
      sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(v128.load(counts + i)));
    }
  } else {
    let wide: i64 = 0;
    for (let i: usize = 0; i < 512; i += 4) wide += <i64>load<u32>(counts + i);
    return wide;
  }
  return <i64>i32x4.extract_lane(sum, 0) + <i64>i32x4.extract_lane(sum, 1)
    + <i64>i32x4.extract_lane(sum, 2) + <i64>i32x4.extract_lane(sum, 3);
}

/** Whether the bytes are a whole sketch whose values lie between its extremes. */
export function isSketch(at: usize, size: u32): bool {
  if (<usize>size < HEAD || load<u8>(at) != VERSION) return false;
  const n = load<i64>(at, 1);
  if (n < 0) return false;
  const low = load<f64>(at, 9);
  const high = load<f64>(at, 17);
  if (n <= EXACT_MAX) return <usize>size == HEAD + (<usize>n << 3) && areBetween(at, n, low, high);
  if (<usize>size < HEAD + 4 || !(low <= high) || low - low != 0 || high - high != 0) return false;
  const end = at + <usize>size;
  const pages = load<u32>(at + HEAD);
  const last = bucketOf(high) >> 7;
  let next = at + HEAD + 4;
  let least = bucketOf(low) >> 7;
  let sum: i64 = 0;
  for (let i: u32 = 0; i < pages; i++) {
    if (end - next < PAGE_HEAD) return false;
    const page = <u32>load<u16>(next);
    const width = <u32>load<u8>(next, 2);
    if (page < least || page > last || (width != 1 && width != 2 && width != 4)) return false;
    least = page + 1;
    next += PAGE_HEAD;
    if (end - next < <usize>(width << 7)) return false;
    sum += pageSum(next, width);
    next += <usize>(width << 7);
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
