/**
 * SetOperationExec: INTERSECT ALL and EXCEPT ALL, by counting equal rows of the right side.
 *
 * Blocking on the right side, whose distinct rows are kept; streaming over the left, order kept.
 * NULLs are equal to one another. Each right row cancels (or admits) one equal left row.
 */
import { withSelection, type Batch } from '../../columns/batch.ts';
import { kernels } from '../../kernels/kernels.ts';
import type { Column } from '../../columns/column.ts';
import { GroupKeys } from '../keys/group-keys.ts';
import { Growable } from '../keys/growable.ts';
import type { Operator } from '../operator.ts';

export const setOperation: Operator<'SetOperationExec'> = function* (node, context) {
  const { query, state, scratch } = context;
  const types = node.right.fields.map((field) => field.type);
  const keys = new GroupKeys(types, { state, scratch, skipsNulls: false });
  const counts = new Growable(state);
  let counted = 0;
  const k = kernels();
  for (const batch of query.open(node.right)) {
    scratch.reset();
    const ids = keys.intern(columnsOf(batch), batch);
    counts.reserve(keys.count * 4, counted * 4);
    k.fill32(counts.pointer + counted * 4, 0, keys.count - counted);
    counted = keys.count;
    k.countIds(ids, batch.rowCount, counts.pointer);
  }
  const keepCounted = node.operation === 'intersectAll' ? 1 : 0;
  for (const batch of query.open(node.left)) {
    scratch.reset();
    const { rowCount, selection } = batch;
    const ids = keys.find(columnsOf(batch), batch);
    const out = scratch.allocate(rowCount * 4 + 4);
    const kept = k.spendCounts(ids, selection, rowCount, counts.pointer, keepCounted, out);
    if (kept > 0) yield withSelection(batch, kept, out);
  }
};

function columnsOf(batch: Batch): Column[] {
  return Array.from({ length: batch.columnCount }, (_, index) => batch.column(index));
}
