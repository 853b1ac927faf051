/**
 * Numeric: exact decimals as digits × 10^-scale, with PostgreSQL's result scales.
 *
 * Addition keeps the larger scale, multiplication adds them, division keeps at least 16
 * significant digits (numeric.c, select_div_scale). Rounding is half away from zero.
 * NaN equals itself and is above everything; Infinity obeys PostgreSQL 14's rules.
 */
import { SqlError } from '../errors/sql-error.ts';
import type { Numeric } from './datum.ts';
import { invalidSyntax } from './integer-codecs.ts';

export const numericZero: Numeric = { digits: 0n, scale: 0 };
export const numericOne: Numeric = { digits: 1n, scale: 0 };
export const numericNaN: Numeric = { digits: 0n, scale: 0, special: 'NaN' };
export const numericInfinity: Numeric = { digits: 0n, scale: 0, special: 'Infinity' };
export const numericMinusInfinity: Numeric = { digits: 0n, scale: 0, special: '-Infinity' };

/** Digits after the point that a value may show; PostgreSQL's limits. */
export const scaleMax = 16383;
export const displayScaleMax = 1000;
const wholeDigitsMax = 131072;

const powers: bigint[] = [1n];

export function powerOfTen(exponent: number): bigint {
  if (exponent > 2000) return 10n ** BigInt(exponent);
  for (let i = powers.length; i <= exponent; i += 1) powers.push((powers[i - 1] ?? 1n) * 10n);
  return powers[exponent] ?? 1n;
}

export function overflowsFormat(): SqlError {
  return new SqlError('numeric_value_out_of_range', 'value overflows numeric format');
}

function divisionByZero(): SqlError {
  return new SqlError('division_by_zero', 'division by zero');
}

/** A finite numeric within PostgreSQL's limits; 22003 above them. */
export function makeNumeric(digits: bigint, scale: number): Numeric {
  if (scale > scaleMax) return makeNumeric(rescaled(digits, scale, scaleMax), scaleMax);
  if (digits >= cheapLimit || digits <= -cheapLimit) checkWhole(digits, scale);
  return { digits, scale };
}

/** Below it, a value cannot have too many digits. */
const cheapLimit = 10n ** 400n;

function checkWhole(digits: bigint, scale: number): void {
  if (absolute(digits).toString().length - scale > wholeDigitsMax) throw overflowsFormat();
}

export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** numerator / denominator, rounded half away from zero. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const rest = absolute(numerator % denominator) * 2n;
  if (rest < absolute(denominator)) return quotient;
  return numerator < 0n === denominator < 0n ? quotient + 1n : quotient - 1n;
}

/** Digits of the same value at another scale, rounded half away from zero. */
export function rescaled(digits: bigint, from: number, to: number): bigint {
  if (to >= from) return to === from ? digits : digits * powerOfTen(to - from);
  return divideRounded(digits, powerOfTen(from - to));
}

const numericPattern = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?$/;
const specialPattern = /^(?:(nan)|([+-]?)inf(?:inity)?)$/i;

/** numeric_in without a typmod. */
export function parseNumeric(text: string): Numeric {
  const trimmed = text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '');
  const match = numericPattern.exec(trimmed);
  if (match === null) return parseSpecial(trimmed, text);
  const whole = match[2] ?? '';
  const fraction = match[3] ?? match[4] ?? '';
  const exponent = Number(match[5] ?? '0');
  if (Math.abs(exponent) >= 1073741823) throw overflowsFormat();
  const unsigned = BigInt(whole + fraction);
  const digits = match[1] === '-' ? -unsigned : unsigned;
  const scale = fraction.length - exponent;
  if (scale >= 0) {
    if (scale > scaleMax) throw overflowsFormat();
    return makeNumeric(digits, scale);
  }
  if (digits === 0n) return numericZero;
  if (-scale > wholeDigitsMax) throw overflowsFormat();
  return makeNumeric(digits * powerOfTen(-scale), 0);
}

function parseSpecial(trimmed: string, text: string): Numeric {
  const match = specialPattern.exec(trimmed);
  if (match === null) throw invalidSyntax('numeric', text);
  if (match[1] !== undefined) return numericNaN;
  return match[2] === '-' ? numericMinusInfinity : numericInfinity;
}

/** The canonical decimal text, also the storage form: never an exponent, the scale kept. */
export function formatNumeric(value: Numeric): string {
  if (value.special !== undefined) return value.special;
  if (value.scale === 0) return value.digits.toString();
  const negative = value.digits < 0n;
  const text = (negative ? -value.digits : value.digits).toString().padStart(value.scale + 1, '0');
  const point = text.length - value.scale;
  return `${negative ? '-' : ''}${text.slice(0, point)}.${text.slice(point)}`;
}

export function numericFromInt(value: bigint | number): Numeric {
  return { digits: BigInt(value), scale: 0 };
}

export function isFinite(value: Numeric): boolean {
  return value.special === undefined;
}

/** -1, 0 or 1; NaN counts as 1 by its place in the order. */
export function signOf(value: Numeric): number {
  if (value.special !== undefined) return value.special === '-Infinity' ? -1 : 1;
  if (value.digits === 0n) return 0;
  return value.digits < 0n ? -1 : 1;
}

const ranks = { '-Infinity': -1, Infinity: 1, NaN: 2 } as const;

export function compareNumeric(left: Numeric, right: Numeric): number {
  if (left.special !== undefined || right.special !== undefined) {
    const leftRank = left.special === undefined ? 0 : ranks[left.special];
    const rightRank = right.special === undefined ? 0 : ranks[right.special];
    return Math.sign(leftRank - rightRank);
  }
  const scale = Math.max(left.scale, right.scale);
  const a = rescaled(left.digits, left.scale, scale);
  const b = rescaled(right.digits, right.scale, scale);
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export function negateNumeric(value: Numeric): Numeric {
  if (value.special === 'NaN') return value;
  if (value.special === 'Infinity') return numericMinusInfinity;
  if (value.special === '-Infinity') return numericInfinity;
  return { digits: -value.digits, scale: value.scale };
}

export function absoluteNumeric(value: Numeric): Numeric {
  return signOf(value) < 0 ? negateNumeric(value) : value;
}

export function signNumeric(value: Numeric): Numeric {
  if (value.special === 'NaN') return value;
  return numericFromInt(signOf(value));
}

export function addNumeric(left: Numeric, right: Numeric): Numeric {
  if (left.special !== undefined || right.special !== undefined) {
    if (left.special === undefined) return right;
    if (right.special === undefined || left.special === right.special) return left;
    return numericNaN;
  }
  if (left.scale === right.scale) return makeNumeric(left.digits + right.digits, left.scale);
  const scale = Math.max(left.scale, right.scale);
  const sum = rescaled(left.digits, left.scale, scale) + rescaled(right.digits, right.scale, scale);
  return makeNumeric(sum, scale);
}

export function subtractNumeric(left: Numeric, right: Numeric): Numeric {
  return addNumeric(left, negateNumeric(right));
}

export function multiplyNumeric(left: Numeric, right: Numeric): Numeric {
  if (left.special !== undefined || right.special !== undefined) {
    if (left.special === 'NaN' || right.special === 'NaN') return numericNaN;
    return infinityOfSign(signOf(left) * signOf(right));
  }
  return makeNumeric(left.digits * right.digits, left.scale + right.scale);
}

function infinityOfSign(sign: number): Numeric {
  if (sign === 0) return numericNaN;
  return sign > 0 ? numericInfinity : numericMinusInfinity;
}

/** Weight and first digit in base 10000, as PostgreSQL keeps them. */
export function baseWeight(value: Numeric): { weight: number; first: number } {
  if (value.digits === 0n) return { weight: 0, first: 0 };
  const text = absolute(value.digits).toString();
  const top = text.length - value.scale - 1;
  const weight = Math.floor(top / 4);
  const count = top - weight * 4 + 1;
  return { weight, first: Number(text.slice(0, count).padEnd(count, '0')) };
}

export function divisionScale(left: Numeric, right: Numeric): number {
  const a = baseWeight(left);
  const b = baseWeight(right);
  const quotientWeight = a.weight - b.weight - (a.first <= b.first ? 1 : 0);
  const scale = Math.max(16 - quotientWeight * 4, left.scale, right.scale, 0);
  return Math.min(scale, displayScaleMax);
}

export function divideNumeric(left: Numeric, right: Numeric): Numeric {
  const special = divideSpecial(left, right);
  if (special !== undefined) return special;
  if (right.digits === 0n) throw divisionByZero();
  const scale = divisionScale(left, right);
  const shift = scale + right.scale - left.scale;
  const numerator = shift > 0 ? left.digits * powerOfTen(shift) : left.digits;
  const denominator = shift < 0 ? right.digits * powerOfTen(-shift) : right.digits;
  return makeNumeric(divideRounded(numerator, denominator), scale);
}

function divideSpecial(left: Numeric, right: Numeric): Numeric | undefined {
  if (left.special === undefined && right.special === undefined) return undefined;
  if (left.special === 'NaN' || right.special === 'NaN') return numericNaN;
  if (left.special === undefined) return numericZero;
  if (right.special !== undefined) return numericNaN;
  if (right.digits === 0n) throw divisionByZero();
  return infinityOfSign(signOf(left) * signOf(right));
}

/** div(): the quotient truncated toward zero, scale 0. */
export function divideTruncated(left: Numeric, right: Numeric): Numeric {
  const special = divideSpecial(left, right);
  if (special !== undefined) return special;
  if (right.digits === 0n) throw divisionByZero();
  const scale = Math.max(left.scale, right.scale);
  const a = rescaled(left.digits, left.scale, scale);
  return makeNumeric(a / rescaled(right.digits, right.scale, scale), 0);
}

export function moduloNumeric(left: Numeric, right: Numeric): Numeric {
  if (left.special !== undefined || right.special !== undefined) {
    if (left.special === 'NaN' || right.special === 'NaN') return numericNaN;
    if (left.special === undefined) return left;
    if (right.special === undefined && right.digits === 0n) throw divisionByZero();
    return numericNaN;
  }
  if (right.digits === 0n) throw divisionByZero();
  const scale = Math.max(left.scale, right.scale);
  const a = rescaled(left.digits, left.scale, scale);
  return { digits: a % rescaled(right.digits, right.scale, scale), scale };
}

/** round(value, scale): a negative scale rounds left of the point. */
export function roundNumeric(value: Numeric, scale = 0): Numeric {
  return cutNumeric(value, scale, divideRounded);
}

export function truncateNumeric(value: Numeric, scale = 0): Numeric {
  return cutNumeric(value, scale, (numerator, denominator) => numerator / denominator);
}

function cutNumeric(
  value: Numeric,
  scale: number,
  divide: (numerator: bigint, denominator: bigint) => bigint,
): Numeric {
  if (value.special !== undefined) return value;
  const wanted = Math.min(Math.max(scale, -wholeDigitsMax - 1), scaleMax);
  if (wanted < 0 && isBelowUnit(value, -wanted)) return { digits: 0n, scale: 0 };
  if (wanted >= value.scale) {
    return makeNumeric(rescaled(value.digits, value.scale, wanted), wanted);
  }
  const unit = powerOfTen(value.scale - wanted);
  const digits = divide(value.digits, unit);
  if (wanted >= 0) return { digits, scale: wanted };
  return makeNumeric(digits * powerOfTen(-wanted), 0);
}

/** Whether 10^exponent has more digits than the value and one more, so that it rounds to 0. */
function isBelowUnit({ digits, scale }: Numeric, exponent: number): boolean {
  return absolute(digits).toString().length - scale < exponent;
}

export function ceilNumeric(value: Numeric): Numeric {
  if (value.special !== undefined) return value;
  return negateNumeric(floorNumeric(negateNumeric(value)));
}

export function floorNumeric(value: Numeric): Numeric {
  if (value.special !== undefined) return value;
  const unit = powerOfTen(value.scale);
  const quotient = value.digits / unit;
  const isBelow = value.digits < 0n && value.digits % unit !== 0n;
  return { digits: isBelow ? quotient - 1n : quotient, scale: 0 };
}

/** trim_scale(): without the zeros at the end of the fraction. */
export function trimScale(value: Numeric): Numeric {
  const scale = minimalScale(value);
  if (scale === value.scale) return value;
  return { digits: rescaled(value.digits, value.scale, scale), scale };
}

export function minimalScale(value: Numeric): number {
  let { digits, scale } = value;
  while (scale > 0 && digits % 10n === 0n) {
    digits /= 10n;
    scale -= 1;
  }
  return scale;
}
