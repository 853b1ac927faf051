/**
 * A batch: the rows that pass between operators at one pull.
 *
 *     columns    physicalRows entries each
 *     selection  pointer to rowCount ascending u32 row numbers, or 0: all rows are selected
 *
 * A filter only adds a selection. A computed column has `physicalRows` entries too and defines
 * those at selected rows; so all columns of a batch share the one selection. Operators that
 * build rows (aggregates, joins, sorts) yield dense batches, selection 0.
 *
 * Columns come through `column(index)`, because a scan loads a column from disk only when an
 * operator first asks for it.
 *
 * Ownership: a batch and its columns are valid until the next pull from the operator that
 * yielded it. Who needs rows longer copies them.
 */
import { must } from '../errors/assert.ts';
import type { Datum } from '../types/datum.ts';
import type { Column } from './column.ts';

/** Rows per batch at most; a multiple of 64. */
export const batchRowsMax = 16_384;

/** What is known of a column's values before it is loaded; NaN lies outside of the extremes. */
export interface ColumnBounds {
  readonly nullCount: number;
  readonly min?: Datum;
  readonly max?: Datum;
}

export interface Batch {
  readonly physicalRows: number;
  readonly rowCount: number;
  readonly selection: number;
  readonly columnCount: number;
  column(index: number): Column;
  /** Bounds that hold for all physical rows, where the batch comes from a stored segment. */
  readonly bounds?: (index: number) => ColumnBounds | undefined;
}

/** A batch over columns that are already there. */
export function makeBatch(columns: readonly Column[], rowCount: number): Batch {
  return selectedBatch(columns, rowCount, rowCount, 0);
}

export function selectedBatch(
  columns: readonly Column[],
  physicalRows: number,
  rowCount: number,
  selection: number,
): Batch {
  return {
    physicalRows,
    rowCount,
    selection,
    columnCount: columns.length,
    column: (index) => must(columns[index], `column ${index}`),
  };
}

/** The same columns under another selection. */
export function withSelection(batch: Batch, rowCount: number, selection: number): Batch {
  const { physicalRows, columnCount, bounds } = batch;
  const column = (index: number): Column => batch.column(index);
  const same = { physicalRows, rowCount, selection, columnCount, column };
  return bounds === undefined ? same : { ...same, bounds };
}
