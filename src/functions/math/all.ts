/** Mathematical functions that are computed a value at a time. */
import type { Datum, Numeric, SqlArray } from '../../types/datum.ts';
import {
  ceilNumeric,
  divideTruncated,
  floorNumeric,
  minimalScale,
  moduloNumeric,
  roundNumeric,
  signNumeric,
  trimScale,
  truncateNumeric,
} from '../../types/numeric.ts';
import {
  expNumeric,
  lnNumeric,
  log10Numeric,
  logNumeric,
  powerNumeric,
  sqrtNumeric,
} from '../../types/numeric-math.ts';
import { contextual, family, operatorFamily, scalar } from '../define.ts';
import type { FunctionRecord } from '../function-record.ts';
import * as degrees from './degree-trigonometry.ts';
import {
  checkedFloat,
  expFloat,
  finiteOnly,
  lnFloat,
  log10Float,
  powerFloat,
  within,
} from './float-values.ts';
import {
  factorial,
  gcdInteger,
  gcdNumeric,
  lcmInteger,
  lcmNumeric,
  remainder,
} from './integer-values.ts';
import { randomFloat, setSeed } from './random.ts';
import { floatBucket, numericBucket, thresholdBucket } from './width-bucket.ts';

const define = family('math');
const operator = operatorFamily('math');

const rounding: readonly FunctionRecord[] = [
  define(
    'ceil ceiling',
    { text: 'nearest integer not below', example: ['ceil(1.1)', '2'] },
    scalar('numeric → numeric', ceilNumeric),
  ),
  define(
    'floor',
    { text: 'nearest integer not above', example: ['floor(-1.5)', '-2'] },
    scalar('numeric → numeric', floorNumeric),
  ),
  define(
    'round',
    { text: 'rounded, halves away from zero', example: ['round(1.2345, 2)', '1.23'] },
    scalar('numeric → numeric', (value: Numeric) => roundNumeric(value)),
    scalar('numeric, int4 → numeric', roundNumeric),
  ),
  define(
    'trunc',
    { text: 'cut towards zero', example: ['trunc(1.999, 1)', '1.9'] },
    scalar('numeric → numeric', (value: Numeric) => truncateNumeric(value)),
    scalar('numeric, int4 → numeric', truncateNumeric),
  ),
  define(
    'sign',
    { text: 'sign of the argument: -1, 0 or 1', example: ['sign(-1.5)', '-1'] },
    scalar('numeric → numeric', signNumeric),
  ),
  define(
    'scale',
    { text: 'number of fraction digits shown', example: ['scale(8.4100)', '4'] },
    scalar('numeric → int4', (value: Numeric) =>
      value.special === undefined ? value.scale : null,
    ),
  ),
  define(
    'min_scale',
    { text: 'fraction digits that are needed', example: ['min_scale(8.4100)', '2'] },
    scalar('numeric → int4', (value: Numeric) =>
      value.special === undefined ? minimalScale(value) : null,
    ),
  ),
  define(
    'trim_scale',
    { text: 'without trailing zeros', example: ['trim_scale(8.4100)', '8.41'] },
    scalar('numeric → numeric', (value: Numeric) =>
      value.special === undefined ? trimScale(value) : value,
    ),
  ),
];

const power = [
  scalar('float8, float8 → float8', powerFloat),
  scalar('numeric, numeric → numeric', powerNumeric),
];

const powers: readonly FunctionRecord[] = [
  define(
    'sqrt',
    { text: 'square root', example: ['sqrt(2.0)', '1.414213562373095'] },
    scalar('numeric → numeric', sqrtNumeric),
  ),
  define(
    'cbrt',
    { text: 'cube root', example: ['cbrt(64.0)', '4'] },
    scalar('float8 → float8', Math.cbrt),
  ),
  operator(
    '||/',
    { text: 'cube root', example: ['||/ 64.0', '4'] },
    scalar('float8 → float8', Math.cbrt),
  ),
  define(
    'exp',
    { text: 'e to a power', example: ['exp(1.0)', '2.7182818284590452'] },
    scalar('float8 → float8', expFloat),
    scalar('numeric → numeric', expNumeric),
  ),
  define(
    'ln',
    { text: 'natural logarithm', example: ['ln(2.0)', '0.6931471805599453'] },
    scalar('float8 → float8', lnFloat),
    scalar('numeric → numeric', lnNumeric),
  ),
  define(
    'log10',
    { text: 'logarithm to base 10', example: ['log10(1000.0)', '3.0000000000000000'] },
    scalar('float8 → float8', log10Float),
    scalar('numeric → numeric', log10Numeric),
  ),
  define(
    'log',
    {
      text: 'logarithm to base 10, or to the first argument',
      example: ['log(2.0, 64.0)', '6.0000000000000000'],
    },
    scalar('float8 → float8', log10Float),
    scalar('numeric → numeric', log10Numeric),
    scalar('numeric, numeric → numeric', logNumeric),
  ),
  define(
    'power pow',
    { text: 'first argument to the power of the second', example: ['power(2, 3)', '8'] },
    ...power,
  ),
  operator(
    '^',
    { text: 'left side to the power of the right', example: ['2 ^ 10', '1024'] },
    ...power,
  ),
];

const whole: readonly FunctionRecord[] = [
  define(
    'mod',
    { text: 'remainder with the sign of the dividend', example: ['mod(-7, 3)', '-1'] },
    scalar('int2, int2 → int2', (a: number, b: number) => Number(remainder(BigInt(a), BigInt(b)))),
    scalar('int4, int4 → int4', (a: number, b: number) => Number(remainder(BigInt(a), BigInt(b)))),
    scalar('int8, int8 → int8', remainder),
    scalar('numeric, numeric → numeric', moduloNumeric),
  ),
  define(
    'div',
    { text: 'integer quotient', example: ['div(7, 2)', '3'] },
    scalar('numeric, numeric → numeric', divideTruncated),
  ),
  define(
    'gcd',
    { text: 'greatest common divisor', example: ['gcd(1071, 462)', '21'] },
    scalar('int4, int4 → int4', (a: number, b: number) =>
      Number(gcdInteger('int4', BigInt(a), BigInt(b))),
    ),
    scalar('int8, int8 → int8', (a: bigint, b: bigint) => gcdInteger('int8', a, b)),
    scalar('numeric, numeric → numeric', gcdNumeric),
  ),
  define(
    'lcm',
    { text: 'least common multiple', example: ['lcm(1071, 462)', '23562'] },
    scalar('int4, int4 → int4', (a: number, b: number) =>
      Number(lcmInteger('int4', BigInt(a), BigInt(b))),
    ),
    scalar('int8, int8 → int8', (a: bigint, b: bigint) => lcmInteger('int8', a, b)),
    scalar('numeric, numeric → numeric', lcmNumeric),
  ),
  define(
    'factorial',
    { text: 'product of 1 … n', example: ['factorial(5)', '120'] },
    scalar('int8 → numeric', factorial),
  ),
  define(
    'width_bucket',
    {
      text: 'number of the part of a range that holds a value',
      example: ['width_bucket(5.35, 0.024, 10.06, 5)', '3'],
    },
    scalar('float8, float8, float8, int4 → int4', floatBucket),
    scalar('numeric, numeric, numeric, int4 → int4', numericBucket),
    scalar('anycompatible, anycompatiblearray → int4', (value: Datum, thresholds: SqlArray) =>
      thresholdBucket(value, thresholds),
    ),
  ),
];

function ofFloat(name: string, text: string, compute: (value: number) => number): FunctionRecord {
  return define(name, { text }, scalar('float8 → float8', compute));
}

const trigonometry: readonly FunctionRecord[] = [
  define(
    'pi',
    { text: 'π', example: ['pi()', '3.141592653589793'] },
    scalar('→ float8', () => Math.PI),
  ),
  define(
    'degrees',
    { text: 'radians to degrees', example: ['degrees(0.5)', '28.64788975654116'] },
    scalar('float8 → float8', (value: number) =>
      checkedFloat(value / 0.0174532925199432957692, value),
    ),
  ),
  define(
    'radians',
    { text: 'degrees to radians', example: ['radians(45.0)', '0.7853981633974483'] },
    scalar('float8 → float8', (value: number) => value * 0.0174532925199432957692),
  ),
  ofFloat('sin', 'sine', finiteOnly(Math.sin)),
  ofFloat('cos', 'cosine', finiteOnly(Math.cos)),
  ofFloat('tan', 'tangent', finiteOnly(Math.tan)),
  ofFloat('cot', 'cotangent', (value) => {
    const tangent = finiteOnly(Math.tan)(value);
    return 1 / tangent;
  }),
  ofFloat('asin', 'inverse sine', within(-1, 1, Math.asin)),
  ofFloat('acos', 'inverse cosine', within(-1, 1, Math.acos)),
  ofFloat('atan', 'inverse tangent', Math.atan),
  define(
    'atan2',
    { text: 'inverse tangent of y/x', example: ['atan2(1, 0)', '1.5707963267948966'] },
    scalar('float8, float8 → float8', Math.atan2),
  ),
  ofFloat('sinh', 'hyperbolic sine', Math.sinh),
  ofFloat('cosh', 'hyperbolic cosine', Math.cosh),
  ofFloat('tanh', 'hyperbolic tangent', Math.tanh),
  ofFloat('asinh', 'inverse hyperbolic sine', Math.asinh),
  ofFloat('acosh', 'inverse hyperbolic cosine', within(1, Infinity, Math.acosh)),
  ofFloat('atanh', 'inverse hyperbolic tangent', within(-1, 1, Math.atanh)),
  define(
    'sind',
    { text: 'sine of degrees', example: ['sind(30)', '0.5'] },
    scalar('float8 → float8', degrees.sineDegrees),
  ),
  define(
    'cosd',
    { text: 'cosine of degrees', example: ['cosd(60)', '0.5'] },
    scalar('float8 → float8', degrees.cosineDegrees),
  ),
  define(
    'tand',
    { text: 'tangent of degrees', example: ['tand(45)', '1'] },
    scalar('float8 → float8', degrees.tangentDegrees),
  ),
  define(
    'cotd',
    { text: 'cotangent of degrees', example: ['cotd(45)', '1'] },
    scalar('float8 → float8', degrees.cotangentDegrees),
  ),
  define(
    'asind',
    { text: 'inverse sine in degrees', example: ['asind(0.5)', '30'] },
    scalar('float8 → float8', degrees.arcSineDegrees),
  ),
  define(
    'acosd',
    { text: 'inverse cosine in degrees', example: ['acosd(0.5)', '60'] },
    scalar('float8 → float8', degrees.arcCosineDegrees),
  ),
  define(
    'atand',
    { text: 'inverse tangent in degrees', example: ['atand(1)', '45'] },
    scalar('float8 → float8', degrees.arcTangentDegrees),
  ),
  define(
    'atan2d',
    { text: 'inverse tangent of y/x in degrees', example: ['atan2d(1, 0)', '90'] },
    scalar('float8, float8 → float8', degrees.arcTangent2Degrees),
  ),
];

const chance: readonly FunctionRecord[] = [
  define(
    'random',
    { text: 'random number in 0 ≤ x < 1', example: ['random() >= 0', 't'] },
    contextual('→ float8', randomFloat, { volatility: 'volatile' }),
  ),
  define(
    'setseed',
    { text: "seed of the session's random numbers" },
    contextual('float8 → void', setSeed, { volatility: 'volatile' }),
  ),
];

export const mathFunctions: readonly FunctionRecord[] = [
  ...rounding,
  ...powers,
  ...whole,
  ...trigonometry,
  ...chance,
];
