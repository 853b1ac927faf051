/** Text-like types: text family, name, "char", bool, bytea and uuid. */
import { SqlError } from '../errors/sql-error.ts';
import { codecOf } from './codec.ts';
import type { FormatSettings } from './format-settings.ts';
import { invalidSyntax } from './integer-codecs.ts';
import { decodeText, encodeText } from './text-bytes.ts';

export function parsePlain(text: string): string {
  if (!text.includes('\0')) return text;
  throw new SqlError(
    'character_not_in_repertoire',
    'invalid byte sequence for encoding "UTF8": 0x00',
  );
}

export const textCodec = codecOf<string>({
  parse: parsePlain,
  format: (value) => value,
  encode: encodeText,
  decode: decodeText,
});

/** Cuts text to PostgreSQL's 63 bytes of a name, never inside a character. */
export function truncateName(text: string): string {
  if (text.length <= 20) return text;
  const bytes = encodeText(text);
  if (bytes.length <= 63) return text;
  let end = 63;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return decodeText(bytes.subarray(0, end));
}

export const nameCodec = codecOf<string>({
  parse: (text) => truncateName(parsePlain(text)),
  format: (value) => value,
  encode: encodeText,
  decode: (bytes) => truncateName(decodeText(bytes)),
});

/** "char" is one byte: a byte above 127 shows as \ooo. */
export function parseChar(text: string): string {
  const octal = /^\\([0-3][0-7][0-7])$/.exec(text);
  if (octal !== null) return charOfByte(parseInt(octal[1] ?? '0', 8));
  return charOfByte(encodeText(text)[0] ?? 0);
}

export function charOfByte(byte: number): string {
  if (byte === 0) return '';
  return byte < 128 ? String.fromCharCode(byte) : `\\${byte.toString(8)}`;
}

export function byteOfChar(value: string): number {
  if (value === '') return 0;
  const first = value.charCodeAt(0);
  if (value.length === 1 && first < 128) return first;
  if (value.length === 4 && value.startsWith('\\')) return parseInt(value.slice(1), 8);
  return encodeText(value)[0] ?? 0;
}

export const charCodec = codecOf<string>({
  parse: parseChar,
  format: (value) => value,
  encode: (value) => Uint8Array.of(byteOfChar(value)),
  decode: (bytes) => charOfByte(bytes[0] ?? 0),
});

const boolWords: readonly (readonly [word: string, shortest: number, value: boolean])[] = [
  ['true', 1, true],
  ['false', 1, false],
  ['yes', 1, true],
  ['no', 1, false],
  ['on', 2, true],
  ['off', 2, false],
  ['1', 1, true],
  ['0', 1, false],
];

export function parseBool(text: string): boolean {
  const word = text.trim().toLowerCase();
  for (const [full, shortest, value] of boolWords) {
    if (word.length >= shortest && full.startsWith(word)) return value;
  }
  throw invalidSyntax('boolean', text);
}

export const boolCodec = codecOf<boolean>({
  parse: parseBool,
  format: (value) => (value ? 't' : 'f'),
  encode: (value) => Uint8Array.of(value ? 1 : 0),
  decode: (bytes) => bytes[0] !== 0,
});

function byteaError(message: string): SqlError {
  return new SqlError('invalid_parameter_value', message);
}

export function parseBytea(text: string): Uint8Array {
  if (text.startsWith('\\x')) return parseHex(text.slice(2));
  const source = encodeText(text);
  const bytes = new Uint8Array(source.length);
  let length = 0;
  for (let i = 0; i < source.length; i += 1) {
    let byte = source[i] ?? 0;
    if (byte === 0x5c) {
      const rest = String.fromCharCode(...source.subarray(i + 1, i + 4));
      if (/^[0-3][0-7][0-7]$/.test(rest)) {
        byte = parseInt(rest, 8);
        i += 3;
      } else if (rest.startsWith('\\')) i += 1;
      else {
        throw new SqlError('invalid_text_representation', 'invalid input syntax for type bytea');
      }
    }
    bytes[length] = byte;
    length += 1;
  }
  return bytes.slice(0, length);
}

/** Hexadecimal digits with optional white space between the pairs. */
export function parseHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length >> 1);
  let length = 0;
  for (let i = 0; i < text.length; i += 1) {
    if (/[ \n\t\r]/.test(text[i] ?? '')) continue;
    const high = hexDigit(text, i);
    i += 1;
    if (i >= text.length) throw byteaError('invalid hexadecimal data: odd number of digits');
    bytes[length] = high * 16 + hexDigit(text, i);
    length += 1;
  }
  return bytes.slice(0, length);
}

function hexDigit(text: string, index: number): number {
  const digit = parseInt(text[index] ?? '', 16);
  if (!Number.isNaN(digit)) return digit;
  const shown = String.fromCodePoint(text.codePointAt(index) ?? 0);
  throw byteaError(`invalid hexadecimal digit: "${shown}"`);
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

export function formatBytea(value: Uint8Array, formats: FormatSettings): string {
  if (formats.byteaOutput !== 'escape') return `\\x${hexOf(value)}`;
  let text = '';
  for (const byte of value) {
    if (byte === 0x5c) text += '\\\\';
    else if (byte < 0x20 || byte > 0x7e) text += `\\${byte.toString(8).padStart(3, '0')}`;
    else text += String.fromCharCode(byte);
  }
  return text;
}

export const byteaCodec = codecOf<Uint8Array>({
  parse: parseBytea,
  format: formatBytea,
  encode: (value) => value,
  decode: (bytes) => new Uint8Array(bytes),
});

const uuidPattern = /^[0-9a-fA-F]{4}(?:-?[0-9a-fA-F]{4}){7}$/;

export function parseUuid(text: string): string {
  const inner = text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text;
  if (!uuidPattern.test(inner)) throw invalidSyntax('uuid', text);
  return uuidOfHex(inner.replaceAll('-', '').toLowerCase());
}

function uuidOfHex(hex: string): string {
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return `${parts.join('-')}-${hex.slice(20)}`;
}

export const uuidCodec = codecOf<string>({
  parse: parseUuid,
  format: (value) => value,
  encode: (value) => Uint8Array.from(Buffer.from(value.replaceAll('-', ''), 'hex')),
  decode: decodeUuid,
});

function decodeUuid(bytes: Uint8Array): string {
  if (bytes.length !== 16) {
    throw new SqlError('protocol_violation', 'insufficient data left in message');
  }
  return uuidOfHex(hexOf(bytes));
}
