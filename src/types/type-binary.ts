/**
 * Binary forms of every type: the wire's send and receive functions, and the bytes that varlen
 * columns hold (see `Layout` in sql-type.ts).
 */
import { decodeArray, encodeArray, vectorOf } from './array-codec.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { codecFor, type CompositeName } from './codec-table.ts';
import type {
  Datum,
  MultirangeValue,
  Numeric,
  RangeValue,
  RecordValue,
  SqlArray,
} from './datum.ts';
import { formatNumeric, parseNumeric } from './numeric.ts';
import {
  decodeMultirange,
  decodeRange,
  encodeMultirange,
  encodeRange,
} from './ranges/range-binary.ts';
import { findSubtype, isMultirange, isRange } from './ranges/range-types.ts';
import {
  asComposite,
  decodeComposite,
  decodeRecord,
  encodeNamedRecord,
  encodeRecord,
} from './record-codec.ts';
import type { ElementTypeName, SqlType, TypeName } from './sql-type.ts';
import { encodeText } from './text-bytes.ts';
import { arrayElement } from './type-text.ts';
import { typeRecord } from './type-table.ts';
import { isCompositeName, isEnumName, isOverEnum, isRecordName } from './user-type.ts';

/** The type's send function. */
export function encodeBinary(type: SqlType, value: Datum): Uint8Array {
  const { name } = type;
  if (arrayElement(name) !== undefined || isVector(name) || name === 'anyarray') {
    const array = value as SqlArray;
    const elementType: SqlType = { name: array.element, typmod: -1 };
    return encodeArray(array, (item) => encodeBinary(elementType, item));
  }
  if (isRecordName(name)) {
    return encodeRecord(value as RecordValue, (field, item) =>
      encodeBinary({ name: field, typmod: -1 }, item),
    );
  }
  const bound = (item: Datum): Uint8Array =>
    encodeBinary({ name: findSubtype(name) ?? name, typmod: -1 }, item);
  if (isRange(name)) return encodeRange(value as RangeValue, bound);
  if (isMultirange(name)) return encodeMultirange(value as MultirangeValue, bound);
  return codecFor(name as Exclude<ElementTypeName, CompositeName>).encode(value);
}

function isVector(name: TypeName): name is 'int2vector' | 'oidvector' {
  return name === 'int2vector' || name === 'oidvector';
}

/** The type's receive function. Errors: 08P01, 22P03, 22021 and the type's own. */
export function decodeBinary(type: SqlType, bytes: Uint8Array): Datum {
  const element = arrayElement(type.name);
  if (element !== undefined) return decodeElements(element, bytes);
  const name = type.name as ElementTypeName;
  if (isVector(name)) {
    const vectorElement = typeRecord(name).element ?? 'int2';
    return vectorOf(vectorElement, decodeElements(vectorElement, bytes).values);
  }
  if (isCompositeName(name)) return decodeComposite(name, bytes, decodeBinary);
  if (name === 'record') {
    return decodeRecord(bytes, (field, item) => decodeBinary({ name: field, typmod: -1 }, item));
  }
  const bound = (item: Uint8Array): Datum =>
    decodeBinary({ name: findSubtype(name) ?? name, typmod: -1 }, item);
  if (isRange(name)) return decodeRange(name, bytes, bound);
  if (isMultirange(name)) return decodeMultirange(name, bytes, bound);
  return codecFor(name).decode(bytes);
}

/** Whether a value of a fixed length leaves bytes unread; an enumerated value is a whole label. */
export function leavesBytes({ name }: SqlType, bytes: Uint8Array): boolean {
  const { length } = typeRecord(name);
  return length > 0 && bytes.length > length && !isEnumName(name);
}

function decodeElements(element: TypeName, bytes: Uint8Array): SqlArray {
  const elementType: SqlType = { name: element, typmod: -1 };
  return decodeArray(bytes, element, (item) => decodeBinary(elementType, item));
}

/** Buffer, unlike TextDecoder, reads shared memory. */
function plainText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** The bytes of one value in a varlen column. */
export function storageBytes(type: SqlType, value: Datum): Uint8Array {
  if (typeof value === 'string') return encodeText(value);
  if (value instanceof Uint8Array) return value;
  if (type.name === 'numeric') return encodeText(formatNumeric(value as Numeric));
  if (isOverRecord(type.name)) return recordBytes(type, value);
  return isOverEnum(type.name) ? codesBytes(value as SqlArray) : encodeBinary(type, value);
}

/** Arrays over an enumerated type keep the codes: labels may be renamed. */
function codesBytes(array: SqlArray): Uint8Array {
  return encodeArray(array, (code) => new ByteWriter().int64(code as bigint).finish());
}

function codesOf(element: TypeName, bytes: Uint8Array): SqlArray {
  return decodeArray(bytes, element, (item) => new ByteReader(item).int64());
}

/** Records and arrays of them. */
function isOverRecord(name: TypeName): boolean {
  return isRecordName(name.startsWith('_') ? name.slice(1) : name);
}

/** Records keep their fields' names in columns; the wire has no place for them. */
function recordBytes(type: SqlType, value: Datum): Uint8Array {
  const { name } = type;
  if (!isOverRecord(name)) return encodeBinary(type, value);
  const element = arrayElement(name);
  if (element !== undefined) {
    return encodeArray(value as SqlArray, (item) => {
      return recordBytes({ name: element, typmod: -1 }, item);
    });
  }
  return encodeNamedRecord(value as RecordValue, (field, item) =>
    recordBytes({ name: field, typmod: -1 }, item),
  );
}

/** The value of a varlen column's bytes, which the engine itself wrote. */
export function fromStorageBytes(type: SqlType, bytes: Uint8Array): Datum {
  const { name } = type;
  if (name === 'bytea') return new Uint8Array(bytes);
  if (name === 'numeric') return parseNumeric(plainText(bytes));
  if (isOverEnum(name)) return codesOf(name.slice(1) as TypeName, bytes);
  if (isRecordName(name)) {
    const decodeField = (field: TypeName, item: Uint8Array): Datum =>
      fromFieldBytes({ name: field, typmod: -1 }, item);
    const value = decodeRecord(bytes, decodeField, true);
    return isCompositeName(name) ? asComposite(value, name) : value;
  }
  const element = arrayElement(name);
  if (element !== undefined && isRecordName(element)) {
    return decodeArray(bytes, element, (item) => {
      return fromStorageBytes({ name: element, typmod: -1 }, item);
    });
  }
  const isWritten = name.startsWith('_') || isVector(name) || findSubtype(name) !== undefined;
  if (isWritten) return decodeBinary(type, bytes);
  return plainText(bytes);
}

/** A field of a record: nested records as in columns, others as on the wire. */
function fromFieldBytes(type: SqlType, bytes: Uint8Array): Datum {
  return isOverRecord(type.name) ? fromStorageBytes(type, bytes) : decodeBinary(type, bytes);
}
