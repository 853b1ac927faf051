/**
 * Bound expressions: names resolved, every node typed, coercions explicit. Plain data.
 *
 * Functions and operators are calls of one overload, named by `functionId`:
 * `name(type,type)` with pg_type names, e.g. `+(int4,int4)`, `lower(text)`, `-(int4)`.
 * Casts are calls as well: `cast(from,to)`; a cast that sets a length or precision passes
 * through `type.typmod` of the call.
 */
import type { Datum } from '../types/datum.ts';
import type { SqlType } from '../types/sql-type.ts';

export interface ColumnExpr {
  readonly kind: 'column';
  /** Zero-based column of the input batch. */
  readonly index: number;
  readonly type: SqlType;
  readonly name: string;
}

/** A column of an enclosing query; decorrelation removes these before execution. */
export interface OuterColumnExpr {
  readonly kind: 'outerColumn';
  /** 1 = the directly enclosing query. */
  readonly levelsUp: number;
  readonly index: number;
  readonly type: SqlType;
  readonly name: string;
}

export interface ConstantExpr {
  readonly kind: 'constant';
  readonly type: SqlType;
  readonly value: Datum | null;
}

export interface ParameterExpr {
  readonly kind: 'parameter';
  /** Zero-based: $1 is 0. */
  readonly index: number;
  readonly type: SqlType;
}

export interface CallExpr {
  readonly kind: 'call';
  readonly functionId: string;
  readonly args: readonly Expr[];
  readonly type: SqlType;
}

/** AND and OR with SQL's three-valued logic; two or more arguments of type bool. */
export interface LogicExpr {
  readonly kind: 'and' | 'or';
  readonly args: readonly Expr[];
  readonly type: SqlType;
}

export interface NotExpr {
  readonly kind: 'not';
  readonly arg: Expr;
  readonly type: SqlType;
}

/** IS NULL, IS NOT NULL, and IS [NOT] TRUE/FALSE/UNKNOWN. Never NULL. */
export interface TestExpr {
  readonly kind: 'isNull' | 'isNotNull' | 'isTrue' | 'isNotTrue' | 'isFalse' | 'isNotFalse';
  readonly arg: Expr;
  readonly type: SqlType;
}

/** The searched CASE; a simple CASE is bound to it. Later arms are not evaluated for a row. */
export interface CaseExpr {
  readonly kind: 'case';
  readonly whens: readonly { readonly when: Expr; readonly then: Expr }[];
  readonly otherwise: Expr;
  readonly type: SqlType;
}

export interface CoalesceExpr {
  readonly kind: 'coalesce';
  readonly args: readonly Expr[];
  readonly type: SqlType;
}

/** IS [NOT] DISTINCT FROM; `equals` is the functionId of the type's `=`. */
export interface DistinctExpr {
  readonly kind: 'isDistinct' | 'isNotDistinct';
  readonly left: Expr;
  readonly right: Expr;
  readonly equals: string;
  readonly type: SqlType;
}

/** `arg = ANY (list)`: IN over constants of the argument's type; SQL's NULL rules. */
export interface InListExpr {
  readonly kind: 'inList' | 'notInList';
  readonly arg: Expr;
  readonly list: readonly (Datum | null)[];
  readonly type: SqlType;
}

/** `left op ANY|ALL (array)`; `functionId` is the operator over (left, element). */
export interface QuantifiedArrayExpr {
  readonly kind: 'anyArray' | 'allArray';
  readonly left: Expr;
  readonly array: Expr;
  readonly functionId: string;
  readonly type: SqlType;
}

/** A value made one of a domain. Errors: 23502, 23514. */
export interface DomainExpr {
  readonly kind: 'domain';
  readonly arg: Expr;
  readonly schema: string;
  readonly name: string;
  readonly notNull: boolean;
  /** In PostgreSQL's order; each over the value as column 0. */
  readonly checks: readonly { readonly name: string; readonly expr: Expr }[];
  readonly type: SqlType;
}

/** ARRAY[…] */
export interface ArrayExpr {
  readonly kind: 'array';
  readonly args: readonly Expr[];
  readonly type: SqlType;
}

/** ROW(…) */
export interface RowExpr {
  readonly kind: 'row';
  readonly args: readonly Expr[];
  readonly names: readonly string[];
  readonly type: SqlType;
}

/**
 * A subquery that could not be turned into a join: its plan is run once (uncorrelated), as an
 * init plan, and its result is parameter-like. `planIndex` names it in the plan's list.
 */
export interface SubplanExpr {
  readonly kind: 'subplan';
  readonly form: 'scalar' | 'exists' | 'any' | 'all' | 'array';
  readonly planIndex: number;
  /** For `any`/`all`: left side and the comparison's functionId. */
  readonly left?: Expr;
  readonly functionId?: string;
  /** Values of the enclosing row that a correlated subplan needs; empty when uncorrelated. */
  readonly arguments: readonly Expr[];
  readonly type: SqlType;
}

export type Expr =
  | ColumnExpr
  | OuterColumnExpr
  | ConstantExpr
  | ParameterExpr
  | CallExpr
  | LogicExpr
  | NotExpr
  | TestExpr
  | CaseExpr
  | CoalesceExpr
  | DistinctExpr
  | InListExpr
  | QuantifiedArrayExpr
  | DomainExpr
  | ArrayExpr
  | RowExpr
  | SubplanExpr;
