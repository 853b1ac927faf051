/**
 * The planner's face: AST in, physical plan out. Pure: no I/O, no clock but the observer's.
 *
 *     AST ──bind──▶ logical plan ──rules──▶ logical plan ──choose──▶ physical plan
 */
import type { CalledRoutine } from './called-routine.ts';
import type { BindingRecord } from './binder/recording.ts';
import type { ViewCheck } from './binder/write/written-relation.ts';
import type { Node } from '@pgsql/types';
import type { SqlError } from '../errors/sql-error.ts';
import type { FormatSettings } from '../types/format-settings.ts';
import type { SqlType, TypeName } from '../types/sql-type.ts';
import type { RowLockStrength } from '../catalog/locks.ts';
import type { UserCast } from '../catalog/cast-records.ts';
import type { PolicyRecord } from '../catalog/policy-records.ts';
import type { Routine } from '../catalog/routine-records.ts';
import type { Table, TableDefinition } from '../catalog/table.ts';
import type { Datum } from '../types/datum.ts';
import type { Expr } from '../expr/expr.ts';
import type { Field, PhysicalPlan } from './physical.ts';

/** A call of a function that is not a user's: its name, and the types that the overload takes. */
export interface BuiltInCall {
  readonly name: string;
  readonly args: readonly TypeName[];
}

/** What names mean while one statement is planned. */
export interface PlannerCatalog {
  /** A stored table by name; schema undefined: search path. */
  findTable(schema: string | undefined, name: string): Table | undefined;
  /** A relation of pg_catalog whose rows are stored: it is read, not written. */
  findSystemTable?(schema: string | undefined, name: string): Table | undefined;
  /** A view's text: pg_catalog, information_schema, and users' views. */
  findView(schema: string | undefined, name: string): ViewDefinition | undefined;
  /** Rows of a fact table that views read: pg_catalog's raw facts, statistics tables. */
  findFacts(schema: string | undefined, name: string): FactTable | undefined;
  /** A type that a user made, or the row type of a relation; absent where there are none. */
  findType?(schema: string | undefined, name: string): SqlType | undefined;
  /** The row type of a table or view, by the relation's OID; undefined: it has none here. */
  rowTypeOf?(relation: number): SqlType | undefined;
  /** Users' functions of the name, those of earlier schemas of the search path first. */
  findRoutines?(schema: string | undefined, name: string): readonly Routine[];
  /** A cast that a user made between the types. */
  findCast?(from: SqlType, to: SqlType): UserCast | undefined;
  /** Told of the functions that calls mean; `isNamed`: the statement itself calls it. */
  useRoutine?(routine: Routine, isNamed: boolean): void;
  /** Told of calls of other functions. */
  useBuiltIn?(call: BuiltInCall): void;
  /** What a domain asks of its values, by its OID or that of an object that once had it. */
  findDomain?(oid: number): DomainRules | undefined;
  /** Resolves `'name'::regclass` and friends at plan time; undefined: no such object. */
  resolveName(
    kind: 'regclass' | 'regtype' | 'regproc' | 'regnamespace' | 'regrole',
    name: string,
  ): number | undefined;
  readonly searchPath: readonly string[];
  /**
   * The policies that rule what `reader` does with the table's rows, by name; undefined: none does,
   * he sees all. Without `reader`: the current user. Errors: 42501 with row_security off.
   */
  policiesFor?(
    table: TableDefinition,
    reader: string | undefined,
  ): readonly PolicyRecord[] | undefined;
  /** Columns, by position, whose values from before a write must tell; absent: none. */
  watchedColumns?(table: TableDefinition, operation: 'update' | 'delete'): readonly number[];
}

/** A domain's rules, and those of the domains that it is over. */
export interface DomainRules {
  readonly schema: string;
  readonly name: string;
  /** Its base type, which may be a domain. */
  readonly base: SqlType;
  readonly notNull: boolean;
  /** Conditions over VALUE, as SQL, in the order that they are asked in. */
  readonly checks: readonly { readonly name: string; readonly sql: string; readonly of: SqlType }[];
  /** Text of its default. */
  readonly defaultSql: string | undefined;
}

export interface ViewDefinition {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly sql: string;
  /** Names of its columns; absent: those of the query. */
  readonly columns?: readonly { readonly name: string }[];
  /** As in pg_class.reloptions: `check_option=local`. */
  readonly options?: readonly string[];
  /** Whose policies rule what it reads; absent: the system's, which reads no such table. */
  readonly owner?: string;
}

/** Never changed: what is made from them may be kept by them. */
export type FactRows = readonly (readonly (Datum | null)[])[];

export interface FactTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: SqlType }[];
  readonly rowCount: () => number;
  /** Rows that the statement carries; undefined: they are the catalog's. */
  readonly rows?: FactRows;
  /** A relation of the catalog that has no rows in this system, ever. */
  readonly isEmpty?: boolean;
}

/** Names beyond those of columns: variables of PL/pgSQL. They are parameters of the statement. */
export interface StatementVariables {
  /** The type of the variable that the query's one value is assigned to; undefined: it is not. */
  readonly assigned?: SqlType | undefined;
  /** Which one is meant where a column has the name, too. */
  readonly conflict: 'error' | 'variable' | 'column';
  /**
   * The variable that the names mean, or the field of one; undefined: none. Errors, unless a column
   * is meant (`isStrict`): 42703, 55000.
   */
  find(names: readonly string[], isStrict: boolean): VariableUse | undefined;
  /** Rows that have the name as a relation has it: transition tables of a trigger. */
  relation?(name: string): FactTable | undefined;
  /** Values of what was found so far, by index. */
  current(): readonly (Datum | null)[];
  /** The fields of the record that the names mean; undefined: none. Errors: 55000. */
  fields(names: readonly string[]): readonly (readonly [name: string, VariableUse])[] | undefined;
}

export interface VariableUse {
  /** Of the parameter. */
  readonly index: number;
  readonly type: SqlType;
  /** Of a record. */
  readonly shape: readonly { readonly name: string; readonly type: SqlType }[] | undefined;
  /** Names of fields within its value. */
  readonly rest: readonly string[];
}

export interface PlannerOptions {
  readonly catalog: PlannerCatalog;
  /** Parameter types given in Parse; undefined entries are inferred. */
  readonly parameterTypes: readonly (SqlType | undefined)[];
  /** Parameters beyond those given do not exist (simple queries): 42P02. */
  readonly parametersFixed?: boolean;
  /** Absent: there are none. */
  readonly variables?: StatementVariables;
  readonly positionOf: (location: number) => number;
  readonly timeZone: string;
  /** DateStyle and friends for literals of known type; PostgreSQL's defaults when absent. */
  readonly formats?: FormatSettings;
  /** Workers in the pool: 0 plans without CoalescePartitionsExec. */
  readonly workers: number;
  /** Told what the statement's own names mean: the text of a view is kept with them. */
  readonly references?: References;
  /**
   * Filled with the functions that an expression of no statement calls while it is computed; absent:
   * who computes it does not call any.
   */
  readonly calls?: CalledRoutine[];
  /** Filled with what binding finds out. */
  readonly record?: BindingRecord;
  /** Told about every phase and rule, for the trace. */
  readonly observer?: PlanObserver;
  /** Rules switched off by name (tests, `SET plan.disabled_rules`). */
  readonly disabledRules?: readonly string[];
}

/** Locations are byte offsets into the statement's text. */
export interface References {
  /** A stored table, view or sequence that a name without a schema means, if it has none. */
  relation(oid: number, schema: string, location: number | undefined): void;
  /** A user's function that a name without a schema means, if it has none. */
  routine(oid: number, schema: string, location: number | undefined): void;
  /** A type that a user made, or a row type, that a name without a schema means. */
  type(schema: string, location: number): void;
  /** The call that names at this place mean, as SQL. */
  call(location: number, sql: string): void;
  /** The columns that `*` at this place stands for, as SQL. */
  star(location: number, columns: readonly string[]): void;
}

export interface PlanObserver {
  /** The process clock of the trace; without it all times are 0. */
  readonly nowNs?: () => number;
  phase(
    name:
      | 'create_logical_plan'
      | 'analyze_logical_plan'
      | 'optimize_logical_plan'
      | 'create_physical_plan'
      | 'optimize_physical_plan',
    startNs: number,
    endNs: number,
  ): void;
  rule(outcome: RuleOutcome): void;
  /** What is told of rules beyond time and effect: why one declined, how the plan changed. */
  readonly detail?: { readonly diffs: boolean; readonly maskLiterals: boolean };
}

export interface RuleOutcome {
  readonly rule: string;
  readonly startNs: number;
  readonly endNs: number;
  readonly modified: boolean;
  /** With `detail`: why it changed nothing, or less than it might. */
  readonly reason?: string;
  /** With `detail`: nodes of the logical plan before and after. */
  readonly nodesBefore?: number;
  readonly nodesAfter?: number;
  /** With `detail.diffs`, when it changed the plan: lines that begin with a minus, a plus or a space. */
  readonly diff?: string;
}

/** What becomes of a row whose key is there already: nothing, unless `update` says otherwise. */
export interface OnConflict<Update = ConflictUpdate> {
  /** Names of the keys that count; undefined: all. */
  readonly arbiters?: readonly string[];
  readonly update?: Update;
}

export type ConflictUpdate = ComputedUpdate | QueriedUpdate<PhysicalPlan>;

/** Over the row that is there, then the one that was to be inserted. */
export interface ComputedUpdate {
  /** The new row, by column of the table. */
  readonly exprs: readonly Expr[];
  readonly where?: Expr;
}

/** SET and WHERE with subqueries: a query over pairs of rows. */
export interface QueriedUpdate<Plan> {
  /** Gives a pair's number, whether WHERE holds, and where it does the new row. */
  readonly plan: Plan;
  /** To be filled: a pair's number, the row that is there, the one that was to be inserted. */
  readonly pairs: (readonly (Datum | null)[])[];
}

/** Filled when the part has run; plans of what runs after it name the array. */
export type EarlierRows = (readonly (Datum | null)[])[];

/**
 * A writing statement of a WITH clause, or a query inside that locks rows. It runs before the rest,
 * which reads the rows that it returned.
 */
export type EarlierPart = { readonly rows: EarlierRows } & (
  | { readonly write: WriteStatement }
  | { readonly locking: QueryStatement & { readonly locks: RowLocks } }
);

/** FOR UPDATE and its like. Behind the fields the plan gives a row id per table, and the limits. */
export interface RowLocks {
  readonly tables: readonly TableDefinition[];
  readonly strength: RowLockStrength;
  readonly wait: 'wait' | 'fail' | 'skip';
  readonly hasLimit: boolean;
  readonly hasOffset: boolean;
}

export interface QueryStatement {
  readonly kind: 'query';
  readonly earlier?: readonly EarlierPart[];
  readonly plan: PhysicalPlan;
  readonly fields: readonly Field[];
  readonly locks?: RowLocks;
  /** A constant expression raises: the statement fails before it starts. */
  readonly constantError?: SqlError;
}

export type WriteOperation = 'insert' | 'update' | 'delete' | 'merge';

/** What a WHEN clause of MERGE does with a row. */
export type MergeAction = Exclude<WriteOperation, 'merge'>;

/**
 * When rows are asked: the new rows of an insert and of an update; a row that is there before ON
 * CONFLICT, or MERGE, updates or deletes it.
 */
export type PolicyMoment = 'insert' | 'update' | 'conflict' | 'mergeUpdate' | 'mergeDelete';

export type WritePolicies<Plan> = Readonly<Partial<Record<PolicyMoment, RowPolicies<Plan>>>>;

/** Conditions that rows must satisfy: a query over them. */
export interface RowPolicies<Plan> {
  /** Gives a row's number, and whether each condition holds. */
  readonly plan: Plan;
  /** To be filled: a row's number, its values by column of the table. */
  readonly rows: (readonly (Datum | null)[])[];
  /** What is said of a row for which one does not, by condition. */
  readonly messages: readonly string[];
}

/**
 * INSERT, UPDATE, DELETE, MERGE. `source` yields, for insert: the table's columns in order; for update:
 * row id, then the table's columns with new values; for delete: row id; then, for update and
 * delete with RETURNING, columns that `returning` needs; for merge: as for update, and last a
 * number of `actions`. Checks of NOT NULL happen in the session.
 */
export interface WriteStatement {
  readonly kind: 'write';
  readonly earlier?: readonly EarlierPart[];
  readonly operation: WriteOperation;
  readonly table: TableDefinition;
  readonly source: PhysicalPlan;
  /** Where the source has the values from before of watched columns: output by position. */
  readonly old?: ReadonlyMap<number, number>;
  /** RETURNING over the source's output columns; `fields` empty when there is none. */
  readonly returning: readonly Expr[];
  /** Functions that RETURNING calls; absent: none. */
  readonly returningCalls?: CalledRoutine[];
  readonly fields: readonly Field[];
  /** ON CONFLICT. */
  readonly conflict?: OnConflict;
  /** Of UPDATE: positions of the table's columns that it sets. */
  readonly assigned?: readonly number[];
  /** Of INSERT: positions of the columns that it, or its ON CONFLICT, gives values. */
  readonly given?: readonly number[];
  /** Of MERGE: what the rows of its source are to become. */
  readonly actions?: readonly MergeAction[];
  /** What views with a check option ask of new rows: over the table's columns. */
  readonly viewChecks?: readonly ViewCheck[];
  readonly policies?: WritePolicies<PhysicalPlan>;
  readonly constantError?: SqlError;
}

export type PlannedStatement = QueryStatement | WriteStatement;

/** SELECT, VALUES, TABLE, INSERT, UPDATE, DELETE, MERGE, each with WITH. Errors: with position. */
export type PlanStatement = (statement: Node, options: PlannerOptions) => PlannedStatement;
