/**
 * SELECT: clauses bound in PostgreSQL's order, then put together bottom-up:
 *
 *     FROM ▸ WHERE ▸ GROUP BY ▸ HAVING ▸ windows ▸ set-returning functions ▸ select list
 *          ▸ DISTINCT ▸ ORDER BY ▸ LIMIT
 */
import type { Node } from '@pgsql/types';
import { must } from '../../../errors/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import { exprColumns } from '../../../expr/walk.ts';
import type { LogicalNode } from '../../logical.ts';
import type { SortKey } from '../../physical.ts';
import { bindGroupClause, grouped, type Grouping } from './grouping.ts';
import { astAs, type Ast } from '../ast.ts';
import { columnAmong } from '../calls/aggregate-calls.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import { coerceToBoolean, resolveUnknown } from '../coerce.ts';
import { columnNameOf } from '../column-names.ts';
import { exprKey } from '../expr-key.ts';
import { bindExpr } from '../expressions.ts';
import { bindFrom } from '../from/from-clause.ts';
import { limited } from './limit.ts';
import { filter, itemFor, project, type Item } from '../nodes.ts';
import { targetIndex, type Target } from './order-by.ts';
import { expandSets } from './expand-sets.ts';
import { directionOf, requireEquality, requireOrder, type SortDirection } from './sort-keys.ts';
import {
  envOf,
  QueryLevel,
  type BoundQuery,
  type Clause,
  type Env,
  type OutputColumn,
} from '../scope.ts';
import { endsInStar, expandStar } from './star.ts';
import { windowed } from './windows.ts';

interface SortItem extends SortDirection {
  readonly target: number;
}

/** The clauses of one SELECT, bound. */
interface Parts {
  readonly targets: readonly Target[];
  readonly sort: readonly SortItem[];
  /** Targets of DISTINCT ON; undefined without. */
  readonly distinctOn: readonly number[] | undefined;
  readonly distinct: boolean;
  /** Of DISTINCT ON, as they are written. */
  readonly distinctPlaces: readonly Node[];
  /** Sets that are expanded over what DISTINCT ON leaves. */
  readonly expandLate: ((node: LogicalNode) => LogicalNode) | undefined;
}

export interface SelectPlace {
  readonly parent: Env | undefined;
  /** Literals and parameters of unknown type stay so in the result. */
  readonly keepsUnknown: boolean;
}

/** PostgreSQL's MaxTupleAttributeNumber. */
const targetsMax = 1664;

export function bindSelect(
  context: BindContext,
  select: Ast<'SelectStmt'>,
  { parent, keepsUnknown }: SelectPlace,
): BoundQuery {
  const level = new QueryLevel(parent);
  context.record?.levels.set(select, level);
  const at = (clause: Clause): Env => envOf(context, level, clause);
  const from = bindFrom(at('select'), select.fromClause);
  nameWindows(at('select'), select);
  const targets: Target[] = bindTargets(at('select'), select.targetList);
  const where = condition(at('where'), select.whereClause, 'WHERE');
  const having = condition(at('having'), select.havingClause, 'HAVING');
  const sort = bindSort(at('order'), select, targets);
  const grouping = bindGroupClause(at('group'), select, targets);
  const distinctOn = bindDistinctOn(at('distinctOn'), select, targets);
  const distinct = select.distinctClause !== undefined && distinctOn === undefined;
  if (!keepsUnknown) for (const index of targets.keys()) settle(context, targets, index);
  const filtered = filter(from, where);
  const compared = [...sort.map(({ target }) => target), ...(distinctOn ?? [])];
  const setsLate =
    distinctOn !== undefined &&
    sort.length > 0 &&
    !compared.some((index) => usesSets(level, targets[index]?.expr));
  const rows = computeRows(at('select'), { input: filtered, grouping, having, targets, setsLate });
  const parts: Parts = {
    targets: rows.targets,
    sort,
    distinctOn,
    distinct,
    distinctPlaces: select.distinctClause ?? [],
    expandLate: rows.expandLate,
  };
  const result = finish(at('select'), rows.node, parts);
  if (targets.length > targetsMax) {
    const message = `target lists can have at most ${targetsMax} entries`;
    throw context.error('too_many_columns', message, undefined);
  }
  return { node: limited(at('limit'), result.node, select), output: result.output };
}

function nameWindows(env: Env, select: Ast<'SelectStmt'>): void {
  for (const item of select.windowClause ?? []) {
    const definition = astAs(item, 'WindowDef') ?? {};
    const name = definition.name ?? '';
    if (env.level.namedWindows.has(name)) {
      const message = `window "${name}" is already defined`;
      throw env.context.error('windowing_error', message, definition.location);
    }
    env.level.namedWindows.set(name, definition);
  }
}

export function bindTargets(env: Env, list: readonly Node[] | undefined): Target[] {
  return (list ?? []).flatMap((item): Target[] => {
    const target = astAs(item, 'ResTarget') ?? {};
    if (target.val !== undefined && endsInStar(target.val)) {
      const columns = expandStar(env, target.val);
      return columns.map(({ name, expr }) => ({ name, expr, junk: false, origin: target.val }));
    }
    const expr = bindExpr(env, target.val);
    return [
      { name: target.name ?? columnNameOf(target.val), expr, junk: false, origin: target.val },
    ];
  });
}

function condition(env: Env, node: Node | undefined, construct: string): Expr | undefined {
  if (node === undefined) return undefined;
  return coerceToBoolean(env.context, bindExpr({ ...env, asFilter: true }, node), construct);
}

function bindSort(env: Env, select: Ast<'SelectStmt'>, targets: Target[]): readonly SortItem[] {
  return (select.sortClause ?? []).map((item) => {
    const sort = astAs(item, 'SortBy') ?? {};
    const target = targetIndex(env, sort.node, targets, 'ORDER BY');
    const { expr } = settle(env.context, targets, target);
    requireOrder(env.context, expr, sort.node);
    return { target, ...directionOf(env.context, sort) };
  });
}

/** A target that something is compared by cannot stay of unknown type. */
function settle(context: BindContext, targets: Target[], index: number): Target {
  const target = must(targets[index], 'target');
  const settled = { ...target, expr: resolveUnknown(context, target.expr) };
  targets[index] = settled;
  return settled;
}

/** `DISTINCT` has one empty item in the tree, DISTINCT ON its expressions. */
function bindDistinctOn(
  env: Env,
  select: Ast<'SelectStmt'>,
  targets: Target[],
): readonly number[] | undefined {
  const items = (select.distinctClause ?? []).filter((item) => Object.keys(item).length > 0);
  if (items.length === 0) return undefined;
  return items.map((item) => {
    const index = targetIndex(env, item, targets, 'DISTINCT ON');
    requireEquality(env.context, settle(env.context, targets, index).expr);
    return index;
  });
}

interface RowParts {
  readonly input: LogicalNode;
  readonly grouping: Grouping;
  readonly having: Expr | undefined;
  readonly targets: readonly Target[];
  /** PostgreSQL expands sets after DISTINCT ON where only ORDER BY and it compare anything. */
  readonly setsLate: boolean;
}

function usesSets({ sets }: QueryLevel, expr: Expr | undefined): boolean {
  const ids = sets.flatMap(({ columns }) => columns.map(({ id }) => id));
  return expr !== undefined && columnAmong([expr], ids) !== undefined;
}

interface ComputedRows extends Pick<Parts, 'targets' | 'expandLate'> {
  readonly node: LogicalNode;
}

/** Everything below the projection, and the targets over it. */
function computeRows(
  env: Env,
  { input, grouping, having, targets, setsLate }: RowParts,
): ComputedRows {
  const { level } = env;
  const isGrouped = level.hasAggregates || grouping.isPresent || having !== undefined;
  let node = input;
  let regroup = (expr: Expr): Expr => expr;
  if (isGrouped) {
    const above = [...targets.map(({ expr }) => expr), ...(having === undefined ? [] : [having])];
    const result = grouped(env, input, grouping, exprColumns(...above, ...pendingExprs(level)));
    ({ regroup } = result);
    ({ node } = result);
  }
  const list = targets.map((target) => ({ ...target, expr: regroup(target.expr) }));
  node = filter(node, having === undefined ? undefined : regroup(having));
  node = windowed(env, node, regroup);
  const sets = level.sets.filter((set) => !grouping.expanded.has(set));
  const expand = (below: LogicalNode): LogicalNode => expandSets(env, below, sets, regroup);
  if (setsLate && sets.length > 0) return { node, targets: list, expandLate: expand };
  return { node: expand(node), targets: list, expandLate: undefined };
}

/** What windows and set-returning functions compute from. */
function pendingExprs(level: QueryLevel): readonly Expr[] {
  const windows = level.windows.flatMap(({ partitionBy, orderBy, calls }) => [
    ...partitionBy,
    ...orderBy.map(({ expr }) => expr),
    ...calls.flatMap(({ call }) => [
      ...call.args,
      ...(call.filter === undefined ? [] : [call.filter]),
    ]),
  ]);
  return [...windows, ...level.sets.flatMap(({ args }) => args)];
}

function finish(env: Env, input: LogicalNode, parts: Parts): BoundQuery {
  const { expandLate } = parts;
  if (expandLate === undefined) return finished(env, input, parts);
  const { targets, sort, distinctOn = [] } = parts;
  const compared = new Set([...sort.map(({ target }) => target), ...distinctOn]);
  checkDistinctSort(env, parts);
  const keys = [...compared].map((index): readonly [number, Item] => {
    const { expr, name } = must(targets[index], 'target');
    return [index, { column: env.context.newColumn(name, expr.type), expr }];
  });
  const passed = input.columns.map((column): Item => ({ column, expr: columnOf(column) }));
  const keyed = project(input, [...passed, ...keys.map(([, item]) => item)]);
  const itemOf = (index: number): Item => must(new Map(keys).get(index), 'item');
  const first = ordered(keyed, parts, itemOf);
  const rest: Parts = { ...parts, sort: [], distinctOn: undefined, expandLate: undefined };
  return finished(env, expandLate(first), rest);
}

function finished(env: Env, input: LogicalNode, parts: Parts): BoundQuery {
  const { context } = env;
  const { targets, distinct } = parts;
  const kept = distinct ? targets.filter(({ junk }) => !junk) : targets;
  checkDistinctSort(env, parts);
  const taken = new Set<number>();
  const items = kept.map(({ expr, name }): Item => {
    const item = itemFor(context, input, expr, name, taken);
    taken.add(item.column.id);
    return item;
  });
  let node = project(input, items);
  if (distinct) {
    for (const { expr } of kept) requireEquality(context, expr);
    node = { kind: 'distinct', input: node, columns: node.columns };
  }
  const itemOf = (index: number): Item =>
    must(items[kept.indexOf(must(targets[index], 'target'))], 'item');
  node = ordered(node, parts, itemOf);
  const output = kept.flatMap(({ name, expr, junk, origin }, i): readonly OutputColumn[] => {
    if (junk) return [];
    const { column } = must(items[i], 'item');
    const literal = expr.type.name === 'unknown' ? expr : undefined;
    return [{ name, column, shape: context.shapeOf(expr), literal, origin }];
  });
  return { node, output };
}

/** The rows in ORDER BY's order, those that DISTINCT ON leaves. */
function ordered(
  input: LogicalNode,
  { sort, distinctOn }: Parts,
  itemOf: (index: number) => Item,
): LogicalNode {
  const { columns } = input;
  const keys = sortKeys(sort, distinctOn, itemOf);
  const sorted: LogicalNode = keys.length > 0 ? { kind: 'sort', input, columns, keys } : input;
  if (distinctOn === undefined) return sorted;
  const on = distinctOn.map((index) => columnOf(itemOf(index).column));
  return { kind: 'distinctOn', input: sorted, columns, keys: on };
}

/** ORDER BY's keys, then those of DISTINCT ON that it does not name. */
function sortKeys(
  sort: readonly SortItem[],
  distinctOn: readonly number[] | undefined,
  itemOf: (index: number) => Item,
): readonly SortKey[] {
  const key = (target: number, descending: boolean, nullsFirst: boolean): SortKey => ({
    expr: columnOf(itemOf(target).column),
    descending,
    nullsFirst,
  });
  const named = sort.map((item) => key(item.target, item.descending, item.nullsFirst));
  const rest = (distinctOn ?? []).filter((target) => !sort.some((item) => item.target === target));
  return [...named, ...rest.map((target) => key(target, false, false))];
}

function checkDistinctSort({ context }: Env, parts: Parts): void {
  const { targets, sort, distinct, distinctOn, distinctPlaces } = parts;
  const stray = distinct ? sort.find(({ target }) => targets[target]?.junk === true) : undefined;
  if (stray !== undefined) {
    const message = 'for SELECT DISTINCT, ORDER BY expressions must appear in select list';
    throw context.error('invalid_column_reference', message, targets[stray.target]?.origin);
  }
  if (distinctOn === undefined) return;
  const keyOf = (target: number): string => exprKey(targets[target]?.expr);
  const wanted = distinctOn.map(keyOf);
  const sorted = sort.map(({ target }) => keyOf(target));
  const firstOther = sorted.findIndex((key) => !wanted.includes(key));
  if (firstOther < 0) return;
  const late = sorted.slice(firstOther).find((key) => wanted.includes(key));
  const bad = late ?? wanted.find((key) => !sorted.includes(key));
  if (bad === undefined) return;
  const message = 'SELECT DISTINCT ON expressions must match initial ORDER BY expressions';
  throw context.error('invalid_column_reference', message, distinctPlaces[wanted.indexOf(bad)]);
}
