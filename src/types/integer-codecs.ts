/** Integers: int2, int4, int8, the OID family, xid8 and pg_lsn. */
import { SqlError } from '../errors/sql-error.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { codecOf } from './codec.ts';

export function invalidSyntax(typeName: string, text: string): SqlError {
  return new SqlError(
    'invalid_text_representation',
    `invalid input syntax for type ${typeName}: "${text}"`,
  );
}

function outOfRange(typeName: string, text: string): SqlError {
  return new SqlError(
    'numeric_value_out_of_range',
    `value "${text}" is out of range for type ${typeName}`,
  );
}

const integerPattern = /^[ \t\n\v\f\r]*([+-]?\d+)[ \t\n\v\f\r]*$/;

export function parseInt64(text: string, typeName = 'bigint'): bigint {
  const match = integerPattern.exec(text);
  if (match === null) throw invalidSyntax(typeName, text);
  const value = BigInt((match[1] ?? '').replace('+', ''));
  if (value !== BigInt.asIntN(64, value)) throw outOfRange(typeName, text);
  return value;
}

function parseSmaller(text: string, typeName: string, max: number): number {
  const match = integerPattern.exec(text);
  if (match === null) throw invalidSyntax(typeName, text);
  const value = Number(match[1]);
  if (value > max || value < -max - 1) throw outOfRange(typeName, text);
  return value === 0 ? 0 : value;
}

export function parseInt32(text: string): number {
  return parseSmaller(text, 'integer', 2147483647);
}

export function parseOid(text: string, typeName = 'oid'): number {
  const match = integerPattern.exec(text);
  if (match === null) throw invalidSyntax(typeName, text);
  const value = Number(match[1]);
  if (value > 4294967295 || value < -2147483648) throw outOfRange(typeName, text);
  return value >>> 0;
}

export const int2Codec = codecOf<number>({
  parse: (text) => parseSmaller(text, 'smallint', 32767),
  format: String,
  encode: (value) => new ByteWriter().int16(value).finish(),
  decode: (bytes) => new ByteReader(bytes).int16(),
});

export const int4Codec = codecOf<number>({
  parse: parseInt32,
  format: String,
  encode: (value) => new ByteWriter().int32(value).finish(),
  decode: (bytes) => new ByteReader(bytes).int32(),
});

export const int8Codec = codecOf<bigint>({
  parse: (text) => parseInt64(text),
  format: String,
  encode: encodeInt64,
  decode: (bytes) => new ByteReader(bytes).int64(),
});

export function encodeInt64(value: bigint): Uint8Array {
  return new ByteWriter().int64(value).finish();
}

export function encodeOid(value: number): Uint8Array {
  return new ByteWriter().int32(value | 0).finish();
}

export function decodeOid(bytes: Uint8Array): number {
  return new ByteReader(bytes).uint32();
}

export function oidCodec(typeName: string) {
  return codecOf<number>({
    parse: (text) => parseOid(text, typeName),
    format: (value) => String(value >>> 0),
    encode: encodeOid,
    decode: decodeOid,
  });
}

export const xid8Codec = codecOf<bigint>({
  parse: (text) => BigInt.asIntN(64, BigInt(/^\s*(\d+)/.exec(text)?.[1] ?? '0')),
  format: (value) => String(BigInt.asUintN(64, value)),
  encode: encodeInt64,
  decode: (bytes) => new ByteReader(bytes).int64(),
});

export const lsnCodec = codecOf<bigint>({
  parse: parseLsn,
  format: formatLsn,
  encode: encodeInt64,
  decode: (bytes) => new ByteReader(bytes).int64(),
});

function parseLsn(text: string): bigint {
  const match = /^([0-9a-fA-F]{1,8})\/([0-9a-fA-F]{1,8})$/.exec(text);
  if (match === null) throw invalidSyntax('pg_lsn', text);
  return BigInt.asIntN(64, (BigInt(`0x${match[1]}`) << 32n) | BigInt(`0x${match[2]}`));
}

function formatLsn(value: bigint): string {
  const unsigned = BigInt.asUintN(64, value);
  const hex = (part: bigint): string => part.toString(16).toUpperCase();
  return `${hex(unsigned >> 32n)}/${hex(unsigned & 0xffffffffn)}`;
}
