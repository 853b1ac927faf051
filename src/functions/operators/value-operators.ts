/** Operators of numeric, interval and timetz, a value at a time in JavaScript. */
import { SqlError } from '../../errors/sql-error.ts';
import { compareValues } from '../../types/compare.ts';
import type { Datum, Numeric } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';
import {
  absoluteNumeric, addNumeric, divideNumeric, moduloNumeric, multiplyNumeric, negateNumeric,
  subtractNumeric,
} from '../../types/numeric.ts';
import type { ScalarOverload } from '../function-record.ts';
import type { Comparison } from './comparison.ts';

const tests: Readonly<Record<Comparison, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
};

const orderedTypes: readonly TypeName[] = ['numeric', 'interval', 'timetz'];

export function valueComparisons(comparison: Comparison): ScalarOverload[] {
  const test = tests[comparison];
  return orderedTypes.map((type) => ({
    kind: 'scalar',
    args: [type, type],
    returns: 'bool',
    total: true,
    datum: (_, args) => test(compareValues(type, args[0] as Datum, args[1] as Datum)),
  }));
}

function numericBinary(compute: (left: Numeric, right: Numeric) => Numeric): ScalarOverload {
  return {
    kind: 'scalar',
    args: ['numeric', 'numeric'],
    returns: 'numeric',
    datum: (_, args) => compute(args[0] as Numeric, args[1] as Numeric),
  };
}

function numericUnary(compute: (value: Numeric) => Numeric): ScalarOverload {
  return {
    kind: 'scalar',
    args: ['numeric'],
    returns: 'numeric',
    datum: (_, args) => compute(args[0] as Numeric),
  };
}

function nonZero(divide: (left: Numeric, right: Numeric) => Numeric) {
  return (left: Numeric, right: Numeric): Numeric => {
    const isZero = right.special === undefined && right.digits === 0n;
    if (isZero && left.special !== 'NaN') throw new SqlError('division_by_zero', 'division by zero');
    return divide(left, right);
  };
}

export const numericOperators = {
  add: numericBinary(addNumeric),
  subtract: numericBinary(subtractNumeric),
  multiply: numericBinary(multiplyNumeric),
  divide: numericBinary(nonZero(divideNumeric)),
  remainder: numericBinary(nonZero(moduloNumeric)),
  negate: numericUnary(negateNumeric),
  absolute: numericUnary(absoluteNumeric),
} as const;
