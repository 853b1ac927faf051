/** Set-returning functions in the select list: expanded in step by a node below the projection. */
import type { Expr } from '../../../expr/expr.ts';
import type { LogicalColumn } from '../../logical.ts';
import { stringsOf, type Ast } from '../ast.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import type { ResolvedCall } from './calls.ts';
import { refusesSets } from '../select/clause-rules.ts';
import { exprKey } from '../expr-key.ts';
import { rowOf } from '../rows.ts';
import type { Env } from '../scope.ts';

export function bindSetCall(env: Env, node: Ast<'FuncCall'>, resolved: ResolvedCall): Expr {
  const { context, level } = env;
  const name = stringsOf(node.funcname).at(-1) ?? '';
  refuseSets(env, node);
  const key = exprKey([resolved.functionId, resolved.args]);
  const known = level.sets.find((each) => each.key === key);
  const columns = known?.columns ?? setColumns(context, resolved, name);
  const { functionId, args } = resolved;
  if (known === undefined) level.sets.push({ key, functionId, args, columns });
  const [only] = columns;
  if (only !== undefined && columns.length === 1) return columnOf(only);
  return rowOf(
    context,
    columns.map(columnOf),
    columns.map((column) => column.name),
  );
}

/** Errors: 0A000 where no sets may be. */
export function refuseSets(env: Env, node: Ast<'FuncCall'>): void {
  const clause = env.noSetsIn ?? refusesSets(env.clause);
  if (clause === undefined) return;
  if (env.noSetsIn === undefined && env.clause === 'fromFunction') {
    const nested = 'set-returning functions must appear at top level of FROM';
    throw env.context.error('feature_not_supported', nested, node.location);
  }
  const message = `set-returning functions are not allowed in ${clause}`;
  const hint = 'You might be able to move the set-returning function into a LATERAL FROM item.';
  const fields = env.noSetsIn === undefined ? {} : { hint };
  throw env.context.error('feature_not_supported', message, node.location, fields);
}

/** The columns of a call's result: one takes the given name, several have their own. */
export function setColumns(
  context: BindContext,
  resolved: ResolvedCall,
  name: string,
): readonly LogicalColumn[] {
  const { overload } = resolved.candidate.found;
  if (overload.kind !== 'table') return [];
  const isSingle = overload.columns.length === 1;
  return overload.columns.map((column) =>
    context.newColumn(isSingle ? name : column.name, resolved.typeOf(column.type)),
  );
}
