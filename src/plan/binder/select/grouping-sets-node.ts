/** Several grouping sets: an aggregate per set over a copy of the input, joined by UNION ALL. */
import { must } from '../../../errors/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import { sqlType } from '../../../types/type-table.ts';
import { mapChildren } from '../../../expr/walk.ts';
import type { LogicalColumn, LogicalNode } from '../../logical.ts';
import type { AggregateCall } from '../../physical.ts';
import { mapAggregate } from '../../rules/logical-tree.ts';
import { columnOf } from '../bind-context.ts';
import { exprKey } from '../expr-key.ts';
import { constant, nullOf } from '../literals.ts';
import { project, type Item } from '../nodes.ts';
import { copyNode } from '../from/rename-columns.ts';
import type { Env } from '../scope.ts';

export interface GroupingSetsParts {
  readonly input: LogicalNode;
  readonly groups: readonly { readonly expr: Expr; readonly column: LogicalColumn }[];
  readonly sets: readonly (readonly number[])[];
}

/** Columns: groups (NULL in sets without them), aggregates, GROUPING results. */
export function groupingSetsNode(env: Env, parts: GroupingSetsParts): LogicalNode {
  const { level } = env;
  const columns = [
    ...parts.groups.map(({ column }) => column),
    ...level.aggregates.map(({ column }) => column),
    ...level.groupings.map(({ column }) => column),
  ];
  const branches = parts.sets.map((_, i) => branch(env, parts, i));
  return unionOf(env, branches, columns);
}

function branch(env: Env, { input, groups, sets }: GroupingSetsParts, index: number): LogicalNode {
  const { context, level } = env;
  const set = must(sets[index], 'grouping set');
  const copy = index === 0 ? { node: input, map: (expr: Expr) => expr } : copyNode(context, input);
  const keys = set.map((position) => {
    const { expr, column } = must(groups[position], 'group');
    return { position, expr: copy.map(expr), column: context.newColumn(column.name, column.type) };
  });
  const absent = new Set(
    groups.flatMap(({ expr }, position) => (set.includes(position) ? [] : [exprKey(expr)])),
  );
  const calls = level.aggregates.map(({ call, column, directCount }) => ({
    call: mapAggregate(withoutGroups(call, directCount, absent), copy.map),
    column: context.newColumn(column.name, column.type),
  }));
  const aggregate: LogicalNode = {
    kind: 'aggregate',
    input: copy.node,
    columns: [...keys.map(({ column }) => column), ...calls.map(({ column }) => column)],
    groupBy: keys.map(({ expr }) => expr),
    aggregates: calls.map(({ call }) => call),
  };
  const groupItems = groups.map(({ column }, position): Item => {
    const key = keys.find((each) => each.position === position);
    const own = context.newColumn(column.name, column.type);
    return { column: own, expr: key === undefined ? nullOf(column.type) : columnOf(key.column) };
  });
  const callItems = calls.map(({ column }): Item => ({ column, expr: columnOf(column) }));
  const present = new Set(keys.map(({ position }) => exprKey(groups[position]?.expr)));
  const bits = level.groupings.map(({ column, args }): Item => {
    const value = groupingBits(env, args, groups, present);
    const own = context.newColumn(column.name, column.type, false);
    return { column: own, expr: constant(sqlType('int4'), value) };
  });
  return project(aggregate, [...groupItems, ...callItems, ...bits]);
}

/** Direct arguments are those of the group: NULL where the set leaves a group out. */
function withoutGroups(
  call: AggregateCall,
  directCount: number,
  absent: ReadonlySet<string>,
): AggregateCall {
  if (directCount === 0) return call;
  const emptied = (expr: Expr): Expr =>
    absent.has(exprKey(expr)) ? nullOf(expr.type) : mapChildren(expr, emptied);
  return { ...call, args: call.args.map((arg, i) => (i < directCount ? emptied(arg) : arg)) };
}

function groupingBits(
  env: Env,
  args: readonly Expr[],
  groups: GroupingSetsParts['groups'],
  present: ReadonlySet<string>,
): number {
  return args.reduce((bits, arg) => {
    const key = exprKey(arg);
    if (!groups.some(({ expr }) => exprKey(expr) === key)) {
      const message =
        'arguments to GROUPING must be grouping expressions of the associated query level';
      throw env.context.error('grouping_error', message, arg);
    }
    return bits * 2 + (present.has(key) ? 0 : 1);
  }, 0);
}

/** A balanced tree, so that thousands of sets do not nest thousands deep. */
function unionOf(
  env: Env,
  branches: readonly LogicalNode[],
  columns: readonly LogicalColumn[],
): LogicalNode {
  const { context } = env;
  const [only] = branches;
  if (only !== undefined && branches.length === 1) {
    const items = columns.map((column, i) => ({
      column,
      expr: columnOf(must(only.columns[i], 'column')),
    }));
    return project(only, items);
  }
  const middle = Math.ceil(branches.length / 2);
  const halves = [branches.slice(0, middle), branches.slice(middle)].map((half) => {
    const [single] = half;
    if (single !== undefined && half.length === 1) return single;
    return unionOf(
      env,
      half,
      columns.map(({ name, type }) => context.newColumn(name, type)),
    );
  });
  const [left, right] = halves as [LogicalNode, LogicalNode];
  return {
    kind: 'setOperation',
    operation: 'union',
    all: true,
    columns: [...columns],
    left,
    right,
  };
}
