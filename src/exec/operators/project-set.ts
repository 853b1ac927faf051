/**
 * ProjectSetExec: set-returning functions in the select list. Each input row becomes as many rows
 * as its longest set; shorter sets are padded with NULL, plain expressions repeat. Rows are made
 * as they are asked for: a set may be longer than what memory holds.
 */
import { batchRowsMax, makeBatch, type Batch } from '../../columns/batch.ts';
import { ColumnBuilder } from '../../columns/builder.ts';
import { columnReader } from '../../columns/read.ts';
import { must } from '../../errors/assert.ts';
import { heap } from '../../memory/heap.ts';
import { gatherColumn } from '../keys/gather-column.ts';
import { prepareExprs } from '../expressions.ts';
import { selectedRow } from '../selected-row.ts';
import { tableOverload } from './table-function.ts';
import type { Column } from '../../columns/column.ts';
import type { Datum } from '../../types/datum.ts';
import type { Operator } from '../operator.ts';

/** A value of each set, and the input row that they are of. */
interface SetRow {
  readonly row: number;
  readonly values: readonly (Datum | null)[];
}

export const projectSet: Operator<'ProjectSetExec'> = function* (node, context) {
  const { query, evaluation, state } = context;
  const sets = node.items.filter((item) => item.kind === 'set');
  const setTypes = node.items.flatMap((item, index) =>
    item.kind === 'set' ? [must(node.fields[index], 'field').type] : [],
  );
  const plain = node.items.flatMap((item) => (item.kind === 'expr' ? [item.expr] : []));
  const evaluateArguments = prepareExprs(
    sets.flatMap(({ args }) => args),
    context,
  );
  const evaluatePlain = prepareExprs(plain, context);
  for (const batch of query.open(node.input)) {
    context.scratch.reset();
    const repeated = evaluatePlain(batch);
    const readers = evaluateArguments(batch).map((column) => columnReader(column));
    yield* packed(setRows(batch, readers), repeated);
  }

  function* setRows(
    batch: Batch,
    readers: readonly ((row: number) => Datum | null)[],
  ): Generator<SetRow> {
    for (let at = 0; at < batch.rowCount; at++) {
      const row = selectedRow(batch.selection, at);
      const values = readers.map((read) => read(row));
      let next = 0;
      const iterators = sets.map(({ functionId, args }) => {
        const rows = tableOverload(functionId).rows(
          evaluation,
          values.slice(next, (next += args.length)),
          args.map(({ type }) => type),
        );
        return rows[Symbol.iterator]();
      });
      for (;;) {
        const steps = iterators.map((iterator) => iterator.next());
        if (steps.every(({ done }) => done === true)) break;
        const made = steps.map((step) => (step.done === true ? null : (step.value[0] ?? null)));
        yield { row, values: made };
      }
    }
  }

  function* packed(rows: Generator<SetRow>, repeated: readonly Column[]): Generator<Batch> {
    let builders: readonly ColumnBuilder[] = [];
    let sources: number[] = [];
    for (const { row, values } of rows) {
      if (sources.length === 0) {
        state.reset();
        builders = setTypes.map((type) => new ColumnBuilder(type, state));
      }
      for (const [index, value] of values.entries()) must(builders[index], 'set').append(value);
      if (sources.push(row) < batchRowsMax) continue;
      yield batchOf(builders, repeated, sources);
      sources = [];
    }
    if (sources.length > 0) yield batchOf(builders, repeated, sources);
  }

  function batchOf(
    builders: readonly ColumnBuilder[],
    repeated: readonly Column[],
    sources: readonly number[],
  ): Batch {
    const count = sources.length;
    const rows = state.allocate(count * 4);
    heap().u32.set(sources, rows >>> 2);
    const list = { rows, count, hasNullRows: false };
    const [nextSet, nextPlain] = [builders.values(), repeated.values()];
    const columns = node.items.map((item) =>
      item.kind === 'set'
        ? (must(nextSet.next().value, 'set') as ColumnBuilder).finish()
        : gatherColumn(must(nextPlain.next().value, 'column') as Column, list, state),
    );
    return makeBatch(columns, count);
  }
};
