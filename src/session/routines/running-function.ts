/** The function that a session runs at the moment, as far as statements in it must know. */
import type { RoutineRecord } from '../../catalog/routine-records.ts';
import type { SqlSession } from '../sql-session.ts';

const running = new WeakMap<SqlSession, RoutineRecord>();

/** STABLE and IMMUTABLE ones may not write. */
export function isInStableFunction(session: SqlSession): boolean {
  const record = running.get(session);
  return record !== undefined && record.volatility !== 'volatile';
}

export async function asRunning(
  session: SqlSession,
  record: RoutineRecord,
  body: () => Promise<void>,
): Promise<void> {
  const around = running.get(session);
  running.set(session, record);
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
