/**
 * RANGE offset PRECEDING/FOLLOWING: frames that reach as far as the key lies within a distance of
 * the row's own key, as PostgreSQL's in_range functions have it.
 *
 *     key       1   3   4   9        RANGE BETWEEN 1 PRECEDING AND 5 FOLLOWING of the row of 3:
 *     frame         [───────)        keys from 2 to 8
 *
 * Rows whose key is NULL frame their peers.
 */
import { must } from '../../errors/assert.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { compareValues } from '../../types/compare.ts';
import type { Datum, Interval, Numeric } from '../../types/datum.ts';
import { timestampOfDate } from '../../types/instant.ts';
import { addIntervals, intervalSpan, negateInterval } from '../../types/interval-arithmetic.ts';
import { addNumeric, negateNumeric, signOf } from '../../types/numeric.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { addToTimestamp, addToTimestampTz } from '../../types/timestamp-arithmetic.ts';
import { timeZone } from '../../types/time-zone.ts';
import type { Partition } from './partition.ts';

/** The one ORDER BY key of a RANGE frame with offsets. */
export interface RangeKey {
  readonly type: TypeName;
  readonly descending: boolean;
  readonly timeZone: string;
  readonly valueAt: (row: number) => Datum | null;
}

export interface RangeBound {
  readonly isStart: boolean;
  readonly isPreceding: boolean;
  readonly offset: Datum | null;
}

/** Errors: 22004 for a NULL offset, 22013 for a negative one. */
export function rangeBound(
  partition: Partition,
  key: RangeKey,
  { isStart, isPreceding, offset }: RangeBound,
): (row: number) => number {
  if (offset === null) {
    const which = isStart ? 'starting' : 'ending';
    throw new SqlError('null_value_not_allowed', `frame ${which} offset must not be null`);
  }
  const reach = must(reaches[key.type] ?? unknownReach(key.type), 'reach');
  const distance = reach.distance(offset);
  if (distance.isNegative) {
    const message = 'invalid preceding or following size in window function';
    throw new SqlError('invalid_preceding_or_following_size', message);
  }
  const isBackward = isPreceding !== key.descending;
  const step = isBackward ? reach.negated(distance.value) : distance.value;
  const { start, end, peerStart, peerEnd } = partition;
  const values = Array.from({ length: end - start }, (_, index) => {
    const value = key.valueAt(start + index);
    return value === null ? null : reach.plain(value);
  });
  const known = knownRows(values);
  const order = key.descending ? -1 : 1;
  const zone = timeZone(key.timeZone);
  return (row) => {
    const own = values[row - start] ?? null;
    if (own === null) return must((isStart ? peerStart : peerEnd)[row - start], 'peers');
    const limit = reach.moved(own, step, zone);
    // Infinity less infinity: PostgreSQL takes every key but NaN to lie within reach.
    const isAll = isNaN(limit) && !isNaN(own);
    const isPassed = (value: Datum): boolean => {
      if (isAll)
        return isStart ? !key.descending || !isNaN(value) : !key.descending && isNaN(value);
      const side = compareValues(reach.type, value, limit) * order;
      return isStart ? side >= 0 : side > 0;
    };
    return start + firstPassed(values, known, isPassed);
  };
}

function isNaN(value: Datum): boolean {
  return Number.isNaN(value) || (value as Numeric).special === 'NaN';
}

/** Keys that are not NULL: they lie together, before or behind the NULLs. */
function knownRows(values: readonly (Datum | null)[]): readonly [from: number, to: number] {
  const from = values.findIndex((value) => value !== null);
  return from < 0 ? [0, 0] : [from, values.findLastIndex((value) => value !== null) + 1];
}

/** The first of the sorted keys that the test passes, else the end of them. */
function firstPassed(
  values: readonly (Datum | null)[],
  [from, to]: readonly [number, number],
  isPassed: (value: Datum) => boolean,
): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isPassed(must(values[middle], 'key'))) high = middle;
    else low = middle + 1;
  }
  return low;
}

interface Distance {
  readonly value: Datum;
  readonly isNegative: boolean;
}

/** How far an offset reaches from a key. */
interface Reach {
  /** Type of moved keys. */
  readonly type: TypeName;
  readonly plain: (key: Datum) => Datum;
  readonly distance: (offset: Datum) => Distance;
  readonly negated: (distance: Datum) => Datum;
  readonly moved: (key: Datum, distance: Datum, zone: ReturnType<typeof timeZone>) => Datum;
}

const same = (value: Datum): Datum => value;

const wholeReach: Reach = {
  type: 'int8',
  plain: (key) => BigInt(key as bigint | number),
  distance: (offset) => {
    const value = BigInt(offset as bigint | number);
    return { value, isNegative: value < 0n };
  },
  negated: (distance) => -(distance as bigint),
  moved: (key, distance) => (key as bigint) + (distance as bigint),
};

const floatReach: Reach = {
  type: 'float8',
  plain: same,
  distance: (offset) => ({ value: offset, isNegative: !((offset as number) >= 0) }),
  negated: (distance) => -(distance as number),
  moved: (key, distance) => (key as number) + (distance as number),
};

const numericReach: Reach = {
  type: 'numeric',
  plain: same,
  distance: (offset) => {
    const isNegative = signOf(offset as Numeric) < 0 || (offset as Numeric).special === 'NaN';
    return { value: offset, isNegative };
  },
  negated: (distance) => negateNumeric(distance as Numeric),
  moved: (key, distance) => addNumeric(key as Numeric, distance as Numeric),
};

const span = {
  distance: (offset: Datum): Distance => {
    return { value: offset, isNegative: intervalSpan(offset as Interval) < 0n };
  },
  negated: (distance: Datum): Datum => negateInterval(distance as Interval),
};

const timestampReach: Reach = {
  ...span,
  type: 'timestamp',
  plain: same,
  moved: (key, distance) => addToTimestamp(key as bigint, distance as Interval),
};

const reaches: Partial<Record<TypeName, Reach>> = {
  int2: wholeReach,
  int4: wholeReach,
  int8: wholeReach,
  float4: floatReach,
  float8: floatReach,
  numeric: numericReach,
  date: { ...timestampReach, plain: (key) => timestampOfDate(key as number) },
  timestamp: timestampReach,
  timestamptz: {
    ...timestampReach,
    type: 'timestamptz',
    moved: (key, distance, zone) => addToTimestampTz(key as bigint, distance as Interval, zone),
  },
  // Only the part of a day counts, and no day is passed.
  time: {
    ...span,
    type: 'int8',
    plain: same,
    moved: (key, distance) => (key as bigint) + (distance as Interval).micros,
  },
  interval: {
    ...span,
    type: 'interval',
    plain: same,
    moved: (key, distance) => addIntervals(key as Interval, distance as Interval),
  },
};

function unknownReach(type: TypeName): never {
  throw unsupported(`RANGE with offset PRECEDING/FOLLOWING over ${type}`);
}
