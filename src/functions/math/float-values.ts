/** Functions of float8 with PostgreSQL's range checks. */
import { SqlError } from '../../errors/sql-error.ts';
import type { SqlStateName } from '../../errors/sql-state.ts';
import { preciseFloatPower } from './precise-power.ts';

function fail(state: SqlStateName, message: string): SqlError {
  return new SqlError(state, message);
}

function outOfRange(words: string): SqlError {
  return fail('numeric_value_out_of_range', `value out of range: ${words}`);
}

/** An infinite result of finite arguments is an overflow, as float.c has it. */
export function checkedFloat(result: number, ...args: readonly number[]): number {
  if (Math.abs(result) === Infinity && args.every(Number.isFinite)) throw outOfRange('overflow');
  return result;
}

export function expFloat(value: number): number {
  const result = checkedFloat(Math.exp(value), value);
  if (result === 0 && Number.isFinite(value)) throw outOfRange('underflow');
  return result;
}

function checkLogarithm(value: number): void {
  if (value > 0 || Number.isNaN(value)) return;
  const what = value === 0 ? 'zero' : 'a negative number';
  throw fail('invalid_argument_for_logarithm', `cannot take logarithm of ${what}`);
}

export function lnFloat(value: number): number {
  checkLogarithm(value);
  return Math.log(value);
}

export function log10Float(value: number): number {
  checkLogarithm(value);
  return Math.log10(value);
}

export function powerFloat(base: number, exponent: number): number {
  if (Number.isNaN(base)) return exponent === 0 ? 1 : Number.NaN;
  if (Number.isNaN(exponent)) return base === 1 ? 1 : Number.NaN;
  const state = 'invalid_argument_for_power_function';
  if (base === 0 && exponent < 0) throw fail(state, 'zero raised to a negative power is undefined');
  if (base < 0 && Number.isFinite(exponent) && !Number.isInteger(exponent)) {
    const words = 'a negative number raised to a non-integer power yields a complex result';
    throw fail(state, words);
  }
  // JavaScript has NaN where C99 has 1.
  if (Math.abs(base) === 1 && !Number.isFinite(exponent)) return 1;
  const result = checkedFloat(preciseFloatPower(base, exponent), base, exponent);
  const isTiny = result === 0 && base !== 0 && Number.isFinite(base) && Number.isFinite(exponent);
  if (isTiny) throw outOfRange('underflow');
  return result;
}

/** sin, cos and the like have no value at infinity. */
export function finiteOnly(compute: (value: number) => number): (value: number) => number {
  return (value) => {
    if (Math.abs(value) === Infinity) throw inputOutOfRange();
    return checkedFloat(compute(value), value);
  };
}

export function within(low: number, high: number, compute: (value: number) => number) {
  return (value: number): number => {
    if (value < low || value > high) throw inputOutOfRange();
    return compute(value);
  };
}

function inputOutOfRange(): SqlError {
  return fail('numeric_value_out_of_range', 'input is out of range');
}
