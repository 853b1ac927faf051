/**
 * WITH clauses that write: their statements run first, and what they return is read by the rest.
 * All of them see the database as it was before the first of them.
 */
import { unsupported } from '../../errors/sql-error.ts';
import type { PlannedStatement } from '../../plan/planner.ts';
import type { QueryTrace } from '../../trace/query-trace.ts';
import type { Datum } from '../../types/datum.ts';
import { takeSnapshots, type PlanSnapshots } from '../statement/query-runner.ts';
import type { SqlSession } from '../sql-session.ts';
import { lockForWrite } from '../transaction/locks.ts';
import { beginAnew } from './begin-anew.ts';
import { asWholeStatement } from './triggers/whole-statement.ts';
import { runWrite } from './write-runner.ts';

export interface EarlierOptions {
  readonly parameters: readonly (Datum | null)[];
  readonly trace: QueryTrace;
}

/** Returns what the statement itself is to see; undefined: it has no such WITH clause. */
export async function runEarlierWrites(
  session: SqlSession,
  planned: PlannedStatement,
  { parameters, trace }: EarlierOptions,
): Promise<PlanSnapshots | undefined> {
  const { earlier } = planned;
  if (earlier === undefined) return undefined;
  session.transaction.takeSnapshot();
  const own = takeSnapshots(session, planned.kind === 'query' ? planned.plan : planned.source);
  const snapshots = earlier.map(({ write }) => takeSnapshots(session, write.source));
  let done = 0;
  try {
    for (const { write, rows } of earlier) {
      rows.length = 0;
      const taken = snapshots[done];
      done += 1;
      const options = { parameters, trace, formats: [], stored: undefined, values: rows };
      await runWrite(
        session,
        write,
        taken === undefined ? options : { ...options, snapshots: taken },
      );
    }
    return own;
  } catch (error) {
    own.release();
    for (const left of snapshots.slice(done)) left.release();
    throw error;
  }
}

/**
 * Runs a statement whose WITH clause writes, its own write included: together they begin anew where
 * others write their rows.
 */
export async function withEarlierWrites<T>(
  session: SqlSession,
  planned: PlannedStatement,
  attempt: () => Promise<T>,
): Promise<T> {
  if (planned.kind === 'query' && planned.locks !== undefined) {
    throw unsupported('a locking clause beside WITH that writes');
  }
  const writes = (planned.earlier ?? []).map(({ write }) => write);
  if (planned.kind === 'write') writes.push(planned);
  return asWholeStatement(session, (forget) =>
    beginAnew(session, {
      tables: writes.map(({ table }) => table.oid),
      lock: async () => {
        for (const write of writes) await lockForWrite(session, write);
      },
      mayMeet: () => true,
      attempt,
      undone: () => {
        session.references.forget();
        forget();
      },
    }),
  );
}

/** Where the rest of a statement is not run as a statement. Errors: 0A000. */
export function refuseEarlierWrites(planned: PlannedStatement): void {
  const { earlier } = planned;
  if (planned.kind === 'query' && planned.locks !== undefined) {
    throw unsupported('a locking clause in this place');
  }
  if (earlier !== undefined) throw unsupported('a data-modifying statement in WITH in this place');
}
