/**
 * Signatures of assembly/text-match.ts: comparison, LIKE and concatenation of texts.
 *
 * A text operand is values, offsets and a step: 1 for a column, 0 for one text for all rows.
 * `selection` 0 stands for rows 0 … count-1.
 */
export interface TextMatchKernels {
  /**
   * flags[row] = a op b by bytes; op as in ComparisonCode. With `trim`, trailing spaces do not
   * count (character(n)).
   */
  compareTexts(
    aValues: number,
    aOffsets: number,
    aStep: number,
    bValues: number,
    bOffsets: number,
    bStep: number,
    op: number,
    trim: number,
    count: number,
    selection: number,
    flags: number,
  ): void;
  /**
   * flags[row] = the text matches the pattern. Tokens are u16: 0-255 a byte, 256 one character,
   * 257 any text. With `fold`, ASCII letters of the text are taken as lower case.
   */
  likeTexts(
    values: number,
    offsets: number,
    tokens: number,
    tokenCount: number,
    fold: number,
    count: number,
    selection: number,
    flags: number,
  ): void;
  /**
   * flags[row] = the text holds the parts in order. A part is two u32: pointer and size, not 0.
   * `anchors`: 1 the first part starts the text, 2 the last part (another one) ends it.
   */
  likeParts(
    values: number,
    offsets: number,
    parts: number,
    partCount: number,
    anchors: number,
    fold: number,
    count: number,
    selection: number,
    flags: number,
  ): void;
  /**
   * Offsets of a || b for all `physicalRows` rows, empty outside of the selection; returns the
   * bytes needed.
   */
  concatOffsets(
    aOffsets: number,
    aStep: number,
    bOffsets: number,
    bStep: number,
    count: number,
    selection: number,
    physicalRows: number,
    outOffsets: number,
  ): number;
  concatTexts(
    aValues: number,
    aOffsets: number,
    aStep: number,
    bValues: number,
    bOffsets: number,
    bStep: number,
    count: number,
    selection: number,
    outOffsets: number,
    out: number,
  ): void;
  /** flags[selection[i]] = dense[i]. */
  scatterFlags(dense: number, selection: number, count: number, flags: number): void;
}
