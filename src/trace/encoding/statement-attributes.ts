/** What spans and lines may say of a statement's text: its template and fingerprint. */
import { fingerprintOf, normalizeSql } from '../../sql/fingerprint.ts';
import type { Attributes } from '../spans/span-data.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import { encodeAttributes, spanAttributesField } from './span-encoder.ts';
import { Room, statementBytesMax } from './span-limits.ts';

/** Characters that are looked at; a longer text is told apart by its beginning. */
export const scannedMax = 1024 * 1024;
const remembered = new Map<string, Attributes>();
const rememberedMax = 256;
const rememberedCharsMax = 8192;

export function statementAttributes(sql: string | undefined): Attributes {
  if (sql === undefined || sql === '') return {};
  const known = remembered.get(sql);
  if (known !== undefined) return known;
  const scanned = sql.slice(0, scannedMax);
  const template = normalizeSql(scanned);
  const found = { 'db.query.text': template, 'query.fingerprint': fingerprintOf(template) };
  if (sql.length > rememberedCharsMax) return found;
  if (remembered.size >= rememberedMax) remembered.clear();
  remembered.set(sql, found);
  return found;
}

const encoded = new WeakMap<Attributes, Uint8Array>();

/** The same as attributes of an encoded span. */
export function encodedStatement(sql: string): Uint8Array {
  const attributes = statementAttributes(sql);
  const known = encoded.get(attributes);
  if (known !== undefined) return known;
  const out = new ProtobufWriter();
  encodeAttributes(out, spanAttributesField, new Room(statementBytesMax).fitted(attributes));
  const bytes = new Uint8Array(out.bytes);
  encoded.set(attributes, bytes);
  return bytes;
}
