/**
 * The end of a writing statement: foreign keys first, then AFTER triggers of what it wrote itself,
 * then those of what foreign keys did.
 */
import type { SqlSession } from '../../sql-session.ts';
import type { StatementTriggers } from './statement-triggers.ts';

/** Triggers of the parts of the statement that runs. */
const waiting = new WeakMap<SqlSession, StatementTriggers[]>();

/** `forget`: what the body did is taken back, it begins anew. Errors: 23503, those of triggers. */
export async function asWholeStatement<T>(
  session: SqlSession,
  body: (forget: () => void) => Promise<T>,
): Promise<T> {
  const around = waiting.get(session);
  const own: StatementTriggers[] = [];
  waiting.set(session, own);
  try {
    const result = await body(() => own.splice(0));
    await session.references.settle();
    for (let each = own.shift(); each !== undefined; each = own.shift()) {
      await each.afterStatement();
    }
    return result;
  } finally {
    if (around === undefined) waiting.delete(session);
    else waiting.set(session, around);
  }
}

/** A part is written: its AFTER triggers wait for the statement. */
export function fireAtEnd(session: SqlSession, triggers: StatementTriggers | undefined): void {
  if (triggers !== undefined) waiting.get(session)?.push(triggers);
}
