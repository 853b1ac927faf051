/**
 * Timestamps of a column cut to buckets, without a bigint per row.
 *
 * µs since 1970 are whole doubles until the year 2255, so a bucket is a division; what lies
 * beyond, infinity too, goes through the exact function of single values.
 */
import { constantColumn } from '../../columns/constant.ts';
import type { Column } from '../../columns/column.ts';
import { columnReader } from '../../columns/read.ts';
import { eachRow } from '../../columns/row-set.ts';
import { heap } from '../../memory/heap.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { EvaluationContext, RowSet } from '../function-record.ts';

/** Whole doubles end here. */
const exactMax = 2 ** 53;

/** How values become their bucket's start; undefined stands for "ask `exact`". */
export interface Bucketing {
  readonly quick: ((micros: number) => number) | undefined;
  readonly exact: (micros: bigint) => bigint;
}

/** Least and greatest of the rows that are whole doubles; undefined when there are none. */
export interface Range {
  readonly least: number;
  readonly greatest: number;
}

export interface TimeRows {
  readonly context: EvaluationContext;
  readonly rows: RowSet;
  readonly times: Column;
}

export function bucketColumn(
  { context, rows, times }: TimeRows,
  result: SqlType,
  { quick, exact }: Bucketing,
): Column {
  const { arena } = context;
  if (times.encoding !== 'plain') {
    const value = columnReader(times)(0);
    const bucket = value === null ? null : exact(value as bigint);
    return constantColumn(result, bucket, rows.physicalRows, arena);
  }
  const values = arena.allocate(rows.physicalRows * 8);
  const { i32, u32, i64 } = heap();
  const source = times.values >>> 2;
  const target = values >>> 2;
  eachRow(rows, (row) => {
    const at = source + row * 2;
    const micros = (i32[at + 1] as number) * 4294967296 + (u32[at] as number);
    if (quick === undefined || micros >= exactMax || micros <= -exactMax) {
      i64[(values >>> 3) + row] = exact(i64[(times.values >>> 3) + row] as bigint);
      return;
    }
    const bucket = quick(micros);
    const high = Math.floor(bucket / 4294967296);
    i32[target + row * 2 + 1] = high;
    u32[target + row * 2] = bucket - high * 4294967296;
  });
  const length = rows.physicalRows;
  return { encoding: 'plain', type: result, length, validity: 0, values, offsets: 0 };
}

export function rangeOf({ rows, times }: TimeRows): Range | undefined {
  if (times.encoding !== 'plain') return undefined;
  const { i32, u32 } = heap();
  const source = times.values >>> 2;
  let least = Infinity;
  let greatest = -Infinity;
  eachRow(rows, (row) => {
    const at = source + row * 2;
    const micros = (i32[at + 1] as number) * 4294967296 + (u32[at] as number);
    if (micros >= exactMax || micros <= -exactMax) return;
    if (micros < least) least = micros;
    if (micros > greatest) greatest = micros;
  });
  return least <= greatest ? { least, greatest } : undefined;
}

/** Buckets between ascending starts that cover every value asked for. */
export function betweenStarts(starts: readonly number[]): (micros: number) => number {
  const bounds = Float64Array.from([...starts, Infinity]);
  let current = 0;
  return (micros) => {
    if (micros < (bounds[current] as number) || micros >= (bounds[current + 1] as number)) {
      let low = 0;
      let high = bounds.length - 1;
      while (high - low > 1) {
        const middle = (low + high) >>> 1;
        if ((bounds[middle] as number) <= micros) low = middle;
        else high = middle;
      }
      current = low;
    }
    return bounds[current] as number;
  };
}
