/**
 * Views of information_schema: the columns that say something, and where they come from. The
 * text gives the other columns as NULL, and every column the type that PostgreSQL gives it.
 */
import { must } from '../../../errors/assert.ts';
import { formatType } from '../../../types/type-name.ts';
import { informationSchema, systemRelation } from '../system-relations.ts';
import type { SystemView } from './view-text.ts';

export interface InformationView {
  readonly name: string;
  readonly from: string;
  /** Column to SQL expression. */
  readonly columns: Readonly<Record<string, string>>;
}

export function informationView({ name, from, columns }: InformationView): SystemView {
  const relation = must(systemRelation(informationSchema, name), name);
  const unknown = Object.keys(columns).find(
    (column) => !relation.columns.some((each) => each.name === column),
  );
  if (unknown !== undefined) throw new Error(`information_schema.${name} has no column ${unknown}`);
  const list = relation.columns.map((column) => {
    const { type } = column;
    const expression = columns[column.name] ?? 'NULL';
    return `(${expression})::${formatType(type.name, type.typmod)} AS ${column.name}`;
  });
  return { schema: informationSchema, name, sql: `SELECT ${list.join(', ')} FROM ${from}` };
}

export const database = 'pg_catalog.current_database()';

/** Columns that name a relation of pg_class `c` in schema `n`. */
export function tableName(prefix: string): Readonly<Record<string, string>> {
  return {
    [`${prefix}_catalog`]: database,
    [`${prefix}_schema`]: 'n.nspname',
    [`${prefix}_name`]: 'c.relname',
  };
}
