/**
 * Encoding of full segments: dictionaries, packed hexadecimal, smallest and largest values.
 *
 * `validity` is a bitmap, bit set = not null, 0 = no nulls. Texts are u32 offsets and bytes.
 */

const NULL_ROW: u32 = 0xffffffff;

// @ts-ignore: decorator
@inline
function isValid(validity: usize, row: usize): bool {
  return !validity || ((load<u8>(validity + (row >> 3)) >> <u8>(row & 7)) & 1) != 0;
}

/** indexes[i] = null row where row number rows[i] (or i) is null. */
export function maskNullRows(validity: usize, rows: usize, count: u32, indexes: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rows ? <usize>load<u32>(rows + (i << 2)) : i;
    if (!isValid(validity, row)) store<u32>(indexes + (i << 2), NULL_ROW);
  }
}

// @ts-ignore: decorator
@inline
function hashText(from: usize, size: u32): u64 {
  let hash: u64 = (<u64>size) * 0x9e3779b97f4a7c15;
  let at = from;
  let rest = size;
  for (; rest >= 8; rest -= 8) {
    hash = (hash ^ load<u64>(at)) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 29;
    at += 8;
  }
  if (rest != 0) {
    const last = load<u64>(at) & ((<u64>1 << (<u64>rest << 3)) - 1);
    hash = (hash ^ last) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 29;
  }
  return hash ^ (hash >> 32);
}

// @ts-ignore: decorator
@inline
function sameText(a: usize, b: usize, size: u32): bool {
  let i: u32 = 0;
  for (; i + 8 <= size; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false;
  for (; i < size; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}

/**
 * u32 codes of the texts in order of first appearance (null rows: 0) and the row of each code's
 * first appearance. `slots` is u32[slotMask + 1] filled with 0. Returns the number of distinct
 * texts, or -1 when it exceeds `distinctMax`; then the outputs are undefined.
 */
export function dictionaryEncode(
  values: usize, offsets: usize, validity: usize, count: u32, slots: usize, slotMask: u32,
  distinctMax: u32, codes: usize, firstRows: usize,
): i32 {
  let distinct: u32 = 0;
  for (let row: usize = 0; row < <usize>count; row++) {
    const codeAt = codes + (row << 2);
    if (!isValid(validity, row)) {
      store<u32>(codeAt, 0);
      continue;
    }
    const start = load<u32>(offsets + (row << 2));
    const size = load<u32>(offsets + (row << 2) + 4) - start;
    const text = values + <usize>start;
    let slot = <u32>hashText(text, size) & slotMask;
    while (true) {
      const entry = load<u32>(slots + (<usize>slot << 2));
      if (entry == 0) {
        if (distinct == distinctMax) return -1;
        store<u32>(firstRows + (<usize>distinct << 2), <u32>row);
        store<u32>(codeAt, distinct);
        distinct++;
        store<u32>(slots + (<usize>slot << 2), distinct);
        break;
      }
      const first = <usize>load<u32>(firstRows + (<usize>(entry - 1) << 2));
      const firstStart = load<u32>(offsets + (first << 2));
      const firstSize = load<u32>(offsets + (first << 2) + 4) - firstStart;
      if (firstSize == size && sameText(values + <usize>firstStart, text, size)) {
        store<u32>(codeAt, entry - 1);
        break;
      }
      slot = (slot + 1) & slotMask;
    }
  }
  return <i32>distinct;
}

/** Writes u32 codes in `codeBytes` (1, 2 or 4) bytes each. */
export function narrowCodes(codes: usize, count: u32, codeBytes: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const code = load<u32>(codes + (i << 2));
    if (codeBytes == 1) store<u8>(out + i, <u8>code);
    else if (codeBytes == 2) store<u16>(out + (i << 1), <u16>code);
    else store<u32>(out + (i << 2), code);
  }
}

// @ts-ignore: decorator
@inline
function hexDigit(byte: u32): u32 {
  if (byte - 48 < 10) return byte - 48;
  if (byte - 97 < 6) return byte - 87;
  return 255;
}

/**
 * Packs texts of exactly 2 * hexBytes lower-case hexadecimal digits; null rows become zeros.
 * Returns 1, or 0 at the first text of another form.
 */
export function hexPack(
  values: usize, offsets: usize, validity: usize, count: u32, hexBytes: u32, out: usize,
): i32 {
  for (let row: usize = 0; row < <usize>count; row++) {
    const to = out + row * <usize>hexBytes;
    if (!isValid(validity, row)) {
      memory.fill(to, 0, hexBytes);
      continue;
    }
    const start = load<u32>(offsets + (row << 2));
    if (load<u32>(offsets + (row << 2) + 4) - start != hexBytes << 1) return 0;
    const text = values + <usize>start;
    for (let i: usize = 0; i < <usize>hexBytes; i++) {
      const high = hexDigit(load<u8>(text + (i << 1)));
      const low = hexDigit(load<u8>(text + (i << 1) + 1));
      if ((high | low) > 15) return 0;
      store<u8>(to + i, <u8>((high << 4) | low));
    }
  }
  return 1;
}

// @ts-ignore: decorator
@inline
function extremes<T>(values: usize, validity: usize, count: u32, out: usize): i32 {
  let smallest: T = 0;
  let largest: T = 0;
  let found: i32 = 0;
  for (let row: usize = 0; row < <usize>count; row++) {
    if (!isValid(validity, row)) continue;
    const value = load<T>(values + row * sizeof<T>());
    if (isFloat<T>() && value != value) return -1;
    if (found == 0) {
      smallest = value;
      largest = value;
    } else {
      if (value < smallest) smallest = value;
      if (value > largest) largest = value;
    }
    found++;
  }
  store<T>(out, smallest);
  store<T>(out + 8, largest);
  return found;
}

/** Smallest value at `out`, largest at `out + 8`; returns the number of values that are not null. */
export function extremesI16(values: usize, validity: usize, count: u32, out: usize): i32 {
  return extremes<i16>(values, validity, count, out);
}

export function extremesI32(values: usize, validity: usize, count: u32, out: usize): i32 {
  return extremes<i32>(values, validity, count, out);
}

export function extremesU32(values: usize, validity: usize, count: u32, out: usize): i32 {
  return extremes<u32>(values, validity, count, out);
}

export function extremesI64(values: usize, validity: usize, count: u32, out: usize): i32 {
  return extremes<i64>(values, validity, count, out);
}

/** Like the others, but -1 when a value is NaN. */
export function extremesF32(values: usize, validity: usize, count: u32, out: usize): i32 {
  return extremes<f32>(values, validity, count, out);
}

export function extremesF64(values: usize, validity: usize, count: u32, out: usize): i32 {
  return extremes<f64>(values, validity, count, out);
}

// @ts-ignore: decorator
@inline
function compareTexts(a: usize, aSize: u32, b: usize, bSize: u32): i32 {
  const size = min<u32>(aSize, bSize);
  for (let i: usize = 0; i < <usize>size; i++) {
    const difference = <i32>load<u8>(a + i) - <i32>load<u8>(b + i);
    if (difference != 0) return difference;
  }
  return <i32>aSize - <i32>bSize;
}

/**
 * Rows of the bytewise smallest and largest texts: u32 at `out` and `out + 8`; returns the number
 * of texts that are not null.
 */
export function extremeTexts(
  values: usize, offsets: usize, validity: usize, count: u32, out: usize,
): i32 {
  let smallest: usize = 0;
  let largest: usize = 0;
  let found: i32 = 0;
  for (let row: usize = 0; row < <usize>count; row++) {
    if (!isValid(validity, row)) continue;
    if (found == 0) {
      smallest = row;
      largest = row;
    } else {
      const start = load<u32>(offsets + (row << 2));
      const size = load<u32>(offsets + (row << 2) + 4) - start;
      const low = load<u32>(offsets + (smallest << 2));
      const lowSize = load<u32>(offsets + (smallest << 2) + 4) - low;
      if (compareTexts(values + start, size, values + low, lowSize) < 0) smallest = row;
      const high = load<u32>(offsets + (largest << 2));
      const highSize = load<u32>(offsets + (largest << 2) + 4) - high;
      if (compareTexts(values + start, size, values + high, highSize) > 0) largest = row;
    }
    found++;
  }
  store<u32>(out, <u32>smallest);
  store<u32>(out + 8, <u32>largest);
  return found;
}
