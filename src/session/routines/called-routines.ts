/** Functions that a statement calls: they run before it, and it reads the rows that they gave. */
import { evaluateConstant } from '../../expr/compile.ts';
import type { PlannedStatement, RoutineCall } from '../../plan/planner.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import type { Datum } from '../../types/datum.ts';
import { runFunction } from '../plpgsql/run-routine.ts';
import { takeSnapshots, type PlanSnapshots } from '../statement/query-runner.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { inFunction } from '../transaction/in-block.ts';
import { withinRoutine } from './routine-runners.ts';

/** undefined: there are none, or a WITH clause writes. */
export function callsBefore({
  earlier = [],
}: PlannedStatement): readonly RoutineCall[] | undefined {
  const calls = earlier.filter((part) => 'routine' in part);
  return calls.length === 0 || calls.length < earlier.length ? undefined : calls;
}

/** Runs them in their order. Returns what a query is to see: the tables as they were before. */
export async function runCalls(
  context: StatementContext,
  planned: PlannedStatement,
  calls: readonly RoutineCall[],
): Promise<{ readonly snapshots?: PlanSnapshots }> {
  const { session } = context;
  session.transaction.takeSnapshot();
  const snapshots = planned.kind === 'query' ? takeSnapshots(session, planned.plan) : undefined;
  try {
    for (const call of calls) await runOne(context, call);
  } catch (error) {
    snapshots?.release();
    throw error;
  }
  return snapshots === undefined ? {} : { snapshots };
}

async function runOne(context: StatementContext, call: RoutineCall): Promise<void> {
  const { session } = context;
  const { isStrict, returnsSet } = call.routine.record;
  const values = valuesOf(context, call);
  if (isStrict && values.includes(null)) {
    const rows = returnsSet ? [] : [call.fields.map(() => null)];
    call.rows.splice(0, call.rows.length, ...rows);
    return;
  }
  await withinRoutine(session, () => inFunction(session, () => runFunction(context, call, values)));
}

function valuesOf(
  { session, parameters }: StatementContext,
  { args }: RoutineCall,
): readonly (Datum | null)[] {
  const arena = new Arena(new Budget(session.environment.queryMemoryBytesMax));
  try {
    const evaluation = session.constantContext(arena);
    return args.map((arg) => evaluateConstant(arg, evaluation, parameters));
  } finally {
    arena.free();
  }
}
