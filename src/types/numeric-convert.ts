/** Numeric from and to integers, floats, its typmod and its wire format. */
import { SqlError } from '../errors/sql-error.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { codecOf } from './codec.ts';
import type { Numeric } from './datum.ts';
import {
  absolute,
  divideRounded,
  formatNumeric,
  makeNumeric,
  numericInfinity,
  numericMinusInfinity,
  numericNaN,
  parseNumeric,
  powerOfTen,
  rescaled,
  roundNumeric,
} from './numeric.ts';

const integerBits = { smallint: 16, integer: 32, bigint: 64 } as const;

/** Rounds to an integer type; 22003 when it does not fit, 0A000 for NaN and infinity. */
export function numericToInteger(value: Numeric, typeName: keyof typeof integerBits): bigint {
  if (value.special !== undefined) {
    const shown = value.special === 'NaN' ? 'NaN' : 'infinity';
    throw new SqlError('feature_not_supported', `cannot convert ${shown} to ${typeName}`);
  }
  const rounded = divideRounded(value.digits, powerOfTen(value.scale));
  if (rounded !== BigInt.asIntN(integerBits[typeName], rounded)) {
    throw new SqlError('numeric_value_out_of_range', `${typeName} out of range`);
  }
  return rounded;
}

/** Nearest double; values too large become infinity, as the caller decides to refuse or not. */
export function numericToFloat(value: Numeric): number {
  return value.special === undefined ? Number(formatNumeric(value)) : Number(value.special);
}

/** float8 to numeric keeps 15 significant digits, float4 keeps 6. */
export function numericFromFloat(value: number, significantDigits: 15 | 6): Numeric {
  if (Number.isNaN(value)) return numericNaN;
  if (value === Infinity) return numericInfinity;
  if (value === -Infinity) return numericMinusInfinity;
  const [mantissa = '0', exponent = '0'] = value.toExponential(significantDigits - 1).split('e');
  const trimmed = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return parseNumeric(`${trimmed}e${exponent}`);
}

export function numericTypmod(precision: number, scale: number): number {
  return ((precision << 16) | (scale & 0x7ff)) + 4;
}

export function numericTypmodParts(typmod: number): { precision: number; scale: number } {
  const packed = typmod - 4;
  return { precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 1024) - 1024 };
}

/** Rounds to numeric(p,s); 22003 `numeric field overflow` when it does not fit. */
export function applyNumericTypmod(value: Numeric, typmod: number): Numeric {
  if (typmod < 4 || value.special === 'NaN') return value;
  const { precision, scale } = numericTypmodParts(typmod);
  if (value.special !== undefined) throw fieldOverflow(precision, scale, undefined);
  const rounded = roundNumeric(value, scale);
  const limitExponent = precision - scale;
  const unscaled = rescaled(rounded.digits, rounded.scale, Math.max(scale, 0));
  const limit =
    limitExponent >= 0 ? powerOfTen(limitExponent + Math.max(scale, 0)) : powerOfTen(precision);
  if (absolute(unscaled) >= limit) throw fieldOverflow(precision, scale, limitExponent);
  return rounded;
}

function fieldOverflow(precision: number, scale: number, exponent: number | undefined): SqlError {
  const must =
    exponent === undefined
      ? 'cannot hold an infinite value'
      : `must round to an absolute value less than ${exponent === 0 ? '1' : `10^${exponent}`}`;
  return new SqlError('numeric_value_out_of_range', 'numeric field overflow', {
    detail: `A field with precision ${precision}, scale ${scale} ${must}.`,
  });
}

const signPositive = 0x0000;
const signNegative = 0x4000;
const signNaN = 0xc000;
const signInfinity = 0xd000;
const signMinusInfinity = 0xf000;

/** numeric_send: ndigits, weight, sign, dscale (int16 each), then base-10000 digits. */
export function encodeNumeric(value: Numeric): Uint8Array {
  if (value.special === 'NaN') return numericHeader(0, 0, signNaN, 0).finish();
  if (value.special === 'Infinity') return numericHeader(0, 0, signInfinity, 32).finish();
  if (value.special === '-Infinity') return numericHeader(0, 0, signMinusInfinity, 32).finish();
  const sign = value.digits < 0n ? signNegative : signPositive;
  const { words, weight } = baseDigits(value);
  const writer = numericHeader(words.length, weight, sign, value.scale);
  for (const word of words) writer.int16(word);
  return writer.finish();
}

function numericHeader(count: number, weight: number, sign: number, scale: number): ByteWriter {
  return new ByteWriter().int16(count).int16(weight).int16(sign).int16(scale);
}

function baseDigits(value: Numeric): { words: number[]; weight: number } {
  const padding = (4 - (value.scale % 4)) % 4;
  const text = absolute(value.digits * powerOfTen(padding)).toString();
  const padded = text.padStart(Math.ceil(text.length / 4) * 4, '0');
  const words: number[] = [];
  for (let i = 0; i < padded.length; i += 4) words.push(Number(padded.slice(i, i + 4)));
  let weight = words.length - (value.scale + padding) / 4 - 1;
  while (words.length > 0 && words[0] === 0) {
    words.shift();
    weight -= 1;
  }
  while (words.length > 0 && words.at(-1) === 0) words.pop();
  return { words, weight: words.length === 0 ? 0 : weight };
}

export function decodeNumeric(bytes: Uint8Array): Numeric {
  const reader = new ByteReader(bytes);
  const count = reader.int16();
  const weight = reader.int16();
  const sign = reader.int16() & 0xffff;
  const scale = reader.int16() & 0x3fff;
  if (sign === signNaN) return numericNaN;
  if (sign === signInfinity) return numericInfinity;
  if (sign === signMinusInfinity) return numericMinusInfinity;
  if (sign !== signPositive && sign !== signNegative) throw badNumeric('sign');
  let digits = 0n;
  for (let i = 0; i < count; i += 1) {
    const word = reader.int16();
    if (word < 0 || word > 9999) throw badNumeric('digit');
    digits = digits * 10000n + BigInt(word);
  }
  const exponent = (weight + 1 - count) * 4;
  const unsigned = toScale(digits, exponent, scale);
  return makeNumeric(sign === signNegative ? -unsigned : unsigned, scale);
}

/** Digits past the display scale are cut, as numeric_recv does. */
function toScale(digits: bigint, exponent: number, scale: number): bigint {
  const shift = exponent + scale;
  return shift >= 0 ? digits * powerOfTen(shift) : digits / powerOfTen(-shift);
}

function badNumeric(part: string): SqlError {
  return new SqlError(
    'invalid_binary_representation',
    `invalid ${part} in external "numeric" value`,
  );
}

export const numericCodec = codecOf<Numeric>({
  parse: parseNumeric,
  format: formatNumeric,
  encode: encodeNumeric,
  decode: decodeNumeric,
});
