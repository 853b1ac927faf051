/**
 * Records: record_out's `(a,b)` text and record_send's bytes.
 *
 *     int32 fields; per field: int32 type OID, int32 byte length (-1 = NULL), bytes
 *
 * In columns the names of the fields follow, unless they are f1, f2 …: per field int32 byte
 * length, bytes. A user's type stands there with its name: OID 0, int32 byte length, bytes.
 */
import { SqlError, unsupported } from '../errors/sql-error.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { Datum, RecordValue } from './datum.ts';
import type { TypeName } from './sql-type.ts';
import { decodeText, encodeText } from './text-bytes.ts';
import { findTypeByOid, typeRecord } from './type-table.ts';
import { isOverUserType } from './user-type.ts';

const needsQuotes = /["\\(),\s]/;

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

export function parseRecord(): never {
  throw unsupported('input of anonymous composite types');
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
