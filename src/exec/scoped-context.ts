/**
 * A query context as the executor makes it: with the means to run plans under other parameters
 * (lateral joins, correlated subplans) and with another source of morsels (parallel fragments).
 */
import { assert } from '../errors/assert.ts';
import type { EvaluationContext } from '../functions/function-record.ts';
import type { PhysicalPlan } from '../plan/physical.ts';
import type { Datum } from '../types/datum.ts';
import type { QueryContext } from './operator.ts';

export interface ScopedContext extends QueryContext {
  /** Number of the statement's own parameters; those behind are bound by plan nodes. */
  readonly statementParameters: number;
  readonly subplans: PhysicalPlan['subplans'];
  readonly evaluation: Omit<EvaluationContext, 'arena'>;
  withParameters(parameters: readonly (Datum | null)[]): ScopedContext;
  withMorsels(nextMorsel: QueryContext['nextMorsel']): ScopedContext;
}

export function scopedContext(query: QueryContext): ScopedContext {
  assert('withParameters' in query, 'a context of the executor');
  return query as ScopedContext;
}

/** The same query with `values` as parameters from number `first` on. */
export function bindParameters(
  query: QueryContext,
  first: number,
  values: readonly (Datum | null)[],
): QueryContext {
  const parameters = [...query.parameters];
  values.forEach((value, index) => (parameters[first + index] = value));
  return scopedContext(query).withParameters(parameters);
}
