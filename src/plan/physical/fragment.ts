/** What may be evaluated inside a parallel fragment, by several workers side by side. */
import { must } from '../../errors/assert.ts';
import { someExpr } from '../../expr/walk.ts';
import { isVolatile } from '../rules/function-facts.ts';
import { forEachNodeExpr, someNode } from '../rules/logical-tree.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalNode } from '../logical.ts';
import type { Planning } from './planning.ts';

/**
 * Whether every worker gets the same values: nothing volatile, also not in a subquery, which
 * each worker runs for itself.
 */
export function isRepeatable(planning: Planning, exprs: readonly Expr[]): boolean {
  return exprs.every(
    (expr) =>
      !isVolatile(planning.functions, expr) &&
      !someExpr(
        expr,
        (part) => part.kind === 'subplan' && !isTreeRepeatable(planning, part.planIndex),
      ),
  );
}

function isTreeRepeatable(planning: Planning, planIndex: number): boolean {
  const root = must(planning.logical.subqueries[planIndex], 'subquery');
  const isWild = (node: LogicalNode): boolean => {
    let repeatable = node.kind !== 'cteScan';
    forEachNodeExpr(node, (expr) => {
      if (repeatable) repeatable = isRepeatable(planning, [expr]);
    });
    return !repeatable;
  };
  return !someNode(root, isWild);
}
