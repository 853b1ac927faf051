/**
 * Signatures of assembly/percentile.ts and percentile-bytes.ts: percentile sketches by group, and
 * their bytes.
 */
export interface PercentileKernels {
  /** Records of 40 bytes that have seen no values. */
  clearSketches(records: number, count: number): void;
  /**
   * Folds finite values from position `from` on. Returns the position at which `pool` (u32 next,
   * u32 end, u32 wanting) was empty, `count` when done.
   */
  sketchValues(
    records: number,
    groups: number,
    values: number,
    validity: number,
    rows: number,
    count: number,
    from: number,
    pool: number,
  ): number;
  /** As sketchValues, over sketches in their bytes; 2^32 - 1 at bytes that are no sketch. */
  mergeSketches(
    records: number,
    groups: number,
    states: number,
    offsets: number,
    validity: number,
    rows: number,
    count: number,
    from: number,
    pool: number,
  ): number;
  sketchBytesMax(records: number, count: number): number;
  encodeSketches(records: number, count: number, offsets: number, out: number): void;
  /** Values and flags by row; returns a faulty position or `count`. `scratch` is for 256 f64. */
  percentiles(
    fractions: number,
    fractionStep: number,
    states: number,
    offsets: number,
    rows: number,
    count: number,
    out: number,
    flags: number,
    scratch: number,
  ): number;
}
