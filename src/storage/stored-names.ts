/** What is stored by name: keys of records, relations and schemas, each with its database. */
import type { AccessRecord } from '../catalog/access-records.ts';
import { firstDatabase, isShared, type DatabaseId } from '../catalog/databases.ts';

/** Marked with the database that it belongs to, unless that is the first or all of them. */
export type InDatabase<T> = T & { readonly database?: DatabaseId };

export type RecordName = Pick<AccessRecord, 'kind' | 'key'>;

export type RelationName = InDatabase<{ readonly schema: string; readonly name: string }>;

/** Relations of temporary schemas go with their session. */
export function isTemporary(schema: string): boolean {
  return schema.startsWith('pg_temp_');
}

/** Whether the object is marked as the database's. */
export function isOf(database: DatabaseId, object: InDatabase<object>): boolean {
  return (object.database ?? firstDatabase) === database;
}

/** Whether sessions of the database see the record. */
export function isSeenIn(database: DatabaseId, record: InDatabase<AccessRecord>): boolean {
  return isShared(record) || isOf(database, record);
}

export function recordKey({ kind, key, database }: InDatabase<RecordName>): string {
  return `${kind} ${key}${database === undefined ? '' : ` of ${database}`}`;
}

export function relationKey({ schema, name, database }: RelationName): string {
  return `relation ${JSON.stringify([database ?? firstDatabase, schema, name])}`;
}

export function schemaKey(database: DatabaseId, name: string): string {
  return `schema ${JSON.stringify([database, name])}`;
}
