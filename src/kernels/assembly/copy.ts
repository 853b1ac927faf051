/**
 * COPY text and CSV into rows of cells; copy.ts one folder up describes the task's 64 bytes.
 *
 * Fields are looked for 16 bytes at a time. One with quotes or escapes is written again in place,
 * shorter, so the bytes of rows that were cut are no longer the data.
 */

const NEWLINE: u32 = 10;
const RETURN: u32 = 13;
const BACKSLASH: u32 = 92;
const NULL_START: u32 = 0xffffffff;

/** Stop reasons. */
const MORE: u32 = 0;
const STRANGE: u32 = 1;
const FULL: u32 = 2;

let at: usize = 0;
let end: usize = 0;
let lines: u32 = 0;
let reason: u32 = 0;
let cellStart: u32 = 0;
let cellEnd: u32 = 0;
let delimiter: u32 = 0;
let quote: u32 = 0;
let nullText: usize = 0;
let nullSize: u32 = 0;
/** The byte that counts a line inside quotes. */
let lineByte: u32 = 0;

/** Moves `at` to the next delimiter, line end, or `special` byte, or to `end`. */
// @ts-ignore: decorator
@inline
function findSpecial(special: u32): void {
  const a = i8x16.splat(<i8>delimiter);
  const b = i8x16.splat(<i8>special);
  const c = i8x16.splat(<i8>NEWLINE);
  const d = i8x16.splat(<i8>RETURN);
  let from = at;
  for (; from < end; from += 16) {
    const bytes = v128.load(from);
    const found = v128.or(
      v128.or(i8x16.eq(bytes, a), i8x16.eq(bytes, b)),
      v128.or(i8x16.eq(bytes, c), i8x16.eq(bytes, d)),
    );
    const mask = i8x16.bitmask(found);
    if (mask != 0) {
      from += <usize>ctz<i32>(mask);
      break;
    }
  }
  at = from < end ? from : end;
}

// @ts-ignore: decorator
@inline
function isNullText(start: usize, size: usize): bool {
  if (size != <usize>nullSize) return false;
  return nullSize == 0 || memory.compare(start, nullText, size) == 0;
}

// @ts-ignore: decorator
@inline
function setCell(start: usize, stop: usize): void {
  cellStart = <u32>start;
  cellEnd = <u32>stop;
}

/** Ends a field early: its row is not cut. */
// @ts-ignore: decorator
@inline
function giveUp(why: u32): bool {
  reason = why;
  return false;
}

/** One CSV field from `at` up to its delimiter or line end. `flags`: 1 never NULL, 2 NULL quoted. */
function csvField(flags: u32): bool {
  const start = at;
  findSpecial(quote);
  if (at >= end) return giveUp(MORE);
  if (<u32>load<u8>(at) == quote) return quotedField(start, flags);
  setCell(start, at);
  if ((flags & 1) == 0 && isNullText(start, at - start)) cellStart = NULL_START;
  return true;
}

function quotedField(start: usize, flags: u32): bool {
  const opensField = at == start;
  let from = opensField ? start + 1 : start;
  let out = at == start ? from : at;
  for (;;) {
    at++;
    if (!quotedSection(out)) return giveUp(MORE);
    out = cellOut;
    const plain = at;
    findSpecial(quote);
    if (at >= end) return giveUp(MORE);
    if (out != plain && at > plain) memory.copy(out, plain, at - plain);
    out += at - plain;
    if (<u32>load<u8>(at) != quote) break;
  }
  setCell(from, out);
  if ((flags & 2) != 0 && isNullText(from, out - from)) cellStart = NULL_START;
  return true;
}

let cellOut: usize = 0;

/** From behind an opening quote to behind the closing one, its text written at `out`. */
function quotedSection(out: usize): bool {
  const wanted = i8x16.splat(<i8>quote);
  const newlines = i8x16.splat(<i8>lineByte);
  for (;;) {
    const plain = at;
    let mask = 0;
    for (; at < end; at += 16) {
      const bytes = v128.load(at);
      mask = i8x16.bitmask(i8x16.eq(bytes, wanted));
      let breaks = i8x16.bitmask(i8x16.eq(bytes, newlines));
      if (mask != 0) breaks &= (1 << ctz<i32>(mask)) - 1;
      lines += popcnt<i32>(breaks);
      if (mask == 0) continue;
      at += <usize>ctz<i32>(mask);
      break;
    }
    if (at + 1 >= end) return false;
    if (out != plain && at > plain) memory.copy(out, plain, at - plain);
    out += at - plain;
    at++;
    if (<u32>load<u8>(at) != quote) break;
    store<u8>(out++, <u8>quote);
    at++;
  }
  cellOut = out;
  return true;
}

// @ts-ignore: decorator
@inline
function controlOf(letter: u32): u32 {
  if (letter == 98) return 8;
  if (letter == 102) return 12;
  if (letter == 110) return 10;
  if (letter == 114) return 13;
  if (letter == 116) return 9;
  if (letter == 118) return 11;
  return letter;
}

/** One field of COPY text; octal, hexadecimal and escaped line ends are left to others. */
function textField(): bool {
  const start = at;
  findSpecial(BACKSLASH);
  if (at >= end) return giveUp(MORE);
  if (<u32>load<u8>(at) == BACKSLASH) return escapedField(start);
  setCell(start, at);
  if (isNullText(start, at - start)) cellStart = NULL_START;
  return true;
}

function escapedField(start: usize): bool {
  if (at == start && nullSize > 1 && memory.compare(start, nullText, nullSize) == 0) {
    const behind = start + nullSize;
    if (behind >= end) return giveUp(MORE);
    const byte = <u32>load<u8>(behind);
    if (byte == delimiter || byte == NEWLINE || byte == RETURN) {
      at = behind;
      setCell(start, start);
      cellStart = NULL_START;
      return true;
    }
  }
  let out = at;
  for (;;) {
    if (at + 1 >= end) return giveUp(MORE);
    const letter = <u32>load<u8>(at, 1);
    const isNumber = (letter >= 48 && letter <= 55) || letter == 120;
    if (isNumber || letter == 46 || letter == NEWLINE || letter == RETURN) return giveUp(STRANGE);
    store<u8>(out++, <u8>controlOf(letter));
    at += 2;
    const plain = at;
    findSpecial(BACKSLASH);
    if (at >= end) return giveUp(MORE);
    if (at > plain) memory.copy(out, plain, at - plain);
    out += at - plain;
    if (<u32>load<u8>(at) != BACKSLASH) break;
  }
  setCell(start, out);
  return true;
}

/** Steps over the line end at `at`; false: it is none, or unlike the others. */
// @ts-ignore: decorator
@inline
function lineEnd(isPair: bool): bool {
  const byte = <u32>load<u8>(at);
  if (!isPair) {
    if (byte != NEWLINE) return giveUp(STRANGE);
    at++;
    return true;
  }
  if (byte != RETURN) return giveUp(STRANGE);
  if (at + 1 >= end) return giveUp(MORE);
  if (<u32>load<u8>(at, 1) != NEWLINE) return giveUp(STRANGE);
  at += 2;
  return true;
}

function cutRow(task: usize, row: u32): bool {
  const columns = load<u32>(task, 8);
  const rowsMax = load<u32>(task, 12);
  const isCsv = quote != 0;
  const isPair = load<u32>(task, 40) == 2;
  const flags = <usize>load<u32>(task, 36);
  let cell = <usize>load<u32>(task, 16) + ((<usize>row) << 3);
  if (isCsv && at + 1 < end && load<u16>(at) == 0x2e5c) return giveUp(STRANGE);
  for (let column: u32 = 0; column < columns; column++) {
    const isCut = isCsv ? csvField(<u32>load<u8>(flags + <usize>column)) : textField();
    if (!isCut) return false;
    store<u32>(cell, cellStart);
    store<u32>(cell, cellEnd, 4);
    cell += (<usize>rowsMax) << 3;
    if (column + 1 == columns) break;
    if (<u32>load<u8>(at) != delimiter) return giveUp(STRANGE);
    at++;
  }
  return lineEnd(isPair);
}

export function cutRows(task: usize): u32 {
  at = <usize>load<u32>(task);
  end = <usize>load<u32>(task, 4);
  delimiter = load<u32>(task, 20);
  quote = load<u32>(task, 24);
  nullText = <usize>load<u32>(task, 28);
  nullSize = load<u32>(task, 32);
  lineByte = load<u32>(task, 40) == 2 ? RETURN : NEWLINE;
  const rowsMax = load<u32>(task, 12);
  let rows: u32 = 0;
  let whole = at;
  let linesBefore: u32 = 0;
  lines = 0;
  reason = FULL;
  while (rows < rowsMax) {
    if (at >= end) {
      reason = MORE;
      break;
    }
    if (!cutRow(task, rows)) break;
    rows++;
    lines++;
    whole = at;
    linesBefore = lines;
  }
  store<u32>(task, <u32>whole, 48);
  store<u32>(task, reason, 52);
  store<u32>(task, linesBefore, 56);
  return rows;
}
