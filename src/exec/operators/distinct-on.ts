/**
 * DistinctOnExec: the first row of each run of equal keys, in an input sorted by them.
 *
 * Streaming, keeps the order. NULLs are equal to one another. Memory: the last key of a batch,
 * as the ids of the keys seen so far.
 */
import { withSelection } from '../../columns/batch.ts';
import { kernels } from '../../kernels/kernels.ts';
import { heap } from '../../memory/heap.ts';
import { prepareExprs } from '../expressions.ts';
import { GroupKeys } from '../keys/group-keys.ts';
import { noId } from '../keys/interner.ts';
import type { Operator } from '../operator.ts';

export const distinctOn: Operator<'DistinctOnExec'> = function* (node, context) {
  const { query, state, scratch } = context;
  const types = node.keys.map((key) => key.type);
  const keys = new GroupKeys(types, { state, scratch, skipsNulls: false });
  const evaluate = prepareExprs(node.keys, context);
  let last = noId;
  for (const batch of query.open(node.input)) {
    scratch.reset();
    const { rowCount, selection } = batch;
    const ids = keys.intern(evaluate(batch), batch);
    const out = scratch.allocate(rowCount * 4 + 4);
    const kept = kernels().runStarts(ids, selection, rowCount, last, out);
    last = heap().u32[(ids >>> 2) + rowCount - 1] as number;
    if (kept > 0) yield withSelection(batch, kept, out);
  }
};
