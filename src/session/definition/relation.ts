/** Names of relations in utility statements: where they are, and where new ones go. */
import { SqlError } from '../../errors/sql-error.ts';
import { isKey, type Sequence, type StoredView, type Table } from '../../catalog/table.ts';
import { denied } from '../roles/session-roles.ts';
import { creationPathOf } from '../settings/search-path.ts';
import type { SqlSession } from '../sql-session.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { relationNames } from './relation-names.ts';

/** libpg-query's RangeVar. */
export interface RangeVar {
  readonly schemaname?: string;
  readonly relname?: string;
  readonly relpersistence?: string;
  /** Without ONLY. */
  readonly inh?: boolean;
  readonly location?: number;
}

export interface QualifiedName {
  readonly schema: string | undefined;
  readonly name: string;
}

export function nameOf(relation: RangeVar | undefined): QualifiedName {
  return { schema: relation?.schemaname, name: relation?.relname ?? '' };
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

/** What a name stands for. */
export type Relation =
  | { readonly kind: 'table'; readonly schema: string; readonly table: Table }
  | { readonly kind: 'materialized view'; readonly schema: string; readonly table: Table }
  | { readonly kind: 'view'; readonly schema: string; readonly view: StoredView }
  | { readonly kind: 'sequence'; readonly schema: string; readonly sequence: Sequence }
  | {
      readonly kind: 'index';
      readonly schema: string;
      readonly table: Table;
      readonly index: string;
      /** The constraint that it serves. */
      readonly isConstraint: boolean;
    };

/** The first relation of the name along the search path. */
export function findRelation(session: SqlSession, name: QualifiedName): Relation | undefined {
  const { temporarySchema, relationPath } = session;
  const schema = name.schema === 'pg_temp' ? temporarySchema : name.schema;
  const schemas = schema === undefined ? relationPath : [schema];
  for (const each of schemas) {
    const found = relationIn(session, each, name.name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function relationIn(session: SqlSession, schema: string, name: string): Relation | undefined {
  const { store } = session.environment;
  const transaction = session.transaction.storeTransaction;
  const isIt = (each: { readonly schema: string; readonly name: string }): boolean =>
    each.schema === schema && each.name === name;
  const table = store.findTable(schema, name, transaction);
  if (table?.definition.materialized !== undefined) {
    return { kind: 'materialized view', schema, table };
  }
  if (table !== undefined) return { kind: 'table', schema, table };
  const view = store.views(transaction).find(isIt);
  if (view !== undefined) return { kind: 'view', schema, view };
  const sequence = store.sequences(transaction).find(({ definition }) => isIt(definition));
  if (sequence !== undefined) return { kind: 'sequence', schema, sequence };
  for (const owner of store.tables(transaction)) {
    const { definition } = owner;
    if (definition.schema !== schema) continue;
    const keys = definition.constraints.filter(isKey);
    const isConstraint = keys.some((key) => key.name === name);
    const isIndex = definition.indexes?.some((index) => index.name === name) === true;
    if (isConstraint || isIndex) {
      return { kind: 'index', schema, table: owner, index: name, isConstraint };
    }
  }
  return undefined;
}

/** Errors: 42P01 with the name's place; 42809 when the name is no table. */
export function findTable(
  context: StatementContext,
  name: QualifiedName,
  location?: number,
): Table {
  const table = findStored(context, name, location);
  if (table.definition.materialized === undefined) return table;
  throw new SqlError('wrong_object_type', `"${name.name}" is not a table`);
}

/** A table or a materialized view. Errors: as of findTable. */
export function findStored(
  context: StatementContext,
  name: QualifiedName,
  location?: number,
): Table {
  const { session } = context;
  const table = session.catalog().findTable(name.schema, name.name);
  if (table !== undefined) return table;
  if (findRelation(session, name) !== undefined) {
    throw new SqlError('wrong_object_type', `"${name.name}" is not a table`);
  }
  throw missingRelation(context, name, location);
}

/** 42P01; with a location the error points at the name. */
export function missingRelation(
  { statement }: StatementContext,
  name: QualifiedName,
  location?: number,
): SqlError {
  const place = location === undefined ? {} : { position: statement.positionOf(location) };
  return new SqlError('undefined_table', `relation "${displayName(name)}" does not exist`, place);
}

/** Errors: 3F000. */
export function checkSchemaExists(session: SqlSession, schema: string | undefined): void {
  if (schema === undefined || schema === 'pg_temp') return;
  const known = session.environment.store.schemas(session.transaction.storeTransaction);
  const isSystem = ['pg_catalog', 'information_schema', session.temporarySchema].includes(schema);
  if (isSystem || known.includes(schema)) return;
  throw new SqlError('invalid_schema_name', `schema "${schema}" does not exist`);
}

/** Errors: 42P01 unless the name is a table or a view, of users or of the system. */
export function requireRelation(session: SqlSession, { schema, name }: QualifiedName): void {
  const catalog = session.catalog();
  const found =
    catalog.findTable(schema, name) ??
    catalog.findView(schema, name) ??
    catalog.findFacts(schema, name);
  if (found !== undefined) return;
  const message = `relation "${displayName({ schema, name })}" does not exist`;
  throw new SqlError('undefined_table', message);
}

/** The schema in which a new relation is made. Errors: 3F000, 42501, 42P16. */
export function creationSchema(context: StatementContext, relation: RangeVar): string {
  const { session, statement } = context;
  const schema = namedSchema(context, relation);
  const { roles } = session;
  if (schema !== session.temporarySchema) {
    if (roles.may(roles.schema(schema), 'C')) return schema;
    const { location } = relation;
    const place = location === undefined ? undefined : statement.positionOf(location);
    throw denied(`schema ${schema}`, place);
  }
  if (roles.may(roles.database, 'T')) return schema;
  const message = `permission denied to create temporary tables in database "${roles.database.id}"`;
  throw new SqlError('insufficient_privilege', message);
}

function namedSchema({ session, statement }: StatementContext, relation: RangeVar): string {
  const { schemaname: schema, location } = relation;
  const { temporarySchema } = session;
  const isOwnTemporary = schema === 'pg_temp' || schema === temporarySchema;
  if (relation.relpersistence === 't') {
    if (schema === undefined || isOwnTemporary) return temporarySchema;
    const message = 'cannot create temporary relation in non-temporary schema';
    throw new SqlError('invalid_table_definition', message);
  }
  const { store } = session.environment;
  const known = store.schemas(session.transaction.storeTransaction);
  if (schema !== undefined) {
    if (schema === 'pg_catalog' || schema === 'information_schema') {
      throw new SqlError('insufficient_privilege', `permission denied for schema ${schema}`);
    }
    if (isOwnTemporary && relation.relpersistence === 'u') {
      const message = 'only temporary relations may be created in temporary schemas';
      const place = location === undefined ? {} : { position: statement.positionOf(location) };
      throw new SqlError('invalid_table_definition', message, place);
    }
    if (isOwnTemporary) return temporarySchema;
    if (known.includes(schema)) return schema;
    const place = location === undefined ? {} : { position: statement.positionOf(location) };
    throw new SqlError('invalid_schema_name', `schema "${schema}" does not exist`, place);
  }
  const found = creationPathOf(session).find((each) => {
    return each === temporarySchema || known.includes(each);
  });
  if (found !== undefined) return found;
  const place = location === undefined ? {} : { position: statement.positionOf(location) };
  throw new SqlError('invalid_schema_name', 'no schema has been selected to create in', place);
}

/** Whether a table, view, sequence or index of this name stands in the schema. */
export function relationExists(session: SqlSession, schema: string, name: string): boolean {
  return relationNames(session, schema).has(name);
}

/** What DROP names on a relation: `t` and `x` of DROP TRIGGER x ON t. */
export function namedOnRelation(body: Readonly<Record<string, unknown>>) {
  const [object] = (body['objects'] ?? []) as readonly {
    readonly List?: { readonly items?: readonly unknown[] };
  }[];
  const items = object?.List?.items ?? [];
  const { name } = qualifiedName(items.slice(-1));
  return { relation: qualifiedName(items.slice(0, -1)), name };
}
