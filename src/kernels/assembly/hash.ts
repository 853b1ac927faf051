/**
 * Interning: distinct keys to dense ids 0, 1, 2 … in order of first appearance.
 *
 * State, 64 bytes that the caller allocates and fills:
 *
 *     0  u32 count      ids given out
 *     4  u32 limit      the table must grow before `count` exceeds it
 *     8  u32 mask       slots - 1
 *     12 u32 slots      u64 keys: {u64 key, u32 id + 1, u32 0}; byte keys: {u32 tag, u32 id + 1}
 *     16 u32 keys       u64 keys by id; byte keys: u32 offsets by id, count + 1 of them
 *     20 u32 heap       bytes of byte keys, in id order
 *     24 u32 heapUsed
 *     28 u32 heapBytes  capacity
 *     32 u32 nullId     id of NULL; NONE before the first; SKIP when NULL has no id
 *     36 u32 hashes     byte keys: low hash word by id
 *     40 u32 nullBytes  byte keys: zero bytes that stand for NULL among keys of one width
 *     44 u32 recent     byte keys: {u32 tag, u32 id + 1} of keys met lately, by 12 hash bits
 *
 * Slots are found by linear probing at a load of at most one half. An interning function returns
 * the position at which it stopped: `count` when done, less when the table must grow first.
 * `rows` = 0 stands for rows 0 … count-1. An id of NONE means "not there".
 */

const NONE: u32 = 0xffffffff;
const SKIP: u32 = 0xfffffffc;

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
function hash64(key: u64): u64 {
  let h = (key ^ (key >> 32)) * 0x9e3779b97f4a7c15;
  h = (h ^ (h >> 32)) * 0xd6e8feb86659fd93;
  return h ^ (h >> 32);
}

function hashText(at: usize, size: u32): u64 {
  let h: u64 = <u64>size * 0x9e3779b97f4a7c15;
  let i: usize = 0;
  for (; i + 8 <= <usize>size; i += 8) {
    h = (h ^ load<u64>(at + i)) * 0xd6e8feb86659fd93;
    h ^= h >> 32;
  }
  const rest = <u64>(size & 7);
  if (rest != 0) {
    h = (h ^ (load<u64>(at + i) & ((<u64>1 << (rest << 3)) - 1))) * 0xd6e8feb86659fd93;
    h ^= h >> 32;
  }
  return hash64(h);
}

// @ts-ignore: decorator
@inline
function sameText(a: usize, b: usize, size: u32): bool {
  let i: usize = 0;
  for (; i + 8 <= <usize>size; i += 8) {
    if (load<u64>(a + i) != load<u64>(b + i)) return false;
  }
  const rest = <u64>(size & 7);
  return rest == 0
    || ((load<u64>(a + i) ^ load<u64>(b + i)) & ((<u64>1 << (rest << 3)) - 1)) == 0;
}

// @ts-ignore: decorator
@inline
function hasRoomForNull(state: usize): bool {
  return load<u32>(state, 0) < load<u32>(state, 4)
    && load<u32>(state, 24) + load<u32>(state, 40) <= load<u32>(state, 28);
}

/** The id of NULL; gives one out on first use unless NULLs are skipped. */
function nullIdOf(state: usize, text: bool): u32 {
  let id = load<u32>(state, 32);
  if (id == SKIP) return NONE;
  if (id != NONE) return id;
  id = load<u32>(state, 0);
  const keys = <usize>load<u32>(state, 16);
  if (text) {
    const used = load<u32>(state, 24);
    const size = load<u32>(state, 40);
    memory.fill(<usize>load<u32>(state, 20) + <usize>used, 0, size);
    store<u32>(state, used + size, 24);
    store<u32>(keys + ((<usize>id) << 2) + 4, used + size);
    store<u32>(<usize>load<u32>(state, 36) + ((<usize>id) << 2), 0);
  } else {
    store<u64>(keys + ((<usize>id) << 3), 0);
  }
  store<u32>(state, id + 1, 0);
  store<u32>(state, id, 32);
  return id;
}

/** `keys` has one u64 per position; `validity` and `rows` tell which positions are NULL. */
export function internWords(
  state: usize, keys: usize, validity: usize, rows: usize, count: u32, from: u32, out: usize,
): u32 {
  const slots = <usize>load<u32>(state, 12);
  const mask = <u64>load<u32>(state, 8);
  const dense = <usize>load<u32>(state, 16);
  const limit = load<u32>(state, 4);
  let given = load<u32>(state, 0);
  let lastKey: u64 = 0;
  let lastId: u32 = NONE;
  for (let i = <usize>from; i < <usize>count; i++) {
    if (validity && isNull(validity, rowAt(rows, i))) {
      if (given >= limit) return <u32>i;
      store<u32>(out + (i << 2), nullIdOf(state, false));
      given = load<u32>(state, 0);
      continue;
    }
    const key = load<u64>(keys + (i << 3));
    if (key != lastKey || lastId == NONE) {
      let index = hash64(key) & mask;
      let slot = slots + (<usize>index << 4);
      let found = load<u32>(slot, 8);
      while (found != 0 && load<u64>(slot) != key) {
        index = (index + 1) & mask;
        slot = slots + (<usize>index << 4);
        found = load<u32>(slot, 8);
      }
      if (found == 0) {
        if (given >= limit) return <u32>i;
        store<u64>(dense + ((<usize>given) << 3), key);
        store<u64>(slot, key);
        found = ++given;
        store<u32>(slot, found, 8);
        store<u32>(state, given, 0);
      }
      lastKey = key;
      lastId = found - 1;
    }
    store<u32>(out + (i << 2), lastId);
  }
  return count;
}

/**
 * As internWords, over u64 values by row without NULLs: a key that is that of the row before costs
 * one comparison.
 */
export function internValues(
  state: usize, values: usize, rows: usize, count: u32, from: u32, out: usize,
): u32 {
  const slots = <usize>load<u32>(state, 12);
  const mask = <u64>load<u32>(state, 8);
  const dense = <usize>load<u32>(state, 16);
  const limit = load<u32>(state, 4);
  let given = load<u32>(state, 0);
  let lastKey: u64 = 0;
  let lastId: u32 = NONE;
  for (let i = <usize>from; i < <usize>count; i++) {
    const key = load<u64>(values + (<usize>rowAt(rows, i) << 3));
    if (key != lastKey || lastId == NONE) {
      let index = hash64(key) & mask;
      let slot = slots + (<usize>index << 4);
      let found = load<u32>(slot, 8);
      while (found != 0 && load<u64>(slot) != key) {
        index = (index + 1) & mask;
        slot = slots + (<usize>index << 4);
        found = load<u32>(slot, 8);
      }
      if (found == 0) {
        if (given >= limit) return <u32>i;
        store<u64>(dense + ((<usize>given) << 3), key);
        store<u64>(slot, key);
        found = ++given;
        store<u32>(slot, found, 8);
        store<u32>(state, given, 0);
      }
      lastKey = key;
      lastId = found - 1;
    }
    store<u32>(out + (i << 2), lastId);
  }
  return count;
}

/** Like internWords without giving out ids: NONE where the key is not there. */
export function findWords(
  state: usize, keys: usize, validity: usize, rows: usize, count: u32, out: usize,
): void {
  const slots = <usize>load<u32>(state, 12);
  const mask = <u64>load<u32>(state, 8);
  const nullId = load<u32>(state, 32);
  for (let i: usize = 0; i < <usize>count; i++) {
    if (validity && isNull(validity, rowAt(rows, i))) {
      store<u32>(out + (i << 2), nullId == SKIP ? NONE : nullId);
      continue;
    }
    const key = load<u64>(keys + (i << 3));
    let index = hash64(key) & mask;
    let slot = slots + (<usize>index << 4);
    let found = load<u32>(slot, 8);
    while (found != 0 && load<u64>(slot) != key) {
      index = (index + 1) & mask;
      slot = slots + (<usize>index << 4);
      found = load<u32>(slot, 8);
    }
    store<u32>(out + (i << 2), found - 1);
  }
}

/** Fills the empty slots that the state now points to with the keys it holds. */
/** Puts ids [from, to) into the slots. */
export function rehashWords(state: usize, from: u32, to: u32): void {
  const slots = <usize>load<u32>(state, 12);
  const mask = <u64>load<u32>(state, 8);
  const dense = <usize>load<u32>(state, 16);
  const nullId = load<u32>(state, 32);
  for (let id = from; id < to; id++) {
    if (id == nullId) continue;
    const key = load<u64>(dense + ((<usize>id) << 3));
    let index = hash64(key) & mask;
    while (load<u32>(slots + (<usize>index << 4), 8) != 0) index = (index + 1) & mask;
    store<u64>(slots + (<usize>index << 4), key);
    store<u32>(slots + (<usize>index << 4), id + 1, 8);
  }
}

/** The text's id, a new one where needed; NONE when the table or the heap must grow first. */
// @ts-ignore: decorator
@inline
function internText(state: usize, at: usize, size: u32, hash: u64): u32 {
  const recent = <usize>load<u32>(state, 44) + ((<usize>(hash >> 20) & 4095) << 3);
  const lately = load<u32>(recent, 4);
  if (lately != 0 && load<u32>(recent) == <u32>(hash >> 32)) {
    const key = <usize>load<u32>(state, 16) + ((<usize>(lately - 1)) << 2);
    const start = load<u32>(key);
    const isSame = load<u32>(key, 4) - start == size
      && sameText(<usize>load<u32>(state, 20) + <usize>start, at, size);
    if (isSame) return lately - 1;
  }
  const id = internAnyText(state, at, size, hash);
  if (id != NONE) {
    store<u32>(recent, <u32>(hash >> 32));
    store<u32>(recent, id + 1, 4);
  }
  return id;
}

function internAnyText(state: usize, at: usize, size: u32, hash: u64): u32 {
  const slots = <usize>load<u32>(state, 12);
  const mask = load<u32>(state, 8);
  const offsets = <usize>load<u32>(state, 16);
  const heap = <usize>load<u32>(state, 20);
  const tag = <u32>(hash >> 32);
  let index = <u32>hash & mask;
  let slot = slots + ((<usize>index) << 3);
  let found = load<u32>(slot, 4);
  while (found != 0) {
    if (load<u32>(slot) == tag) {
      const key = offsets + ((<usize>(found - 1)) << 2);
      const start = load<u32>(key);
      if (load<u32>(key, 4) - start == size && sameText(heap + <usize>start, at, size)) {
        return found - 1;
      }
    }
    index = (index + 1) & mask;
    slot = slots + ((<usize>index) << 3);
    found = load<u32>(slot, 4);
  }
  const id = load<u32>(state, 0);
  const used = load<u32>(state, 24);
  if (id >= load<u32>(state, 4) || used + size > load<u32>(state, 28)) return NONE;
  memory.copy(heap + <usize>used, at, size);
  store<u32>(state, used + size, 24);
  store<u32>(offsets + ((<usize>id) << 2) + 4, used + size);
  store<u32>(<usize>load<u32>(state, 36) + ((<usize>id) << 2), <u32>hash);
  store<u32>(slot, tag);
  store<u32>(slot, id + 1, 4);
  store<u32>(state, id + 1, 0);
  return id;
}

// @ts-ignore: decorator
@inline
function findText(state: usize, at: usize, size: u32, hash: u64): u32 {
  const slots = <usize>load<u32>(state, 12);
  const mask = load<u32>(state, 8);
  const offsets = <usize>load<u32>(state, 16);
  const heap = <usize>load<u32>(state, 20);
  const tag = <u32>(hash >> 32);
  let index = <u32>hash & mask;
  let slot = slots + ((<usize>index) << 3);
  let found = load<u32>(slot, 4);
  while (found != 0) {
    if (load<u32>(slot) == tag) {
      const key = offsets + ((<usize>(found - 1)) << 2);
      const start = load<u32>(key);
      if (load<u32>(key, 4) - start == size && sameText(heap + <usize>start, at, size)) {
        return found - 1;
      }
    }
    index = (index + 1) & mask;
    slot = slots + ((<usize>index) << 3);
    found = load<u32>(slot, 4);
  }
  return NONE;
}

/** Hashes of the rows' texts, a u64 per position. `offsets` 0: rows of `width` bytes. */
export function hashTexts(
  values: usize, offsets: usize, width: u32, rows: usize, count: u32, out: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = <usize>rowAt(rows, i);
    if (offsets) {
      const start = load<u32>(offsets + (row << 2));
      const size = load<u32>(offsets + (row << 2), 4) - start;
      store<u64>(out + (i << 3), hashText(values + <usize>start, size));
    } else {
      store<u64>(out + (i << 3), hashText(values + row * <usize>width, width));
    }
  }
}

export function internTexts(
  state: usize, values: usize, offsets: usize, width: u32, validity: usize, rows: usize,
  count: u32, from: u32, hashes: usize, out: usize,
): u32 {
  for (let i = <usize>from; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (validity && isNull(validity, row)) {
      if (!hasRoomForNull(state)) return <u32>i;
      store<u32>(out + (i << 2), nullIdOf(state, true));
      continue;
    }
    let at = values;
    let size = width;
    if (offsets) {
      const start = load<u32>(offsets + ((<usize>row) << 2));
      size = load<u32>(offsets + ((<usize>row) << 2), 4) - start;
      at += <usize>start;
    } else {
      at += <usize>row * <usize>width;
    }
    const id = internText(state, at, size, load<u64>(hashes + (i << 3)));
    if (id == NONE) return <u32>i;
    store<u32>(out + (i << 2), id);
  }
  return count;
}

export function findTexts(
  state: usize, values: usize, offsets: usize, width: u32, validity: usize, rows: usize,
  count: u32, hashes: usize, out: usize,
): void {
  const nullId = load<u32>(state, 32);
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (validity && isNull(validity, row)) {
      store<u32>(out + (i << 2), nullId == SKIP ? NONE : nullId);
      continue;
    }
    let at = values;
    let size = width;
    if (offsets) {
      const start = load<u32>(offsets + ((<usize>row) << 2));
      size = load<u32>(offsets + ((<usize>row) << 2), 4) - start;
      at += <usize>start;
    } else {
      at += <usize>row * <usize>width;
    }
    store<u32>(out + (i << 2), findText(state, at, size, load<u64>(hashes + (i << 3))));
  }
}

/** Fills the empty slots that the state now points to, from the old table. */
/** Puts what is in `count` slots of before into the slots. */
export function rehashTexts(state: usize, oldSlots: usize, count: u32): void {
  const slots = <usize>load<u32>(state, 12);
  const mask = load<u32>(state, 8);
  const hashes = <usize>load<u32>(state, 36);
  for (let old: u32 = 0; old < count; old++) {
    const from = oldSlots + ((<usize>old) << 3);
    const found = load<u32>(from, 4);
    if (found == 0) continue;
    let index = load<u32>(hashes + ((<usize>(found - 1)) << 2)) & mask;
    while (load<u32>(slots + ((<usize>index) << 3), 4) != 0) index = (index + 1) & mask;
    store<u64>(slots + ((<usize>index) << 3), load<u64>(from));
  }
}

/** Interns the dictionary's entries named by `codes` and notes their ids in `map`. */
export function internEntries(
  state: usize, values: usize, offsets: usize, codes: usize, count: u32, from: u32, map: usize,
): u32 {
  for (let i = <usize>from; i < <usize>count; i++) {
    const code = load<u32>(codes + (i << 2));
    const cell = map + ((<usize><i32>code) << 2);
    if (code == NONE) {
      if (!hasRoomForNull(state)) return <u32>i;
      store<u32>(cell, nullIdOf(state, true));
      continue;
    }
    const start = load<u32>(offsets + ((<usize>code) << 2));
    const size = load<u32>(offsets + ((<usize>code) << 2), 4) - start;
    const at = values + <usize>start;
    const id = internText(state, at, size, hashText(at, size));
    if (id == NONE) return <u32>i;
    store<u32>(cell, id);
  }
  return count;
}

export function findEntries(
  state: usize, values: usize, offsets: usize, codes: usize, count: u32, map: usize,
): void {
  const nullId = load<u32>(state, 32);
  for (let i: usize = 0; i < <usize>count; i++) {
    const code = load<u32>(codes + (i << 2));
    let id: u32;
    if (code == NONE) {
      id = nullId == SKIP ? NONE : nullId;
    } else {
      const start = load<u32>(offsets + ((<usize>code) << 2));
      const size = load<u32>(offsets + ((<usize>code) << 2), 4) - start;
      const at = values + <usize>start;
      id = findText(state, at, size, hashText(at, size));
    }
    store<u32>(map + ((<usize><i32>code) << 2), id);
  }
}
