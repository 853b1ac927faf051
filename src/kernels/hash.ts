/**
 * Signatures of assembly/hash.ts: interning of keys to dense ids.
 *
 * `state` is the 64-byte record described there. Functions that intern return the position at
 * which they stopped: less than `count` means that the table must grow, then resume from there.
 */
export interface HashKernels {
  internWords(
    state: number, keys: number, validity: number, rows: number, count: number, from: number,
    out: number,
  ): number;
  findWords(
    state: number, keys: number, validity: number, rows: number, count: number, out: number,
  ): void;
  rehashWords(state: number): void;
  /** A u64 hash per position; offsets 0: rows of `width` bytes. */
  hashTexts(
    values: number, offsets: number, width: number, rows: number, count: number, out: number,
  ): void;
  internTexts(
    state: number, values: number, offsets: number, width: number, validity: number, rows: number,
    count: number, from: number, hashes: number, out: number,
  ): number;
  findTexts(
    state: number, values: number, offsets: number, width: number, validity: number, rows: number,
    count: number, hashes: number, out: number,
  ): void;
  /** Keys of 16 bytes. */
  internWide(
    state: number, values: number, validity: number, rows: number, count: number, from: number,
    out: number,
  ): number;
  findWide(
    state: number, values: number, validity: number, rows: number, count: number, out: number,
  ): void;
  rehashTexts(state: number, oldSlots: number, oldMask: number): void;
  /** Ids by dictionary code; unseen codes go to `missed` (NULL as 0xFFFFFFFF). */
  mapCodes(
    codes: number, codeBytes: number, validity: number, rows: number, count: number, map: number,
    out: number, missed: number,
  ): number;
  internEntries(
    state: number, values: number, offsets: number, codes: number, count: number, from: number,
    map: number,
  ): number;
  findEntries(
    state: number, values: number, offsets: number, codes: number, count: number, map: number,
  ): void;
  /** out[i] = high[i] << 32 | low[i]. */
  pairWords(high: number, low: number, count: number, out: number): void;
  /** ids[i] = 0xFFFFFFFF where either half is. */
  dropAbsentPairs(high: number, low: number, count: number, ids: number): void;
  /** Bitmap: 1 where neither half is 0xFFFFFFFF. */
  presentPairs(high: number, low: number, count: number, out: number): void;
  internPairs(
    state: number, table: number, stride: number, high: number, low: number, count: number,
    from: number, out: number,
  ): number;
  findPairs(
    table: number, stride: number, high: number, low: number, count: number, out: number,
  ): void;
  rehashPairs(state: number, table: number, stride: number): void;
  splitWords(words: number, count: number, high: number, low: number): void;
  /** Positions where ids from `known` on first appear; returns how many. */
  firstPositions(ids: number, count: number, known: number, out: number): number;
  /** Bitmap: 0 where the id is `nullId`. */
  idsNotNull(ids: number, count: number, nullId: number, out: number): void;
}
