/**
 * FilterExec: the rows for which a predicate is true; false and NULL drop a row.
 *
 * Streaming, keeps the order. It only adds a selection: no value is copied.
 */
import { withSelection } from '../../columns/batch.ts';
import { preparePredicate } from '../expressions.ts';
import type { Operator } from '../operator.ts';

export const filter: Operator<'FilterExec'> = function* (node, context) {
  const select = preparePredicate(node.predicate, context);
  for (const batch of context.query.open(node.input)) {
    context.scratch.reset();
    const { rowCount, selection } = select(batch);
    if (rowCount > 0) yield withSelection(batch, rowCount, selection);
  }
};
