/** When a session last wrote to a table or a large object, counted in its writes. */
import type { SqlSession } from '../sql-session.ts';

interface Moments {
  now: number;
  /** By OID; tables that are gone stay until the session ends. Large objects are below 0. */
  readonly tables: Map<number, number>;
}

const moments = new WeakMap<SqlSession, Moments>();

export function writeMoment(session: SqlSession): number {
  return moments.get(session)?.now ?? 0;
}

export function noteWrite(session: SqlSession, table: number): void {
  const known = moments.get(session) ?? { now: 0, tables: new Map<number, number>() };
  moments.set(session, known);
  known.now += 1;
  known.tables.set(table, known.now);
}

export function wasWrittenSince(session: SqlSession, table: number, moment: number): boolean {
  return (moments.get(session)?.tables.get(table) ?? 0) > moment;
}
