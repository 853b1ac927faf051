/**
 * Runs INSERT, UPDATE, DELETE: the source plan's columns become changes of the transaction.
 *
 *     source plan ──columns──▶ checks (NOT NULL, keys) ──▶ TableWrite ──▶ RETURNING rows
 */
import { SqlError, unsupported } from '../errors/sql-error.ts';
import type { Batch } from '../columns/batch.ts';
import { makeBatch } from '../columns/batch.ts';
import type { Column } from '../columns/column.ts';
import { columnReader } from '../columns/read.ts';
import type { TableDefinition, TableWrite } from '../catalog/table.ts';
import { kernels } from '../kernels/kernels.ts';
import { heap } from '../memory/heap.ts';
import type { PhysicalPlan } from '../plan/physical.ts';
import type { WriteStatement } from '../plan/planner.ts';
import type { QueryTrace } from '../trace/query-trace.ts';
import type { Datum } from '../types/datum.ts';
import { formatText } from '../types/type-text.ts';
import { checkUniqueKeys } from './unique-keys.ts';
import { sessionFormats } from './evaluation-facts.ts';
import { describeFields, expandFormats } from './fields.ts';
import { startQuery, type RunningQuery } from './query-runner.ts';
import { ReturningRows } from './returning-rows.ts';
import type { ResultWriter } from './session.ts';
import type { SqlSession } from './sql-session.ts';

interface WriteOptions {
  readonly parameters: readonly (Datum | null)[];
  readonly formats: readonly number[];
  readonly describes: boolean;
  readonly trace: QueryTrace;
  readonly out: ResultWriter;
}

/** Returns the number of rows written. */
export async function runWrite(
  session: SqlSession,
  planned: WriteStatement,
  options: WriteOptions,
): Promise<number> {
  const { out, formats, parameters, trace } = options;
  if (planned.onConflictDoNothing && hasKeys(planned.table)) {
    throw unsupported('ON CONFLICT on a table with keys');
  }
  const transaction = session.transaction.forWriting();
  if (planned.operation !== 'insert') await transaction.lock(planned.table.oid);
  const write = transaction.write(planned.table.oid);
  const expanded = expandFormats(formats, planned.fields.length);
  const returning =
    planned.returning.length === 0 ? undefined : new ReturningRows(session, planned, expanded);
  if (options.describes && returning !== undefined) {
    out.rowDescription(describeFields(planned.fields, expanded));
  }
  let rows = 0;
  await eachBatch(session, { plan: planned.source, parameters, trace }, async (batch) => {
    await write.ready();
    rows += writeBatch(session, planned, write, batch);
    if (returning !== undefined) await out.rows(returning.encode(batch, parameters));
  });
  if (planned.operation !== 'delete') await checkUniqueKeys(session, planned.table);
  return rows;
}

function hasKeys(table: TableDefinition): boolean {
  return table.constraints.some(({ kind }) => kind === 'primaryKey' || kind === 'unique');
}

function writeBatch(
  session: SqlSession,
  planned: WriteStatement,
  write: TableWrite,
  batch: Batch,
): number {
  const { operation, table } = planned;
  if (operation === 'insert') {
    const rows = firstColumns(batch, 0, table.columns.length);
    checkNotNull(session, table, rows);
    write.insert(rows);
    return batch.rowCount;
  }
  const deleted = write.delete(rowIdsOf(batch.column(0), batch.rowCount));
  if (operation === 'update') {
    const rows = firstColumns(batch, 1, table.columns.length);
    checkNotNull(session, table, rows);
    write.insert(rows);
  }
  return deleted;
}

function firstColumns(batch: Batch, from: number, count: number): Batch {
  return makeBatch(
    Array.from({ length: count }, (_, index) => batch.column(from + index)),
    batch.rowCount,
  );
}

function rowIdsOf(column: Column, count: number): BigInt64Array {
  const start = column.values / 8;
  if (column.encoding === 'constant') return new BigInt64Array(count).fill(heap().i64[start] ?? 0n);
  return heap().i64.slice(start, start + count);
}

/** Errors: 23502 with the failing row. */
export function checkNotNull(session: SqlSession, table: TableDefinition, batch: Batch): void {
  table.columns.forEach(({ notNull, name }, index) => {
    if (!notNull) return;
    const column = batch.column(index);
    if (column.validity === 0) return;
    const checked = column.encoding === 'constant' ? 1 : batch.rowCount;
    if (kernels().countBits(column.validity, checked) === checked) return;
    const read = columnReader(column);
    let row = 0;
    while (read(row) !== null) row += 1;
    const message = `null value in column "${name}" of relation "${table.name}" violates not-null constraint`;
    throw new SqlError('not_null_violation', message, {
      detail: `Failing row contains (${rowText(session, table, batch, row)}).`,
      schema: table.schema,
      table: table.name,
      column: name,
    });
  });
}

const rowTextValuesMax = 64;

function rowText(session: SqlSession, table: TableDefinition, batch: Batch, row: number): string {
  const formats = sessionFormats(session);
  const values = table.columns.map(({ type }, index) => {
    const value = columnReader(batch.column(index))(row);
    if (value === null) return 'null';
    const text = formatText(type, value, formats);
    return text.length > rowTextValuesMax ? `${text.slice(0, rowTextValuesMax)}...` : text;
  });
  return values.join(', ');
}

interface SourceOptions {
  readonly plan: PhysicalPlan;
  readonly parameters: readonly (Datum | null)[];
  readonly trace: QueryTrace;
}

async function eachBatch(
  session: SqlSession,
  source: SourceOptions,
  body: (batch: Batch) => Promise<void>,
): Promise<void> {
  const running = startQuery(session, source.plan, {
    parameters: source.parameters,
    output: { kind: 'columns' },
    instrument: source.trace.wantsNodes,
  });
  session.current = running;
  try {
    await drain(running, body);
  } catch (error) {
    await running.close('error', source.trace);
    throw error;
  }
  await running.close('exhausted', source.trace);
}

async function drain(running: RunningQuery, body: (batch: Batch) => Promise<void>): Promise<void> {
  for (;;) {
    const chunk = await running.run.next(0);
    if (chunk === undefined) return;
    if (chunk.kind === 'columns') await body(makeBatch(chunk.columns, chunk.rowCount));
  }
}

/** The rows of a query into a table of the same columns: CREATE TABLE AS. */
export async function insertRows(
  session: SqlSession,
  source: SourceOptions & { readonly table: TableDefinition },
): Promise<number> {
  const write = session.transaction.forWriting().write(source.table.oid);
  let rows = 0;
  await eachBatch(session, source, async (batch) => {
    await write.ready();
    write.insert(batch);
    rows += batch.rowCount;
  });
  return rows;
}
