/**
 * GlobalLimitExec: LIMIT and OFFSET. Streaming, keeps the order; stops its input as soon as the
 * limit is reached. NULL means no limit, no offset.
 */
import { SqlError } from '../../errors/sql-error.ts';
import { heap } from '../../memory/heap.ts';
import { withSelection, type Batch } from '../../columns/batch.ts';
import type { Expr } from '../../expr/expr.ts';
import type { Datum } from '../../types/datum.ts';
import type { Operator, OperatorContext } from '../operator.ts';

export const globalLimit: Operator<'GlobalLimitExec'> = function* (node, context) {
  const { scalar } = context.query;
  let skip = rowCountOf(node.skip, 'OFFSET', scalar) ?? 0;
  let fetch = rowCountOf(node.fetch, 'LIMIT', scalar) ?? Infinity;
  if (fetch === 0) return;
  for (const batch of context.query.open(node.input)) {
    const from = Math.min(skip, batch.rowCount);
    const rowCount = Math.min(batch.rowCount - from, fetch);
    skip -= from;
    fetch -= rowCount;
    if (rowCount === batch.rowCount) yield batch;
    else if (rowCount > 0) yield part(batch, from, rowCount, context);
    if (fetch === 0) return;
  }
};

/** undefined: no limit, no offset. Errors: 2201W, 2201X. */
export function rowCountOf(
  expr: Expr | undefined,
  clause: 'LIMIT' | 'OFFSET',
  valueOf: (expr: Expr) => Datum | null,
): number | undefined {
  if (expr === undefined) return undefined;
  const value = valueOf(expr);
  if (value === null) return undefined;
  const rowCount = Number(value as bigint | number);
  if (rowCount >= 0) return rowCount;
  const state =
    clause === 'LIMIT'
      ? 'invalid_row_count_in_limit_clause'
      : 'invalid_row_count_in_result_offset_clause';
  throw new SqlError(state, `${clause} must not be negative`);
}

/** Rows `from` … of the batch's selection. */
function part(batch: Batch, from: number, rowCount: number, context: OperatorContext): Batch {
  if (batch.selection !== 0) return withSelection(batch, rowCount, batch.selection + from * 4);
  const selection = context.scratch.allocate(rowCount * 4);
  const { u32 } = heap();
  for (let at = 0; at < rowCount; at++) u32[(selection >>> 2) + at] = from + at;
  return withSelection(batch, rowCount, selection);
}
