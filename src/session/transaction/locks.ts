/**
 * Locks of a session's transaction: waited for until they come, a stop, or lock_timeout.
 *
 *     SELECT       table: access share, held to the end of a block
 *     INSERT …     table: row exclusive · keys of the new rows
 *     UPDATE …     also the turn among the table's writers, for the statement
 *     DDL          table: access exclusive
 */
import { SqlError } from '../../errors/sql-error.ts';
import { lockNames, type LockMode, type LockWait } from '../../catalog/locks.ts';
import type { PhysicalPlan } from '../../plan/physical.ts';
import type { PlannedStatement, WriteStatement } from '../../plan/planner.ts';
import { clockNs } from '../../trace/node-statistics.ts';
import { millisOf } from '../settings/milliseconds.ts';
import { refuseWrite } from './read-only.ts';
import type { SqlSession } from '../sql-session.ts';
import { PartitionTree, rootOf, withPartitions } from '../write/partitions/partition-tree.ts';

/** Shorter waits are not worth an event in the trace. */
const longLockNs = 1_000_000;

interface WaitedLock {
  readonly kind: 'relation' | 'transactionid' | 'advisory';
  readonly tableOid?: number;
}

/** Errors: 55P03, 57014. */
export async function waitForLock(
  session: SqlSession,
  wait: LockWait | undefined,
  { kind, tableOid }: WaitedLock = { kind: 'transactionid' },
): Promise<void> {
  if (wait === undefined) return;
  session.lockWait = kind;
  const timeoutMs = millisOf(session.settings.get('lock_timeout'));
  const startNs = clockNs();
  let isGranted = false;
  try {
    await session.interrupts.wait(wait.granted, timeoutMs, () => {
      return new SqlError('lock_not_available', 'canceling statement due to lock timeout');
    });
    isGranted = true;
  } finally {
    session.lockWait = undefined;
    if (!isGranted) wait.abandon();
    const endNs = clockNs();
    const ns = endNs - startNs;
    session.cycle.current?.phase({ name: 'queue.wait', startNs, endNs, waitsFor: 'lock' });
    if (ns >= longLockNs) noteLongWait(session, { ns, endNs, tableOid });
  }
}

interface LongWait {
  readonly ns: number;
  readonly endNs: number;
  readonly tableOid: number | undefined;
}

function noteLongWait(session: SqlSession, { ns, endNs, tableOid }: LongWait): void {
  const { store } = session.environment;
  const table = tableOid === undefined ? undefined : store.tableByOid(tableOid, undefined);
  const relation = table === undefined ? {} : { relation: table.definition.name };
  session.cycle.current?.event('lock.wait', endNs, { ...relation, ns });
}

/** Returns whether it had to wait. Errors: 40P01, 55P03, 57014. */
export async function lockRelation(
  session: SqlSession,
  tableOid: number,
  mode: LockMode,
): Promise<boolean> {
  const wait = session.transaction.forWriting().lock(lockNames.table(tableOid), mode);
  await waitForLock(session, wait, { kind: 'relation', tableOid });
  return wait !== undefined;
}

/** Before the snapshot that the write's source reads. Errors: 25006, 40P01, 55P03, 57014. */
export async function lockForWrite(session: SqlSession, planned: WriteStatement): Promise<void> {
  const { table, operation } = planned;
  if (!table.temporary) refuseWrite(session, operation.toUpperCase());
  await lockWritten(session, planned);
  if (onlyInserts(planned)) return;
  const turn = turnOf(session, table.oid);
  await waitForLock(session, session.transaction.forWriting().lock(turn, 'exclusive'));
}

/**
 * The table, and of a partitioned one what rows may come from or go to: an INSERT locks the leaves
 * that its rows go to when it knows them (partitioned-task.ts). Returns whether it had to wait.
 */
async function lockWritten(session: SqlSession, planned: WriteStatement): Promise<boolean> {
  const { oid } = planned.table;
  return onlyInserts(planned) ? lockParents(session, oid) : lockTree(session, oid, 'row exclusive');
}

/** It makes new rows, and writes none that others may write. */
export function onlyInserts({ operation, conflict }: WriteStatement): boolean {
  return operation === 'insert' && conflict?.update === undefined;
}

/** The table for new rows, and the partitioned ones below it. Returns whether it had to wait. */
export async function lockParents(session: SqlSession, tableOid: number): Promise<boolean> {
  let hasWaited = await lockRelation(session, tableOid, 'row exclusive');
  for (const oid of PartitionTree.of(session, tableOid)?.parents.slice(1) ?? []) {
    if (await lockRelation(session, oid, 'row exclusive')) hasWaited = true;
  }
  return hasWaited;
}

/** The statement is over, or waits: other writers of the table have their turn. */
export function endTurn(session: SqlSession, tableOid: number): void {
  session.transaction.storeTransaction?.unlock(turnOf(session, tableOid));
}

/** Writers of a table and of its partitions have one turn. */
export function turnOf(session: SqlSession, tableOid: number): string {
  return lockNames.writers(rootOf(session, tableOid));
}

/** The table, and what partitions it has then. Returns whether it had to wait. */
export async function lockTree(
  session: SqlSession,
  tableOid: number,
  mode: LockMode,
): Promise<boolean> {
  let hasWaited = await lockRelation(session, tableOid, mode);
  for (const { oid } of withPartitions(session, tableOid).slice(1)) {
    if (await lockRelation(session, oid, mode)) hasWaited = true;
  }
  return hasWaited;
}

/**
 * A plan whose tables are locked: what was planned before a wait is planned again. A repeatable
 * read sees what was committed before the wait.
 */
export async function lockedPlan<T extends PlannedStatement>(
  session: SqlSession,
  plan: () => T,
): Promise<T> {
  let current = plan();
  session.transaction.takeSnapshot();
  while (await lockForStatement(session, current)) current = plan();
  return current;
}

/**
 * The tables of a statement. Returns whether it had to wait: what it was planned with may have
 * changed meanwhile. A query outside of a block keeps its snapshot and no lock.
 */
async function lockForStatement(session: SqlSession, planned: PlannedStatement): Promise<boolean> {
  let hasWaited = false;
  const writes = [
    ...(planned.earlier ?? []).flatMap((part) => ('write' in part ? [part.write] : [])),
    ...(planned.kind === 'write' ? [planned] : []),
  ];
  for (const write of writes) if (await lockWritten(session, write)) hasWaited = true;
  const plan = planned.kind === 'query' ? planned.plan : planned.source;
  const asked = writes.flatMap(({ conflict }) => {
    return conflict?.update !== undefined && 'plan' in conflict.update
      ? tablesOf(conflict.update.plan)
      : [];
  });
  const locking = (planned.earlier ?? []).flatMap((part) => {
    return 'locking' in part ? tablesOf(part.locking.plan) : [];
  });
  for (const oid of [...tablesOf(plan), ...asked, ...locking]) {
    if (await lockForReading(session, oid)) hasWaited = true;
  }
  return hasWaited;
}

function tablesOf({ tables }: PhysicalPlan): readonly number[] {
  return tables;
}

async function lockForReading(session: SqlSession, oid: number): Promise<boolean> {
  const { transaction } = session;
  if (transaction.inSomeBlock) return lockRelation(session, oid, 'access share');
  const { store } = session.environment;
  if (!store.wouldWait(lockNames.table(oid), 'access share')) return false;
  return lockRelation(session, oid, 'access share');
}

/** Who changes a record goes after others who do, and sees theirs. Errors: 40P01, 55P03. */
export async function lockRecord(session: SqlSession, kind: string, key: string): Promise<void> {
  const resource = lockNames.record(kind, key);
  await waitForLock(session, session.transaction.forWriting().lock(resource, 'exclusive'));
}
