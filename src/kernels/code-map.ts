/** Signatures of assembly/code-map.ts: ids of dictionary codes through a table. */
export interface CodeMapKernels {
  /** Ids by dictionary code; unseen codes go to `missed` (NULL as 0xFFFFFFFF). */
  mapCodes(
    codes: number,
    codeBytes: number,
    validity: number,
    rows: number,
    count: number,
    map: number,
    out: number,
    missed: number,
  ): number;
}
