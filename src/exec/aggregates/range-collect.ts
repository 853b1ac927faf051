/** range_agg and range_intersect_agg: unions and intersections of a group's ranges. */
import type { Datum, MultirangeValue, RangeValue } from '../../types/datum.ts';
import { intersectionOf, makeMultirange } from '../../types/ranges/multirange-value.ts';
import { intersection } from '../../types/ranges/range-relations.ts';
import { isRange } from '../../types/ranges/range-types.ts';
import type { MultirangeTypeName } from '../../types/sql-type.ts';
import type { CreateAccumulator } from './accumulator.ts';
import { ValueAccumulator, type ValueFold } from './value-accumulator.ts';

/** Ranges are joined once all are there. */
export const rangeAggregate: CreateAccumulator = ({ type }) => {
  const fold: ValueFold<readonly RangeValue[]> = {
    add: (state, [value = null]) => {
      if (value === null) return state;
      const ranges = (state ?? []) as RangeValue[];
      ranges.push(...rangesOf(value));
      return ranges;
    },
    merge: (a, b) => [...a, ...b],
    finish: (state) =>
      state === undefined ? null : makeMultirange(type.name as MultirangeTypeName, state),
  };
  return new ValueAccumulator(fold, type);
};

function rangesOf(value: Datum): readonly RangeValue[] {
  return 'ranges' in (value as object) ? (value as MultirangeValue).ranges : [value as RangeValue];
}

export const rangeIntersection: CreateAccumulator = ({ type }) => {
  const merge = (a: Datum, b: Datum): Datum =>
    isRange(type.name)
      ? intersection(a as RangeValue, b as RangeValue)
      : intersectionOf(a as MultirangeValue, b as MultirangeValue);
  const fold: ValueFold<Datum> = {
    add: (state, [value = null]) =>
      value === null || state === undefined ? (value ?? state) : merge(state, value),
    merge,
    finish: (state) => state ?? null,
  };
  return new ValueAccumulator(fold, type);
};
