/**
 * GROUP BY and aggregates: the aggregate node, and what expressions above it may use.
 *
 * A group that is a plain column keeps the column's id; other groups and all aggregates have ids
 * of their own. Several grouping sets are one aggregate each over copies of the input, joined
 * by UNION ALL.
 */
import type { Node } from '@pgsql/types';
import type { Expr } from '../../../expr/expr.ts';
import { mapChildren, someExpr } from '../../../expr/walk.ts';
import { must } from '../../../errors/assert.ts';
import type { SqlError, SqlErrorFields } from '../../../errors/sql-error.ts';
import type { LogicalColumn, LogicalNode } from '../../logical.ts';
import { astAs, type Ast } from '../ast.ts';
import { columnOf } from '../bind-context.ts';
import { resolveUnknown } from '../coerce.ts';
import { expandSets } from './expand-sets.ts';
import { exprKey } from '../expr-key.ts';
import { expandGroupingSets } from './grouping-sets.ts';
import { groupingSetsNode } from './grouping-sets-node.ts';
import { targetIndex, type Target } from './order-by.ts';
import { bindRowFields } from '../rows.ts';
import { renameSubqueries } from '../from/rename-columns.ts';
import { requireEquality } from './sort-keys.ts';
import type { Env, PendingSet } from '../scope.ts';

export interface Grouping {
  /** GROUP BY was written, even with the empty set. */
  readonly isPresent: boolean;
  readonly exprs: readonly Expr[];
  /** Each set as indexes into exprs. */
  readonly sets: readonly (readonly number[])[];
  /** Set-returning functions that are grouped by: expanded below the aggregate. */
  readonly expanded: ReadonlySet<PendingSet>;
}

export function bindGroupClause(env: Env, select: Ast<'SelectStmt'>, targets: Target[]): Grouping {
  const { context, level } = env;
  const exprs: Expr[] = [];
  const enter = (expr: Expr, place: Node | undefined): number => {
    const key = exprKey(expr);
    const known = exprs.findIndex((each) => exprKey(each) === key);
    if (known !== -1) return known;
    refuseAggregates(env, expr);
    requireEquality(context, expr, place ?? expr);
    return exprs.push(expr) - 1;
  };
  const bindItem = (item: Node | undefined): readonly number[] => {
    const row = astAs(item, 'RowExpr');
    if (row !== undefined && row.row_format === 'COERCE_IMPLICIT_CAST') {
      return bindRowFields(env, row.args).map((field) =>
        enter(resolveUnknown(context, field), item),
      );
    }
    const index = targetIndex(env, item, targets, 'GROUP BY');
    const target = must(targets[index], 'target');
    const expr = resolveUnknown(context, target.expr);
    targets[index] = { ...target, expr };
    return [enter(expr, item)];
  };
  const clause = select.groupClause ?? [];
  const sets = expandGroupingSets(env, clause, bindItem, select.groupDistinct === true);
  const expanded = new Set(
    level.sets.filter(({ columns }) => exprs.some((expr) => usesColumns(expr, columns))),
  );
  return { isPresent: clause.length > 0, exprs, sets, expanded };
}

function usesColumns(expr: Expr, columns: readonly LogicalColumn[]): boolean {
  return someExpr(
    expr,
    (part) => part.kind === 'column' && columns.some(({ id }) => id === part.index),
  );
}

function refuseAggregates(env: Env, expr: Expr): void {
  const { context, level } = env;
  if (
    usesColumns(
      expr,
      level.aggregates.map(({ column }) => column),
    )
  ) {
    const message = 'aggregate functions are not allowed in GROUP BY';
    throw context.error('grouping_error', message, expr);
  }
  const windows = level.windows.flatMap(({ calls }) => calls.map(({ column }) => column));
  if (usesColumns(expr, windows)) {
    throw context.error('windowing_error', 'window functions are not allowed in GROUP BY', expr);
  }
}

export interface GroupedRows {
  readonly node: LogicalNode;
  /** An expression over the input as one over the groups. Errors: 42803. */
  readonly regroup: (expr: Expr) => Expr;
}

/** `used`: ids of the columns that expressions above the groups name. */
export function grouped(
  env: Env,
  input: LogicalNode,
  grouping: Grouping,
  used: readonly number[],
): GroupedRows {
  const { context, level } = env;
  const source = expandSets(env, input, [...grouping.expanded], (expr) => expr);
  const isSingle = grouping.sets.length === 1 && level.groupings.length === 0;
  const dependents = dependentsOf(env, grouping, used);
  const exprs = [...grouping.exprs, ...dependents];
  const added = dependents.map((_, i) => grouping.exprs.length + i);
  const sets = grouping.sets.map((set) => [...set, ...added]);
  const groups = exprs.map((expr) => ({ expr, column: groupColumn(env, source, expr, isSingle) }));
  const aggregates = level.aggregates.map(({ call }) => call);
  const columns = [
    ...groups.map(({ column }) => column),
    ...level.aggregates.map(({ column }) => column),
  ];
  const node: LogicalNode = isSingle
    ? { kind: 'aggregate', input: source, columns, groupBy: exprs, aggregates }
    : groupingSetsNode(env, { input: source, groups, sets });
  const places = new Map(groups.map(({ expr, column }) => [exprKey(expr), column]));
  const renamed = new Map(
    groups.flatMap(({ expr, column }) =>
      expr.kind === 'column' && expr.index !== column.id ? [[expr.index, column] as const] : [],
    ),
  );
  const known = new Set(node.columns.map(({ id }) => id));
  for (const { call, directCount } of level.aggregates) {
    for (const arg of call.args.slice(0, directCount)) {
      checkDirect(env, arg, (expr) => places.has(exprKey(expr)) || isKnown(expr, known));
    }
  }
  const regroup = (expr: Expr): Expr => {
    const place = places.get(exprKey(expr));
    if (place !== undefined) return context.place(columnOf(place), context.originOf(expr));
    const merged = expr.kind === 'column' ? level.merged.get(expr.index) : undefined;
    if (merged !== undefined) return regroup(merged);
    if (expr.kind === 'column') return checkGrouped(env, expr, known);
    if (expr.kind !== 'subplan') return keepPlace(env, expr, mapChildren(expr, regroupPart));
    checkSubplan(env, expr, known, renamed);
    return mapChildren(renameSubqueries(context, expr, renamed), regroupPart);
  };
  /** A constant inside an expression is itself, even where an equal one is grouped by. */
  const regroupPart = (expr: Expr): Expr => (expr.kind === 'constant' ? expr : regroup(expr));
  return { node, regroup };
}

function isKnown(expr: Expr, known: ReadonlySet<number>): boolean {
  return expr.kind === 'column' && known.has(expr.index);
}

function checkDirect(env: Env, expr: Expr, isGrouped: (expr: Expr) => boolean): void {
  if (isGrouped(expr)) return;
  if (expr.kind === 'column' && !isNotInput(env, expr.index)) {
    const detail = 'Direct arguments of an ordered-set aggregate must use only grouped columns.';
    throw ungrouped(env, expr, { detail });
  }
  mapChildren(expr, (child) => {
    checkDirect(env, child, isGrouped);
    return child;
  });
}

function keepPlace(env: Env, from: Expr, to: Expr): Expr {
  if (from === to) return to;
  const { context } = env;
  return context.shape(context.place(to, context.originOf(from)), context.shapeOf(from));
}

function groupColumn(env: Env, input: LogicalNode, expr: Expr, keepsId: boolean): LogicalColumn {
  const source =
    expr.kind === 'column' ? input.columns.find(({ id }) => id === expr.index) : undefined;
  if (source !== undefined && keepsId) return source;
  const fresh = env.context.newColumn(source?.name ?? 'group', expr.type);
  return source === undefined ? fresh : { ...source, id: fresh.id, nullable: true };
}

/** Columns of a table whose primary key is in every set depend on the group. */
function dependentsOf(
  env: Env,
  { exprs, sets }: Grouping,
  used: readonly number[],
): readonly Expr[] {
  const common = exprs.filter((_, i) => sets.every((set) => set.includes(i)));
  const idsIn = (list: readonly Expr[]): ReadonlySet<number> =>
    new Set(list.flatMap((expr) => (expr.kind === 'column' ? [expr.index] : [])));
  const have = idsIn(common);
  const grouped = idsIn(exprs);
  return env.level.relations.flatMap(({ keyIds, columns }) => {
    if (keyIds === undefined || !keyIds.every((id) => have.has(id))) return [];
    const wanted = columns.filter(({ column: { id } }) => !grouped.has(id) && used.includes(id));
    return wanted.map(({ column }) => columnOf(column));
  });
}

function checkGrouped(
  env: Env,
  expr: Extract<Expr, { kind: 'column' }>,
  known: ReadonlySet<number>,
): Expr {
  if (known.has(expr.index) || isNotInput(env, expr.index)) return expr;
  throw ungrouped(env, expr);
}

function ungrouped(
  env: Env,
  expr: Extract<Expr, { kind: 'column' }>,
  fields: SqlErrorFields = {},
): SqlError {
  const message = `column "${nameOf(env, expr)}" must appear in the GROUP BY clause or be used in an aggregate function`;
  return env.context.error('grouping_error', message, expr, fields);
}

/** Results of windows and sets, and columns of enclosing queries. */
function isNotInput(env: Env, id: number): boolean {
  const { level } = env;
  const isComputed =
    level.windows.some(({ calls }) => calls.some(({ column }) => column.id === id)) ||
    level.sets.some(({ columns }) => columns.some((column) => column.id === id)) ||
    level.groupings.some(({ column }) => column.id === id);
  return isComputed || level.outer.has(id);
}

function checkSubplan(
  env: Env,
  expr: Extract<Expr, { kind: 'subplan' }>,
  known: ReadonlySet<number>,
  renamed: ReadonlyMap<number, LogicalColumn>,
): void {
  for (const argument of expr.arguments) {
    if (argument.kind !== 'column' || known.has(argument.index) || renamed.has(argument.index))
      continue;
    if (isNotInput(env, argument.index)) continue;
    const message = `subquery uses ungrouped column "${nameOf(env, argument)}" from outer query`;
    throw env.context.error('grouping_error', message, argument);
  }
}

function nameOf(env: Env, expr: Extract<Expr, { kind: 'column' }>): string {
  for (const { name, columns } of env.level.relations) {
    const found = columns.find(({ column }) => column.id === expr.index);
    if (found !== undefined && name !== undefined) return `${name}.${found.name}`;
  }
  return expr.name;
}
