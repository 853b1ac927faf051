/** The function that a session runs at the moment, as far as statements in it must know. */
import type { RoutineRecord } from '../../catalog/routine-records.ts';
import type { StoreMoment } from '../../catalog/table.ts';
import type { SqlSession } from '../sql-session.ts';

/** The statement that calls a function. */
export interface CallingStatement {
  /** When it began, by write-moments.ts. */
  readonly since: number;
  /** What it sees; absent: what the transaction sees. */
  readonly moment?: StoreMoment | undefined;
}

interface Running extends CallingStatement {
  readonly record: RoutineRecord;
}

const running = new WeakMap<SqlSession, Running>();

/** STABLE and IMMUTABLE ones may not write. */
export function isInStableFunction(session: SqlSession): boolean {
  return stableSince(session) !== undefined;
}

/** The moment that a function that is not volatile sees; undefined: none of those runs. */
export function stableSince(session: SqlSession): number | undefined {
  return stable(session)?.since;
}

export function stableMoment(session: SqlSession): StoreMoment | undefined {
  return stable(session)?.moment;
}

function stable(session: SqlSession): CallingStatement | undefined {
  const found = running.get(session);
  return found?.record.volatility === 'volatile' ? undefined : found;
}

export async function asRunning(
  session: SqlSession,
  { record, since, moment }: Running,
  body: () => Promise<void>,
): Promise<void> {
  const around = running.get(session);
  const seen = stable(session) ?? { since, moment };
  running.set(session, { record, ...seen });
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
