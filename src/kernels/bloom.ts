/** Signatures of assembly/bloom.ts: building of value filters. */
export interface BloomKernels {
  /** Adds the rows' values of `width` bytes to a filter of blockMask + 1 blocks of 32 bytes. */
  filterAdd(
    values: number,
    width: number,
    validity: number,
    count: number,
    filter: number,
    blockMask: number,
  ): void;
  /** Adds `count` texts. */
  filterAddTexts(
    values: number,
    offsets: number,
    count: number,
    filter: number,
    blockMask: number,
  ): void;
  /** Ors the upper half of `byteSize` bytes, a power of two from 64, into the lower one. */
  filterFold(filter: number, byteSize: number): void;
}
