/**
 * A projection over a projection becomes one, when no computed value would be computed twice.
 * Views over views are the common case.
 */
import { visitExpr } from '../../expr/walk.ts';
import { hasCorrelatedSubplan, hasSubplan, substitute } from './expr-tree.ts';
import { isVolatile } from './function-facts.ts';
import { mapRoots, projectionMap, transformNode } from './logical-tree.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalNode } from '../logical.ts';
import type { Rule, RuleContext } from './rule.ts';

export const mergeProjections: Rule = {
  name: 'merge_projections',
  apply: (plan, context) =>
    mapRoots(plan, (root) => transformNode(root, (node) => merged(node, context))),
};

function merged(node: LogicalNode, context: RuleContext): LogicalNode {
  if (node.kind !== 'project' || node.input.kind !== 'project') return node;
  const replacements = projectionMap(node.input);
  const uses = new Map<number, number>();
  for (const expr of node.exprs) {
    visitExpr(expr, (part) => {
      if (part.kind === 'column') uses.set(part.index, (uses.get(part.index) ?? 0) + 1);
    });
  }
  const isSafe = ([id, expr]: readonly [number, Expr]): boolean =>
    expr.kind === 'column' ||
    expr.kind === 'constant' ||
    expr.kind === 'parameter' ||
    ((uses.get(id) ?? 0) < 2 && !isVolatile(context.functions, expr) && !hasSubplan(expr));
  if (![...replacements].every(isSafe) || node.exprs.some(hasCorrelatedSubplan)) return node;
  const exprs = node.exprs.map((expr) => substitute(expr, replacements));
  return { ...node, input: node.input.input, exprs };
}
