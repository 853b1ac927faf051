/** Sort codes (u64 whose unsigned order is SQL's) and orders over them. */

// @ts-ignore: decorator
@inline
const signBit: u64 = 0x8000000000000000;
const NONE: u32 = 0xffffffff;

// @ts-ignore: decorator
@inline
function put(out: usize, stride: i32, row: i32, code: u64, invert: i32): void {
  store<u64>(out + <usize>row * <usize>stride, invert != 0 ? ~code : code);
}

export function codeIntegers(
  values: usize, width: i32, count: i32, out: usize, stride: i32, invert: i32,
): void {
  if (width == 8) {
    for (let i = 0; i < count; i++) {
      put(out, stride, i, load<u64>(values + ((<usize>i) << 3)) ^ signBit, invert);
    }
  } else if (width == 4) {
    for (let i = 0; i < count; i++) {
      put(out, stride, i, <u64>(<i64>load<i32>(values + ((<usize>i) << 2))) ^ signBit, invert);
    }
  } else {
    for (let i = 0; i < count; i++) {
      put(out, stride, i, <u64>(<i64>load<i16>(values + ((<usize>i) << 1))) ^ signBit, invert);
    }
  }
}

export function codeUnsigned(
  values: usize, width: i32, count: i32, out: usize, stride: i32, invert: i32,
): void {
  for (let i = 0; i < count; i++) {
    if (width == 8) put(out, stride, i, load<u64>(values + ((<usize>i) << 3)), invert);
    else put(out, stride, i, <u64>load<u32>(values + ((<usize>i) << 2)), invert);
  }
}

export function codeFloats(
  values: usize, width: i32, count: i32, out: usize, stride: i32, invert: i32,
): void {
  for (let i = 0; i < count; i++) {
    let value: f64;
    if (width == 8) value = load<f64>(values + ((<usize>i) << 3));
    else value = <f64>load<f32>(values + ((<usize>i) << 2));
    let bits: u64 = reinterpret<u64>(value);
    if (value != value) bits = 0xffffffffffffffff;
    else if (value == 0) bits = signBit;
    else bits = (bits & signBit) != 0 ? ~bits : bits ^ signBit;
    put(out, stride, i, bits, invert);
  }
}

export function codeBits(bitmap: usize, count: i32, out: usize, stride: i32, invert: i32): void {
  for (let i = 0; i < count; i++) {
    const bit = (load<u8>(bitmap + <usize>(i >> 3)) >> <u8>(i & 7)) & 1;
    put(out, stride, i, <u64>bit, invert);
  }
}

export function codeRanks(
  codes: usize, codeBytes: i32, ranks: usize, count: i32, out: usize, stride: i32, invert: i32,
): void {
  for (let i = 0; i < count; i++) {
    let code: u32;
    if (codeBytes == 1) code = <u32>load<u8>(codes + <usize>i);
    else if (codeBytes == 2) code = <u32>load<u16>(codes + ((<usize>i) << 1));
    else code = load<u32>(codes + ((<usize>i) << 2));
    put(out, stride, i, <u64>load<u32>(ranks + ((<usize>code) << 2)), invert);
  }
}

export function codeNulls(
  validity: usize, count: i32, out: usize, stride: i32, nullWord: i32,
): void {
  for (let i = 0; i < count; i++) {
    const valid = (load<u8>(validity + <usize>(i >> 3)) >> <u8>(i & 7)) & 1;
    const at = out + <usize>i * <usize>stride;
    store<u64>(at, <u64>(valid != 0 ? 1 - nullWord : nullWord));
    if (valid == 0) store<u64>(at + 8, 0);
  }
}

export function sortRows(
  keys: usize, words: i32, count: i32, rows: usize, scratch: usize, histogram: usize,
): void {
  const stride = words << 3;
  if (count <= 48) {
    insertionSort(keys, words, count, rows);
    return;
  }
  let from = rows;
  let to = scratch;
  for (let word = words - 1; word >= 0; word--) {
    for (let byte = 0; byte < 8; byte++) {
      const at = keys + <usize>(word << 3) + <usize>byte;
      memory.fill(histogram, 0, 1024);
      countCodeBytes(at, stride, count, histogram);
      if (!placeBuckets(at, count, histogram)) continue;
      scatterRows(at, stride, from, count, histogram, to);
      const swap = from;
      from = to;
      to = swap;
    }
  }
  if (from != rows) memory.copy(rows, from, (<usize>count) << 2);
}

/** Adds the bytes at `at`, `stride` apart, to 256 u32 counters. */
export function countCodeBytes(at: usize, stride: i32, count: i32, histogram: usize): void {
  for (let i = 0; i < count; i++) {
    const slot = histogram + ((<usize>load<u8>(at + <usize>i * <usize>stride)) << 2);
    store<u32>(slot, load<u32>(slot) + 1);
  }
}

/** Turns counters into the places where their rows begin; false when all rows share the byte. */
export function placeBuckets(at: usize, count: i32, histogram: usize): bool {
  if (load<u32>(histogram + ((<usize>load<u8>(at)) << 2)) == <u32>count) return false;
  let sum: u32 = 0;
  for (let i: usize = 0; i < 1024; i += 4) {
    const n = load<u32>(histogram + i);
    store<u32>(histogram + i, sum);
    sum += n;
  }
  return true;
}

/** Moves the `count` row numbers at `from` each to the next place of its byte. */
export function scatterRows(
  at: usize, stride: i32, from: usize, count: i32, histogram: usize, to: usize,
): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 4) {
    const row = load<u32>(from + i);
    const slot = histogram + ((<usize>load<u8>(at + <usize>row * <usize>stride)) << 2);
    const place = load<u32>(slot);
    store<u32>(slot, place + 1);
    store<u32>(to + ((<usize>place) << 2), row);
  }
}

function insertionSort(keys: usize, words: i32, count: i32, rows: usize): void {
  for (let i = 1; i < count; i++) {
    const row = load<u32>(rows + ((<usize>i) << 2));
    let j = i - 1;
    while (j >= 0 && compareRecords(keys, words, load<u32>(rows + ((<usize>j) << 2)), row) > 0) {
      store<u32>(rows + ((<usize>(j + 1)) << 2), load<u32>(rows + ((<usize>j) << 2)));
      j--;
    }
    store<u32>(rows + ((<usize>(j + 1)) << 2), row);
  }
}

function compareRecords(keys: usize, words: i32, a: u32, b: u32): i32 {
  const stride = <usize>(words << 3);
  const left = keys + <usize>a * stride;
  const right = keys + <usize>b * stride;
  for (let word: usize = 0; word < stride; word += 8) {
    const x = load<u64>(left + word);
    const y = load<u64>(right + word);
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

function compareTexts(values: usize, offsets: usize, a: u32, b: u32): i32 {
  const startA = load<u32>(offsets + ((<usize>a) << 2));
  const startB = load<u32>(offsets + ((<usize>b) << 2));
  const lengthA = load<u32>(offsets + ((<usize>a) << 2) + 4) - startA;
  const lengthB = load<u32>(offsets + ((<usize>b) << 2) + 4) - startB;
  const shorter = lengthA < lengthB ? lengthA : lengthB;
  const left = values + <usize>startA;
  const right = values + <usize>startB;
  let i: usize = 0;
  for (; i + 8 <= <usize>shorter; i += 8) {
    const x = load<u64>(left + i);
    const y = load<u64>(right + i);
    if (x != y) return bswap<u64>(x) < bswap<u64>(y) ? -1 : 1;
  }
  for (; i < <usize>shorter; i++) {
    const x = load<u8>(left + i);
    const y = load<u8>(right + i);
    if (x != y) return x < y ? -1 : 1;
  }
  return lengthA == lengthB ? 0 : lengthA < lengthB ? -1 : 1;
}

/**
 * Merges runs of `width` sorted rows at `from` by pairs into `to`, at most `most` rows a call.
 * `cursor`: three u32 {begin of the pair, rows taken of its left and of its right run}, zeros at
 * first. Returns whether all `count` rows are merged.
 */
export function mergeTextRuns(
  values: usize, offsets: usize, from: usize, to: usize, width: i32, count: i32,
  cursor: usize, most: i32,
): bool {
  let low = load<i32>(cursor);
  let left = load<i32>(cursor, 4);
  let right = load<i32>(cursor, 8);
  let room = most;
  while (low < count && room > 0) {
    const middle = min(low + width, count);
    const high = min(middle + width, count);
    let out = low + left + right;
    const end = min(high, out + room);
    room -= end - out;
    left += low;
    right += middle;
    for (; out < end; out++) {
      const takesLeft =
        left < middle &&
        (right >= high ||
          compareTexts(
            values, offsets,
            load<u32>(from + ((<usize>left) << 2)), load<u32>(from + ((<usize>right) << 2)),
          ) <= 0);
      const source = takesLeft ? left++ : right++;
      store<u32>(to + ((<usize>out) << 2), load<u32>(from + ((<usize>source) << 2)));
    }
    left -= low;
    right -= middle;
    if (out < high) break;
    low = high;
    left = 0;
    right = 0;
  }
  store<i32>(cursor, low);
  store<i32>(cursor, left, 4);
  store<i32>(cursor, right, 8);
  return low >= count;
}

/**
 * Writes the dense rank of each of the sorted `rows`, by row: the first of them has `first`, or
 * one more where it differs from the row before (`before`, NONE: there is none). Returns the
 * last rank.
 */
export function rankSortedTexts(
  values: usize, offsets: usize, rows: usize, count: i32, ranks: usize, before: u32, first: u32,
): u32 {
  let rank = first;
  let previous = before;
  for (let i = 0; i < count; i++) {
    const row = load<u32>(rows + ((<usize>i) << 2));
    if (previous != NONE && compareTexts(values, offsets, previous, row) != 0) rank++;
    store<u32>(ranks + ((<usize>row) << 2), rank);
    previous = row;
  }
  return rank;
}

export function selectCodesBelow(
  codes: usize, stride: i32, selection: usize, count: i32, limit: u64, out: usize,
): i32 {
  let found: i32 = 0;
  for (let i = 0; i < count; i++) {
    const row = selection == 0 ? <u32>i : load<u32>(selection + ((<usize>i) << 2));
    store<u32>(out + ((<usize>found) << 2), row);
    found += load<u64>(codes + <usize>row * <usize>stride) <= limit ? 1 : 0;
  }
  return found;
}

/** Codes of NULL rows become `word`. */
export function replaceNullCodes(validity: usize, count: i32, codes: usize, word: u64): void {
  for (let i = 0; i < count; i++) {
    const isValid = (load<u8>(validity + ((<usize>i) >> 3)) >> (<u8>i & 7)) & 1;
    if (isValid == 0) store<u64>(codes + ((<usize>i) << 3), word);
  }
}

// @ts-ignore: decorator
@inline
function codeAt(codes: usize, at: i32): u64 {
  return load<u64>(codes + ((<usize>at) << 3));
}

function exchange(codes: usize, a: i32, b: i32): void {
  const code = codeAt(codes, a);
  store<u64>(codes + ((<usize>a) << 3), codeAt(codes, b));
  store<u64>(codes + ((<usize>b) << 3), code);
}

/** Hoare's quickselect; the middle of first, middle and last code is the pivot. */
export function selectNthCode(codes: usize, count: i32, n: i32): u64 {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (codeAt(codes, middle) < codeAt(codes, low)) exchange(codes, middle, low);
    if (codeAt(codes, high) < codeAt(codes, low)) exchange(codes, high, low);
    if (codeAt(codes, high) < codeAt(codes, middle)) exchange(codes, high, middle);
    const pivot = codeAt(codes, middle);
    let left = low;
    let right = high;
    while (left <= right) {
      while (codeAt(codes, left) < pivot) left++;
      while (codeAt(codes, right) > pivot) right--;
      if (left > right) break;
      exchange(codes, left++, right--);
    }
    if (n <= right) high = right;
    else if (n >= left) low = left;
    else break;
  }
  return codeAt(codes, n);
}

export function markChanges(
  keys: usize, stride: i32, words: i32, rows: usize, count: i32, flags: usize,
): void {
  let previous: usize = 0;
  for (let i = 0; i < count; i++) {
    const at = keys + <usize>load<u32>(rows + ((<usize>i) << 2)) * <usize>stride;
    let differs = i == 0;
    for (let word = 0; word < words && !differs; word++) {
      differs = load<u64>(at + <usize>(word << 3)) != load<u64>(previous + <usize>(word << 3));
    }
    store<u8>(flags + <usize>i, differs ? 1 : 0);
    previous = at;
  }
}
