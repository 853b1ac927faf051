/**
 * TableFunctionExec: set-returning functions in FROM. Streaming; several functions run in step,
 * the shorter ones padded with NULL; WITH ORDINALITY adds a row number.
 */
import { batchRowsMax, makeBatch } from '../../columns/batch.ts';
import { ColumnBuilder } from '../../columns/builder.ts';
import { assert } from '../../errors/assert.ts';
import { overloadById } from '../../functions/registry.ts';
import type { TableOverload } from '../../functions/function-record.ts';
import type { Datum } from '../../types/datum.ts';
import type { Operator } from '../operator.ts';

type Row = readonly (Datum | null)[];

interface RunningCall {
  readonly rows: Iterator<Row>;
  readonly width: number;
}

export const tableFunction: Operator<'TableFunctionExec'> = function* (node, context) {
  const { query, evaluation, scratch } = context;
  const calls = node.calls.map(({ functionId, args }): RunningCall => {
    const overload = tableOverload(functionId);
    const values = args.map((arg) => query.scalar(arg));
    const types = args.map(({ type }) => type);
    const rows = overload.rows(evaluation, values, types)[Symbol.iterator]();
    return { rows, width: overload.columns.length };
  });
  let ordinal = 0n;
  for (;;) {
    scratch.reset();
    const builders = node.fields.map(({ type }) => new ColumnBuilder(type, scratch));
    let rowCount = 0;
    while (rowCount < batchRowsMax) {
      const row = nextRow(calls);
      if (row === undefined) break;
      ordinal += 1n;
      const full = node.ordinality ? [...row, ordinal] : row;
      full.forEach((value, index) => builders[index]?.append(value));
      rowCount++;
    }
    if (rowCount === 0) return;
    yield makeBatch(
      builders.map((builder) => builder.finish()),
      rowCount,
    );
    if (rowCount < batchRowsMax) return;
  }
};

export function tableOverload(functionId: string): TableOverload {
  const overload = overloadById(functionId);
  assert(overload.kind === 'table', `${functionId} is set-returning`);
  return overload;
}

/** One row of all calls side by side; undefined when all are exhausted. */
function nextRow(calls: readonly RunningCall[]): Row | undefined {
  const results = calls.map((call) => ({ call, step: call.rows.next() }));
  if (results.every(({ step }) => step.done === true)) return undefined;
  return results.flatMap(({ call, step }) =>
    step.done === true ? Array.from({ length: call.width }, () => null) : [...step.value],
  );
}
