/** Signatures of assembly/pair.ts: pairs of ids to ids. */
export interface PairKernels {
  /** out[i] = high[i] << 32 | low[i]. */
  pairWords(high: number, low: number, count: number, out: number): void;
  /** Bitmap: 1 where neither half is 0xFFFFFFFF. */
  presentPairs(high: number, low: number, count: number, out: number): void;
  internPairs(
    state: number,
    table: number,
    stride: number,
    high: number,
    low: number,
    count: number,
    from: number,
    out: number,
  ): number;
  findPairs(
    table: number,
    stride: number,
    high: number,
    low: number,
    count: number,
    out: number,
  ): void;
  rehashPairs(state: number, table: number, stride: number): void;
  splitWords(words: number, count: number, high: number, low: number): void;
  /** Positions where ids from `known` on first appear; returns how many. */
  firstPositions(ids: number, count: number, known: number, out: number): number;
}
