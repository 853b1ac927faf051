/**
 * json_to_record and json_to_recordset: the column definition list is the type of the rows that
 * the objects become, and its columns are the fields of these.
 */
import type { Node } from '@pgsql/types';
import { must } from '../../../errors/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import { findFunctions } from '../../../functions/registry.ts';
import type { SqlType, TypeName } from '../../../types/sql-type.ts';
import { sqlType, typeRecord } from '../../../types/type-table.ts';
import { compositeTypeName } from '../../../types/user-type.ts';
import type { LogicalColumn, LogicalNode } from '../../logical.ts';
import { astAs, stringsOf } from '../ast.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import { resolveCall, scalarCall, typeList } from '../calls/calls.ts';
import { candidatesOf, chooseCandidate } from '../calls/candidates.ts';
import { castExplicitly, coerceTo } from '../coerce.ts';
import { asOfDomains } from '../composites.ts';
import { bindExpr } from '../expressions.ts';
import { nullOf } from '../literals.ts';
import { oneRow, project, type Item } from '../nodes.ts';
import { fieldAt } from '../rows.ts';
import type { Env } from '../scope.ts';
import { bindTypeName, typeScope } from '../type-names.ts';

const functions: Readonly<Record<string, 'json' | 'jsonb' | undefined>> = {
  json_to_record: 'json',
  jsonb_to_record: 'jsonb',
  json_to_recordset: 'json',
  jsonb_to_recordset: 'jsonb',
};

/** With a column definition list they take a NULL of type record. */
const populating: typeof functions = {
  json_populate_record: 'json',
  jsonb_populate_record: 'jsonb',
  json_populate_recordset: 'json',
  jsonb_populate_recordset: 'jsonb',
};

function nameOf(call: Node): string {
  return stringsOf(astAs(call, 'FuncCall')?.funcname).at(-1) ?? '';
}

export function isDefinedRows({ call, definitions = [] }: DefinedRows): boolean {
  const name = nameOf(call);
  return (
    Object.hasOwn(functions, name) || (definitions.length > 0 && Object.hasOwn(populating, name))
  );
}

export interface DefinedRows {
  readonly call: Node;
  readonly definitions: readonly Node[] | undefined;
}

interface Rows {
  readonly node: LogicalNode;
  readonly columns: readonly LogicalColumn[];
}

/** Errors: 42601 without a column definition list. */
export function definedRows(env: Env, { call, definitions }: DefinedRows): Rows {
  const { context } = env;
  if (definitions === undefined || definitions.length === 0) {
    const message = 'a column definition list is required for functions returning "record"';
    throw context.error('syntax_error', message, call);
  }
  const name = nameOf(call);
  const type = must(functions[name] ?? populating[name], 'function');
  const args = astAs(call, 'FuncCall')?.args ?? [];
  if (Object.hasOwn(populating, name)) refuseBase(env, args[0], definitions[0]);
  const written = bindExpr(env, args[Object.hasOwn(populating, name) ? 1 : 0]);
  const argument = coerceTo(context, written, sqlType(type));
  if (argument === undefined) throw noFunction(context, call, [written]);
  const fields = definitions.map((definition) => {
    const { colname = '', typeName = {} } = astAs(definition, 'ColumnDef') ?? {};
    return { name: colname, type: bindTypeName(typeName, typeScope(context)) };
  });
  const row = nullOf(sqlType(definedType(fields)));
  const rows = rowsOf(context, Object.hasOwn(functions, name) ? `.${name}` : name, [row, argument]);
  const items = fields.map((declared, i): Item => {
    const { type: wanted } = declared;
    // Domains are asked once the value is there.
    const field = asOfDomains(context, fieldAt(context, columnOf(rows.column), i));
    const expr = castExplicitly(context, field, wanted, -1);
    return { column: context.newColumn(declared.name, wanted), expr };
  });
  const columns = items.map(({ column }) => column);
  return { node: project(rows.node, items), columns };
}

/** Errors: 42601 for a row of a named type, 0A000 for one that is not NULL. */
function refuseBase(env: Env, node: Node | undefined, definition: Node | undefined): void {
  const { context } = env;
  const base = bindExpr(env, node);
  if (base.type.name !== 'record') {
    const message = 'a column definition list is only allowed for functions returning "record"';
    throw context.error('syntax_error', message, definition);
  }
  if (base.kind === 'constant' && base.value === null) return;
  throw context.unsupported('a row beside a column definition list', node);
}

function noFunction(context: BindContext, call: Node, args: readonly Expr[]): Error {
  const message = `function ${nameOf(call)}(${typeList(args)}) does not exist`;
  const words = 'No function matches the given name and argument types.';
  const hint = `${words} You might need to add explicit type casts.`;
  return context.error('undefined_function', message, call, { hint });
}

interface Field {
  readonly name: string;
  readonly type: SqlType;
}

/** A composite type of these fields, which nobody but the query knows. */
function definedType(fields: readonly Field[]): TypeName {
  const { oid, arrayOid: array, sqlName } = typeRecord('record');
  return compositeTypeName({
    ...{ oid, array, schema: 'pg_catalog', name: sqlName },
    fields: fields.map(({ name, type }) => [name, type.name, type.typmod] as const),
  });
}

interface RowColumn {
  readonly node: LogicalNode;
  readonly column: LogicalColumn;
}

function rowsOf(context: BindContext, name: string, args: readonly Expr[]): RowColumn {
  const types = args.map(({ type }) => type.name);
  const choice = chooseCandidate(candidatesOf(findFunctions(name), args.length), types);
  if (typeof choice === 'string') throw context.unsupported(name, undefined);
  const resolved = resolveCall(context, choice, args);
  const column = context.newColumn('value', must(args[0], 'a row').type);
  if (choice.found.overload.kind === 'scalar') {
    return { node: project(oneRow, [{ column, expr: scalarCall(resolved) }]), column };
  }
  const calls = [{ functionId: resolved.functionId, args: resolved.args }];
  return { node: { kind: 'tableFunction', columns: [column], calls, ordinality: false }, column };
}
