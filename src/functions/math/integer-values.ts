/** Whole numbers: remainders, common divisors and multiples, factorials. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Numeric } from '../../types/datum.ts';
import {
  absolute,
  makeNumeric,
  numericNaN,
  overflowsFormat,
  rescaled,
} from '../../types/numeric.ts';

export type IntegerName = 'int4' | 'int8';

const words = { int4: 'integer', int8: 'bigint' } as const;
const bits = { int4: 32, int8: 64 } as const;

function checked(type: IntegerName, value: bigint): bigint {
  if (BigInt.asIntN(bits[type], value) === value) return value;
  throw new SqlError('numeric_value_out_of_range', `${words[type]} out of range`);
}

export function remainder(dividend: bigint, divisor: bigint): bigint {
  if (divisor === 0n) throw new SqlError('division_by_zero', 'division by zero');
  return dividend % divisor;
}

function commonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [absolute(a), absolute(b)];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

function commonMultiple(a: bigint, b: bigint): bigint {
  if (a === 0n || b === 0n) return 0n;
  return absolute((a / commonDivisor(a, b)) * b);
}

export function gcdInteger(type: IntegerName, a: bigint, b: bigint): bigint {
  return checked(type, commonDivisor(a, b));
}

export function lcmInteger(type: IntegerName, a: bigint, b: bigint): bigint {
  return checked(type, commonMultiple(a, b));
}

function numericPair(compute: (a: bigint, b: bigint) => bigint) {
  return (left: Numeric, right: Numeric): Numeric => {
    if (left.special !== undefined || right.special !== undefined) return numericNaN;
    const scale = Math.max(left.scale, right.scale);
    const a = rescaled(left.digits, left.scale, scale);
    const b = rescaled(right.digits, right.scale, scale);
    return makeNumeric(compute(a, b), scale);
  };
}

export const gcdNumeric = numericPair(commonDivisor);
export const lcmNumeric = numericPair(commonMultiple);

const factorialMax = 32177n;

/** Errors: 22003 for negative numbers and for results that no numeric holds. */
export function factorial(value: bigint): Numeric {
  if (value < 0n) {
    const message = 'factorial of a negative number is undefined';
    throw new SqlError('numeric_value_out_of_range', message);
  }
  if (value > factorialMax) throw overflowsFormat();
  return makeNumeric(product(2n, value), 0);
}

/** Product of a range by halves: factors stay of like size. */
function product(low: bigint, high: bigint): bigint {
  if (low > high) return 1n;
  if (high - low < 8n) {
    let result = low;
    for (let factor = low + 1n; factor <= high; factor++) result *= factor;
    return result;
  }
  const middle = (low + high) / 2n;
  return product(low, middle) * product(middle + 1n, high);
}
