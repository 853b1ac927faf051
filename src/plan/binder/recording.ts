/**
 * What binding found out about a syntax tree: the types of its expressions and what its names
 * mean. The text of a view as PostgreSQL keeps it is made from both.
 */
import type { Expr } from '../../expr/expr.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { LogicalColumn } from '../logical.ts';
import type { QueryLevel } from './scope.ts';

/** A column by the level whose FROM has it and its id there. */
export interface FoundColumn {
  readonly level: QueryLevel;
  readonly id: number;
  readonly name: string;
}

export interface FoundRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
}

export interface MergedColumn {
  readonly name: string;
  /** Of both sides. */
  readonly columns: readonly LogicalColumn[];
}

/** Keys are the tree's own objects: nodes, and for named kinds what is in the node. */
export class BindingRecord {
  /** By node. */
  readonly exprs = new WeakMap<object, Expr>();
  /** Types of a call's arguments once they are coerced; by FuncCall. */
  readonly calls = new WeakMap<object, readonly SqlType[]>();
  /** Users' functions; by FuncCall. */
  readonly routines = new WeakMap<object, { readonly schema: string; readonly name: string }>();
  /** By ColumnRef. */
  readonly columns = new WeakMap<object, FoundColumn>();
  /** What `*` stands for; by ColumnRef. */
  readonly stars = new WeakMap<object, readonly FoundColumn[]>();
  /** Whole rows of relations; by ColumnRef. */
  readonly rows = new WeakMap<object, { readonly level: QueryLevel; readonly relation: string }>();
  /** Functions called as attributes of rows; by ColumnRef. */
  readonly attributes = new WeakMap<
    object,
    { readonly schema: string | undefined; readonly name: string }
  >();
  /** By SelectStmt. */
  readonly levels = new WeakMap<object, QueryLevel>();
  /** Columns that USING or NATURAL merges; by JoinExpr. */
  readonly merged = new WeakMap<object, readonly MergedColumn[]>();
  /** By RangeVar; a query of a WITH clause has none. */
  readonly relations = new WeakMap<object, FoundRelation>();
  /** Numbers of columns that the statement itself reads, by OID of their relation. */
  readonly usedColumns = new Map<number, Set<number>>();
}
