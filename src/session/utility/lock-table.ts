/** LOCK TABLE, and the locks that other utility statements take before they run. */
import { SqlError } from '../../errors/sql-error.ts';
import { lockModes, lockNames, type LockMode } from '../../catalog/locks.ts';
import { findRelation, findTable, nameOf, type RangeVar } from '../definition/relation.ts';
import { waitForLock } from '../transaction/locks.ts';
import { withPartitions } from '../write/partitions/partition-tree.ts';
import { refuseTableInUse } from '../write/tables-in-use.ts';
import { findOwnRelation } from '../roles/own-relation.ts';
import { denied } from '../roles/session-roles.ts';
import { refuseWrite } from '../transaction/read-only.ts';
import type { SqlSession } from '../sql-session.ts';
import type { RelationLock, Utility, UtilityBody } from './utility.ts';

/**
 * Names of what is no table, or not there, are left to the statement. The name is looked up again
 * after a wait: the table may be gone by then. Errors: 40P01, 55006, 55P03, 57014.
 */
export async function lockNamed(session: SqlSession, lock: RelationLock): Promise<void> {
  const { name, mode, isNowait = false } = lock;
  for (;;) {
    const found = findRelation(session, name);
    if (found === undefined || !('table' in found)) return;
    const { oid } = found.table.definition;
    if (lock.command !== undefined) refuseTableInUse(session, found.table.definition, lock.command);
    const transaction = session.transaction.forWriting();
    const resource = lockNames.table(oid);
    if (transaction.tryLock(resource, mode, isNowait)) return;
    if (isNowait) {
      const message = `could not obtain lock on relation "${name.name}"`;
      throw new SqlError('lock_not_available', message);
    }
    await waitForLock(session, transaction.lock(resource, mode), { kind: 'relation' });
  }
}

/** libpg-query counts modes from 1. */
function requested(body: UtilityBody): readonly (RelationLock & { readonly isOnly: boolean })[] {
  const relations = (body['relations'] ?? []) as readonly { readonly RangeVar?: RangeVar }[];
  const mode = lockModes[Number(body['mode'] ?? 8) - 1] ?? 'access exclusive';
  const isNowait = body['nowait'] === true;
  return relations.map(({ RangeVar: relation }) => {
    return { name: nameOf(relation), mode, isNowait, isOnly: relation?.inh !== true };
  });
}

/** Errors: 40P01, 55P03, 57014. */
async function lockPartitions(session: SqlSession, lock: RelationLock): Promise<void> {
  const found = findRelation(session, lock.name);
  if (found?.kind !== 'table') return;
  for (const { schema, name } of withPartitions(session, found.table.definition.oid).slice(1)) {
    await lockNamed(session, { ...lock, name: { schema, name } });
  }
}

export const lockStatement: Utility = {
  kind: 'LockStmt',
  seesNoData: true,
  async run(body, context) {
    const { session, out } = context;
    if (!session.transaction.inSomeBlock) {
      const message = 'LOCK TABLE can only be used in transaction blocks';
      throw new SqlError('no_active_sql_transaction', message);
    }
    for (const lock of requested(body)) {
      refuseMaterialized(session, lock);
      findTable(context, lock.name);
      checkMayLock(session, lock);
      const isWriting = lockModes.indexOf(lock.mode) > lockModes.indexOf('row exclusive');
      if (isWriting) refuseWrite(session, 'LOCK TABLE');
      await lockNamed(session, lock);
      if (!lock.isOnly) await lockPartitions(session, lock);
    }
    out.commandComplete('LOCK TABLE');
    return 0;
  },
};

/** Errors: 42809. */
function refuseMaterialized(session: SqlSession, { name }: RelationLock): void {
  if (findRelation(session, name)?.kind !== 'materialized view') return;
  throw new SqlError('wrong_object_type', `cannot lock relation "${name.name}"`, {
    detail: 'This operation is not supported for materialized views.',
  });
}

/** Privileges of which one is enough. */
const lettersOf: Readonly<Partial<Record<LockMode, string>>> = {
  'access share': 'r',
  'row exclusive': 'awdD',
};

/** Errors: 42501. */
function checkMayLock(session: SqlSession, { name, mode }: RelationLock): void {
  const found = findOwnRelation(session, name.schema, name.name);
  if (found === undefined) return;
  const object = session.roles.table(found);
  const letters = lettersOf[mode] ?? 'wdD';
  if ([...letters].some((letter) => session.roles.may(object, letter))) return;
  throw denied(`${found.noun} ${found.name}`);
}
