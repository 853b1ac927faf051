/**
 * Dates and times with intervals and with each other, a value at a time. With a time zone, months
 * and days are added to the clock on the wall of the session's zone, the time to the instant.
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { Datum, Interval, TimeTz } from '../../types/datum.ts';
import { daysFromCivil, daysInMonth, floorModulo, microsPerDay } from '../../types/calendar.ts';
import {
  checkTimestamp,
  civilTimeOf,
  instantOfLocal,
  isFiniteDate,
  isFiniteTimestamp,
  localOfInstant,
  timestampOfDate,
} from '../../types/instant.ts';
import { timeZone } from '../../types/time-zone.ts';
import type { TypeName } from '../../types/sql-type.ts';
import type {
  DatumEvaluation,
  EvaluationContext,
  ScalarOverload,
  Volatility,
} from '../function-record.ts';
import {
  addIntervals,
  divideInterval,
  multiplyInterval,
  negateInterval,
  subtractIntervals,
} from './interval-arithmetic.ts';

/** Months move the date and stop at the month's last day; then days, then time. */
export function addToTimestamp(micros: bigint, interval: Interval): bigint {
  if (!isFiniteTimestamp(micros)) return micros;
  return checkTimestamp(addCalendar(micros, interval) + interval.micros);
}

function addCalendar(micros: bigint, { months, days }: Interval): bigint {
  let shifted = micros;
  if (months !== 0) {
    const { year, month, day } = civilTimeOf(micros);
    const index = year * 12 + (month - 1) + months;
    const newYear = Math.floor(index / 12);
    const newMonth = index - newYear * 12 + 1;
    const newDay = Math.min(day, daysInMonth(newYear, newMonth));
    const date = BigInt(daysFromCivil(newYear, newMonth, newDay)) * microsPerDay;
    shifted = checkTimestamp(date + floorModulo(micros, microsPerDay));
  }
  return days === 0 ? shifted : checkTimestamp(shifted + BigInt(days) * microsPerDay);
}

export function addToInstant(micros: bigint, interval: Interval, zoneName: string): bigint {
  if (!isFiniteTimestamp(micros)) return micros;
  let shifted = micros;
  if (interval.months !== 0 || interval.days !== 0) {
    const zone = timeZone(zoneName);
    shifted = instantOfLocal(addCalendar(localOfInstant(micros, zone), interval), zone);
  }
  return checkTimestamp(shifted + interval.micros);
}

/** Days and the rest, of one sign: no months. */
export function timestampDifference(a: bigint, b: bigint): Interval {
  if (!isFiniteTimestamp(a) || !isFiniteTimestamp(b)) {
    throw new SqlError('datetime_field_overflow', 'cannot subtract infinite timestamps');
  }
  const micros = a - b;
  return { months: 0, days: Number(micros / microsPerDay), micros: micros % microsPerDay };
}

function timestampOf(date: number, time: bigint): bigint {
  const midnight = timestampOfDate(date);
  return isFiniteDate(date) ? checkTimestamp(midnight + time) : midnight;
}

type Compute = (a: never, b: never, context: EvaluationContext) => Datum;

interface Signature {
  readonly args: readonly TypeName[];
  readonly returns: TypeName;
  readonly volatility?: Volatility;
}

function overload(signature: Signature, compute: Compute): ScalarOverload {
  const datum: DatumEvaluation = (context, args) =>
    compute(args[0] as never, args[1] as never, context);
  return { kind: 'scalar', ...signature, datum };
}

function commuted(signature: Signature, compute: Compute): ScalarOverload[] {
  const swapped = { ...signature, args: signature.args.toReversed() };
  const reversed = compute as (a: Datum, b: Datum, context: EvaluationContext) => Datum;
  return [
    overload(signature, compute),
    overload(swapped, (a: Datum, b: Datum, context) => reversed(b, a, context)),
  ];
}

const shiftTime = (time: bigint, { micros }: Interval) => floorModulo(time + micros, microsPerDay);

const shiftTimeTz = (time: TimeTz, interval: Interval): TimeTz => ({
  ...time,
  micros: shiftTime(time.micros, interval),
});

const instantOf = (date: number, { micros, zoneSeconds }: TimeTz) =>
  isFiniteDate(date)
    ? timestampOf(date, micros + BigInt(zoneSeconds) * 1_000_000n)
    : timestampOf(date, 0n);

export const datetimeSums: readonly ScalarOverload[] = [
  ...commuted(
    { args: ['timestamp', 'interval'], returns: 'timestamp' },
    (value: bigint, span: Interval) => addToTimestamp(value, span),
  ),
  ...commuted(
    { args: ['timestamptz', 'interval'], returns: 'timestamptz', volatility: 'stable' },
    (value: bigint, span: Interval, { timeZone: zone }) => addToInstant(value, span, zone),
  ),
  ...commuted(
    { args: ['date', 'interval'], returns: 'timestamp' },
    (value: number, span: Interval) => addToTimestamp(timestampOfDate(value), span),
  ),
  ...commuted({ args: ['date', 'time'], returns: 'timestamp' }, (date: number, time: bigint) =>
    timestampOf(date, time),
  ),
  ...commuted({ args: ['date', 'timetz'], returns: 'timestamptz' }, (date: number, time: TimeTz) =>
    instantOf(date, time),
  ),
  ...commuted({ args: ['time', 'interval'], returns: 'time' }, (time: bigint, span: Interval) =>
    shiftTime(time, span),
  ),
  ...commuted({ args: ['timetz', 'interval'], returns: 'timetz' }, (time: TimeTz, span: Interval) =>
    shiftTimeTz(time, span),
  ),
  overload({ args: ['interval', 'interval'], returns: 'interval' }, (a: Interval, b: Interval) =>
    addIntervals(a, b),
  ),
];

export const datetimeDifferences: readonly ScalarOverload[] = [
  overload({ args: ['timestamp', 'timestamp'], returns: 'interval' }, (a: bigint, b: bigint) =>
    timestampDifference(a, b),
  ),
  overload({ args: ['timestamptz', 'timestamptz'], returns: 'interval' }, (a: bigint, b: bigint) =>
    timestampDifference(a, b),
  ),
  overload(
    { args: ['timestamp', 'interval'], returns: 'timestamp' },
    (value: bigint, span: Interval) => addToTimestamp(value, negateInterval(span)),
  ),
  overload(
    { args: ['timestamptz', 'interval'], returns: 'timestamptz', volatility: 'stable' },
    (value: bigint, span: Interval, { timeZone: zone }) =>
      addToInstant(value, negateInterval(span), zone),
  ),
  overload({ args: ['date', 'interval'], returns: 'timestamp' }, (value: number, span: Interval) =>
    addToTimestamp(timestampOfDate(value), negateInterval(span)),
  ),
  overload({ args: ['time', 'time'], returns: 'interval' }, (a: bigint, b: bigint) => ({
    months: 0,
    days: 0,
    micros: a - b,
  })),
  overload({ args: ['time', 'interval'], returns: 'time' }, (time: bigint, span: Interval) =>
    shiftTime(time, negateInterval(span)),
  ),
  overload({ args: ['timetz', 'interval'], returns: 'timetz' }, (time: TimeTz, span: Interval) =>
    shiftTimeTz(time, negateInterval(span)),
  ),
  overload({ args: ['interval', 'interval'], returns: 'interval' }, (a: Interval, b: Interval) =>
    subtractIntervals(a, b),
  ),
  overload({ args: ['interval'], returns: 'interval' }, (span: Interval) => negateInterval(span)),
];

export const intervalProducts: readonly ScalarOverload[] = commuted(
  { args: ['interval', 'float8'], returns: 'interval' },
  (span: Interval, factor: number) => multiplyInterval(span, factor),
);

export const intervalQuotients: readonly ScalarOverload[] = [
  overload(
    { args: ['interval', 'float8'], returns: 'interval' },
    (span: Interval, divisor: number) => divideInterval(span, divisor),
  ),
];
