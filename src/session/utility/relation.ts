/** Names of relations in utility statements: where they are, and where new ones go. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Table } from '../../catalog/table.ts';
import type { ParsedStatement } from '../../sql/statement.ts';
import { denied } from '../roles/session-roles.ts';
import type { SqlSession } from '../sql-session.ts';

/** libpg-query's RangeVar. */
export interface RangeVar {
  readonly schemaname?: string;
  readonly relname?: string;
  readonly relpersistence?: string;
  readonly location?: number;
}

export interface QualifiedName {
  readonly schema: string | undefined;
  readonly name: string;
}

/** A list of String nodes: `a`, `s.a`, `db.s.a`. */
export function qualifiedName(items: unknown): QualifiedName {
  const parts = (items as readonly { readonly String?: { readonly sval?: string } }[]).map(
    (item) => item.String?.sval ?? '',
  );
  return { schema: parts.at(-2), name: parts.at(-1) ?? '' };
}

export function displayName({ schema, name }: QualifiedName): string {
  return schema === undefined ? name : `${schema}.${name}`;
}

/** Errors: 42P01 unless the name is a table or a view, of users or of the system. */
export function requireRelation(session: SqlSession, { schema, name }: QualifiedName): void {
  const catalog = session.catalog();
  const found =
    catalog.findTable(schema, name) ??
    catalog.findView(schema, name) ??
    catalog.findFacts(schema, name);
  if (found !== undefined) return;
  throw new SqlError(
    'undefined_table',
    `relation "${displayName({ schema, name })}" does not exist`,
  );
}

/** Errors: 42P01; 42809 when the name is a view. */
export function findTable(session: SqlSession, name: QualifiedName): Table {
  const catalog = session.catalog();
  const table = catalog.findTable(name.schema, name.name);
  if (table !== undefined) return table;
  if (catalog.findView(name.schema, name.name) !== undefined) {
    throw new SqlError('wrong_object_type', `"${name.name}" is not a table`);
  }
  throw new SqlError('undefined_table', `relation "${displayName(name)}" does not exist`);
}

/** The schema in which a new relation is made. Errors: 3F000, 42501. */
export function creationSchema(
  session: SqlSession,
  relation: RangeVar,
  statement?: ParsedStatement,
): string {
  const schema = namedCreationSchema(session, relation);
  const { roles } = session;
  if (schema !== session.temporarySchema) {
    if (roles.may(roles.schema(schema), 'C')) return schema;
    const position = statement?.positionOf(relation.location ?? -1);
    throw denied(`schema ${schema}`, position);
  }
  if (!roles.may(roles.database, 'T')) {
    const message = `permission denied to create temporary tables in database "${roles.database.id}"`;
    throw new SqlError('insufficient_privilege', message);
  }
  return schema;
}

function namedCreationSchema(session: SqlSession, relation: RangeVar): string {
  if (relation.relpersistence === 't') return session.temporarySchema;
  const { store } = session.environment;
  const transaction = session.transaction.storeTransaction;
  if (relation.schemaname !== undefined) {
    const schema = relation.schemaname;
    if (schema === 'pg_catalog' || schema === 'information_schema') {
      const message = `permission denied for schema ${schema}`;
      throw new SqlError('insufficient_privilege', message);
    }
    if (schema === 'pg_temp') return session.temporarySchema;
    if (!store.schemas(transaction).includes(schema)) {
      throw new SqlError('invalid_schema_name', `schema "${schema}" does not exist`);
    }
    return schema;
  }
  const found = session.searchPath.find((schema) => store.schemas(transaction).includes(schema));
  if (found === undefined) {
    throw new SqlError('invalid_schema_name', 'no schema has been selected to create in');
  }
  return found;
}

/** Whether a table or a view of this name stands in the schema. */
export function relationExists(session: SqlSession, schema: string, name: string): boolean {
  const { store } = session.environment;
  const transaction = session.transaction.storeTransaction;
  return (
    store.findTable(schema, name, transaction) !== undefined ||
    store.views(transaction).some((view) => view.schema === schema && view.name === name)
  );
}
