/** Whether the current user may call functions, and may do what their bodies do. */
import { isApart, type RoutineRecord } from '../../catalog/routine-records.ts';
import { parseSql } from '../../sql/parse.ts';
import type { SqlSession } from '../sql-session.ts';
import { checkAccessAs } from './check-access.ts';
import { denied } from './session-roles.ts';

/** `named`: those that the statement itself names, not a view; absent: all. Errors: 42501. */
export function checkRoutineAccess(
  session: SqlSession,
  routines: readonly RoutineRecord[],
  named?: ReadonlySet<number>,
): void {
  const { roles } = session;
  if (roles.isSuperuser) return;
  for (const routine of routines) {
    const isNamed = named?.has(routine.oid) !== false;
    if (isNamed && !roles.mayUseSchema(routine.schema)) throw denied(`schema ${routine.schema}`);
    const noun = routine.isProcedure ? 'procedure' : 'function';
    roles.require(roles.routine(routine), 'X', `${noun} ${routine.name}`);
    if (routine.language !== 'sql' || isApart(routine)) continue;
    for (const statement of parseSql(routine.body)) {
      checkAccessAs(session, statement, roles.currentOid);
    }
  }
}
