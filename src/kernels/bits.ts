/** Signatures of assembly/bits.ts: bitmaps and selection vectors. */
export interface BitKernels {
  /** Set bits among the first `count`. */
  countBits(bitmap: number, count: number): number;
  /** out = a AND b, `count` bits rounded up to bytes. */
  andBitmaps(a: number, b: number, out: number, count: number): void;
  /** Bitmap from bytes: bit set where the byte is not 0. */
  packFlags(flags: number, count: number, out: number): void;
  /** Bytes 0 and 1 from a bitmap. */
  unpackBits(bitmap: number, count: number, out: number): void;
  /** Row numbers whose byte is not 0, ascending; returns how many. */
  selectFlags(flags: number, count: number, out: number): number;
  /** Row numbers out of `selection` whose byte (at that row) is not 0; returns how many. */
  refineSelection(selection: number, count: number, flags: number, out: number): number;
  /** Row numbers whose bit is 0, ascending; returns how many. */
  selectClear(bitmap: number, count: number, out: number): number;
}
