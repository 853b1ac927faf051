/** The table of accumulators by the name that AggregateOverload.accumulator gives. */
import { unsupported } from '../../errors/sql-error.ts';
import type { Accumulator, AccumulatorContext, CreateAccumulator } from './accumulator.ts';
import { bitFold } from './bit-fold.ts';
import { arrayAggregate, stringAggregate } from './collect.ts';
import { countAccumulator } from './count.ts';
import { DistinctAccumulator, type DistinctKind } from './distinct-sketch.ts';
import { maxAccumulator, minAccumulator } from './extreme.ts';
import {
  hypotheticalDenseRank,
  hypotheticalDistribution,
  hypotheticalPercentRank,
  hypotheticalRank,
} from './hypothetical.ts';
import { jsonArray, jsonObject } from './json-collect.ts';
import { median, mode, percentileContinuous, percentileDiscrete } from './ordered-set.ts';
import { rangeAggregate, rangeIntersection } from './range-collect.ts';
import { PercentileAccumulator, PercentileMerge } from './percentile-sketch.ts';
import { regression, regressionCount, regressionNames } from './regression.ts';
import { averageAccumulator, sumAccumulator } from './sum.ts';
import { variance } from './variance.ts';

const accumulators: ReadonlyMap<string, CreateAccumulator> = new Map<string, CreateAccumulator>([
  ['count', countAccumulator],
  ['sum', sumAccumulator],
  ['avg', averageAccumulator],
  ['min', minAccumulator],
  ['max', maxAccumulator],
  ['bool_and', minAccumulator],
  ['bool_or', maxAccumulator],
  ['bit_and', bitFold(0)],
  ['bit_or', bitFold(1)],
  ['bit_xor', bitFold(2)],
  ['var_samp', variance({ isSample: true, isDeviation: false })],
  ['var_pop', variance({ isSample: false, isDeviation: false })],
  ['stddev_samp', variance({ isSample: true, isDeviation: true })],
  ['stddev_pop', variance({ isSample: false, isDeviation: true })],
  ['regr_count', regressionCount],
  ...regressionNames.map((name): [string, CreateAccumulator] => [name, regression(name)]),
  ['string_agg', stringAggregate],
  ['array_agg', arrayAggregate],
  ['range_agg', rangeAggregate],
  ['range_intersect_agg', rangeIntersection],
  ['json_agg', jsonArray],
  ['jsonb_agg', jsonArray],
  ['json_object_agg', jsonObject],
  ['jsonb_object_agg', jsonObject],
  ['percentile_cont', percentileContinuous],
  ['percentile_disc', percentileDiscrete],
  ['mode', mode],
  ['median', median],
  ['hypothetical_rank', hypotheticalRank],
  ['hypothetical_dense_rank', hypotheticalDenseRank],
  ['hypothetical_percent_rank', hypotheticalPercentRank],
  ['hypothetical_cume_dist', hypotheticalDistribution],
  ['percentile_agg', (context) => new PercentileAccumulator(context)],
  ['tdigest_merge', (context) => new PercentileMerge(context)],
  ['hll_agg', distinctSketch({ source: 'values', result: 'sketch' })],
  ['hll_merge', distinctSketch({ source: 'sketches', result: 'sketch' })],
  ['approx_distinct', distinctSketch({ source: 'values', result: 'count' })],
]);

function distinctSketch(kind: DistinctKind): CreateAccumulator {
  return (context) => new DistinctAccumulator(kind, context);
}

/** Aggregates whose result depends on the order of their input. */
const orderSensitive: ReadonlySet<string> = new Set([
  'string_agg',
  'array_agg',
  'json_agg',
  'jsonb_agg',
  'json_object_agg',
  'jsonb_object_agg',
]);

export function isOrderSensitive(name: string): boolean {
  return orderSensitive.has(name);
}

/** Errors: 0A000 for an unknown name, or for types that the accumulator does not know. */
export function createAccumulator(name: string, context: AccumulatorContext): Accumulator {
  const create = accumulators.get(name);
  if (create === undefined) throw unsupported(`the aggregate ${name}`);
  return create(context);
}

export function hasAccumulator(name: string): boolean {
  return accumulators.has(name);
}
