/** Signatures of assembly/filter.ts: comparisons with constants, flags, codes through tables. */

/** 0 =, 1 <>, 2 <, 3 <=, 4 >, 5 >= */
export type ComparisonCode = 0 | 1 | 2 | 3 | 4 | 5;

export interface FilterKernels {
  /**
   * flags[i] = values[i] op constant, one byte each, 0 = false; `count` is rounded up to 16.
   * With `narrow` the flags that are 0 stay 0.
   */
  compareI16(
    values: number,
    count: number,
    op: number,
    constant: number,
    flags: number,
    narrow: number,
  ): void;
  compareI32(
    values: number,
    count: number,
    op: number,
    constant: number,
    flags: number,
    narrow: number,
  ): void;
  compareI64(
    values: number,
    count: number,
    op: number,
    constant: bigint,
    flags: number,
    narrow: number,
  ): void;
  compareF32(
    values: number,
    count: number,
    op: number,
    constant: number,
    flags: number,
    narrow: number,
  ): void;
  /** PostgreSQL's order of floats: NaN is the largest. The constant is not NaN. */
  compareF64(
    values: number,
    count: number,
    op: number,
    constant: number,
    flags: number,
    narrow: number,
  ): void;
  /** flags[i] = the 16 bytes of row i are those at `constant`. */
  equals16(values: number, count: number, constant: number, flags: number, narrow: number): void;
  /** flags[i] = the `width` bytes of row i are those at `constant`. */
  equalsBytes(
    values: number,
    count: number,
    width: number,
    constant: number,
    flags: number,
    narrow: number,
  ): void;
  /** flags[i] = row i of a plain varlen column is the `length` bytes at `constant`. */
  equalsText(
    values: number,
    offsets: number,
    count: number,
    constant: number,
    length: number,
    flags: number,
    narrow: number,
  ): void;
  /** The first row of a plain varlen column that is the `length` bytes at `constant`, or -1. */
  findText(
    values: number,
    offsets: number,
    count: number,
    constant: number,
    length: number,
  ): number;
  /** flags[i] = codes[i] == code. */
  compareCodes8(codes: number, count: number, code: number, flags: number, narrow: number): void;
  compareCodes16(codes: number, count: number, code: number, flags: number, narrow: number): void;
  /** flags AND= other; `count` is rounded up to 16. */
  andFlags(flags: number, other: number, count: number): void;
  /** out[i] = flags[i] == 0. */
  invertFlags(flags: number, count: number, out: number): void;
  /** Sets flags of rows whose validity bit is 0 to 0. */
  maskFlags(flags: number, validity: number, count: number): void;
  /**
   * out[row] = table[codes[row]], entries of `width` bytes (1, 2, 4, 8, 16); all rows or those of
   * `selection`.
   */
  lookUpCodes(
    codes: number,
    codeBytes: number,
    table: number,
    width: number,
    out: number,
    count: number,
    selection: number,
  ): void;
  /** out[row] = codes[row], or `code` where the validity bit is 0; `count` is rounded up to 16. */
  fillNullCodes(
    codes: number,
    codeBytes: number,
    validity: number,
    count: number,
    code: number,
    out: number,
  ): void;
  /** used[codes[row]] = 1 for all rows or those of `selection`. */
  markCodes(codes: number, codeBytes: number, used: number, count: number, selection: number): void;
  /** target[row] = source[row] for the rows of `selection`; `step` 0 repeats source[0]. */
  copyRows(
    source: number,
    step: number,
    width: number,
    target: number,
    count: number,
    selection: number,
  ): void;
}
