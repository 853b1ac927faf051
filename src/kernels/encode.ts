/**
 * Signatures of assembly/encode.ts: rows of columns into protocol messages.
 *
 * A column is described by 64 bytes of memory:
 *
 *   0  u32 what to write (see `encodings`)   4  u32 encoding: 0 plain, 1 dictionary, 2 hex
 *   8  u32 values                            12 u32 offsets
 *   16 u32 validity, 0 = no NULL             20 u32 dictionary's values
 *   24 u32 dictionary's offsets              28 u32 bytes per code, or bytes per hex value
 *   32 u32 1 = every row is row 0            36 u32 length of the zone's text
 *   40 i64 µs to add for local time          48 u8[16] the zone's text, e.g. +05:30
 */
export interface EncodeKernels {
  /**
   * Writes one message per row: `tag`, int32 length, int16 column count, and per column int32
   * length (-1 = NULL) and bytes. Rows are `selection[from … to)`, or from … to without one.
   * Stops before a row that does not fit `[out, outEnd)`. Returns the number of rows written;
   * the end of the written bytes goes to the u32 at `endCell`.
   */
  encodeRows(
    columns: number,
    columnCount: number,
    selection: number,
    from: number,
    to: number,
    tag: number,
    out: number,
    outEnd: number,
    endCell: number,
  ): number;
  /** Smallest and largest i64 of the selected non-null values, written to out; 0 = none. */
  rangeOf64(
    values: number,
    validity: number,
    selection: number,
    count: number,
    out: number,
  ): number;
}

export const columnDescriptorBytes = 64;

/** What to write of a column; text first, binary from 32 on. */
export const encodings = {
  textBool: 0,
  textInt2: 1,
  textInt4: 2,
  textInt8: 3,
  textUint4: 4,
  textUint8: 5,
  textFloat4: 6,
  textFloat8: 7,
  textDate: 8,
  textTime: 9,
  textTimestamp: 10,
  textUuid: 11,
  textBytes: 12,
  textBytea: 13,
  binaryBool: 32,
  binary2: 33,
  binary4: 34,
  binary8: 35,
  binaryDate: 36,
  binaryTimestamp: 37,
  binary16: 38,
  binaryJsonb: 39,
} as const;
