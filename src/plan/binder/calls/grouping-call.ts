/** GROUPING(…): which of its arguments the row's grouping set leaves out, as bits. */
import type { Expr } from '../../../expr/expr.ts';
import { sqlType } from '../../../types/type-table.ts';
import type { Ast } from '../ast.ts';
import { columnOf } from '../bind-context.ts';
import { bindExprs } from '../expressions.ts';
import { refusesAggregates } from '../select/clause-rules.ts';
import type { Env } from '../scope.ts';
import { homeOf, outerReference } from './aggregate-calls.ts';

export function bindGroupingCall(env: Env, node: Ast<'GroupingFunc'>): Expr {
  const { context } = env;
  const args = bindExprs(env, node.args);
  if (args.length > 31) {
    const message = 'GROUPING must have fewer than 32 arguments';
    throw context.error('too_many_arguments', message, node.location);
  }
  const { level, clause } = homeOf(env, args);
  const refused = refusesAggregates(clause);
  if (refused !== undefined) {
    const message = `grouping operations are not allowed in ${refused}`;
    throw context.error('grouping_error', message, node.location);
  }
  const column = context.newColumn('grouping', sqlType('int4'), false);
  level.groupings.push({ column, args });
  level.hasAggregates = true;
  return outerReference(env, level, columnOf(column));
}
