/**
 * LateralJoinExec: for each input row, the rows of an inner plan that sees the row's values as
 * parameters. Streaming in the input; a left join gives a row of NULLs where the inner is empty.
 */
import { batchRowsMax, makeBatch, type Batch } from '../../columns/batch.ts';
import { columnReader } from '../../columns/read.ts';
import type { Column } from '../../columns/column.ts';
import { heap } from '../../memory/heap.ts';
import { Arena } from '../../memory/arena.ts';
import { nullRow } from '../keys/null-row.ts';
import { gatherColumn } from '../keys/gather-column.ts';
import { RowBuffer } from '../keys/row-buffer.ts';
import { prepareExprs } from '../expressions.ts';
import { bindParameters } from '../scoped-context.ts';
import { selectedRow } from '../selected-row.ts';
import type { NodeOf } from '../../plan/physical.ts';
import type { Operator, OperatorContext } from '../operator.ts';

export const lateralJoin: Operator<'LateralJoinExec'> = function* (node, context) {
  const evaluate = prepareExprs(node.outerColumns, context);
  for (const batch of context.query.open(node.input)) {
    context.scratch.reset();
    const readers = evaluate(batch).map((column) => columnReader(column));
    const joined = new JoinedRows(node, context);
    try {
      for (let at = 0; at < batch.rowCount; at++) {
        const row = selectedRow(batch.selection, at);
        const values = readers.map((read) => read(row));
        const inner = bindParameters(context.query, node.firstParameter, values);
        for (const innerBatch of inner.open(node.inner)) joined.append(batch, row, innerBatch);
        if (joined.isEmptyFor(row) && node.joinType === 'left') joined.appendNulls(batch, row);
        if (joined.rowCount >= batchRowsMax) yield joined.take();
      }
      if (joined.rowCount > 0) yield joined.take();
    } finally {
      joined.free();
    }
  }
};

class JoinedRows {
  readonly #node: NodeOf<'LateralJoinExec'>;
  readonly #rows: Arena;
  readonly #work: Arena;
  #buffer: RowBuffer;
  #lastRow = -1;
  #isTaken = false;

  constructor(node: NodeOf<'LateralJoinExec'>, context: OperatorContext) {
    this.#node = node;
    this.#rows = new Arena(context.query.budget);
    this.#work = new Arena(context.query.budget);
    this.#buffer = this.#newBuffer();
  }

  #newBuffer(): RowBuffer {
    this.#rows.reset();
    return new RowBuffer(
      this.#node.fields.map((field) => field.type),
      this.#rows,
      this.#work,
    );
  }

  get rowCount(): number {
    return this.#isTaken ? 0 : this.#buffer.rowCount;
  }

  isEmptyFor(row: number): boolean {
    return this.#lastRow !== row;
  }

  append(outer: Batch, row: number, inner: Batch): void {
    this.#begin();
    this.#lastRow = row;
    const { rowCount, selection } = inner;
    const innerColumns = this.#node.inner.fields.map((_, index) =>
      selection === 0
        ? inner.column(index)
        : gatherColumn(
            inner.column(index),
            { rows: selection, count: rowCount, hasNullRows: false },
            this.#work,
          ),
    );
    const columns = [...this.#repeated(outer, row, rowCount), ...innerColumns];
    this.#buffer.append(makeBatch(columns, rowCount));
  }

  appendNulls(outer: Batch, row: number): void {
    this.#begin();
    const inner = nullRow(
      this.#node.inner.fields.map((field) => field.type),
      this.#work,
    );
    this.#buffer.append(makeBatch([...this.#repeated(outer, row, 1), ...inner], 1));
  }

  #begin(): void {
    this.#work.reset();
    if (!this.#isTaken) return;
    this.#isTaken = false;
    this.#buffer = this.#newBuffer();
  }

  #repeated(outer: Batch, row: number, count: number): Column[] {
    const rows = this.#work.allocate(count * 4);
    heap().u32.fill(row, rows >>> 2, (rows >>> 2) + count);
    return this.#node.input.fields.map((_, index) =>
      gatherColumn(outer.column(index), { rows, count, hasNullRows: false }, this.#work),
    );
  }

  /** The rows so far; valid until the next append. */
  take(): Batch {
    this.#isTaken = true;
    return this.#buffer.batch();
  }

  free(): void {
    this.#rows.free();
    this.#work.free();
  }
}
