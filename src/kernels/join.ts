/** Signatures of assembly/join.ts: chains of build rows and pairs of rows. */
export interface JoinKernels {
  /**
   * Chains rows [from, to) before later ones: `head` by id, filled with 0xFFFFFFFF at first,
   * `next` by row. Returns how many of them are followed by another.
   */
  chainRows(ids: number, from: number, to: number, head: number, next: number): number;
  /** `cursor`: {u32 position, u32 build row or 0xFFFFFFFF}; done when position is `count`. */
  pairRows(
    cursor: number,
    ids: number,
    rows: number,
    count: number,
    head: number,
    next: number,
    keepAbsent: number,
    outBuild: number,
    outProbe: number,
    max: number,
  ): number;
  /** out[row] = its one build row or 0xFFFFFFFF; rows with one to `chosen`, returns how many. */
  lookUpRows(
    ids: number,
    rows: number,
    count: number,
    head: number,
    out: number,
    chosen: number,
  ): number;
  /** flags[list[chosen[i]]] = 1; row 0xFFFFFFFF is skipped; chosen 0: list[i]. */
  flagRows(list: number, chosen: number, count: number, flags: number): void;
  /** Rows whose flag byte is `wanted`; returns how many. */
  rowsFlagged(rows: number, count: number, flags: number, wanted: number, out: number): number;
  /** Rows whose id is there (1) or is not (0); returns how many. */
  rowsWithId(ids: number, rows: number, count: number, present: number, out: number): number;
  /** Rows that are not NULL; returns how many. */
  rowsNotNull(validity: number, rows: number, count: number, out: number): number;
  /** counts[ids[i]] += 1. */
  countIds(ids: number, count: number, counts: number): void;
  /** Takes one from each row's count; keeps rows that had one (1) or had none (0). */
  spendCounts(
    ids: number,
    rows: number,
    count: number,
    counts: number,
    keepCounted: number,
    out: number,
  ): number;
  /** Rows at which a run of equal ids begins; returns how many. */
  runStarts(ids: number, rows: number, count: number, before: number, out: number): number;
}
