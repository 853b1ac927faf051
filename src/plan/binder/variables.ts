/** Variables of PL/pgSQL where a column might stand, and what is meant when both are there. */
import type { Node } from '@pgsql/types';
import type { Expr } from '../../expr/expr.ts';
import type { VariableUse } from '../planner.ts';
import { astAs, isStar, stringsOf } from './ast.ts';
import { domainValue } from './domains.ts';
import { fieldOf } from './rows.ts';
import type { Env } from './scope.ts';

/** The value of the variable; undefined: there is none of the name. */
export function bindVariable(
  env: Env,
  names: readonly string[],
  place: number,
  isStrict = true,
): Expr | undefined {
  const use = env.context.variables?.find(names, isStrict);
  if (use === undefined) return undefined;
  let value = valueOf(env, use);
  for (const name of use.rest) value = fieldOf(env, value, name, place);
  return value;
}

/** `record.*`; undefined: there is no such record. */
export function variableFields(
  env: Env,
  names: readonly string[],
): readonly { readonly name: string; readonly expr: Expr }[] | undefined {
  const fields = env.context.variables?.fields(names);
  return fields?.map(([name, use]) => ({ name, expr: valueOf(env, use) }));
}

/** VALUES (record.*): a list with the record's fields. */
export function spreadRecords(env: Env, items: readonly Node[]): readonly Node[] {
  const { variables } = env.context;
  if (variables === undefined || !items.some(endsInStar)) return items;
  return items.flatMap((item) => {
    const reference = astAs(item, 'ColumnRef');
    const names = stringsOf(reference?.fields);
    const fields = endsInStar(item) ? variables.fields(names) : undefined;
    if (fields === undefined) return [item];
    const part = (sval: string): Node => ({ String: { sval } });
    const { location = -1 } = reference ?? {};
    return fields.map(([name]): Node => {
      return { ColumnRef: { fields: [...names, name].map(part), location } };
    });
  });
}

function endsInStar(node: Node): boolean {
  return isStar(astAs(node, 'ColumnRef')?.fields?.at(-1));
}

function valueOf({ context }: Env, { index, type, shape }: VariableUse): Expr {
  context.parameters.declare(index, type);
  const parameter: Expr = { kind: 'parameter', index, type };
  const value = type.domain === undefined ? parameter : domainValue(context, parameter, type);
  return context.shape(value, shape);
}

/**
 * What a name means that a column has: the column, unless a variable has it and is preferred.
 * Errors: 42702.
 */
export function columnOrVariable(
  env: Env,
  column: Expr,
  names: readonly string[],
  place: number,
): Expr {
  const { context } = env;
  const { variables } = context;
  if (variables === undefined || variables.conflict === 'column') return column;
  const variable = bindVariable(env, names, place, false);
  if (variable === undefined) return column;
  if (variables.conflict === 'variable') return variable;
  const message = `column reference "${names.join('.')}" is ambiguous`;
  const detail = 'It could refer to either a PL/pgSQL variable or a table column.';
  throw context.error('ambiguous_column', message, place, { detail });
}
