/**
 * exp, ln, log, power and sqrt of numerics, with PostgreSQL's result scales: at least 16
 * significant digits, and no fewer fraction digits than the arguments show.
 *
 * Values are computed in fixed point with guard digits and rounded once.
 */
import { SqlError } from '../errors/sql-error.ts';
import type { SqlStateName } from '../errors/sql-state.ts';
import type { Numeric } from './datum.ts';
import { expFixed, lnFixed } from './fixed-point.ts';
import {
  absolute,
  baseWeight,
  compareNumeric,
  displayScaleMax,
  divideNumeric,
  divideRounded,
  makeNumeric,
  minimalScale,
  multiplyNumeric,
  negateNumeric,
  numericInfinity,
  numericMinusInfinity,
  numericNaN,
  numericOne,
  numericZero,
  overflowsFormat,
  powerOfTen,
  rescaled,
  roundNumeric,
  signOf,
} from './numeric.ts';

const significantDigits = 16;
const resultScaleMax = 2000;
const log10OfE = 0.434294481903252;
const guard = 12;

function fail(state: SqlStateName, message: string): SqlError {
  return new SqlError(state, message);
}

function boundedScale(...scales: readonly number[]): number {
  return Math.min(Math.max(0, ...scales), displayScaleMax);
}

/** The nearest double, where huge values stay huge instead of failing. */
function toDouble(value: Numeric): number {
  return Number(`${value.digits}e${-value.scale}`);
}

function zeroAt(scale: number): Numeric {
  return { digits: 0n, scale };
}

export function sqrtNumeric(value: Numeric): Numeric {
  if (value.special === 'NaN' || value.special === 'Infinity') return value;
  if (signOf(value) < 0) {
    throw fail(
      'invalid_argument_for_power_function',
      'cannot take square root of a negative number',
    );
  }
  const weight = Math.trunc(((baseWeight(value).weight + 1) * 4) / 2) - 1;
  const scale = boundedScale(significantDigits - weight, value.scale);
  const doubled = rescaled(value.digits, value.scale, scale * 2 + 2);
  return { digits: divideRounded(integerRoot(doubled), 10n), scale };
}

/** Floor of the square root. */
function integerRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

export function expNumeric(value: Numeric): Numeric {
  if (value.special === '-Infinity') return numericZero;
  if (value.special !== undefined) return value;
  const size = toDouble(value);
  const weight = Math.min(Math.max(size * log10OfE, -resultScaleMax), resultScaleMax);
  const scale = boundedScale(significantDigits - Math.trunc(weight), value.scale);
  return expAtScale(value, scale);
}

function expAtScale(value: Numeric, scale: number): Numeric {
  const size = toDouble(value);
  if (Math.abs(size) >= resultScaleMax * 3) {
    if (size > 0) throw overflowsFormat();
    return zeroAt(scale);
  }
  const precision = scale + Math.max(0, Math.ceil(size * log10OfE)) + guard;
  const exact = Math.max(precision, value.scale);
  const { mantissa, exponent } = expFixed(rescaled(value.digits, value.scale, exact), exact);
  const shift = exponent + scale - exact;
  const digits =
    shift >= 0 ? mantissa * powerOfTen(shift) : divideRounded(mantissa, powerOfTen(-shift));
  return makeNumeric(digits, scale);
}

/** Decimal weight of ln(value), roughly: PostgreSQL's estimate_ln_dweight. */
function lnWeight(value: Numeric): number {
  if (signOf(value) <= 0) return 0;
  const near = { digits: 9n, scale: 1 };
  const isNearOne =
    compareNumeric(value, near) >= 0 && compareNumeric(value, { digits: 11n, scale: 1 }) <= 0;
  if (isNearOne) {
    const offset: Numeric = {
      digits: value.digits - powerOfTen(value.scale),
      scale: value.scale,
    };
    if (offset.digits === 0n) return 0;
    const { weight, first } = baseWeight(offset);
    return weight * 4 + Math.trunc(Math.log10(first));
  }
  const { top, weight } = leadingDigits(value, 2);
  return Math.trunc(Math.log10(Math.abs(Math.log(top) + weight * 2.302585092994046)));
}

/** The first `words` base-10000 digits as a number and the decimal weight of its last digit. */
function leadingDigits(value: Numeric, words: number): { top: number; weight: number } {
  const padding = (4 - (value.scale % 4)) % 4;
  const text = absolute(value.digits * powerOfTen(padding)).toString();
  const significant = text.replace(/0+$/, '').length;
  const head = text.length % 4 === 0 ? 4 : text.length % 4;
  const kept = Math.min(words, Math.ceil(Math.max(significant - head, 0) / 4) + 1);
  const length = Math.min(head + (kept - 1) * 4, text.length);
  const weight = text.length - length - value.scale - padding;
  return { top: Number(text.slice(0, length)), weight };
}

function checkLogarithm(value: Numeric): void {
  const sign = signOf(value);
  if (value.special === 'NaN' || sign > 0) return;
  const what = sign === 0 ? 'zero' : 'a negative number';
  throw fail('invalid_argument_for_logarithm', `cannot take logarithm of ${what}`);
}

export function lnNumeric(value: Numeric): Numeric {
  checkLogarithm(value);
  if (value.special !== undefined) return value;
  return lnAtScale(value, boundedScale(significantDigits - lnWeight(value), value.scale));
}

function lnAtScale(value: Numeric, scale: number): Numeric {
  const precision = scale + guard;
  const digits = lnFixed(value.digits, value.scale, precision);
  return makeNumeric(divideRounded(digits, powerOfTen(precision - scale)), scale);
}

/** log(base, value). */
export function logNumeric(base: Numeric, value: Numeric): Numeric {
  if (base.special === 'NaN' || value.special === 'NaN') return numericNaN;
  if (value.special === '-Infinity') checkLogarithm(value);
  checkLogarithm(base);
  checkLogarithm(value);
  if (base.special !== undefined) return value.special === undefined ? numericZero : numericNaN;
  if (value.special !== undefined) return value;
  const scale = boundedScale(
    significantDigits - (lnWeight(value) - lnWeight(base)),
    base.scale,
    value.scale,
  );
  const precision = scale + Math.abs(lnWeight(value)) + Math.abs(lnWeight(base)) * 2 + guard;
  const denominator = lnFixed(base.digits, base.scale, precision);
  if (denominator === 0n) throw fail('division_by_zero', 'division by zero');
  const numerator = lnFixed(value.digits, value.scale, precision);
  return makeNumeric(divideRounded(numerator * powerOfTen(scale), denominator), scale);
}

const ten: Numeric = { digits: 10n, scale: 0 };

export function log10Numeric(value: Numeric): Numeric {
  return logNumeric(ten, value);
}

function isInteger(value: Numeric): boolean {
  return value.special === undefined && minimalScale(value) === 0;
}

export function powerNumeric(base: Numeric, exponent: Numeric): Numeric {
  if (base.special !== undefined || exponent.special !== undefined) {
    return powerSpecial(base, exponent);
  }
  checkPower(base, exponent);
  if (isInteger(exponent)) {
    const whole = exponent.digits / powerOfTen(exponent.scale);
    if (whole === BigInt.asIntN(32, whole)) {
      return powerInteger(base, Number(whole));
    }
  }
  if (signOf(base) === 0) return zeroAt(significantDigits);
  const isOdd = isInteger(exponent) && (exponent.digits / powerOfTen(exponent.scale)) % 2n !== 0n;
  const positive = signOf(base) < 0 ? negateNumeric(base) : base;
  const result = powerFraction(positive, exponent);
  return isOdd && signOf(base) < 0 ? negateNumeric(result) : result;
}

function checkPower(base: Numeric, exponent: Numeric): void {
  if (signOf(base) === 0 && signOf(exponent) < 0) {
    throw fail(
      'invalid_argument_for_power_function',
      'zero raised to a negative power is undefined',
    );
  }
  if (signOf(base) < 0 && exponent.special === undefined && !isInteger(exponent)) {
    throw fail(
      'invalid_argument_for_power_function',
      'a negative number raised to a non-integer power yields a complex result',
    );
  }
}

function powerFraction(base: Numeric, exponent: Numeric): Numeric {
  const lowScale = boundedScale(8 - lnWeight(base));
  const product = multiplyNumeric(lnAtScale(base, lowScale), exponent);
  const estimate = toDouble(roundNumeric(product, lowScale));
  if (Math.abs(estimate) > resultScaleMax * 3.01) {
    if (estimate > 0) throw overflowsFormat();
    return zeroAt(displayScaleMax);
  }
  const weight = Math.trunc(estimate * log10OfE);
  const scale = boundedScale(significantDigits - weight, base.scale, exponent.scale);
  return powerByExp(base, exponent, scale, estimate);
}

/** exp(exponent × ln base), with enough digits for the scale. */
function powerByExp(base: Numeric, exponent: Numeric, scale: number, estimate: number): Numeric {
  const exponentDigits = Math.max(0, exponent.digits.toString().length - exponent.scale);
  const precision = scale + Math.max(0, Math.ceil(estimate * log10OfE)) + exponentDigits + guard;
  const product: Numeric = {
    digits: rescaled(
      lnFixed(base.digits, base.scale, precision) * exponent.digits,
      precision + exponent.scale,
      precision,
    ),
    scale: precision,
  };
  return expAtScale(product, scale);
}

function powerInteger(base: Numeric, exponent: number): Numeric {
  let weight = 0;
  if (base.digits !== 0n) {
    const leading = leadingDigits(base, 4);
    weight = exponent * (Math.log10(leading.top) + leading.weight);
  }
  if (weight > 32768 * 4) throw overflowsFormat();
  const scale = boundedScale(significantDigits, base.scale);
  if (exponent === 0) return { digits: powerOfTen(scale), scale };
  if (exponent === 1) return roundNumeric(base, scale);
  if (base.digits === 0n) return zeroAt(scale);
  if (weight + 1 < -scale) return zeroAt(scale);
  const size = Math.abs(exponent);
  const kept = Math.ceil(Math.abs(weight)) + scale + 2 * guard;
  const power = truncatedPower(base, size, kept);
  if (exponent > 0) return makeNumeric(rescaled(power.digits, power.scale, scale), scale);
  const shift = scale + power.scale;
  const numerator = shift > 0 ? powerOfTen(shift) : 1n;
  const denominator = shift < 0 ? power.digits * powerOfTen(-shift) : power.digits;
  return makeNumeric(divideRounded(numerator, denominator), scale);
}

/** base^exponent by squaring, with about `kept` digits; the scale may be negative. */
function truncatedPower(base: Numeric, exponent: number, kept: number): Numeric {
  let result = numericOne;
  let square = base;
  for (let rest = exponent; ; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = shortProduct(result, square, kept);
    if (rest <= 1) return result;
    square = shortProduct(square, square, kept);
  }
}

function shortProduct(left: Numeric, right: Numeric, kept: number): Numeric {
  const digits = left.digits * right.digits;
  const scale = left.scale + right.scale;
  const length = Math.floor(digits.toString(16).length * 1.2);
  const excess = length - kept - 2 * guard;
  if (excess <= 0) return { digits, scale };
  return { digits: digits / powerOfTen(excess), scale: scale - excess };
}

function powerSpecial(base: Numeric, exponent: Numeric): Numeric {
  const isOne = base.special === undefined && compareNumeric(base, numericOne) === 0;
  const isZeroPower = exponent.special === undefined && exponent.digits === 0n;
  if (isOne || isZeroPower) return numericOne;
  if (base.special === 'NaN' || exponent.special === 'NaN') return numericNaN;
  checkPower(base, exponent);
  if (exponent.special !== undefined) {
    const isFinite = base.special === undefined;
    const size = isFinite ? { ...base, digits: absolute(base.digits) } : numericInfinity;
    const order = compareNumeric(size, numericOne);
    if (order === 0) return numericOne;
    return order > 0 === (exponent.special === 'Infinity') ? numericInfinity : numericZero;
  }
  if (signOf(exponent) < 0) return numericZero;
  const isOdd = (exponent.digits / powerOfTen(exponent.scale)) % 2n !== 0n;
  return base.special === '-Infinity' && isOdd ? numericMinusInfinity : numericInfinity;
}

/** avg(): the sum divided by the count, scale as division gives it. */
export function averageNumeric(sum: Numeric, count: bigint): Numeric {
  return divideNumeric(sum, { digits: count, scale: 0 });
}
