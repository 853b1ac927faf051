/**
 * SELECT … FOR UPDATE, NO KEY UPDATE, SHARE, KEY SHARE: rows are locked before they are shown. A row
 * that another transaction has is waited for, then the query begins anew with what is committed
 * by then; NOWAIT fails instead, SKIP LOCKED leaves the row out.
 */
import { SqlError } from '../../errors/sql-error.ts';
import { RowBusy, RowChanged, type TableDefinition } from '../../catalog/table.ts';
import { makeBatch, type Batch } from '../../columns/batch.ts';
import { buildColumn } from '../../columns/builder.ts';
import { columnReader } from '../../columns/read.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import type { QueryStatement, RowLocks } from '../../plan/planner.ts';
import type { QueryTrace } from '../../trace/query-trace.ts';
import type { Datum } from '../../types/datum.ts';
import type { RowIdentities } from '../portal/row-identities.ts';
import type { StoredRows } from '../portal/stored-rows.ts';
import type { SqlSession } from '../sql-session.ts';
import { expandFormats } from '../statement/fields.ts';
import { startQuery, type PlanSnapshots } from '../statement/query-runner.ts';
import { endTurn, lockTree, turnOf, waitForLock } from '../transaction/locks.ts';
import { refuseWrite } from '../transaction/read-only.ts';
import { closeReasonOf } from '../tracing/close-reason.ts';
import { storedPlace } from './partitions/partition-tree.ts';
import { ReturningRows } from './returning-rows.ts';

export interface LockingOptions {
  readonly parameters: readonly (Datum | null)[];
  readonly formats: readonly number[];
  readonly trace: QueryTrace;
  readonly stored: StoredRows;
  /** Of a cursor: the ids of what is stored. */
  readonly identities?: RowIdentities;
}

export type LockingQuery = QueryStatement & { readonly locks: RowLocks };

/** Errors: 40001, 40P01, 55P03 and those of the query. */
export async function runLocking(
  session: SqlSession,
  planned: LockingQuery,
  options: LockingOptions,
): Promise<void> {
  const transaction = session.transaction.forWriting();
  const { stored } = options;
  const { fields } = planned;
  const returning = fields.map(({ name, type }, index) => {
    return { kind: 'column', index, type, name } as const;
  });
  const formats = expandFormats(options.formats, fields.length);
  const rows = new ReturningRows(session, { fields, returning }, formats);
  const show = async (batch: Batch): Promise<void> =>
    stored.append(await rows.encode(batch, options.parameters));
  for (;;) {
    let busy: RowBusy | 'gone' | undefined;
    try {
      await lockForLocking(session, planned);
      busy = await new LockingAttempt(session, planned, { ...options, show }).run();
    } finally {
      for (const { oid } of planned.locks.tables) endTurn(session, oid);
    }
    if (busy === undefined) return;
    options.stored.clear();
    options.identities?.clear();
    if (busy === 'gone' && session.transaction.isRepeatable) throw concurrentUpdate();
    if (busy instanceof RowBusy) {
      await waitForLock(session, transaction.waitFor(busy.transaction));
    }
  }
}

/** Its tables, and the turn among their writers. Errors: 40P01, 55P03, 57014. */
export async function lockForLocking(session: SqlSession, { locks }: LockingQuery): Promise<void> {
  const transaction = session.transaction.forWriting();
  const tables = locks.tables.toSorted((left, right) => left.oid - right.oid);
  for (const { oid } of tables) await lockTree(session, oid, 'row share');
  for (const { oid } of tables) {
    await waitForLock(session, transaction.lock(turnOf(session, oid), 'exclusive'));
  }
}

export interface InnerLockingOptions {
  readonly parameters: readonly (Datum | null)[];
  readonly trace: QueryTrace;
  readonly snapshots: PlanSnapshots;
  /** Where the rows go. */
  readonly values: (readonly (Datum | null)[])[];
}

/**
 * A locking query inside another statement, whose tables are locked. Throws RowBusy or RowChanged: the
 * statement waits and begins anew. Errors: 25006, 40001, 55P03 and those of the query.
 */
export async function lockInside(
  session: SqlSession,
  planned: LockingQuery,
  { values, ...options }: InnerLockingOptions,
): Promise<void> {
  refuseWrite(session, `SELECT FOR ${planned.locks.strength.toUpperCase()}`);
  if (planned.constantError !== undefined) throw planned.constantError;
  const show = (batch: Batch): void => {
    const reads = planned.fields.map((_, index) => columnReader(batch.column(index)));
    for (let row = 0; row < batch.rowCount; row++) values.push(reads.map((read) => read(row)));
  };
  const busy = await new LockingAttempt(session, planned, { ...options, show }).run();
  if (busy === 'gone' && session.transaction.isRepeatable) throw concurrentUpdate();
  if (busy !== undefined) throw busy === 'gone' ? new RowChanged() : busy;
}

function concurrentUpdate(): SqlError {
  const words = 'could not serialize access due to concurrent update';
  return new SqlError('serialization_failure', words);
}

interface AttemptOptions {
  readonly parameters: readonly (Datum | null)[];
  readonly trace: QueryTrace;
  readonly identities?: RowIdentities;
  readonly snapshots?: PlanSnapshots;
  /** Takes rows that are locked: the query's own columns. */
  readonly show: (batch: Batch) => Promise<void> | void;
}

class LockingAttempt {
  readonly #session: SqlSession;
  readonly #planned: LockingQuery;
  readonly #options: AttemptOptions;
  #left = Infinity;
  #toSkip = 0;
  #hasLimits = false;

  constructor(session: SqlSession, planned: LockingQuery, options: AttemptOptions) {
    this.#session = session;
    this.#planned = planned;
    this.#options = options;
  }

  /** What kept it from a row that it wants. */
  async run(): Promise<RowBusy | 'gone' | undefined> {
    const { parameters, trace, snapshots } = this.#options;
    const running = startQuery(this.#session, this.#planned.plan, {
      parameters,
      output: { kind: 'columns' },
      instrument: trace.wantsNodes,
      ...(snapshots === undefined ? {} : { snapshots }),
    });
    this.#session.interrupts.current = running;
    try {
      for (;;) {
        const chunk = this.#left > 0 ? await running.run.next(0) : undefined;
        if (chunk === undefined) break;
        if (chunk.kind !== 'columns') continue;
        const batch = makeBatch(chunk.columns, chunk.rowCount);
        const kept = this.#lock(batch);
        if (!Array.isArray(kept)) {
          await running.close('limit', trace);
          return kept;
        }
        await this.#show(batch, kept);
      }
    } catch (error) {
      await running.close(closeReasonOf(error), trace);
      throw error;
    }
    await running.close('exhausted', trace);
    return undefined;
  }

  /** The rows that are locked now and are to be shown. Errors: 55P03. */
  #lock(batch: Batch): number[] | RowBusy | 'gone' {
    const { locks, fields } = this.#planned;
    const { tables, wait } = locks;
    this.#readLimits(batch);
    const ids = tables.map((_, i) => columnReader(batch.column(fields.length + i)));
    const kept: number[] = [];
    for (let row = 0; row < batch.rowCount && this.#left > 0; row++) {
      const outcome = this.#lockRow(ids.map((read) => read(row)));
      if (outcome !== undefined && wait !== 'skip') return outcome;
      if (outcome !== undefined) continue;
      if (this.#toSkip > 0) this.#toSkip -= 1;
      else {
        kept.push(row);
        this.#options.identities?.push(ids.map((read) => read(row) as bigint | null));
        this.#left -= 1;
      }
    }
    return kept;
  }

  /** LIMIT and OFFSET are the same in all rows. */
  #readLimits(batch: Batch): void {
    if (this.#hasLimits || batch.rowCount === 0) return;
    this.#hasLimits = true;
    const { locks, fields } = this.#planned;
    const at = fields.length + locks.tables.length;
    const read = (column: number): Datum | null => columnReader(batch.column(column))(0);
    if (locks.hasLimit) this.#left = Number(read(at) ?? Infinity);
    if (locks.hasOffset) this.#toSkip = Number(read(at + (locks.hasLimit ? 1 : 0)) ?? 0);
  }

  #lockRow(ids: readonly (Datum | null)[]): RowBusy | 'gone' | undefined {
    const { tables, strength, wait } = this.#planned.locks;
    const transaction = this.#session.transaction.forWriting();
    for (const [index, table] of tables.entries()) {
      const rowId = ids[index] ?? null;
      if (rowId === null) continue;
      const place = storedPlace(this.#session, table, rowId as bigint);
      const outcome = transaction.write(place.oid).lockRow(place.rowId, strength);
      if (outcome instanceof RowBusy && wait === 'fail') throw notObtained(table);
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  async #show(batch: Batch, kept: readonly number[]): Promise<void> {
    if (kept.length === 0) return;
    const arena = new Arena(new Budget(this.#session.environment.queryMemoryBytesMax));
    try {
      const columns = this.#planned.fields.map((_, index) => {
        const column = batch.column(index);
        const read = columnReader(column);
        return buildColumn(
          column.type,
          kept.map((row) => read(row)),
          arena,
        );
      });
      await this.#options.show(makeBatch(columns, kept.length));
    } finally {
      arena.free();
    }
  }
}

function notObtained({ name }: TableDefinition): SqlError {
  const message = `could not obtain lock on row in relation "${name}"`;
  return new SqlError('lock_not_available', message);
}
