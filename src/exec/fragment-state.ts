/**
 * State that all threads of a fragment share: made by the driver before the offer, plain data
 * that points into shared memory, found by the operators in QueryContext.shared.
 */
import { childrenOf, type PlanNode } from '../plan/physical.ts';
import type { QueryContext } from './operator.ts';

/**
 * The state by name; undefined when a node of the fragment cannot be run by several threads.
 */
export function shareState(
  node: PlanNode,
  context: QueryContext,
): ReadonlyMap<string, unknown> | undefined {
  const state = new Map<string, unknown>();
  return addState(node, context, state) ? state : undefined;
}

function addState(node: PlanNode, context: QueryContext, state: Map<string, unknown>): boolean {
  switch (node.kind) {
    case 'SeqScanExec':
      return node.parallel;
    case 'FilterExec':
    case 'ProjectionExec':
    case 'ProjectSetExec':
    case 'SortExec':
    case 'AggregateExec':
      return childrenOf(node).every((child) => addState(child, context, state));
    default:
      return false;
  }
}
