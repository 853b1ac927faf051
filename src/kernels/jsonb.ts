/** Signatures of assembly/jsonb.ts: one member of each jsonb object, by key. */
export interface JsonbKernels {
  /**
   * places[row]: where the value begins, 0 where there is none (or, `asText`, where it is null);
   * flags[row]: whether there is one; outOffsets for all `physicalRows` rows. The key is escaped
   * as jsonb escapes it; `isPlainKey`: it holds no escape. Returns the bytes needed.
   */
  findJsonbMembers(
    values: number,
    offsets: number,
    key: number,
    keySize: number,
    isPlainKey: number,
    asText: number,
    count: number,
    selection: number,
    physicalRows: number,
    places: number,
    flags: number,
    outOffsets: number,
  ): number;
  /** Copies the values; `asText`: strings without quotes and escapes. */
  copyJsonbMembers(
    places: number,
    asText: number,
    count: number,
    selection: number,
    outOffsets: number,
    out: number,
  ): void;
}
