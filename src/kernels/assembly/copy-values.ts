/**
 * Cells of COPY into values: texts copied, numbers and times read in their usual forms.
 *
 * A cell is two u32, where its bytes start and end; a start of 2^32 - 1 is NULL. Rows in another
 * form than the usual one go to `others` as u32 row numbers, and hold zero.
 */

const NULL_START: u32 = 0xffffffff;

let otherCount: u32 = 0;
let cursor: usize = 0;
let stop: usize = 0;

// @ts-ignore: decorator
@inline
function putOther(others: usize, row: u32): void {
  store<u32>(others + ((<usize>otherCount) << 2), row);
  otherCount++;
}

export function cellNulls(cells: usize, rows: u32, validity: usize): u32 {
  let nulls: u32 = 0;
  for (let row: u32 = 0; row < rows; row += 8) {
    const n = min<u32>(8, rows - row);
    let byte: u32 = 0;
    for (let i: u32 = 0; i < n; i++) {
      byte |= (load<u32>(cells + ((<usize>(row + i)) << 3)) != NULL_START ? 1 : 0) << i;
    }
    nulls += n - popcnt<u32>(byte);
    store<u8>(validity + <usize>(row >> 3), <u8>byte);
  }
  return nulls;
}

export function cellOffsets(cells: usize, rows: u32, offsets: usize): u32 {
  let total: u32 = 0;
  store<u32>(offsets, 0);
  for (let row: usize = 0; row < <usize>rows; row++) {
    const start = load<u32>(cells + (row << 3));
    if (start != NULL_START) total += load<u32>(cells + (row << 3), 4) - start;
    store<u32>(offsets + (row << 2), total, 4);
  }
  return total;
}

export function cellTexts(cells: usize, rows: u32, offsets: usize, out: usize): void {
  for (let row: usize = 0; row < <usize>rows; row++) {
    const start = load<u32>(cells + (row << 3));
    if (start == NULL_START) continue;
    const size = <usize>(load<u32>(cells + (row << 3), 4) - start);
    const to = out + <usize>load<u32>(offsets + (row << 2));
    if (size > 32) {
      memory.copy(to, <usize>start, size);
      continue;
    }
    let i: usize = 0;
    for (; i + 8 <= size; i += 8) store<u64>(to + i, load<u64>(<usize>start + i));
    for (; i < size; i++) store<u8>(to + i, load<u8>(<usize>start + i));
  }
}

// @ts-ignore: decorator
@inline
function digitAt(from: usize): u32 {
  return <u32>load<u8>(from) - 48;
}

/** Sign and up to 18 digits; -1 in `isInteger` otherwise. */
let integer: i64 = 0;

function readInteger(from: usize, to: usize): bool {
  let p = from;
  let negative = false;
  if (p < to) {
    const sign = load<u8>(p);
    negative = sign == 45;
    if (negative || sign == 43) p++;
  }
  if (p >= to || to - p > 18) return false;
  let value: i64 = 0;
  for (; p < to; p++) {
    const digit = digitAt(p);
    if (digit > 9) return false;
    value = value * 10 + <i64>digit;
  }
  integer = negative ? -value : value;
  return true;
}

// @ts-ignore: decorator
@inline
function fits(width: u32): bool {
  if (width == 8) return true;
  if (width == 4) return integer == <i64>(<i32>integer);
  return integer == <i64>(<i16>integer);
}

// @ts-ignore: decorator
@inline
function storeInteger(out: usize, row: usize, width: u32, value: i64): void {
  if (width == 8) store<i64>(out + (row << 3), value);
  else if (width == 4) store<i32>(out + (row << 2), <i32>value);
  else store<i16>(out + (row << 1), <i16>value);
}

export function cellIntegers(
  cells: usize, rows: u32, width: u32, out: usize, others: usize,
): u32 {
  otherCount = 0;
  for (let row: usize = 0; row < <usize>rows; row++) {
    const start = load<u32>(cells + (row << 3));
    let value: i64 = 0;
    if (start != NULL_START) {
      if (readInteger(start, load<u32>(cells + (row << 3), 4)) && fits(width)) value = integer;
      else putOther(others, <u32>row);
    }
    storeInteger(out, row, width, value);
  }
  return otherCount;
}

let float: f64 = 0;

// @ts-ignore: decorator
@inline
function powerOfTen(exponent: i32): f64 {
  let power: f64 = 1;
  for (let i = 0; i < exponent; i++) power *= 10;
  return power;
}

/** Digits below 2^53 times or over an exact power of ten: one rounding, so the nearest value. */
function readFloat(from: usize, to: usize): bool {
  let p = from;
  let negative = false;
  if (p < to) {
    const sign = load<u8>(p);
    negative = sign == 45;
    if (negative || sign == 43) p++;
  }
  let digits: u64 = 0;
  let count = 0;
  let scale = 0;
  let hasPoint = false;
  for (; p < to; p++) {
    const digit = digitAt(p);
    if (digit <= 9) {
      if (count >= 18) return false;
      count++;
      digits = digits * 10 + <u64>digit;
      if (hasPoint) scale++;
    } else if (load<u8>(p) == 46 && !hasPoint) hasPoint = true;
    else break;
  }
  if (count == 0 || digits > 0x1fffffffffffff) return false;
  if (p < to) {
    if ((load<u8>(p) | 32) != 101 || to - p > 5 || !readInteger(p + 1, to)) return false;
    scale -= <i32>integer;
  }
  if (scale > 22 || scale < -22) return false;
  const value = scale >= 0 ? <f64>digits / powerOfTen(scale) : <f64>digits * powerOfTen(-scale);
  float = negative ? -value : value;
  return true;
}

export function cellFloats(cells: usize, rows: u32, out: usize, others: usize): u32 {
  otherCount = 0;
  for (let row: usize = 0; row < <usize>rows; row++) {
    const start = load<u32>(cells + (row << 3));
    let value: f64 = 0;
    if (start != NULL_START) {
      if (readFloat(start, load<u32>(cells + (row << 3), 4))) value = float;
      else putOther(others, <u32>row);
    }
    store<f64>(out + (row << 3), value);
  }
  return otherCount;
}

/** t, f, true, false. */
export function cellBooleans(cells: usize, rows: u32, out: usize, others: usize): u32 {
  otherCount = 0;
  let byte: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const start = load<u32>(cells + ((<usize>row) << 3));
    if (start != NULL_START) {
      const size = load<u32>(cells + ((<usize>row) << 3), 4) - start;
      const first = size > 0 ? <u32>load<u8>(start) : 0;
      const isTrue = first == 116 && (size == 1 || (size == 4 && load<u32>(start) == 0x65757274));
      const isFalse = first == 102
        && (size == 1 || (size == 5 && load<u32>(start, 1) == 0x65736c61));
      if (isTrue) byte |= 1 << (row & 7);
      else if (!isFalse) putOther(others, row);
    }
    if ((row & 7) != 7 && row + 1 != rows) continue;
    store<u8>(out + <usize>(row >> 3), <u8>byte);
    byte = 0;
  }
  return otherCount;
}

/** Two digits at `cursor`, at most `most`; 255 otherwise. */
// @ts-ignore: decorator
@inline
function readPair(most: u32): u32 {
  const tens = digitAt(cursor);
  const ones = digitAt(cursor + 1);
  cursor += 2;
  const value = tens * 10 + ones;
  return tens > 9 || ones > 9 || value > most ? 255 : value;
}

let days: i32 = 0;

/** YYYY-MM-DD at `cursor`; days since 1970 by Howard Hinnant's civil calendar. */
function readDate(): bool {
  if (stop - cursor < 10) return false;
  const century = readPair(99);
  const years = readPair(99);
  if (century == 255 || years == 255 || load<u8>(cursor) != 45) return false;
  cursor++;
  const month = readPair(12);
  if (month == 255 || month == 0 || load<u8>(cursor) != 45) return false;
  cursor++;
  const day = readPair(31);
  const year = century * 100 + years;
  if (day == 255 || day == 0 || year == 0 || day > daysIn(year, month)) return false;
  const y = <i32>year - (month <= 2 ? 1 : 0);
  const era = y / 400;
  const yearOfEra = y - era * 400;
  const shifted = <i32>month + (month > 2 ? -3 : 9);
  const dayOfYear = (153 * shifted + 2) / 5 + <i32>day - 1;
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  days = era * 146097 + dayOfEra - 719468;
  return true;
}

// @ts-ignore: decorator
@inline
function daysIn(year: u32, month: u32): u32 {
  if (month == 2) return (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return 30 + ((month ^ (month >> 3)) & 1);
}

export function cellDates(cells: usize, rows: u32, out: usize, others: usize): u32 {
  otherCount = 0;
  for (let row: usize = 0; row < <usize>rows; row++) {
    const start = load<u32>(cells + (row << 3));
    let value = 0;
    if (start != NULL_START) {
      cursor = start;
      stop = load<u32>(cells + (row << 3), 4);
      if (readDate() && cursor == stop) value = days;
      else putOther(others, <u32>row);
    }
    store<i32>(out + (row << 2), value);
  }
  return otherCount;
}

let micros: i64 = 0;

/** HH:MM:SS and up to six digits of a second at `cursor`. */
function readClock(): bool {
  if (stop - cursor < 8) return false;
  const hour = readPair(23);
  if (hour == 255 || load<u8>(cursor) != 58) return false;
  cursor++;
  const minute = readPair(59);
  if (minute == 255 || load<u8>(cursor) != 58) return false;
  cursor++;
  const second = readPair(59);
  if (second == 255) return false;
  let fraction: u32 = 0;
  if (cursor < stop && load<u8>(cursor) == 46) {
    cursor++;
    let unit: u32 = 100000;
    for (; cursor < stop && digitAt(cursor) <= 9; cursor++) {
      if (unit == 0) return false;
      fraction += digitAt(cursor) * unit;
      unit /= 10;
    }
  }
  micros = <i64>(hour * 3600 + minute * 60 + second) * 1000000 + <i64>fraction;
  return true;
}

let offsetSeconds: i32 = 0;

/** Z, +HH, +HH:MM or +HHMM up to `stop`. */
function readOffset(): bool {
  const sign = load<u8>(cursor);
  cursor++;
  offsetSeconds = 0;
  if (sign == 90) return cursor == stop;
  if ((sign != 43 && sign != 45) || stop - cursor < 2) return false;
  const hour = readPair(14);
  if (hour == 255) return false;
  let minute: u32 = 0;
  if (cursor < stop) {
    if (load<u8>(cursor) == 58) cursor++;
    if (stop - cursor != 2) return false;
    minute = readPair(59);
    if (minute == 255) return false;
  }
  const seconds = <i32>(hour * 3600 + minute * 60);
  offsetSeconds = sign == 45 ? -seconds : seconds;
  return true;
}

/** `zones`: 0 none may be given, 1 one has to be given, 2 none given is UTC. */
function readTimestamp(zones: u32): bool {
  if (!readDate() || cursor >= stop) return false;
  const between = load<u8>(cursor);
  if (between != 32 && between != 84) return false;
  cursor++;
  if (!readClock()) return false;
  offsetSeconds = 0;
  if (cursor == stop) return zones != 1;
  return zones != 0 && readOffset();
}

export function cellTimestamps(
  cells: usize, rows: u32, zones: u32, out: usize, others: usize,
): u32 {
  otherCount = 0;
  for (let row: usize = 0; row < <usize>rows; row++) {
    const start = load<u32>(cells + (row << 3));
    let value: i64 = 0;
    if (start != NULL_START) {
      cursor = start;
      stop = load<u32>(cells + (row << 3), 4);
      if (readTimestamp(zones)) {
        value = <i64>days * 86400000000 + micros - <i64>offsetSeconds * 1000000;
      } else putOther(others, <u32>row);
    }
    store<i64>(out + (row << 3), value);
  }
  return otherCount;
}
