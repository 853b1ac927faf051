/**
 * Value filters: whether a segment may hold an id, without reading its column. One for each text
 * column of many different values: packed hexadecimal (ids of spans and traces), or a dictionary of
 * more than `entriesMin` texts. A split-block Bloom filter in the segment file:
 *
 *     filter   2^n blocks of 32 bytes: 8 lanes, u32
 *     value    the packed bytes of hexadecimal; of a dictionary the entry's UTF-8
 *     hash     h = 0x9e3779b97f4a7c15; for each u64 of the value (the last one padded with
 *              zeros): h = (h ^ u64) * 0xff51afd7ed558ccd, h ^= h >> 33;
 *              at last h *= 0xc4ceb9fe1a85ec53, h ^= h >> 33
 *     block    upper half of h, modulo the number of blocks
 *     lane i   bit (lower half of h * salt i mod 2^32) >> 27
 *
 * A value that was added is always found; another one in a few of thousand cases, or of a hundred
 * where all values differ. The kernel that builds it is kernels/assembly/bloom.ts.
 */
import { kernels } from '../kernels/kernels.ts';
import { heap } from '../memory/heap.ts';

const blockBytes = 32;
const salts = [
  0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31,
] as const;
/** A filter is folded in half while fewer of its bits than this are set. */
const fillMin = 0.2;

/** Fewer rows, or entries of a dictionary, are as soon read as a filter is. */
export const entriesMin = 1024;

/** Bytes of the filter before it is folded: eight bits for each value. */
export function filterBytes(count: number): number {
  let byteSize = 64;
  while (byteSize < count) byteSize *= 2;
  return byteSize;
}

/** Values of one width by row, or texts without NULLs. */
export type FilteredValues = { readonly values: number; readonly count: number } & (
  { readonly width: number; readonly validity: number } | { readonly offsets: number }
);

/** Builds the filter at `pointer`, in `filterBytes(count)` bytes; returns the bytes that it takes. */
export function buildFilter(source: FilteredValues, pointer: number): number {
  const k = kernels();
  const { values, count } = source;
  let byteSize = filterBytes(count);
  k.fillBytes(pointer, 0, byteSize);
  const mask = byteSize / blockBytes - 1;
  if ('offsets' in source) k.filterAddTexts(values, source.offsets, count, pointer, mask);
  else k.filterAdd(values, source.width, source.validity, count, pointer, mask);
  while (byteSize > 64 && k.countBits(pointer, byteSize * 8) < byteSize * 8 * fillMin) {
    k.filterFold(pointer, byteSize);
    byteSize /= 2;
  }
  return byteSize;
}

const lowerHex = /^[0-9a-f]*$/;

/** The hash of a hexadecimal text of `width` packed bytes; undefined: it is not one. */
export function hashOfHex(text: string, width: number): bigint | undefined {
  if (text.length !== width * 2 || !lowerHex.test(text)) return undefined;
  return hashOf(Buffer.from(text, 'hex'));
}

export function hashOfText(text: string): bigint {
  return hashOf(Buffer.from(text, 'utf8'));
}

function hashOf(value: Buffer): bigint {
  const words = Buffer.alloc(Math.ceil(value.length / 8) * 8);
  value.copy(words);
  let hash = 0x9e3779b97f4a7c15n;
  for (let at = 0; at < words.length; at += 8) {
    hash = BigInt.asUintN(64, (hash ^ words.readBigUInt64LE(at)) * 0xff51afd7ed558ccdn);
    hash ^= hash >> 33n;
  }
  hash = BigInt.asUintN(64, hash * 0xc4ceb9fe1a85ec53n);
  return hash ^ (hash >> 33n);
}

export function mayContain(pointer: number, byteSize: number, hash: bigint): boolean {
  const { u32 } = heap();
  const blocks = byteSize / blockBytes;
  const block = Number(hash >> 32n) % blocks;
  const low = Number(hash & 0xffffffffn);
  const first = (pointer >>> 2) + block * salts.length;
  return salts.every((salt, lane) => {
    const bit = Math.imul(low, salt) >>> 27;
    return (((u32[first + lane] as number) >>> bit) & 1) === 1;
  });
}
