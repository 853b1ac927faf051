/** Names in a schema: taken ones, and those that PostgreSQL makes up (makeObjectName). */
import { isCompositeRecord, userTypesOf } from '../../catalog/type-records.ts';
import { isKey, type TableDefinition } from '../../catalog/table.ts';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import type { SqlSession } from '../sql-session.ts';

const nameBytesMax = 63;

export interface SchemaName {
  readonly schema: string;
  readonly name: string;
}

/** Indexes of a table: those behind its keys, and its own. */
export function indexNames(table: TableDefinition): readonly string[] {
  const keys = table.constraints.filter(isKey);
  return [...keys, ...(table.indexes ?? [])].map(({ name }) => name);
}

/** Tables, views, sequences and indexes of the schema. */
export function relationNames(session: SqlSession, schema: string): Set<string> {
  const { store } = session.environment;
  const transaction = session.transaction.storeTransaction;
  const names = new Set<string>();
  const add = (relation: SchemaName): void => {
    if (relation.schema === schema) names.add(relation.name);
  };
  for (const { definition } of store.tables(transaction)) {
    add(definition);
    for (const name of indexNames(definition)) add({ schema: definition.schema, name });
  }
  for (const view of store.views(transaction)) add(view);
  for (const { definition } of store.sequences(transaction)) add(definition);
  for (const type of userTypesOf(store.records(transaction)))
    if (isCompositeRecord(type)) add(type);
  return names;
}

/** Constraints of the schema's tables. */
export function constraintNames(session: SqlSession, schema: string): Set<string> {
  const tables = session.environment.store.tables(session.transaction.storeTransaction);
  const own = tables.filter(({ definition }) => definition.schema === schema);
  return new Set(own.flatMap(({ definition }) => definition.constraints.map(({ name }) => name)));
}

/** `table_column_label`, shortened to 63 bytes, with a number where it is taken. */
export function chooseName(
  parts: readonly [table: string, columns: string],
  label: string,
  isTaken: (name: string) => boolean,
): string {
  for (let number = 0; ; number++) {
    const name = makeName(parts, number === 0 ? label : `${label}${number}`);
    if (!isTaken(name)) return name;
  }
}

function makeName([first, second]: readonly [string, string], label: string): string {
  const joints = second === '' ? 1 : 2;
  let left = Buffer.from(first);
  let right = Buffer.from(second);
  while (left.length + right.length + joints + Buffer.byteLength(label) > nameBytesMax) {
    if (left.length > right.length) left = left.subarray(0, -1);
    else right = right.subarray(0, -1);
  }
  const texts = [left.toString(), ...(second === '' ? [] : [right.toString()]), label];
  return texts.join('_');
}

/** The name alone where it means this relation, else with its schema. */
export function displayRelation(session: SqlSession, { schema, name }: SchemaName): string {
  const path = session.relationPath;
  const first = path.find((each) => relationNames(session, each).has(name));
  const quoted = quoteIdentifier(name);
  return first === schema ? quoted : `${quoteIdentifier(schema)}.${quoted}`;
}
