/** What a READ ONLY transaction refuses. */
import type { Node } from '@pgsql/types';
import { SqlError } from '../../errors/sql-error.ts';
import { isInStableFunction } from '../routines/running-function.ts';
import type { SqlSession } from '../sql-session.ts';
import { isPlannable, nodeBody, nodeKind } from '../statement/statement-kind.ts';
import { writtenCommand } from '../utility/all.ts';

/**
 * Errors: 25006 for statements that write; INSERT and its like are checked with their table. 0A000
 * in a function that is not volatile.
 */
export function checkReadOnly(session: SqlSession, node: Node): void {
  if (isInStableFunction(session)) refuseInStable(session, node);
  if (!session.transaction.isReadOnly) return;
  const command = isPlannable(node) ? lockingCommand(node) : writtenCommand(session, node);
  if (command !== undefined) refuseWrite(session, command);
}

/** Errors: 25006. */
export function refuseWrite(session: SqlSession, command: string): void {
  if (!session.transaction.isReadOnly) return;
  const message = `cannot execute ${command} in a read-only transaction`;
  throw new SqlError('read_only_sql_transaction', message);
}

/** Errors: 0A000. */
function refuseInStable(session: SqlSession, node: Node): void {
  const command = isPlannable(node)
    ? (writes[nodeKind(node)] ?? lockingCommand(node))
    : (writtenCommand(session, node) ?? nodeKind(node).replace(/Stmt$/, '').toUpperCase());
  if (command === undefined) return;
  const message = `${command} is not allowed in a non-volatile function`;
  throw new SqlError('feature_not_supported', message);
}

const writes: Readonly<Record<string, string | undefined>> = {
  InsertStmt: 'INSERT',
  UpdateStmt: 'UPDATE',
  DeleteStmt: 'DELETE',
  MergeStmt: 'MERGE',
};

const strengths: Readonly<Record<string, string>> = {
  LCS_FORKEYSHARE: 'FOR KEY SHARE',
  LCS_FORSHARE: 'FOR SHARE',
  LCS_FORNOKEYUPDATE: 'FOR NO KEY UPDATE',
  LCS_FORUPDATE: 'FOR UPDATE',
};

function lockingCommand(node: Node): string | undefined {
  const strength = lockStrength(node);
  return strength === undefined ? undefined : `SELECT ${strength}`;
}

/** FOR UPDATE or its like; undefined: the query locks no rows. */
export function lockStrength(node: Node): string | undefined {
  if (nodeKind(node) !== 'SelectStmt') return undefined;
  const clauses = nodeBody(node)['lockingClause'] as
    readonly { readonly LockingClause?: { readonly strength?: string } }[] | undefined;
  const strength = clauses?.[0]?.LockingClause?.strength;
  return strength === undefined ? undefined : (strengths[strength] ?? 'FOR UPDATE');
}
