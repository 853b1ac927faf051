/**
 * json_to_record and json_to_recordset: the column definition list says which keys are taken, so
 * the call becomes `value ->> 'key'`, cast to the column's type, per column.
 */
import type { Node } from '@pgsql/types';
import { must } from '../../errors/assert.ts';
import type { Expr } from '../../expr/expr.ts';
import { findFunctions } from '../../functions/registry.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import { sqlType } from '../../types/type-table.ts';
import type { LogicalColumn, LogicalNode } from '../logical.ts';
import { astAs, stringsOf } from './ast.ts';
import { columnOf, type BindContext } from './bind-context.ts';
import { resolveCall } from './calls.ts';
import { candidatesOf, chooseCandidate } from './candidates.ts';
import { castExplicitly, coerceTo } from './coerce.ts';
import { bindExpr } from './expressions.ts';
import { constant } from './literals.ts';
import { oneRow, project, type Item } from './nodes.ts';
import { bindOperator } from './operator-calls.ts';
import type { Env } from './scope.ts';
import { bindTypeName, typeScope } from './type-names.ts';

const functions: Readonly<
  Record<string, readonly [type: TypeName, elements: string | undefined] | undefined>
> = {
  json_to_record: ['json', undefined],
  jsonb_to_record: ['jsonb', undefined],
  json_to_recordset: ['json', 'json_array_elements'],
  jsonb_to_recordset: ['jsonb', 'jsonb_array_elements'],
};

function nameOf(call: Node): string {
  return stringsOf(astAs(call, 'FuncCall')?.funcname).at(-1) ?? '';
}

export function isDefinedRows(call: Node): boolean {
  return Object.hasOwn(functions, nameOf(call));
}

interface DefinedRows {
  readonly call: Node;
  readonly definitions: readonly Node[] | undefined;
}

/** Errors: 42601 without a column definition list; 0A000 for array columns. */
export function definedRows(
  env: Env,
  { call, definitions }: DefinedRows,
): { readonly node: LogicalNode; readonly columns: readonly LogicalColumn[] } {
  const { context } = env;
  if (definitions === undefined || definitions.length === 0) {
    const message = 'a column definition list is required for functions returning "record"';
    throw context.error('syntax_error', message, call);
  }
  const [type, elements] = must(functions[nameOf(call)], 'function');
  const written = bindExpr(env, astAs(call, 'FuncCall')?.args?.[0]);
  const argument = coerceTo(context, written, sqlType(type));
  if (argument === undefined) throw context.unsupported(`${nameOf(call)} of this type`, call);
  const source = elements === undefined ? undefined : elementRows(context, elements, argument);
  const value = source === undefined ? argument : columnOf(source.column);
  const items = definitions.map((definition): Item => {
    const { colname = '', typeName = {} } = astAs(definition, 'ColumnDef') ?? {};
    const wanted = bindTypeName(typeName, typeScope(context));
    return {
      column: context.newColumn(colname, wanted),
      expr: fieldOf(context, value, colname, wanted),
    };
  });
  const columns = items.map(({ column }) => column);
  return { node: project(source?.node ?? oneRow, items), columns };
}

function elementRows(
  context: BindContext,
  name: string,
  argument: Expr,
): { readonly node: LogicalNode; readonly column: LogicalColumn } {
  const choice = chooseCandidate(candidatesOf(findFunctions(name), 1), [argument.type.name]);
  if (typeof choice === 'string') throw context.unsupported(name, argument);
  const { functionId, args } = resolveCall(context, choice, [argument]);
  const column = context.newColumn('value', argument.type);
  const calls = [{ functionId, args }];
  return { node: { kind: 'tableFunction', columns: [column], calls, ordinality: false }, column };
}

function fieldOf(context: BindContext, value: Expr, key: string, wanted: SqlType): Expr {
  if (wanted.name.startsWith('_')) {
    throw context.unsupported('an array column in a column definition list', undefined);
  }
  const isJson = wanted.name === 'json' || wanted.name === 'jsonb';
  const name = constant(sqlType('text'), key);
  const field = bindOperator(context, isJson ? '->' : '->>', [value, name], -1);
  return castExplicitly(context, field, wanted, -1);
}
