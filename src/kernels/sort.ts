/**
 * Signatures of assembly/sort.ts: sort codes and orders.
 *
 * A sort code is a u64 whose unsigned order is SQL's order of the value. Codes stand `stride` bytes
 * apart, so that the words of several keys lie side by side in one record per row.
 */
export interface SortKernels {
  /** Codes of signed integers of `width` 2, 4 or 8 bytes. `invert` 1: descending. */
  codeIntegers(
    values: number,
    width: number,
    count: number,
    out: number,
    stride: number,
    invert: number,
  ): void;
  /** Codes of unsigned integers of `width` 4 or 8 bytes. */
  codeUnsigned(
    values: number,
    width: number,
    count: number,
    out: number,
    stride: number,
    invert: number,
  ): void;
  /** NaN comes last, -0 equals 0. */
  codeFloats(
    values: number,
    width: number,
    count: number,
    out: number,
    stride: number,
    invert: number,
  ): void;
  codeBits(bitmap: number, count: number, out: number, stride: number, invert: number): void;
  /** Codes `ranks[code]` of dictionary codes. */
  codeRanks(
    codes: number,
    codeBytes: number,
    ranks: number,
    count: number,
    out: number,
    stride: number,
    invert: number,
  ): void;
  /** 0 or 1 by validity: `nullWord` for NULL, else 1 - nullWord. NULL's value word becomes 0. */
  codeNulls(validity: number, count: number, out: number, stride: number, nullWord: number): void;
  /**
   * Sorts the row numbers at `rows` by their records of `words` codes; stable, radix by bytes.
   * `scratch` holds count u32, `histogram` 256 u32.
   */
  sortRows(
    keys: number,
    words: number,
    count: number,
    rows: number,
    scratch: number,
    histogram: number,
  ): void;
  /** The passes of `sortRows` one by one: counts the bytes at `at`, `stride` apart. */
  countCodeBytes(at: number, stride: number, count: number, histogram: number): void;
  /** Counts become places; 0 when all rows share the byte. */
  placeBuckets(at: number, count: number, histogram: number): number;
  /** Moves row numbers from `from` to the places of their bytes in `to`. */
  scatterRows(
    at: number,
    stride: number,
    from: number,
    count: number,
    histogram: number,
    to: number,
  ): void;
  /**
   * Merges sorted runs of `width` rows by pairs, at most `most` rows a call; `cursor` is three
   * u32, zeros at first. Returns 1 when all are merged.
   */
  mergeTextRuns(
    values: number,
    offsets: number,
    from: number,
    to: number,
    width: number,
    count: number,
    cursor: number,
    most: number,
  ): number;
  /**
   * Dense ranks of sorted rows, equal texts share one: the first has `first`, or one more where it
   * differs from row `before` (0xFFFFFFFF: none). Returns the last.
   */
  rankSortedTexts(
    values: number,
    offsets: number,
    rows: number,
    count: number,
    ranks: number,
    before: number,
    first: number,
  ): number;
  /** Rows whose code is at most `limit`, out of `selection` (0: rows 0 …); returns how many. */
  selectCodesBelow(
    codes: number,
    stride: number,
    selection: number,
    count: number,
    limit: bigint,
    out: number,
  ): number;
  /** Writes `word` over the codes, 8 bytes apart, of NULL rows. */
  replaceNullCodes(validity: number, count: number, codes: number, word: bigint): void;
  /**
   * Moves the `count` codes so that the n+1 smallest come first, the largest of them at place
   * `n`; returns that one.
   */
  selectNthCode(codes: number, count: number, n: number): bigint;
  /** flags[i] = 1 where record i differs from the one before in its first words; flags[0] = 1. */
  markChanges(
    keys: number,
    stride: number,
    words: number,
    rows: number,
    count: number,
    flags: number,
  ): void;
}
