/** The catalog that a query's plan asks: the session's own, or on a worker one made from its state. */
import { receivedState } from '../catalog/catalog-state.ts';
import { KeptDefinitions } from '../catalog/system/definition-facts.ts';
import { createSystemCatalog } from '../catalog/system/system-catalog.ts';
import { spanRows } from '../trace/spans/span-rows.ts';
import type { QueryCatalog, QueryRequest } from './execution.ts';

type Evaluation = QueryRequest['evaluation'];

/** Of this thread. */
const definitions = new KeptDefinitions();
const made = new WeakMap<Evaluation, QueryCatalog>();
const nothing: QueryCatalog = { find: () => undefined, factParts: () => [] };

export function catalogOf(evaluation: Evaluation): QueryCatalog {
  const { catalog, catalogState } = evaluation;
  if (catalog !== undefined) return catalog;
  if (catalogState === undefined) return nothing;
  const known =
    made.get(evaluation) ?? createSystemCatalog(receivedState(catalogState, definitions), spanRows);
  made.set(evaluation, known);
  return known;
}
