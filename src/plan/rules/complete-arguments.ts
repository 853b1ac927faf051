/**
 * Makes subplans name every outer column that they depend on: the binder lists those of the
 * subquery itself, and a CTE that it reads may use more.
 */
import { must } from '../../errors/assert.ts';
import { mapExpr } from '../../expr/walk.ts';
import {
  freeColumns,
  mapNodeExprs,
  mapRoots,
  outerColumns,
  transformNode,
} from './logical-tree.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalPlan } from '../logical.ts';

export function completeArguments(plan: LogicalPlan): LogicalPlan {
  if (plan.ctes.every((definition) => freeColumns(definition).size === 0)) return plan;
  const next = mapRoots(plan, (root) =>
    transformNode(root, (node) =>
      mapNodeExprs(node, (expr) => mapExpr(expr, (part) => completed(part, plan))),
    ),
  );
  return next === plan ? plan : completeArguments(next);
}

function completed(expr: Expr, plan: LogicalPlan): Expr {
  if (expr.kind !== 'subplan') return expr;
  const subquery = must(plan.subqueries[expr.planIndex], 'subquery');
  const outer = [...outerColumns(subquery, plan).values()];
  return outer.length === expr.arguments.length ? expr : { ...expr, arguments: outer };
}
