/** The optimizer's rules, in the order in which they run. */
import { callRoutines } from './call-routines.ts';
import { distinctAggregates } from './distinct-aggregates.ts';
import { equalitiesToLists } from './equalities-to-lists.ts';
import { existsToSets } from './exists-to-sets.ts';
import { lateralToJoin } from './lateral-to-join.ts';
import { leftJoinToAntiJoin } from './left-join-to-anti-join.ts';
import { mergeProjections } from './merge-projections.ts';
import { outerToInnerJoin } from './outer-to-inner-join.ts';
import { postponeSubplans } from './postpone-subplans.ts';
import { propagateConstants } from './propagate-constants.ts';
import { propagateEmpty } from './propagate-empty.ts';
import { pruneColumns } from './prune-columns.ts';
import { pushDownFilters } from './push-down-filters.ts';
import { pushDownLimit } from './push-down-limit.ts';
import { removeRedundant } from './remove-redundant.ts';
import { removeUnusedSubqueries } from './remove-unused-subqueries.ts';
import { reorderJoins } from './reorder-joins.ts';
import { simplifyExpressions } from './simplify-expressions.ts';
import { unnestKeyLookups } from './unnest-key-lookups.ts';
import { unnestScalarAggregates } from './unnest-scalar-aggregates.ts';
import { unnestSubqueries } from './unnest-subqueries.ts';
import type { Rule } from './rule.ts';

export const rules: readonly Rule[] = [
  simplifyExpressions,
  equalitiesToLists,
  unnestSubqueries,
  existsToSets,
  unnestScalarAggregates,
  unnestKeyLookups,
  lateralToJoin,
  removeUnusedSubqueries,
  outerToInnerJoin,
  leftJoinToAntiJoin,
  propagateConstants,
  pushDownFilters,
  propagateEmpty,
  distinctAggregates,
  removeRedundant,
  reorderJoins,
  postponeSubplans,
  pushDownLimit,
  mergeProjections,
  pruneColumns,
  callRoutines,
];
