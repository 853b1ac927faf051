/** Types of PL/pgSQL's variables: named ones, those of columns and rows, records. */
import { SqlError } from '../../errors/sql-error.ts';
import type { RecordShape } from '../../plan/binder/bind-context.ts';
import { bindTypeName, typesOf } from '../../plan/binder/bind-statement.ts';
import { arrayTypeOf } from '../../plan/binder/type-names.ts';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { astAs, stringsOf } from '../../sql/ast.ts';
import { parseSql } from '../../sql/parse.ts';
import type { PlaceOf } from '../../sql/plpgsql/reader.ts';
import type { PlTypeName, PlVariable } from '../../sql/plpgsql/tree.ts';
import { sqlType } from '../../types/type-table.ts';
import { isCompositeName, knownComposite } from '../../types/user-type.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { Prepared } from '../statement/prepared.ts';
import type { SqlSession } from '../sql-session.ts';
import type { VariableType } from './frame.ts';

export interface VariableNames {
  /** Of the function. */
  readonly name: string;
  readonly placeOf: PlaceOf;
  /** Types of the first variables. */
  readonly given?: readonly VariableType[];
}

/** By slot. Errors: 42704, 42P01, 42703, with the line of the declaration. */
export function variableTypes(
  session: SqlSession,
  variables: readonly PlVariable[],
  { name, placeOf, given = [] }: VariableNames,
): readonly VariableType[] {
  const types: VariableType[] = [...given];
  for (const { type, line } of variables.slice(given.length)) {
    try {
      types.push(typeOf(session, type, types));
    } catch (error) {
      const offset = type.kind === 'named' ? type.offset : undefined;
      const position = offset === undefined ? undefined : placeOf(offset);
      const where = `compilation of PL/pgSQL function "${name}" near line ${line}`;
      if (error instanceof SqlError)
        error.fields = position === undefined ? { where } : { position };
      throw error;
    }
  }
  return types;
}

function typeOf(
  session: SqlSession,
  type: PlTypeName,
  before: readonly VariableType[],
): VariableType {
  switch (type.kind) {
    case 'record':
      return { kind: 'record', type: sqlType('record'), fields: undefined };
    case 'open':
      return { kind: 'open' };
    case 'rowOf':
      return rowOf(session, type.path);
    case 'typeOf': {
      const same = type.variable === undefined ? undefined : before[type.variable.slot];
      const found = same ?? ofType(columnType(session, type.path));
      return type.isArray ? arrayOver(found) : found;
    }
    case 'named':
      return named(session, type.text);
  }
}

/** Relations of the system have row types that are not known here. */
function rowOf(session: SqlSession, path: readonly string[]): VariableType {
  const type = typesOf(session.catalog()).find?.(path.at(-2), path.at(-1) ?? '');
  if (type !== undefined && isCompositeName(type.name)) return ofType(type);
  return { kind: 'record', type: sqlType('record'), fields: shapeOf(session, path) };
}

function arrayOver(found: VariableType): VariableType {
  const name = found.kind === 'scalar' ? arrayTypeOf(found.type.name) : undefined;
  if (name !== undefined) return { kind: 'scalar', type: sqlType(name) };
  throw new SqlError('feature_not_supported', 'an array of this type is not supported');
}

/** Values of composite types are records of their fields. */
export function ofType(type: SqlType): VariableType {
  const { name } = type;
  if (name === 'record') return { kind: 'record', type, fields: undefined };
  if (!isCompositeName(name)) return { kind: 'scalar', type };
  return { kind: 'record', type, fields: knownComposite(name).fields };
}

function named(session: SqlSession, text: string): VariableType {
  const node = typeNode(text);
  const catalog = session.catalog();
  const types = typesOf(catalog);
  const path = stringsOf(node.names);
  const isPlain = node.arrayBounds === undefined && node.typmods === undefined;
  const isType = types.find?.(path.at(-2), path.at(-1) ?? '') !== undefined;
  if (isPlain && !isType && hasRelation(session, path)) return rowOf(session, path);
  return ofType(bindTypeName(node, types));
}

function typeNode(text: string): Parameters<typeof bindTypeName>[0] {
  const [statement] = parseSql(`SELECT CAST(NULL AS ${text})`);
  const target = astAs(statement?.node, 'SelectStmt')?.targetList?.[0];
  return astAs(astAs(target, 'ResTarget')?.val, 'TypeCast')?.typeName ?? {};
}

function hasRelation(session: SqlSession, path: readonly string[]): boolean {
  const [name = '', schema] = path.toReversed();
  const catalog = session.catalog();
  return (
    catalog.findTable(schema, name) !== undefined ||
    catalog.findUserView(schema, name) !== undefined
  );
}

/** The columns of a relation. Errors: 42P01. */
function shapeOf(session: SqlSession, path: readonly string[]): RecordShape {
  const from = path.map((name) => quoteIdentifier(name)).join('.');
  const sql = `SELECT * FROM ${from}`;
  const prepared = new Prepared('', sql, parseSql(sql)[0], [], 'fixed');
  prepared.isInternal = true;
  return prepared.plan(session).fields.map(({ name, type }) => ({ name, type }));
}

/** Errors: 42P01, 42703. */
function columnType(session: SqlSession, path: readonly string[]): SqlType {
  const relation = path.slice(0, -1);
  const name = path.at(-1) ?? '';
  if (relation.length === 0) {
    throw new SqlError('syntax_error', `type "${name}%TYPE" does not exist`);
  }
  const column = shapeOf(session, relation).find((each) => each.name === name);
  if (column !== undefined) return column.type;
  const message = `column "${name}" of relation "${relation.join('.')}" does not exist`;
  throw new SqlError('undefined_column', message);
}
