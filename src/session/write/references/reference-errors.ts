/** 23503: PostgreSQL's words about rows that reference nothing, and keys that are still referenced. */
import { SqlError } from '../../../errors/sql-error.ts';
import type { ColumnDefinition } from '../../../catalog/table.ts';
import type { ForeignKey } from './foreign-key.ts';

/** Undefined: policies may hide the row from who is told. */
function keyText(columns: readonly ColumnDefinition[], values: string | undefined): string {
  const named = `Key (${columns.map(({ name }) => name).join(', ')})=(${values})`;
  return values === undefined ? 'Key' : named;
}

function place({ table, name }: ForeignKey) {
  return { schema: table.schema, table: table.name, constraint: name };
}

function onTable({ table, name }: ForeignKey): string {
  return `insert or update on table "${table.name}" violates foreign key constraint "${name}"`;
}

export function missingReference(key: ForeignKey, values: string | undefined): SqlError {
  return new SqlError('foreign_key_violation', onTable(key), {
    detail: `${keyText(key.columns, values)} is not present in table "${key.target.name}".`,
    ...place(key),
  });
}

export function mixedNulls(key: ForeignKey): SqlError {
  return new SqlError('foreign_key_violation', onTable(key), {
    detail: 'MATCH FULL does not allow mixing of null and nonnull key values.',
    ...place(key),
  });
}

export function referencedStill(key: ForeignKey, values: string | undefined): SqlError {
  const { target, table, name } = key;
  const on = `violates foreign key constraint "${name}" on table "${table.name}"`;
  return new SqlError('foreign_key_violation', `update or delete on table "${target.name}" ${on}`, {
    detail: `${keyText(key.targetColumns, values)} is still referenced from table "${table.name}".`,
    ...place(key),
  });
}
