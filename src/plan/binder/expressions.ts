/**
 * Expressions: syntax tree to bound expression.
 *
 * One function per kind of node; names, functions, subqueries and rows have files of their own.
 */
import type { Node } from '@pgsql/types';
import type { Expr } from '../../expr/expr.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { hasOrder } from '../../types/type-orders.ts';
import { bindArray, bindIndirection } from './arrays.ts';
import { astAs, kindOf, stringsOf, type Ast, type AstKind } from './ast.ts';
import { castExplicitly, coerceToBoolean, unify } from './coerce.ts';
import { bindColumnRef, outward } from './column-refs.ts';
import { bindComparison } from './comparisons.ts';
import { asOfDomains } from './composites.ts';
import { domainValue } from './domains.ts';
import { bindFunctionCall } from './calls/function-calls.ts';
import { bindGroupingCall } from './calls/grouping-call.ts';
import { bindConstant, boolType, nullOf, sqlNameOf, unknownType } from './literals.ts';
import { bindOperator } from './calls/operator-calls.ts';
import { indeterminate } from './parameters.ts';
import { bindRow, nullTestOf } from './rows.ts';
import { envsOf, valueEnv, type Env } from './scope.ts';
import { bindSubLink } from './subqueries.ts';
import { bindTypeName, typeScope } from './type-names.ts';
import { bindValueFunction } from './calls/value-functions.ts';
import { bindVariable } from './variables.ts';

/** Deepest nesting of expressions: what follows the binder recurses over them as well. */
const depthMax = 1500;

type Binders = { readonly [K in AstKind]?: (env: Env, node: Ast<K>, whole: Node) => Expr };

const binders: Binders = {
  A_Const: (env, node) => bindConstant(env.context, node),
  ColumnRef: bindColumnRef,
  ParamRef: bindParameter,
  A_Expr: bindComparison,
  BoolExpr: bindLogic,
  NullTest: bindNullTest,
  BooleanTest: bindBooleanTest,
  FuncCall: bindFunctionCall,
  TypeCast: bindCast,
  CollateClause: bindCollate,
  SubLink: bindSubLink,
  CaseExpr: bindCase,
  CoalesceExpr: bindCoalesce,
  MinMaxExpr: bindMinMax,
  SQLValueFunction: bindValueFunction,
  A_ArrayExpr: (env, node) => bindArray(env, node, undefined),
  A_Indirection: bindIndirection,
  RowExpr: bindRow,
  GroupingFunc: bindGroupingCall,
  SetToDefault: (env, node) => {
    const message = 'DEFAULT is not allowed in this context';
    throw env.context.error('syntax_error', message, node.location);
  },
};

export function bindExpr(outer: Env, node: Node | undefined): Expr {
  const { context } = outer;
  const kind = node === undefined ? undefined : kindOf(node);
  if (node === undefined || kind === undefined) throw context.unsupported('this expression', node);
  const env = { ...outer, depth: (outer.depth ?? 0) + 1 };
  if (env.depth > depthMax) {
    const detail = 'The expression nests too deep.';
    throw context.error('statement_too_complex', 'stack depth limit exceeded', -1, { detail });
  }
  const bind = binders[kind] as ((env: Env, node: unknown, whole: Node) => Expr) | undefined;
  if (bind === undefined) throw context.unsupported(featureNames[kind] ?? kind, node);
  const expr = context.place(bind(env, astAs(node, kind), node), node);
  context.record?.exprs.set(node, expr);
  return expr;
}

const featureNames: Readonly<Record<string, string>> = {
  XmlExpr: 'XML',
  XmlSerialize: 'XML',
  CurrentOfExpr: 'WHERE CURRENT OF',
  MultiAssignRef: 'this form of multiple assignment',
};

export function bindExprs(env: Env, nodes: readonly Node[] | undefined): readonly Expr[] {
  return (nodes ?? []).map((node) => bindExpr(env, node));
}

/** What Bind can carry; one beyond has others before it that nobody names. */
const parametersMax = 65_535;

function bindParameter(env: Env, node: Ast<'ParamRef'>): Expr {
  const { context } = env;
  const number = node.number ?? 0;
  for (const { level } of envsOf(env)) {
    if (level.parameters === undefined) continue;
    const column = level.parameters[number - 1];
    if (column !== undefined) return outward(env, column);
    throw context.error('undefined_parameter', `there is no parameter $${number}`, node.location);
  }
  const variable = bindVariable(env, [`$${number}`], node.location ?? -1);
  if (variable !== undefined) return variable;
  const isKnown = !context.parameters.areFixed || number <= context.parameters.count;
  if (number > parametersMax && isKnown) throw indeterminate(0);
  if (number < 1 || !isKnown) {
    throw context.error('undefined_parameter', `there is no parameter $${number}`, node.location);
  }
  const type = context.parameters.typeOf(number - 1);
  const parameter: Expr = { kind: 'parameter', index: number - 1, type };
  if (type.domain !== undefined) return domainValue(context, parameter, type);
  return asOfDomains(context, parameter);
}

function bindLogic(env: Env, node: Ast<'BoolExpr'>): Expr {
  const { context } = env;
  if (node.boolop === 'NOT_EXPR') {
    const arg = coerceToBoolean(context, bindExpr(valueEnv(env), node.args?.[0]), 'NOT');
    return { kind: 'not', arg, type: boolType };
  }
  const kind = node.boolop === 'OR_EXPR' ? 'or' : 'and';
  const args = (node.args ?? []).map((arg, i) => {
    const place = i === 0 ? env : { ...env, isConditional: true };
    return coerceToBoolean(context, bindExpr(place, arg), kind.toUpperCase());
  });
  return { kind, args, type: boolType };
}

function bindNullTest(env: Env, node: Ast<'NullTest'>): Expr {
  const arg = bindExpr(valueEnv(env), node.arg);
  if (arg.kind === 'parameter' && arg.type.name === 'unknown') throw indeterminate(arg.index);
  return nullTestOf(env.context, arg, node.nulltesttype === 'IS_NOT_NULL');
}

const booleanTests = {
  IS_TRUE: 'isTrue',
  IS_NOT_TRUE: 'isNotTrue',
  IS_FALSE: 'isFalse',
  IS_NOT_FALSE: 'isNotFalse',
  IS_UNKNOWN: 'isNull',
  IS_NOT_UNKNOWN: 'isNotNull',
} as const;

function bindBooleanTest(env: Env, node: Ast<'BooleanTest'>): Expr {
  const test = node.booltesttype ?? 'IS_TRUE';
  const construct = test.replaceAll('_', ' ');
  const arg = coerceToBoolean(env.context, bindExpr(valueEnv(env), node.arg), construct);
  return { kind: booleanTests[test], arg, type: boolType };
}

function bindCast(outer: Env, node: Ast<'TypeCast'>): Expr {
  const env = valueEnv(outer);
  const { context } = env;
  const typeName = node.typeName ?? {};
  const type = bindTypeName(typeName, typeScope(context));
  const array = astAs(node.arg, 'A_ArrayExpr');
  const arg =
    array === undefined
      ? bindExpr(env, node.arg)
      : context.place(bindArray(env, array, type), node.arg);
  if (node.arg !== undefined) context.record?.exprs.set(node.arg, arg);
  const own = node.location ?? -1;
  return castExplicitly(context, arg, type, own >= 0 ? own : (typeName.location ?? -1));
}

const collations = new Set([
  'default',
  'C',
  'POSIX',
  'ucs_basic',
  'C.UTF-8',
  'C.utf8',
  'en_US',
  'en_US.utf8',
]);

function bindCollate(env: Env, node: Ast<'CollateClause'>): Expr {
  const { context } = env;
  const arg = bindExpr(valueEnv(env), node.arg);
  const names = stringsOf(node.collname);
  if (!collations.has(names.at(-1) ?? '')) {
    const message = `collation "${names.join('.')}" for encoding "UTF8" does not exist`;
    throw context.error('undefined_object', message, node.location);
  }
  const isText = ['text', 'varchar', 'bpchar', 'name', 'unknown', '_text', '_varchar', '_name'];
  if (!isText.includes(arg.type.name)) {
    const message = `collations are not supported by type ${sqlNameOf(arg.type)}`;
    throw context.error('datatype_mismatch', message, node.location);
  }
  return arg;
}

function bindCase(outer: Env, node: Ast<'CaseExpr'>): Expr {
  const env = { ...valueEnv(outer), noSetsIn: 'CASE', isConditional: true };
  const { context } = env;
  const subject = node.arg === undefined ? undefined : bindExpr(env, node.arg);
  const arms = (node.args ?? []).map((arm) => {
    const when = astAs(arm, 'CaseWhen') ?? {};
    const test = bindExpr(env, when.expr);
    const condition =
      subject === undefined
        ? coerceToBoolean(context, test, 'CASE/WHEN')
        : bindOperator(context, '=', [subject, test], when.location ?? -1);
    return { when: condition, then: bindExpr(env, when.result) };
  });
  const otherwise =
    node.defresult === undefined ? nullOf(unknownType) : bindExpr(env, node.defresult);
  // PostgreSQL looks at ELSE first when it chooses the common type.
  const unified = unify(context, [otherwise, ...arms.map(({ then }) => then)], 'CASE');
  const [last = otherwise, ...results] = unified.exprs;
  const whens = arms.map(({ when, then }, i) => ({ when, then: results[i] ?? then }));
  return { kind: 'case', whens, otherwise: last, type: unified.type };
}

function bindCoalesce(outer: Env, node: Ast<'CoalesceExpr'>): Expr {
  const env = { ...valueEnv(outer), noSetsIn: 'COALESCE', isConditional: true };
  const { type, exprs } = unify(env.context, bindExprs(env, node.args), 'COALESCE');
  return { kind: 'coalesce', args: exprs, type };
}

function bindMinMax(env: Env, node: Ast<'MinMaxExpr'>): Expr {
  const { context } = env;
  const name = node.op === 'IS_LEAST' ? 'least' : 'greatest';
  const { type, exprs } = unify(context, bindExprs(valueEnv(env), node.args), name.toUpperCase());
  if (!hasOrder(type.name)) {
    const message = `could not identify a comparison function for type ${sqlNameOf(type)}`;
    throw context.error('undefined_function', message, undefined);
  }
  return extremeOf(env, name === 'least' ? '<=' : '>=', exprs, type);
}

/**
 * The larger (smaller) of all, NULLs left out: CASE WHEN b IS NULL OR a >= b THEN a ELSE b END,
 * in halves, so that n arguments give n² nodes and not 2ⁿ.
 */
function extremeOf(env: Env, symbol: string, exprs: readonly Expr[], type: SqlType): Expr {
  const [only] = exprs;
  if (only === undefined) return nullOf(type);
  if (exprs.length === 1) return only;
  const middle = Math.ceil(exprs.length / 2);
  const best = extremeOf(env, symbol, exprs.slice(0, middle), type);
  const other = extremeOf(env, symbol, exprs.slice(middle), type);
  const keep = bindOperator(env.context, symbol, [best, other], -1);
  const isNull: Expr = { kind: 'isNull', arg: other, type: boolType };
  const when: Expr = { kind: 'or', args: [isNull, keep], type: boolType };
  return { kind: 'case', whens: [{ when, then: best }], otherwise: other, type };
}
