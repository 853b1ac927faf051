/**
 * One member of each jsonb object, by key. The text is PostgreSQL's normal form:
 *
 *     {"key": value, "key2": value}      keys by length, then bytes; each key once
 *
 * Escapes in strings are \" \\ \b \f \n \r \t and \u00XX, nothing else.
 */

const quote: u8 = 0x22;
const backslash: u8 = 0x5c;

// @ts-ignore: decorator
@inline
function rowAt(selection: usize, i: usize): usize {
  return selection == 0 ? i : <usize>load<u32>(selection + (i << 2));
}

/** The place of the closing quote of a string whose first character is at `at`. */
function stringEnd(at: usize): usize {
  while (true) {
    const block = v128.load(at);
    const stops = v128.or(
      i8x16.eq(block, i8x16.splat(0x22)), i8x16.eq(block, i8x16.splat(0x5c)),
    );
    const mask = i8x16.bitmask(stops);
    if (mask == 0) {
      at += 16;
      continue;
    }
    at += <usize>ctz<i32>(mask);
    if (load<u8>(at) == quote) return at;
    at += 2;
  }
}

/** The place behind the object or array that begins at `at`. */
function containerEnd(at: usize): usize {
  let depth = 0;
  while (true) {
    const block = v128.load(at);
    // Setting bit 5 makes [ and { one, ] and } the other.
    const folded = v128.or(block, i8x16.splat(0x20));
    const stops = v128.or(
      i8x16.eq(block, i8x16.splat(0x22)),
      v128.or(i8x16.eq(folded, i8x16.splat(0x7b)), i8x16.eq(folded, i8x16.splat(0x7d))),
    );
    const mask = i8x16.bitmask(stops);
    if (mask == 0) {
      at += 16;
      continue;
    }
    at += <usize>ctz<i32>(mask);
    const byte = load<u8>(at);
    if (byte == quote) at = stringEnd(at + 1) + 1;
    else {
      at++;
      if ((byte | 0x20) == 0x7b) depth++;
      else if (--depth == 0) return at;
    }
  }
}

/** The place behind the value that begins at `at`. */
function valueEnd(at: usize): usize {
  const first = load<u8>(at);
  if (first == quote) return stringEnd(at + 1) + 1;
  if ((first | 0x20) == 0x7b) return containerEnd(at);
  while (true) {
    const byte = load<u8>(at);
    if (byte == 0x2c || byte == 0x7d || byte == 0x5d) return at;
    at++;
  }
}

function hasEscape(start: usize, stop: usize): bool {
  for (let at = start; at < stop; at++) if (load<u8>(at) == backslash) return true;
  return false;
}

/** Where the value of the key begins; 0 when there is none. */
function memberAt(text: usize, end: usize, key: usize, keySize: usize, isPlainKey: i32): usize {
  let at = text + 1;
  if (end - text < 3 || load<u8>(text) != 0x7b) return 0;
  while (true) {
    const start = at + 1;
    const stop = stringEnd(start);
    const size = stop - start;
    const value = stop + 3;
    if (size == keySize && memory.compare(start, key, size) == 0) return value;
    // Only longer keys follow, unless an escape makes this one look longer than it is.
    if (isPlainKey != 0 && size > keySize && !hasEscape(start, stop)) return 0;
    at = valueEnd(value);
    if (load<u8>(at) != 0x2c) return 0;
    at += 2;
  }
}

/** Bytes of a string's characters once its escapes are resolved. */
function plainSize(start: usize, stop: usize): u32 {
  let size: u32 = 0;
  for (let at = start; at < stop; size++) {
    if (load<u8>(at) != backslash) at++;
    else at += load<u8>(at + 1) == 0x75 ? 6 : 2;
  }
  return size;
}

function hexDigit(byte: u8): u8 {
  return byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57;
}

function escaped(letter: u8): u8 {
  if (letter == 0x62) return 8;
  if (letter == 0x66) return 12;
  if (letter == 0x6e) return 10;
  if (letter == 0x72) return 13;
  if (letter == 0x74) return 9;
  return letter;
}

function copyPlain(start: usize, stop: usize, out: usize): void {
  for (let at = start; at < stop; out++) {
    const byte = load<u8>(at);
    if (byte != backslash) {
      store<u8>(out, byte);
      at++;
    } else if (load<u8>(at + 1) == 0x75) {
      store<u8>(out, (hexDigit(load<u8>(at + 4)) << 4) | hexDigit(load<u8>(at + 5)));
      at += 6;
    } else {
      store<u8>(out, escaped(load<u8>(at + 1)));
      at += 2;
    }
  }
}

/**
 * Finds the member in each selected row: where its value begins (0: nowhere) and, per physical
 * row, the offsets of what is copied. Returns the bytes needed.
 */
export function findJsonbMembers(
  values: usize, offsets: usize, key: usize, keySize: u32, isPlainKey: i32, asText: i32,
  count: i32, selection: usize, physicalRows: i32, places: usize, flags: usize, outOffsets: usize,
): u32 {
  let total: u32 = 0;
  let next: usize = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(selection, i);
    for (; next <= row; next++) {
      store<u32>(outOffsets + (next << 2), total);
      store<u8>(flags + next, 0);
    }
    const start = values + <usize>load<u32>(offsets + (row << 2));
    const end = values + <usize>load<u32>(offsets + (row << 2), 4);
    let place = memberAt(start, end, key, keySize, isPlainKey);
    if (place != 0 && asText != 0 && load<u8>(place) == 0x6e) place = 0;
    store<u32>(places + (row << 2), <u32>place);
    if (place == 0) continue;
    store<u8>(flags + row, 1);
    const stop = valueEnd(place);
    total += asText != 0 && load<u8>(place) == quote
      ? plainSize(place + 1, stop - 1)
      : <u32>(stop - place);
  }
  for (; next <= <usize>physicalRows; next++) {
    store<u32>(outOffsets + (next << 2), total);
    if (next < <usize>physicalRows) store<u8>(flags + next, 0);
  }
  return total;
}

/** Copies what findJsonbMembers found. */
export function copyJsonbMembers(
  places: usize, asText: i32, count: i32, selection: usize, outOffsets: usize, out: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(selection, i);
    const place = <usize>load<u32>(places + (row << 2));
    if (place == 0) continue;
    const start = load<u32>(outOffsets + (row << 2));
    const size = load<u32>(outOffsets + (row << 2), 4) - start;
    const target = out + <usize>start;
    if (asText == 0 || load<u8>(place) != quote) {
      memory.copy(target, place, size);
      continue;
    }
    const stop = stringEnd(place + 1);
    if (stop - place - 1 == <usize>size) memory.copy(target, place + 1, size);
    else copyPlain(place + 1, stop, target);
  }
}
