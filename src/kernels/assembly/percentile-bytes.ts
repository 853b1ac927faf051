/** Percentile sketches as bytes (percentile-layout.ts): writing them, and reading percentiles. */
import {
  bucketStart, EXACT_MAX, HEAD, isSketch, PAGE_BUCKETS, PAGE_BYTES, PAGE_HEAD, pageSum, RAW,
  RECORD, VERSION,
} from './percentile-layout';

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, i: usize): u32 {
  return rows ? load<u32>(rows + (i << 2)) : <u32>i;
}

/** Bytes that the sketches of `count` records take at most. */
export function sketchBytesMax(records: usize, count: u32): u32 {
  let total: usize = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const record = records + i * RECORD;
    const data = <usize>load<u32>(record, 24);
    const capacity = load<u32>(record, 28);
    total += HEAD + 4;
    if (load<u32>(record, 32) == RAW) {
      total += <usize>load<i64>(record, 16) << 3;
      continue;
    }
    for (let page: u32 = 0; page < capacity; page++) {
      if (load<u32>(data + (<usize>page << 2)) != 0) total += PAGE_HEAD + PAGE_BYTES;
    }
  }
  return <u32>total;
}

/** Sketches of `count` records at `out`, offsets from 0. */
export function encodeSketches(
  records: usize, count: u32, offsets: usize, out: usize,
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
    if (first != RAW) end = encodePages(data, load<u32>(record, 28), first, end);
    else {
      memory.copy(end, data, <usize>n << 3);
      end += <usize>n << 3;
    }
    store<u32>(offsets + (i << 2), <u32>(end - out), 4);
  }
}

function encodePages(directory: usize, capacity: u32, first: u32, out: usize): usize {
  let end = out + 4;
  let pages: u32 = 0;
  for (let i: u32 = 0; i < capacity; i++) {
    const counts = <usize>load<u32>(directory + (<usize>i << 2));
    if (counts == 0) continue;
    end = encodePage(first + i, counts, end);
    pages++;
  }
  store<u32>(out, pages);
  return end;
}

/** Writes a page in the least width that holds its counts. */
function encodePage(page: u32, counts: usize, out: usize): usize {
  let any = v128.load(counts);
  for (let i: usize = 16; i < 512; i += 16) any = v128.or(any, v128.load(counts + i));
  const bits = i32x4.extract_lane(any, 0) | i32x4.extract_lane(any, 1)
    | i32x4.extract_lane(any, 2) | i32x4.extract_lane(any, 3);
  const width: u32 = (bits & ~0xff) == 0 ? 1 : (bits & ~0x7fff) == 0 ? 2 : 4;
  store<u16>(out, <u16>page);
  store<u8>(out, <u8>width, 2);
  const to = out + PAGE_HEAD;
  if (width == 4) memory.copy(to, counts, 512);
  for (let i: usize = 0; width < 4 && i < 128; i += 8) {
    const at = counts + (i << 2);
    const eight = i16x8.narrow_i32x4_u(v128.load(at), v128.load(at, 16));
    if (width == 2) v128.store(to + (i << 1), eight);
    else store<u64>(to + i, i64x2.extract_lane(i8x16.narrow_i16x8_u(eight, eight), 0));
  }
  return to + <usize>(width << 7);
}

// @ts-ignore: decorator
@inline
function nextGap(gap: u32): u32 {
  return gap == 57 ? 23 : gap == 23 ? 10 : gap == 10 ? 4 : gap >> 2;
}

/** Shell's sort with Ciura's gaps: for at most a few hundred values. */
function sort<T>(at: usize, count: u32): void {
  for (let gap: u32 = 57; gap > 0; gap = nextGap(gap)) {
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
 * `count` when there is none. `scratch` is for 256 f64.
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

// @ts-ignore: decorator
@inline
function countAt(counts: usize, width: u32, index: u32): u32 {
  if (width == 1) return <u32>load<u8>(counts + <usize>index);
  if (width == 2) return <u32>load<u16>(counts + (<usize>index << 1));
  return load<u32>(counts + (<usize>index << 2));
}

/** An estimate of the value at a place in the order: values lie evenly in their bucket. */
function valueAt(at: usize, place: f64): f64 {
  const pages = load<u32>(at + HEAD);
  let next = at + HEAD + 4;
  let before: f64 = 0;
  for (let i: u32 = 0; i < pages; i++) {
    const page = <u32>load<u16>(next);
    const width = <u32>load<u8>(next, 2);
    const counts = next + PAGE_HEAD;
    next = counts + <usize>(width << 7);
    const sum = <f64>pageSum(counts, width);
    if (place >= before + sum) {
      before += sum;
      continue;
    }
    for (let j: u32 = 0; j < PAGE_BUCKETS; j++) {
      const count = <f64>countAt(counts, width, j);
      if (place < before + count) {
        return within(at, (page << 7) + j, (place - before + 0.5) / count);
      }
      before += count;
    }
  }
  return load<f64>(at, 17);
}

/** The value at a part of a bucket, of what of it lies between the sketch's extremes. */
function within(at: usize, bucket: u32, part: f64): f64 {
  const start = bucketStart(bucket);
  const end = bucketStart(bucket + 1);
  const low = start > load<f64>(at, 9) ? start : load<f64>(at, 9);
  const high = end < load<f64>(at, 17) ? end : load<f64>(at, 17);
  return low + (high - low) * part;
}
