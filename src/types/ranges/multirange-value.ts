/**
 * Multiranges: ranges in their order, none empty, none that touches the next (multirangetypes.c).
 * Most relations between two are those between the smallest ranges around them.
 */
import type { Datum, MultirangeValue, RangeValue } from '../datum.ts';
import type { MultirangeTypeName } from '../sql-type.ts';
import {
  contains,
  containsElement,
  intersection,
  isAdjacent,
  isBefore,
  merge,
  overlaps,
  remainders,
} from './range-relations.ts';
import { rangeOf } from './range-types.ts';
import { compareRanges, emptyRange } from './range-value.ts';

/** Sorts, drops what is empty and joins what overlaps or touches. */
export function makeMultirange(
  type: MultirangeTypeName,
  ranges: readonly RangeValue[],
): MultirangeValue {
  const joined: RangeValue[] = [];
  for (const range of ranges.filter(({ isEmpty }) => !isEmpty).toSorted(compareRanges)) {
    const last = joined.at(-1);
    if (last === undefined || (isBefore(last, range) && !isAdjacent(last, range))) {
      joined.push(range);
    } else joined[joined.length - 1] = merge(last, range);
  }
  return { type, ranges: joined };
}

/** The smallest range that has all of it. */
export function span({ type, ranges }: MultirangeValue): RangeValue {
  return ranges.reduce(merge, emptyRange(rangeOf(type)));
}

export function anyContains({ ranges }: MultirangeValue, element: Datum): boolean {
  return ranges.some((range) => containsElement(range, element));
}

export function containsAll(outer: MultirangeValue, inner: MultirangeValue): boolean {
  return inner.ranges.every((range) => outer.ranges.some((each) => contains(each, range)));
}

export function anyOverlaps(a: MultirangeValue, b: MultirangeValue): boolean {
  return a.ranges.some((range) => b.ranges.some((other) => overlaps(range, other)));
}

export function unionOf(a: MultirangeValue, b: MultirangeValue): MultirangeValue {
  return makeMultirange(a.type, [...a.ranges, ...b.ranges]);
}

export function intersectionOf(a: MultirangeValue, b: MultirangeValue): MultirangeValue {
  const pieces = a.ranges.flatMap((range) => b.ranges.map((other) => intersection(range, other)));
  return makeMultirange(a.type, pieces);
}

export function differenceOf(a: MultirangeValue, b: MultirangeValue): MultirangeValue {
  const pieces = b.ranges.reduce(
    (rest: readonly RangeValue[], other) => rest.flatMap((range) => remainders(range, other)),
    a.ranges,
  );
  return makeMultirange(a.type, pieces);
}

/** Range by range; where one ends it is the lesser. */
export function compareMultiranges(a: MultirangeValue, b: MultirangeValue): number {
  for (const [index, range] of a.ranges.entries()) {
    const other = b.ranges[index];
    if (other === undefined) return 1;
    const order = compareRanges(range, other);
    if (order !== 0) return order;
  }
  return a.ranges.length - b.ranges.length;
}
