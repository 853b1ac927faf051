/** RowDescription entries of a plan's output. */
import type { Field } from '../../plan/physical.ts';
import { typeRecord } from '../../types/type-table.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import type { FieldDescription } from '../session.ts';

/** By the number of columns. */
const textFormats: (readonly number[] | undefined)[] = [];
const textFormatsMax = 64;

/** Format codes as Bind gives them: none = all text, one = all that, else one per column. */
export function expandFormats(formats: readonly number[], count: number): readonly number[] {
  if (formats.length === 0 && count < textFormatsMax) {
    return (textFormats[count] ??= Array<number>(count).fill(0));
  }
  if (formats.length === 1) return Array.from({ length: count }, () => formats[0] as number);
  return Array.from({ length: count }, (_, index) => formats[index] ?? 0);
}

/** By the fields of a plan: descriptions of its rows in text. */
const described = new WeakMap<readonly Field[], readonly FieldDescription[]>();

/**
 * `unknown` result columns are described as text, as PostgreSQL does. The same fields have the same
 * description, if all are in text.
 */
export function describeFields(
  fields: readonly Field[],
  formats: readonly number[],
): readonly FieldDescription[] {
  if (formats.some((format) => format !== 0)) return describe(fields, formats);
  let known = described.get(fields);
  if (known === undefined) {
    known = describe(fields, formats);
    described.set(fields, known);
  }
  return known;
}

function describe(
  fields: readonly Field[],
  formats: readonly number[],
): readonly FieldDescription[] {
  return fields.map((field, index) => {
    const record = typeRecord(field.type.name === 'unknown' ? 'text' : field.type.name);
    return {
      name: field.name,
      tableOid: field.tableOid ?? 0,
      columnNumber: field.columnNumber ?? 0,
      typeOid: record.oid,
      typeLength: record.length,
      typmod: field.type.typmod,
      format: formats[index] ?? 0,
    };
  });
}

/** The OID that a column or parameter of the type is described by. */
export function describedOid(type: SqlType): number {
  return type.domain ?? typeRecord(type.name === 'unknown' ? 'text' : type.name).oid;
}

/** A result column that the session makes up. */
export function namedField(name: string, typeName: TypeName = 'text'): FieldDescription {
  const { oid, length } = typeRecord(typeName);
  return {
    name,
    tableOid: 0,
    columnNumber: 0,
    typeOid: oid,
    typeLength: length,
    typmod: -1,
    format: 0,
  };
}
