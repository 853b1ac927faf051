/**
 * Interning of keys of 16 bytes: uuid, and hexadecimal text such as trace ids. The state is that of
 * hash.ts; key `id` stands at heap + 16 * id, NULL as zeros, and the offsets are not used.
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

/** The id of NULL; gives one out on first use unless NULLs are skipped. There is room for it. */
function nullIdOf(state: usize): u32 {
  let id = load<u32>(state, 32);
  if (id == SKIP) return NONE;
  if (id != NONE) return id;
  id = load<u32>(state, 0);
  memory.fill(<usize>load<u32>(state, 20) + ((<usize>id) << 4), 0, 16);
  store<u32>(<usize>load<u32>(state, 36) + ((<usize>id) << 2), 0);
  store<u32>(state, id + 1, 0);
  store<u32>(state, (id + 1) << 4, 24);
  store<u32>(state, id, 32);
  return id;
}

// @ts-ignore: decorator
@inline
function hashWide(low: u64, high: u64): u64 {
  const h = (low ^ (high >> 29)) * 0x9e3779b97f4a7c15 ^ (high * 0xd6e8feb86659fd93);
  return (h ^ (h >> 32)) * 0xbf58476d1ce4e5b9;
}

/** The slot index of a wide key's hash, and its tag: the two ends of the product. */
// @ts-ignore: decorator
@inline
function slotOf(hash: u64): u32 {
  return <u32>(hash >> 32);
}

/**
 * Ids of the rows' keys; returns the position at which the table must grow, `count` when done.
 * Keys met lately are found in the state's `recent` cells before the table is probed.
 */
export function internWide(
  state: usize, values: usize, validity: usize, rows: usize, count: u32, from: u32, out: usize,
): u32 {
  const slots = <usize>load<u32>(state, 12);
  const mask = load<u32>(state, 8);
  const heap = <usize>load<u32>(state, 20);
  const hashes = <usize>load<u32>(state, 36);
  const recents = <usize>load<u32>(state, 44);
  const limit = min(load<u32>(state, 4), load<u32>(state, 28) >> 4);
  let given = load<u32>(state, 0);
  for (let i = <usize>from; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (validity && isNull(validity, row)) {
      if (given >= limit) return <u32>i;
      store<u32>(out + (i << 2), nullIdOf(state));
      given = load<u32>(state, 0);
      continue;
    }
    const at = values + ((<usize>row) << 4);
    const low = load<u64>(at);
    const high = load<u64>(at, 8);
    const hash = hashWide(low, high);
    const recent = recents + ((<usize>(hash >> 20) & 4095) << 3);
    const lately = load<u32>(recent, 4);
    const known = heap + ((<usize>(lately - 1)) << 4);
    if (lately != 0 && load<u32>(recent) == <u32>hash && load<u64>(known) == low
      && load<u64>(known, 8) == high) {
      store<u32>(out + (i << 2), lately - 1);
      continue;
    }
    let index = slotOf(hash) & mask;
    let slot = slots + ((<usize>index) << 3);
    let found = load<u32>(slot, 4);
    while (found != 0) {
      const key = heap + ((<usize>(found - 1)) << 4);
      if (load<u32>(slot) == <u32>hash && load<u64>(key) == low && load<u64>(key, 8) == high) break;
      index = (index + 1) & mask;
      slot = slots + ((<usize>index) << 3);
      found = load<u32>(slot, 4);
    }
    if (found == 0) {
      if (given >= limit) return <u32>i;
      const key = heap + ((<usize>given) << 4);
      store<u64>(key, low);
      store<u64>(key, high, 8);
      store<u32>(hashes + ((<usize>given) << 2), slotOf(hash));
      found = ++given;
      store<u32>(slot, <u32>hash);
      store<u32>(slot, found, 4);
      store<u32>(state, given, 0);
      store<u32>(state, given << 4, 24);
    }
    store<u32>(recent, <u32>hash);
    store<u32>(recent, found, 4);
    store<u32>(out + (i << 2), found - 1);
  }
  return count;
}

export function findWide(
  state: usize, values: usize, validity: usize, rows: usize, count: u32, out: usize,
): void {
  const slots = <usize>load<u32>(state, 12);
  const mask = load<u32>(state, 8);
  const heap = <usize>load<u32>(state, 20);
  const nullId = load<u32>(state, 32);
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    if (validity && isNull(validity, row)) {
      store<u32>(out + (i << 2), nullId == SKIP ? NONE : nullId);
      continue;
    }
    const at = values + ((<usize>row) << 4);
    const low = load<u64>(at);
    const high = load<u64>(at, 8);
    const hash = hashWide(low, high);
    let index = slotOf(hash) & mask;
    let slot = slots + ((<usize>index) << 3);
    let found = load<u32>(slot, 4);
    while (found != 0) {
      const key = heap + ((<usize>(found - 1)) << 4);
      if (load<u32>(slot) == <u32>hash && load<u64>(key) == low && load<u64>(key, 8) == high) break;
      index = (index + 1) & mask;
      slot = slots + ((<usize>index) << 3);
      found = load<u32>(slot, 4);
    }
    store<u32>(out + (i << 2), found - 1);
  }
}
