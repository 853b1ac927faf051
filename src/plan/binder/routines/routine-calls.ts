/** Calls of users' functions as values, as sets in a select list, and in FROM. */
import { must } from '../../../errors/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import { sqlType } from '../../../types/type-table.ts';
import { isCompositeName, isRecordName } from '../../../types/user-type.ts';
import type { LogicalColumn, LogicalNode } from '../../logical.ts';
import { stringsOf, type Ast } from '../ast.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import type { ResolvedCall } from '../calls/calls.ts';
import { checkedAgain } from '../domains.ts';
import { exprKey } from '../expr-key.ts';
import { constant } from '../literals.ts';
import { project } from '../nodes.ts';
import { rowOf } from '../rows.ts';
import type { Env } from '../scope.ts';
import { refuseSets } from '../calls/set-calls.ts';
import { subplan } from '../subqueries.ts';
import { inlinedExpr } from './inlined-routine.ts';
import { calledExpr, calledRows, isCalled } from './called-routine.ts';
import { declaredColumns, routineOf, routineRows } from './routine-rows.ts';

/** The call where a value is wanted. Errors: 0A000 and those of the function's body. */
export function bindRoutineCall(env: Env, node: Ast<'FuncCall'>, resolved: ResolvedCall): Expr {
  const { context } = env;
  if (routineOf(resolved).record.returnsSet) return bindRoutineSet(env, node, resolved);
  if (isCalled(context, resolved)) return calledValue(env, resolved);
  const inlined = inlinedExpr(context, resolved);
  if (inlined !== undefined) return inlined;
  const rows = routineRows(context, resolved);
  const fetch = constant(sqlType('int8'), 1n);
  const { columns } = rows.node;
  const first: LogicalNode = { kind: 'limit', input: rows.node, columns, skip: undefined, fetch };
  const value = asValue(context, resolved, rows.columns);
  const column = context.newColumn('', value.type);
  const single = project(first, [{ column, expr: value }]);
  const expr = subplan(single, { env, form: 'scalar', type: value.type });
  return context.shape(expr, context.shapeOf(value));
}

function calledValue(env: Env, resolved: ResolvedCall): Expr {
  const { context } = env;
  const expr = calledExpr(env, resolved);
  const routine = routineOf(resolved);
  if (!isRecordName(routine.result.name)) return expr;
  const shaped = context.shape(expr, declaredColumns(routine, resolved.typeOf));
  return checkedAgain(context, shaped, routine.result);
}

/** The columns of a row as the function's one result. */
function asValue(
  context: BindContext,
  resolved: ResolvedCall,
  columns: readonly LogicalColumn[],
): Expr {
  const { result } = routineOf(resolved);
  const [only] = columns;
  if (!isRecordName(result.name)) return columnOf(must(only, 'column'));
  const names = columns.map(({ name }) => name);
  const row = rowOf(context, columns.map(columnOf), names);
  if (!isCompositeName(result.name)) return row;
  const shaped = context.shape({ ...row, type: result }, context.shapeOf(row));
  return checkedAgain(context, shaped, result);
}

function bindRoutineSet(env: Env, node: Ast<'FuncCall'>, resolved: ResolvedCall): Expr {
  const { context, level } = env;
  refuseSets(env, node);
  const { functionId, args } = resolved;
  const key = exprKey([functionId, args]);
  const known = level.sets.find((each) => each.key === key);
  const name = stringsOf(node.funcname).at(-1) ?? '';
  const { result } = routineOf(resolved);
  const declared = declaredColumns(routineOf(resolved), resolved.typeOf);
  if (declared === undefined) {
    throw context.unsupported('a set of records of unknown columns in this place', node.location);
  }
  const isScalar = !isRecordName(result.name);
  const columns =
    known?.columns ??
    declared.map((each) => context.newColumn(isScalar ? name : each.name, each.type));
  if (known === undefined) {
    const rows = (given: readonly Expr[]): LogicalNode => {
      const call = { ...resolved, args: given };
      const isCall = isCalled(context, call);
      const made = isCall ? calledRows(env, call) : routineRows(context, call);
      const items = columns.map((column, i) => {
        return { column, expr: columnOf(must(made.columns[i], 'column')) };
      });
      return project(made.node, items);
    };
    level.sets.push({ key, functionId, args, columns, rows });
  }
  return asValue(context, resolved, columns);
}
