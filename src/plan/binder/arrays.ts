/** Arrays: ARRAY[…], subscripts, slices; and jsonb subscripts. */
import type { Node } from '@pgsql/types';
import type { Expr } from '../../expr/expr.ts';
import type { Datum, SqlArray } from '../../types/datum.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import { sqlType } from '../../types/type-table.ts';
import { findById } from '../../functions/registry.ts';
import { resolveCall, scalarCall } from './calls/calls.ts';
import { astAs, type Ast } from './ast.ts';
import type { BindContext } from './bind-context.ts';
import { coerceTo, unify, castExplicitly } from './coerce.ts';
import { elementOf } from './coercion-rules.ts';
import { bindExpr } from './expressions.ts';
import { constant, sqlNameOf } from './literals.ts';
import { bindOperator } from './calls/operator-calls.ts';
import { fieldOf } from './rows.ts';
import { valueEnv, type Env } from './scope.ts';
import { arrayTypeOf } from './type-names.ts';

/** ARRAY[…]; `wanted` is the array type that a cast around it asks for. */
export function bindArray(outer: Env, node: Ast<'A_ArrayExpr'>, wanted: SqlType | undefined): Expr {
  const env = valueEnv(outer);
  const { context } = env;
  const place = node.location ?? -1;
  const target = wanted?.name.startsWith('_') === true ? wanted : undefined;
  const elements = (node.elements ?? []).map((element) => {
    const nested = astAs(element, 'A_ArrayExpr');
    if (nested === undefined) return bindExpr(env, element);
    return context.place(bindArray(env, nested, target), element);
  });
  if (elements.length === 0 && target === undefined) {
    const hint = 'Explicitly cast to the desired type, for example ARRAY[]::integer[].';
    const message = 'cannot determine type of empty array';
    throw context.error('indeterminate_datatype', message, place, { hint });
  }
  const isNested = elements.some(({ type }) => type.name.startsWith('_'));
  const typed = target === undefined || isNested ? undefined : elementOf(target.name);
  if (typed !== undefined && target !== undefined) {
    const args = elements.map((element) => castExplicitly(context, element, sqlType(typed), place));
    return arrayOf(args, target.name);
  }
  const { type, exprs } = unify(context, elements, 'ARRAY');
  const name = arrayTypeOf(type.name);
  if (name === undefined) {
    const message = `could not find array type for data type ${sqlNameOf(type)}`;
    throw context.error('undefined_object', message, place);
  }
  return arrayOf(exprs, name);
}

/** An array of constants is a constant. Its modifier is its elements', where all have the same. */
function arrayOf(args: readonly Expr[], name: TypeName): Expr {
  const typmod = args[0]?.type.typmod ?? -1;
  const isShared = args.every((arg) => arg.type.typmod === typmod);
  const type = sqlType(name, isShared ? typmod : -1);
  const element = elementOf(name);
  const isConstant = args.every((arg) => arg.kind === 'constant' && arg.type.name === element);
  if (!isConstant || element === undefined) return { kind: 'array', args, type };
  const values = args.map((arg) => (arg.kind === 'constant' ? arg.value : null));
  const dimensions = args.length === 0 ? [] : [{ length: args.length, lowerBound: 1 }];
  const array: SqlArray = { element, dimensions, values };
  return constant(type, array);
}

/** Elements of a constant one-dimensional array; undefined for anything else. */
export function constantElements(expr: Expr): readonly (Datum | null)[] | undefined {
  if (expr.kind !== 'constant' || expr.value === null || elementOf(expr.type.name) === undefined) {
    return undefined;
  }
  const array = expr.value as SqlArray;
  return array.dimensions.length <= 1 ? array.values : undefined;
}

export function bindIndirection(outer: Env, node: Ast<'A_Indirection'>, whole: Node): Expr {
  const env = valueEnv(outer);
  let result = bindExpr(env, node.arg);
  let subscripts: Ast<'A_Indices'>[] = [];
  const place = env.context.locationOf(result);
  for (const step of node.indirection ?? []) {
    const indices = astAs(step, 'A_Indices');
    if (indices !== undefined) {
      subscripts.push(indices);
      continue;
    }
    result = subscripts.length === 0 ? result : bindSubscripts(env, result, subscripts);
    subscripts = [];
    const name = astAs(step, 'String')?.sval;
    if (name === undefined) {
      const message = 'row expansion via "*" is not supported here';
      throw env.context.error('feature_not_supported', message, whole);
    }
    result = fieldOf(env, result, name, place);
  }
  return subscripts.length === 0 ? result : bindSubscripts(env, result, subscripts);
}

const dimensionsMax = 6;

export function bindSubscripts(
  env: Env,
  subject: Expr,
  subscripts: readonly Ast<'A_Indices'>[],
): Expr {
  const { context } = env;
  if (subject.type.name === 'jsonb') return bindJsonbSubscripts(env, subject, subscripts);
  if (subject.type.name === 'name' && subscripts.length === 1) {
    return bindNameSubscript(env, subject, subscripts[0]?.uidx);
  }
  const element = elementOf(subject.type.name);
  if (element === undefined) {
    const type = sqlNameOf(subject.type);
    const message = `cannot subscript type ${type} because it does not support subscripting`;
    throw context.error('datatype_mismatch', message, subject);
  }
  if (subscripts.length > dimensionsMax) {
    const most = `exceeds the maximum allowed (${dimensionsMax})`;
    const message = `number of array dimensions (${subscripts.length}) ${most}`;
    throw context.error('program_limit_exceeded', message, undefined);
  }
  const isSlice = subscripts.some(({ is_slice }) => is_slice === true);
  if (!isSlice) {
    const args = subscripts.map(({ uidx }) => bindSubscript(env, uidx));
    const id = 'array_subscript(anyarray,int4)';
    return {
      kind: 'call',
      functionId: id,
      args: [subject, ...args],
      type: sqlType(element, subject.type.typmod),
    };
  }
  const bounds = subscripts.flatMap(({ is_slice, lidx, uidx }) => {
    const upper = uidx === undefined ? int4(0x7fff_ffff) : bindSubscript(env, uidx);
    if (is_slice !== true) return [int4(1), upper];
    return [lidx === undefined ? int4(-0x8000_0000) : bindSubscript(env, lidx), upper];
  });
  const id = 'array_slice(anyarray,int4,int4)';
  const name = arrayTypeOf(element) ?? subject.type.name;
  return {
    kind: 'call',
    functionId: id,
    args: [subject, ...bounds],
    type: sqlType(name, subject.type.typmod),
  };
}

export function int4(value: number): Expr {
  return constant(sqlType('int4'), value);
}

export function bindSubscript(env: Env, node: Node | undefined): Expr {
  const { context } = env;
  const index = bindExpr(env, node);
  const coerced = coerceTo(context, index, sqlType('int4'), 'assignment');
  if (coerced !== undefined) return coerced;
  throw context.error('datatype_mismatch', 'array subscript must have type integer', index);
}

/** `relname[0]`: a name's letters count from zero. */
function bindNameSubscript(env: Env, subject: Expr, node: Node | undefined): Expr {
  const { context } = env;
  const place = context.locationOf(subject);
  const letter = bindOperator(context, '+', [bindSubscript(env, node), int4(1)], place);
  const text = castExplicitly(context, subject, sqlType('text'), place);
  const found = findById('substr(text,int4,int4)');
  if (found === undefined) throw context.unsupported('a subscript of a name', subject);
  const candidate = { found, args: found.overload.args };
  const part = scalarCall(resolveCall(context, candidate, [text, letter, int4(1)]));
  return castExplicitly(context, part, sqlType('char'), place);
}

function bindJsonbSubscripts(
  env: Env,
  subject: Expr,
  subscripts: readonly Ast<'A_Indices'>[],
): Expr {
  const { context } = env;
  return subscripts.reduce(
    (value, indices) => jsonbStep(context, value, bindJsonbKey(env, indices)),
    subject,
  );
}

/** An integer or a text. Errors: 42804. */
export function bindJsonbKey(env: Env, { is_slice, lidx, uidx }: Ast<'A_Indices'>): Expr {
  const { context } = env;
  if (is_slice === true) {
    const message = 'jsonb subscript does not support slices';
    throw context.error('datatype_mismatch', message, uidx ?? lidx);
  }
  const index = bindExpr(env, uidx);
  const isUnknown = index.type.name === 'unknown';
  const number = isUnknown ? undefined : coerceTo(context, index, sqlType('int4'));
  const key = number ?? coerceTo(context, index, sqlType('text'));
  if (key !== undefined) return key;
  const message = `subscript type ${sqlNameOf(index.type)} is not supported`;
  const hint = 'jsonb subscript must be coercible to either integer or text.';
  throw context.error('datatype_mismatch', message, index, { hint });
}

/** A subscript is a path of one step; a name that is no number may as well be a member's. */
function jsonbStep(context: BindContext, value: Expr, key: Expr): Expr {
  const place = context.locationOf(key);
  const isName =
    key.kind === 'constant' && typeof key.value === 'string' && !/^\s*[-+]?\d/.test(key.value);
  if (isName) return bindOperator(context, '->', [value, key], place);
  const step = castExplicitly(context, key, sqlType('text'), place);
  return bindOperator(context, '#>', [value, arrayOf([step], '_text')], place);
}
