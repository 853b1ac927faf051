/**
 * Runs INSERT, UPDATE, DELETE, MERGE: the source plan's columns become changes of the transaction.
 *
 *     source plan ──columns──▶ checks (NOT NULL, keys) ──▶ TableWrite ──▶ RETURNING rows
 */
import type { Batch } from '../../columns/batch.ts';
import { makeBatch } from '../../columns/batch.ts';
import type { QueryReport } from '../../exec/execution.ts';
import type { TableDefinition } from '../../catalog/table.ts';
import type { PhysicalPlan } from '../../plan/physical.ts';
import type { ComputedUpdate, WriteStatement } from '../../plan/planner.ts';
import { unsupported } from '../../errors/sql-error.ts';
import { clockNs } from '../../trace/node-statistics.ts';
import type { QueryTrace } from '../../trace/query-trace.ts';
import type { Datum } from '../../types/datum.ts';
import { endTurn, lockForWrite, onlyInserts } from '../transaction/locks.ts';
import { closeReasonOf } from '../tracing/close-reason.ts';
import { expandFormats } from '../statement/fields.ts';
import { InterleavedTime } from '../tracing/interleaved-time.ts';
import { startQuery, takeSnapshots, type PlanSnapshots } from '../statement/query-runner.ts';
import { ReturningRows } from './returning-rows.ts';
import type { SqlSession } from '../sql-session.ts';
import type { StoredRows } from '../portal/stored-rows.ts';
import { beginAnew } from './begin-anew.ts';
import { keysWritten } from './key-definition.ts';
import { whileWriting } from './tables-in-use.ts';
import { asWholeStatement, fireAtEnd } from './triggers/whole-statement.ts';
import { StatementTriggers } from './triggers/statement-triggers.ts';
import { PartitionedTask } from './partitions/partitioned-task.ts';
import { withPartitions } from './partitions/partition-tree.ts';
import { WriteTask } from './write-task.ts';

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
  /** Those of its triggers that wait until it is over. */
  readonly triggers?: StatementTriggers;
}

/**
 * A statement whose rows others write begins anew (begin-anew.ts); a part of one, which has its
 * snapshots from it, throws RowBusy or RowChanged.
 *
 * Errors: 25006, 23502, 23505, 40001, 40P01, 55P03 and those of the source.
 */
export async function runWrite(
  session: SqlSession,
  planned: WriteStatement,
  options: WriteOptions,
): Promise<WriteOutcome> {
  const write = async (): Promise<WriteOutcome> => {
    const outcome = await writeUntilFree(session, planned, options);
    fireAtEnd(session, outcome.triggers);
    return outcome;
  };
  const isPart = options.isInternal === true || options.snapshots !== undefined;
  return whileWriting(session, planned.table, () =>
    isPart ? write() : asWholeStatement(session, write),
  );
}

async function writeUntilFree(
  session: SqlSession,
  planned: WriteStatement,
  options: WriteOptions,
): Promise<WriteOutcome> {
  const { oid } = planned.table;
  const lock = (): Promise<void> => lockForWrite(session, planned);
  const attempt = (): Promise<WriteOutcome> => attemptWrite(session, planned, options);
  if (options.snapshots !== undefined) {
    await lock();
    return attempt().finally(() => endTurn(session, oid));
  }
  const transaction = session.transaction.forWriting();
  return beginAnew(session, {
    tables: [oid],
    lock,
    mayMeet: () => {
      if (onlyInserts(planned)) return false;
      return withPartitions(session, oid).some((table) => {
        return waitsForKeys({ ...planned, table }) || transaction.writersOf(table.oid).length > 0;
      });
    },
    attempt,
    undone: () => {
      options.stored?.clear();
      if (options.values !== undefined) options.values.length = 0;
    },
  });
}

/** Who waits for a key lets others write meanwhile, rows that it is about to write, perhaps. */
function waitsForKeys(planned: WriteStatement): boolean {
  return keysWritten(planned).length > 0;
}

/** One attempt. Throws RowBusy or RowChanged: another transaction writes or wrote a row of its. */
async function attemptWrite(
  session: SqlSession,
  planned: WriteStatement,
  options: WriteOptions,
): Promise<WriteOutcome> {
  const { parameters, stored } = options;
  const triggers = triggersOf(session, planned);
  const snapshots = await seenBefore(session, planned, { ...options, triggers });
  const parts = { parameters, rowsExpected: planned.source.root.estimatedRows };
  const task =
    PartitionedTask.of(session, planned, parts) ??
    (await WriteTask.begin(session, planned, { ...parts, triggers }));
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
    await task.write(batch, async (written) => {
      if (returning === undefined || written.rowCount === 0) return;
      stored?.append(await returning.encode(written, parameters));
      if (values !== undefined) values.push(...(await returning.values(written, parameters)));
    });
  };
  try {
    const source = { ...options, ...snapshots, plan: planned.source };
    const report = await eachBatch(session, source, (batch) => timed(() => write(batch)));
    await timed(() => task.check());
    session.references.add(task.referenceEvents());
    const outcome = { rowCount: task.rowCount, report };
    return triggers === undefined ? outcome : { ...outcome, triggers };
  } finally {
    noteWrite(options.trace, planned, { time, rowCount: task.rowCount, failed });
    task.free();
  }
}

function triggersOf(session: SqlSession, planned: WriteStatement): StatementTriggers | undefined {
  const { operation, table, conflict } = planned;
  const update = conflict?.update;
  if (operation === 'merge') {
    const events = [...new Set(planned.actions)];
    return withoutColumns(StatementTriggers.of(session, { table, events }));
  }
  if (update === undefined) {
    return StatementTriggers.of(session, {
      table,
      events: [operation],
      assigned: planned.assigned,
    });
  }
  const events = ['insert', 'update'] as const;
  if ('plan' in update) return withoutColumns(StatementTriggers.of(session, { table, events }));
  return StatementTriggers.of(session, { table, events, assigned: setBy(update) });
}

/** Errors: 0A000 where nobody knows which columns are set. */
function withoutColumns(triggers: StatementTriggers | undefined): StatementTriggers | undefined {
  if (triggers?.hasColumns !== true) return triggers;
  throw unsupported('MERGE, or ON CONFLICT with a subquery, beside triggers of UPDATE OF columns');
}

/** Columns that are not given what they have. */
function setBy({ exprs }: ComputedUpdate): readonly number[] {
  return exprs.flatMap((expr, at) => (expr.kind === 'column' && expr.index === at ? [] : [at]));
}

/** Triggers before the statement change nothing of what it sees. */
async function seenBefore(
  session: SqlSession,
  { source }: WriteStatement,
  {
    triggers,
    snapshots,
    seesLatest,
  }: WriteOptions & {
    readonly triggers: StatementTriggers | undefined;
  },
): Promise<{ readonly snapshots?: PlanSnapshots }> {
  if (triggers?.isBeforeStatement !== true) return {};
  const moment = seesLatest === true ? 'latest' : 'transaction';
  session.transaction.takeSnapshot();
  const seen = snapshots ?? takeSnapshots(session, source, moment);
  try {
    await triggers.beforeStatement();
  } catch (error) {
    if (snapshots === undefined) seen.release();
    throw error;
  }
  return { snapshots: seen };
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
    isWrite: true,
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
