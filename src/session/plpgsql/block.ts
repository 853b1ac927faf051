/**
 * Blocks: variables get their first values, statements run. A block with handlers runs in a
 * subtransaction, which an error that is handled takes back.
 */
import { SqlError } from '../../errors/sql-error.ts';
import { sqlStates } from '../../errors/sql-state.ts';
import type { PlBlock, PlHandler, PlVariable } from '../../sql/plpgsql/tree.ts';
import { sqlType } from '../../types/type-table.ts';
import { assignWhole } from './assign.ts';
import { valueOf } from './expressions.ts';
import { conditionCode } from './raise.ts';
import type { Flow, PlRun } from './run.ts';

export async function runBlock(run: PlRun, block: PlBlock): Promise<Flow> {
  run.phase = 'during statement block local variable initialization';
  for (const variable of block.variables) await initialize(run, variable);
  run.phase = undefined;
  const flow =
    block.handlers.length === 0 ? await run.body(block.body) : await runGuarded(run, block);
  if (flow?.kind !== 'exit' || flow.label === undefined || flow.label !== block.label) return flow;
  return undefined;
}

async function initialize(run: PlRun, variable: PlVariable): Promise<void> {
  const { initial } = variable;
  run.frame.clear(variable);
  if (initial !== undefined) assignWhole(run, variable, await valueOf(run, initial));
  else if (variable.cursor !== undefined) run.frame.scalar(variable).value = variable.name;
  else if (run.frame.cell(variable).type.domain !== undefined) {
    assignWhole(run, variable, { type: sqlType('text'), value: null });
  }
}

async function runGuarded(run: PlRun, block: PlBlock): Promise<Flow> {
  const { transaction } = run.session;
  let flow: Flow;
  try {
    await transaction.inSubtransaction(async () => {
      flow = await run.body(block.body);
    });
    return flow;
  } catch (error) {
    const handler = block.handlers.find((each) => handles(each, error));
    if (handler === undefined) throw error;
    run.at(block);
    run.phase = undefined;
    run.evaluator.forget();
    return runHandler(run, block, [handler, error as SqlError]);
  }
}

async function runHandler(
  run: PlRun,
  { caught }: PlBlock,
  [{ body }, error]: readonly [PlHandler, SqlError],
): Promise<Flow> {
  const outer = run.caught;
  run.caught = error;
  if (caught !== undefined) {
    run.frame.scalar(caught.sqlstate).value = error.code;
    run.frame.scalar(caught.sqlerrm).value = error.message;
  }
  const flow = await run.body(body);
  run.caught = outer;
  return flow;
}

/** OTHERS handles all but what stops the statement and failed assertions. */
function handles({ conditions }: PlHandler, error: unknown): boolean {
  if (!(error instanceof SqlError)) return false;
  return conditions.some((condition) => {
    if (condition === 'others') {
      return error.code !== sqlStates.query_canceled && error.code !== sqlStates.assert_failure;
    }
    const code = conditionCode(condition);
    return code.endsWith('000') ? error.code.slice(0, 2) === code.slice(0, 2) : error.code === code;
  });
}
