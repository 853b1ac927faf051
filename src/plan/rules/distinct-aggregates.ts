/**
 * Aggregates that are all DISTINCT over one argument: the argument becomes a group key first.
 *
 *     select g, count(distinct x) … group by g
 *       ──▶  select g, count(x) from (select g, x … group by g, x) group by g
 *
 * The inner grouping then runs on all workers.
 */
import { exprKey } from '../../expr/expr-key.ts';
import { columnExpr, nameOf } from './expr-tree.ts';
import { isVolatile } from './function-facts.ts';
import { mapRoots, transformNode } from './logical-tree.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalAggregate, LogicalNode } from '../logical.ts';
import type { Rule, RuleContext } from './rule.ts';

export const distinctAggregates: Rule = {
  name: 'distinct_aggregates_to_groups',
  apply: (plan, context) =>
    mapRoots(plan, (root) =>
      transformNode(root, (node) => (node.kind === 'aggregate' ? grouped(node, context) : node)),
    ),
};

function grouped(node: LogicalAggregate, context: RuleContext): LogicalNode {
  const argument = commonArgument(node, context);
  if (argument === undefined) return node;
  const keys = node.groupBy.map((expr) => context.newColumn(nameOf(expr), expr.type, true));
  const value = context.newColumn(nameOf(argument), argument.type, true);
  const inner: LogicalAggregate = {
    kind: 'aggregate',
    input: node.input,
    groupBy: [...node.groupBy, argument],
    aggregates: [],
    columns: [...keys, value],
  };
  return {
    ...node,
    input: inner,
    groupBy: keys.map(columnExpr),
    aggregates: node.aggregates.map((call) => {
      return { ...call, distinct: false, args: [columnExpr(value)] };
    }),
  };
}

/** Aggregates whose DISTINCT gives its values in order, which a group key would lose. */
const ordered = /^(array_agg|string_agg|jsonb?_)/;

function commonArgument(node: LogicalAggregate, context: RuleContext): Expr | undefined {
  const [first] = node.aggregates;
  const argument = first?.args[0];
  if (argument === undefined || argument.kind === 'constant') return undefined;
  const same = node.aggregates.every(
    (call) =>
      call.distinct &&
      !ordered.test(call.functionId) &&
      call.filter === undefined &&
      call.orderBy.length === 0 &&
      call.args.length === 1 &&
      call.args.every((arg) => exprKey(arg) === exprKey(argument)),
  );
  const keys = [...node.groupBy, argument];
  return same && !keys.some((key) => isVolatile(context.functions, key)) ? argument : undefined;
}
