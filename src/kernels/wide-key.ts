/** Signatures of assembly/wide-key.ts: interning of keys of 16 bytes. */
export interface WideKeyKernels {
  /** Returns where it stopped: less than `count` means that the table must grow. */
  internWide(
    state: number,
    values: number,
    validity: number,
    rows: number,
    count: number,
    from: number,
    out: number,
  ): number;
  findWide(
    state: number,
    values: number,
    validity: number,
    rows: number,
    count: number,
    out: number,
  ): void;
}
