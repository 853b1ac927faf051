/**
 * Advisory locks of the process, by session. A function cannot wait: it fails with what it wants,
 * and the statement waits for that and begins anew. What the failed attempt took is given back.
 *
 *     key ─▶ holds (session, mode, scope, count) ─▶ queue (session, mode)
 *
 * A hold with count 0 was waited for, and is counted when the statement asks again.
 */
import type { LockWait } from '../../catalog/locks.ts';
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

interface Waiter {
  readonly request: LockRequest;
  readonly resolve: () => void;
}

/** Another session has the lock: 55P03 where a statement cannot wait. */
export class AdvisoryLockBusy extends SqlError {
  readonly request: LockRequest;

  constructor(request: LockRequest) {
    super('lock_not_available', 'could not obtain advisory lock');
    this.request = request;
  }
}

const held = new Map<string, Hold[]>();
const queues = new Map<string, Waiter[]>();
/** What sessions took in attempts that may have to begin anew. */
const attempts = new Map<string, LockRequest[]>();

function matches(hold: Hold, { pid, mode, scope }: LockRequest): boolean {
  return hold.pid === pid && hold.mode === mode && hold.scope === scope;
}

function conflicts(one: Pick<LockRequest, 'pid' | 'mode'>, other: LockRequest): boolean {
  return one.pid !== other.pid && (one.mode === 'exclusive' || other.mode === 'exclusive');
}

/** Sessions that hold the lock, or wait for it `before`, in modes that conflict. */
function blockersOf(request: LockRequest, before: readonly Waiter[]): readonly string[] {
  const holds = held.get(request.key) ?? [];
  if (holds.some(({ pid, mode }) => pid === request.pid && mode === request.mode)) return [];
  const waiting = before.map((waiter) => waiter.request);
  return [...holds, ...waiting].filter((each) => conflicts(each, request)).map(({ pid }) => pid);
}

function hold(request: LockRequest, count: number): void {
  const holds = held.get(request.key) ?? [];
  const own = holds.find((each) => matches(each, request));
  if (own !== undefined) own.count += count;
  else held.set(request.key, [...holds, { ...request, count }]);
}

/** Those who wait before the session: nobody who waits for what it has already, or behind him. */
function waitersBefore({ key, pid }: LockRequest): readonly Waiter[] {
  const queue = queues.get(key) ?? [];
  const own = held.get(key)?.filter((each) => each.pid === pid) ?? [];
  const place = queue.findIndex(({ request }) => own.some((each) => conflicts(each, request)));
  return place < 0 ? queue : queue.slice(0, place);
}

/** Whether the session now holds the lock; it passes nobody who waits. */
export function tryAdvisoryLock(request: LockRequest): boolean {
  return taken(request, queues.get(request.key) ?? []);
}

function taken(request: LockRequest, before: readonly Waiter[]): boolean {
  if (blockersOf(request, before).length > 0) return false;
  hold(request, 1);
  attempts.get(request.pid)?.push(request);
  return true;
}

/** Errors: 55P03 when another session holds it. */
export function takeAdvisoryLock(request: LockRequest): void {
  if (!taken(request, waitersBefore(request))) throw new AdvisoryLockBusy(request);
}

/** Whether the session held it; only locks of the session can be given back. */
export function giveAdvisoryLock(request: LockRequest): boolean {
  const holds = held.get(request.key) ?? [];
  const own = holds.find((each) => matches(each, request));
  if (own === undefined) return false;
  own.count -= 1;
  if (own.count <= 0) {
    keep(
      request.key,
      holds.filter((each) => each !== own),
    );
  }
  return true;
}

/** At the end of a transaction or a session: all locks of that scope (a session's end: all). */
export function releaseAdvisoryLocks(pid: string, scope: LockScope | 'all'): void {
  for (const [key, holds] of held) {
    keep(
      key,
      holds.filter((each) => each.pid !== pid || (scope !== 'all' && each.scope !== scope)),
    );
  }
}

/** What is taken from now on can be given back by `undoAttempt`. */
export function beginAttempt(pid: string): void {
  attempts.set(pid, []);
}

export function undoAttempt(pid: string): void {
  for (const request of attempts.get(pid) ?? []) giveAdvisoryLock(request);
  attempts.delete(pid);
}

/** The statement is over: what it waited for and did not ask for again is free. */
export function endAttempt(pid: string): void {
  attempts.delete(pid);
  for (const [key, holds] of held) {
    if (!holds.some((each) => each.pid === pid && each.count === 0)) continue;
    keep(
      key,
      holds.filter((each) => each.pid !== pid || each.count > 0),
    );
  }
}

/** Undefined: the session has the lock. Errors: 40P01 when the wait would never end. */
export function awaitAdvisoryLock(request: LockRequest): LockWait | undefined {
  const before = waitersBefore(request);
  const blockers = blockersOf(request, before);
  if (blockers.length === 0) {
    hold(request, 0);
    return undefined;
  }
  if (leadsTo(blockers, request.pid)) {
    throw new SqlError('deadlock_detected', 'deadlock detected', {
      detail: 'Two sessions wait for advisory locks that the other one holds.',
      hint: 'See server log for query details.',
    });
  }
  let waiter: Waiter | undefined;
  const granted = new Promise<void>((resolve) => {
    waiter = { request, resolve };
    const behind = (queues.get(request.key) ?? []).slice(before.length);
    queues.set(request.key, [...before, waiter, ...behind]);
  });
  return { granted, abandon: () => abandon(waiter) };
}

function leadsTo(blockers: readonly string[], pid: string): boolean {
  const seen = new Set<string>();
  const pending = [...blockers];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next === pid) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    for (const queue of queues.values()) {
      const at = queue.findIndex(({ request }) => request.pid === next);
      const waiter = queue[at];
      if (waiter !== undefined) pending.push(...blockersOf(waiter.request, queue.slice(0, at)));
    }
  }
  return false;
}

function abandon(waiter: Waiter | undefined): void {
  if (waiter === undefined) return;
  const { key } = waiter.request;
  const queue = queues.get(key) ?? [];
  keepQueue(
    key,
    queue.filter((each) => each !== waiter),
  );
  passOn(key);
}

function keep(key: string, holds: Hold[]): void {
  if (holds.length === (held.get(key)?.length ?? 0)) return;
  if (holds.length === 0) held.delete(key);
  else held.set(key, holds);
  passOn(key);
}

function keepQueue(key: string, queue: Waiter[]): void {
  if (queue.length === 0) queues.delete(key);
  else queues.set(key, queue);
}

/** The lock to those who wait and need not any longer, in their order. */
function passOn(key: string): void {
  const left: Waiter[] = [];
  for (const waiter of queues.get(key) ?? []) {
    if (blockersOf(waiter.request, left).length > 0) {
      left.push(waiter);
      continue;
    }
    hold(waiter.request, 0);
    waiter.resolve();
  }
  keepQueue(key, left);
}
