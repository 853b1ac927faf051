/** An index as the catalog keeps it. */
import type { SqlType } from '../types/sql-type.ts';

export interface IndexDefinition {
  readonly name: string;
  readonly isUnique: boolean;
  /** Position of each part's column; -1 where the part is an expression. */
  readonly columns: readonly number[];
  /** Access method; absent: btree. */
  readonly method?: string;
  /** Parts that are expressions, in order. */
  readonly expressions?: readonly IndexExpression[];
  /** Of each part, as pg_index.indoption: 1 descends, 2 has NULLs first; absent: all 0. */
  readonly options?: readonly number[];
  /** Operator class of each part, '' where it is its type's own; absent: all are. */
  readonly classes?: readonly string[];
  /** SQL text of the condition. */
  readonly where?: string;
  readonly nullsEqual?: true;
  /** Names of INCLUDE's columns. */
  readonly include?: readonly string[];
  /** Positions of columns that expressions and the condition name. */
  readonly uses?: readonly number[];
  readonly comment?: string;
}

/** A part of an index: SQL text, the name that the index's column has, its type. */
export interface IndexExpression {
  readonly sql: string;
  readonly name: string;
  readonly type: SqlType;
}
