/**
 * Aggregate calls. The call goes to the query level whose columns it uses; in expressions it is
 * the column that the level's aggregate node will have.
 */
import type { ColumnExpr, Expr } from '../../../expr/expr.ts';
import { visitExpr } from '../../../expr/walk.ts';
import { castId } from '../../../functions/casts/find-cast.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import type { AggregateCall, SortKey } from '../../physical.ts';
import { astAs, stringsOf, type Ast } from '../ast.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import type { ResolvedCall } from './calls.ts';
import { refusesAggregates } from '../select/clause-rules.ts';
import { coerceToBoolean } from '../coerce.ts';
import { exprKey, sameExpr } from '../expr-key.ts';
import { bindExpr } from '../expressions.ts';
import type { Env, QueryLevel } from '../scope.ts';
import { requireEquality, requireOrder, sortKey } from '../select/sort-keys.ts';

export function bindAggregate(env: Env, node: Ast<'FuncCall'>, resolved: ResolvedCall): Expr {
  const { context } = env;
  const { call, name } = aggregateCall(env, node, resolved);
  const ordered = node.agg_order?.length ?? 0;
  const directCount = node.agg_within_group === true ? call.args.length - ordered : 0;
  const home = homeOf(env, partsOf({ ...call, args: call.args.slice(directCount) }));
  checkDirectLevels(env, home, call.args.slice(0, directCount));
  checkPlace(home, call, node);
  const { level } = home;
  if (level.readsOwnRound) {
    const message = "aggregate functions are not allowed in a recursive query's recursive term";
    throw context.error('invalid_recursion', message, node.location);
  }
  level.hasAggregates = true;
  const key = exprKey(call);
  const known = level.aggregates.find((each) => each.key === key);
  const column = known?.column ?? context.newColumn(name, call.type);
  if (known === undefined) level.aggregates.push({ key, call, column, directCount });
  return outerReference(env, level, columnOf(column));
}

/** The call without a place: arguments, DISTINCT, FILTER and order bound. */
export function aggregateCall(
  env: Env,
  node: Ast<'FuncCall'>,
  resolved: ResolvedCall,
): { readonly call: AggregateCall; readonly name: string } {
  const { context } = env;
  const { overload } = resolved.candidate.found;
  const name = stringsOf(node.funcname).at(-1) ?? '';
  const isCalledStar = node.agg_star === true;
  if (overload.kind !== 'aggregate') throw context.unsupported(name, node.location);
  if (!isCalledStar && resolved.args.length === 0 && overload.args.length === 0) {
    const message = `${name}(*) must be used to call a parameterless aggregate function`;
    throw context.error('wrong_object_type', message, node.location);
  }
  const orderBy = (node.agg_order ?? []).map((item, i): SortKey => {
    const sort = astAs(item, 'SortBy') ?? {};
    const direct = resolved.args.length - (node.agg_order?.length ?? 0) + i;
    const within = node.agg_within_group === true ? resolved.args[direct] : undefined;
    return sortKey(context, within ?? bindExpr(env, sort.node), sort);
  });
  const distinct = node.agg_distinct === true;
  const keys = distinct ? keysAmong(context, argumentsOf(node, resolved), orderBy) : orderBy;
  const filter = filterOf(env, node);
  const call: AggregateCall = {
    accumulator: overload.accumulator,
    functionId: resolved.functionId,
    args: resolved.args,
    distinct,
    ...(filter === undefined ? {} : { filter }),
    orderBy: keys,
    type: resultType(resolved, overload.returns),
  };
  return { call, name };
}

/** max(varchar(10)) is varchar(10), as min and max keep their argument's modifier. */
function resultType(
  resolved: ResolvedCall,
  returns: Parameters<ResolvedCall['typeOf']>[0],
): SqlType {
  return resolved.typeOf(returns);
}

interface Argument {
  readonly arg: Expr;
  /** As it was before an implicit cast. */
  readonly given: Expr;
}

function argumentsOf({ args = [] }: Ast<'FuncCall'>, resolved: ResolvedCall): readonly Argument[] {
  return resolved.args.map((arg, i) => {
    const node = args[i];
    const isWritten = node !== undefined && ('TypeCast' in node || 'FuncCall' in node);
    return { arg, given: isWritten ? arg : uncast(arg) };
  });
}

/** The order of DISTINCT is by arguments, before they are cast implicitly. Errors: 42P10. */
function keysAmong(
  context: BindContext,
  args: readonly Argument[],
  orderBy: readonly SortKey[],
): readonly SortKey[] {
  for (const { arg } of args) {
    requireEquality(context, arg);
    requireOrder(context, arg);
  }
  return orderBy.map((key) => {
    const { expr } = key;
    const found = args.find(({ given }) => sameExpr(given, expr));
    if (found !== undefined) return { ...key, expr: found.arg };
    const message =
      'in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list';
    throw context.error('invalid_column_reference', message, expr);
  });
}

function uncast(expr: Expr): Expr {
  const [arg] = expr.kind === 'call' ? expr.args : [];
  const isCast = arg !== undefined && expr.kind === 'call' && expr.functionId === castOf(arg, expr);
  return isCast ? arg : expr;
}

function castOf(from: Expr, to: Expr): string {
  return castId(from.type.name, to.type.name);
}

export function filterOf(env: Env, node: Ast<'FuncCall'>): Expr | undefined {
  if (node.agg_filter === undefined) return undefined;
  const inner: Env = { ...env, clause: 'filter', asFilter: true };
  return coerceToBoolean(env.context, bindExpr(inner, node.agg_filter), 'FILTER');
}

function partsOf(call: AggregateCall): readonly Expr[] {
  const filter = call.filter === undefined ? [] : [call.filter];
  return [...call.args, ...call.orderBy.map(({ expr }) => expr), ...filter];
}

/** The nearest level that has a column of the expressions; the own level when there is none. */
export function homeOf(env: Env, parts: readonly Expr[]): Env {
  const ids = new Set<number>();
  for (const part of parts) {
    visitExpr(part, (expr) => {
      if (expr.kind === 'column') ids.add(expr.index);
    });
  }
  let home = env;
  while (ids.size > 0 && [...ids].every((id) => home.level.outer.has(id))) {
    const { parent } = home.level;
    if (parent === undefined) break;
    home = parent;
  }
  return home;
}

/** Errors: 42803. */
function checkDirectLevels(env: Env, home: Env, direct: readonly Expr[]): void {
  let current: Env | undefined = env;
  while (current !== undefined && current.level !== home.level) {
    const { outer, parent }: QueryLevel = current.level;
    for (const expr of direct) {
      visitExpr(expr, (part) => {
        if (part.kind !== 'column' || outer.has(part.index)) return;
        const what = 'cannot contain a lower-level variable in its direct arguments';
        throw env.context.error('grouping_error', `outer-level aggregate ${what}`, part);
      });
    }
    current = parent;
  }
}

function checkPlace(home: Env, call: AggregateCall, node: Ast<'FuncCall'>): void {
  const { context, level } = home;
  const fail = (message: string, place: Expr | number | undefined): Error =>
    context.error('grouping_error', message, place);
  const parts = partsOf(call);
  const own = columnAmong(
    parts,
    level.aggregates.map(({ column }) => column.id),
  );
  if (own !== undefined) throw fail('aggregate function calls cannot be nested', own);
  const windows = level.windows.flatMap(({ calls }) => calls.map(({ column }) => column.id));
  const window = columnAmong(parts, windows);
  if (window !== undefined) {
    throw fail('aggregate function calls cannot contain window function calls', window);
  }
  const set = columnAmong(
    parts,
    level.sets.flatMap(({ columns }) => columns.map(({ id }) => id)),
  );
  if (set !== undefined) {
    const message = 'aggregate function calls cannot contain set-returning function calls';
    const hint = 'You might be able to move the set-returning function into a LATERAL FROM item.';
    throw context.error('feature_not_supported', message, set, { hint });
  }
  const clause = refusesAggregates(home.clause);
  if (clause !== undefined)
    throw fail(`aggregate functions are not allowed in ${clause}`, node.location);
}

/** The first of the columns that occurs in the expressions. */
export function columnAmong(exprs: readonly Expr[], ids: readonly number[]): Expr | undefined {
  let found: Expr | undefined;
  for (const part of exprs) {
    visitExpr(part, (expr) => {
      if (expr.kind === 'column' && ids.includes(expr.index)) found ??= expr;
    });
  }
  return found;
}

/** A column of `level`, noted as used by the levels inside it. */
export function outerReference(env: Env, level: QueryLevel, column: ColumnExpr): ColumnExpr {
  let current: Env | undefined = env;
  while (current !== undefined && current.level !== level) {
    current.level.outer.set(column.index, column);
    current = current.level.parent;
  }
  return column;
}
