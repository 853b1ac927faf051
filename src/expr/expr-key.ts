/**
 * A text that is equal for equal expressions: the key of common subexpressions.
 *
 * Keys are numbered: an expression's key is the number of (its own fields, its children's keys).
 * Numbers are never used again, so that forgetting old ones only loses a chance to share.
 */
import type { Expr } from './expr.ts';
import { scalarOverload } from './facts.ts';
import { childrenOfExpr, isChildKey } from './walk.ts';

const known = new WeakMap<Expr, string>();
const numbers = new Map<string, string>();
const numbersMax = 20_000;
let nextNumber = 0;

/** Equal keys mean equal values in a row: every volatile call has a key of its own. */
export function exprKey(expr: Expr): string {
  let key = known.get(expr);
  if (key === undefined) {
    key = numberOf(`${ownKey(expr)}(${childrenOfExpr(expr).map(exprKey).join()})`);
    known.set(expr, key);
  }
  return key;
}

function numberOf(text: string): string {
  let number = numbers.get(text);
  if (number === undefined) {
    if (numbers.size >= numbersMax) numbers.clear();
    number = `#${nextNumber++}`;
    numbers.set(text, number);
  }
  return number;
}

function ownKey(expr: Expr): string {
  if (expr.kind === 'column') {
    const { name, typmod, domain = '' } = expr.type;
    return `column ${expr.index} ${name} ${typmod} ${domain}`;
  }
  if (expr.kind === 'call' && scalarOverload(expr.functionId)?.volatility === 'volatile') {
    return `${expr.functionId} ${nextNumber++}`;
  }
  if (expr.kind === 'call') return `${expr.functionId} ${expr.type.name} ${expr.type.typmod}`;
  const own = Object.entries(expr).filter(([name]) => !isChildKey(expr, name));
  return valueKey(own);
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
