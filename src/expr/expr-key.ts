/** A text that is equal for equal expressions: the key of common subexpressions and caches. */
import type { Expr } from './expr.ts';

const known = new WeakMap<Expr, string>();

/** Equal keys mean equal values in a row, unless the expression is volatile. */
export function exprKey(expr: Expr): string {
  let key = known.get(expr);
  if (key === undefined) {
    key = valueKey(expr);
    known.set(expr, key);
  }
  return key;
}

/** JSON that also tells bigint, -0, NaN and the infinities apart. */
export function valueKey(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'bigint') return { bigint: String(item) };
    if (typeof item !== 'number') return item;
    if (Object.is(item, -0)) return { number: '-0' };
    return Number.isFinite(item) ? item : { number: String(item) };
  });
}
