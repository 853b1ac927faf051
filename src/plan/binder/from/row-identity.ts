/** ctid: a stored row's place as PostgreSQL writes it, made of the row id. */
import type { Expr } from '../../../expr/expr.ts';
import { sqlType } from '../../../types/type-table.ts';
import type { BindContext } from '../bind-context.ts';
import { castExplicitly } from '../coerce.ts';
import { constant } from '../literals.ts';
import { bindOperator } from '../calls/operator-calls.ts';

/** Name of a hidden column with the row id; no name of SQL is like it. */
export const rowIdName = '\u{F0000}rowid';

/**
 * `(block,offset)` of a row id, segment × 2^32 + row: blocks of 32,768 rows, offsets from 1, so
 * that both fit their PostgreSQL types. Of a partition's row it is the place within the partition.
 */
export function rowIdText(context: BindContext, rowId: Expr): Expr {
  const int8 = (value: bigint): Expr => constant(sqlType('int8'), value);
  const call = (symbol: string, left: Expr, right: Expr): Expr =>
    bindOperator(context, symbol, [left, right], -1);
  const text = (expr: Expr): Expr => castExplicitly(context, expr, sqlType('text'), -1);
  const literal = (value: string): Expr => constant(sqlType('text'), value);
  const segment = call('/', rowId, int8(4_294_967_296n));
  const row = call('%', rowId, int8(131_072n));
  const block = call('+', call('*', segment, int8(4n)), call('/', row, int8(32_768n)));
  const offset = call('+', call('%', row, int8(32_768n)), int8(1n));
  const parts = [literal('('), text(block), literal(','), text(offset), literal(')')];
  const written = parts.reduce((left, right) => call('||', left, right));
  return castExplicitly(context, written, sqlType('tid'), -1);
}
