/**
 * Signatures of assembly/copy.ts and copy-values.ts: COPY text and CSV into cells and values.
 *
 * A task is described by 64 bytes of memory:
 *
 *   0  u32 first byte                  4  u32 where the bytes end
 *   8  u32 columns                     12 u32 rows at most
 *   16 u32 cells: for each column room for all rows, 8 bytes each
 *   20 u32 delimiter                   24 u32 quote (which is the escape too), 0 = COPY text
 *   28 u32 the null text               32 u32 its length
 *   36 u32 flags per column, bytes: 1 = never NULL, 2 = NULL although quoted
 *   40 u32 line ends: 1 \n, 2 \r\n
 *   48 u32 out: where the rows end     52 u32 out: why it stopped, see `cutStops`
 *   56 u32 out: line ends in the rows
 *
 * A cell is two u32: where its bytes start and end. A start of 2^32 - 1 is NULL.
 */
export interface CopyKernels {
  /** Cuts whole rows and returns their number. Bytes of the cells may be rewritten in place. */
  cutRows(task: number): number;
  /** Validity of the cells; returns the number of NULLs. */
  cellNulls(cells: number, rows: number, validity: number): number;
  /** offsets[0 … rows] of the cells' texts one after the other; returns their size. */
  cellOffsets(cells: number, rows: number, offsets: number): number;
  cellTexts(cells: number, rows: number, offsets: number, out: number): void;
  /**
   * Values of cells in their usual form. Rows in another form are listed at `others` (u32 each)
   * and hold zero, as NULLs do; their number is returned. `width`: bytes of the integer.
   */
  cellIntegers(cells: number, rows: number, width: number, out: number, others: number): number;
  cellFloats(cells: number, rows: number, out: number, others: number): number;
  cellBooleans(cells: number, rows: number, out: number, others: number): number;
  cellDates(cells: number, rows: number, out: number, others: number): number;
  /** `zones`: 0 = none may be given, 1 = one has to be given, 2 = none given is UTC. */
  cellTimestamps(cells: number, rows: number, zones: number, out: number, others: number): number;
}

export const copyTaskBytes = 64;

export const cutStops = {
  /** The next row does not end in these bytes. */
  more: 0,
  /** The next row is none of the usual kind: errors, rare escapes, another line end, `\.`. */
  strange: 1,
  /** The cells are full. */
  full: 2,
} as const;
