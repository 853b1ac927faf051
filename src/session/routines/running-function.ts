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
