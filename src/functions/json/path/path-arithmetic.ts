/** Arithmetic in SQL/JSON paths: on numerics, one item on each side. */
import { SqlError } from '../../../errors/sql-error.ts';
import type { Numeric } from '../../../types/datum.ts';
import type { PathArithmetic } from '../../../types/json-path/path.ts';
import {
  addNumeric,
  divideNumeric,
  formatNumeric,
  moduloNumeric,
  multiplyNumeric,
  negateNumeric,
  parseNumeric,
  subtractNumeric,
} from '../../../types/numeric.ts';
import type { Item } from './evaluate-path.ts';

const operations: Readonly<Record<PathArithmetic, (a: Numeric, b: Numeric) => Numeric>> = {
  '+': addNumeric,
  '-': subtractNumeric,
  '*': multiplyNumeric,
  '/': divideNumeric,
  '%': moduloNumeric,
};

/** Errors: 22038 unless both sides are a single number; 22012. */
export function calculate(
  operator: PathArithmetic,
  [left, right]: readonly [Iterable<Item>, Iterable<Item>],
): Item {
  const a = single(left, 'left', operator);
  if (a instanceof SqlError) return a;
  const b = single(right, 'right', operator);
  if (b instanceof SqlError) return b;
  const dividesByZero = (operator === '/' || operator === '%') && b.digits === 0n;
  if (dividesByZero) return new SqlError('division_by_zero', 'division by zero');
  return { kind: 'number', text: formatNumeric(operations[operator](a, b)) };
}

function single(items: Iterable<Item>, side: string, operator: string): Numeric | SqlError {
  const found = [...items];
  const failed = found.find((item) => item instanceof SqlError);
  if (failed !== undefined) return failed;
  const [only] = found as Exclude<Item, SqlError>[];
  if (found.length === 1 && only?.kind === 'number') return parseNumeric(only.text);
  const message = `${side} operand of jsonpath operator ${operator} is not a single numeric value`;
  return new SqlError('singleton_sql_json_item_required', message);
}

/** Unary + and -, item by item. */
export function* negate(operator: '+' | '-', items: Iterable<Item>): Generator<Item> {
  for (const item of items) {
    if (item instanceof SqlError) {
      yield item;
      return;
    }
    if (item.kind !== 'number') {
      const message = `operand of unary jsonpath operator ${operator} is not a numeric value`;
      yield new SqlError('sql_json_number_not_found', message);
      return;
    }
    const value = parseNumeric(item.text);
    yield operator === '+' ? item : { kind: 'number', text: formatNumeric(negateNumeric(value)) };
  }
}
