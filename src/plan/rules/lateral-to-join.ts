/**
 * LATERAL joins that need no run per row: those that use nothing of the left side, those whose use
 * of it is a condition, and set-returning functions, which the projection of sets expands.
 */
import { columnExpr, columnsOf, conjunctionOf, conjunctsOf } from './expr-tree.ts';
import { pullCorrelation } from './decorrelate.ts';
import { freeColumns, idsOf, joinOf, mapRoots, projectTo, transformNode } from './logical-tree.ts';
import type { LogicalJoin, LogicalNode } from '../logical.ts';
import type { Rule, RuleContext } from './rule.ts';

export const lateralToJoin: Rule = {
  name: 'lateral_to_join',
  apply: (plan, context) =>
    mapRoots(plan, (root) =>
      transformNode(root, (node) =>
        node.kind === 'join' && node.lateral ? plainer(node, context) : node,
      ),
    ),
};

function plainer(join: LogicalJoin, context: RuleContext): LogicalNode {
  const leftIds = idsOf(join.left);
  const used = [...freeColumns(join.right).keys()].some((id) => leftIds.has(id));
  if (!used) return { ...join, lateral: false };
  return asProjectSet(join) ?? asCondition(join, context) ?? join;
}

/** `from t, unnest(t.a) u`: each row of t with each element. */
function asProjectSet(join: LogicalJoin): LogicalNode | undefined {
  const { left, right } = join;
  if (right.kind !== 'tableFunction' || right.ordinality) return undefined;
  const [call, more] = right.calls;
  const isPlain = join.joinType === 'inner' && join.condition === undefined;
  if (!isPlain || call === undefined || more !== undefined) return undefined;
  if (right.columns.length !== 1) return undefined;
  const passed = left.columns.map((column) => {
    return { kind: 'expr', expr: columnExpr(column) } as const;
  });
  const { functionId, args } = call;
  return {
    kind: 'projectSet',
    input: left,
    items: [...passed, { kind: 'set', functionId, args }],
    columns: join.columns,
  };
}

function asCondition(join: LogicalJoin, context: RuleContext): LogicalNode | undefined {
  if (join.joinType !== 'inner' && join.joinType !== 'left') return undefined;
  const pulled = pullCorrelation(join.right, context.functions);
  if (pulled === undefined || pulled.conjuncts.length === 0) return undefined;
  const known = new Set([...idsOf(join.left), ...idsOf(pulled.node)]);
  const isOwn = pulled.conjuncts.every((expr) => [...columnsOf(expr)].every((id) => known.has(id)));
  if (!isOwn) return undefined;
  const condition = conjunctionOf([...conjunctsOf(join.condition), ...pulled.conjuncts]);
  const plain = joinOf({ ...join, lateral: false, condition }, join.left, pulled.node);
  return projectTo(plain, join.columns);
}
