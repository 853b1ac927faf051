/**
 * The face of expression evaluation: what operators hold after `prepare` and `prepareFilter`.
 *
 * Computed columns have `physicalRows` entries and define those at the batch's selected rows. All
 * memory comes from the context's arena, so results live as long as the batch.
 */
import type { Batch } from '../columns/batch.ts';
import type { Column } from '../columns/column.ts';
import type { EvaluationContext } from '../functions/function-record.ts';
import type { Datum } from '../types/datum.ts';
import type { SubplanExpr } from './expr.ts';

export interface PrepareOptions {
  /** Runs a subplan for one row: the values of `arguments`, and of `left` for any and all. */
  readonly subplan?: SubplanCallback;
  /** The session's TimeZone, where it is known before evaluation. */
  readonly timeZone?: string;
}

export type SubplanCallback = (
  expr: SubplanExpr,
  argumentValues: readonly (Datum | null)[],
  left: Datum | null,
) => Datum | null;

export interface PreparedExprs {
  /** One column per expression. Errors: the SqlError of a failing row. */
  evaluate(
    batch: Batch,
    context: EvaluationContext,
    parameters: readonly (Datum | null)[],
  ): Column[];
}

/** Pointer to `rowCount` ascending u32 row numbers; 0: all rows of the batch. */
export interface SelectedRows {
  readonly rowCount: number;
  readonly selection: number;
}

/** The rows of the batch for which the predicate is true (not false, not NULL). */
export type PreparedFilter = (
  batch: Batch,
  context: EvaluationContext,
  parameters: readonly (Datum | null)[],
) => SelectedRows;
