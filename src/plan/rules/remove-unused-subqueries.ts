/** Subqueries and CTEs that nothing reads any more become empty, so that no rule works on them. */
import { must } from '../../errors/assert.ts';
import { visitExpr } from '../../expr/walk.ts';
import { mapList } from './expr-tree.ts';
import { forEachNodeExpr, inputsOf } from './logical-tree.ts';
import type { LogicalNode, LogicalPlan } from '../logical.ts';
import type { Rule } from './rule.ts';

export const removeUnusedSubqueries: Rule = {
  name: 'remove_unused_subqueries',
  apply: (plan) => {
    const used = usedParts(plan);
    const subqueries = emptied(plan.subqueries, used.subqueries);
    const ctes = emptied(plan.ctes, used.ctes);
    const same = subqueries === plan.subqueries && ctes === plan.ctes;
    return same ? plan : { ...plan, subqueries, ctes };
  },
};

function emptied(roots: readonly LogicalNode[], used: ReadonlySet<number>): readonly LogicalNode[] {
  let index = -1;
  return mapList(roots, (root) => {
    index += 1;
    if (used.has(index) || root.kind === 'empty') return root;
    return { kind: 'empty', columns: root.columns };
  });
}

interface UsedParts {
  readonly subqueries: Set<number>;
  readonly ctes: Set<number>;
}

function usedParts(plan: LogicalPlan): UsedParts {
  const used: UsedParts = { subqueries: new Set(), ctes: new Set() };
  const visit = (node: LogicalNode): void => {
    if (node.kind === 'cteScan' && !used.ctes.has(node.cte)) {
      used.ctes.add(node.cte);
      visit(must(plan.ctes[node.cte], 'CTE'));
    }
    forEachNodeExpr(node, (expr) => {
      visitExpr(expr, (part) => {
        if (part.kind !== 'subplan' || used.subqueries.has(part.planIndex)) return;
        used.subqueries.add(part.planIndex);
        visit(must(plan.subqueries[part.planIndex], 'subquery'));
      });
    });
    for (const input of inputsOf(node)) visit(input);
  };
  visit(plan.root);
  return used;
}
