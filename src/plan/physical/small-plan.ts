/** Whether a plan is so small that the main thread runs it: nothing in it can take long. */
import { childrenOf, type PlanNode } from '../physical.ts';
import { someExpr } from '../../expr/walk.ts';
import { nodeExprs } from './node-exprs.ts';

const storedRowsMax = 5_000;
const costMax = 2_000;
const intermediateRowsMax = 100_000;

export function isSmall(roots: readonly PlanNode[]): boolean {
  const nodes = roots.flatMap(allNodes);
  const read = nodes
    .filter(({ kind }) => kind === 'SeqScanExec' || kind === 'TableFunctionExec')
    .reduce((sum, node) => sum + node.estimatedRows, 0);
  const cost = roots.reduce((sum, root) => sum + root.estimatedCost, 0);
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
