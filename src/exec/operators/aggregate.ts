/**
 * AggregateExec: rows with equal keys become one row of folds.
 *
 * Blocking; memory grows with the number of groups, not of rows. Order: groups in order of first
 * appearance. NULL keys form one group. Without keys there is one group, also over no rows.
 *
 *     keys ──▶ group id ──▶ accumulator states ──▶ finish (single, final) or states (partial)
 */
import { batchRowsMax, makeBatch } from '../../columns/batch.ts';
import type { Operator } from '../operator.ts';
import { FinalGroups } from './aggregate-final.ts';
import { FoldedGroups } from './aggregate-fold.ts';

export const aggregate: Operator<'AggregateExec'> = function* (node, context) {
  const { query, scratch, facts } = context;
  const groups =
    node.mode === 'final' ? new FinalGroups(node, context) : new FoldedGroups(node, context);
  for (const batch of query.open(node.input)) {
    scratch.reset();
    groups.consume(batch);
  }
  groups.end();
  const { groupCount } = groups;
  facts['groups'] = groupCount;
  for (let from = 0; from < groupCount; from += batchRowsMax) {
    const count = Math.min(batchRowsMax, groupCount - from);
    yield makeBatch(groups.emit({ from, count, groupCount }), count);
  }
};
