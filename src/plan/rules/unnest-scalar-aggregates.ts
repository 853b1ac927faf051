/**
 * A correlated scalar aggregate becomes a left join with the subquery grouped by what it was
 * correlated on.
 *
 *     (select sum(u.x) from u where u.id = t.id)
 *       ──▶  t left join (select id, sum(x) from u group by id) on t.id = id
 *
 * A row without partner gets NULLs, which is what these aggregates say of no rows; count says 0.
 */
import { must } from '../../errors/assert.ts';
import { childrenOfExpr } from '../../expr/walk.ts';
import { sqlType } from '../../types/type-table.ts';
import {
  boolType,
  columnExpr,
  columnsOf,
  comparisonOf,
  conjunctionOf,
  mirror,
  nameOf,
  splitFunctionId,
  substitute,
} from './expr-tree.ts';
import { pullCorrelation } from './decorrelate.ts';
import { isVolatile } from './function-facts.ts';
import { freeColumns, idsOf, mapRoots, projectionMap, transformNode } from './logical-tree.ts';
import type { Expr, SubplanExpr } from '../../expr/expr.ts';
import type { LogicalAggregate, LogicalNode, LogicalPlan } from '../logical.ts';
import type { Rule, RuleContext } from './rule.ts';
import { unnestScalars, type Unnested } from './unnest-scalars.ts';

export const unnestScalarAggregates: Rule = {
  name: 'unnest_scalar_aggregates',
  apply: (plan, context) =>
    mapRoots(plan, (root) => transformNode(root, (node) => unnested(node, plan, context))),
};

/** NULL over no rows. */
const nullOverNothing = new Set([
  'sum',
  'min',
  'max',
  'avg',
  'bool_and',
  'bool_or',
  'every',
  'bit_and',
  'bit_or',
  'string_agg',
  'array_agg',
  'json_agg',
  'jsonb_agg',
  'json_object_agg',
  'jsonb_object_agg',
  'stddev',
  'stddev_pop',
  'stddev_samp',
  'variance',
  'var_pop',
  'var_samp',
  'percentile_cont',
  'percentile_disc',
  'mode',
  'corr',
  'covar_pop',
  'covar_samp',
]);

function unnested(node: LogicalNode, plan: LogicalPlan, context: RuleContext): LogicalNode {
  return unnestScalars(node, collectScalars, (subplan, input) =>
    groupedSubquery(subplan, input, plan, context),
  );
}

/** Not below CASE and COALESCE: their arms may never be evaluated. */
function collectScalars(expr: Expr, into: Map<number, SubplanExpr>): void {
  if (expr.kind === 'case' || expr.kind === 'coalesce') return;
  if (expr.kind === 'subplan') {
    if (expr.form === 'scalar' && expr.arguments.length > 0) into.set(expr.planIndex, expr);
    return;
  }
  for (const child of childrenOfExpr(expr)) collectScalars(child, into);
}

function groupedSubquery(
  subplan: SubplanExpr,
  input: LogicalNode,
  plan: LogicalPlan,
  context: RuleContext,
): Unnested | undefined {
  let node = must(plan.subqueries[subplan.planIndex], 'subquery');
  let value: Expr = columnExpr(must(node.columns[0], 'column'));
  for (; node.kind === 'project'; node = node.input) value = substitute(value, projectionMap(node));
  if (node.kind !== 'aggregate' || node.groupBy.length > 0) return undefined;
  const aggregate = node;
  const known = aggregate.aggregates.every(({ functionId }) => {
    const { name } = splitFunctionId(functionId);
    return name === 'count' || nullOverNothing.has(name);
  });
  const results = idsOf(aggregate);
  const isOwn = [...columnsOf(value)].every((id) => results.has(id));
  if (!known || !isOwn || isVolatile(context.functions, value)) return undefined;
  return groupedBy(aggregate, input, value, context);
}

function groupedBy(
  aggregate: LogicalAggregate,
  input: LogicalNode,
  value: Expr,
  context: RuleContext,
): Unnested | undefined {
  const pulled = pullCorrelation(aggregate.input, context.functions);
  if (pulled === undefined || pulled.conjuncts.length === 0) return undefined;
  const [innerIds, outerIds] = [idsOf(pulled.node), idsOf(input)];
  const pairs = pulled.conjuncts.map((expr) => equalityPair(expr, innerIds, outerIds));
  const equalities = pairs.filter((pair) => pair !== undefined);
  if (equalities.length < pairs.length) return undefined;
  const keys = equalities.map(({ inner }) => context.newColumn(nameOf(inner), inner.type, true));
  const node: LogicalAggregate = {
    ...aggregate,
    input: pulled.node,
    groupBy: equalities.map(({ inner }) => inner),
    columns: [...keys, ...aggregate.columns],
  };
  if (freeColumns(node).size > 0) return undefined;
  const condition = equalities.map(({ outer, functionId }, index): Expr => {
    const args = [outer, columnExpr(must(keys[index], 'key'))];
    return { kind: 'call', functionId, args, type: boolType };
  });
  const counts = new Map(
    aggregate.columns.flatMap((column, index): [number, Expr][] => {
      const { functionId } = must(aggregate.aggregates[index], 'aggregate');
      if (splitFunctionId(functionId).name !== 'count') return [];
      return [[column.id, orZero(columnExpr(column))]];
    }),
  );
  return { right: node, condition: conjunctionOf(condition), value: substitute(value, counts) };
}

function orZero(count: Expr): Expr {
  const type = sqlType('int8');
  return { kind: 'coalesce', args: [count, { kind: 'constant', type, value: 0n }], type };
}

interface Pair {
  readonly inner: Expr;
  readonly outer: Expr;
  readonly functionId: string;
}

function equalityPair(
  expr: Expr,
  innerIds: ReadonlySet<number>,
  outerIds: ReadonlySet<number>,
): Pair | undefined {
  const found = comparisonOf(expr);
  if (found?.op !== '=') return undefined;
  const reads = (side: Expr, ids: ReadonlySet<number>): boolean => {
    const used = [...columnsOf(side)];
    return used.length > 0 && used.every((id) => ids.has(id));
  };
  for (const { left, right, functionId } of [found, mirror(found)]) {
    const sameType = left.type.name === right.type.name;
    if (sameType && reads(left, innerIds) && reads(right, outerIds)) {
      return { inner: left, outer: right, functionId };
    }
  }
  return undefined;
}
