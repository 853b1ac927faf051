/** Signatures of assembly/group.ts: group keys as u64 words, and other forms that compare. */
type WordsOf = (values: number, rows: number, count: number, out: number) => void;
type OfWords = (words: number, count: number, out: number) => void;
type Trim = (
  values: number,
  offsets: number,
  rows: number,
  count: number,
  outOffsets: number,
  out: number,
) => number;

export interface GroupKernels {
  readonly wordsOfBits: WordsOf;
  readonly wordsOfI16: WordsOf;
  readonly wordsOfI32: WordsOf;
  readonly wordsOfI64: WordsOf;
  readonly wordsOfF32: WordsOf;
  readonly wordsOfF64: WordsOf;
  readonly bitsOfWords: OfWords;
  readonly i16OfWords: OfWords;
  readonly i32OfWords: OfWords;
  /** Intervals as 128-bit µs with months of 30 days, by which PostgreSQL compares them. */
  readonly spansOfIntervals: WordsOf;
  /** Decimal texts without the zeros that end a fraction; returns the bytes written. */
  readonly trimDecimals: Trim;
  /** Texts without the blanks that end them. */
  readonly trimBlanks: Trim;
  /** Smallest and largest word as i64. */
  rangeOfWords(words: number, validity: number, rows: number, count: number, out: number): void;
  /** Ids through an array by distance from the u64 at `bounds`; positions unseen to `missed`. */
  mapWords(
    words: number,
    bounds: number,
    validity: number,
    rows: number,
    count: number,
    map: number,
    out: number,
    missed: number,
  ): number;
  /** Notes ids in the cells of the words at `positions`. */
  setCells(
    words: number,
    bounds: number,
    validity: number,
    rows: number,
    positions: number,
    count: number,
    map: number,
    ids: number,
  ): void;
}
