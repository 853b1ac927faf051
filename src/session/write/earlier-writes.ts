/**
 * What runs before the rest of its statement, which reads the rows that it gave: WITH clauses that
 * write, and queries inside that lock rows. All see the database as it was before the first of them.
 */
import { must } from '../../errors/assert.ts';
import { unsupported } from '../../errors/sql-error.ts';
import type { PlannedStatement } from '../../plan/planner.ts';
import type { QueryTrace } from '../../trace/query-trace.ts';
import type { Datum } from '../../types/datum.ts';
import { takeSnapshots, type PlanSnapshots } from '../statement/query-runner.ts';
import type { SqlSession } from '../sql-session.ts';
import { lockForWrite } from '../transaction/locks.ts';
import { beginAnew } from './begin-anew.ts';
import { lockForLocking, lockInside } from './locked-rows.ts';
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
  const snapshots = earlier.map((part) => {
    return takeSnapshots(session, 'write' in part ? part.write.source : part.locking.plan);
  });
  let done = 0;
  try {
    for (const part of earlier) {
      const { rows } = part;
      rows.length = 0;
      const taken = must(snapshots[done], 'snapshots');
      done += 1;
      const options = { parameters, trace, snapshots: taken };
      if ('write' in part) {
        const more = { formats: [], stored: undefined, values: rows };
        await runWrite(session, part.write, { ...options, ...more });
      } else await lockInside(session, part.locking, { ...options, values: rows });
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
    throw unsupported('a locking clause beside WITH that writes, or another one');
  }
  const parts = planned.earlier ?? [];
  const writes = parts.flatMap((part) => ('write' in part ? [part.write] : []));
  if (planned.kind === 'write') writes.push(planned);
  const locking = parts.flatMap((part) => ('locking' in part ? [part.locking] : []));
  return asWholeStatement(session, (forget) =>
    beginAnew(session, {
      tables: [
        ...writes.map(({ table }) => table.oid),
        ...locking.flatMap(({ locks }) => locks.tables.map(({ oid }) => oid)),
      ],
      lock: async () => {
        for (const each of locking) await lockForLocking(session, each);
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
  if (earlier === undefined) return;
  const locks = earlier.every((part) => 'locking' in part);
  throw unsupported(
    locks ? 'a locking clause in this place' : 'a data-modifying statement in WITH in this place',
  );
}
