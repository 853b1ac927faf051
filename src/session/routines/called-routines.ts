/** Functions that are called while a statement computes its rows. */
import type { StoreMoment } from '../../catalog/table.ts';
import type { CallRoutine } from '../../exec/execution.ts';
import type { CalledRoutine } from '../../plan/called-routine.ts';
import type { FactRows } from '../../plan/planner.ts';
import type { Datum } from '../../types/datum.ts';
import type { RoutineRecord } from '../../catalog/routine-records.ts';
import { runInternal } from '../large-objects/functions.ts';
import { runFunction } from '../plpgsql/run-routine.ts';
import type { SqlSession } from '../sql-session.ts';
import { inFunction } from '../transaction/in-block.ts';
import { writeMoment } from '../write/write-moments.ts';
import { hostOf } from './routine-host.ts';
import { withinRoutine } from './routine-runners.ts';
import { runSqlFunction } from './run-sql-body.ts';

/** What a query's plan calls functions with, at its moment. Errors: the function's own, 54001. */
export function routineCaller(session: SqlSession, moment: StoreMoment | undefined): CallRoutine {
  const caller = { since: writeMoment(session), moment };
  return async (call, values) => {
    const { interrupts } = session;
    const around = interrupts.current;
    let rows: FactRows = [];
    try {
      const run = (): Promise<void> =>
        inFunction(session, async () => {
          rows = await runCalled(session, call, { values, since: caller.since });
        });
      await withinRoutine(session, call.routine.record, run, caller);
      return rows;
    } finally {
      interrupts.current = around;
    }
  };
}

interface Given {
  readonly values: readonly (Datum | null)[];
  /** When the statement began. */
  readonly since: number;
}

function runCalled(
  session: SqlSession,
  call: CalledRoutine,
  { values, since }: Given,
): Promise<FactRows> {
  const { record } = call.routine;
  if (record.language === 'internal') return calledInternal(session, record, { values, since });
  const host = hostOf(session);
  return record.language === 'sql'
    ? runSqlFunction(host, call, values)
    : runFunction(host, call, values);
}

async function calledInternal(
  session: SqlSession,
  record: RoutineRecord,
  { values, since }: Given,
): Promise<FactRows> {
  const given = values.filter((value) => value !== null);
  if (given.length < values.length) return [[null]];
  return [[await runInternal(session, record, { values: given, since })]];
}
