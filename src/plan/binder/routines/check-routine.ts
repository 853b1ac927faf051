/** Bodies as they are bound when a function is made: with places, and parameters of its types. */
import type { Node } from '@pgsql/types';
import { isInput, type Routine } from '../../../catalog/routine-records.ts';
import type { PlannerOptions } from '../../planner.ts';
import type { Ast } from '../ast.ts';
import { BindContext } from '../bind-context.ts';
import { bindStatement } from '../bind-statement.ts';
import { bindQuery } from '../select/query.ts';
import { envOf } from '../scope.ts';
import { noteSystemColumns } from '../from/system-columns.ts';
import { ParameterVariables } from './parameter-variables.ts';
import { parameterLevel } from './routine-body.ts';
import { resultExprs } from './routine-rows.ts';

interface Check {
  readonly options: PlannerOptions;
  /** It is the statement whose rows the function gives. */
  readonly isResult: boolean;
}

/** A query of a body. Errors: those of binding it, 42P13. */
export function checkRoutineQuery(
  routine: Routine,
  select: Ast<'SelectStmt'>,
  { options, isResult }: Check,
): void {
  const context = new BindContext({ ...options, parameterTypes: [], parametersFixed: true });
  const inputs = routine.parameters.filter(isInput);
  const columns = inputs.map(({ name, type }) => context.newColumn(name, type));
  const level = parameterLevel(routine, columns);
  context.routines.push(routine.record.oid);
  noteSystemColumns(context, { SelectStmt: select });
  const env = { ...envOf(context, level, 'fromSubquery'), lateralActive: true };
  const { output } = bindQuery(context, select, env);
  if (isResult) resultExprs(context, routine, output);
}

/** Another statement of a body: one that writes. Errors: those of binding it, 42P13. */
export function checkRoutineStatement(
  routine: Routine,
  statement: Node,
  { options, isResult }: Check,
): void {
  const variables = new ParameterVariables(routine);
  const own = { ...options, parameterTypes: [], parametersFixed: true };
  const { fields } = bindStatement(statement, { ...own, variables });
  if (!isResult) return;
  const context = new BindContext(own);
  const output = fields.map(({ name, type }) => ({ name, column: context.newColumn(name, type) }));
  resultExprs(context, routine, output);
}
