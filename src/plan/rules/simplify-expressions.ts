/**
 * Constant folding and boolean simplification.
 *
 *     where a > 1 + 1 and (true or b)   ──▶   where a > 2
 *
 * SQL's NULL rules hold: `x AND NULL` stays. What raises an error when evaluated stays as it is,
 * so the error comes when, and only if, a row needs the value.
 */
import { findById } from '../../functions/registry.ts';
import { exprKey } from '../../expr/expr-key.ts';
import { mapExpr } from '../../expr/walk.ts';
import {
  boolType,
  falseExpr,
  isPlainEquality,
  isTrueConstant,
  splitFunctionId,
  trueExpr,
} from './expr-tree.ts';
import { isVolatile } from './function-facts.ts';
import { mapNodeExprs, mapRoots, transformNode } from './logical-tree.ts';
import type {
  CallExpr,
  CaseExpr,
  CoalesceExpr,
  DistinctExpr,
  Expr,
  LogicExpr,
  NotExpr,
  QuantifiedArrayExpr,
  TestExpr,
} from '../../expr/expr.ts';
import type { Datum, SqlArray } from '../../types/datum.ts';
import type { Rule, RuleContext } from './rule.ts';
import { isRecordName } from '../../types/user-type.ts';

export const simplifyExpressions: Rule = {
  name: 'simplify_expressions',
  apply: (plan, context) =>
    mapRoots(plan, (root) =>
      transformNode(root, (node) => mapNodeExprs(node, (expr) => simplify(expr, context))),
    ),
};

export function simplify(expr: Expr, context: RuleContext): Expr {
  return mapExpr(expr, (part) => simplifyOne(part, context));
}

function simplifyOne(expr: Expr, context: RuleContext): Expr {
  switch (expr.kind) {
    case 'call':
      return simplifyCall(expr, context);
    case 'and':
    case 'or':
      return simplifyLogic(expr, context);
    case 'not':
      return simplifyNot(expr, context);
    case 'isNull':
    case 'isNotNull':
    case 'isTrue':
    case 'isNotTrue':
    case 'isFalse':
    case 'isNotFalse':
      return simplifyTest(expr);
    case 'case':
      return simplifyCase(expr);
    case 'coalesce':
      return simplifyCoalesce(expr);
    case 'isDistinct':
    case 'isNotDistinct':
      return simplifyDistinct(expr, context);
    case 'anyArray':
    case 'allArray':
      return arrayAsList(expr, context);
    case 'inList':
    case 'notInList':
      return isConstant(expr.arg) ? (context.fold(expr) ?? expr) : expr;
    default:
      return expr;
  }
}

function isConstant(expr: Expr): expr is Extract<Expr, { readonly kind: 'constant' }> {
  return expr.kind === 'constant';
}

function isNullConstant(expr: Expr): boolean {
  return expr.kind === 'constant' && expr.value === null;
}

function simplifyCall(expr: CallExpr, context: RuleContext): Expr {
  const { functions } = context;
  if (functions.volatility(expr.functionId) === 'volatile') return expr;
  if (functions.isStrict(expr.functionId) && expr.args.some(isNullConstant)) {
    return { kind: 'constant', type: expr.type, value: null };
  }
  const foldable = functions.volatility(expr.functionId) === 'immutable';
  if (!foldable || !expr.args.every(isConstant)) return expr;
  return context.fold(expr) ?? expr;
}

function simplifyLogic(expr: LogicExpr, context: RuleContext): Expr {
  const [neutral, absorbing] = expr.kind === 'and' ? [true, false] : [false, true];
  const seen = new Set<string>();
  const args: Expr[] = [];
  for (const arg of expr.args.flatMap((part) => (part.kind === expr.kind ? part.args : [part]))) {
    if (isConstant(arg) && arg.value === absorbing) return absorbing ? trueExpr : falseExpr;
    if (isConstant(arg) && arg.value === neutral) continue;
    const key = exprKey(arg);
    if (seen.has(key) && !isVolatile(context.functions, arg)) continue;
    seen.add(key);
    args.push(arg);
  }
  if (args.length === 0) return neutral ? trueExpr : falseExpr;
  const [first] = args;
  if (args.length === 1 && first !== undefined) return first;
  const same = args.length === expr.args.length && args.every((arg, at) => arg === expr.args[at]);
  return same ? expr : { ...expr, args };
}

const negated: Readonly<Record<string, string>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};

const opposite = {
  isNull: 'isNotNull',
  isNotNull: 'isNull',
  isTrue: 'isNotTrue',
  isNotTrue: 'isTrue',
  isFalse: 'isNotFalse',
  isNotFalse: 'isFalse',
} as const;

function simplifyNot(expr: NotExpr, context: RuleContext): Expr {
  const { arg } = expr;
  switch (arg.kind) {
    case 'constant':
      return typeof arg.value === 'boolean' ? (arg.value ? falseExpr : trueExpr) : arg;
    case 'not':
      return arg.arg;
    case 'and':
    case 'or': {
      const args = arg.args.map((part) => simplifyNot({ ...expr, arg: part }, context));
      return simplifyLogic({ ...arg, kind: arg.kind === 'and' ? 'or' : 'and', args }, context);
    }
    case 'isNull':
    case 'isNotNull':
    case 'isTrue':
    case 'isNotTrue':
    case 'isFalse':
    case 'isNotFalse':
      return { ...arg, kind: opposite[arg.kind] };
    case 'inList':
      return { ...arg, kind: 'notInList' };
    case 'notInList':
      return { ...arg, kind: 'inList' };
    case 'isDistinct':
      return { ...arg, kind: 'isNotDistinct' };
    case 'isNotDistinct':
      return { ...arg, kind: 'isDistinct' };
    case 'call':
      return negatedComparison(arg) ?? expr;
    default:
      return expr;
  }
}

function negatedComparison(call: CallExpr): Expr | undefined {
  const { name, args } = splitFunctionId(call.functionId);
  const other = negated[name];
  if (other === undefined || call.args.length !== 2) return undefined;
  const functionId = `${other}(${args.join()})`;
  return findById(functionId) === undefined ? undefined : { ...call, functionId };
}

function simplifyTest(expr: TestExpr): Expr {
  if (!isConstant(expr.arg)) return expr;
  const { value } = expr.arg;
  const answers = {
    isNull: value === null,
    isNotNull: value !== null,
    isTrue: value === true,
    isNotTrue: value !== true,
    isFalse: value === false,
    isNotFalse: value !== false,
  };
  const ofRow = isRecordName(expr.arg.type.name);
  return ofRow ? expr : answers[expr.kind] ? trueExpr : falseExpr;
}

function simplifyCase(expr: CaseExpr): Expr {
  const whens: CaseExpr['whens'][number][] = [];
  for (const arm of expr.whens) {
    if (isTrueConstant(arm.when)) return closeCase(expr, whens, arm.then);
    if (!isConstant(arm.when)) whens.push(arm);
  }
  if (whens.length === expr.whens.length) return expr;
  return closeCase(expr, whens, expr.otherwise);
}

function closeCase(expr: CaseExpr, whens: CaseExpr['whens'], otherwise: Expr): Expr {
  return whens.length === 0 ? otherwise : { ...expr, whens, otherwise };
}

function simplifyCoalesce(expr: CoalesceExpr): Expr {
  const args: Expr[] = [];
  for (const arg of expr.args) {
    if (isNullConstant(arg)) continue;
    args.push(arg);
    if (isConstant(arg)) break;
  }
  const [first] = args;
  if (first === undefined) return { kind: 'constant', type: expr.type, value: null };
  if (args.length === 1 && first.type.name === expr.type.name) return first;
  return args.length === expr.args.length ? expr : { ...expr, args };
}

function simplifyDistinct(expr: DistinctExpr, context: RuleContext): Expr {
  const { left, right } = expr;
  if (isConstant(left) && isConstant(right)) return context.fold(expr) ?? expr;
  const tested = isNullConstant(right) ? left : isNullConstant(left) ? right : undefined;
  if (tested === undefined || tested.type.name === 'record') return expr;
  const kind = expr.kind === 'isDistinct' ? 'isNotNull' : 'isNull';
  return { kind, arg: tested, type: boolType };
}

/** `x = ANY (constant array)` is IN over its elements, `x <> ALL (…)` NOT IN. */
function arrayAsList(expr: QuantifiedArrayExpr, context: RuleContext): Expr {
  const { left, array, functionId } = expr;
  if (!isConstant(array)) return expr;
  if (array.value === null) return { kind: 'constant', type: boolType, value: null };
  if (isConstant(left)) return context.fold(expr) ?? expr;
  const { name, args } = splitFunctionId(functionId);
  const list = elementsOf(array.value);
  const sameType = args[0] === args[1] && args[0] === left.type.name;
  if (list === undefined || !sameType || isRecordName(left.type.name)) return expr;
  if (expr.kind === 'anyArray' && isPlainEquality(functionId)) {
    return { kind: 'inList', arg: left, list, type: boolType };
  }
  if (expr.kind === 'allArray' && name === '<>') {
    return { kind: 'notInList', arg: left, list, type: boolType };
  }
  return expr;
}

function elementsOf(value: Datum): readonly (Datum | null)[] | undefined {
  const array = value as Partial<SqlArray>;
  return array.values !== undefined && array.values.length > 0 ? array.values : undefined;
}
