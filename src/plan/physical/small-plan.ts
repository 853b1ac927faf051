/**
 * Whether a plan is so small that the main thread runs it. Nothing in it can take long, as far as
 * estimates say; where they are wrong, a plan that is movable goes on to a worker. A plan that
 * changes the session runs there whatever its size.
 */
import type { Expr } from '../../expr/expr.ts';
import { childrenOf, type PlanNode } from '../physical.ts';
import { needsSession } from '../../functions/system/sequence-functions.ts';
import { someExpr, visitExpr } from '../../expr/walk.ts';
import { isVolatile, type FunctionFacts } from '../rules/function-facts.ts';
import { nodeExprs } from './node-exprs.ts';

const storedRowsMax = 5_000;
const costMax = 2_000;
/** Subplans are often run for fewer rows than is feared, and what takes long after all moves. */
const movableCostMax = 20_000;
const intermediateRowsMax = 100_000;

/** `movable`: recursion may be tried, though nobody knows how deep it goes. */
export function isSmall(root: PlanNode, subplans: readonly PlanNode[], movable: boolean): boolean {
  if (subplans.length === 0 && isLiteralRows(root)) return true;
  const roots = [root, ...subplans];
  const nodes = roots.flatMap(allNodes);
  if (nodes.some(callsSession)) return true;
  const read = nodes
    .filter(({ kind }) => kind === 'SeqScanExec' || kind === 'TableFunctionExec')
    .reduce((sum, node) => sum + node.estimatedRows, 0);
  const cost = nodes.reduce((sum, node) => sum + subplanCost(node, subplans), root.estimatedCost);
  return (
    read < storedRowsMax &&
    cost < (movable ? movableCostMax : costMax) &&
    nodes.every((node) => node.estimatedRows < intermediateRowsMax) &&
    !nodes.some(
      (node) =>
        (node.kind === 'RecursiveQueryExec' && !movable) || readsSpans(node) || sleeps(node),
    )
  );
}

/** Whether the plans call nothing volatile: running them twice does no more than once. */
export function isMovable(roots: readonly PlanNode[], functions: FunctionFacts): boolean {
  if (roots.every(isLiteralRows)) return true;
  const isStill = (node: PlanNode): boolean =>
    !nodeExprs(node).some((expr) => isVolatile(functions, expr)) &&
    (node.kind !== 'TableFunctionExec' || node.calls.every(isStillCall));
  const isStillCall = ({ functionId }: { readonly functionId: string }): boolean =>
    functions.volatility(functionId) !== 'volatile';
  return roots.flatMap(allNodes).every(isStill);
}

/**
 * The commonest plans of all need no look at their expressions: INSERT of rows, SELECT 1. However
 * many rows there are, exec/literal-run.ts writes them down in turns.
 */
function isLiteralRows(root: PlanNode): boolean {
  if (root.kind === 'ValuesExec') return root.rows.every((row) => row.every(isLiteral));
  if (root.kind !== 'ProjectionExec' || root.input.kind !== 'PlaceholderRowExec') return false;
  return root.exprs.every(isLiteral);
}

function isLiteral({ kind }: Expr): boolean {
  return kind === 'constant' || kind === 'parameter';
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

/** A function that changes the session works on its thread only, whatever the plan's size. */
function callsSession(node: PlanNode): boolean {
  return nodeExprs(node).some((expr) =>
    someExpr(
      expr,
      (part) => part.kind === 'call' && needsSession(part.functionId.split('(')[0] ?? ''),
    ),
  );
}

/** Spans are bytes: their rows are made in one go, which takes long. */
function readsSpans(node: PlanNode): boolean {
  return node.kind === 'FactScanExec' && node.schema === 'trace' && node.factName === 'spans';
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
