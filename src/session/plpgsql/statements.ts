/** What each statement of PL/pgSQL does. One line each, or a few. */
import { SqlError } from '../../errors/sql-error.ts';
import type { PlStatement } from '../../sql/plpgsql/tree.ts';
import { assign, assignedType, assignWhole } from './assign.ts';
import { runBlock } from './block.ts';
import { runClose, runFetch, runMove, runOpen } from './cursors.ts';
import { runDiagnostics } from './diagnostics.ts';
import { booleanOf, valueOf } from './expressions.ts';
import { runForCursor, runForeach, runForInteger, runForRows, runLoop } from './loops.ts';
import { runAssert, runRaise } from './raise.ts';
import { runReturn, runReturnNext, runReturnQuery } from './return.ts';
import type { Flow, PlRun } from './run.ts';
import { runCall, runExecute, runPerform, runSql } from './sql-statements.ts';
import { endTransaction } from './transaction-end.ts';

export type StatementOf<K extends PlStatement['kind']> = Extract<PlStatement, { readonly kind: K }>;

type Runners = {
  readonly [K in PlStatement['kind']]: (run: PlRun, statement: StatementOf<K>) => Promise<Flow>;
};

export const statementRunners: Runners = {
  block: runBlock,
  raise: runRaise,
  assert: runAssert,
  assign: runAssignment,
  if: runIf,
  case: runCase,
  loop: (run, statement) => runLoop(run, statement, async () => true),
  while: (run, statement) => runLoop(run, statement, () => booleanOf(run, statement.condition)),
  forInteger: runForInteger,
  forRows: runForRows,
  forCursor: runForCursor,
  foreach: runForeach,
  exit: leave,
  continue: leave,
  return: runReturn,
  returnNext: runReturnNext,
  returnQuery: runReturnQuery,
  sql: runSql,
  call: runCall,
  perform: runPerform,
  execute: runExecute,
  diagnostics: runDiagnostics,
  open: runOpen,
  fetch: runFetch,
  move: runMove,
  close: runClose,
  commit: endTransaction,
  rollback: endTransaction,
  null: async () => undefined,
};

async function runAssignment(
  run: PlRun,
  { target, value, whole }: StatementOf<'assign'>,
): Promise<undefined> {
  const shift = value.offset - whole.offset - 'SELECT '.length;
  const place = { what: 'PL/pgSQL assignment', sql: whole.text, shift } as const;
  run.compiled.text(value, 'SELECT ').assigned = assignedType(run, target);
  await assign(run, target, await valueOf(run, value, place));
}

async function runIf(run: PlRun, { branches, otherwise }: StatementOf<'if'>): Promise<Flow> {
  for (const { condition, body } of branches) {
    if (await booleanOf(run, condition)) return run.body(body);
  }
  return run.body(otherwise);
}

/** Errors: 20000. */
async function runCase(
  run: PlRun,
  { subject, branches, otherwise }: StatementOf<'case'>,
): Promise<Flow> {
  if (subject !== undefined) {
    assignWhole(run, subject.variable, await valueOf(run, subject.value));
  }
  for (const { condition, body } of branches) {
    if (await booleanOf(run, condition)) return run.body(body);
  }
  if (otherwise !== undefined) return run.body(otherwise);
  const hint = 'CASE statement is missing ELSE part.';
  throw new SqlError('case_not_found', 'case not found', { hint });
}

async function leave(
  run: PlRun,
  { kind, label, when }: StatementOf<'exit' | 'continue'>,
): Promise<Flow> {
  if (when !== undefined && !(await booleanOf(run, when))) return undefined;
  return { kind, label };
}
