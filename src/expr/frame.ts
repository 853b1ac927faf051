/**
 * One evaluation: a batch, the rows that are wanted, and what was computed for exactly them.
 *
 * Parts that only some rows need (arms of CASE, later arguments of AND) are evaluated in a frame
 * narrowed to these rows, so that errors never arise from rows that are not reached.
 */
import type { Batch } from '../columns/batch.ts';
import type { Column } from '../columns/column.ts';
import type { EvaluationContext, RowSet } from '../functions/function-record.ts';
import type { Datum } from '../types/datum.ts';

export type Evaluator = (frame: Frame) => Column;

export interface Execution {
  readonly batch: Batch;
  readonly context: EvaluationContext;
  readonly parameters: readonly (Datum | null)[];
}

export class Frame {
  readonly execution: Execution;
  readonly rows: RowSet;
  readonly #results = new Map<object, unknown>();

  constructor(execution: Execution, rows: RowSet) {
    this.execution = execution;
    this.rows = rows;
  }

  get context(): EvaluationContext {
    return this.execution.context;
  }

  narrowed(rows: RowSet): Frame {
    return new Frame(this.execution, rows);
  }

  /** The result computed under `key` in this frame; computes it on first use. */
  once<T>(key: object, compute: () => T): T {
    if (!this.#results.has(key)) this.#results.set(key, compute());
    return this.#results.get(key) as T;
  }
}
