/** Operators of numeric, interval and timetz, a value at a time in JavaScript. */
import { must } from '../../errors/assert.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { compareValues, equalValues } from '../../types/compare.ts';
import type { Datum, Numeric } from '../../types/datum.ts';
import { microsPerDay } from '../../types/calendar.ts';
import {
  instantOfLocal,
  isFiniteDate,
  timestampMax,
  timestampOfDate,
} from '../../types/instant.ts';
import { timeZone } from '../../types/time-zone.ts';
import type { TypeName } from '../../types/sql-type.ts';
import {
  absoluteNumeric,
  addNumeric,
  divideNumeric,
  moduloNumeric,
  multiplyNumeric,
  negateNumeric,
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

const orderedTypes: readonly TypeName[] = [
  'numeric',
  'interval',
  'timetz',
  'oidvector',
  'bit',
  'varbit',
  'macaddr',
];

/** Instants in µs, of a type with or without a time zone. */
const instants: Partial<Record<TypeName, (value: Datum, zone: string) => bigint>> = {
  date: (value, zone) => midnightInstant(value as number, zone),
  timestamp: (value, zone) => instantOfLocal(value as bigint, timeZone(zone)),
  timestamptz: (value) => value as bigint,
};

/** Dates after all timestamps compare as the last one. */
function midnightInstant(days: number, zone: string): bigint {
  if (isFiniteDate(days) && BigInt(days) * microsPerDay > timestampMax) return timestampMax;
  return instantOfLocal(timestampOfDate(days), timeZone(zone));
}

const zonedPairs: readonly (readonly [TypeName, TypeName])[] = [
  ['timestamp', 'timestamptz'],
  ['timestamptz', 'timestamp'],
  ['date', 'timestamptz'],
  ['timestamptz', 'date'],
];

export function valueComparisons(comparison: Comparison): ScalarOverload[] {
  const test = tests[comparison];
  const order = (type: TypeName, args: readonly (Datum | null)[]) =>
    test(compareValues(type, args[0] as Datum, args[1] as Datum));
  return [
    ...orderedTypes.map((type): ScalarOverload => ({
      kind: 'scalar',
      args: [type, type],
      returns: 'bool',
      total: true,
      datum: (_, args) => order(type, args),
    })),
    {
      kind: 'scalar',
      args: ['record', 'record'],
      returns: 'bool',
      datum: (_, args) => recordTest(comparison, args[0] as Datum, args[1] as Datum),
    },
    ...zonedPairs.map(([left, right]): ScalarOverload => ({
      kind: 'scalar',
      args: [left, right],
      returns: 'bool',
      volatility: 'stable',
      datum: ({ timeZone: zone }, args) => {
        const a = must(instants[left], left)(args[0] as Datum, zone);
        const b = must(instants[right], right)(args[1] as Datum, zone);
        return test(a < b ? -1 : a > b ? 1 : 0);
      },
    })),
  ];
}

/** Equality asks less of the fields' types than order. */
function recordTest(comparison: Comparison, left: Datum, right: Datum): boolean {
  if (comparison === 'eq') return equalValues('record', left, right);
  if (comparison === 'ne') return !equalValues('record', left, right);
  return tests[comparison](compareValues('record', left, right));
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
    if (isZero && left.special !== 'NaN')
      throw new SqlError('division_by_zero', 'division by zero');
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
