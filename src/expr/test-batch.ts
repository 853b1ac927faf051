/** A context, batches and expressions for the tests of expressions. */
import { makeBatch, selectedBatch, type Batch } from '../columns/batch.ts';
import type { Column } from '../columns/column.ts';
import { columnReader } from '../columns/read.ts';
import { eachRow } from '../columns/row-set.ts';
import { testArena, type Values } from '../columns/test-columns.ts';
import { must } from '../errors/assert.ts';
import type { EvaluationContext } from '../functions/function-record.ts';
import { heap } from '../memory/heap.ts';
import type { Datum } from '../types/datum.ts';
import type { TypeName } from '../types/sql-type.ts';
import { sqlType } from '../types/type-table.ts';
import { prepare, prepareFilter } from './compile.ts';
import type { Expr } from './expr.ts';

export const testContext: EvaluationContext = {
  arena: testArena,
  timeZone: 'UTC',
  transactionMicros: 0n,
  statementMicros: 0n,
  session: {},
  formats: {},
  catalog: { find: () => undefined },
};

export function batchOf(...columns: readonly Column[]): Batch {
  return makeBatch(columns, must(columns[0], 'column').length);
}

/** A batch of which only the given rows are selected. */
export function selected(batch: Batch, rows: readonly number[]): Batch {
  const selection = testArena.allocate(rows.length * 4);
  heap().u32.set(rows, selection >>> 2);
  const columns = Array.from({ length: batch.columnCount }, (_, index) => batch.column(index));
  return selectedBatch(columns, batch.physicalRows, rows.length, selection);
}

export function read(result: Column, batch: Batch): (Datum | null)[] {
  const reader = columnReader(result);
  const values: (Datum | null)[] = [];
  eachRow(batch, (row) => void values.push(reader(row)));
  return values;
}

export function evaluate(expr: Expr, batch: Batch, parameters: Values = []): (Datum | null)[] {
  const [result] = prepare([expr]).evaluate(batch, testContext, parameters);
  return read(must(result, 'result'), batch);
}

/** Row numbers that pass the predicate. */
export function passing(predicate: Expr, batch: Batch, parameters: Values = []): number[] {
  const found = prepareFilter(predicate)(batch, testContext, parameters);
  const rows: number[] = [];
  eachRow({ ...found, physicalRows: batch.physicalRows }, (row) => void rows.push(row));
  return rows;
}

export function col(index: number, type: TypeName): Expr {
  return { kind: 'column', index, type: sqlType(type), name: `c${index}` };
}

export function lit(type: TypeName, value: Datum | null): Expr {
  return { kind: 'constant', type: sqlType(type), value };
}

export function call(functionId: string, returns: TypeName, ...args: readonly Expr[]): Expr {
  return { kind: 'call', functionId, args, type: sqlType(returns) };
}

export const boolType = sqlType('bool');
