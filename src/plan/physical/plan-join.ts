/**
 * Joins: equality keys make a hash join, anything else a nested loop.
 *
 * The physical `left` is built, the physical `right` streams. By default the logical right side is
 * built, so that the rows keep the order of the left one and a parallel scan there goes on in its
 * fragment; a left side that is much smaller than a right one of many rows is built instead.
 */
import { assert } from '../../errors/assert.ts';
import {
  columnsOf,
  comparisonOf,
  conjunctionOf,
  conjunctsOf,
  hasSubplan,
} from '../rules/expr-tree.ts';
import { filterOf, freeColumns, idsOf, joinOf } from '../rules/logical-tree.ts';
import { isRepeatable } from './fragment.ts';
import { isVolatile } from '../rules/function-facts.ts';
import {
  bindOuter,
  closed,
  over,
  resolver,
  type Planned,
  type Planning,
  type Scope,
} from './planning.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalColumn, LogicalJoin, LogicalNode } from '../logical.ts';
import type { JoinType } from '../physical.ts';

/** Build the left side when the right one has more than this many times its rows. */
const swapFactor = 2;
/** A right side of so few rows is built in any case: the left one's order is worth more. */
const builtMax = 1024;

export function planJoin(planning: Planning, scope: Scope, join: LogicalJoin): Planned {
  if (isLateral(join)) return planLateral(planning, scope, join);
  const { keys, residual } = splitCondition(planning, join);
  assert(!join.nullAware || (keys.length === 1 && residual.length === 0), 'keys of NOT IN');
  const sides = orientation(planning, join);
  const build = closed(planning.plan(sides.build, scope));
  const probe = planning.plan(sides.probe, scope);
  const inPlace = streams.has(sides.joinType) && isRepeatable(planning, residual);
  const right = inPlace ? probe : closed(probe);
  const columns = [...build.columns, ...right.columns];
  const residualExpr = conjunctionOf(residual);
  const filter =
    residualExpr === undefined ? {} : { filter: resolver(planning, scope, columns)(residualExpr) };
  const facts = {
    rows: planning.estimator.rows(join),
    inputs: [build.node, right.node],
    open: right.open,
  };
  const shape = { left: build.node, right: right.node, joinType: sides.joinType, ...filter };
  const output = outputColumns(sides.joinType, join, build, right);
  if (keys.length === 0) return over({ kind: 'NestedLoopJoinExec', ...shape }, output, facts);
  const [buildKeys, probeKeys] = sides.swapped
    ? [keys.map((key) => key.right), keys.map((key) => key.left)]
    : [keys.map((key) => key.left), keys.map((key) => key.right)];
  return over(
    {
      kind: 'HashJoinExec',
      ...shape,
      leftKeys: buildKeys.map(resolver(planning, scope, build.columns)),
      rightKeys: probeKeys.map(resolver(planning, scope, right.columns)),
      nullsEqual: join.nullsEqual || keys.every((key) => key.nullsEqual),
      nullAware: join.nullAware,
    },
    output,
    facts,
  );
}

/** Join types that never yield a build row on its own account: each worker answers alone. */
const streams = new Set<JoinType>(['inner', 'right', 'rightSemi', 'rightAnti']);

const exchanged: Readonly<Record<JoinType, JoinType>> = {
  inner: 'inner',
  left: 'right',
  right: 'left',
  full: 'full',
  leftSemi: 'rightSemi',
  leftAnti: 'rightAnti',
  rightSemi: 'leftSemi',
  rightAnti: 'leftAnti',
};

interface Sides {
  readonly build: LogicalNode;
  readonly probe: LogicalNode;
  readonly joinType: JoinType;
  readonly swapped: boolean;
}

function orientation(planning: Planning, join: LogicalJoin): Sides {
  const [left, right] = [planning.estimator.rows(join.left), planning.estimator.rows(join.right)];
  const keep = !join.nullAware && right > builtMax && left * swapFactor < right;
  if (keep) {
    return { build: join.left, probe: join.right, joinType: join.joinType, swapped: false };
  }
  const joinType = exchanged[join.joinType];
  return { build: join.right, probe: join.left, joinType, swapped: true };
}

/** Output columns by position; the logical join says which may be NULL. */
function outputColumns(
  joinType: JoinType,
  join: LogicalJoin,
  build: Planned,
  probe: Planned,
): readonly LogicalColumn[] {
  const known = new Map(join.columns.map((column) => [column.id, column]));
  const sides = {
    leftSemi: build.columns,
    leftAnti: build.columns,
    rightSemi: probe.columns,
    rightAnti: probe.columns,
  } as Partial<Record<JoinType, readonly LogicalColumn[]>>;
  const columns = sides[joinType] ?? [...build.columns, ...probe.columns];
  return columns.map((column) => known.get(column.id) ?? column);
}

interface JoinKey {
  readonly left: Expr;
  readonly right: Expr;
  readonly nullsEqual: boolean;
}

function splitCondition(
  planning: Planning,
  join: LogicalJoin,
): { readonly keys: readonly JoinKey[]; readonly residual: readonly Expr[] } {
  const found = conjunctsOf(join.condition).map((conjunct) => ({
    conjunct,
    key: keyOf(planning, join, conjunct),
  }));
  const strict = found.some(({ key }) => key?.nullsEqual === false);
  const keys: JoinKey[] = [];
  const residual: Expr[] = [];
  for (const { conjunct, key } of found) {
    if (key === undefined || (strict && key.nullsEqual)) residual.push(conjunct);
    else keys.push(key);
  }
  return { keys, residual };
}

function keyOf(planning: Planning, join: LogicalJoin, conjunct: Expr): JoinKey | undefined {
  if (hasSubplan(conjunct) || isVolatile(planning.functions, conjunct)) return undefined;
  const nullsEqual = conjunct.kind === 'isNotDistinct';
  const sides = nullsEqual ? conjunct : comparisonOf(conjunct);
  if (sides === undefined || ('op' in sides && sides.op !== '=')) return undefined;
  if (sides.left.type.name !== sides.right.type.name) return undefined;
  const [leftIds, rightIds] = [idsOf(join.left), idsOf(join.right)];
  const { left, right } = sides;
  if (isOver(left, leftIds) && isOver(right, rightIds)) return { left, right, nullsEqual };
  if (isOver(left, rightIds) && isOver(right, leftIds)) {
    return { left: right, right: left, nullsEqual };
  }
  return undefined;
}

/** Whether the expression reads at least one column, all of them from `ids`. */
function isOver(expr: Expr, ids: ReadonlySet<number>): boolean {
  const columns = [...columnsOf(expr)];
  return columns.length > 0 && columns.every((id) => ids.has(id));
}

function isLateral(join: LogicalJoin): boolean {
  if (!join.lateral) return false;
  const leftIds = idsOf(join.left);
  return [...freeColumns(join.right).keys()].some((id) => leftIds.has(id));
}

function planLateral(planning: Planning, scope: Scope, join: LogicalJoin): Planned {
  assert(join.joinType === 'inner' || join.joinType === 'left', 'LATERAL join type');
  const input = closed(planning.plan(join.left, scope));
  const leftIds = idsOf(join.left);
  const body = filterOf(join.right, join.condition);
  const outer = [...freeColumns(body).values()].filter(({ index }) => leftIds.has(index));
  const firstParameter = scope.parameterCount;
  const inner = planning.plan(body, {
    outer: new Map([...scope.outer, ...bindOuter(outer, firstParameter)]),
    parameterCount: firstParameter + outer.length,
    parallel: false,
  });
  const rows = planning.estimator.rows(join);
  return over(
    {
      kind: 'LateralJoinExec',
      input: input.node,
      inner: inner.node,
      joinType: join.joinType,
      outerColumns: outer.map(resolver(planning, scope, input.columns)),
      firstParameter,
    },
    joinOf(
      join,
      { ...join.left, columns: input.columns },
      { ...join.right, columns: inner.columns },
    ).columns,
    { rows, inputs: [input.node, inner.node], open: false },
  );
}
