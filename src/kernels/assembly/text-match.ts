/**
 * Comparison by bytes, LIKE and concatenation of texts.
 *
 * A text operand is values, offsets and a step: 1 for a column, 0 for one text for all rows.
 */

// @ts-ignore: decorator
@inline
function rowOf(selection: usize, i: usize): usize {
  return selection == 0 ? i : <usize>load<u32>(selection + (i << 2));
}

// @ts-ignore: decorator
@inline
function startOf(offsets: usize, step: u32, row: usize): u32 {
  return load<u32>(offsets + ((row * <usize>step) << 2));
}

// @ts-ignore: decorator
@inline
function endOf(offsets: usize, step: u32, row: usize): u32 {
  return load<u32>(offsets + ((row * <usize>step) << 2), 4);
}

// @ts-ignore: decorator
@inline
function trimmed(values: usize, start: u32, end: u32): u32 {
  let last = end;
  while (last > start && load<u8>(values + <usize>last - 1) == 32) last--;
  return last;
}

// @ts-ignore: decorator
@inline
function order(a: usize, aSize: u32, b: usize, bSize: u32): i32 {
  const common = min<u32>(aSize, bSize);
  const first = memory.compare(a, b, common);
  if (first != 0) return first;
  return aSize < bSize ? -1 : aSize > bSize ? 1 : 0;
}

// @ts-ignore: decorator
@inline
function verdict(op: i32, result: i32): bool {
  if (op == 2) return result < 0;
  if (op == 3) return result <= 0;
  if (op == 4) return result > 0;
  return result >= 0;
}

export function compareTexts(
  aValues: usize, aOffsets: usize, aStep: u32, bValues: usize, bOffsets: usize, bStep: u32,
  op: i32, trim: i32, count: i32, selection: usize, flags: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowOf(selection, i);
    const a = startOf(aOffsets, aStep, row);
    const b = startOf(bOffsets, bStep, row);
    let aEnd = endOf(aOffsets, aStep, row);
    let bEnd = endOf(bOffsets, bStep, row);
    if (trim != 0) {
      aEnd = trimmed(aValues, a, aEnd);
      bEnd = trimmed(bValues, b, bEnd);
    }
    let flag: bool;
    if (op < 2) {
      const same = aEnd - a == bEnd - b &&
        memory.compare(aValues + <usize>a, bValues + <usize>b, aEnd - a) == 0;
      flag = same == (op == 0);
    } else {
      flag = verdict(op, order(aValues + <usize>a, aEnd - a, bValues + <usize>b, bEnd - b));
    }
    store<u8>(flags + row, flag ? 1 : 0);
  }
}

// @ts-ignore: decorator
@inline
function folded(byte: u32, fold: i32): u32 {
  return fold != 0 && byte - 65 < 26 ? byte | 32 : byte;
}

// @ts-ignore: decorator
@inline
function isContinuation(byte: u32): bool {
  return (byte & 0xc0) == 0x80;
}

/**
 * Two pointers with one way back: to the latest `%`, one byte further. A `_` matches only at the
 * first byte of a character and takes all of it.
 */
function matches(text: usize, end: usize, tokens: usize, tokensEnd: usize, fold: i32): bool {
  let at = text;
  let token = tokens;
  let retryText: usize = 0;
  let retryToken: usize = 0;
  while (true) {
    let isMatch = false;
    if (token < tokensEnd) {
      const kind = <u32>load<u16>(token);
      if (kind == 257) {
        token += 2;
        if (token == tokensEnd) return true;
        retryToken = token;
        retryText = at;
        continue;
      }
      if (at < end) {
        const byte = <u32>load<u8>(at);
        if (kind == 256) {
          isMatch = !isContinuation(byte);
          if (isMatch) {
            at++;
            while (at < end && isContinuation(load<u8>(at))) at++;
            token += 2;
          }
        } else if (folded(byte, fold) == kind) {
          isMatch = true;
          at++;
          token += 2;
        }
      }
    } else if (at == end) return true;
    if (isMatch) continue;
    if (retryToken == 0 || retryText >= end) return false;
    retryText++;
    at = retryText;
    token = retryToken;
  }
}

export function likeTexts(
  values: usize, offsets: usize, tokens: usize, tokenCount: i32, fold: i32,
  count: i32, selection: usize, flags: usize,
): void {
  const tokensEnd = tokens + ((<usize>tokenCount) << 1);
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowOf(selection, i);
    const start = values + <usize>startOf(offsets, 1, row);
    const end = values + <usize>endOf(offsets, 1, row);
    store<u8>(flags + row, matches(start, end, tokens, tokensEnd, fold) ? 1 : 0);
  }
}

// @ts-ignore: decorator
@inline
function sameFolded(a: usize, b: usize, size: u32, fold: i32): bool {
  if (fold == 0) return memory.compare(a, b, size) == 0;
  for (let i: usize = 0; i < <usize>size; i++) {
    if (folded(<u32>load<u8>(a + i), 1) != <u32>load<u8>(b + i)) return false;
  }
  return true;
}

// @ts-ignore: decorator
@inline
function foldBlock(block: v128, fold: i32): v128 {
  if (fold == 0) return block;
  const offset = i8x16.sub(block, i8x16.splat(65));
  const isUpper = i8x16.lt_u(offset, i8x16.splat(26));
  return v128.or(block, v128.and(isUpper, i8x16.splat(32)));
}

/**
 * Where the bytes are found first, or 0. Blocks of 16 positions: where first and last byte agree,
 * the bytes between are compared.
 */
function find(text: usize, end: usize, needle: usize, size: u32, fold: i32): usize {
  const last = <usize>(size - 1);
  const firstByte = i8x16.splat(load<i8>(needle));
  const lastByte = i8x16.splat(load<i8>(needle + last));
  if (end - text < <usize>size) return 0;
  const stop = end - last;
  for (let at = text; at < stop; at += 16) {
    const a = i8x16.eq(foldBlock(v128.load(at), fold), firstByte);
    const b = i8x16.eq(foldBlock(v128.load(at + last), fold), lastByte);
    let mask = i8x16.bitmask(v128.and(a, b));
    if (stop - at < 16) mask &= (1 << <i32>(stop - at)) - 1;
    while (mask != 0) {
      const found = at + <usize>ctz<i32>(mask);
      if (size <= 2 || sameFolded(found + 1, needle + 1, size - 2, fold)) return found;
      mask &= mask - 1;
    }
  }
  return 0;
}

/**
 * The parts in order, none overlapping. A part is two u32: pointer and size, which is not 0.
 * `anchors`: 1 the first part starts the text, 2 the last part (another one) ends it.
 */
function matchesParts(
  text: usize, textEnd: usize, parts: usize, partCount: i32, anchors: i32, fold: i32,
): bool {
  let at = text;
  let end = textEnd;
  let first = 0;
  let last = partCount;
  if ((anchors & 1) != 0) {
    const size = load<u32>(parts, 4);
    if (end - at < <usize>size || !sameFolded(at, load<u32>(parts), size, fold)) return false;
    at += <usize>size;
    first = 1;
  }
  if ((anchors & 2) != 0) {
    last--;
    const part = parts + ((<usize>last) << 3);
    const size = load<u32>(part, 4);
    if (end - at < <usize>size) return false;
    end -= <usize>size;
    if (!sameFolded(end, load<u32>(part), size, fold)) return false;
  }
  for (let i = first; i < last; i++) {
    const part = parts + ((<usize>i) << 3);
    const size = load<u32>(part, 4);
    const found = find(at, end, load<u32>(part), size, fold);
    if (found == 0) return false;
    at = found + <usize>size;
  }
  return true;
}

export function likeParts(
  values: usize, offsets: usize, parts: usize, partCount: i32, anchors: i32, fold: i32,
  count: i32, selection: usize, flags: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowOf(selection, i);
    const start = values + <usize>startOf(offsets, 1, row);
    const end = values + <usize>endOf(offsets, 1, row);
    store<u8>(flags + row, matchesParts(start, end, parts, partCount, anchors, fold) ? 1 : 0);
  }
}

export function concatOffsets(
  aOffsets: usize, aStep: u32, bOffsets: usize, bStep: u32,
  count: i32, selection: usize, physicalRows: i32, outOffsets: usize,
): u32 {
  let end: u32 = 0;
  let next: usize = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowOf(selection, i);
    for (; next <= row; next++) store<u32>(outOffsets + (next << 2), end);
    end += endOf(aOffsets, aStep, row) - startOf(aOffsets, aStep, row);
    end += endOf(bOffsets, bStep, row) - startOf(bOffsets, bStep, row);
  }
  for (; next <= <usize>physicalRows; next++) store<u32>(outOffsets + (next << 2), end);
  return end;
}

export function concatTexts(
  aValues: usize, aOffsets: usize, aStep: u32, bValues: usize, bOffsets: usize, bStep: u32,
  count: i32, selection: usize, outOffsets: usize, out: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowOf(selection, i);
    const to = out + <usize>load<u32>(outOffsets + (row << 2));
    const a = startOf(aOffsets, aStep, row);
    const b = startOf(bOffsets, bStep, row);
    const aSize = <usize>(endOf(aOffsets, aStep, row) - a);
    memory.copy(to, aValues + <usize>a, aSize);
    memory.copy(to + aSize, bValues + <usize>b, endOf(bOffsets, bStep, row) - b);
  }
}

export function scatterFlags(dense: usize, selection: usize, count: i32, flags: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<u8>(flags + <usize>load<u32>(selection + (i << 2)), load<u8>(dense + i));
  }
}
