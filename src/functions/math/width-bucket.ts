/** width_bucket: which of equal parts of a range, or between which thresholds, a value lies. */
import { SqlError } from '../../errors/sql-error.ts';
import { compareValues } from '../../types/compare.ts';
import type { Datum, Numeric, SqlArray } from '../../types/datum.ts';
import {
  compareNumeric,
  divideTruncated,
  multiplyNumeric,
  numericFromInt,
  numericZero,
  subtractNumeric,
} from '../../types/numeric.ts';

function fail(message: string): SqlError {
  return new SqlError('invalid_argument_for_width_bucket_function', message);
}

function checkCount(count: number): void {
  if (count <= 0) throw fail('count must be greater than zero');
}

const notANumber = 'operand, lower bound, and upper bound cannot be NaN';
const notFinite = 'lower and upper bounds must be finite';
const sameBounds = 'lower bound cannot equal upper bound';

function checkBucket(bucket: number): number {
  if (bucket <= 0x7fff_ffff) return bucket;
  throw new SqlError('numeric_value_out_of_range', 'integer out of range');
}

export function floatBucket(value: number, low: number, high: number, count: number): number {
  checkCount(count);
  if (Number.isNaN(value) || Number.isNaN(low) || Number.isNaN(high)) throw fail(notANumber);
  if (!Number.isFinite(low) || !Number.isFinite(high)) throw fail(notFinite);
  if (low === high) throw fail(sameBounds);
  const isBefore = low < high ? value < low : value > low;
  if (isBefore) return 0;
  const isBehind = low < high ? value >= high : value <= high;
  if (isBehind) return checkBucket(count + 1);
  const part = (value - low) / (high - low);
  return Math.min(Math.floor(count * part) + 1, count);
}

export function numericBucket(value: Numeric, low: Numeric, high: Numeric, count: number): number {
  checkCount(count);
  if ([value, low, high].some(({ special }) => special === 'NaN')) throw fail(notANumber);
  if (low.special !== undefined || high.special !== undefined) throw fail(notFinite);
  const direction = compareNumeric(high, low);
  if (direction === 0) throw fail(sameBounds);
  const isBefore = Math.sign(compareNumeric(value, low)) === -Math.sign(direction);
  if (isBefore) return 0;
  const isWithin = Math.sign(compareNumeric(high, value)) === Math.sign(direction);
  if (!isWithin) return checkBucket(count + 1);
  const scaled = multiplyNumeric(subtractNumeric(value, low), numericFromInt(count));
  const { digits } = divideTruncated(scaled, subtractNumeric(high, low));
  return Number(digits) + 1;
}

/** Thresholds ascend; the answer counts those not above the value. */
export function thresholdBucket(value: Datum, { element, dimensions, values }: SqlArray): number {
  if (dimensions.length > 1) {
    throw new SqlError('array_subscript_error', 'thresholds must be one-dimensional array');
  }
  if (values.includes(null)) {
    throw new SqlError('null_value_not_allowed', 'thresholds array must not contain NULLs');
  }
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareValues(element, value, values[middle] ?? numericZero) < 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
