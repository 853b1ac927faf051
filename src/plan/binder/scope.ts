/**
 * Names in scope: the FROM items of a query level, and the levels around it.
 *
 * A join without an alias hides the columns of its sides and shows its own (merged columns
 * first); the sides stay visible by relation name: `t.c`.
 */
import type { ColumnExpr, Expr } from '../../expr/expr.ts';
import type { Node } from '@pgsql/types';
import type { SqlType } from '../../types/sql-type.ts';
import type { LogicalColumn, LogicalNode } from '../logical.ts';
import type { AggregateCall, SortKey, WindowCall } from '../physical.ts';
import type { BindContext, RecordShape } from './bind-context.ts';
import type { CteBinding } from './from/with-clause.ts';
import type { Ast } from './ast.ts';

export interface ScopeColumn {
  readonly name: string;
  readonly column: LogicalColumn;
  /** A system column: found by name, not part of `*`. */
  readonly hidden?: boolean;
  /** What it would tell is not kept: whoever names it hears 0A000. */
  readonly unkept?: string;
  readonly shape?: RecordShape | undefined;
  /** The relation that `t.c` in error texts names. */
  readonly relation?: string;
}

export interface Relation {
  /** Name for qualified references; undefined for an unnamed join. */
  readonly name: string | undefined;
  /** Schema and name of the table behind, when it has no alias. */
  readonly schema?: string | undefined;
  readonly tableName?: string | undefined;
  readonly columns: readonly ScopeColumn[];
  /** Names of all columns, where `columns` are those that the text may mean. */
  readonly allNames?: readonly string[] | undefined;
  /** A function in FROM that yields one scalar: its name alone means that column. */
  readonly isScalar?: boolean;
  /** OID of the table or view that it shows whole. */
  readonly oid?: number | undefined;
  /** The composite type that its rows are of, where no relation has them. */
  readonly rowType?: SqlType | undefined;
  /** Ids of the table's primary key columns. */
  readonly keyIds?: readonly number[] | undefined;
  /** Below the nullable side of an outer join: its whole row may be NULL. */
  readonly nullExtended?: boolean;
}

/** A relation in a namespace with what is visible of it. */
export interface NamespaceItem {
  readonly relation: Relation;
  readonly relationVisible: boolean;
  readonly columnsVisible: boolean;
  /** Seen from a sibling in FROM: only with LATERAL, and `lateralOk` says whether at all. */
  readonly lateralOnly?: boolean;
  readonly lateralOk?: boolean;
  /** What UPDATE or DELETE writes, which LATERAL does not see. */
  readonly isTarget?: boolean;
}

export type Clause =
  | 'select'
  | 'where'
  | 'having'
  | 'group'
  | 'order'
  | 'distinctOn'
  | 'limit'
  | 'offset'
  | 'join'
  | 'fromFunction'
  | 'fromSubquery'
  | 'values'
  | 'returning'
  | 'updateSource'
  | 'filter'
  | 'check'
  | 'policy'
  | 'copyWhere'
  | 'default'
  | 'windowPartition'
  | 'windowOrder'
  | 'windowFrame'
  | 'cte'
  | 'insertValues'
  | 'insertRow'
  | 'mergeWhen'
  | 'generated';

export interface PendingAggregate {
  readonly key: string;
  readonly call: AggregateCall;
  readonly column: LogicalColumn;
  /** How many of the first arguments stand before WITHIN GROUP. */
  readonly directCount: number;
}

export interface WindowSpec {
  readonly key: string;
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly SortKey[];
  readonly calls: {
    readonly key: string;
    readonly call: WindowCall;
    readonly column: LogicalColumn;
  }[];
}

export interface PendingSet {
  readonly key: string;
  readonly functionId: string;
  readonly args: readonly Expr[];
  readonly columns: readonly LogicalColumn[];
  /** Of a user's function: its rows for such arguments. */
  readonly rows?: (args: readonly Expr[]) => LogicalNode;
}

export interface PendingGrouping {
  readonly column: LogicalColumn;
  readonly args: readonly Expr[];
}

/** One SELECT (or the like) while it is bound. */
export class QueryLevel {
  readonly parent: Env | undefined;
  /** What names are looked up in; changes while FROM is bound. */
  namespace: readonly NamespaceItem[] = [];
  /** Every relation of the level, for hints. */
  readonly relations: Relation[] = [];
  readonly ctes = new Map<string, CteBinding>();
  /** Names of the clause's queries that are not bound yet. */
  readonly laterCtes = new Set<string>();
  /** Columns of enclosing levels that names of this level or one inside it meant, by id. */
  readonly outer = new Map<number, ColumnExpr>();
  readonly aggregates: PendingAggregate[] = [];
  readonly windows: WindowSpec[] = [];
  readonly sets: PendingSet[] = [];
  readonly groupings: PendingGrouping[] = [];
  /** What columns that USING merged are made of, by id. */
  readonly merged = new Map<number, Expr>();
  readonly namedWindows = new Map<string, Ast<'WindowDef'>>();
  /** Of the level around a function's body: what $1 and so on are. */
  parameters: readonly ScopeColumn[] | undefined;
  hasAggregates = false;
  /** A recursive query's own earlier round is in FROM. */
  readsOwnRound = false;

  constructor(parent: Env | undefined) {
    this.parent = parent;
  }
}

/** Where an expression stands. */
export interface Env {
  readonly context: BindContext;
  readonly level: QueryLevel;
  readonly clause: Clause;
  readonly insideAggregate?: boolean;
  readonly insideWindow?: boolean;
  /** A conjunct of WHERE or ON: NULL counts as false. */
  readonly asFilter?: boolean;
  /** CASE or COALESCE around: set-returning functions are refused by that name. */
  readonly noSetsIn?: string;
  /** It may not be computed at all: in CASE, COALESCE, AND, OR. */
  readonly isConditional?: boolean;
  readonly depth?: number;
  /** A LATERAL item of FROM: its siblings to the left are visible. */
  readonly lateralActive?: boolean;
}

export function envOf(context: BindContext, level: QueryLevel, clause: Clause): Env {
  return { context, level, clause };
}

/** The same place for a part whose NULL and false differ. */
export function valueEnv(env: Env): Env {
  return env.asFilter === true ? { ...env, asFilter: false } : env;
}

/** The environments from the innermost out: each enclosing level where its subquery stands. */
export function* envsOf(env: Env): Generator<Env> {
  let current: Env | undefined = env;
  while (current !== undefined) {
    yield current;
    current = current.level.parent;
  }
}

/** One column of a query's result. */
export interface OutputColumn {
  readonly name: string;
  readonly column: LogicalColumn;
  readonly shape?: RecordShape | undefined;
  /** The constant or parameter of unknown type that the column is. */
  readonly literal?: Expr | undefined;
  /** Where it stands in the text. */
  readonly origin?: Node | undefined;
}

/** A bound query: its columns by result name; `node` may have others as well. */
export interface BoundQuery {
  readonly node: LogicalNode;
  readonly output: readonly OutputColumn[];
}
