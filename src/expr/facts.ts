/** Facts about expressions that decide how and when they may be computed. */
import { functionTypeName } from '../types/user-type.ts';
import { findById } from '../functions/registry.ts';
import type { ScalarOverload } from '../functions/function-record.ts';
import { layoutOf } from '../types/type-table.ts';
import { calledIndex } from './called-function.ts';
import type { CallExpr, Expr } from './expr.ts';
import { childrenOfExpr, someExpr } from './walk.ts';

/** The scalar overload of a functionId; undefined when there is none. */
export function scalarOverload(functionId: string): ScalarOverload | undefined {
  const overload = findById(functionId)?.overload;
  return overload?.kind === 'scalar' ? overload : undefined;
}

/** No columns and nothing that changes from row to row: one value per execution. */
export function isConstantExpr(expr: Expr): boolean {
  return !someExpr(expr, (node) => {
    if (node.kind === 'call') {
      if (calledIndex(node.functionId) !== undefined) return true;
      return scalarOverload(node.functionId)?.volatility === 'volatile';
    }
    return node.kind === 'column' || node.kind === 'outerColumn' || node.kind === 'subplan';
  });
}

/** A constant that depends on nothing but its text: it may be computed while planning. */
export function isFoldable(expr: Expr): boolean {
  return (
    !someExpr(expr, (node) => {
      if (node.kind === 'parameter') return true;
      if (node.kind !== 'call') return false;
      const overload = scalarOverload(node.functionId);
      return overload === undefined || (overload.volatility ?? 'immutable') !== 'immutable';
    }) && isConstantExpr(expr)
  );
}

/** Cannot raise an error for any row, so it may be computed for rows that do not need it. */
export function isTotal(expr: Expr): boolean {
  return !someExpr(expr, (node) => {
    switch (node.kind) {
      case 'call':
        return scalarOverload(node.functionId)?.total !== true && !isSafeLike(node);
      case 'isDistinct':
      case 'isNotDistinct':
        return scalarOverload(node.equals)?.total !== true;
      case 'domain':
      case 'anyArray':
      case 'allArray':
      case 'array':
      case 'row':
      case 'subplan':
      case 'outerColumn':
        return true;
      default:
        return false;
    }
  });
}

/** LIKE raises an error only for a pattern that ends in its escape character. */
function isSafeLike({ functionId, args }: CallExpr): boolean {
  const pattern = args[1];
  if (!/^!?~~\*?\(/.test(functionId) || pattern?.kind !== 'constant') return false;
  return typeof pattern.value === 'string' && !pattern.value.endsWith('\\');
}

export function isFixedWidth(expr: Expr): boolean {
  return layoutOf(expr.type.name) !== 'varlen';
}

const weights = new WeakMap<Expr, number>();

/** Number of expressions in it, itself among them. */
export function weightOf(expr: Expr): number {
  let weight = weights.get(expr);
  if (weight === undefined) {
    weight = childrenOfExpr(expr).reduce((sum, child) => sum + weightOf(child), 1);
    weights.set(expr, weight);
  }
  return weight;
}

/** One compiled function computes at most so many: V8 takes 50,000 locals, and long over few. */
export const functionWeightMax = 2000;

/** The expressions in their order, in groups that one function can compute. */
export function groupsByWeight(exprs: readonly Expr[]): (readonly [Expr, ...Expr[]])[] {
  const groups: [Expr, ...Expr[]][] = [];
  let weight = 0;
  for (const expr of exprs) {
    weight += weightOf(expr);
    const last = groups.at(-1);
    if (last === undefined || weight >= functionWeightMax) {
      groups.push([expr]);
      weight = weightOf(expr);
    } else last.push(expr);
  }
  return groups;
}

/** Lists longer than this are looked up in a set. */
const emittedListMax = 16;

const verdicts = new WeakMap<Expr, { always?: boolean; conditional?: boolean }>();

/**
 * Whether the expression can be part of a compiled function. `conditional`: it stands where rows
 * may not need it, so whatever cannot be inlined there must not raise errors.
 */
export function isEmittable(expr: Expr, conditional: boolean): boolean {
  let verdict = verdicts.get(expr);
  if (verdict === undefined) {
    verdict = {};
    verdicts.set(expr, verdict);
  }
  if (conditional) return (verdict.conditional ??= decideEmittable(expr, true));
  return (verdict.always ??= decideEmittable(expr, false));
}

/** A value computed outside of the function and read as an input. */
function isInput(expr: Expr, conditional: boolean): boolean {
  return isEmittable(expr, conditional) || (isFixedWidth(expr) && (!conditional || isTotal(expr)));
}

function decideEmittable(expr: Expr, conditional: boolean): boolean {
  if (!isFixedWidth(expr) || weightOf(expr) > functionWeightMax) return false;
  const arePossible = (children: readonly Expr[]) =>
    children.every((child, index) => isInput(child, conditional || index > 0));
  switch (expr.kind) {
    case 'column':
    case 'constant':
    case 'parameter':
      return true;
    case 'call': {
      const overload = scalarOverload(expr.functionId);
      if (overload?.emit === undefined) return false;
      return expr.args.every((arg) => isInput(arg, conditional));
    }
    case 'and':
    case 'or':
    case 'coalesce':
      return arePossible(expr.args);
    case 'case':
      return arePossible([...expr.whens.flatMap(({ when, then }) => [when, then]), expr.otherwise]);
    case 'isNull':
    case 'isNotNull':
      return isInput(expr.arg, conditional) || !conditional || isTotal(expr.arg);
    case 'not':
    case 'isTrue':
    case 'isNotTrue':
    case 'isFalse':
    case 'isNotFalse':
      return isInput(expr.arg, conditional);
    case 'isDistinct':
    case 'isNotDistinct':
      return (
        scalarOverload(expr.equals)?.emit !== undefined &&
        isInput(expr.left, conditional) &&
        isInput(expr.right, conditional)
      );
    case 'inList':
    case 'notInList':
      return (
        expr.list.length <= emittedListMax &&
        isInput(expr.arg, conditional) &&
        scalarOverload(equalsOf(expr.arg))?.emit !== undefined
      );
    default:
      return false;
  }
}

/** functionId of the equality of the expression's type with itself. */
export function equalsOf(expr: Expr): string {
  const name = functionTypeName(expr.type.name);
  return `=(${name},${name})`;
}
