/** Order of intervals and timetz, and of dates and timestamps against timestamptz. */
import type { Datum, TimeTz } from '../../types/datum.ts';
import { instantOfLocal, timestampOfDate } from '../../types/instant.ts';
import { compareIntervals } from '../../types/interval-arithmetic.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { contextual, operatorFamily } from '../define.ts';
import type { EvaluationContext, FunctionRecord, ScalarOverload } from '../function-record.ts';
import { sessionZone } from './session-zone.ts';

const define = operatorFamily('date and time');

type Compare = (context: EvaluationContext, left: Datum, right: Datum) => number;

/** By instant, then by zone: equal only when both are. */
export function compareTimeTz(left: TimeTz, right: TimeTz): number {
  const instant = ({ micros, zoneSeconds }: TimeTz): bigint =>
    micros + BigInt(zoneSeconds) * 1_000_000n;
  return compareBigints(instant(left), instant(right)) || left.zoneSeconds - right.zoneSeconds;
}

function compareBigints(left: bigint, right: bigint): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Any of the three as an instant. */
function instantOf(context: EvaluationContext, type: TypeName, value: Datum): bigint {
  if (type === 'timestamptz') return value as bigint;
  const local = type === 'date' ? timestampOfDate(value as number) : (value as bigint);
  return instantOfLocal(local, sessionZone(context));
}

interface Pair {
  readonly left: TypeName;
  readonly right: TypeName;
  readonly compare: Compare;
}

function zoned(left: TypeName, right: TypeName): Pair {
  const compare: Compare = (context, a, b) =>
    compareBigints(instantOf(context, left, a), instantOf(context, right, b));
  return { left, right, compare };
}

const pairs: readonly Pair[] = [
  {
    left: 'interval',
    right: 'interval',
    compare: (_, a, b) => compareIntervals(a as never, b as never),
  },
  {
    left: 'timetz',
    right: 'timetz',
    compare: (_, a, b) => compareTimeTz(a as TimeTz, b as TimeTz),
  },
  zoned('timestamp', 'timestamptz'),
  zoned('timestamptz', 'timestamp'),
  zoned('date', 'timestamptz'),
  zoned('timestamptz', 'date'),
];

type Test = (order: number) => boolean;

const tests: readonly (readonly [string, string, Test])[] = [
  ['=', 'equal', (order) => order === 0],
  ['<>', 'not equal', (order) => order !== 0],
  ['<', 'less than', (order) => order < 0],
  ['<=', 'less than or equal', (order) => order <= 0],
  ['>', 'greater than', (order) => order > 0],
  ['>=', 'greater than or equal', (order) => order >= 0],
];

function overload({ left, right, compare }: Pair, test: Test): ScalarOverload {
  const isFixed = left === right;
  return contextual(
    `${left}, ${right} → bool`,
    (context, a: Datum, b: Datum) => test(compare(context, a, b)),
    { volatility: isFixed ? 'immutable' : 'stable' },
  );
}

export const dateComparisons: readonly FunctionRecord[] = tests.map(([symbol, text, test]) =>
  define(symbol, { text }, ...pairs.map((pair) => overload(pair, test))),
);
