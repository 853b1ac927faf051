/** Whether a plan is so small that the main thread runs it: nothing in it can take long. */
import { childrenOf, type PlanNode } from '../physical.ts';
import { someExpr, visitExpr } from '../../expr/walk.ts';
import { nodeExprs } from './node-exprs.ts';

const storedRowsMax = 5_000;
const costMax = 2_000;
const intermediateRowsMax = 100_000;

export function isSmall(root: PlanNode, subplans: readonly PlanNode[]): boolean {
  const roots = [root, ...subplans];
  const nodes = roots.flatMap(allNodes);
  const read = nodes
    .filter(({ kind }) => kind === 'SeqScanExec' || kind === 'TableFunctionExec')
    .reduce((sum, node) => sum + node.estimatedRows, 0);
  const cost = nodes.reduce((sum, node) => sum + subplanCost(node, subplans), root.estimatedCost);
  return (
    read < storedRowsMax &&
    cost < costMax &&
    nodes.every((node) => node.estimatedRows < intermediateRowsMax) &&
    !nodes.some((node) => node.kind === 'RecursiveQueryExec' || sleeps(node))
  );
}

function allNodes(node: PlanNode): readonly PlanNode[] {
  return [node, ...childrenOf(node).flatMap(allNodes)];
}

/** Cost of the subplans that a node runs: correlated ones for each of its input rows. */
function subplanCost(node: PlanNode, subplans: readonly PlanNode[]): number {
  const rows = Math.max(1, ...childrenOf(node).map((child) => child.estimatedRows));
  let cost = 0;
  for (const expr of nodeExprs(node)) {
    visitExpr(expr, (part) => {
      if (part.kind !== 'subplan') return;
      const once = subplans[part.planIndex]?.estimatedCost ?? 0;
      cost += part.arguments.length > 0 ? once * rows : once;
    });
  }
  return cost;
}

/** pg_sleep holds its thread. */
function sleeps(node: PlanNode): boolean {
  if (node.kind === 'TableFunctionExec' && node.calls.some(isSleep)) return true;
  return nodeExprs(node).some((expr) =>
    someExpr(expr, (part) => part.kind === 'call' && isSleep(part)),
  );
}

function isSleep({ functionId }: { readonly functionId: string }): boolean {
  return functionId.startsWith('pg_sleep');
}
