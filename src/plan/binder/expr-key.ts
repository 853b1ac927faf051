/** Equality of bound expressions: the same computation has the same key. */
import type { Expr } from '../../expr/expr.ts';
import type { SqlType } from '../../types/sql-type.ts';

/** Names and modifiers of columns do not count: a column is its id. */
export function exprKey(expr: unknown): string {
  return JSON.stringify(expr, replacer);
}

function replacer(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Uint8Array) return [...value];
  if ((this as { kind?: string }).kind !== 'column') return value;
  if (key === 'type') return { ...(value as SqlType), typmod: undefined };
  return key === 'name' ? undefined : value;
}

export function sameExpr(one: Expr, other: Expr): boolean {
  return one === other || exprKey(one) === exprKey(other);
}
