/**
 * What computes one aggregate over groups: state per group, folded batch by batch.
 *
 *     update(rows) … update(rows) ──▶ finish ──▶ results
 *                                └──▶ states ──▶ merge (another thread's) ──▶ finish
 *
 * Groups are dense numbers; a group that is new has the state of no rows. States travel as bytea,
 * one value per group, and mean nothing outside the accumulator of the same call.
 */
import type { Column } from '../../columns/column.ts';
import type { ArgumentType, EvaluationContext, RowSet } from '../../functions/function-record.ts';
import type { Arena } from '../../memory/arena.ts';
import type { SortKey } from '../../plan/physical.ts';
import type { SqlType } from '../../types/sql-type.ts';

export interface AggregateInput {
  /** Pointer to the u32 group of each position; 0: every row is of group 0. */
  readonly groups: number;
  /** Groups so far; every group number is below. */
  readonly groupCount: number;
  /** Rows to fold; position i is row selection[i]. */
  readonly rows: RowSet;
  readonly args: readonly Column[];
}

/** Like AggregateInput, over a column of states. */
export interface MergeInput {
  readonly groups: number;
  readonly groupCount: number;
  readonly rows: RowSet;
  readonly states: Column;
}

/** Groups [from, from + count) of `groupCount`. */
export interface GroupRange {
  readonly from: number;
  readonly count: number;
  readonly groupCount: number;
}

export interface Accumulator {
  update(input: AggregateInput): void;
  merge(input: MergeInput): void;
  /** State of each group of the range as bytea. */
  states(range: GroupRange, arena: Arena): Column;
  /** Result of each group of the range. */
  finish(range: GroupRange, arena: Arena): Column;
}

export interface AccumulatorContext {
  /** Types of the arguments, and of the result. */
  readonly args: readonly ArgumentType[];
  readonly type: SqlType;
  /** Lives as long as the accumulator. */
  readonly state: Arena;
  /** May be reset between calls of `update` and `merge`. */
  readonly scratch: Arena;
  readonly evaluation: EvaluationContext;
  /** WITHIN GROUP's order, for ordered-set aggregates. */
  readonly descending?: boolean;
  /** The same, key by key. */
  readonly orderBy?: readonly SortDirection[];
}

export type SortDirection = Pick<SortKey, 'descending' | 'nullsFirst'>;

/** Makes the accumulator of one call. Errors: 0A000 for a type that it does not know. */
export type CreateAccumulator = (context: AccumulatorContext) => Accumulator;
