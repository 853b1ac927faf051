/**
 * Group keys: values as u64 words that are equal exactly when SQL says so, and back.
 *
 * `rows` = 0 stands for rows 0 … count-1. Integers are sign-extended, float4 is widened to float8,
 * -0 becomes 0 and every NaN the same NaN, so that keys of different widths compare.
 */

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, i: usize): u32 {
  return rows ? load<u32>(rows + (i << 2)) : <u32>i;
}

// @ts-ignore: decorator
@inline
function floatWord(value: f64): u64 {
  if (value == 0) return 0;
  return value != value ? 0x7ff8000000000000 : reinterpret<u64>(value);
}

export function wordsOfBits(values: usize, rows: usize, count: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    const bit = (load<u8>(values + <usize>(row >> 3)) >> <u8>(row & 7)) & 1;
    store<u64>(out + (i << 3), bit);
  }
}

export function wordsOfI16(values: usize, rows: usize, count: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<i64>(out + (i << 3), load<i16>(values + (<usize>rowAt(rows, i) << 1)));
  }
}

export function wordsOfI32(values: usize, rows: usize, count: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<i64>(out + (i << 3), load<i32>(values + (<usize>rowAt(rows, i) << 2)));
  }
}

export function wordsOfI64(values: usize, rows: usize, count: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<i64>(out + (i << 3), load<i64>(values + (<usize>rowAt(rows, i) << 3)));
  }
}

export function wordsOfF32(values: usize, rows: usize, count: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<u64>(out + (i << 3), floatWord(load<f32>(values + (<usize>rowAt(rows, i) << 2))));
  }
}

export function wordsOfF64(values: usize, rows: usize, count: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<u64>(out + (i << 3), floatWord(load<f64>(values + (<usize>rowAt(rows, i) << 3))));
  }
}

export function bitsOfWords(words: usize, count: u32, out: usize): void {
  for (let i: u32 = 0; i < count; i += 8) {
    let byte: u32 = 0;
    const n = min<u32>(8, count - i);
    for (let j: u32 = 0; j < n; j++) {
      byte |= (<u32>load<u8>(words + ((<usize>(i + j)) << 3)) & 1) << j;
    }
    store<u8>(out + <usize>(i >> 3), <u8>byte);
  }
}

export function i16OfWords(words: usize, count: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<u16>(out + (i << 1), load<u16>(words + (i << 3)));
  }
}

export function i32OfWords(words: usize, count: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<u32>(out + (i << 2), load<u32>(words + (i << 3)));
  }
}

/**
 * Intervals {i64 µs, i32 days, i32 months} as 128-bit totals in µs with months of 30 days, the
 * value by which PostgreSQL compares them.
 */
export function spansOfIntervals(values: usize, rows: usize, count: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const at = values + (<usize>rowAt(rows, i) << 4);
    const days = <i64>load<i32>(at, 12) * 30 + <i64>load<i32>(at, 8);
    const micros = load<i64>(at);
    const factor: i64 = 86400000000;
    const dayLow = <u64>(days & 0xffffffff);
    const dayHigh = days >> 32;
    const low = dayLow * <u64>(factor & 0xffffffff);
    const cross = dayLow * <u64>(factor >> 32) + (low >> 32);
    let sumLow = (cross << 32) | (low & 0xffffffff);
    let sumHigh = <i64>(cross >> 32);
    const highProduct = dayHigh * factor;
    const shifted = <u64>highProduct << 32;
    sumLow += shifted;
    sumHigh += (highProduct >> 32) + (sumLow < shifted ? 1 : 0);
    sumLow += <u64>micros;
    sumHigh += (micros >> 63) + (sumLow < <u64>micros ? 1 : 0);
    store<u64>(out + (i << 4), sumLow);
    store<i64>(out + (i << 4), sumHigh, 8);
  }
}

/**
 * Decimal texts without the zeros that end a fraction (`1.50` is `1.5`, `-0.00` is `0`), at `out`,
 * with offsets from 0; returns the bytes written.
 */
export function trimDecimals(
  values: usize, offsets: usize, rows: usize, count: u32, outOffsets: usize, out: usize,
): u32 {
  let end: u32 = 0;
  store<u32>(outOffsets, 0);
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = <usize>rowAt(rows, i);
    const start = load<u32>(offsets + (row << 2));
    let size = load<u32>(offsets + (row << 2), 4) - start;
    let at = values + <usize>start;
    let point = false;
    for (let j: u32 = 0; j < size; j++) point = point || load<u8>(at + j) == 46;
    if (point) {
      while (load<u8>(at + size - 1) == 48) size--;
      if (load<u8>(at + size - 1) == 46) size--;
    }
    if (size == 2 && load<u16>(at) == 0x302d) {
      at++;
      size = 1;
    }
    memory.copy(out + end, at, size);
    end += size;
    store<u32>(outOffsets + (i << 2), end, 4);
  }
  return end;
}

/** Texts without the blanks that end them; otherwise as trimDecimals. */
export function trimBlanks(
  values: usize, offsets: usize, rows: usize, count: u32, outOffsets: usize, out: usize,
): u32 {
  let end: u32 = 0;
  store<u32>(outOffsets, 0);
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = <usize>rowAt(rows, i);
    const start = load<u32>(offsets + (row << 2));
    let size = load<u32>(offsets + (row << 2), 4) - start;
    const at = values + <usize>start;
    while (size > 0 && load<u8>(at + size - 1) == 32) size--;
    memory.copy(out + end, at, size);
    end += size;
    store<u32>(outOffsets + (i << 2), end, 4);
  }
  return end;
}

const UNSEEN: u32 = 0xfffffffe;
const PENDING: u32 = 0xfffffffd;

// @ts-ignore: decorator
@inline
function isNull(validity: usize, row: u32): bool {
  return ((load<u8>(validity + <usize>(row >> 3)) >> <u8>(row & 7)) & 1) == 0;
}

/** Smallest and largest of the words that are not NULL, as i64 at `out`. */
export function rangeOfWords(
  words: usize, validity: usize, rows: usize, count: u32, out: usize,
): void {
  let least = i64.MAX_VALUE;
  let most = i64.MIN_VALUE;
  for (let i: usize = 0; i < <usize>count; i++) {
    if (validity && isNull(validity, rowAt(rows, i))) continue;
    const word = load<i64>(words + (i << 3));
    least = word < least ? word : least;
    most = word > most ? word : most;
  }
  store<i64>(out, least);
  store<i64>(out, most, 8);
}

/**
 * Ids of words in [least, least + size) through `map` (u32 by distance from `least`; the word
 * before it is for NULL). Every word that is not NULL is inside. Positions whose cell is unseen
 * go to `missed`, each cell once; returns their number.
 */
export function mapWords(
  words: usize, bounds: usize, validity: usize, rows: usize, count: u32, map: usize, out: usize,
  missed: usize,
): u32 {
  const least = load<u64>(bounds);
  let misses: u32 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    let distance = load<u64>(words + (i << 3)) - least;
    if (validity && isNull(validity, rowAt(rows, i))) distance = ~(<u64>0);
    const cell = map + (<usize>distance << 2);
    const id = load<u32>(cell);
    store<u32>(out + (i << 2), id);
    if (id == UNSEEN) {
      store<u32>(cell, PENDING);
      store<u32>(missed + ((<usize>misses) << 2), <u32>i);
      misses++;
    }
  }
  return misses;
}

/** Notes ids in the cells of the words at `positions`. */
export function setCells(
  words: usize, bounds: usize, validity: usize, rows: usize, positions: usize, count: u32,
  map: usize, ids: usize,
): void {
  const least = load<u64>(bounds);
  for (let i: usize = 0; i < <usize>count; i++) {
    const position = <usize>load<u32>(positions + (i << 2));
    let distance = load<u64>(words + (position << 3)) - least;
    if (validity && isNull(validity, rowAt(rows, position))) distance = ~(<u64>0);
    store<u32>(map + (<usize>distance << 2), load<u32>(ids + (i << 2)));
  }
}
