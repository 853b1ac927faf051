/**
 * State of one run of the physical planner, and what it has planned so far.
 *
 * A planned node that is an `open` fragment stands inside a parallel fragment: its rows come from
 * all workers, so whoever needs all rows in one place closes it with CoalescePartitionsExec.
 */
import { must } from '../../errors/assert.ts';
import { mapChildren } from '../../expr/walk.ts';
import { unsupported } from '../../errors/sql-error.ts';
import { calledIndex } from '../../expr/called-function.ts';
import type { CallExpr, ColumnExpr, Expr, ParameterExpr, SubplanExpr } from '../../expr/expr.ts';
import type { Estimator } from '../estimate/estimator.ts';
import type { LogicalColumn, LogicalNode, LogicalPlan } from '../logical.ts';
import type { Field, PlanNode } from '../physical.ts';
import type { FunctionFacts } from '../rules/function-facts.ts';

export interface Planned {
  /** Numbered later: `id` is 0 until the plan is whole. */
  readonly node: PlanNode;
  /** Logical columns by position. */
  readonly columns: readonly LogicalColumn[];
  readonly open: boolean;
}

export interface Scope {
  /** Columns of enclosing queries, by column id. */
  readonly outer: ReadonlyMap<number, ParameterExpr>;
  /** Parameters that are bound here: the statement's own, then those of enclosing queries. */
  readonly parameterCount: number;
  /** Whether big scans become parallel fragments here. */
  readonly parallel: boolean;
}

export interface Planning {
  readonly logical: LogicalPlan;
  readonly estimator: Estimator;
  readonly functions: FunctionFacts;
  readonly tables: Set<number>;
  /** Plans a node; the planner hands itself to its parts. */
  readonly plan: (node: LogicalNode, scope: Scope) => Planned;
  /** Plans a subquery once; `outer` are the columns of enclosing queries that it uses. */
  readonly planSubquery: (
    index: number,
    scope: Scope,
  ) => { readonly planIndex: number; readonly outer: readonly ColumnExpr[] };
}

/** A physical node without what every node has: `id` and estimates are added by `made`. */
export type Draft = PlanNode extends infer N
  ? N extends PlanNode
    ? Omit<N, 'id' | 'fields' | 'estimatedRows' | 'estimatedCost'>
    : never
  : never;

export function made(
  draft: Draft,
  columns: readonly LogicalColumn[],
  estimate: { readonly rows: number; readonly cost: number },
): PlanNode {
  return {
    ...draft,
    id: 0,
    fields: columns.map(fieldOf),
    estimatedRows: estimate.rows,
    estimatedCost: Math.round(estimate.cost * 100) / 100,
  } as PlanNode;
}

export function fieldOf(column: LogicalColumn): Field {
  const { name, type, nullable, tableOid, columnNumber } = column;
  return {
    name,
    type,
    nullable,
    ...(tableOid === undefined ? {} : { tableOid }),
    ...(columnNumber === undefined ? {} : { columnNumber }),
  };
}

/** Turns column ids into positions, columns of enclosing queries into parameters. */
export type Resolve = (expr: Expr) => Expr;

export function resolver(
  planning: Planning,
  scope: Scope,
  columns: readonly LogicalColumn[],
): Resolve {
  const positions = new Map<number, number>();
  columns.forEach(({ id }, index) => {
    if (!positions.has(id)) positions.set(id, index);
  });
  const resolve = (expr: Expr): Expr => {
    if (expr.kind === 'column') {
      const index = positions.get(expr.index);
      if (index !== undefined) return { ...expr, index };
      return must(scope.outer.get(expr.index), `column ${expr.index} (${expr.name})`);
    }
    if (expr.kind === 'call') refuseCall(planning, expr);
    if (expr.kind === 'subplan') return resolveSubplan(planning, scope, expr, resolve);
    return mapChildren(expr, resolve);
  };
  return resolve;
}

/** Errors: 0A000 for a function that no step of the plan calls. */
function refuseCall({ logical }: Planning, { functionId }: CallExpr): void {
  const index = calledIndex(functionId);
  if (index === undefined) return;
  const name = logical.called?.[index]?.routine.record.name;
  throw unsupported(`calling function "${name}" in this place`);
}

function resolveSubplan(
  planning: Planning,
  scope: Scope,
  expr: SubplanExpr,
  resolve: Resolve,
): SubplanExpr {
  const { planIndex, outer } = planning.planSubquery(expr.planIndex, scope);
  return {
    ...expr,
    ...(expr.left === undefined ? {} : { left: resolve(expr.left) }),
    planIndex,
    arguments: outer.map(resolve),
  };
}

/** Columns of enclosing queries as parameters, from `firstParameter` on. */
export function bindOuter(
  outer: readonly ColumnExpr[],
  firstParameter: number,
): ReadonlyMap<number, ParameterExpr> {
  return new Map(
    outer.map(({ index, type }, offset) => [
      index,
      { kind: 'parameter', index: firstParameter + offset, type },
    ]),
  );
}

/** A planned node over its inputs; the cost is theirs and its own. */
export function over(
  draft: Draft,
  columns: readonly LogicalColumn[],
  facts: { readonly rows: number; readonly inputs: readonly PlanNode[]; readonly open: boolean },
): Planned {
  const inputCost = facts.inputs.reduce((sum, input) => sum + input.estimatedCost, 0);
  const cost = inputCost + facts.rows * rowCost + inputWork(draft, facts.inputs);
  return { node: made(draft, columns, { rows: facts.rows, cost }), columns, open: facts.open };
}

const rowCost = 0.01;

function inputWork(draft: Draft, inputs: readonly PlanNode[]): number {
  const rows = inputs.map((input) => input.estimatedRows);
  const sum = rows.reduce((total, count) => total + count, 0);
  switch (draft.kind) {
    case 'SortExec':
      return sum * 0.005 * Math.log2(Math.max(2, draft.fetch ?? sum));
    case 'NestedLoopJoinExec':
      return rows.reduce((product, count) => product * Math.max(1, count), 1) * 0.0025;
    case 'AggregateExec':
    case 'HashJoinExec':
    case 'WindowAggExec':
      return sum * 0.01;
    case 'LateralJoinExec':
      return (rows[0] ?? 0) * (inputs[1]?.estimatedCost ?? 0);
    default:
      return sum * 0.0025;
  }
}

/** Gathers the rows of an open fragment; any other node stays as it is. */
export function closed(planned: Planned): Planned {
  if (!planned.open) return planned;
  const { node, columns } = planned;
  const { estimatedRows: rows, estimatedCost: cost } = node;
  const coalesce = made({ kind: 'CoalescePartitionsExec', input: node }, columns, {
    rows,
    cost: cost + rows * 0.001,
  });
  return { node: coalesce, columns, open: false };
}

/** The columns in the given order, by a projection where the node has them otherwise. */
export function arranged(planned: Planned, columns: readonly LogicalColumn[]): Planned {
  const positions = columns.map(({ id }) => planned.columns.findIndex((own) => own.id === id));
  const same =
    positions.length === planned.columns.length && positions.every((at, index) => at === index);
  if (same) return planned;
  const exprs = columns.map(({ type, name }, index): Expr => {
    return { kind: 'column', index: must(positions[index], 'position'), type, name };
  });
  const { node } = planned;
  const projection = made({ kind: 'ProjectionExec', input: node, exprs }, columns, {
    rows: node.estimatedRows,
    cost: node.estimatedCost + node.estimatedRows * rowCost * 0.25,
  });
  return { node: projection, columns, open: planned.open };
}
