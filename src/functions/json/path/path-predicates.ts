/** Predicates of SQL/JSON paths, in three-valued logic: true, false, unknown (undefined). */
import { SqlError } from '../../../errors/sql-error.ts';
import type { JsonValue } from '../../../types/json-value.ts';
import type { PathComparison, PathExpr } from '../../../types/json-path/path.ts';
import { compareNumeric, parseNumeric } from '../../../types/numeric.ts';
import { regularExpression } from '../../operators/regular-expression.ts';
import { evaluate, unwrapped, type Item, type PathScope } from './evaluate-path.ts';

export type Truth = boolean | undefined;

export function truthOf(scope: PathScope, expr: PathExpr): Truth {
  switch (expr.kind) {
    case 'and': {
      const left = truthOf(scope, expr.left);
      if (left === false) return false;
      const right = truthOf(scope, expr.right);
      return right === true ? left : right;
    }
    case 'or': {
      const left = truthOf(scope, expr.left);
      if (left === true) return true;
      const right = truthOf(scope, expr.right);
      return right === false ? left : right;
    }
    case 'not': {
      const truth = truthOf(scope, expr.arg);
      return truth === undefined ? undefined : !truth;
    }
    case 'isUnknown':
      return truthOf(scope, expr.arg) === undefined;
    case 'exists':
      return existsTruth(scope, expr.arg);
    case 'compare':
      return anyPair(
        scope,
        [
          unwrapped(scope, evaluate(scope, expr.left)),
          unwrapped(scope, evaluate(scope, expr.right)),
        ],
        (left, right) => compareItems(expr.operator, left, right),
      );
    case 'startsWith':
      return anyPair(
        scope,
        [unwrapped(scope, evaluate(scope, expr.left)), evaluate(scope, expr.right)],
        startsWith,
      );
    case 'likeRegex': {
      const matches = regexTest(expr.pattern, expr.flags);
      const items = unwrapped(scope, evaluate(scope, expr.arg));
      return anyPair(scope, [items, [{ kind: 'null' }]], (item) =>
        item.kind === 'string' ? matches(item.value) : undefined,
      );
    }
    default:
      return undefined;
  }
}

function existsTruth(scope: PathScope, arg: PathExpr): Truth {
  let isFound = false;
  for (const item of evaluate(scope, arg)) {
    if (item instanceof SqlError) return undefined;
    if (scope.isLax) return true;
    isFound = true;
  }
  return isFound;
}

type Test = (left: JsonValue, right: JsonValue) => Truth;

/** Whether the test holds for some pair of items; unknown when it fails for one. */
function anyPair(
  scope: PathScope,
  sides: readonly [Iterable<Item>, Iterable<Item>],
  test: Test,
): Truth {
  const lefts = valuesOf(sides[0]);
  const rights = lefts === undefined ? undefined : valuesOf(sides[1]);
  if (lefts === undefined || rights === undefined) return undefined;
  let isFound = false;
  let isUnknown = false;
  for (const left of lefts) {
    for (const right of rights) {
      const truth = test(left, right);
      if (truth === undefined) {
        if (!scope.isLax) return undefined;
        isUnknown = true;
      } else if (truth) {
        if (scope.isLax) return true;
        isFound = true;
      }
    }
  }
  if (isFound) return true;
  return isUnknown ? undefined : false;
}

function valuesOf(items: Iterable<Item>): JsonValue[] | undefined {
  const values: JsonValue[] = [];
  for (const item of items) {
    if (item instanceof SqlError) return undefined;
    values.push(item);
  }
  return values;
}

const orders: Readonly<Record<PathComparison, (order: number) => boolean>> = {
  '==': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function compareItems(operator: PathComparison, left: JsonValue, right: JsonValue): Truth {
  if (left.kind !== right.kind) {
    const hasNull = left.kind === 'null' || right.kind === 'null';
    return hasNull ? operator === '<>' : undefined;
  }
  const order = orderOf(left, right);
  return order === undefined ? undefined : orders[operator](order);
}

/** Strings are ordered by UTF-16 units, as the standard has it and JavaScript does. */
function orderOf(left: JsonValue, right: JsonValue): number | undefined {
  if (left.kind === 'null') return 0;
  if (left.kind === 'boolean' && right.kind === 'boolean')
    return Number(left.value) - Number(right.value);
  if (left.kind === 'number' && right.kind === 'number') {
    return compareNumeric(parseNumeric(left.text), parseNumeric(right.text));
  }
  if (left.kind !== 'string' || right.kind !== 'string') return undefined;
  return left.value < right.value ? -1 : left.value > right.value ? 1 : 0;
}

function startsWith(left: JsonValue, right: JsonValue): Truth {
  if (left.kind !== 'string' || right.kind !== 'string') return undefined;
  return left.value.startsWith(right.value);
}

/** XQuery's flags in PostgreSQL's: without `s` a dot stops at a line's end. */
function regexTest(pattern: string, flags: string): (text: string) => boolean {
  const isLiteral = flags.includes('q');
  const source = isLiteral ? pattern.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&') : pattern;
  const options =
    (flags.includes('i') ? 'i' : '') +
    (isLiteral || flags.includes('s') ? '' : 'p') +
    (!isLiteral && flags.includes('m') ? 'w' : '');
  const regex = regularExpression(source, options);
  return (text) => regex.matcher(text).find();
}
