/**
 * MaterializeExec: a CTE read more than once. The first reader runs the input and keeps its rows;
 * every reader then reads those. Blocking; memory: all rows, until the query ends.
 */
import { KeptRows } from '../kept-rows.ts';
import type { Operator } from '../operator.ts';

export const materialize: Operator<'MaterializeExec'> = function* (node, context) {
  const { query } = context;
  const name = `cte ${node.cte}`;
  let rows = query.shared.get(name) as KeptRows | undefined;
  if (rows === undefined) {
    rows = new KeptRows(
      node.fields.map((field) => field.type),
      query.budget,
    );
    query.shared.set(name, rows);
    for (const batch of query.open(node.input)) rows.append(batch);
  }
  yield* rows.batches();
};
