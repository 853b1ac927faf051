/**
 * Limits move below projections, so that they meet a sort (TopK) and fewer rows are computed, and
 * a copy goes into every input of a UNION ALL.
 */
import { constantNumber } from '../estimate/estimator.ts';
import { hasSubplan } from './expr-tree.ts';
import { isVolatile } from './function-facts.ts';
import { mapRoots, transformNode, withInputs } from './logical-tree.ts';
import { sqlType } from '../../types/type-table.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalLimit, LogicalNode, LogicalSetOperation } from '../logical.ts';
import type { Rule, RuleContext } from './rule.ts';

export const pushDownLimit: Rule = {
  name: 'push_down_limit',
  apply: (plan, context) =>
    mapRoots(plan, (root) =>
      transformNode(root, (node) => (node.kind === 'limit' ? pushed(node, context) : node)),
    ),
};

function pushed(limit: LogicalLimit, context: RuleContext): LogicalNode {
  const { input } = limit;
  if (input.kind === 'project' && input.exprs.every((expr) => isLazy(expr, context))) {
    const below = pushed({ ...limit, input: input.input, columns: input.input.columns }, context);
    return withInputs(input, [below]);
  }
  if (input.kind === 'setOperation') return intoUnion(limit, input, context);
  return limit;
}

/** A volatile expression is evaluated for every row that it was written for. */
function isLazy(expr: Expr, context: RuleContext): boolean {
  return !isVolatile(context.functions, expr) && !hasSubplan(expr);
}

function intoUnion(
  limit: LogicalLimit,
  union: LogicalSetOperation,
  context: RuleContext,
): LogicalNode {
  const skip = limit.skip === undefined ? 0 : constantNumber(limit.skip);
  const count = constantNumber(limit.fetch);
  if (union.operation !== 'union' || !union.all) return limit;
  if (count === undefined || skip === undefined || count < 0 || skip < 0) return limit;
  const rows = count + skip;
  const sides = [union.left, union.right].map((input) => limited(input, rows, context));
  return withInputs(limit, [withInputs(union, sides)]);
}

function limited(input: LogicalNode, rows: number, context: RuleContext): LogicalNode {
  if (hasLimit(input)) return input;
  const fetch: Expr = { kind: 'constant', type: sqlType('int8'), value: BigInt(rows) };
  const limit: LogicalLimit = {
    kind: 'limit',
    input,
    skip: undefined,
    fetch,
    columns: input.columns,
  };
  return pushed(limit, context);
}

function hasLimit(node: LogicalNode): boolean {
  if (node.kind === 'project') return hasLimit(node.input);
  return node.kind === 'limit';
}
