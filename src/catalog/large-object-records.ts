/** Large objects, as the store keeps them: who owns which in a record, their bytes in a table. */
import type { SqlType } from '../types/sql-type.ts';
import type { AccessRecord } from './access-records.ts';
import type { TableDefinition } from './table.ts';

/** A large object: a row of pg_largeobject_metadata. */
export interface LargeObjectRecord {
  readonly kind: 'largeobject';
  /** The OID as text. */
  readonly key: string;
  readonly oid: number;
  /** OID of the role. */
  readonly owner: number;
}

export function largeObjectsOf(records: readonly AccessRecord[]): readonly LargeObjectRecord[] {
  return records.filter((record) => record.kind === 'largeobject');
}

/** Whether pg_catalog's functions of the name are those of large objects, which the session runs. */
export function isLargeObjectFunction(name: string): boolean {
  return name.startsWith('lo_') || name === 'loread' || name === 'lowrite';
}

/** Bytes of a page, PostgreSQL's LOBLKSIZE. */
export const pageBytes = 2048;

/** Where the pages are: pg_catalog.pg_largeobject, made with the first object of a database. */
export const pagesTable = { schema: 'pg_catalog', name: 'pg_largeobject' } as const;

/** Bytes in memory with which a segment of pages is full: whoever reads a page loads as much. */
const segmentBytes = 8 * 1024 * 1024;

export function pagesDefinition(owner: string): Omit<TableDefinition, 'oid'> {
  const column = (name: string, type: SqlType['name']): TableDefinition['columns'][number] => {
    return { name, type: { name: type, typmod: -1 }, notNull: true };
  };
  return {
    ...pagesTable,
    columns: [column('loid', 'oid'), column('pageno', 'int4'), column('data', 'bytea')],
    constraints: [],
    owner,
    temporary: false,
    segmentBytes,
  };
}
