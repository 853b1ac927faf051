/** Whether a plan is so small that the main thread runs it: nothing in it can take long. */
import { childrenOf, type PlanNode } from '../physical.ts';
import { someExpr } from '../../expr/walk.ts';
import type { Expr } from '../../expr/expr.ts';

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
  return exprsIn(node).some((expr) =>
    someExpr(expr, (part) => part.kind === 'call' && part.functionId.startsWith('pg_sleep')),
  );
}

function exprsIn(node: PlanNode): readonly Expr[] {
  switch (node.kind) {
    case 'FilterExec':
      return [node.predicate];
    case 'ProjectionExec':
      return node.exprs;
    case 'ValuesExec':
      return node.rows.flat();
    case 'ProjectSetExec':
      return node.items.flatMap((item) => (item.kind === 'expr' ? [item.expr] : item.args));
    case 'TableFunctionExec':
      return node.calls.flatMap(({ functionId, args }) => [sleepMark(functionId), ...args]);
    default:
      return [];
  }
}

/** A table function's own name in the form of a call. */
function sleepMark(functionId: string): Expr {
  return { kind: 'call', functionId, args: [], type: { name: 'void', typmod: -1 } };
}
