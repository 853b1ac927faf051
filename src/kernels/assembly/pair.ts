/**
 * Keys of two parts: pairs of ids to ids. The state is that of hash.ts, keys {u32 low, u32 high}.
 *
 * An id of NONE means "not there"; a pair with such a half has no id.
 */

const NONE: u32 = 0xffffffff;

/** out[i] = high[i] << 32 | low[i]. */
export function pairWords(high: usize, low: usize, count: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const word = (<u64>load<u32>(high + (i << 2)) << 32) | <u64>load<u32>(low + (i << 2));
    store<u64>(out + (i << 3), word);
  }
}

/** validity bits: 1 where both halves are there. */
export function presentPairs(high: usize, low: usize, count: u32, out: usize): void {
  for (let i: u32 = 0; i < count; i += 8) {
    let byte: u32 = 0;
    const n = min<u32>(8, count - i);
    for (let j: u32 = 0; j < n; j++) {
      const at = (<usize>(i + j)) << 2;
      byte |= (load<u32>(high + at) != NONE && load<u32>(low + at) != NONE ? 1 : 0) << j;
    }
    store<u8>(out + <usize>(i >> 3), <u8>byte);
  }
}

/**
 * Ids of pairs through an array of id + 1 by `high * stride + low`. New pairs are noted in the
 * state's keys. Halves of NONE give NONE. Returns where it stopped, as interning functions do.
 */
export function internPairs(
  state: usize, table: usize, stride: u32, high: usize, low: usize, count: u32, from: u32,
  out: usize,
): u32 {
  const dense = <usize>load<u32>(state, 16);
  const limit = load<u32>(state, 4);
  let given = load<u32>(state, 0);
  for (let i = <usize>from; i < <usize>count; i++) {
    const a = load<u32>(high + (i << 2));
    const b = load<u32>(low + (i << 2));
    if (a == NONE || b == NONE) {
      store<u32>(out + (i << 2), NONE);
      continue;
    }
    const cell = table + ((<usize>(a * stride + b)) << 2);
    let found = load<u32>(cell);
    if (found == 0) {
      if (given >= limit) return <u32>i;
      store<u64>(dense + ((<usize>given) << 3), (<u64>a << 32) | <u64>b);
      found = ++given;
      store<u32>(cell, found);
      store<u32>(state, given, 0);
    }
    store<u32>(out + (i << 2), found - 1);
  }
  return count;
}

export function findPairs(
  table: usize, stride: u32, high: usize, low: usize, count: u32, out: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const a = load<u32>(high + (i << 2));
    const b = load<u32>(low + (i << 2));
    const id = a == NONE || b == NONE ? 0 : load<u32>(table + ((<usize>(a * stride + b)) << 2));
    store<u32>(out + (i << 2), id - 1);
  }
}

/** Fills an empty pair table from the pairs by id. */
export function rehashPairs(state: usize, table: usize, stride: u32): void {
  const dense = <usize>load<u32>(state, 16);
  const count = load<u32>(state, 0);
  for (let id: u32 = 0; id < count; id++) {
    const pair = load<u64>(dense + ((<usize>id) << 3));
    const cell = <u32>(pair >> 32) * stride + <u32>pair;
    store<u32>(table + ((<usize>cell) << 2), id + 1);
  }
}

/** Upper and lower halves of u64 words. */
export function splitWords(words: usize, count: u32, high: usize, low: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const word = load<u64>(words + (i << 3));
    store<u32>(high + (i << 2), <u32>(word >> 32));
    store<u32>(low + (i << 2), <u32>word);
  }
}

/**
 * Positions at which ids >= `known` first appear; they do so in ascending order, because ids
 * are given out in order of first appearance. Returns how many.
 */
export function firstPositions(ids: usize, count: u32, known: u32, out: usize): u32 {
  let next = known;
  for (let i: usize = 0; i < <usize>count; i++) {
    if (load<u32>(ids + (i << 2)) == next) {
      store<u32>(out + ((<usize>(next - known)) << 2), <u32>i);
      next++;
    }
  }
  return next - known;
}

