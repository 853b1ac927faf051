/**
 * Rows by number: gather by index list, append with selection.
 *
 * `rows` points to `count` u32 row numbers; 0 means rows 0 … count-1. Row number 0xFFFFFFFF is
 * the null row of an outer join: its value is zero, its validity bit 0, its text empty.
 */

const NULL_ROW: u32 = 0xffffffff;
/** `0` to `9`, `a` to `f`. */
const HEX_DIGITS = i8x16(48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102);

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, i: usize): u32 {
  return rows ? load<u32>(rows + (i << 2)) : <u32>i;
}

// @ts-ignore: decorator
@inline
function gatherValues<T>(values: usize, rows: usize, count: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<u32>(rows + (i << 2));
    const value = row == NULL_ROW ? <T>0 : load<T>(values + <usize>row * sizeof<T>());
    store<T>(out + i * sizeof<T>(), value);
  }
}

export function gather8(values: usize, rows: usize, count: u32, out: usize): void {
  gatherValues<u8>(values, rows, count, out);
}

export function gather16(values: usize, rows: usize, count: u32, out: usize): void {
  gatherValues<u16>(values, rows, count, out);
}

export function gather32(values: usize, rows: usize, count: u32, out: usize): void {
  gatherValues<u32>(values, rows, count, out);
}

export function gather64(values: usize, rows: usize, count: u32, out: usize): void {
  gatherValues<u64>(values, rows, count, out);
}

export function gather128(values: usize, rows: usize, count: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<u32>(rows + (i << 2));
    const value = row == NULL_ROW ? i64x2.splat(0) : v128.load(values + ((<usize>row) << 4));
    v128.store(out + (i << 4), value);
  }
}

export function gatherWide(values: usize, width: u32, rows: usize, count: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<u32>(rows + (i << 2));
    const to = out + i * <usize>width;
    if (row == NULL_ROW) memory.fill(to, 0, width);
    else memory.copy(to, values + <usize>row * <usize>width, width);
  }
}

export function copyBytes(from: usize, byteSize: u32, out: usize): void {
  memory.copy(out, from, byteSize);
}

export function fillBytes(out: usize, value: u32, byteSize: u32): void {
  memory.fill(out, <u8>value, byteSize);
}

export function fill32(out: usize, value: u32, count: u32): void {
  const wide = i32x4.splat(value);
  let i: usize = 0;
  for (; i + 4 <= <usize>count; i += 4) v128.store(out + (i << 2), wide);
  for (; i < <usize>count; i++) store<u32>(out + (i << 2), value);
}

/** out[i] = first + i. */
export function fillSequence(out: usize, first: u32, count: u32): void {
  for (let i: usize = 0; i < <usize>count; i++) store<u32>(out + (i << 2), first + <u32>i);
}

/** Row 0 for every row, the null row kept: gathers a constant. */
export function zeroRows(rows: usize, count: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<u32>(rows + (i << 2));
    store<u32>(out + (i << 2), row == NULL_ROW ? NULL_ROW : 0);
  }
}

// @ts-ignore: decorator
@inline
function bitOf(bitmap: usize, row: u32): u32 {
  return (load<u8>(bitmap + <usize>(row >> 3)) >> <u8>(row & 7)) & 1;
}

// @ts-ignore: decorator
@inline
function putBit(bitmap: usize, row: u32, bit: u32): void {
  const at = bitmap + <usize>(row >> 3);
  const mask: u32 = 1 << (row & 7);
  const byte = <u32>load<u8>(at);
  store<u8>(at, <u8>(bit ? byte | mask : byte & ~mask));
}

/**
 * Appends `count` bits at bit `outBit` of `out`; bitmap 0 stands for all ones. Bits of null rows
 * are 0. Returns the number of zero bits appended.
 */
export function appendBits(bitmap: usize, rows: usize, count: u32, out: usize, outBit: u32): u32 {
  let zeros: u32 = 0;
  let i: u32 = 0;
  for (; i < count && ((outBit + i) & 7) != 0; i++) {
    const row = rowAt(rows, i);
    const bit: u32 = row == NULL_ROW ? 0 : bitmap ? bitOf(bitmap, row) : 1;
    putBit(out, outBit + i, bit);
    zeros += 1 - bit;
  }
  for (; i < count; i += 8) {
    let byte: u32 = 0;
    const n = min<u32>(8, count - i);
    for (let j: u32 = 0; j < n; j++) {
      const row = rowAt(rows, i + j);
      const bit: u32 = row == NULL_ROW ? 0 : bitmap ? bitOf(bitmap, row) : 1;
      byte |= bit << j;
    }
    zeros += n - popcnt<u32>(byte);
    store<u8>(out + <usize>((outBit + i) >> 3), <u8>byte);
  }
  return zeros;
}

/** Appends `count` ones at bit `outBit` of `out`. */
export function appendOnes(count: u32, out: usize, outBit: u32): void {
  let i: u32 = 0;
  for (; i < count && ((outBit + i) & 7) != 0; i++) putBit(out, outBit + i, 1);
  const whole = (count - i) >> 3;
  memory.fill(out + <usize>((outBit + i) >> 3), 0xff, whole);
  i += whole << 3;
  for (; i < count; i++) putBit(out, outBit + i, 1);
}

/**
 * outOffsets[0 … count] for the texts of the rows laid one after the other from byte `start`;
 * returns the end. Ends above 4 GiB do not occur: memory is smaller.
 */
export function gatherOffsets(
  offsets: usize, rows: usize, count: u32, outOffsets: usize, start: u32,
): u32 {
  let end = start;
  store<u32>(outOffsets, end);
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (row != NULL_ROW) {
      const at = offsets + ((<usize>row) << 2);
      end += load<u32>(at + 4) - load<u32>(at);
    }
    store<u32>(outOffsets + (i << 2) + 4, end);
  }
  return end;
}

/** Copies the texts of the rows to where `gatherOffsets` placed them within `out`. */
export function gatherTexts(
  values: usize, offsets: usize, rows: usize, count: u32, outOffsets: usize, out: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (row == NULL_ROW) continue;
    const from = load<u32>(offsets + ((<usize>row) << 2));
    const to = load<u32>(outOffsets + (i << 2));
    copyText(values + <usize>from, out + <usize>to, load<u32>(outOffsets + (i << 2) + 4) - to);
  }
}

// @ts-ignore: decorator
@inline
function copyText(from: usize, to: usize, size: u32): void {
  if (size > 32) {
    memory.copy(to, from, size);
    return;
  }
  let i: usize = 0;
  for (; i + 8 <= <usize>size; i += 8) store<u64>(to + i, load<u64>(from + i));
  for (; i < <usize>size; i++) store<u8>(to + i, load<u8>(from + i));
}

/** Widens 1-, 2- or 4-byte codes at the rows to u32. */
export function gatherCodes(
  codes: usize, codeBytes: u32, rows: usize, count: u32, out: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = <usize>rowAt(rows, i);
    const code: u32 = codeBytes == 1 ? <u32>load<u8>(codes + row)
      : codeBytes == 2 ? <u32>load<u16>(codes + (row << 1))
      : load<u32>(codes + (row << 2));
    store<u32>(out + (i << 2), code);
  }
}

/** Lower-case hexadecimal text of `count` rows of `hexBytes` bytes, 2 * hexBytes bytes each. */
export function hexTexts(values: usize, hexBytes: u32, rows: usize, count: u32, out: usize): void {
  let to = out;
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    const from = values + <usize>(row == NULL_ROW ? 0 : row) * <usize>hexBytes;
    let j: usize = 0;
    for (; j + 16 <= <usize>hexBytes; j += 16) {
      const bytes = v128.load(from + j);
      const high = i8x16.swizzle(HEX_DIGITS, i8x16.shr_u(bytes, 4));
      const low = i8x16.swizzle(HEX_DIGITS, v128.and(bytes, i8x16.splat(15)));
      v128.store(to, i8x16.shuffle(
        high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
      v128.store(to, i8x16.shuffle(
        high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), 16);
      to += 32;
    }
    for (; j < <usize>hexBytes; j++) {
      const byte = <u32>load<u8>(from + j);
      const high = byte >> 4;
      const low = byte & 15;
      store<u8>(to, <u8>(high + (high < 10 ? 48 : 87)));
      store<u8>(to + 1, <u8>(low + (low < 10 ? 48 : 87)));
      to += 2;
    }
  }
}

/** out[i] = first + i * step: offsets of texts of one length. */
export function fillOffsets(out: usize, first: u32, step: u32, count: u32): void {
  for (let i: usize = 0; i < <usize>count; i++) store<u32>(out + (i << 2), first + <u32>i * step);
}
