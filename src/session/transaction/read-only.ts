/** What a READ ONLY transaction refuses. */
import type { Node } from '@pgsql/types';
import { SqlError } from '../../errors/sql-error.ts';
import type { SqlSession } from '../sql-session.ts';
import { isPlannable, nodeBody, nodeKind } from '../statement/statement-kind.ts';
import { writtenCommand } from '../utility/all.ts';

/** Errors: 25006 for statements that write; INSERT and its like are checked with their table. */
export function checkReadOnly(session: SqlSession, node: Node): void {
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
