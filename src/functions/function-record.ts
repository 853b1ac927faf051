/**
 * What a SQL function is: one record per name, listed in its family's `all.ts`.
 *
 * An overload says how it is computed in exactly one of these ways, fastest first:
 *
 *   emit    instructions for one value of fixed-width types, inlined in a compiled expression
 *   column  a whole column at a time over shared memory (kernels, dictionary tricks)
 *   datum   one value at a time in JavaScript; over a dictionary column with constant other
 *           arguments it runs once per distinct value
 *
 * A strict overload (the default) never sees NULL: any NULL argument gives NULL.
 */
import type { Column } from '../columns/column.ts';
import type { FunctionBuilder } from '../codegen/function-builder.ts';
import type { Arena } from '../memory/arena.ts';
import type { Datum } from '../types/datum.ts';
import type { SqlType, TypeName } from '../types/sql-type.ts';

export type Volatility = 'immutable' | 'stable' | 'volatile';

/** What a running function may know; fixed for one execution of a statement. */
export interface EvaluationContext {
  /** Scratch memory that lives as long as the batch. */
  readonly arena: Arena;
  /** IANA name or POSIX offset of the session's TimeZone setting. */
  readonly timeZone: string;
  /** µs since 1970 of the transaction's and the statement's start. */
  readonly transactionMicros: bigint;
  readonly statementMicros: bigint;
  /** Session facts (current_user, search_path, settings …) by name. */
  readonly session: Readonly<Record<string, string>>;
  /** DateStyle, IntervalStyle, extra_float_digits, bytea_output for casts to text. */
  readonly formats: Readonly<Record<string, string>>;
  /** Catalog names behind OIDs (regclass, pg_get_expr, format_type …): see catalog. */
  readonly catalog: CatalogLookup;
  /** What a function may change of its session; absent where a statement must not. */
  readonly effects?: SessionEffects;
  /** Throws 57014 when the statement was cancelled; for functions that take long (pg_sleep). */
  readonly checkCancelled?: () => void;
}

/** Changes of the session that functions ask for. */
export interface SessionEffects {
  /** Sets as SET (LOCAL) does; returns the value as SHOW shows it. */
  setConfig(name: string, value: string | null, isLocal: boolean): string;
  /** Sequences, by OID; absent where there are none. */
  readonly sequences?: SequenceEffects;
  /** Queues a notification as NOTIFY does. */
  notify?(channel: string, payload: string): void;
  /** Names what the transaction sees, for other sessions. Errors: 25001, 54000. */
  exportSnapshot?(): string;
  /** Cancels the statement of a session, or ends it; false when there is no such session. */
  signalBackend?(pid: number, action: 'cancel' | 'terminate'): boolean;
  /** Forgets counts of pg_stat_statements; 0: of all users, of all statements. Errors: 42501. */
  resetStatements?(userOid: number, databaseOid: number, queryId: bigint): void;
  /** Reads again the settings that may change while the server runs. Errors: 42501. */
  reloadSettings?(): void;
}

/** Errors: 42809 when the OID is no sequence's, 55000, 2200H, 22003. */
export interface SequenceEffects {
  next(oid: number): bigint;
  /** What this session got last, of one sequence or of any. */
  current(oid: number | undefined): bigint;
  set(oid: number, value: bigint, isCalled: boolean): void;
}

/** Facts that functions of pg_catalog need, answered from a snapshot that was sent along. */
export interface CatalogLookup {
  /** Answers by fact name and key, e.g. ('class_oid', 'public.t'); undefined when absent. */
  find(fact: string, key: string): string | undefined;
}

/** Rows to compute: `rowCount` of `physicalRows`, named by `selection` (0 = all). */
export interface RowSet {
  readonly physicalRows: number;
  readonly rowCount: number;
  readonly selection: number;
}

/**
 * Pushes the instructions that turn the arguments' values, each in the local of the given index,
 * into one value on the WebAssembly stack. Errors are raised through `builder.raise`.
 */
export type Emit = (builder: FunctionBuilder, argumentLocals: readonly number[]) => void;

export type ColumnEvaluation = (
  context: EvaluationContext,
  rows: RowSet,
  args: readonly Column[],
  result: SqlType,
) => Column;

export type DatumEvaluation = (
  context: EvaluationContext,
  args: readonly (Datum | null)[],
  result: SqlType,
) => Datum | null;

/** An argument's type; of a row written in the query its fields, too. */
export interface ArgumentType extends SqlType {
  readonly fields?: readonly { readonly name: string; readonly type: ArgumentType }[];
}

/** As DatumEvaluation, for arguments declared "any". */
export type TypedDatumEvaluation = (
  context: EvaluationContext,
  args: readonly (Datum | null)[],
  argumentTypes: readonly ArgumentType[],
  result: SqlType,
) => Datum | null;

export interface ScalarOverload {
  readonly kind: 'scalar';
  readonly args: readonly TypeName[];
  /** The last argument repeats, as in `concat(VARIADIC "any")`. */
  readonly variadic?: boolean;
  /** Names of the arguments, where PostgreSQL has them and `name => value` calls are known. */
  readonly returns: TypeName;
  readonly strict?: false;
  /** Literals of unknown type stay so for arguments declared "any". */
  readonly keepsUnknown?: true;
  /** Raises no error, whatever the arguments: it may be computed for rows that do not need it. */
  readonly total?: true;
  readonly volatility?: Volatility;
  readonly emit?: Emit;
  readonly column?: ColumnEvaluation;
  readonly datum?: DatumEvaluation;
  /** One value at a time, told the types of the arguments. */
  readonly datumTyped?: TypedDatumEvaluation;
  /** Argument types known, gives the result's typmod; default -1. */
  readonly resultTypmod?: (args: readonly SqlType[]) => number;
}

/**
 * Set-returning function in FROM or the select list: yields result columns for one set of
 * argument values.
 */
export interface TableOverload {
  readonly kind: 'table';
  readonly args: readonly TypeName[];
  readonly variadic?: boolean;
  /** Output columns; one column means that a plain call gives that scalar. */
  readonly columns: readonly { readonly name: string; readonly type: TypeName }[];
  readonly volatility?: Volatility;
  readonly rows: (
    context: EvaluationContext,
    args: readonly (Datum | null)[],
    argumentTypes: readonly SqlType[],
  ) => Iterable<readonly (Datum | null)[]>;
}

/** Aggregates are run by name in exec/aggregates; the record gives types and NULL rules. */
export interface AggregateOverload {
  readonly kind: 'aggregate';
  readonly args: readonly TypeName[];
  readonly variadic?: boolean;
  readonly returns: TypeName;
  /** The accumulator's name in the executor's table: `sum_i64`, `count`, `string_agg` … */
  readonly accumulator: string;
  /** `within group (order by …)` aggregates: percentile_cont, mode. */
  readonly orderedSet?: true;
}

export interface WindowOverload {
  readonly kind: 'window';
  readonly args: readonly TypeName[];
  readonly returns: TypeName;
}

export type Overload = ScalarOverload | TableOverload | AggregateOverload | WindowOverload;

export interface FunctionRecord {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Operators that mean this function, e.g. `+`. Prefix operators have one argument. */
  readonly operator?: string;
  readonly doc: {
    readonly family: string;
    readonly text: string;
    /** SQL expression and the text PostgreSQL answers; runs as a test. */
    readonly example?: readonly [sql: string, answer: string];
  };
  readonly overloads: readonly Overload[];
}
