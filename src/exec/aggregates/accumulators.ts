/** The table of accumulators by the name that AggregateOverload.accumulator gives. */
import { unsupported } from '../../errors/sql-error.ts';
import type { Accumulator, AccumulatorContext, CreateAccumulator } from './accumulator.ts';
import { bitFold } from './bit-fold.ts';
import { countAccumulator } from './count.ts';
import { maxAccumulator, minAccumulator } from './extreme.ts';
import { averageAccumulator, sumAccumulator } from './sum.ts';

const accumulators: ReadonlyMap<string, CreateAccumulator> = new Map([
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
]);

/** Aggregates whose result depends on the order of their input. */
const orderSensitive: ReadonlySet<string> = new Set([
  'string_agg', 'array_agg', 'json_agg', 'jsonb_agg', 'json_object_agg', 'jsonb_object_agg',
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
