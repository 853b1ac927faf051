/**
 * Advisory locks of the process. A lock that another session holds is not waited for: the wait
 * would hold the thread that everybody shares, so asking for it fails at once (55P03).
 */
import { SqlError } from '../../errors/sql-error.ts';

type Mode = 'shared' | 'exclusive';
export type LockScope = 'session' | 'transaction';

interface Hold {
  readonly pid: string;
  readonly mode: Mode;
  readonly scope: LockScope;
  count: number;
}

export interface LockRequest {
  readonly pid: string;
  readonly key: string;
  readonly mode: Mode;
  readonly scope: LockScope;
}

const held = new Map<string, Hold[]>();

function matches(hold: Hold, { pid, mode, scope }: LockRequest): boolean {
  return hold.pid === pid && hold.mode === mode && hold.scope === scope;
}

/** Whether the session now holds the lock. */
export function tryAdvisoryLock(request: LockRequest): boolean {
  const holds = held.get(request.key) ?? [];
  const isFree = holds.every(
    (hold) => hold.pid === request.pid || (hold.mode === 'shared' && request.mode === 'shared'),
  );
  if (!isFree) return false;
  const own = holds.find((hold) => matches(hold, request));
  if (own !== undefined) own.count += 1;
  else held.set(request.key, [...holds, { ...request, count: 1 }]);
  return true;
}

/** Errors: 55P03 when another session holds it. */
export function takeAdvisoryLock(request: LockRequest): void {
  if (tryAdvisoryLock(request)) return;
  throw new SqlError('lock_not_available', 'could not obtain advisory lock');
}

/** Whether the session held it; only locks of the session can be given back. */
export function giveAdvisoryLock(request: LockRequest): boolean {
  const holds = held.get(request.key) ?? [];
  const own = holds.find((hold) => matches(hold, request));
  if (own === undefined) return false;
  own.count -= 1;
  if (own.count === 0)
    keep(
      request.key,
      holds.filter((hold) => hold !== own),
    );
  return true;
}

/** At the end of a transaction or a session: all locks of that scope (a session's end: all). */
export function releaseAdvisoryLocks(pid: string, scope: LockScope | 'all'): void {
  for (const [key, holds] of held) {
    keep(
      key,
      holds.filter((hold) => hold.pid !== pid || (scope !== 'all' && hold.scope !== scope)),
    );
  }
}

function keep(key: string, holds: Hold[]): void {
  if (holds.length === 0) held.delete(key);
  else held.set(key, holds);
}
