/** Walking and rewriting logical plans: inputs, expressions, free columns. */
import { InternalError, must, unreachable } from '../../errors/assert.ts';
import { visitExpr } from '../../expr/walk.ts';
import { columnExpr, mapList } from './expr-tree.ts';
import type { ColumnExpr, Expr } from '../../expr/expr.ts';
import type {
  LogicalColumn,
  LogicalNode,
  LogicalPlan,
  LogicalProject,
  RoutineStep,
} from '../logical.ts';
import type { AggregateCall, SortKey, WindowBound, WindowCall } from '../physical.ts';

type Map = (expr: Expr) => Expr;

export function inputsOf(node: LogicalNode): readonly LogicalNode[] {
  switch (node.kind) {
    case 'scan':
    case 'factScan':
    case 'values':
    case 'oneRow':
    case 'empty':
    case 'tableFunction':
    case 'workTable':
    case 'cteScan':
      return [];
    case 'project':
    case 'filter':
    case 'barrier':
    case 'aggregate':
    case 'window':
    case 'sort':
    case 'limit':
    case 'distinct':
    case 'distinctOn':
    case 'projectSet':
    case 'routineCalls':
      return [node.input];
    case 'join':
    case 'setOperation':
      return [node.left, node.right];
    case 'recursive':
      return [node.initial, node.recursive];
    default:
      return unreachable(node);
  }
}

/** The node over other inputs, its columns derived anew; itself when no input differs. */
export function withInputs(node: LogicalNode, inputs: readonly LogicalNode[]): LogicalNode {
  const old = inputsOf(node);
  if (inputs.every((input, index) => input === old[index])) return node;
  const [first, second] = inputs;
  const input = must(first, 'input');
  switch (node.kind) {
    case 'join':
      return joinOf(node, input, must(second, 'right input'));
    case 'setOperation':
      return { ...node, left: input, right: must(second, 'right input') };
    case 'recursive':
      return { ...node, initial: input, recursive: must(second, 'recursive input') };
    case 'project':
    case 'aggregate':
    case 'projectSet':
      return { ...node, input };
    case 'filter':
    case 'barrier':
    case 'sort':
    case 'limit':
    case 'distinct':
    case 'distinctOn':
      return { ...node, input, columns: input.columns };
    case 'window': {
      const own = node.columns.slice(node.columns.length - node.calls.length);
      return { ...node, input, columns: [...input.columns, ...own] };
    }
    case 'routineCalls': {
      const own = node.columns.slice(old[0]?.columns.length ?? 0);
      return { ...node, input, columns: [...input.columns, ...own] };
    }
    default:
      throw new InternalError(`${node.kind} has no inputs`);
  }
}

type Join = Extract<LogicalNode, { readonly kind: 'join' }>;

/** The join over other inputs, its columns derived anew. */
export function joinOf(join: Join, left: LogicalNode, right: LogicalNode): Join {
  return { ...join, left, right, columns: joinColumns(join, left, right) };
}

function joinColumns(
  join: Pick<Join, 'joinType'>,
  left: LogicalNode,
  right: LogicalNode,
): readonly LogicalColumn[] {
  switch (join.joinType) {
    case 'leftSemi':
    case 'leftAnti':
      return left.columns;
    case 'rightSemi':
    case 'rightAnti':
      return right.columns;
    case 'inner':
      return [...left.columns, ...right.columns];
    case 'left':
      return [...left.columns, ...nullable(right.columns)];
    case 'right':
      return [...nullable(left.columns), ...right.columns];
    case 'full':
      return [...nullable(left.columns), ...nullable(right.columns)];
    default:
      return unreachable(join.joinType);
  }
}

function nullable(columns: readonly LogicalColumn[]): readonly LogicalColumn[] {
  return columns.map((column) => (column.nullable ? column : { ...column, nullable: true }));
}

/** The node with every expression of its own mapped; itself when none differs. */
export function mapNodeExprs(node: LogicalNode, map: Map): LogicalNode {
  switch (node.kind) {
    case 'scan':
    case 'factScan':
    case 'oneRow':
    case 'empty':
    case 'barrier':
    case 'distinct':
    case 'setOperation':
    case 'recursive':
    case 'workTable':
    case 'cteScan':
      return node;
    case 'values':
      return changed(node, { rows: mapList(node.rows, (row) => mapList(row, map)) });
    case 'project':
      return changed(node, { exprs: mapList(node.exprs, map) });
    case 'filter':
      return changed(node, { predicate: map(node.predicate) });
    case 'join':
      if (node.condition === undefined) return node;
      return changed(node, { condition: map(node.condition) });
    case 'aggregate':
      return changed(node, {
        groupBy: mapList(node.groupBy, map),
        aggregates: mapList(node.aggregates, (call) => mapAggregate(call, map)),
      });
    case 'window':
      return changed(node, {
        partitionBy: mapList(node.partitionBy, map),
        orderBy: mapKeys(node.orderBy, map),
        calls: mapList(node.calls, (call) => mapWindowCall(call, map)),
      });
    case 'sort':
      return changed(node, { keys: mapKeys(node.keys, map) });
    case 'limit':
      return changed(node, {
        skip: node.skip === undefined ? undefined : map(node.skip),
        fetch: node.fetch === undefined ? undefined : map(node.fetch),
      });
    case 'distinctOn':
      return changed(node, { keys: mapList(node.keys, map) });
    case 'tableFunction':
      return changed(node, { calls: mapList(node.calls, (call) => mapArgs(call, map)) });
    case 'projectSet':
      return changed(node, {
        items: mapList(node.items, (item) =>
          item.kind === 'set' ? mapArgs(item, map) : changed(item, { expr: map(item.expr) }),
        ),
      });
    case 'routineCalls':
      return changed(node, { steps: mapList(node.steps, (step) => mapStep(step, map)) });
    default:
      return unreachable(node);
  }
}

export function mapStep(step: RoutineStep, map: Map): RoutineStep {
  switch (step.kind) {
    case 'set':
      return mapArgs(step, map);
    case 'filter':
      return changed(step, { predicate: map(step.predicate) });
    case 'call':
      return changed(mapArgs(step, map), guardOf(step, map));
    case 'value':
      return changed(step, { expr: map(step.expr), ...guardOf(step, map) });
    default:
      return unreachable(step);
  }
}

function guardOf(step: { readonly guard?: Expr }, map: Map): { readonly guard?: Expr } {
  return step.guard === undefined ? {} : { guard: map(step.guard) };
}

function changed<T extends object>(item: T, fields: Partial<T>): T {
  for (const key in fields) if (item[key] !== fields[key]) return { ...item, ...fields };
  return item;
}

function mapArgs<T extends { readonly args: readonly Expr[] }>(call: T, map: Map): T {
  const args = mapList(call.args, map);
  return args === call.args ? call : { ...call, args };
}

export function mapKeys(keys: readonly SortKey[], map: Map): readonly SortKey[] {
  return mapList(keys, (key) => changed(key, { expr: map(key.expr) }));
}

export function mapAggregate(call: AggregateCall, map: Map): AggregateCall {
  return changed(call, {
    args: mapList(call.args, map),
    orderBy: mapKeys(call.orderBy, map),
    ...(call.filter === undefined ? {} : { filter: map(call.filter) }),
  });
}

export function mapWindowCall(call: WindowCall, map: Map): WindowCall {
  const start = mapBound(call.frame.start, map);
  const end = mapBound(call.frame.end, map);
  return changed(call, {
    args: mapList(call.args, map),
    frame: changed(call.frame, { start, end }),
    ...(call.filter === undefined ? {} : { filter: map(call.filter) }),
  });
}

function mapBound(bound: WindowBound, map: Map): WindowBound {
  return 'offset' in bound ? changed(bound, { offset: map(bound.offset) }) : bound;
}

export function forEachNodeExpr(node: LogicalNode, visit: (expr: Expr) => void): void {
  mapNodeExprs(node, (expr) => {
    visit(expr);
    return expr;
  });
}

/** Rewrites bottom-up. */
export function transformNode(
  node: LogicalNode,
  map: (node: LogicalNode) => LogicalNode,
): LogicalNode {
  const inputs = inputsOf(node);
  if (inputs.length === 0) return map(node);
  return map(
    withInputs(
      node,
      mapList(inputs, (input) => transformNode(input, map)),
    ),
  );
}

/**
 * Applies a rewrite to the statement's tree, every subquery and every CTE. The latter keep their
 * output columns, in order: their readers name them by position.
 */
export function mapRoots(plan: LogicalPlan, map: (root: LogicalNode) => LogicalNode): LogicalPlan {
  const mapRoot = (root: LogicalNode): LogicalNode => projectTo(map(root), root.columns);
  return changed(plan, {
    root: map(plan.root),
    subqueries: mapList(plan.subqueries, mapRoot),
    ctes: mapList(plan.ctes, mapRoot),
  });
}

export function idsOf(node: LogicalNode): ReadonlySet<number> {
  return new Set(node.columns.map((column) => column.id));
}

const freeCache = new WeakMap<LogicalNode, ReadonlyMap<number, ColumnExpr>>();

/**
 * Columns that the tree uses and does not produce: those of enclosing queries. A CTE's own free
 * columns are not among them (LogicalCteScan names its definition only by number).
 */
export function freeColumns(node: LogicalNode): ReadonlyMap<number, ColumnExpr> {
  const cached = freeCache.get(node);
  if (cached !== undefined) return cached;
  const free = new Map<number, ColumnExpr>();
  forEachNodeExpr(node, (expr) => {
    visitExpr(expr, (part) => {
      if (part.kind === 'column') free.set(part.index, part);
    });
  });
  for (const input of inputsOf(node)) {
    for (const [id, column] of freeColumns(input)) free.set(id, column);
  }
  for (const input of inputsOf(node)) for (const { id } of input.columns) free.delete(id);
  if (node.kind === 'routineCalls') for (const { id } of node.columns) free.delete(id);
  freeCache.set(node, free);
  return free;
}

/** Free columns, those of the CTEs that the tree reads included. */
export function outerColumns(
  node: LogicalNode,
  plan: Pick<LogicalPlan, 'ctes'>,
): ReadonlyMap<number, ColumnExpr> {
  const free = new Map(freeColumns(node));
  const seen = new Set<number>();
  const visit = (part: LogicalNode): void => {
    if (part.kind === 'cteScan' && !seen.has(part.cte)) {
      seen.add(part.cte);
      const definition = must(plan.ctes[part.cte], 'CTE');
      for (const [id, column] of freeColumns(definition)) free.set(id, column);
      visit(definition);
    }
    for (const input of inputsOf(part)) visit(input);
  };
  visit(node);
  return free;
}

export function someNode(node: LogicalNode, test: (node: LogicalNode) => boolean): boolean {
  return test(node) || inputsOf(node).some((input) => someNode(input, test));
}

/** Exactly the given columns, passed through; the node itself when it has them already. */
export function projectTo(node: LogicalNode, columns: readonly LogicalColumn[]): LogicalNode {
  const same =
    node.columns.length === columns.length &&
    columns.every((column, index) => column.id === node.columns[index]?.id);
  if (same) return node;
  return { kind: 'project', input: node, exprs: columns.map(columnExpr), columns };
}

export function filterOf(input: LogicalNode, predicate: Expr | undefined): LogicalNode {
  if (predicate === undefined) return input;
  return { kind: 'filter', input, predicate, columns: input.columns };
}

/** What each column of a projection stands for. */
export function projectionMap(project: LogicalProject): ReadonlyMap<number, Expr> {
  return new Map(
    project.columns.map((column, index) => [column.id, must(project.exprs[index], 'expression')]),
  );
}
