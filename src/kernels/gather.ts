/**
 * Signatures of assembly/gather.ts: rows by number.
 *
 * `rows` points to u32 row numbers; 0 stands for rows 0 … count-1, but not in gather8 to
 * gatherWide. Row number 0xFFFFFFFF is the null row: value 0, validity 0, empty text.
 */
export interface GatherKernels {
  gather8(values: number, rows: number, count: number, out: number): void;
  gather16(values: number, rows: number, count: number, out: number): void;
  gather32(values: number, rows: number, count: number, out: number): void;
  gather64(values: number, rows: number, count: number, out: number): void;
  gather128(values: number, rows: number, count: number, out: number): void;
  /** Values of `width` bytes. */
  gatherWide(values: number, width: number, rows: number, count: number, out: number): void;
  copyBytes(from: number, byteSize: number, out: number): void;
  fillBytes(out: number, value: number, byteSize: number): void;
  fill32(out: number, value: number, count: number): void;
  /** out[i] = first + i. */
  fillSequence(out: number, first: number, count: number): void;
  /** out[i] = 0, the null row kept. */
  zeroRows(rows: number, count: number, out: number): void;
  /** Appends bits at bit `outBit` of `out` (bitmap 0: ones); returns the zeros appended. */
  appendBits(bitmap: number, rows: number, count: number, out: number, outBit: number): number;
  appendOnes(count: number, out: number, outBit: number): void;
  /** outOffsets[0 … count] of the rows' texts laid end to end from `start`; returns the end. */
  gatherOffsets(
    offsets: number,
    rows: number,
    count: number,
    outOffsets: number,
    start: number,
  ): number;
  /** Copies texts to where `gatherOffsets` placed them within `out`. */
  gatherTexts(
    values: number,
    offsets: number,
    rows: number,
    count: number,
    outOffsets: number,
    out: number,
  ): void;
  /** Widens 1-, 2- or 4-byte codes to u32. */
  gatherCodes(codes: number, codeBytes: number, rows: number, count: number, out: number): void;
  /** Lower-case hexadecimal text, 2 * hexBytes bytes a row. */
  hexTexts(values: number, hexBytes: number, rows: number, count: number, out: number): void;
  /** out[i] = first + i * step. */
  fillOffsets(out: number, first: number, step: number, count: number): void;
}
