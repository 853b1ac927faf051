/**
 * percentile_cont, percentile_disc, mode and median: all values of a group are kept and sorted.
 *
 * Arguments: the fraction or fractions (not for mode and median), then the value. WITHIN GROUP's
 * order may be descending. PostgreSQL manual, section 9.21, ordered-set aggregates.
 */
import { SqlError } from '../../errors/sql-error.ts';
import { compareValues } from '../../types/compare.ts';
import { sqlType } from '../../types/type-table.ts';
import type { Datum, Interval, SqlArray } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { tick } from '../checkpoint.ts';
import type { AccumulatorContext, CreateAccumulator } from './accumulator.ts';
import { scaleInterval } from './interval-sum.ts';
import { ValueAccumulator, type ValueFold } from './value-accumulator.ts';

interface Collected {
  readonly fraction: Datum | null;
  readonly values: Datum[];
}

type Pick = (values: readonly Datum[], fraction: number) => Datum;

export const percentileContinuous: CreateAccumulator = (context) =>
  percentile(context, interpolate);

export const percentileDiscrete: CreateAccumulator = (context) =>
  percentile(
    context,
    (values, fraction) => values[Math.max(0, Math.ceil(fraction * values.length) - 1)] as Datum,
  );

export const median: CreateAccumulator = (context) => {
  const order = sortOrder(context, 0);
  return new ValueAccumulator(
    collect(0, ({ values }) => interpolate(values.toSorted(order), 0.5)),
    context.type,
  );
};

export const mode: CreateAccumulator = (context) => {
  const order = sortOrder(context, 0);
  return new ValueAccumulator(
    collect(0, ({ values }) => mostFrequent(values.toSorted(order), order)),
    context.type,
  );
};

function percentile(context: AccumulatorContext, pick: Pick): ReturnType<CreateAccumulator> {
  const order = sortOrder(context, 1);
  const finish = ({ fraction, values }: Collected): Datum | null => {
    if (fraction === null) return null;
    const sorted = values.toSorted(order);
    if (typeof fraction === 'number') return pick(sorted, checked(fraction));
    const { dimensions, values: fractions } = fraction as SqlArray;
    return {
      element: context.type.name.slice(1) as TypeName,
      dimensions,
      values: fractions.map((each) =>
        each === null ? null : pick(sorted, checked(each as number)),
      ),
    };
  };
  return new ValueAccumulator(collect(1, finish), context.type);
}

/** NULL values are ignored; no values give NULL. */
function collect(
  valueIndex: 0 | 1,
  finish: (collected: Collected) => Datum | null,
): ValueFold<Collected> {
  return {
    add: (state, args) => {
      const value = args[valueIndex] ?? null;
      if (value === null) return state;
      const fraction = valueIndex === 1 ? (args[0] ?? null) : null;
      const collected = state ?? { fraction, values: [] };
      collected.values.push(value);
      return collected;
    },
    merge: (a, b) => ({ fraction: a.fraction, values: [...a.values, ...b.values] }),
    finish: (state) => (state === undefined ? null : finish(state)),
  };
}

function sortOrder(context: AccumulatorContext, index: number): (a: Datum, b: Datum) => number {
  const { name } = context.args[index] ?? sqlType('float8');
  const sign = context.descending === true ? -1 : 1;
  return (a, b) => {
    tick();
    return sign * compareValues(name, a, b);
  };
}

function checked(fraction: number): number {
  if (fraction >= 0 && fraction <= 1) return fraction;
  throw new SqlError(
    'numeric_value_out_of_range',
    `percentile value ${fraction} is not between 0 and 1`,
  );
}

function interpolate(values: readonly Datum[], fraction: number): Datum {
  const position = fraction * (values.length - 1);
  const low = Math.floor(position);
  const a = values[low] as Datum;
  const b = values[Math.ceil(position)] as Datum;
  const share = position - low;
  if (share === 0) return a;
  if (typeof a === 'number') return a + share * ((b as number) - a);
  return betweenIntervals(a as Interval, b as Interval, share);
}

function betweenIntervals(a: Interval, b: Interval, share: number): Interval {
  const distance = {
    months: b.months - a.months,
    days: b.days - a.days,
    micros: b.micros - a.micros,
  };
  const part = scaleInterval(distance, share);
  return {
    months: a.months + part.months,
    days: a.days + part.days,
    micros: a.micros + part.micros,
  };
}

/** The first of the values that occur most often. */
function mostFrequent(
  sorted: readonly Datum[],
  order: (a: Datum, b: Datum) => number,
): Datum | null {
  let best: Datum | null = null;
  let bestCount = 0;
  let start = 0;
  for (let end = 1; end <= sorted.length; end++) {
    const isSame = end < sorted.length && order(sorted[start] as Datum, sorted[end] as Datum) === 0;
    if (isSame) continue;
    if (end - start > bestCount) {
      best = sorted[start] as Datum;
      bestCount = end - start;
    }
    start = end;
  }
  return best;
}
