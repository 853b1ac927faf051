/** Queries that take advisory locks: one that another session holds is waited for. */
import type { Node } from '@pgsql/types';
import {
  AdvisoryLockBusy,
  awaitAdvisoryLock,
  beginAttempt,
  endAttempt,
  undoAttempt,
} from '../../functions/system/advisory-locks.ts';
import { stringsOf, visitAst, type Ast } from '../../plan/binder/ast.ts';
import type { SqlSession } from '../sql-session.ts';
import { waitForLock } from '../transaction/locks.ts';

/** Functions that wait, as PostgreSQL has them. */
const waiting = /^pg_advisory_(xact_)?lock(_shared)?$/;

const known = new WeakMap<Node, boolean>();

/** Whether the statement calls a function that may have to wait. */
export function takesAdvisoryLocks(node: Node): boolean {
  const kept = known.get(node);
  if (kept !== undefined) return kept;
  let found = false;
  visitAst(node, 'FuncCall', (content) => {
    const name = stringsOf((content as Ast<'FuncCall'>).funcname).at(-1) ?? '';
    if (waiting.test(name)) found = true;
  });
  known.set(node, found);
  return found;
}

/**
 * The attempt, again and again until it has its locks; what it took before one was missing is given
 * back. Errors: 40P01, 55P03, 57014, and those of the attempt.
 */
export async function withAdvisoryLocks(
  session: SqlSession,
  attempt: () => Promise<void>,
): Promise<void> {
  const pid = String(session.processId);
  try {
    for (;;) {
      beginAttempt(pid);
      const busy = await busyOr(attempt);
      if (busy === undefined) return;
      undoAttempt(pid);
      await waitForLock(session, awaitAdvisoryLock(busy.request), { kind: 'advisory' });
    }
  } finally {
    endAttempt(pid);
  }
}

async function busyOr(attempt: () => Promise<void>): Promise<AdvisoryLockBusy | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    if (error instanceof AdvisoryLockBusy) return error;
    throw error;
  }
}
