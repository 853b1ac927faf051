/**
 * The operator contract.
 *
 * An operator is a generator function over its plan node: it pulls batches from its inputs and
 * yields batches. It is synchronous, runs on any thread, and knows nothing of tracing, logging,
 * cancelling or time: the wrapper around every operator (instrument.ts) does that once.
 *
 * Ownership: a yielded batch is valid until the next pull. Empty batches are not yielded.
 * Memory: `scratch` is reset before each pull of this operator; `state` lives until the operator
 * is closed. Both count against the query's budget. A generator's `finally` releases the rest.
 */
import type { Batch } from '../columns/batch.ts';
import type { SegmentReader, TableSnapshot } from '../catalog/table.ts';
import type { EvaluationContext } from '../functions/function-record.ts';
import type { Arena, Budget } from '../memory/arena.ts';
import type { Expr } from '../expr/expr.ts';
import type { NodeOf, PlanKind, PlanNode } from '../plan/physical.ts';
import type { FactRows } from '../plan/planner.ts';
import type { Datum } from '../types/datum.ts';
import type { NodeStatistics } from '../trace/node-statistics.ts';

export type BatchStream = Iterable<Batch>;

/** What one running operator gets. */
export interface OperatorContext {
  readonly query: QueryContext;
  readonly scratch: Arena;
  readonly state: Arena;
  /** Facts of this node for the trace: `context.facts.groups = …`. */
  readonly facts: Record<string, number>;
  /** The evaluation context whose arena is this operator's scratch. */
  readonly evaluation: EvaluationContext;
}

/** One execution of a plan on one thread. */
export interface QueryContext {
  readonly parameters: readonly (Datum | null)[];
  readonly snapshots: ReadonlyMap<number, TableSnapshot>;
  readonly budget: Budget;
  /** 0 on the driver; the helper's number elsewhere. */
  readonly partition: number;
  readonly segments: SegmentReader;
  /** Rows of a fact table in parts; a part is the same array as long as its rows are the same. */
  readonly factParts: (schema: string, name: string) => readonly FactRows[];
  /** Opens a child: builds its operator inside the wrapper. */
  readonly open: (node: PlanNode) => BatchStream;
  /** Runs a fragment on all workers and yields their batches; serial where there are none. */
  readonly openParallel: (node: PlanNode) => BatchStream;
  /** Takes the next morsel of a parallel scan: a number 0 … n-1, or -1 when none is left. */
  readonly nextMorsel: (scan: NodeOf<'SeqScanExec'>, morselCount: number) => number;
  /** Evaluates a constant, a parameter or a subplan. */
  readonly scalar: (expr: Expr) => Datum | null;
  /** State shared by nodes of one query on this thread: CTE rows, work tables, join tables. */
  readonly shared: Map<string, unknown>;
  readonly statistics: Map<number, NodeStatistics>;
}

export type Operator<K extends PlanKind> = (
  node: NodeOf<K>,
  context: OperatorContext,
) => BatchStream;

/** The operator table is of this type: a plan node without an operator does not compile. */
export type Operators = { readonly [K in PlanKind]: Operator<K> };
