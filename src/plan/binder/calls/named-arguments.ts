/** `f(name => value)`: known for the functions that are called so. */
import { must } from '../../../errors/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import { sqlType } from '../../../types/type-table.ts';
import { astAs, stringsOf, type Ast } from '../ast.ts';
import { bindExpr } from '../expressions.ts';
import { constant, sqlNameOf } from '../literals.ts';
import type { Env } from '../scope.ts';

interface Signature {
  readonly names: readonly string[];
  /** Values of arguments that are left out. */
  readonly defaults: Readonly<Record<string, Expr>>;
}

const zero = constant(sqlType('int4'), 0);

const pathQuery: Signature = {
  names: ['target', 'path', 'vars', 'silent'],
  defaults: {
    vars: constant(sqlType('jsonb'), '{}'),
    silent: constant(sqlType('bool'), false),
  },
};

const populate: Signature = {
  names: ['base', 'from_json', 'use_json_as_text'],
  defaults: { use_json_as_text: constant(sqlType('bool'), false) },
};
const populateJsonb: Signature = { names: ['base', 'from_json'], defaults: {} };

const signatures: Readonly<Record<string, Signature | undefined>> = {
  jsonb_path_exists: pathQuery,
  jsonb_path_match: pathQuery,
  jsonb_path_query: pathQuery,
  jsonb_path_query_array: pathQuery,
  jsonb_path_query_first: pathQuery,
  make_interval: {
    names: ['years', 'months', 'weeks', 'days', 'hours', 'mins', 'secs'],
    defaults: {
      years: zero,
      months: zero,
      weeks: zero,
      days: zero,
      hours: zero,
      mins: zero,
      secs: constant(sqlType('float8'), 0),
    },
  },
  make_date: { names: ['year', 'month', 'day'], defaults: {} },
  make_time: { names: ['hour', 'min', 'sec'], defaults: {} },
  make_timestamp: { names: ['year', 'month', 'mday', 'hour', 'min', 'sec'], defaults: {} },
  jsonb_set: {
    names: ['jsonb_in', 'path', 'replacement', 'create_if_missing'],
    defaults: { create_if_missing: constant(sqlType('bool'), true) },
  },
  jsonb_set_lax: {
    names: ['jsonb_in', 'path', 'replacement', 'create_if_missing', 'null_value_treatment'],
    defaults: {
      create_if_missing: constant(sqlType('bool'), true),
      null_value_treatment: constant(sqlType('text'), 'use_json_null'),
    },
  },
  jsonb_insert: {
    names: ['jsonb_in', 'path', 'replacement', 'insert_after'],
    defaults: { insert_after: constant(sqlType('bool'), false) },
  },
  json_populate_record: populate,
  json_populate_recordset: populate,
  jsonb_populate_record: populateJsonb,
  jsonb_populate_recordset: populateJsonb,
  parse_ident: {
    names: ['str', 'strict'],
    defaults: { strict: constant(sqlType('bool'), true) },
  },
};

export function hasNamedArguments({ args = [] }: Ast<'FuncCall'>): boolean {
  return args.some((arg) => 'NamedArgExpr' in arg);
}

/** Arguments as the call has them. Errors: 42601. */
export function boundArguments(env: Env, { args = [] }: Ast<'FuncCall'>): readonly Expr[] {
  const { context } = env;
  const known = new Set<string>();
  return args.map((arg) => {
    const { name, location, arg: value } = astAs(arg, 'NamedArgExpr') ?? {};
    if (name !== undefined && known.has(name)) {
      const message = `argument name "${name}" used more than once`;
      throw context.error('syntax_error', message, location);
    }
    if (name === undefined && known.size > 0) {
      const message = 'positional argument cannot follow named argument';
      throw context.error('syntax_error', message, arg);
    }
    if (name !== undefined) known.add(name);
    return bindExpr(env, value ?? arg);
  });
}

/** Arguments in the function's order. Errors: 42883 for names that it does not have. */
export function namedArguments(env: Env, name: string, node: Ast<'FuncCall'>): readonly Expr[] {
  const { context } = env;
  const signature = signatures[name];
  const bound = (node.args ?? []).map((arg) =>
    bindExpr(env, astAs(arg, 'NamedArgExpr')?.arg ?? arg),
  );
  if (signature === undefined)
    throw context.unsupported(`${name} with named arguments`, node.location);
  const given = new Map<string, Expr>();
  for (const [index, arg] of (node.args ?? []).entries()) {
    const named = astAs(arg, 'NamedArgExpr');
    const key = named?.name ?? signature.names[index];
    if (key === undefined || !signature.names.includes(key)) throw noFunction(env, node, bound);
    if (given.has(key)) {
      const message = `argument name "${key}" used more than once`;
      throw context.error('syntax_error', message, named?.location);
    }
    given.set(key, must(bound[index], 'argument'));
  }
  return signature.names.flatMap((key) => {
    const value = given.get(key) ?? signature.defaults[key];
    if (value === undefined) throw noFunction(env, node, bound);
    return [value];
  });
}

function noFunction(env: Env, node: Ast<'FuncCall'>, args: readonly Expr[]): Error {
  const hint =
    'No function matches the given name and argument types. You might need to add explicit type casts.';
  const types = args.map((arg, i) => {
    const name = astAs(node.args?.[i], 'NamedArgExpr')?.name;
    return `${name === undefined ? '' : `${name} => `}${sqlNameOf(arg.type)}`;
  });
  const message = `function ${stringsOf(node.funcname).join('.')}(${types.join(', ')}) does not exist`;
  return env.context.error('undefined_function', message, node.location, { hint });
}
