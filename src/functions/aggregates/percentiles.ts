/** approx_percentile over columns of sketches, by kernel. */
import { constantColumn } from '../../columns/constant.ts';
import type { Column } from '../../columns/column.ts';
import { materialize } from '../../columns/materialize.ts';
import { columnReader } from '../../columns/read.ts';
import { bitmapOf } from '../../columns/row-set.ts';
import { assert } from '../../errors/assert.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { kernels } from '../../kernels/kernels.ts';
import { heap } from '../../memory/heap.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { EvaluationContext, RowSet } from '../function-record.ts';

/** Errors: 22003 for a fraction outside 0 … 1, 22023 for bytes that are not a sketch. */
export function percentileColumn(
  { arena }: EvaluationContext,
  rows: RowSet,
  args: readonly Column[],
  type: SqlType,
): Column {
  const [fractions, sketches] = args;
  assert(fractions !== undefined && sketches !== undefined, 'a fraction and a sketch');
  const { physicalRows: length, rowCount, selection } = rows;
  if (rowCount === 0) return constantColumn(type, null, length, arena);
  const states = materialize(sketches, arena);
  const step = fractions.encoding === 'constant' ? 0 : 8;
  const values = arena.allocate(length * 8);
  const flags = arena.allocate(length);
  heap().u8.fill(0, flags, flags + length);
  const done = kernels().percentiles(
    fractions.values,
    step,
    states.values,
    states.offsets,
    selection,
    rowCount,
    values,
    flags,
    arena.allocate(2048),
  );
  if (done < rowCount) {
    const row = selection === 0 ? done : (heap().u32[(selection >>> 2) + done] as number);
    throw faultAt(columnReader(fractions)(row) as number);
  }
  const validity = bitmapOf(flags, length, arena);
  return { encoding: 'plain', type, length, validity, values, offsets: 0 };
}

function faultAt(fraction: number): SqlError {
  if (fraction >= 0 && fraction <= 1) {
    return new SqlError('invalid_parameter_value', 'value is not a percentile sketch');
  }
  const words = `percentile value ${fraction} is not between 0 and 1`;
  return new SqlError('numeric_value_out_of_range', words);
}
