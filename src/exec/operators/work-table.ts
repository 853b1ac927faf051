/** WorkTableExec: the rows of a recursive query's previous round. */
import type { KeptRows } from '../kept-rows.ts';
import type { Operator } from '../operator.ts';

export const workTable: Operator<'WorkTableExec'> = function* (node, context) {
  const rows = context.query.shared.get(`work table ${node.workTable}`) as KeptRows | undefined;
  if (rows !== undefined) yield* rows.batches();
};
