/**
 * Distinct counts by group, as HyperLogLog.
 *
 *     record  u32 registers or 0, u32 slots, u32 slots - 1, u32 used   16 bytes
 *
 * A record first holds the hashes themselves, in open addressing, 0 for empty.
 */

const REGISTERS: usize = 4096;

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, i: usize): u32 {
  return rows ? load<u32>(rows + (i << 2)) : <u32>i;
}

// @ts-ignore: decorator
@inline
function groupAt(groups: usize, i: usize): u32 {
  return groups ? load<u32>(groups + (i << 2)) : 0;
}

// @ts-ignore: decorator
@inline
function isNull(validity: usize, row: u32): bool {
  return ((load<u8>(validity + <usize>(row >> 3)) >> <u8>(row & 7)) & 1) == 0;
}

// @ts-ignore: decorator
@inline
function addToRegisters(registers: usize, hash: u64): void {
  const at = registers + <usize>(hash >> 52);
  const rank = <u8>(clz<u64>((hash << 12) | 2048) + 1);
  if (load<u8>(at) < rank) store<u8>(at, rank);
}

/**
 * Adds hashes to distinct records; returns the position at which a record's slots are half full
 * and must grow or become registers, `count` when done. A NULL's hash is 0 and is skipped.
 */
export function addHashes(
  records: usize, groups: usize, hashes: usize, count: u32, from: u32,
): u32 {
  for (let i = <usize>from; i < <usize>count; i++) {
    const hash = load<u64>(hashes + (i << 3));
    if (hash == 0) continue;
    const record = records + (<usize>groupAt(groups, i) << 4);
    const registers = <usize>load<u32>(record);
    if (registers) {
      addToRegisters(registers, hash);
      continue;
    }
    const slots = <usize>load<u32>(record, 4);
    const mask = load<u32>(record, 8);
    const used = load<u32>(record, 12);
    if (slots == 0) return <u32>i;
    let index = <u32>hash & mask;
    let found = load<u64>(slots + ((<usize>index) << 3));
    while (found != 0 && found != hash) {
      index = (index + 1) & mask;
      found = load<u64>(slots + ((<usize>index) << 3));
    }
    if (found == hash) continue;
    if (used * 2 > mask) return <u32>i;
    store<u64>(slots + ((<usize>index) << 3), hash);
    store<u32>(record, used + 1, 12);
  }
  return count;
}

/** Adds the hashes of slots (0: empty) to registers. */
export function slotsToRegisters(slots: usize, count: u32, registers: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const hash = load<u64>(slots + (i << 3));
    if (hash != 0) addToRegisters(registers, hash);
  }
}

/** Hashes of slots (0: empty), one after the other; returns how many. */
export function packSlots(slots: usize, count: u32, out: usize): u32 {
  let used: u32 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const hash = load<u64>(slots + (i << 3));
    store<u64>(out + ((<usize>used) << 3), hash);
    used += hash != 0 ? 1 : 0;
  }
  return used;
}

export function mergeRegisters(from: usize, into: usize): void {
  for (let i: usize = 0; i < REGISTERS; i += 16) {
    v128.store(into + i, i8x16.max_u(v128.load(into + i), v128.load(from + i)));
  }
}

/** Hashes of u64 words, never 0, and 0 where NULL. */
export function hashWords(
  words: usize, validity: usize, rows: usize, count: u32, out: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    let h = load<u64>(words + (i << 3));
    h = (h ^ (h >> 32)) * 0x9e3779b97f4a7c15;
    h = (h ^ (h >> 32)) * 0xd6e8feb86659fd93;
    h = (h ^ (h >> 29)) * 0xbf58476d1ce4e5b9;
    h ^= h >> 32;
    const absent = validity != 0 && isNull(validity, rowAt(rows, i));
    store<u64>(out + (i << 3), absent ? 0 : h | <u64>(h == 0 ? 1 : 0));
  }
}

/** out[i] = hashes[codes[i]], 0 where NULL; `codes` are u32 by position. */
export function hashesOfCodes(
  hashes: usize, codes: usize, validity: usize, rows: usize, count: u32, out: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const absent = validity != 0 && isNull(validity, rowAt(rows, i));
    const hash: u64 = absent ? 0 : load<u64>(hashes + (<usize>load<u32>(codes + (i << 2)) << 3));
    store<u64>(out + (i << 3), hash);
  }
}
