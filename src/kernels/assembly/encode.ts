/**
 * Rows into protocol messages; encode.ts one folder up describes the columns' 64 bytes.
 *
 * Every value is written where it lands, its length patched in front of it afterwards. Copies
 * overshoot by up to 15 bytes, so a value needs its length and 64 bytes of room.
 */

@external("env", "float8Text")
declare function float8Text(value: f64, pointer: usize): i32;
@external("env", "float4Text")
declare function float4Text(value: f32, pointer: usize): i32;

const spare: usize = 64;

// @ts-ignore: decorator
@inline
function store32(out: usize, value: i32): void {
  store<u32>(out, bswap<u32>(<u32>value));
}

// @ts-ignore: decorator
@inline
function copyText(from: usize, size: usize, out: usize): void {
  for (let i: usize = 0; i < size; i += 16) v128.store(out + i, v128.load(from + i));
}

// @ts-ignore: decorator
@inline
function writePair(out: usize, value: u32): void {
  const tens = value / 10;
  store<u16>(out, <u16>(0x3030 + tens + ((value - tens * 10) << 8)));
}

function writeUnsigned32(out: usize, value: u32): usize {
  let digits: i32 = 1;
  let bound: u32 = 10;
  while (digits < 10 && value >= bound) {
    digits++;
    bound *= 10;
  }
  let at = out + <usize>digits;
  let rest = value;
  while (rest >= 100) {
    const quotient = rest / 100;
    at -= 2;
    writePair(at, rest - quotient * 100);
    rest = quotient;
  }
  if (rest >= 10) writePair(at - 2, rest);
  else store<u8>(at - 1, <u8>(48 + rest));
  return out + <usize>digits;
}

/** Eight digits with leading zeros. */
function writeEight(out: usize, value: u32): usize {
  const high = value / 10000;
  const low = value - high * 10000;
  writePair(out, high / 100);
  writePair(out + 2, high % 100);
  writePair(out + 4, low / 100);
  writePair(out + 6, low % 100);
  return out + 8;
}

function writeUnsigned64(out: usize, value: u64): usize {
  if (value <= 0xffffffff) return writeUnsigned32(out, <u32>value);
  const high = value / 100000000;
  return writeEight(writeUnsigned64(out, high), <u32>(value - high * 100000000));
}

function writeSigned64(out: usize, value: i64): usize {
  if (value >= 0) return writeUnsigned64(out, <u64>value);
  store<u8>(out, 45);
  return writeUnsigned64(out + 1, 0 - <u64>value);
}

/** Six digits behind a point without trailing zeros; nothing for 0. */
function writeFraction(out: usize, micros: u32): usize {
  if (micros == 0) return out;
  store<u8>(out, 46);
  writePair(out + 1, micros / 10000);
  writePair(out + 3, (micros / 100) % 100);
  writePair(out + 5, micros % 100);
  let end = out + 7;
  while (load<u8>(end - 1) == 48) end--;
  return end;
}

/** Doubles whose shortest text is an integer below 1e15 or has at most six decimals. */
function writeFloat8(out: usize, value: f64): usize {
  const size = Math.abs(value);
  if (size < 1e15) {
    if (size == Math.floor(size)) {
      let at = out;
      if (reinterpret<i64>(value) < 0) {
        store<u8>(at, 45);
        at++;
      }
      return writeUnsigned64(at, <u64>size);
    }
    if (size >= 1e-4 && size < 1e8) {
      const scaled = Math.floor(size * 1e6 + 0.5);
      if (scaled < 1e15 && scaled / 1e6 == size) {
        let at = out;
        if (value < 0) {
          store<u8>(at, 45);
          at++;
        }
        const whole = <u64>scaled;
        const integer = whole / 1000000;
        at = writeUnsigned64(at, integer);
        return writeFraction(at, <u32>(whole - integer * 1000000));
      }
    }
  }
  return out + <usize>float8Text(value, out);
}

/** Singles whose shortest text has at most six digits, four of them decimals. */
function writeFloat4(out: usize, single: f32): usize {
  const value = <f64>single;
  const size = Math.abs(value);
  if (size < 1e6) {
    if (size == Math.floor(size)) {
      let at = out;
      if (reinterpret<i32>(single) < 0) {
        store<u8>(at, 45);
        at++;
      }
      return writeUnsigned32(at, <u32>size);
    }
    if (size >= 1e-4) {
      const scaled = Math.floor(size * 1e4 + 0.5);
      if (scaled < 1e6 && <f32>(scaled / 1e4) == <f32>size) {
        let at = out;
        if (value < 0) {
          store<u8>(at, 45);
          at++;
        }
        const whole = <u32>scaled;
        at = writeUnsigned32(at, whole / 10000);
        return writeFraction(at, (whole % 10000) * 100);
      }
    }
  }
  return out + <usize>float4Text(single, out);
}

function writeInfinity(out: usize, negative: bool): usize {
  let at = out;
  if (negative) {
    store<u8>(at, 45);
    at++;
  }
  store<u64>(at, 0x7974696e69666e69);
  return at + 8;
}

/** Year, month and day of a day number since 1970-01-01; the era is not written. */
function writeCivil(out: usize, day: i64): usize {
  const shifted = day + 719468;
  const era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const dayOfEra = <u32>(shifted - era * 146097);
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shiftedMonth = (5 * dayOfYear + 2) / 153;
  const dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  let year = <i32>yearOfEra + <i32>era * 400 + (month <= 2 ? 1 : 0);
  if (year <= 0) year = 1 - year;
  let at = out;
  if (year >= 10000) {
    at = writeUnsigned32(at, <u32>year);
  } else {
    writePair(at, <u32>year / 100);
    writePair(at + 2, <u32>year % 100);
    at += 4;
  }
  store<u8>(at, 45);
  writePair(at + 1, month);
  store<u8>(at + 3, 45);
  writePair(at + 4, dayOfMonth);
  return at + 6;
}

/** The last day written and its ten bytes; of this thread, like all globals here. */
let lastDay: i64 = i64.MIN_VALUE;
let lastDayHead: u64 = 0;
let lastDayTail: u16 = 0;

function writeDay(out: usize, day: i64): usize {
  if (day == lastDay) {
    store<u64>(out, lastDayHead);
    store<u16>(out + 8, lastDayTail);
    return out + 10;
  }
  const end = writeCivil(out, day);
  if (end == out + 10) {
    lastDay = day;
    lastDayHead = load<u64>(out);
    lastDayTail = load<u16>(out + 8);
  }
  return end;
}

/** 0001-01-01, the first day that is not BC. */
const firstDay: i64 = -719162;

function writeEra(out: usize, day: i64): usize {
  if (day >= firstDay) return out;
  store<u8>(out, 32);
  store<u16>(out + 1, 0x4342);
  return out + 3;
}

function writeDate(out: usize, day: i32): usize {
  if (day == i32.MAX_VALUE || day == i32.MIN_VALUE) return writeInfinity(out, day < 0);
  return writeEra(writeDay(out, day), day);
}

function writeTime(out: usize, micros: i64): usize {
  const seconds = <u32>(micros / 1000000);
  writePair(out, seconds / 3600);
  store<u8>(out + 2, 58);
  writePair(out + 3, (seconds / 60) % 60);
  store<u8>(out + 5, 58);
  writePair(out + 6, seconds % 60);
  return writeFraction(out + 8, <u32>(micros - <i64>seconds * 1000000));
}

function writeTimestamp(out: usize, micros: i64, column: usize): usize {
  if (micros == i64.MAX_VALUE || micros == i64.MIN_VALUE) return writeInfinity(out, micros < 0);
  const local = micros + load<i64>(column, 40);
  let day = local / 86400000000;
  let rest = local - day * 86400000000;
  if (rest < 0) {
    rest += 86400000000;
    day--;
  }
  let at = writeDay(out, day);
  store<u8>(at, 32);
  at = writeTime(at + 1, rest);
  const zoneLength = load<u32>(column, 36);
  v128.store(at, v128.load(column + 48));
  return writeEra(at + <usize>zoneLength, day);
}

/** Two hexadecimal digits of each of the 8 bytes at `from`, 16 characters. */
// @ts-ignore: decorator
@inline
function hexOf8(from: usize, out: usize): void {
  const bytes = v128.load64_zero(from);
  const high = i8x16.shr_u(bytes, 4);
  const low = v128.and(bytes, i8x16.splat(15));
  const nibbles = i8x16.shuffle(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const letters = v128.and(i8x16.gt_s(nibbles, i8x16.splat(9)), i8x16.splat(39));
  v128.store(out, i8x16.add(i8x16.add(nibbles, i8x16.splat(48)), letters));
}

function writeHex(from: usize, size: usize, out: usize): usize {
  for (let i: usize = 0; i < size; i += 8) hexOf8(from + i, out + i * 2);
  return out + size * 2;
}

function writeUuid(from: usize, out: usize): usize {
  hexOf8(from, out);
  hexOf8(from + 8, out + 20);
  // 16 digits at 0 … 15 become 8-4-4; 16 digits at 20 … 35 become 4-12.
  store<u32>(out + 14, load<u32>(out + 12));
  store<u32>(out + 9, load<u32>(out + 8));
  store<u8>(out + 8, 45);
  store<u8>(out + 13, 45);
  store<u8>(out + 18, 45);
  store<u32>(out + 19, load<u32>(out + 20));
  store<u8>(out + 23, 45);
  return out + 36;
}

// @ts-ignore: decorator
@inline
function isNull(validity: usize, row: u32): bool {
  if (validity == 0) return false;
  return ((load<u8>(validity + (row >> 3)) >> <u8>(row & 7)) & 1) == 0;
}

// @ts-ignore: decorator
@inline
function codeAt(column: usize, row: u32): u32 {
  const values = <usize>load<u32>(column, 8);
  const width = load<u32>(column, 28);
  if (width == 1) return load<u8>(values + row);
  if (width == 2) return load<u16>(values + ((<usize>row) << 1));
  return load<u32>(values + ((<usize>row) << 2));
}

/** Bytes of a varlen value as they are; 0 when they do not fit. */
function writeVarlen(column: usize, row: u32, prefix: u32, out: usize, outEnd: usize): usize {
  const encoding = load<u32>(column, 4);
  if (encoding == 2) {
    const width = <usize>load<u32>(column, 28);
    if (out + width * 2 + spare > outEnd) return 0;
    return writeHex(<usize>load<u32>(column, 8) + <usize>row * width, width, out);
  }
  let values: usize;
  let offsets: usize;
  let index = row;
  if (encoding == 1) {
    values = load<u32>(column, 20);
    offsets = load<u32>(column, 24);
    index = codeAt(column, row);
  } else {
    values = load<u32>(column, 8);
    offsets = load<u32>(column, 12);
  }
  const start = load<u32>(offsets + ((<usize>index) << 2));
  const size = <usize>(load<u32>(offsets + ((<usize>index) << 2), 4) - start);
  if (prefix == 2) {
    if (<u64>out + (<u64>size) * 2 + spare > <u64>outEnd) return 0;
    store<u16>(out, 0x785c);
    return writeHex(values + start, size, out + 2);
  }
  if (<u64>out + <u64>size + spare > <u64>outEnd) return 0;
  if (prefix == 1) store<u8>(out, 1);
  copyText(values + start, size, out + prefix);
  return out + prefix + size;
}

/** One value behind its length; 0 when it may not fit. */
function writeValue(column: usize, row: u32, out: usize, outEnd: usize): usize {
  const what = load<u32>(column);
  const values = <usize>load<u32>(column, 8);
  if (out + 2 * spare > outEnd) return 0;
  switch (what) {
    case 0: {
      const bit = (load<u8>(values + (row >> 3)) >> <u8>(row & 7)) & 1;
      store<u8>(out, bit == 1 ? 116 : 102);
      return out + 1;
    }
    case 1: return writeSigned64(out, load<i16>(values + ((<usize>row) << 1)));
    case 2: return writeSigned64(out, load<i32>(values + ((<usize>row) << 2)));
    case 3: return writeSigned64(out, load<i64>(values + ((<usize>row) << 3)));
    case 4: return writeUnsigned32(out, load<u32>(values + ((<usize>row) << 2)));
    case 5: return writeUnsigned64(out, load<u64>(values + ((<usize>row) << 3)));
    case 6: return writeFloat4(out, load<f32>(values + ((<usize>row) << 2)));
    case 7: return writeFloat8(out, load<f64>(values + ((<usize>row) << 3)));
    case 8: return writeDate(out, load<i32>(values + ((<usize>row) << 2)));
    case 9: return writeTime(out, load<i64>(values + ((<usize>row) << 3)));
    case 10: return writeTimestamp(out, load<i64>(values + ((<usize>row) << 3)), column);
    case 11: return writeUuid(values + ((<usize>row) << 4), out);
    case 12: return writeVarlen(column, row, 0, out, outEnd);
    case 13: return writeVarlen(column, row, 2, out, outEnd);
    case 32: {
      store<u8>(out, (load<u8>(values + (row >> 3)) >> <u8>(row & 7)) & 1);
      return out + 1;
    }
    case 33: {
      store<u16>(out, bswap<u16>(load<u16>(values + ((<usize>row) << 1))));
      return out + 2;
    }
    case 34: {
      store32(out, load<i32>(values + ((<usize>row) << 2)));
      return out + 4;
    }
    case 35: {
      store<u64>(out, bswap<u64>(load<u64>(values + ((<usize>row) << 3))));
      return out + 8;
    }
    case 36: {
      const day = load<i32>(values + ((<usize>row) << 2));
      const infinite = day == i32.MAX_VALUE || day == i32.MIN_VALUE;
      store32(out, infinite ? day : day - 10957);
      return out + 4;
    }
    case 37: {
      const micros = load<i64>(values + ((<usize>row) << 3));
      const infinite = micros == i64.MAX_VALUE || micros == i64.MIN_VALUE;
      store<u64>(out, bswap<u64>(<u64>(infinite ? micros : micros - 946684800000000)));
      return out + 8;
    }
    case 38: {
      v128.store(out, v128.load(values + ((<usize>row) << 4)));
      return out + 16;
    }
    default: return writeVarlen(column, row, 1, out, outEnd);
  }
}

export function encodeRows(
  columns: usize, columnCount: i32, selection: usize, from: i32, to: i32,
  tag: i32, out: usize, outEnd: usize, endCell: usize,
): i32 {
  let at = out;
  const columnsEnd = columns + (<usize>columnCount << 6);
  for (let position = from; position < to; position++) {
    const row = selection == 0 ? <u32>position : load<u32>(selection + ((<usize>position) << 2));
    let end = at + 7;
    if (end + spare > outEnd) {
      store<u32>(endCell, <u32>at);
      return position - from;
    }
    for (let column = columns; column < columnsEnd; column += 64) {
      const index = load<u32>(column, 32) == 1 ? 0 : row;
      if (isNull(load<u32>(column, 16), index)) {
        if (end + spare > outEnd) {
          store<u32>(endCell, <u32>at);
          return position - from;
        }
        store<i32>(end, -1);
        end += 4;
        continue;
      }
      const valueEnd = writeValue(column, index, end + 4, outEnd);
      if (valueEnd == 0) {
        store<u32>(endCell, <u32>at);
        return position - from;
      }
      store32(end, <i32>(valueEnd - end - 4));
      end = valueEnd;
    }
    store<u8>(at, <u8>tag);
    store32(at + 1, <i32>(end - at - 1));
    store<u16>(at + 5, bswap<u16>(<u16>columnCount));
    at = end;
  }
  store<u32>(endCell, <u32>at);
  return to - from;
}

export function rangeOf64(
  values: usize, validity: usize, selection: usize, count: i32, out: usize,
): i32 {
  let smallest = i64.MAX_VALUE;
  let largest = i64.MIN_VALUE;
  let found = 0;
  for (let position = 0; position < count; position++) {
    const row = selection == 0 ? <u32>position : load<u32>(selection + ((<usize>position) << 2));
    if (isNull(validity, row)) continue;
    const value = load<i64>(values + ((<usize>row) << 3));
    if (value == i64.MAX_VALUE || value == i64.MIN_VALUE) continue;
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
    found = 1;
  }
  store<i64>(out, smallest);
  store<i64>(out + 8, largest);
  return found;
}
