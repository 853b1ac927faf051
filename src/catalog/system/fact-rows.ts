/** Rows of fact tables, written as objects that name only what is not the column's empty value. */
import { emptyArray, vectorOf } from '../../types/array-codec.ts';
import type { Datum, SqlArray } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';
import type { SystemColumn, SystemRelation } from './system-relations.ts';

export type Fields = Readonly<Record<string, Datum | null | undefined>>;
export type Row = readonly (Datum | null)[];

/** Values that a NOT NULL column has when a row says nothing of it. */
const emptyValues: Readonly<Record<string, Datum>> = {
  bool: false,
  int2: 0,
  int4: 0,
  int8: 0n,
  float4: 0,
  float8: 0,
  oid: 0,
  xid: 0,
  regproc: 0,
  regtype: 0,
  char: '',
  name: '',
  text: '',
  int2vector: vectorOf('int2', []),
  oidvector: vectorOf('oid', []),
};

export function rowsOf(relation: SystemRelation, rows: readonly Fields[]): readonly Row[] {
  const empty = relation.columns.map(emptyValue);
  const names = relation.columns.map(({ name }) => name);
  return rows.map((fields) => names.map((name, i) => fields[name] ?? empty[i] ?? null));
}

function emptyValue({ notNull, type }: SystemColumn): Datum | null {
  return notNull ? (emptyValues[type.name] ?? null) : null;
}

export function arrayOf(element: TypeName, values: readonly (Datum | null)[]): SqlArray {
  if (values.length === 0) return emptyArray(element);
  return { element, dimensions: [{ length: values.length, lowerBound: 1 }], values };
}

export function int2Vector(values: readonly number[]): SqlArray {
  return vectorOf('int2', values);
}

export function oidVector(values: readonly number[]): SqlArray {
  return vectorOf('oid', values);
}
