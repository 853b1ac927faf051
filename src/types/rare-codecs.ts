/** Types met seldom: bit strings, money, points, tuple ids, and types without values. */
import { SqlError } from '../errors/sql-error.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { codecOf } from './codec.ts';
import { formatFloat8, isFloatText, parseFloat8 } from './float-codecs.ts';
import { encodeInt64, invalidSyntax } from './integer-codecs.ts';
import { versioned } from './json-codecs.ts';
import { formatJsonPath } from './json-path/format-path.ts';
import { parseJsonPath } from './json-path/parse-path.ts';
import { decodeText, encodeText } from './text-bytes.ts';
import { parsePlain } from './text-codecs.ts';

function parseBits(text: string): string {
  const isHex = /^[xX]/.test(text);
  const digits = /^[bBxX]/.test(text) ? text.slice(1) : text;
  const bad = (isHex ? /[^0-9a-fA-F]/ : /[^01]/).exec(digits);
  if (bad !== null) {
    const kind = isHex ? 'hexadecimal' : 'binary';
    throw new SqlError('invalid_text_representation', `"${bad[0]}" is not a valid ${kind} digit`);
  }
  if (!isHex) return digits;
  return [...digits].map((digit) => parseInt(digit, 16).toString(2).padStart(4, '0')).join('');
}

function encodeBits(value: string): Uint8Array {
  const writer = new ByteWriter().int32(value.length);
  for (let i = 0; i < value.length; i += 8) {
    writer.uint8(parseInt(value.slice(i, i + 8).padEnd(8, '0'), 2));
  }
  return writer.finish();
}

function decodeBits(bytes: Uint8Array): string {
  const reader = new ByteReader(bytes);
  const count = reader.int32();
  if (count < 0) {
    const message = 'invalid length in external bit string';
    throw new SqlError('invalid_binary_representation', message);
  }
  const packed = reader.bytes(Math.ceil(count / 8));
  const text = [...packed].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return text.slice(0, count);
}

export const bitCodec = codecOf<string>({
  parse: parseBits,
  format: (value) => value,
  encode: encodeBits,
  decode: decodeBits,
});

/** Sign or parenthesis, digits with separators, fraction, what may stand behind. */
const moneyPattern = /^\s*\$?\s*(?:([-(])|\+)?\s*\$?\s*([\d,]*)(?:\.(\d*))?([\s)$+-]*)$/;

/** cash_in, in the locale C. Errors: 22P02, 22003. */
export function parseMoney(text: string): bigint {
  const match = moneyPattern.exec(text);
  if (match === null) throw invalidSyntax('money', text);
  const [, sign, whole = '', fraction = '', behind = ''] = match;
  const digits = fraction.padEnd(3, '0');
  let cents = BigInt(whole.replaceAll(',', '')) * 100n + BigInt(digits.slice(0, 2));
  if (digits.charAt(2) >= '5') cents += 1n;
  if (sign !== undefined || behind.includes('-')) cents = -cents;
  if (cents === BigInt.asIntN(64, cents)) return cents;
  throw new SqlError(
    'numeric_value_out_of_range',
    `value "${text}" is out of range for type money`,
  );
}

export function formatMoney(cents: bigint): string {
  const size = (cents < 0n ? -cents : cents).toString().padStart(3, '0');
  const whole = size.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${cents < 0n ? '-' : ''}$${whole}.${size.slice(-2)}`;
}

export const moneyCodec = codecOf<bigint>({
  parse: parseMoney,
  format: formatMoney,
  encode: encodeInt64,
  decode: (bytes) => new ByteReader(bytes).int64(),
});

const xmlDeclaration =
  /^<\?xml\s+version\s*=\s*(["'])([^"']*)\1(?:\s+encoding\s*=\s*(["'])[^"']*\3)?(?:\s+standalone\s*=\s*(["'])(yes|no)\4)?\s*\?>(\n?)/;

/** xml_out: without the encoding, and without a declaration that says no more than version 1.0. */
function shownXml(text: string): string {
  const match = xmlDeclaration.exec(text);
  if (match === null) return text;
  const [all, , version = '', , , standalone, lineEnd = ''] = match;
  const content = text.slice(all.length);
  if (version === '1.0' && standalone === undefined) return content;
  const shown = standalone === undefined ? '' : ` standalone="${standalone}"`;
  return `<?xml version="${version}"${shown}?>${lineEnd}${content}`;
}

export const xmlCodec = codecOf<string>({
  parse: parsePlain,
  format: shownXml,
  encode: (value) => encodeText(shownXml(value)),
  decode: decodeText,
});

/** Parentheses go around both numbers or nothing. */
const pointPattern = /^\s*(\()?\s*([^,()\s]+)\s*,\s*([^,()\s]+)\s*(\))?\s*$/;

function parsePoint(text: string): string {
  const [, open, x = '', y = '', close] = pointPattern.exec(text) ?? [];
  const isWhole = (open === undefined) === (close === undefined);
  if (!isWhole || !isFloatText(x) || !isFloatText(y)) throw invalidSyntax('point', text);
  return pointText(parseFloat8(x), parseFloat8(y));
}

export function pointText(x: number, y: number): string {
  return `(${formatFloat8(x)},${formatFloat8(y)})`;
}

/** Coordinates of a point, `(1,2)`. */
export function pointParts(value: string): { readonly x: number; readonly y: number } {
  const [x = '', y = ''] = value.slice(1, -1).split(',');
  return { x: parseFloat8(x), y: parseFloat8(y) };
}

export const pointCodec = codecOf<string>({
  parse: parsePoint,
  format: (value) => value,
  encode: (value) => {
    const { x, y } = pointParts(value);
    return new ByteWriter().float64(x).float64(y).finish();
  },
  decode: (bytes) => {
    const reader = new ByteReader(bytes);
    return pointText(reader.float64(), reader.float64());
  },
});

/** Block and offset of a row's place, `(3,7)`. */
export function tidParts(value: string): { readonly block: number; readonly offset: number } {
  const [block = '0', offset = '0'] = value.slice(1, -1).split(',');
  return { block: Number(block), offset: Number(offset) };
}

export const tidCodec = codecOf<string>({
  parse: (text) => {
    const match = /^[^(,)]*\(\s*(\d+),\s*(\d+)\)/.exec(text);
    if (match === null || Number(match[1]) > 4294967295 || Number(match[2]) > 65535) {
      throw invalidSyntax('tid', text);
    }
    return `(${Number(match[1])},${Number(match[2])})`;
  },
  format: (value) => value,
  encode: (value) => {
    const { block, offset } = tidParts(value);
    return new ByteWriter()
      .int32(block | 0)
      .int16(offset)
      .finish();
  },
  decode: (bytes) => {
    const reader = new ByteReader(bytes);
    return `(${reader.uint32()},${reader.int16() & 0xffff})`;
  },
});

export const voidCodec = codecOf<string>({
  parse: () => '',
  format: () => '',
  encode: () => new Uint8Array(0),
  decode: () => '',
});

/** A path is kept in its normal form. */
export const jsonpathCodec = codecOf<string>({
  parse: (text) => formatJsonPath(parseJsonPath(text)),
  format: (value) => value,
  encode: (value) => versioned(encodeText(value)),
  decode: (bytes) => formatJsonPath(parseJsonPath(decodeText(bytes.subarray(1)))),
});

/** Pseudo-types and types whose values only PostgreSQL itself makes. */
export function closedCodec(typeName: string) {
  const refuse = (): never => {
    throw new SqlError('feature_not_supported', `cannot accept a value of type ${typeName}`);
  };
  return codecOf<string>({
    parse: refuse,
    format: (value) => value,
    encode: encodeText,
    decode: refuse,
  });
}
