/** Parameters as users of the library write them: JavaScript values or datums. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Datum, SqlArray } from '../../types/datum.ts';
import type { FormatSettings } from '../../types/format-settings.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import { findTypeByOid, sqlType, typeRecord } from '../../types/type-table.ts';
import { formatText, parseText } from '../../types/type-text.ts';

/**
 * A string is read by the type's input function; a number, bigint or boolean becomes the type's;
 * a Date is a time; an array an SQL array; another object is JSON where JSON is wanted.
 */
export type Parameter =
  Datum | null | undefined | Date | readonly unknown[] | Readonly<Record<string, unknown>>;

/** Errors: 08P01 for a wrong count, 22P02 and others for values that do not fit. */
export function parameterDatums(
  types: readonly SqlType[],
  values: readonly Parameter[],
  formats: FormatSettings,
): readonly (Datum | null)[] {
  if (values.length !== types.length) {
    const words = `the statement has ${types.length} parameters, and ${values.length} were given`;
    throw new SqlError('protocol_violation', words);
  }
  return types.map((type, index) => datumOf(type, values[index], formats));
}

/** The same as text, as Bind takes them. */
export function encodeParameters(
  oids: readonly number[],
  values: readonly Parameter[],
  formats: FormatSettings,
): readonly (Uint8Array | null)[] {
  const types = oids.map((oid) => sqlType(findTypeByOid(oid)?.name ?? 'text'));
  return parameterDatums(types, values, formats).map((datum, index) => {
    const type = types[index];
    return datum === null || type === undefined
      ? null
      : Buffer.from(formatText(type, datum, formats), 'utf8');
  });
}

function datumOf(type: SqlType, value: unknown, formats: FormatSettings): Datum | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return parseText(type, value, formats);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return scalarOf(type, value, formats);
  }
  if (value instanceof Date) return parseText(type, value.toISOString(), formats);
  if (value instanceof Uint8Array) return value;
  if (type.name === 'json' || type.name === 'jsonb') {
    return parseText(type, JSON.stringify(value), formats);
  }
  if (Array.isArray(value)) return arrayOf(type, value, formats);
  return value as Datum;
}

/** µs and days stand for themselves in the types of time; elsewhere the text decides. */
function scalarOf(type: SqlType, value: number | bigint | boolean, formats: FormatSettings): Datum {
  const { category } = typeRecord(type.name);
  if (category === 'D' && type.name === 'date' && typeof value === 'number') return value;
  if (category === 'D' && typeof value === 'bigint') return value;
  return parseText(type, String(value), formats);
}

function arrayOf(type: SqlType, values: readonly unknown[], formats: FormatSettings): SqlArray {
  const element: TypeName | undefined = typeRecord(type.name).element;
  if (element === undefined) {
    throw new SqlError(
      'datatype_mismatch',
      `an array was given for a parameter of type ${type.name}`,
    );
  }
  return {
    element,
    dimensions: values.length === 0 ? [] : [{ length: values.length, lowerBound: 1 }],
    values: values.map((value) => datumOf(sqlType(element), value, formats)),
  };
}
