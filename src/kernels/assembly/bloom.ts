/**
 * Building of value filters: split-block Bloom filters over byte strings. The form, hash included,
 * stands in segment files: storage/value-filter.ts describes it.
 */

// @ts-ignore: decorator
@inline
function wordAt(value: usize, at: i32, width: i32): u64 {
  if (at + 8 <= width) return load<u64>(value + <usize>at);
  let word: u64 = 0;
  for (let i = width - 1; i >= at; i--) word = (word << 8) | <u64>load<u8>(value + <usize>i);
  return word;
}

function hashOf(value: usize, width: i32): u64 {
  let hash: u64 = 0x9e3779b97f4a7c15;
  for (let at = 0; at < width; at += 8) {
    hash = (hash ^ wordAt(value, at, width)) * 0xff51afd7ed558ccd;
    hash ^= hash >> 33;
  }
  hash *= 0xc4ceb9fe1a85ec53;
  return hash ^ (hash >> 33);
}

// @ts-ignore: decorator
@inline
function setLane(block: usize, lane: i32, low: u32, salt: u32): void {
  const cell = block + <usize>(lane << 2);
  store<u32>(cell, load<u32>(cell) | (<u32>1 << ((low * salt) >> 27)));
}

function add(hash: u64, filter: usize, blockMask: u32): void {
  const block = filter + (<usize>(<u32>(hash >> 32) & blockMask) << 5);
  const low = <u32>hash;
  setLane(block, 0, low, 0x47b6137b);
  setLane(block, 1, low, 0x44974d91);
  setLane(block, 2, low, 0x8824ad5b);
  setLane(block, 3, low, 0xa2b7289d);
  setLane(block, 4, low, 0x705495c7);
  setLane(block, 5, low, 0x2df1424b);
  setLane(block, 6, low, 0x9efc4947);
  setLane(block, 7, low, 0x5c6bfb31);
}

export function filterAddTexts(
  values: usize, offsets: usize, count: i32, filter: usize, blockMask: u32,
): void {
  for (let row = 0; row < count; row++) {
    const cell = offsets + (<usize>row << 2);
    const start = load<u32>(cell);
    add(hashOf(values + <usize>start, load<u32>(cell, 4) - start), filter, blockMask);
  }
}

export function filterAdd(
  values: usize, width: i32, validity: usize, count: i32, filter: usize, blockMask: u32,
): void {
  for (let row = 0; row < count; row++) {
    const isThere =
      validity == 0 || ((load<u8>(validity + <usize>(row >> 3)) >> <u8>(row & 7)) & 1) != 0;
    if (!isThere) continue;
    add(hashOf(values + <usize>row * <usize>width, width), filter, blockMask);
  }
}

/** Ors the upper half of `byteSize` bytes into the lower one. */
export function filterFold(filter: usize, byteSize: u32): void {
  const half = byteSize >> 1;
  for (let at: u32 = 0; at < half; at += 8) {
    const cell = filter + <usize>at;
    store<u64>(cell, load<u64>(cell) | load<u64>(cell + <usize>half));
  }
}
