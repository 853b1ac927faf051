/**
 * Ids of dictionary codes through a table: `map` has a u32 per code, and the word before it is the
 * id of NULL. Ids are below 2^31; cells not seen yet and entries not found have the upper bit set.
 */

const UNSEEN: u32 = 0xfffffffe;
const PENDING: u32 = 0xfffffffd;

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, i: usize): u32 {
  return rows ? load<u32>(rows + (i << 2)) : <u32>i;
}

// @ts-ignore: decorator
@inline
function isNull(validity: usize, row: u32): bool {
  return ((load<u8>(validity + <usize>(row >> 3)) >> <u8>(row & 7)) & 1) == 0;
}

// @ts-ignore: decorator
@inline
function idOf<T>(codes: usize, row: usize, map: usize): u32 {
  return load<u32>(map + (<usize>load<T>(codes + row * sizeof<T>()) << 2));
}

/** Ids of all codes; the upper bit of the result is set when some id is not one. */
// @ts-ignore: decorator
@inline
function mapDense<T>(codes: usize, count: u32, map: usize, out: usize): u32 {
  let strange: u32 = 0;
  let i: usize = 0;
  for (; i + 4 <= <usize>count; i += 4) {
    const a = idOf<T>(codes, i, map);
    const b = idOf<T>(codes, i + 1, map);
    const c = idOf<T>(codes, i + 2, map);
    const d = idOf<T>(codes, i + 3, map);
    const to = out + (i << 2);
    store<u32>(to, a);
    store<u32>(to, b, 4);
    store<u32>(to, c, 8);
    store<u32>(to, d, 12);
    strange |= a | b | c | d;
  }
  for (; i < <usize>count; i++) {
    const id = idOf<T>(codes, i, map);
    store<u32>(out + (i << 2), id);
    strange |= id;
  }
  return strange;
}

/** As mapDense, over selected rows. */
// @ts-ignore: decorator
@inline
function mapSelected<T>(codes: usize, rows: usize, count: u32, map: usize, out: usize): u32 {
  let strange: u32 = 0;
  let i: usize = 0;
  for (; i + 4 <= <usize>count; i += 4) {
    const from = rows + (i << 2);
    const a = idOf<T>(codes, <usize>load<u32>(from), map);
    const b = idOf<T>(codes, <usize>load<u32>(from, 4), map);
    const c = idOf<T>(codes, <usize>load<u32>(from, 8), map);
    const d = idOf<T>(codes, <usize>load<u32>(from, 12), map);
    const to = out + (i << 2);
    store<u32>(to, a);
    store<u32>(to, b, 4);
    store<u32>(to, c, 8);
    store<u32>(to, d, 12);
    strange |= a | b | c | d;
  }
  for (; i < <usize>count; i++) {
    const id = idOf<T>(codes, <usize>load<u32>(rows + (i << 2)), map);
    store<u32>(out + (i << 2), id);
    strange |= id;
  }
  return strange;
}

/** As mapDense, with NULLs: the word before the map is theirs. */
// @ts-ignore: decorator
@inline
function mapNullable<T>(
  codes: usize, validity: usize, rows: usize, count: u32, map: usize, out: usize,
): u32 {
  let strange: u32 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    const valid = (<i32>load<u8>(validity + <usize>(row >> 3)) >> <i32>(row & 7)) & 1;
    const code = <i32>load<T>(codes + <usize>row * sizeof<T>()) | (valid - 1);
    const id = load<u32>(map + ((<usize>code) << 2));
    store<u32>(out + (i << 2), id);
    strange |= id;
  }
  return strange;
}

// @ts-ignore: decorator
@inline
function mapCodesOf<T>(
  codes: usize, validity: usize, rows: usize, count: u32, map: usize, out: usize, missed: usize,
): u32 {
  let misses: u32 = 0;
  const strange = validity ? mapNullable<T>(codes, validity, rows, count, map, out)
    : rows ? mapSelected<T>(codes, rows, count, map, out)
    : mapDense<T>(codes, count, map, out);
  if (strange >> 31 == 0) return 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    let code = <i32>load<T>(codes + <usize>row * sizeof<T>());
    if (validity && isNull(validity, row)) code = -1;
    const cell = map + ((<usize>code) << 2);
    const id = load<u32>(cell);
    store<u32>(out + (i << 2), id);
    if (id >= PENDING && id <= UNSEEN) {
      if (id == UNSEEN) {
        store<u32>(cell, PENDING);
        store<u32>(missed + ((<usize>misses) << 2), <u32>code);
      }
      misses += id == UNSEEN ? 1 : 0;
    }
  }
  return misses;
}

/**
 * Ids of dictionary codes through `map` (u32 by code; the word before it is for NULL). Codes that
 * the map has not seen go to `missed`; when there are any, `internEntries` or `findEntries`
 * them and map again. Returns their number. Ids are below 2^31, so a set upper bit tells that
 * some code is not known or not found.
 */
export function mapCodes(
  codes: usize, codeBytes: u32, validity: usize, rows: usize, count: u32, map: usize,
  out: usize, missed: usize,
): u32 {
  if (codeBytes == 1) return mapCodesOf<u8>(codes, validity, rows, count, map, out, missed);
  if (codeBytes == 2) return mapCodesOf<u16>(codes, validity, rows, count, map, out, missed);
  return mapCodesOf<u32>(codes, validity, rows, count, map, out, missed);
}
