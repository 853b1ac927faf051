/**
 * Ranges: two bounds over a type with an order, in PostgreSQL's canonical form (rangetypes.c).
 *
 *     discrete subtypes (integers, dates)    [lower, upper), never (a, or b]
 *     a range of no value                    empty, whatever its bounds were
 */
import { SqlError } from '../../errors/sql-error.ts';
import { compareValues } from '../compare.ts';
import { checkDate, isFiniteDate } from '../instant.ts';
import type { Datum, RangeValue } from '../datum.ts';
import type { RangeTypeName } from '../sql-type.ts';
import { subtypeOf } from './range-types.ts';

export interface Bound {
  /** null: infinite. */
  readonly value: Datum | null;
  readonly isInclusive: boolean;
  readonly isLower: boolean;
}

export function emptyRange(type: RangeTypeName): RangeValue {
  return {
    type,
    isEmpty: true,
    lower: null,
    upper: null,
    lowerInclusive: false,
    upperInclusive: false,
  };
}

export function lowerBound({ lower, lowerInclusive }: RangeValue): Bound {
  return { value: lower, isInclusive: lowerInclusive, isLower: true };
}

export function upperBound({ upper, upperInclusive }: RangeValue): Bound {
  return { value: upper, isInclusive: upperInclusive, isLower: false };
}

/** make_range. Errors: 22000 for bounds in the wrong order, 22003, 22008. */
export function makeRange(type: RangeTypeName, lower: Bound, upper: Bound): RangeValue {
  const given = checkedRange(type, lower, upper);
  const next = successors[subtypeOf(type)];
  if (given.isEmpty || next === undefined) return given;
  const from = lowerBound(given);
  const to = upperBound(given);
  const closed = from.value !== null && !from.isInclusive ? next(from.value) : undefined;
  const open = to.value !== null && to.isInclusive ? next(to.value) : undefined;
  if (closed === undefined && open === undefined) return given;
  return checkedRange(
    type,
    closed === undefined ? from : { ...from, value: closed, isInclusive: true },
    open === undefined ? to : { ...to, value: open, isInclusive: false },
  );
}

/** range_serialize. */
function checkedRange(type: RangeTypeName, lower: Bound, upper: Bound): RangeValue {
  const order = compareBoundValues(type, lower, upper);
  if (order > 0) {
    const message = 'range lower bound must be less than or equal to range upper bound';
    throw new SqlError('data_exception', message);
  }
  const isPoint = lower.isInclusive && upper.isInclusive;
  if (order === 0 && lower.value !== null && !isPoint) return emptyRange(type);
  return {
    type,
    isEmpty: false,
    lower: lower.value,
    upper: upper.value,
    lowerInclusive: lower.value !== null && lower.isInclusive,
    upperInclusive: upper.value !== null && upper.isInclusive,
  };
}

/** The next value of a discrete type; undefined: there is none before infinity. */
const successors: Partial<Record<string, (value: Datum) => Datum | undefined>> = {
  int4: (value) => {
    if ((value as number) < 2_147_483_647) return (value as number) + 1;
    throw new SqlError('numeric_value_out_of_range', 'integer out of range');
  },
  int8: (value) => {
    const next = (value as bigint) + 1n;
    if (next === BigInt.asIntN(64, next)) return next;
    throw new SqlError('numeric_value_out_of_range', 'bigint out of range');
  },
  date: (value) => {
    const days = value as number;
    return isFiniteDate(days) ? checkDate(days + 1) : undefined;
  },
};

/** range_cmp_bound_values: by value alone; infinite bounds by their side. */
function compareBoundValues(type: RangeTypeName, a: Bound, b: Bound): number {
  if (a.value === null && b.value === null) {
    if (a.isLower === b.isLower) return 0;
    return a.isLower ? -1 : 1;
  }
  if (a.value === null) return a.isLower ? -1 : 1;
  if (b.value === null) return b.isLower ? 1 : -1;
  return compareValues(subtypeOf(type), a.value, b.value);
}

/** range_cmp_bounds. */
export function compareBounds(type: RangeTypeName, a: Bound, b: Bound): number {
  const order = compareBoundValues(type, a, b);
  if (order !== 0 || a.value === null || b.value === null) return order;
  if (!a.isInclusive && !b.isInclusive) {
    if (a.isLower === b.isLower) return 0;
    return a.isLower ? 1 : -1;
  }
  if (!a.isInclusive) return a.isLower ? 1 : -1;
  if (!b.isInclusive) return b.isLower ? -1 : 1;
  return 0;
}

/** range_cmp: the empty range is less than all others. */
export function compareRanges(a: RangeValue, b: RangeValue): number {
  if (a.isEmpty || b.isEmpty) return Number(b.isEmpty) - Number(a.isEmpty);
  const { type } = a;
  return (
    compareBounds(type, lowerBound(a), lowerBound(b)) ||
    compareBounds(type, upperBound(a), upperBound(b))
  );
}
