/**
 * The logical plan: what the binder makes and rules rewrite. Plain data.
 *
 * Every column of every node has a number that is unique in the statement ("column id").
 * In a logical plan `ColumnExpr.index` is a column id, not a position; so pushing an expression
 * through nodes never renumbers it, and a correlated reference is simply an id that the subquery
 * itself does not produce (no OuterColumnExpr occurs here). The physical planner turns ids into
 * positions.
 *
 * Subqueries in expressions are SubplanExpr; `planIndex` points into LogicalPlan.subqueries and
 * `arguments` lists the ColumnExprs of the enclosing query that the subquery uses.
 */
import type { Expr } from '../expr/expr.ts';
import type { SqlType } from '../types/sql-type.ts';
import type { Table } from '../catalog/table.ts';
import type { AggregateCall, JoinType, SortKey, WindowCall } from './physical.ts';
import type { CalledRoutine } from './called-routine.ts';
import type { FactTable } from './planner.ts';

export interface LogicalColumn {
  readonly id: number;
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly tableOid?: number;
  readonly columnNumber?: number;
}

interface LogicalCore {
  readonly columns: readonly LogicalColumn[];
}

/** `positions[i]` is the table position of columns[i]; -1 is the row id. */
export interface LogicalScan extends LogicalCore {
  readonly kind: 'scan';
  readonly table: Table;
  readonly positions: readonly number[];
}

export interface LogicalFactScan extends LogicalCore {
  readonly kind: 'factScan';
  readonly facts: FactTable;
  readonly positions: readonly number[];
}

export interface LogicalValues extends LogicalCore {
  readonly kind: 'values';
  readonly rows: readonly (readonly Expr[])[];
}

/** One row, no columns. */
export interface LogicalOneRow extends LogicalCore {
  readonly kind: 'oneRow';
}

export interface LogicalEmpty extends LogicalCore {
  readonly kind: 'empty';
}

/** `exprs[i]` computes columns[i]. A column passed through keeps its id. */
export interface LogicalProject extends LogicalCore {
  readonly kind: 'project';
  readonly input: LogicalNode;
  readonly exprs: readonly Expr[];
}

export interface LogicalFilter extends LogicalCore {
  readonly kind: 'filter';
  readonly input: LogicalNode;
  readonly predicate: Expr;
}

/**
 * Rows that others may not see are gone: nothing that could tell of them (an error, a user's
 * function) may move below. It has no operator of its own.
 */
export interface LogicalBarrier extends LogicalCore {
  readonly kind: 'barrier';
  readonly input: LogicalNode;
}

/** Semi and anti joins (leftSemi, leftAnti) output the left columns. No condition: cross join. */
export interface LogicalJoin extends LogicalCore {
  readonly kind: 'join';
  readonly left: LogicalNode;
  readonly right: LogicalNode;
  readonly joinType: JoinType;
  readonly condition: Expr | undefined;
  /** NOT IN semantics of an anti join. */
  readonly nullAware: boolean;
  /** NULLs match in equality keys: INTERSECT and EXCEPT. */
  readonly nullsEqual: boolean;
  /** The right side may use columns of the left (LATERAL). */
  readonly lateral: boolean;
}

/** Columns: groups, then aggregates. Arguments of calls are over the input. */
export interface LogicalAggregate extends LogicalCore {
  readonly kind: 'aggregate';
  readonly input: LogicalNode;
  readonly groupBy: readonly Expr[];
  readonly aggregates: readonly AggregateCall[];
}

/** Columns: the input's, then one per call. */
export interface LogicalWindow extends LogicalCore {
  readonly kind: 'window';
  readonly input: LogicalNode;
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly SortKey[];
  readonly calls: readonly WindowCall[];
}

export interface LogicalSort extends LogicalCore {
  readonly kind: 'sort';
  readonly input: LogicalNode;
  readonly keys: readonly SortKey[];
}

export interface LogicalLimit extends LogicalCore {
  readonly kind: 'limit';
  readonly input: LogicalNode;
  readonly skip: Expr | undefined;
  readonly fetch: Expr | undefined;
}

/** SELECT DISTINCT: all columns. */
export interface LogicalDistinct extends LogicalCore {
  readonly kind: 'distinct';
  readonly input: LogicalNode;
}

/** The input is sorted by `keys` first. */
export interface LogicalDistinctOn extends LogicalCore {
  readonly kind: 'distinctOn';
  readonly input: LogicalNode;
  readonly keys: readonly Expr[];
}

/** Inputs have the same column types, by position; the output has ids of its own. */
export interface LogicalSetOperation extends LogicalCore {
  readonly kind: 'setOperation';
  readonly operation: 'union' | 'intersect' | 'except';
  readonly all: boolean;
  readonly left: LogicalNode;
  readonly right: LogicalNode;
}

export interface LogicalTableFunction extends LogicalCore {
  readonly kind: 'tableFunction';
  readonly calls: readonly { readonly functionId: string; readonly args: readonly Expr[] }[];
  readonly ordinality: boolean;
}

/** Columns: those of `items` in order. */
export interface LogicalProjectSet extends LogicalCore {
  readonly kind: 'projectSet';
  readonly input: LogicalNode;
  readonly items: readonly (
    | { readonly kind: 'expr'; readonly expr: Expr }
    | { readonly kind: 'set'; readonly functionId: string; readonly args: readonly Expr[] }
  )[];
}

/**
 * Users' functions, called for each row: a list of steps that a row runs through, each over the
 * input's columns and those of the steps before. Columns: the input's, then those of the steps.
 */
export interface LogicalRoutineCalls extends LogicalCore {
  readonly kind: 'routineCalls';
  readonly input: LogicalNode;
  readonly steps: readonly RoutineStep[];
}

/** `guard`: where it is not true the step is left out, its column NULL. */
export type RoutineStep =
  /** One value, or one for each row of a set: then the row goes on as many times. */
  | {
      readonly kind: 'call';
      readonly call: CalledRoutine;
      readonly args: readonly Expr[];
      readonly guard?: Expr;
    }
  | {
      readonly kind: 'set';
      readonly call: CalledRoutine;
      readonly args: readonly Expr[];
    }
  /** An expression or a subquery that a later guard or argument reads. */
  | { readonly kind: 'value'; readonly expr: Expr; readonly guard?: Expr }
  /** Rows for which it is not true go no further. */
  | { readonly kind: 'filter'; readonly predicate: Expr };

export interface LogicalRecursive extends LogicalCore {
  readonly kind: 'recursive';
  readonly initial: LogicalNode;
  readonly recursive: LogicalNode;
  readonly workTable: number;
  readonly distinct: boolean;
}

export interface LogicalWorkTable extends LogicalCore {
  readonly kind: 'workTable';
  readonly workTable: number;
}

/**
 * Reader of a CTE that is used more than once or is MATERIALIZED. `definition` is
 * LogicalPlan.ctes[cte]; columns have ids of their own, by position.
 */
export interface LogicalCteScan extends LogicalCore {
  readonly kind: 'cteScan';
  readonly cte: number;
}

export type LogicalNode =
  | LogicalScan
  | LogicalFactScan
  | LogicalValues
  | LogicalOneRow
  | LogicalEmpty
  | LogicalProject
  | LogicalFilter
  | LogicalBarrier
  | LogicalJoin
  | LogicalAggregate
  | LogicalWindow
  | LogicalSort
  | LogicalLimit
  | LogicalDistinct
  | LogicalDistinctOn
  | LogicalSetOperation
  | LogicalTableFunction
  | LogicalProjectSet
  | LogicalRoutineCalls
  | LogicalRecursive
  | LogicalWorkTable
  | LogicalCteScan;

export interface LogicalPlan {
  readonly root: LogicalNode;
  /** Output columns in order: ids of root's columns (one may occur twice) with the result names. */
  readonly output: readonly { readonly id: number; readonly name: string }[];
  readonly subqueries: readonly LogicalNode[];
  readonly ctes: readonly LogicalNode[];
  /** Those that calls of the plan mean, see called-routine.ts; absent: none. */
  readonly called?: readonly CalledRoutine[];
  readonly parameterTypes: readonly SqlType[];
  /** The next free column id, for rules that make columns. */
  readonly nextColumnId: number;
}
