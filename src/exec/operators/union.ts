/** UnionExec: the rows of all inputs, one input after the other. Streaming. */
import type { Operator } from '../operator.ts';

export const union: Operator<'UnionExec'> = function* (node, context) {
  for (const input of node.inputs) yield* context.query.open(input);
};
