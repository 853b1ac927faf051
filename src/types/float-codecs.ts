/**
 * Floats: PostgreSQL's shortest round-trip text and its `%.*g` text for extra_float_digits <= 0.
 *
 * PostgreSQL prints the shortest digits that lie strictly inside the rounding interval, where
 * JavaScript also takes digits on its edge: 1e23 prints as 9.999999999999999e+22.
 */
import { SqlError } from '../errors/sql-error.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { codecOf } from './codec.ts';
import type { FormatSettings } from './format-settings.ts';
import { invalidSyntax } from './integer-codecs.ts';

const decimalPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const hexPattern = /^([+-]?)0[xX]([0-9a-fA-F]+)(?:\.([0-9a-fA-F]*))?(?:[pP]([+-]?\d+))?$/;

export function parseFloat8(text: string): number {
  return parseFloatText(text, 'double precision', (value) => value);
}

export function parseFloat4(text: string): number {
  return parseFloatText(text, 'real', toFloat4);
}

const float4Bits = new Uint32Array(1);
const float4Value = new Float32Array(float4Bits.buffer);

/** Nearest float4 of decimal text: a double on the middle of two needs the text to decide. */
function toFloat4(value: number, text: string): number {
  const near = Math.fround(value);
  if (near === value || !Number.isFinite(near)) return near;
  const other = float4Neighbour(near, value);
  if (Math.abs(value - near) !== Math.abs(other - value)) return near;
  const side = compareExactly(text.replace(/^[+-]/, ''), Math.abs(value));
  if (side === 0) return near;
  const isFarther = Math.abs(other) > Math.abs(near);
  return side > 0 === isFarther ? other : near;
}

/** The float4 next to `from`, on the side of `toward`. */
function float4Neighbour(from: number, toward: number): number {
  float4Value[0] = from;
  const step = Math.abs(toward) > Math.abs(from) ? 1 : -1;
  float4Bits[0] = (float4Bits[0] ?? 0) + step;
  return float4Value[0] ?? 0;
}

/** Sign of (decimal text - double), both positive, without rounding. */
function compareExactly(text: string, value: number): number {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const tens = Number(exponent) - fraction.length;
  let left = BigInt(whole + fraction);
  let scaled = value;
  let twos = 0;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    twos += 1;
  }
  let right = BigInt(scaled);
  left *= 2n ** BigInt(twos);
  if (tens >= 0) left *= 10n ** BigInt(tens);
  else right *= 10n ** BigInt(-tens);
  if (left === right) return 0;
  return left > right ? 1 : -1;
}

function parseFloatText(
  text: string,
  typeName: string,
  round: (value: number, text: string) => number,
): number {
  const trimmed = text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '');
  if (decimalPattern.test(trimmed)) {
    const value = round(Number(trimmed), trimmed);
    if (!Number.isFinite(value) || (value === 0 && /^[^eE]*[1-9]/.test(trimmed))) {
      throw new SqlError(
        'numeric_value_out_of_range',
        `"${trimmed}" is out of range for type ${typeName}`,
      );
    }
    return value;
  }
  const special = specialFloats.get(trimmed.toLowerCase());
  if (special !== undefined) return special;
  const hex = hexPattern.exec(trimmed);
  if (hex === null) throw invalidSyntax(typeName, text);
  const fraction = hex[3] ?? '';
  const mantissa = Number(`0x${hex[2]}${fraction}`);
  const value = mantissa * 2 ** (Number(hex[4] ?? '0') - 4 * fraction.length);
  const signed = hex[1] === '-' ? -value : value;
  return typeName === 'real' ? Math.fround(signed) : signed;
}

const specialFloats = new Map<string, number>([
  ['nan', NaN],
  ['inf', Infinity],
  ['+inf', Infinity],
  ['-inf', -Infinity],
  ['infinity', Infinity],
  ['+infinity', Infinity],
  ['-infinity', -Infinity],
]);

/** Whether a text with no blanks around it has the form of a float, of whatever size. */
export function isFloatText(text: string): boolean {
  const isSpecial = specialFloats.has(text.toLowerCase());
  return isSpecial || decimalPattern.test(text) || hexPattern.test(text);
}

function formatSpecial(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return 'Infinity';
  if (value === -Infinity) return '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  return undefined;
}

/** Shortest text of a double, in PostgreSQL's shape: 0.1, 1e+15, 1e-05. */
export function formatFloat8(value: number, extraDigits = 1): string {
  const special = formatSpecial(value);
  if (special !== undefined) return special;
  if (extraDigits <= 0) return significant(value, Math.max(1, 15 + extraDigits));
  let text = String(value);
  if (Math.abs(value) >= 2 ** 54 && isOnEdge(value, text)) text = value.toPrecision(16);
  return shaped(text, 15);
}

export function formatFloat4(value: number, extraDigits = 1): string {
  const special = formatSpecial(value);
  if (special !== undefined) return special;
  if (extraDigits <= 0) return significant(value, Math.max(1, 6 + extraDigits));
  for (let digits = 1; digits < 9; digits += 1) {
    const text = value.toPrecision(digits);
    if (toFloat4(Number(text), text) === value && !isOnFloat4Edge(value, text)) {
      return shaped(text, 6);
    }
  }
  return shaped(value.toPrecision(9), 6);
}

/** True when the digits are exactly half way to a neighbouring double. */
function isOnEdge(value: number, text: string): boolean {
  const [mantissa = '', exponent = '0'] = text.replace('-', '').split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const decimal =
    BigInt(whole + fraction) *
    10n ** BigInt(Number(exponent) - fraction.length < 0 ? 0 : Number(exponent) - fraction.length);
  const exact = BigInt(Math.abs(value));
  const distance = decimal > exact ? decimal - exact : exact - decimal;
  if (distance === 0n) return false;
  const spacing = 2n ** BigInt(Math.floor(Math.log2(Math.abs(value))) - 52);
  return distance * 2n === spacing;
}

function isOnFloat4Edge(value: number, text: string): boolean {
  const candidate = Number(text);
  if (candidate === value) return false;
  if (candidate !== (value + float4Neighbour(value, candidate)) / 2) return false;
  return compareExactly(text.replace('-', ''), Math.abs(candidate)) === 0;
}

/** Lays out digits as PostgreSQL does: exponents below -4 or from `wide` up are scientific. */
function shaped(text: string, wide: number): string {
  const negative = text.startsWith('-');
  const [mantissa = '', exponentText = '0'] = (negative ? text.slice(1) : text).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const leading = /^0*/.exec(whole + fraction)?.[0].length ?? 0;
  const digits = (whole + fraction).slice(leading).replace(/0+$/, '');
  const exponent = Number(exponentText) + whole.length - leading - 1;
  return (negative ? '-' : '') + layOut(digits, exponent, wide);
}

function layOut(digits: string, exponent: number, wide: number): string {
  if (exponent < -4 || exponent >= wide) {
    const tail = digits.length > 1 ? `.${digits.slice(1)}` : '';
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${digits[0]}${tail}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return digits.padEnd(exponent + 1, '0');
  return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** C's `%.*g`. */
function significant(value: number, digits: number): string {
  return shaped(value.toExponential(digits - 1), digits);
}

export const float8Codec = codecOf<number>({
  parse: parseFloat8,
  format: (value, formats: FormatSettings) => formatFloat8(value, formats.extraFloatDigits),
  encode: (value) => new ByteWriter().float64(value).finish(),
  decode: (bytes) => new ByteReader(bytes).float64(),
});

export const float4Codec = codecOf<number>({
  parse: parseFloat4,
  format: (value, formats: FormatSettings) => formatFloat4(value, formats.extraFloatDigits),
  encode: encodeFloat4,
  decode: (bytes) => new ByteReader(bytes).float32(),
});

function encodeFloat4(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value);
  return bytes;
}
