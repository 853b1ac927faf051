/** What runs the body of a routine that is called by a statement of its own, by language. */
import { isApart, type Routine, type RoutineRecord } from '../../catalog/routine-records.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { CalledRoutine } from '../../plan/called-routine.ts';
import type { FactRows } from '../../plan/planner.ts';
import type { Datum } from '../../types/datum.ts';
import { withOwnSettings } from '../settings/own-settings.ts';
import { inFunction } from '../transaction/in-block.ts';
import type { SqlSession } from '../sql-session.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { runProcedure } from '../plpgsql/run-routine.ts';
import { asRunning, type CallingStatement } from './running-function.ts';
import { writeMoment } from '../write/write-moments.ts';
import { runSqlBody } from './run-sql-body.ts';

export interface ProcedureCall {
  readonly routine: Routine;
  /** Of the input parameters, in their types. */
  readonly values: readonly (Datum | null)[];
  /** Its OUT parameters. */
  readonly fields: CalledRoutine['fields'];
}

/** Gives the values of the OUT parameters. */
export type RunRoutine = (
  context: StatementContext,
  call: ProcedureCall,
) => Promise<FactRows[number]>;

const runners: Readonly<Record<string, RunRoutine | undefined>> = {
  sql: runSqlBody,
  plpgsql: runProcedure,
};

/** Routines that run within one another, in one session. */
const depthMax = 400;
const depths = new WeakMap<SqlSession, number>();

/** Errors: 0A000, 54001 and the routine's own. */
export async function runRoutine(
  context: StatementContext,
  call: ProcedureCall,
): Promise<FactRows[number]> {
  const { record } = call.routine;
  const run = runners[record.language];
  if (run === undefined) throw unsupported(`calling a routine in language ${record.language}`);
  let row: FactRows[number] = [];
  await withinRoutine(context.session, record, async () => {
    row = await run(context, call);
  });
  return row;
}

/** As its owner, with its settings: it may not end the transaction that these are of. */
function runApart(
  session: SqlSession,
  { isDefiner, owner, settings = {} }: RoutineRecord,
  body: () => Promise<void>,
): Promise<void> {
  const own = { settings, ...(isDefiner && { user: owner }) };
  return withOwnSettings(session, own, () => inFunction(session, body));
}

/** `caller`: the statement that calls it. Errors: 54001. */
export async function withinRoutine(
  session: SqlSession,
  record: RoutineRecord,
  body: () => Promise<void>,
  caller: CallingStatement = { since: writeMoment(session) },
): Promise<void> {
  const depth = depths.get(session) ?? 0;
  if (depth >= depthMax) {
    throw new SqlError('statement_too_complex', 'stack depth limit exceeded');
  }
  depths.set(session, depth + 1);
  try {
    // The depth of calls is not that of this thread's stack.
    await Promise.resolve();
    await asRunning(session, { record, ...caller }, () =>
      isApart(record) ? runApart(session, record, body) : body(),
    );
  } finally {
    depths.set(session, depth);
  }
}
