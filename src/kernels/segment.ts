/** Signatures of assembly/segment.ts: dictionaries, packed hexadecimal, extremes of a segment. */
export interface SegmentKernels {
  /** indexes[i] = 0xFFFFFFFF where row rows[i] (rows 0: row i) is null. */
  maskNullRows(validity: number, rows: number, count: number, indexes: number): void;
  /** Distinct texts, or -1 when more than `distinctMax`; `slots` are u32, zero at first. */
  dictionaryEncode(
    values: number,
    offsets: number,
    validity: number,
    count: number,
    slots: number,
    slotMask: number,
    distinctMax: number,
    codes: number,
    firstRows: number,
  ): number;
  narrowCodes(codes: number, count: number, codeBytes: number, out: number): void;
  /** 1, or 0 when a text is not 2 * hexBytes lower-case hexadecimal digits. */
  hexPack(
    values: number,
    offsets: number,
    validity: number,
    count: number,
    hexBytes: number,
    out: number,
  ): number;
  /** Smallest at `out`, largest at `out + 8`; returns how many are not null, -1 at a NaN. */
  extremesI16(values: number, validity: number, count: number, out: number): number;
  extremesI32(values: number, validity: number, count: number, out: number): number;
  extremesU32(values: number, validity: number, count: number, out: number): number;
  extremesI64(values: number, validity: number, count: number, out: number): number;
  extremesF32(values: number, validity: number, count: number, out: number): number;
  extremesF64(values: number, validity: number, count: number, out: number): number;
  /** Like these for texts, bytewise, but with row numbers (u32) at `out` and `out + 8`. */
  extremeTexts(
    values: number,
    offsets: number,
    validity: number,
    count: number,
    out: number,
  ): number;
}
