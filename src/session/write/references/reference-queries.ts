/**
 * What is asked of the two tables of a foreign key, as SQL. Keys come as parameters, one array per
 * column, or not at all: then all rows of the referencing table are meant.
 *
 *     unnest($1, $2) AS u (k1, k2)   keys that were written, or that went
 */
import type { ColumnDefinition } from '../../../catalog/table.ts';
import { quoteIdentifier } from '../../../functions/text/quote.ts';
import { arrayOf } from '../../../types/array-codec.ts';
import type { Datum } from '../../../types/datum.ts';
import type { SqlType, TypeName } from '../../../types/sql-type.ts';
import type { InternalQuery, RowsQuery } from '../../statement/internal-query.ts';
import type { Key } from '../key-text.ts';
import { quotedTable } from '../unique-keys.ts';
import type { ForeignKey } from './foreign-key.ts';

/** Tables are read for so many keys by the values of these; for more they are joined. */
const listedKeysMax = 100;

/** The first key without a row of the referenced table, as text. */
export function missingKey(
  key: ForeignKey,
  keys: readonly Key[] | undefined,
  isDeferred: boolean,
): InternalQuery {
  if (keys === undefined) return missingInTable(key);
  const { target, columns, targetColumns } = key;
  const conditions = [`NOT EXISTS (${rowsWith(quotedTable(target), targetColumns, keys)})`];
  if (isDeferred) conditions.push(`EXISTS (${rowsWith(quotedTable(key.table), columns, keys)})`);
  return fromKeys(columns, keys, conditions);
}

function missingInTable({ table, columns, target, targetColumns }: ForeignKey): InternalQuery {
  const own = columns.map(({ name }) => `u.${quoteIdentifier(name)}`);
  const filled = own.map((name) => `${name} IS NOT NULL`);
  const equal = targetColumns.map(({ name }, i) => `t.${quoteIdentifier(name)} = ${own[i]}`);
  const rows = `SELECT 1 FROM ${quotedTable(target)} t WHERE ${equal.join(' AND ')}`;
  const where = [...filled, `NOT EXISTS (${rows})`].join(' AND ');
  const shown = own.map((name) => `${name}::text`).join(', ');
  const sql = `SELECT concat_ws(', ', ${shown}) FROM ${quotedTable(table)} u WHERE ${where} LIMIT 1`;
  return { sql, parameters: [], types: [] };
}

/** The first key that rows still have, though its row is gone, unless another took its place. */
export function stillReferenced(
  key: ForeignKey,
  keys: readonly Key[],
  isRestricted: boolean,
): InternalQuery {
  const { table, columns, target, targetColumns } = key;
  const conditions = [`EXISTS (${rowsWith(quotedTable(table), columns, keys)})`];
  if (!isRestricted) {
    conditions.push(`NOT EXISTS (${rowsWith(quotedTable(target), targetColumns, keys)})`);
  }
  return fromKeys(targetColumns, keys, conditions);
}

/** Rows that reference one of the keys, and of keys over several columns perhaps some others. */
export function rowsReferencing(key: ForeignKey, keys: readonly Key[]): RowsQuery {
  const listed = key.columns.map(({ name }, i) => `${quoteIdentifier(name)} = ANY($${i + 1})`);
  const from = quotedTable(key.table);
  return { from, where: listed.join(' AND '), ...keyParameters(key.targetColumns, keys) };
}

function fromKeys(
  columns: readonly ColumnDefinition[],
  keys: readonly Key[],
  conditions: readonly string[],
): InternalQuery {
  const shown = columns.map((_, i) => `u.k${i + 1}::text`).join(', ');
  const where = conditions.join(' AND ');
  const sql = `SELECT concat_ws(', ', ${shown}) FROM ${keyRows(columns.length)} WHERE ${where} LIMIT 1`;
  return { sql, ...keyParameters(columns, keys) };
}

/** `unnest($1, $2) AS u (k1, k2)`, parameters counted from `first`. */
export function keyRows(count: number): string {
  const places = Array.from({ length: count }, (_, i) => i + 1);
  const names = places.map((place) => `k${place}`).join(', ');
  return `unnest(${places.map((place) => `$${place}`).join(', ')}) AS u (${names})`;
}

export function keyParameters(
  columns: readonly ColumnDefinition[],
  keys: readonly Key[],
): { readonly parameters: readonly Datum[]; readonly types: readonly SqlType[] } {
  return {
    parameters: columns.map(({ type }, i) =>
      arrayOf(
        type.name,
        keys.map((values) => values[i] ?? null),
      ),
    ),
    types: columns.map(({ type }): SqlType => ({ name: `_${type.name}` as TypeName, typmod: -1 })),
  };
}

function rowsWith(
  table: string,
  columns: readonly ColumnDefinition[],
  keys: readonly Key[],
): string {
  const names = columns.map(({ name }) => `t.${quoteIdentifier(name)}`);
  const equal = names.map((name, i) => `${name} = u.k${i + 1}`);
  const listed =
    keys.length > listedKeysMax ? [] : names.map((name, i) => `${name} = ANY($${i + 1})`);
  return `SELECT 1 FROM ${table} t WHERE ${[...equal, ...listed].join(' AND ')}`;
}
