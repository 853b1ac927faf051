/**
 * ProjectSetExec: set-returning functions in the select list. Each input row becomes as many rows
 * as its longest set; shorter sets are padded with NULL, plain expressions repeat. Rows are made
 * as they are asked for: a set may be longer than what memory holds.
 */
import { batchRowsMax, makeBatch, type Batch } from '../../columns/batch.ts';
import { ColumnBuilder } from '../../columns/builder.ts';
import { columnReader } from '../../columns/read.ts';
import { must } from '../../errors/assert.ts';
import type { Datum } from '../../types/datum.ts';
import { prepareExprs } from '../expressions.ts';
import { selectedRow } from '../selected-row.ts';
import { tableOverload } from './table-function.ts';
import type { Operator } from '../operator.ts';

type Row = readonly (Datum | null)[];

export const projectSet: Operator<'ProjectSetExec'> = function* (node, context) {
  const { query, evaluation, state } = context;
  const exprs = node.items.flatMap((item) => (item.kind === 'expr' ? [item.expr] : item.args));
  const evaluate = prepareExprs(exprs, context);
  for (const batch of query.open(node.input)) {
    context.scratch.reset();
    const readers = evaluate(batch).map((column) => columnReader(column));
    yield* packed(expanded(batch, readers), node.fields.length);
  }

  function* expanded(
    batch: Batch,
    readers: readonly ((row: number) => Datum | null)[],
  ): Generator<Row> {
    for (let at = 0; at < batch.rowCount; at++) {
      const row = selectedRow(batch.selection, at);
      const values = readers.map((read) => read(row));
      yield* expandRow(values);
    }
  }

  function* expandRow(values: Row): Generator<Row> {
    let next = 0;
    const take = (count: number): Row => values.slice(next, (next += count));
    const columns = node.items.map((item) => {
      if (item.kind === 'expr') return { constant: take(1)[0] ?? null, set: undefined };
      const rows = tableOverload(item.functionId).rows(evaluation, take(item.args.length));
      return { constant: null, set: rows[Symbol.iterator]() };
    });
    for (;;) {
      const steps = columns.map(({ set }) => set?.next());
      if (steps.every((step) => step === undefined || step.done === true)) return;
      yield columns.map(({ constant }, index) => {
        const step = steps[index];
        if (step === undefined) return constant;
        return step.done === true ? null : (step.value[0] ?? null);
      });
    }
  }

  function* packed(rows: Generator<Row>, width: number): Generator<Batch> {
    let builders: ColumnBuilder[] = [];
    let rowCount = 0;
    for (const row of rows) {
      if (rowCount === 0) {
        state.reset();
        builders = node.fields.map(({ type }) => new ColumnBuilder(type, state));
      }
      for (let index = 0; index < width; index++)
        must(builders[index], 'a column').append(row[index] ?? null);
      if (++rowCount < batchRowsMax) continue;
      yield makeBatch(
        builders.map((builder) => builder.finish()),
        rowCount,
      );
      rowCount = 0;
    }
    if (rowCount > 0)
      yield makeBatch(
        builders.map((builder) => builder.finish()),
        rowCount,
      );
  }
};
