/**
 * The physical plan: what the executor runs. Plain data, sent to workers as it is.
 *
 * Every node says its output (`fields`), its preorder number (`id`, root = 0) and the planner's
 * estimates. Expressions refer to the child's output columns by index (joins: left columns, then
 * right columns).
 *
 * Parallel plans: everything below a CoalescePartitionsExec is run by all workers, each taking
 * morsels from the one SeqScanExec that is `parallel`; the build side of a join inside such a
 * fragment is run once, before the fragment. CoalescePartitionsExec never nests inside another's
 * probe path.
 */
import type { RoutineStep } from './logical.ts';
import type { FactRows } from './planner.ts';
import type { Expr } from '../expr/expr.ts';
import type { SqlType } from '../types/sql-type.ts';

export interface Field {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
  /** Origin when the column is a table's plain column: RowDescription carries it. */
  readonly tableOid?: number;
  readonly columnNumber?: number;
}

interface NodeCore {
  readonly id: number;
  readonly fields: readonly Field[];
  readonly estimatedRows: number;
  readonly estimatedCost: number;
}

/**
 * A scan of a stored table. `columns` are the table's column positions, in output order; position
 * -1 is the row id (int8: segment number × 2^32 + row), which UPDATE and DELETE carry; -2 the OID
 * of the leaf that a partitioned table's row lies in.
 */
export interface SeqScanExec extends NodeCore {
  readonly kind: 'SeqScanExec';
  readonly tableOid: number;
  readonly tableName: string;
  readonly columns: readonly number[];
  /** Conjuncts `column op constant` that prune segments by zone map; the filter above re-checks. */
  readonly pruning: readonly PruningPredicate[];
  /** Zero-based output column by which a TopK above wants segments ordered and pruned. */
  readonly topK?: {
    readonly column: number;
    readonly descending: boolean;
    readonly nullsFirst: boolean;
  };
  readonly parallel: boolean;
  /** Of a partitioned table: names of the leaves that are read, by OID. */
  readonly leaves?: ReadonlyMap<number, string>;
}

/** Rows of a fact table (pg_catalog's raw facts). `columns` are positions. */
export interface FactScanExec extends NodeCore {
  readonly kind: 'FactScanExec';
  readonly schema: string;
  readonly factName: string;
  /** Rows that the statement carries; undefined: they are the catalog's. */
  readonly rows?: FactRows;
  readonly columns: readonly number[];
  /** Conjuncts `column = value` and `column in values` that choose rows; the filter re-checks. */
  readonly keys?: readonly PruningPredicate[];
}

export interface PruningPredicate {
  /** Position in the table. */
  readonly column: number;
  readonly op: '=' | '<' | '<=' | '>' | '>=' | 'isNull' | 'isNotNull' | 'in';
  /** Constants or parameters; several for `in`. */
  readonly values: readonly Expr[];
}

export interface FilterExec extends NodeCore {
  readonly kind: 'FilterExec';
  readonly input: PlanNode;
  readonly predicate: Expr;
}

export interface ProjectionExec extends NodeCore {
  readonly kind: 'ProjectionExec';
  readonly input: PlanNode;
  readonly exprs: readonly Expr[];
}

export interface AggregateCall {
  /** Accumulator's name: AggregateOverload.accumulator. */
  readonly accumulator: string;
  /** functionId, e.g. `sum(int4)`, as EXPLAIN and errors name it. */
  readonly functionId: string;
  readonly args: readonly Expr[];
  readonly distinct: boolean;
  readonly filter?: Expr;
  readonly orderBy: readonly SortKey[];
  readonly type: SqlType;
}

/**
 * Output: group columns, then one column per aggregate.
 * `partial` yields group columns, then each accumulator's state as one bytea column;
 * `final` reads that. `grouping sets` are expanded by the planner.
 * No group exprs: exactly one output row, also over no input (mode single and final).
 */
export interface AggregateExec extends NodeCore {
  readonly kind: 'AggregateExec';
  readonly mode: 'single' | 'partial' | 'final';
  readonly input: PlanNode;
  readonly groupBy: readonly Expr[];
  readonly aggregates: readonly AggregateCall[];
}

export interface SortKey {
  readonly expr: Expr;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Stable sort; with `fetch`, only the first `fetch` rows are kept (TopK). */
export interface SortExec extends NodeCore {
  readonly kind: 'SortExec';
  readonly input: PlanNode;
  readonly keys: readonly SortKey[];
  readonly fetch?: number;
}

/** LIMIT and OFFSET; expressions are constants, parameters or subplans of type int8. */
export interface GlobalLimitExec extends NodeCore {
  readonly kind: 'GlobalLimitExec';
  readonly input: PlanNode;
  readonly skip?: Expr;
  readonly fetch?: Expr;
}

export type JoinType =
  'inner' | 'left' | 'right' | 'full' | 'leftSemi' | 'leftAnti' | 'rightSemi' | 'rightAnti';

/**
 * Equi-join; the build side is always `left`, the probe side `right` (order of output columns:
 * left, then right; semi and anti joins output only the named side).
 * `filter` is a residual condition over left+right columns, part of the match.
 */
export interface HashJoinExec extends NodeCore {
  readonly kind: 'HashJoinExec';
  readonly left: PlanNode;
  readonly right: PlanNode;
  readonly joinType: JoinType;
  readonly leftKeys: readonly Expr[];
  readonly rightKeys: readonly Expr[];
  /** NULL = NULL matches: INTERSECT, EXCEPT, IS NOT DISTINCT FROM. */
  readonly nullsEqual: boolean;
  /** NOT IN: any NULL on the build side empties the result. */
  readonly nullAware: boolean;
  readonly filter?: Expr;
}

/** Any join without equality keys; `left` is buffered. CROSS JOIN has no filter. */
export interface NestedLoopJoinExec extends NodeCore {
  readonly kind: 'NestedLoopJoinExec';
  readonly left: PlanNode;
  readonly right: PlanNode;
  readonly joinType: JoinType;
  readonly filter?: Expr;
}

/**
 * For each input row, runs `inner` with outer columns bound (LATERAL, correlated subqueries
 * that no rule could unnest). `outerColumns` are input columns, given to `inner` as parameters
 * from `firstParameter` on.
 */
export interface LateralJoinExec extends NodeCore {
  readonly kind: 'LateralJoinExec';
  readonly input: PlanNode;
  readonly inner: PlanNode;
  readonly joinType: 'inner' | 'left';
  readonly outerColumns: readonly Expr[];
  readonly firstParameter: number;
}

/** Concatenation of inputs with the same column types. */
export interface UnionExec extends NodeCore {
  readonly kind: 'UnionExec';
  readonly inputs: readonly PlanNode[];
}

/** INTERSECT ALL and EXCEPT ALL by counting; the DISTINCT forms are semi and anti joins. */
export interface SetOperationExec extends NodeCore {
  readonly kind: 'SetOperationExec';
  readonly operation: 'intersectAll' | 'exceptAll';
  readonly left: PlanNode;
  readonly right: PlanNode;
}

export interface ValuesExec extends NodeCore {
  readonly kind: 'ValuesExec';
  readonly rows: readonly (readonly Expr[])[];
}

/** One row without columns: SELECT without FROM. */
export interface PlaceholderRowExec extends NodeCore {
  readonly kind: 'PlaceholderRowExec';
}

/** No rows: a filter that is false. */
export interface EmptyExec extends NodeCore {
  readonly kind: 'EmptyExec';
}

/** Set-returning function in FROM: generate_series, unnest(a, b), jsonb_each … */
export interface TableFunctionExec extends NodeCore {
  readonly kind: 'TableFunctionExec';
  /** Several for ROWS FROM and unnest of several arrays; shorter ones are padded with NULL. */
  readonly calls: readonly { readonly functionId: string; readonly args: readonly Expr[] }[];
  readonly ordinality: boolean;
}

/** Set-returning functions in the select list. Output: `exprs` with each set expanded in step. */
export interface ProjectSetExec extends NodeCore {
  readonly kind: 'ProjectSetExec';
  readonly input: PlanNode;
  readonly items: readonly (
    | { readonly kind: 'expr'; readonly expr: Expr }
    | { readonly kind: 'set'; readonly functionId: string; readonly args: readonly Expr[] }
  )[];
}

/**
 * Users' functions, called for each row on the session's thread: exec/staged-run.ts runs it, no
 * operator. Output: the input's columns, then those of the steps.
 */
export interface RoutineCallExec extends NodeCore {
  readonly kind: 'RoutineCallExec';
  readonly input: PlanNode;
  readonly steps: readonly RoutineStep[];
}

export interface WindowFrame {
  readonly mode: 'rows' | 'range' | 'groups';
  readonly start: WindowBound;
  readonly end: WindowBound;
  readonly exclude: 'none' | 'current' | 'group' | 'ties';
}

export type WindowBound =
  | { readonly kind: 'unboundedPreceding' | 'currentRow' | 'unboundedFollowing' }
  | { readonly kind: 'preceding' | 'following'; readonly offset: Expr };

export interface WindowCall {
  /** `row_number`, `lag`, … or an accumulator's name for aggregates over windows. */
  readonly name: string;
  readonly isAggregate: boolean;
  readonly functionId: string;
  readonly args: readonly Expr[];
  readonly filter?: Expr;
  readonly frame: WindowFrame;
  readonly type: SqlType;
}

/** Output: the input's columns, then one per call. All calls share partition and order. */
export interface WindowAggExec extends NodeCore {
  readonly kind: 'WindowAggExec';
  readonly input: PlanNode;
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly SortKey[];
  readonly calls: readonly WindowCall[];
}

/** DISTINCT ON: the first row of each run of equal keys in an input sorted by them. */
export interface DistinctOnExec extends NodeCore {
  readonly kind: 'DistinctOnExec';
  readonly input: PlanNode;
  readonly keys: readonly Expr[];
}

/** WITH RECURSIVE: `recursive` reads the rows of the previous round through WorkTableExec. */
export interface RecursiveQueryExec extends NodeCore {
  readonly kind: 'RecursiveQueryExec';
  readonly initial: PlanNode;
  readonly recursive: PlanNode;
  readonly workTable: number;
  readonly distinct: boolean;
}

export interface WorkTableExec extends NodeCore {
  readonly kind: 'WorkTableExec';
  readonly workTable: number;
}

/** A CTE that is read more than once: the first reader runs `input`, the rows are kept. */
export interface MaterializeExec extends NodeCore {
  readonly kind: 'MaterializeExec';
  readonly input: PlanNode;
  /** Readers with the same number share the rows. */
  readonly cte: number;
}

/** Boundary between workers and the query's driver: yields the batches of all partitions. */
export interface CoalescePartitionsExec extends NodeCore {
  readonly kind: 'CoalescePartitionsExec';
  readonly input: PlanNode;
}

export type PlanNode =
  | SeqScanExec
  | FactScanExec
  | FilterExec
  | ProjectionExec
  | AggregateExec
  | SortExec
  | GlobalLimitExec
  | HashJoinExec
  | NestedLoopJoinExec
  | LateralJoinExec
  | UnionExec
  | SetOperationExec
  | ValuesExec
  | PlaceholderRowExec
  | EmptyExec
  | TableFunctionExec
  | ProjectSetExec
  | RoutineCallExec
  | WindowAggExec
  | DistinctOnExec
  | RecursiveQueryExec
  | WorkTableExec
  | MaterializeExec
  | CoalescePartitionsExec;

export type PlanKind = PlanNode['kind'];
export type NodeOf<K extends PlanKind> = Extract<PlanNode, { readonly kind: K }>;

/** The children of each kind of node, as data: walking, rewriting and numbering share it. */
export const childKeys: { readonly [K in PlanKind]: readonly (keyof NodeOf<K>)[] } = {
  SeqScanExec: [],
  FactScanExec: [],
  FilterExec: ['input'],
  ProjectionExec: ['input'],
  AggregateExec: ['input'],
  SortExec: ['input'],
  GlobalLimitExec: ['input'],
  HashJoinExec: ['left', 'right'],
  NestedLoopJoinExec: ['left', 'right'],
  LateralJoinExec: ['input', 'inner'],
  UnionExec: ['inputs'],
  SetOperationExec: ['left', 'right'],
  ValuesExec: [],
  PlaceholderRowExec: [],
  EmptyExec: [],
  TableFunctionExec: [],
  ProjectSetExec: ['input'],
  RoutineCallExec: ['input'],
  WindowAggExec: ['input'],
  DistinctOnExec: ['input'],
  RecursiveQueryExec: ['initial', 'recursive'],
  WorkTableExec: [],
  MaterializeExec: ['input'],
  CoalescePartitionsExec: ['input'],
};

export function childrenOf(node: PlanNode): readonly PlanNode[] {
  const record = node as unknown as Record<string, PlanNode | readonly PlanNode[]>;
  return childKeys[node.kind].flatMap((key) => record[key as string] as PlanNode | PlanNode[]);
}

/**
 * A whole statement's plan. Subplans are run on first use: uncorrelated ones once; correlated ones
 * per distinct argument values, which `plan` sees as parameters from `firstParameter` on.
 */
export interface PhysicalPlan {
  readonly root: PlanNode;
  readonly subplans: readonly { readonly plan: PlanNode; readonly firstParameter: number }[];
  /** Number of the statement's own parameters ($1 … $n). */
  readonly parameterTypes: readonly SqlType[];
  /** Tables to take snapshots of, by OID. */
  readonly tables: readonly number[];
  /** Small enough to run on the main thread: no stored table, or a few thousand rows. */
  readonly small: boolean;
  /** Nothing in it is volatile: if it takes long on the main thread, a worker may begin anew. */
  readonly movable?: boolean;
  /** Some RoutineCallExec is in it. */
  readonly callsRoutines?: boolean;
  /** Some of those functions see the stored tables as the statement does: they are not volatile. */
  readonly callsStable?: boolean;
}
