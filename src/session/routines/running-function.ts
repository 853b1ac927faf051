/** The function that a session runs at the moment, as far as statements in it must know. */
import type { RoutineRecord } from '../../catalog/routine-records.ts';
import type { SqlSession } from '../sql-session.ts';

interface Running {
  readonly record: RoutineRecord;
  /** When the statement that calls it began, by write-moments.ts. */
  readonly since: number;
}

const running = new WeakMap<SqlSession, Running>();

/** STABLE and IMMUTABLE ones may not write. */
export function isInStableFunction(session: SqlSession): boolean {
  return stableSince(session) !== undefined;
}

/** The moment that a function that is not volatile sees; undefined: none of those runs. */
export function stableSince(session: SqlSession): number | undefined {
  const found = running.get(session);
  return found === undefined || found.record.volatility === 'volatile' ? undefined : found.since;
}

export async function asRunning(
  session: SqlSession,
  { record, since }: Running,
  body: () => Promise<void>,
): Promise<void> {
  const around = running.get(session);
  running.set(session, { record, since: Math.min(since, stableSince(session) ?? since) });
  try {
    await body();
  } finally {
    if (around === undefined) running.delete(session);
    else running.set(session, around);
  }
}

const depths = new WeakMap<SqlSession, number>();

/** Triggers that run within one another. */
export function triggerDepth(session: SqlSession): number {
  return depths.get(session) ?? 0;
}

export async function asTrigger(session: SqlSession, body: () => Promise<void>): Promise<void> {
  const depth = triggerDepth(session);
  depths.set(session, depth + 1);
  try {
    await body();
  } finally {
    depths.set(session, depth);
  }
}
