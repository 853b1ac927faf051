/**
 * The texts inside binary values: PostgreSQL's send and receive functions convert them to and from
 * the client's encoding, those of elements and fields, too.
 */
import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { findTypeByOid } from '../type-table.ts';
import { isEnumName, isRecordName } from '../user-type.ts';
import type { TypeName } from '../sql-type.ts';

export type Convert = (bytes: Buffer) => Buffer;

/** Types whose bytes are text; those of jsonb and jsonpath begin with a version, which is ASCII. */
const texts: ReadonlySet<string> = new Set([
  ...['text', 'varchar', 'bpchar', 'name', 'json', 'jsonb', 'jsonpath', 'xml', 'unknown'],
  ...['refcursor', 'cstring'],
]);

/** The value with its texts converted. */
export function convertBinary(type: TypeName, bytes: Buffer, convert: Convert): Buffer {
  if (texts.has(type) || isEnumName(type)) return convert(bytes);
  if (isRecordName(type)) return convertRecord(bytes, convert);
  return type.startsWith('_') ? convertArray(bytes, type.slice(1) as TypeName, convert) : bytes;
}

/** See array-codec.ts. */
function convertArray(bytes: Buffer, element: TypeName, convert: Convert): Buffer {
  const reader = new ByteReader(bytes);
  const dimensions = reader.int32();
  const head = bytes.subarray(0, 12 + 8 * dimensions);
  reader.bytes(head.length - 4);
  const writer = new ByteWriter().bytes(head);
  while (reader.remaining > 0) convertValue(element, { reader, writer, convert });
  return Buffer.from(writer.finish());
}

/** See record-codec.ts. */
function convertRecord(bytes: Buffer, convert: Convert): Buffer {
  const reader = new ByteReader(bytes);
  const writer = new ByteWriter().int32(reader.int32());
  while (reader.remaining > 0) {
    const oid = reader.int32();
    writer.int32(oid);
    convertValue(findTypeByOid(oid)?.name ?? 'void', { reader, writer, convert });
  }
  return Buffer.from(writer.finish());
}

interface Conversion {
  readonly reader: ByteReader;
  readonly writer: ByteWriter;
  readonly convert: Convert;
}

function convertValue(type: TypeName, { reader, writer, convert }: Conversion): void {
  const length = reader.int32();
  if (length < 0) writer.int32(-1);
  else writer.sizedBytes(convertBinary(type, Buffer.from(reader.bytes(length)), convert));
}
