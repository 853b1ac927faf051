/** Signatures of assembly/sketch.ts: distinct-count sketches by group. */
export interface SketchKernels {
  /** Adds hashes to records of 16 bytes; stops where a record must grow. */
  addHashes(records: number, groups: number, hashes: number, count: number, from: number): number;
  slotsToRegisters(slots: number, count: number, registers: number): void;
  /** Hashes of slots one after the other; returns how many. */
  packSlots(slots: number, count: number, out: number): number;
  mergeRegisters(from: number, into: number): void;
  /** Hashes of u64 words by position, 0 where NULL. */
  hashWords(words: number, validity: number, rows: number, count: number, out: number): void;
  hashesOfCodes(
    hashes: number,
    codes: number,
    validity: number,
    rows: number,
    count: number,
    out: number,
  ): void;
}
