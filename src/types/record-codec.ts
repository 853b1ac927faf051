/**
 * Records: record_out's `(a,b)` text and record_send's bytes.
 *
 *     int32 fields; per field: int32 type OID, int32 byte length (-1 = NULL), bytes
 *
 * In columns the names of the fields follow, unless they are f1, f2 …: per field int32 byte
 * length, bytes. A user's type stands there with its name: OID 0, int32 byte length, bytes.
 */
import { SqlError } from '../errors/sql-error.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { Datum, RecordValue, SqlArray } from './datum.ts';
import type { CompositeTypeName, SqlType, TypeName } from './sql-type.ts';
import { decodeText, encodeText } from './text-bytes.ts';
import { findTypeByOid, isOtherType, typeRecord } from './type-table.ts';
import { isCompositeName, isOverUserType, knownComposite } from './user-type.ts';

const needsQuotes = /["\\(), \t\n\v\f\r]/;

function quoteField(text: string): string {
  if (text !== '' && !needsQuotes.test(text)) return text;
  return `"${text.replace(/["\\]/g, '$&$&')}"`;
}

export function formatRecord(
  value: RecordValue,
  formatField: (type: TypeName, value: Datum) => string,
): string {
  const fields = value.fields.map((field) =>
    field.value === null ? '' : quoteField(formatField(field.type, field.value)),
  );
  return `(${fields.join(',')})`;
}

/** record_in. Errors: 22P02 and those of the fields. */
export function parseRecord(
  name: CompositeTypeName,
  text: string,
  parseField: (type: SqlType, text: string) => Datum,
): RecordValue {
  const { fields } = knownComposite(name);
  const fail = (detail: string): SqlError =>
    new SqlError('invalid_text_representation', `malformed record literal: "${text}"`, { detail });
  let at = text.length - text.trimStart().length;
  if (text[at] !== '(') throw fail('Missing left parenthesis.');
  at += 1;
  const values = fields.map(({ name: field, type }, index) => {
    if (index > 0) {
      if (text[at] !== ',') throw fail('Too few columns.');
      at += 1;
    }
    const item = readField(text, at);
    if (item === undefined) throw fail('Unexpected end of input.');
    at = item.end;
    const value = item.text === undefined ? null : parseField(type, item.text);
    return { type: type.name, value, name: field };
  });
  if (text[at] !== ')') throw fail('Too many columns.');
  if (text.slice(at + 1).trim() !== '') throw fail('Junk after right parenthesis.');
  return { fields: values };
}

interface FieldText {
  /** Undefined: nothing, not even quotes. */
  readonly text: string | undefined;
  /** Behind it: at the comma or the parenthesis. */
  readonly end: number;
}

/** Undefined where the text ends within the field. */
function readField(text: string, start: number): FieldText | undefined {
  if (text[start] === ',' || text[start] === ')') return { text: undefined, end: start };
  let read = '';
  let isQuoted = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] as string;
    if (!isQuoted && (character === ',' || character === ')')) return { text: read, end: at };
    if (character === '\\') {
      at += 1;
      if (at >= text.length) return undefined;
      read += text[at];
    } else if (character !== '"') read += character;
    else if (isQuoted && text[at + 1] === '"') {
      read += '"';
      at += 1;
    } else isQuoted = !isQuoted;
  }
  return undefined;
}

/** A stored value by its type's fields of now: names may be others, and there may be more. */
export function asComposite({ fields }: RecordValue, name: CompositeTypeName): RecordValue {
  const known = knownComposite(name).fields;
  return {
    fields: known.map(({ name: field, type }, i) => {
      return { type: type.name, value: asNow(type.name, fields[i]?.value ?? null), name: field };
    }),
  };
}

/** The same of composite values within. */
function asNow(type: TypeName, value: Datum | null): Datum | null {
  if (value === null) return null;
  if (isCompositeName(type)) return asComposite(value as RecordValue, type);
  const element = type.startsWith('_') ? type.slice(1) : '';
  if (!isCompositeName(element)) return value;
  const array = value as SqlArray;
  return { ...array, element, values: array.values.map((item) => asNow(element, item)) };
}

/** record_recv. Errors: 42804 and those of the fields. */
export function decodeComposite(
  name: CompositeTypeName,
  bytes: Uint8Array,
  decodeField: (type: SqlType, bytes: Uint8Array) => Datum,
): RecordValue {
  const { fields } = knownComposite(name);
  const reader = new ByteReader(bytes);
  const count = reader.int32();
  if (count !== fields.length) {
    const message = `wrong number of columns: ${count}, expected ${fields.length}`;
    throw new SqlError('datatype_mismatch', message);
  }
  const values = fields.map(({ name: field, type }, i) => {
    const oid = reader.uint32();
    const { oid: wanted, sqlName } = typeRecord(type.name);
    if (isOtherType(oid, wanted)) {
      const given = `${oid} (${findTypeByOid(oid)?.sqlName ?? '???'})`;
      const place = `in record column ${i + 1}`;
      const message = `binary data has type ${given} instead of expected ${wanted} (${sqlName}) ${place}`;
      throw new SqlError('datatype_mismatch', message);
    }
    const size = reader.int32();
    const value = size === -1 ? null : decodeField(type, reader.bytes(size));
    return { type: type.name, value, name: field };
  });
  reader.end();
  return { fields: values };
}

export function encodeRecord(
  value: RecordValue,
  encodeField: (type: TypeName, value: Datum) => Uint8Array,
): Uint8Array {
  return encodeFields(value, encodeField, (writer, type) => writer.int32(typeRecord(type).oid));
}

type EncodeField = Parameters<typeof encodeRecord>[1];

function encodeFields(
  value: RecordValue,
  encodeField: EncodeField,
  writeType: (writer: ByteWriter, type: TypeName) => void,
): Uint8Array {
  const writer = new ByteWriter().int32(value.fields.length);
  for (const field of value.fields) {
    writeType(writer, field.type);
    writer.sizedBytes(field.value === null ? null : encodeField(field.type, field.value));
  }
  return writer.finish();
}

/** As encodeRecord, with the fields' names behind. */
export function encodeNamedRecord(
  value: RecordValue,
  encodeField: (type: TypeName, value: Datum) => Uint8Array,
): Uint8Array {
  const plain = encodeFields(value, encodeField, writeStoredType);
  const isNamed = value.fields.some(({ name }, i) => name !== undefined && name !== `f${i + 1}`);
  if (!isNamed) return plain;
  const writer = new ByteWriter().bytes(plain);
  value.fields.forEach(({ name }, i) => writer.sizedBytes(encodeText(name ?? `f${i + 1}`)));
  return writer.finish();
}

function writeStoredType(writer: ByteWriter, type: TypeName): void {
  if (isOverUserType(type)) writer.int32(0).sizedBytes(encodeText(type));
  else writer.int32(typeRecord(type).oid);
}

/** `isStored`: from a column, not from the wire. */
export function decodeRecord(
  bytes: Uint8Array,
  decodeField: (type: TypeName, bytes: Uint8Array) => Datum,
  isStored = false,
): RecordValue {
  const reader = new ByteReader(bytes);
  const count = reader.int32();
  const fields: { type: TypeName; value: Datum | null; name?: string }[] = [];
  for (let i = 0; i < count; i += 1) {
    const oid = reader.uint32();
    const isNamed = isStored && oid === 0;
    const type = isNamed
      ? (decodeText(reader.bytes(reader.int32())) as TypeName)
      : findTypeByOid(oid)?.name;
    if (type === undefined) {
      throw new SqlError('undefined_object', `type with OID ${oid} does not exist`);
    }
    const size = reader.int32();
    fields.push({ type, value: size === -1 ? null : decodeField(type, reader.bytes(size)) });
  }
  for (const field of reader.remaining > 0 ? fields : []) {
    field.name = decodeText(reader.bytes(reader.int32()));
  }
  reader.end();
  return { fields };
}
