/**
 * Runs INSERT, UPDATE, DELETE: the source plan's columns become changes of the transaction.
 *
 *     source plan ──columns──▶ checks (NOT NULL, keys) ──▶ TableWrite ──▶ RETURNING rows
 */
import { SqlError } from '../errors/sql-error.ts';
import type { Batch } from '../columns/batch.ts';
import { makeBatch } from '../columns/batch.ts';
import type { Column } from '../columns/column.ts';
import { buildColumn } from '../columns/builder.ts';
import { columnReader } from '../columns/read.ts';
import type { QueryReport } from '../exec/execution.ts';
import type { TableDefinition, TableWrite } from '../catalog/table.ts';
import { kernels } from '../kernels/kernels.ts';
import { Arena, Budget } from '../memory/arena.ts';
import { heap } from '../memory/heap.ts';
import type { PhysicalPlan } from '../plan/physical.ts';
import type { WriteStatement } from '../plan/planner.ts';
import { clockNs } from '../trace/node-statistics.ts';
import type { QueryTrace } from '../trace/query-trace.ts';
import type { Datum } from '../types/datum.ts';
import { formatText } from '../types/type-text.ts';
import { closeReasonOf } from './close-reason.ts';
import { millisOf } from './milliseconds.ts';
import { refuseWrite } from './read-only.ts';
import { sessionFormats } from './evaluation-facts.ts';
import { expandFormats } from './fields.ts';
import { InterleavedTime } from './interleaved-time.ts';
import { startQuery } from './query-runner.ts';
import { ReturningRows } from './returning-rows.ts';
import type { SqlSession } from './sql-session.ts';
import type { StoredRows } from './stored-rows.ts';
import { KeyCheck, keysOf, rowsWithoutConflict } from './unique-keys.ts';

/** Rows of one batch that ON CONFLICT left over. */
const copiedBytesMax = 1 << 30;

export interface WriteOptions {
  readonly parameters: readonly (Datum | null)[];
  readonly formats: readonly number[];
  readonly trace: QueryTrace;
  /** Where the rows of RETURNING go; undefined: nowhere. */
  readonly stored: StoredRows | undefined;
  /** Count and time the nodes, whatever the trace wants: EXPLAIN ANALYZE. */
  readonly instrument?: boolean;
}

export interface WriteOutcome {
  readonly rowCount: number;
  readonly report: QueryReport;
}

/** Errors: 25006, 23502, 23505, 40001, and those of the source. */
export async function runWrite(
  session: SqlSession,
  planned: WriteStatement,
  options: WriteOptions,
): Promise<WriteOutcome> {
  const { parameters, stored } = options;
  const { table, operation } = planned;
  if (!table.temporary) refuseWrite(session, operation.toUpperCase());
  if (operation !== 'insert') await lockTable(session, table.oid);
  const task = await WriteTask.begin(session, planned);
  const formats = expandFormats(options.formats, planned.fields.length);
  const returning = stored && new ReturningRows(session, planned, formats);
  const time = new InterleavedTime('dml.execute');
  const timed = async (body: () => Promise<void>): Promise<void> => {
    const startNs = clockNs();
    await body().finally(() => time.add(startNs, clockNs()));
  };
  const write = async (batch: Batch): Promise<void> => {
    const written = await task.write(batch);
    if (returning === undefined || written.rowCount === 0) return;
    stored?.append(returning.encode(written, parameters));
  };
  try {
    const source = { ...options, plan: planned.source };
    const report = await eachBatch(session, source, (batch) => timed(() => write(batch)));
    await timed(() => task.check());
    return { rowCount: task.rowCount, report };
  } finally {
    noteWrite(options.trace, planned, { time, rowCount: task.rowCount });
    task.free();
  }
}

function noteWrite(
  trace: QueryTrace,
  { operation, table }: WriteStatement,
  { time, rowCount }: { readonly time: InterleavedTime; readonly rowCount: number },
): void {
  const phase = time.take();
  if (phase === undefined) return;
  const attributes = {
    'dml.operation': operation,
    'dml.table': table.name,
    'dml.rows_affected': rowCount,
  };
  trace.phase({ ...phase, attributes });
}

/** The rows of one INSERT, UPDATE or DELETE on their way into the table. */
class WriteTask {
  readonly #session: SqlSession;
  readonly #planned: WriteStatement;
  readonly #write: TableWrite;
  readonly #keys: KeyCheck | undefined;
  readonly #arena = new Arena(new Budget(copiedBytesMax));
  #rowCount = 0;

  private constructor(session: SqlSession, planned: WriteStatement, keys: KeyCheck | undefined) {
    this.#session = session;
    this.#planned = planned;
    this.#write = session.transaction.forWriting().write(planned.table.oid);
    this.#keys = keys;
  }

  /** Waits for other writers of a table with keys. */
  static async begin(session: SqlSession, planned: WriteStatement): Promise<WriteTask> {
    const { table, operation } = planned;
    const keys = operation === 'delete' ? undefined : await guardKeys(session, table);
    return new WriteTask(session, planned, keys);
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** Returns the rows that were written: those that RETURNING sees. */
  async write(batch: Batch): Promise<Batch> {
    const { operation, table } = this.#planned;
    await this.#write.ready();
    if (operation === 'insert') return this.#insert(batch);
    this.#rowCount += this.#write.delete(rowIdsOf(batch.column(0), batch.rowCount));
    if (operation !== 'update') return batch;
    const rows = firstColumns(batch, 1, table.columns.length);
    checkNotNull(this.#session, table, rows);
    this.#append(rows);
    return batch;
  }

  async #insert(batch: Batch): Promise<Batch> {
    const { table, onConflictDoNothing, arbiters } = this.#planned;
    checkNotNull(this.#session, table, firstColumns(batch, 0, table.columns.length));
    let kept = batch;
    if (onConflictDoNothing && this.#keys !== undefined) {
      const rows = await rowsWithoutConflict(this.#session, table, batch, arbiters);
      kept = this.#copyRows(batch, rows);
    }
    this.#rowCount += kept.rowCount;
    this.#append(firstColumns(kept, 0, table.columns.length));
    return kept;
  }

  /** Valid until the next batch. */
  #copyRows(batch: Batch, rows: readonly number[]): Batch {
    if (rows.length === batch.rowCount) return batch;
    this.#arena.reset();
    const columns = Array.from({ length: batch.columnCount }, (_, index) => {
      const column = batch.column(index);
      const read = columnReader(column);
      return buildColumn(
        column.type,
        rows.map((row) => read(row)),
        this.#arena,
      );
    });
    return makeBatch(columns, rows.length);
  }

  #append(rows: Batch): void {
    this.#keys?.note(rows);
    this.#write.insert(rows);
  }

  /** Errors: 23505. */
  async check(): Promise<void> {
    await this.#keys?.check();
  }

  free(): void {
    this.#arena.free();
  }
}

/** Before rows go into a table with keys; undefined: it has none. Errors: 40P01, 55P03, 57014. */
export async function guardKeys(
  session: SqlSession,
  table: TableDefinition,
): Promise<KeyCheck | undefined> {
  if (keysOf(table).length === 0) return undefined;
  await lockTable(session, table.oid);
  return new KeyCheck(session, table);
}

/** Keeps other writers of the table's rows out. Errors: 40P01, 55P03, 57014. */
export async function lockTable(session: SqlSession, tableOid: number): Promise<void> {
  const lock = session.transaction.forWriting().lock(tableOid);
  const timeoutMs = millisOf(session.settings.get('lock_timeout'));
  await session.interrupts.wait(lock, timeoutMs, () => {
    return new SqlError('lock_not_available', 'canceling statement due to lock timeout');
  });
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
  readonly instrument?: boolean;
}

async function eachBatch(
  session: SqlSession,
  source: SourceOptions,
  body: (batch: Batch) => Promise<void>,
): Promise<QueryReport> {
  const running = startQuery(session, source.plan, {
    parameters: source.parameters,
    output: { kind: 'columns' },
    instrument: source.instrument ?? source.trace.wantsNodes,
  });
  try {
    for (;;) {
      session.interrupts.current = running;
      const chunk = await running.run.next(0);
      if (chunk === undefined) break;
      if (chunk.kind === 'columns') await body(makeBatch(chunk.columns, chunk.rowCount));
    }
  } catch (error) {
    await running.close(closeReasonOf(error), source.trace);
    throw error;
  }
  return running.close('exhausted', source.trace);
}

/** The rows of a query into a table of the same columns: CREATE TABLE AS. */
export async function insertRows(
  session: SqlSession,
  source: SourceOptions & { readonly table: TableDefinition },
): Promise<WriteOutcome> {
  const write = session.transaction.forWriting().write(source.table.oid);
  let rowCount = 0;
  const report = await eachBatch(session, source, async (batch) => {
    await write.ready();
    write.insert(batch);
    rowCount += batch.rowCount;
  });
  return { rowCount, report };
}
