/** The statement that functions are called by: where their notices and phases go. */
import { unsupported } from '../../errors/sql-error.ts';
import type { SqlSession } from '../sql-session.ts';
import type { StatementContext } from '../statement/statement-context.ts';

const hosts = new WeakMap<SqlSession, StatementContext>();

/** Errors: 0A000 where rows are computed for no statement. */
export function hostOf(session: SqlSession): StatementContext {
  const host = hosts.get(session);
  if (host === undefined) throw unsupported('calling a function that is no query in this place');
  return host;
}

/** While `body` runs, functions are called by this statement. */
export async function withHost<T>(context: StatementContext, body: () => Promise<T>): Promise<T> {
  const { session } = context;
  const around = hosts.get(session);
  hosts.set(session, context);
  try {
    return await body();
  } finally {
    if (around === undefined) hosts.delete(session);
    else hosts.set(session, around);
  }
}
