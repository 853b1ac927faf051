/**
 * CoalescePartitionsExec: the rows of a plan that all workers run together, in no order.
 * Streaming.
 */
import type { Operator } from '../operator.ts';

export const coalescePartitions: Operator<'CoalescePartitionsExec'> = (node, context) =>
  context.query.openParallel(node.input);
