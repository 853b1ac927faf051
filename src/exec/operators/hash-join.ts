/**
 * HashJoinExec: pairs rows of two inputs whose keys are equal.
 *
 * Blocking on the build side (`left`, kept whole), streaming over the probe side (`right`).
 * Output follows the probe side's order; build rows without a match come last. NULL keys match
 * nothing, unless `nullsEqual`. A residual filter is part of the match.
 *
 *     left ──▶ rows, key ids, chains     right ──▶ key ids ──▶ pairs ──▶ filter ──▶ rows
 */
import { assert } from '../../errors/assert.ts';
import { Arena } from '../../memory/arena.ts';
import type { NodeOf } from '../../plan/physical.ts';
import type { Operator } from '../operator.ts';
import { JoinProbe } from './hash-join-probe.ts';
import { buildJoinTable, restOfBuild, type JoinTable } from './hash-join-table.ts';

export const hashJoin: Operator<'HashJoinExec'> = function* (node, context) {
  assert(!node.nullAware || node.joinType === 'rightAnti', 'NOT IN builds the subquery');
  const table = buildJoinTable(node, context);
  context.facts['build_rows'] = table.rows.rowCount;
  context.facts['build_mem_bytes'] = context.state.reservedBytes;
  if (isEmpty(node, table)) return;
  const pairs = new Arena(context.query.budget);
  try {
    const probe = new JoinProbe(node, table, { context, pairs });
    for (const batch of context.query.open(node.right)) {
      context.scratch.reset();
      yield* probe.join(batch);
    }
    yield* restOfBuild(node, table, context);
  } finally {
    pairs.free();
  }
};

/** No row can come out, so the probe side need not run. */
function isEmpty({ joinType, nullAware }: NodeOf<'HashJoinExec'>, table: JoinTable): boolean {
  if (nullAware && table.hasNullKey) return true;
  const needsBuildRows = joinType !== 'right' && joinType !== 'full' && joinType !== 'rightAnti';
  return table.rows.rowCount === 0 && needsBuildRows;
}
