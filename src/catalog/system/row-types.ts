/** Row types of relations: composite types of the relation's columns, which nothing stores. */
import type { SqlType } from '../../types/sql-type.ts';
import { sqlTypeOf, type CompositeRecord } from '../type-records.ts';
import { arrayTypeOid, rowTypeOid } from './object-ids.ts';

/** A table or a view. */
export interface RowRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  readonly columns: readonly { readonly name: string; readonly type: SqlType }[];
}

/** The type in the form of those that users make. */
export function rowTypeRecord(relation: RowRelation): CompositeRecord {
  const { oid: relationOid, schema, name, owner, columns } = relation;
  const oid = rowTypeOid(relationOid);
  return {
    ...{ kind: 'type', key: String(oid), oid, arrayOid: arrayTypeOid(relationOid), relationOid },
    ...{ schema, name, owner },
    attributes: columns.map((column) => ({ name: column.name, type: column.type })),
  };
}

/** As plans name it. */
export function rowSqlType(relation: RowRelation): SqlType {
  return sqlTypeOf(rowTypeRecord(relation));
}
