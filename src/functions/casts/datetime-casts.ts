/** Casts among dates, times, timestamps and intervals; the session's zone lies between them. */
import type { Interval, TimeTz } from '../../types/datum.ts';
import { floorModulo, microsPerDay } from '../../types/calendar.ts';
import {
  dateOfTimestamp,
  instantOfLocal,
  isFiniteTimestamp,
  localOfInstant,
  offsetAtInstant,
  secondsOf,
  timestampOfDate,
} from '../../types/instant.ts';
import { offsetOfLocal, timeZone } from '../../types/time-zone.ts';
import { SqlError } from '../../errors/sql-error.ts';
import type { EvaluationContext } from '../function-record.ts';
import { castsFrom, type CastRecord } from './cast-record.ts';

function zoneOf(context: EvaluationContext) {
  return timeZone(context.timeZone);
}

function timeOf(local: bigint): bigint {
  if (isFiniteTimestamp(local)) return floorModulo(local, microsPerDay);
  throw new SqlError('datetime_field_overflow', 'cannot convert infinite timestamp to time');
}

function withSessionZone(micros: bigint, context: EvaluationContext): TimeTz {
  const zone = zoneOf(context);
  const today = localOfInstant(context.transactionMicros, zone);
  const local = today - floorModulo(today, microsPerDay) + micros;
  return { micros, zoneSeconds: 0 - offsetOfLocal(zone, secondsOf(local)) };
}

function timeTzOf(instant: bigint, context: EvaluationContext): TimeTz {
  const zone = zoneOf(context);
  const micros = timeOf(localOfInstant(instant, zone));
  return { micros, zoneSeconds: 0 - offsetAtInstant(instant, zone) };
}

const plain: readonly CastRecord[] = [
  ...castsFrom<number>('date', 'implicit', { timestamp: timestampOfDate }),
  ...castsFrom<bigint>('timestamp', 'assignment', { date: dateOfTimestamp, time: timeOf }),
  ...castsFrom<bigint>('time', 'implicit', {
    interval: (micros): Interval => ({ months: 0, days: 0, micros }),
  }),
  ...castsFrom<Interval>('interval', 'assignment', {
    time: ({ micros }) => floorModulo(micros, microsPerDay),
  }),
  ...castsFrom<TimeTz>('timetz', 'assignment', { time: ({ micros }) => micros }),
];

const zoned: readonly CastRecord[] = [
  ...castsFrom<number>('date', 'implicit', {
    timestamptz: (days, context) => instantOfLocal(timestampOfDate(days), zoneOf(context)),
  }),
  ...castsFrom<bigint>('timestamp', 'implicit', {
    timestamptz: (micros, context) => instantOfLocal(micros, zoneOf(context)),
  }),
  ...castsFrom<bigint>('timestamptz', 'assignment', {
    date: (micros, context) => dateOfTimestamp(localOfInstant(micros, zoneOf(context))),
    time: (micros, context) => timeOf(localOfInstant(micros, zoneOf(context))),
    timestamp: (micros, context) => localOfInstant(micros, zoneOf(context)),
    timetz: timeTzOf,
  }),
  ...castsFrom<bigint>('time', 'implicit', { timetz: withSessionZone }),
];

export const datetimeCasts: readonly CastRecord[] = [
  ...plain,
  ...zoned.map((record): CastRecord => ({ ...record, stable: true })),
];
