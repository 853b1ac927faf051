/** Bind's parameter values: text or binary, by the statement's parameter types. */
import { SqlError } from '../../errors/sql-error.ts';
import { convertBinary } from '../../types/encodings/binary-texts.ts';
import { decodeBinary, leavesBytes } from '../../types/type-binary.ts';
import { parseText } from '../../types/type-text.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import { DomainCheck } from '../copy/domain-check.ts';
import { sessionFormats } from '../facts/evaluation-facts.ts';
import type { Prepared } from './prepared.ts';
import type { BindMessage } from '../session.ts';
import type { SqlSession } from '../sql-session.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Errors: 08P01 for wrong counts, 22P02/22021/22P03 for bad values. */
export function decodeParameters(
  session: SqlSession,
  prepared: Prepared,
  message: BindMessage,
): readonly (Datum | null)[] {
  const { parameters, parameterFormats } = message;
  const types = prepared.parameterTypesNow(session);
  checkCounts(prepared, message);
  const formats = sessionFormats(session);
  return parameters.map((bytes, index) => {
    const type = types[index] as SqlType;
    if (bytes === null && type.domain === undefined) return null;
    const format = parameterFormats.length === 1 ? parameterFormats[0] : parameterFormats[index];
    let text: string | undefined;
    try {
      if (format !== undefined) checkFormatCodes([format]);
      if (bytes === null) return inDomain(session, type, null);
      if (format === 1) {
        return inDomain(session, type, decodeOne(type, binaryOf(session, type, bytes), index));
      }
      text = textOf(session, bytes);
      return inDomain(session, type, parseText(type, text, formats));
    } catch (error) {
      throw ofParameter(error, message.portal, index, text);
    }
  });
}

/** A value of the type, which a domain may refuse. Errors: 23502, 23514. */
function inDomain(session: SqlSession, type: SqlType, value: Datum | null): Datum | null {
  const check = DomainCheck.of(session, type);
  if (check === undefined) return value;
  const arena = new Arena(new Budget(session.environment.queryMemoryBytesMax));
  try {
    check.value(value, arena);
  } finally {
    arena.free();
  }
  return value;
}

/** The same error with the parameter as its context; a value is told by its length alone. */
function ofParameter(error: unknown, portal: string, index: number, text?: string): unknown {
  if (!(error instanceof SqlError)) return error;
  const name = portal === '' ? 'unnamed portal' : `portal "${portal}"`;
  const value = text === undefined ? '' : text === '' ? " = ''" : " = '...'";
  error.fields = { ...error.fields, where: `${name} parameter $${index + 1}${value}` };
  return error;
}

/** A text from the client. Errors: 22021, 22P05. */
export function textOf({ charset }: SqlSession, bytes: Uint8Array): string {
  return decodeUtf8(charset?.toUtf8(Buffer.from(bytes)) ?? bytes);
}

/** A binary value from the client, with its texts in UTF-8. Errors: 22021, 22P05. */
export function binaryOf({ charset }: SqlSession, type: SqlType, bytes: Uint8Array): Uint8Array {
  if (charset === undefined) return bytes;
  return convertBinary(type.name, Buffer.from(bytes), (text) => charset.toUtf8(text));
}

/** Errors: 22P03 when bytes are left over, those of the type. */
function decodeOne(type: SqlType, bytes: Uint8Array, index: number): Datum {
  const datum = decodeBinary(type, bytes);
  if (!leavesBytes(type, bytes)) return datum;
  const message = `incorrect binary data format in bind parameter ${index + 1}`;
  throw new SqlError('invalid_binary_representation', message);
}

/** Errors: 22023 for codes other than 0 (text) and 1 (binary). */
export function checkFormatCodes(formats: readonly number[]): void {
  const unknown = formats.find((format) => format !== 0 && format !== 1);
  if (unknown === undefined) return;
  throw new SqlError('invalid_parameter_value', `unsupported format code: ${unknown}`);
}

/** Errors: 08P01 when formats and columns differ in number. */
export function checkResultFormats(prepared: Prepared, { resultFormats }: BindMessage): void {
  const columns = (prepared.utilityFields ?? prepared.fields)?.length;
  if (resultFormats.length <= 1 || columns === undefined || columns === resultFormats.length)
    return;
  const words = `bind message has ${resultFormats.length} result formats but query has ${columns} columns`;
  throw new SqlError('protocol_violation', words);
}

function checkCounts(prepared: Prepared, message: BindMessage): void {
  const given = message.parameters.length;
  const wanted = prepared.parameterTypes.length;
  if (message.parameterFormats.length > 1 && message.parameterFormats.length !== given) {
    const formats = message.parameterFormats.length;
    const words = `bind message has ${formats} parameter formats but ${given} parameters`;
    throw new SqlError('protocol_violation', words);
  }
  if (given !== wanted) {
    const name = prepared.name;
    const words = `bind message supplies ${given} parameters, but prepared statement "${name}" requires ${wanted}`;
    throw new SqlError('protocol_violation', words);
  }
}

/** Errors: 22021. */
function decodeUtf8(bytes: Uint8Array): string {
  try {
    const text = utf8.decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    const bad = firstBadByte(bytes);
    const words = `invalid byte sequence for encoding "UTF8": 0x${bad.toString(16).padStart(2, '0')}`;
    throw new SqlError('character_not_in_repertoire', words);
  }
  const words = 'invalid byte sequence for encoding "UTF8": 0x00';
  throw new SqlError('character_not_in_repertoire', words);
}

function firstBadByte(bytes: Uint8Array): number {
  for (let end = 1; end <= bytes.length; end++) {
    const text = new TextDecoder('utf-8').decode(bytes.subarray(0, end), { stream: true });
    if (text.includes('\uFFFD')) return bytes[end - 1] as number;
  }
  return bytes.at(-1) ?? 0;
}

/** OID 0 and `unknown` mean: infer. Errors: 42704 for an OID that is no type. */
export function parameterType(session: SqlSession, oid: number): SqlType | undefined {
  if (oid === 0 || oid === 705) return undefined;
  const type = session.catalog().typeByOid(oid);
  if (type !== undefined) return type;
  throw new SqlError('undefined_object', `type with OID ${oid} does not exist`);
}
