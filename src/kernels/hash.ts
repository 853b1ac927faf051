/**
 * Signatures of assembly/hash.ts: interning of keys to dense ids.
 *
 * `state` is the 64-byte record described there. Functions that intern return the position at
 * which they stopped: less than `count` means that the table must grow, then resume from there.
 */
export interface HashKernels {
  internWords(
    state: number,
    keys: number,
    validity: number,
    rows: number,
    count: number,
    from: number,
    out: number,
  ): number;
  /** As internWords, over u64 values by row, of which none is NULL. */
  internValues(
    state: number,
    values: number,
    rows: number,
    count: number,
    from: number,
    out: number,
  ): number;
  findWords(
    state: number,
    keys: number,
    validity: number,
    rows: number,
    count: number,
    out: number,
  ): void;
  /** Puts ids [from, to) into empty slots. */
  rehashWords(state: number, from: number, to: number): void;
  /** A u64 hash per position; offsets 0: rows of `width` bytes. */
  hashTexts(
    values: number,
    offsets: number,
    width: number,
    rows: number,
    count: number,
    out: number,
  ): void;
  internTexts(
    state: number,
    values: number,
    offsets: number,
    width: number,
    validity: number,
    rows: number,
    count: number,
    from: number,
    hashes: number,
    out: number,
  ): number;
  findTexts(
    state: number,
    values: number,
    offsets: number,
    width: number,
    validity: number,
    rows: number,
    count: number,
    hashes: number,
    out: number,
  ): void;
  /** Puts what `count` slots of before hold into empty slots. */
  rehashTexts(state: number, oldSlots: number, count: number): void;
  internEntries(
    state: number,
    values: number,
    offsets: number,
    codes: number,
    count: number,
    from: number,
    map: number,
  ): number;
  findEntries(
    state: number,
    values: number,
    offsets: number,
    codes: number,
    count: number,
    map: number,
  ): void;
}
