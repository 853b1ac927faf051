/**
 * Runs INSERT, UPDATE, DELETE: the source plan's columns become changes of the transaction.
 *
 *     source plan ──columns──▶ checks (NOT NULL, keys) ──▶ TableWrite ──▶ RETURNING rows
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { Batch } from '../../columns/batch.ts';
import { makeBatch } from '../../columns/batch.ts';
import type { Column } from '../../columns/column.ts';
import { buildColumn } from '../../columns/builder.ts';
import { columnReader } from '../../columns/read.ts';
import type { QueryReport } from '../../exec/execution.ts';
import { RowBusy, type TableDefinition, type TableWrite } from '../../catalog/table.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import { heap } from '../../memory/heap.ts';
import type { PhysicalPlan } from '../../plan/physical.ts';
import type { WriteStatement } from '../../plan/planner.ts';
import { clockNs } from '../../trace/node-statistics.ts';
import type { QueryTrace } from '../../trace/query-trace.ts';
import type { Datum } from '../../types/datum.ts';
import { endTurn, lockForWrite, waitForLock } from '../transaction/locks.ts';
import { closeReasonOf } from '../tracing/close-reason.ts';
import { expandFormats } from '../statement/fields.ts';
import { InterleavedTime } from '../tracing/interleaved-time.ts';
import { RowChecks } from './row-checks.ts';
import { ConflictRows } from './conflict-rows.ts';
import { startQuery, type PlanSnapshots } from '../statement/query-runner.ts';
import { ReturningRows } from './returning-rows.ts';
import type { SqlSession } from '../sql-session.ts';
import type { StoredRows } from '../portal/stored-rows.ts';
import { ReferenceNotes } from './references/reference-notes.ts';
import type { ReferenceEvent } from './references/reference-queue.ts';
import { KeyCheck, keysOf, rowsWithoutConflict } from './unique-keys.ts';

/** Rows of one batch that ON CONFLICT left over. */
const copiedBytesMax = 1 << 30;
/** A statement that is thought to write more rows locks all keys of the table at once. */
const manyKeys = 1000;

export interface WriteOptions {
  readonly parameters: readonly (Datum | null)[];
  readonly formats: readonly number[];
  readonly trace: QueryTrace;
  /** Where the rows of RETURNING go; undefined: nowhere. */
  readonly stored: StoredRows | undefined;
  /** Where they go as values: the rest of a statement with WITH reads them. */
  readonly values?: (readonly (Datum | null)[])[];
  /** What the source sees; undefined: what there is now. */
  readonly snapshots?: PlanSnapshots;
  /** The source sees what is committed now, whatever the transaction's isolation. */
  readonly seesLatest?: true;
  /** An action of a foreign key: what it does to references waits in the queue. */
  readonly isInternal?: true;
  /** Count and time the nodes, whatever the trace wants: EXPLAIN ANALYZE. */
  readonly instrument?: boolean;
}

export interface WriteOutcome {
  readonly rowCount: number;
  readonly report: QueryReport;
}

/**
 * A row that another transaction writes is waited for; then the statement begins anew, with what
 * is committed by then, or in a repeatable read fails.
 *
 * Errors: 25006, 23502, 23505, 40001, 40P01, 55P03 and those of the source.
 */
export async function runWrite(
  session: SqlSession,
  planned: WriteStatement,
  options: WriteOptions,
): Promise<WriteOutcome> {
  const outcome = await writeUntilFree(session, planned, options);
  const isPart = options.isInternal === true || options.snapshots !== undefined;
  if (!isPart) await session.references.settle();
  return outcome;
}

async function writeUntilFree(
  session: SqlSession,
  planned: WriteStatement,
  options: WriteOptions,
): Promise<WriteOutcome> {
  const transaction = session.transaction.forWriting();
  const { oid } = planned.table;
  try {
    for (;;) {
      await lockForWrite(session, planned);
      const mark = transaction.writersOf(oid).length > 0 ? transaction.mark() : undefined;
      const outcome = await busyOr(() => attemptWrite(session, planned, options));
      if (!(outcome instanceof RowBusy)) return outcome;
      if (mark === undefined || options.snapshots !== undefined) throw staleSnapshot();
      transaction.rollbackTo(mark);
      options.stored?.clear();
      if (options.values !== undefined) options.values.length = 0;
      endTurn(session, planned);
      await waitForLock(session, transaction.waitFor(outcome.transaction));
    }
  } finally {
    endTurn(session, planned);
  }
}

async function busyOr<T>(work: () => Promise<T>): Promise<T | RowBusy> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RowBusy) return error;
    throw error;
  }
}

function staleSnapshot(): SqlError {
  const words = 'could not serialize access due to concurrent update';
  return new SqlError('serialization_failure', words);
}

/** One attempt. Throws RowBusy when another open transaction writes a row that this one would. */
async function attemptWrite(
  session: SqlSession,
  planned: WriteStatement,
  options: WriteOptions,
): Promise<WriteOutcome> {
  const { parameters, stored } = options;
  const task = await WriteTask.begin(session, planned, parameters);
  const formats = expandFormats(options.formats, planned.fields.length);
  const { values } = options;
  const isReturned = stored !== undefined || values !== undefined;
  const returning = isReturned ? new ReturningRows(session, planned, formats) : undefined;
  const time = new InterleavedTime('dml.execute');
  let failed = false;
  const timed = async (body: () => Promise<void>): Promise<void> => {
    const startNs = clockNs();
    failed = true;
    await body().finally(() => time.add(startNs, clockNs()));
    failed = false;
  };
  const write = async (batch: Batch): Promise<void> => {
    const written = await task.write(batch);
    if (returning === undefined || written.rowCount === 0) return;
    stored?.append(returning.encode(written, parameters));
    values?.push(...returning.values(written, parameters));
  };
  try {
    const source = { ...options, plan: planned.source };
    const report = await eachBatch(session, source, (batch) => timed(() => write(batch)));
    await timed(() => task.check());
    session.references.add(task.referenceEvents());
    return { rowCount: task.rowCount, report };
  } finally {
    noteWrite(options.trace, planned, { time, rowCount: task.rowCount, failed });
    task.free();
  }
}

interface WriteEffect {
  readonly time: InterleavedTime;
  readonly rowCount: number;
  /** The error arose while rows were written. */
  readonly failed: boolean;
}

function noteWrite(
  trace: QueryTrace,
  { operation, table }: WriteStatement,
  { time, rowCount, failed }: WriteEffect,
): void {
  const phase = time.take();
  if (phase === undefined) return;
  const attributes = {
    'dml.operation': operation,
    'dml.table': table.name,
    'dml.rows_affected': rowCount,
  };
  trace.phase({ ...phase, attributes, failed });
}

interface TaskParts {
  readonly keys: KeyCheck | undefined;
  readonly parameters: readonly (Datum | null)[];
}

/** The rows of one INSERT, UPDATE or DELETE on their way into the table. */
class WriteTask {
  readonly #session: SqlSession;
  readonly #planned: WriteStatement;
  readonly #write: TableWrite;
  readonly #keys: KeyCheck | undefined;
  readonly #checks: RowChecks;
  readonly #references: ReferenceNotes;
  #arena: Arena | undefined;
  #conflicts: ConflictRows | undefined;
  #rowCount = 0;

  private constructor(
    session: SqlSession,
    planned: WriteStatement,
    { keys, parameters }: TaskParts,
  ) {
    this.#session = session;
    this.#planned = planned;
    this.#write = session.transaction.forWriting().write(planned.table.oid);
    this.#keys = keys;
    this.#checks = new RowChecks(session, planned.table);
    this.#references = new ReferenceNotes(session, planned.table, planned.operation);
    const update = planned.conflict?.update;
    if (update === undefined) return;
    this.#conflicts = new ConflictRows(session, { planned, update, parameters });
  }

  static async begin(
    session: SqlSession,
    planned: WriteStatement,
    parameters: readonly (Datum | null)[],
  ): Promise<WriteTask> {
    const { table, operation } = planned;
    const keys = operation === 'delete' ? undefined : guardKeys(session, table);
    if (planned.source.root.estimatedRows > manyKeys) await keys?.lockAll();
    return new WriteTask(session, planned, { keys, parameters });
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
    const { old = new Map<number, number>() } = this.#planned;
    if (operation !== 'update') {
      this.#references.noteDeleted(batch, old);
      return batch;
    }
    const rows = firstColumns(batch, 1, table.columns.length);
    this.#checks.check(rows);
    if (this.#references.isNeeded) this.#references.noteUpdated(batch, old);
    await this.#append(rows);
    return batch;
  }

  async #insert(batch: Batch): Promise<Batch> {
    const { table, conflict } = this.#planned;
    this.#checks.check(firstColumns(batch, 0, table.columns.length));
    let kept = batch;
    if (conflict !== undefined)
      await this.#keys?.lock(firstColumns(batch, 0, table.columns.length));
    if (this.#conflicts !== undefined) return this.#upsert(this.#conflicts, batch);
    if (conflict !== undefined && this.#keys !== undefined) {
      const rows = await rowsWithoutConflict(this.#session, table, batch, conflict.arbiters);
      kept = this.#copyRows(batch, rows);
    }
    this.#rowCount += kept.rowCount;
    const rows = firstColumns(kept, 0, table.columns.length);
    this.#references.noteInserted(rows);
    await this.#append(rows);
    return kept;
  }

  async #upsert(conflicts: ConflictRows, batch: Batch): Promise<Batch> {
    const { rows, replaced, changes } = await conflicts.resolve(batch);
    if (replaced.length > 0) {
      this.#checks.check(rows);
      this.#write.delete(replaced);
    }
    this.#rowCount += rows.rowCount;
    if (changes === undefined) this.#references.noteInserted(rows);
    else if (this.#references.isNeeded) this.#references.noteReplaced(changes);
    await this.#append(rows);
    return rows;
  }

  /** Valid until the next batch. */
  #copyRows(batch: Batch, rows: readonly number[]): Batch {
    if (rows.length === batch.rowCount) return batch;
    const arena = (this.#arena ??= new Arena(new Budget(copiedBytesMax)));
    arena.reset();
    const columns = Array.from({ length: batch.columnCount }, (_, index) => {
      const column = batch.column(index);
      const read = columnReader(column);
      return buildColumn(
        column.type,
        rows.map((row) => read(row)),
        arena,
      );
    });
    return makeBatch(columns, rows.length);
  }

  async #append(rows: Batch): Promise<void> {
    await this.#keys?.lock(rows);
    this.#keys?.note(rows);
    this.#write.insert(rows);
  }

  referenceEvents(): readonly ReferenceEvent[] {
    const { operation, conflict } = this.#planned;
    return this.#references.events(conflict?.update === undefined ? operation : 'update');
  }

  /** Errors: 23505. */
  async check(): Promise<void> {
    await this.#keys?.check();
  }

  free(): void {
    this.#checks.free();
    this.#conflicts?.free();
    this.#arena?.free();
  }
}

/** Before rows go into a table with keys; undefined: it has none. */
export function guardKeys(session: SqlSession, table: TableDefinition): KeyCheck | undefined {
  return keysOf(table).length === 0 ? undefined : new KeyCheck(session, table);
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

interface SourceOptions {
  readonly plan: PhysicalPlan;
  readonly parameters: readonly (Datum | null)[];
  readonly trace: QueryTrace;
  readonly instrument?: boolean;
  readonly snapshots?: PlanSnapshots;
  readonly seesLatest?: true;
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
    ...(source.snapshots === undefined ? {} : { snapshots: source.snapshots }),
    ...(source.seesLatest === true ? { moment: 'latest' as const } : {}),
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
