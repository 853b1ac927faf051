/**
 * How each column of a result is written: by the kernel as it lies, or turned into a column of its
 * output bytes first. Chosen once per query, by type, format and the session's settings.
 */
import { isTextLike } from '../columns/text-like.ts';
import { encodings } from '../kernels/encode.ts';
import { dateStyleOf, type FormatSettings } from '../types/format-settings.ts';
import type { SqlType, TypeName } from '../types/sql-type.ts';
import { isOverUserType } from '../types/user-type.ts';

export type ColumnEncoding =
  | { readonly kind: 'kernel'; readonly what: number }
  /** Local time: needs an offset that holds for the whole batch. */
  | { readonly kind: 'zoned' }
  | { readonly kind: 'datums'; readonly binary: boolean };

/** `format`: 0 text, 1 binary. */
export function columnEncoding(
  type: SqlType,
  format: number,
  formats: FormatSettings,
): ColumnEncoding {
  if (format === 1) {
    const what = binaryEncoding(type.name);
    return what === undefined ? { kind: 'datums', binary: true } : { kind: 'kernel', what };
  }
  const isIso = dateStyleOf(formats).output === 'ISO';
  if (type.name === 'timestamptz' && isIso) return { kind: 'zoned' };
  const what = textEncoding(type.name, formats, isIso);
  return what === undefined ? { kind: 'datums', binary: false } : { kind: 'kernel', what };
}

function textEncoding(name: TypeName, formats: FormatSettings, isIso: boolean): number | undefined {
  switch (name) {
    case 'float4':
      return formats.extraFloatDigits > 0 ? encodings.textFloat4 : undefined;
    case 'float8':
      return formats.extraFloatDigits > 0 ? encodings.textFloat8 : undefined;
    case 'xml':
      return undefined;
    case 'date':
      return isIso ? encodings.textDate : undefined;
    case 'timestamp':
      return isIso ? encodings.textTimestamp : undefined;
    case 'bytea':
      return formats.byteaOutput === 'hex' ? encodings.textBytea : undefined;
    default:
      return textByType[name] ?? (isTextLike(name) ? encodings.textBytes : undefined);
  }
}

const textByType: { readonly [K in TypeName]?: number } = {
  bool: encodings.textBool,
  int2: encodings.textInt2,
  int4: encodings.textInt4,
  int8: encodings.textInt8,
  oid: encodings.textUint4,
  xid: encodings.textUint4,
  cid: encodings.textUint4,
  xid8: encodings.textUint8,
  time: encodings.textTime,
  uuid: encodings.textUuid,
  numeric: encodings.textBytes,
};

function binaryEncoding(name: TypeName): number | undefined {
  const known = binaryByType[name];
  if (known !== undefined) return known;
  // Records in columns keep names that the wire has no place for, enumerated types codes.
  if (name === '_record' || isOverUserType(name)) return undefined;
  if (name.startsWith('_') || plainTexts.has(name)) return encodings.textBytes;
  return undefined;
}

/** Varlen types whose binary format is the bytes as they lie. */
const plainTexts: ReadonlySet<TypeName> = new Set<TypeName>([
  'text',
  'varchar',
  'bpchar',
  'name',
  'json',
  'unknown',
  'cstring',
  'refcursor',
  'bytea',
  'int2vector',
  'oidvector',
]);

const binaryByType: { readonly [K in TypeName]?: number } = {
  bool: encodings.binaryBool,
  int2: encodings.binary2,
  int4: encodings.binary4,
  float4: encodings.binary4,
  oid: encodings.binary4,
  xid: encodings.binary4,
  cid: encodings.binary4,
  regclass: encodings.binary4,
  regtype: encodings.binary4,
  regproc: encodings.binary4,
  regprocedure: encodings.binary4,
  regoper: encodings.binary4,
  regoperator: encodings.binary4,
  regnamespace: encodings.binary4,
  regrole: encodings.binary4,
  regcollation: encodings.binary4,
  int8: encodings.binary8,
  float8: encodings.binary8,
  time: encodings.binary8,
  xid8: encodings.binary8,
  pg_lsn: encodings.binary8,
  money: encodings.binary8,
  date: encodings.binaryDate,
  timestamp: encodings.binaryTimestamp,
  timestamptz: encodings.binaryTimestamp,
  uuid: encodings.binary16,
  jsonb: encodings.binaryJsonb,
  jsonpath: encodings.binaryJsonb,
};
