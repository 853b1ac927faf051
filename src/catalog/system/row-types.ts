/** Row types of relations, as plans name them: composite types of the relation's columns. */
import type { SqlType } from '../../types/sql-type.ts';
import { compositeTypeName } from '../../types/user-type.ts';
import { arrayTypeOid, rowTypeOid } from './object-ids.ts';

interface RowRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: SqlType }[];
}

export function rowSqlType({ oid, schema, name, columns }: RowRelation): SqlType {
  const fields = columns.map(
    (column) => [column.name, column.type.name, column.type.typmod] as const,
  );
  const ids = { oid: rowTypeOid(oid), array: arrayTypeOid(oid) };
  return { name: compositeTypeName({ ...ids, schema, name, fields }), typmod: -1 };
}
