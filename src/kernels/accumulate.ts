/** Signatures of assembly/accumulate.ts: grouped folds into fixed-size records. */

/** `groups`, `validity` and `rows` may be 0: one group, no nulls, rows 0 … count-1. */
export type FoldKernel = (
  records: number,
  groups: number,
  values: number,
  validity: number,
  rows: number,
  count: number,
) => void;

/** States are byte strings; `offsets` are those of their column. */
export type MergeKernel = (
  records: number,
  groups: number,
  states: number,
  offsets: number,
  rows: number,
  count: number,
) => void;

export interface AccumulateKernels {
  countRows(records: number, groups: number, count: number): void;
  countValid(records: number, groups: number, validity: number, rows: number, count: number): void;
  readonly mergeCounts: MergeKernel;
  readonly sumI16: FoldKernel;
  readonly sumI32: FoldKernel;
  readonly mergeSums64: MergeKernel;
  readonly sumI64: FoldKernel;
  readonly mergeSums128: MergeKernel;
  readonly sumF32: FoldKernel;
  readonly sumWidenedF32: FoldKernel;
  readonly sumF64: FoldKernel;
  readonly mergeFloatSums: MergeKernel;
  /** Bitmap: 1 where the i64 at `at` of a record is at least `least`; returns how many. */
  recordsSeen(
    records: number,
    width: number,
    at: number,
    least: number,
    count: number,
    out: number,
  ): number;
  /** out[i] = the u64 at `at` of record i. */
  recordWords(records: number, width: number, at: number, count: number, out: number): void;
  f32OfF64(values: number, count: number, out: number): void;
  /** Means of sumFloat records. */
  recordMeans(records: number, count: number, out: number): void;
  /** Positions in the ascending `rows` (0: all) of the ascending `chosen` rows. */
  positionsOf(rows: number, chosen: number, count: number, out: number): void;
  /** Whether a float of `width` bytes at the rows is infinite or NaN; returns 0 or 1. */
  hasNonFinite(values: number, width: number, rows: number, count: number): number;
  /** Whether the sum of a sumFloat record is infinite; returns 0 or 1. */
  hasInfiniteSum(records: number, count: number): number;
}
