/**
 * Tables that statements of a session write: while they do, their triggers and functions may not
 * change the definitions.
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { TableDefinition } from '../../catalog/table.ts';
import type { SqlSession } from '../sql-session.ts';

const used = new WeakMap<SqlSession, number[]>();

export async function whileWriting<T>(
  session: SqlSession,
  { oid }: TableDefinition,
  write: () => Promise<T>,
): Promise<T> {
  const tables = used.get(session) ?? [];
  used.set(session, tables);
  tables.push(oid);
  try {
    return await write();
  } finally {
    tables.splice(tables.lastIndexOf(oid), 1);
  }
}

/** Errors: 55006. */
export function refuseTableInUse(
  session: SqlSession,
  { oid, name }: TableDefinition,
  command: string,
): void {
  if (used.get(session)?.includes(oid) !== true) return;
  const message = `cannot ${command} "${name}" because it is being used by active queries in this session`;
  throw new SqlError('object_in_use', message);
}
