/** How two ranges lie to each other, and what they make together (rangetypes.c). */
import { SqlError } from '../../errors/sql-error.ts';
import { compareValues } from '../compare.ts';
import type { Datum, RangeValue } from '../datum.ts';
import type { RangeTypeName } from '../sql-type.ts';
import { subtypeOf } from './range-types.ts';
import {
  compareBounds,
  emptyRange,
  lowerBound,
  makeRange,
  upperBound,
  type Bound,
} from './range-value.ts';

export function containsElement(range: RangeValue, element: Datum): boolean {
  const { type, isEmpty, lower, upper, lowerInclusive, upperInclusive } = range;
  if (isEmpty) return false;
  const subtype = subtypeOf(type);
  const fromLower = lower === null ? 1 : compareValues(subtype, element, lower);
  if (fromLower < 0 || (fromLower === 0 && !lowerInclusive)) return false;
  const fromUpper = upper === null ? -1 : compareValues(subtype, element, upper);
  return fromUpper < 0 || (fromUpper === 0 && upperInclusive);
}

export function contains(outer: RangeValue, inner: RangeValue): boolean {
  if (inner.isEmpty) return true;
  if (outer.isEmpty) return false;
  return compareLowers(outer, inner) <= 0 && compareUppers(outer, inner) >= 0;
}

export function isBefore(a: RangeValue, b: RangeValue): boolean {
  return both(a, b) && compareBounds(a.type, upperBound(a), lowerBound(b)) < 0;
}

export function overlaps(a: RangeValue, b: RangeValue): boolean {
  if (!both(a, b)) return false;
  const { type } = a;
  const within = (inner: RangeValue, outer: RangeValue): boolean =>
    compareLowers(inner, outer) >= 0 &&
    compareBounds(type, lowerBound(inner), upperBound(outer)) <= 0;
  return within(a, b) || within(b, a);
}

/** `&<` */
export function endsWithin(a: RangeValue, b: RangeValue): boolean {
  return both(a, b) && compareUppers(a, b) <= 0;
}

/** `&>` */
export function beginsWithin(a: RangeValue, b: RangeValue): boolean {
  return both(a, b) && compareLowers(a, b) >= 0;
}

export function isAdjacent(a: RangeValue, b: RangeValue): boolean {
  if (!both(a, b)) return false;
  return (
    boundsTouch(a.type, upperBound(a), lowerBound(b)) ||
    boundsTouch(a.type, upperBound(b), lowerBound(a))
  );
}

/** Nothing lies between an upper bound and a lower one, and they share nothing. */
function boundsTouch(type: RangeTypeName, upper: Bound, lower: Bound): boolean {
  if (upper.value === null || lower.value === null) return false;
  const order = compareValues(subtypeOf(type), upper.value, lower.value);
  if (order === 0) return upper.isInclusive !== lower.isInclusive;
  if (order > 0) return false;
  const gapFrom = { value: upper.value, isInclusive: !upper.isInclusive, isLower: true };
  const gapTo = { value: lower.value, isInclusive: !lower.isInclusive, isLower: false };
  return makeRange(type, gapFrom, gapTo).isEmpty;
}

/** The smallest range that has both. */
export function merge(a: RangeValue, b: RangeValue): RangeValue {
  if (a.isEmpty) return b;
  if (b.isEmpty) return a;
  return makeRange(
    a.type,
    lowerBound(compareLowers(a, b) < 0 ? a : b),
    upperBound(compareUppers(a, b) > 0 ? a : b),
  );
}

/** Errors: 22000 when there is a gap between them. */
export function union(a: RangeValue, b: RangeValue): RangeValue {
  if (both(a, b) && !overlaps(a, b) && !isAdjacent(a, b)) throw notContiguous('union');
  return merge(a, b);
}

export function intersection(a: RangeValue, b: RangeValue): RangeValue {
  if (!overlaps(a, b)) return emptyRange(a.type);
  return makeRange(
    a.type,
    lowerBound(compareLowers(a, b) >= 0 ? a : b),
    upperBound(compareUppers(a, b) <= 0 ? a : b),
  );
}

/** Errors: 22000 when the second lies inside of the first. */
export function difference(a: RangeValue, b: RangeValue): RangeValue {
  const pieces = remainders(a, b);
  if (pieces.length > 1) throw notContiguous('difference');
  return pieces[0] ?? emptyRange(a.type);
}

/** What of the first is not in the second: up to two ranges. */
export function remainders(a: RangeValue, b: RangeValue): readonly RangeValue[] {
  if (!overlaps(a, b)) return a.isEmpty ? [] : [a];
  const pieces: RangeValue[] = [];
  if (compareLowers(a, b) < 0) {
    const end = { ...lowerBound(b), isInclusive: !b.lowerInclusive, isLower: false };
    pieces.push(makeRange(a.type, lowerBound(a), end));
  }
  if (compareUppers(a, b) > 0) {
    const start = { ...upperBound(b), isInclusive: !b.upperInclusive, isLower: true };
    pieces.push(makeRange(a.type, start, upperBound(a)));
  }
  return pieces;
}

function both(a: RangeValue, b: RangeValue): boolean {
  return !a.isEmpty && !b.isEmpty;
}

function compareLowers(a: RangeValue, b: RangeValue): number {
  return compareBounds(a.type, lowerBound(a), lowerBound(b));
}

function compareUppers(a: RangeValue, b: RangeValue): number {
  return compareBounds(a.type, upperBound(a), upperBound(b));
}

function notContiguous(what: string): SqlError {
  return new SqlError('data_exception', `result of range ${what} would not be contiguous`);
}
