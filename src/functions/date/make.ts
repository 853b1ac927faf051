/** Dates, times and intervals out of their fields, and intervals put in order. */
import type { Interval } from '../../types/datum.ts';
import {
  checkTimestamp,
  instantOfLocal,
  isFiniteTimestamp,
  timestampInfinity,
  timestampMinusInfinity,
} from '../../types/instant.ts';
import { SqlError } from '../../errors/sql-error.ts';
import {
  justifyDays,
  justifyHours,
  justifyInterval,
  makeInterval,
} from '../../types/interval-arithmetic.ts';
import { roundEven } from '../../types/interval-parse.ts';
import { makeDate, makeTime, makeTimestamp } from '../../types/make-datetime.ts';
import { timestampMax, timestampMin } from '../../types/instant.ts';
import { contextual, family, scalar } from '../define.ts';
import type { EvaluationContext, FunctionRecord, ScalarOverload } from '../function-record.ts';
import { dateAndTime, dateAndTimeTz } from './date-and-time.ts';
import { namedZone, sessionZone } from './session-zone.ts';
import type { TimeZone } from '../../types/time-zone.ts';
import { formatFloat8 } from '../../types/float-codecs.ts';

const define = family('date and time');

type Six = readonly [number, number, number, number, number, number];

function localOf([year, month, day, hour, minute, second]: Six): bigint {
  return makeTimestamp({ year, month, day, hour, minute, second });
}

function instantOf(fields: Six, zone: TimeZone): bigint {
  return instantOfLocal(localOf(fields), zone);
}

const sixFields = 'int4, int4, int4, int4, int4, float8';
const intervalFields = ['int4', 'int4', 'int4', 'int4', 'int4', 'int4', 'float8'];

/** make_interval() with its first `count` arguments; the others are 0. */
function intervalOverload(count: number): ScalarOverload {
  const compute = (...given: readonly number[]): Interval => {
    const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, mins = 0, secs = 0] = given;
    return makeInterval({ years, months, weeks, days, hours, mins, secs });
  };
  return scalar(`${intervalFields.slice(0, count).join(', ')} → interval`, compute);
}

/** to_timestamp(double precision): seconds since 1970. */
function timestampOfEpoch(seconds: number): bigint {
  if (Number.isNaN(seconds)) {
    throw new SqlError('datetime_field_overflow', 'timestamp cannot be NaN');
  }
  if (seconds === Infinity) return timestampInfinity;
  if (seconds === -Infinity) return timestampMinusInfinity;
  const micros = seconds * 1e6;
  const isOver = micros < Number(timestampMin) || micros > Number(timestampMax);
  if (isOver) {
    throw new SqlError(
      'datetime_field_overflow',
      `timestamp out of range: "${formatFloat8(seconds)}"`,
    );
  }
  return BigInt(roundEven(micros));
}

export const epochOverload: ScalarOverload = scalar('float8 → timestamptz', timestampOfEpoch);

function dateAndLocalTime(context: EvaluationContext, days: number, micros: bigint): bigint {
  const local = dateAndTime(days, micros);
  if (!isFiniteTimestamp(local)) return local;
  return checkTimestamp(instantOfLocal(local, sessionZone(context)));
}

export const makeFunctions: readonly FunctionRecord[] = [
  define(
    'make_date',
    { text: 'date of year, month and day', example: ['make_date(2013, 7, 15)', '2013-07-15'] },
    scalar('int4, int4, int4 → date', makeDate),
  ),
  define(
    'make_time',
    { text: 'time of hour, minute and second', example: ['make_time(8, 15, 23.5)', '08:15:23.5'] },
    scalar('int4, int4, float8 → time', makeTime),
  ),
  define(
    'make_timestamp',
    {
      text: 'timestamp of its fields',
      example: ['make_timestamp(2013, 7, 15, 8, 15, 23.5)', '2013-07-15 08:15:23.5'],
    },
    scalar(`${sixFields} → timestamp`, (...fields: Six) => localOf(fields)),
  ),
  define(
    'make_timestamptz',
    { text: "timestamp with time zone of its fields, in the session's or a named zone" },
    contextual(`${sixFields} → timestamptz`, (context, ...fields: Six) =>
      instantOf(fields, sessionZone(context)),
    ),
    scalar(
      `${sixFields}, text → timestamptz`,
      (...fields: [...Six, string]) => {
        const [year, month, day, hour, minute, second, zone] = fields;
        return instantOf([year, month, day, hour, minute, second], namedZone(zone));
      },
      { volatility: 'stable' },
    ),
  ),
  define(
    'timestamp datetime_pl',
    { text: 'a date and a time together' },
    scalar('date, time → timestamp', dateAndTime),
  ),
  define(
    'timestamptz',
    { text: "a date and a time together, in the session's zone or the time's own" },
    contextual('date, time → timestamptz', dateAndLocalTime),
    scalar('date, timetz → timestamptz', dateAndTimeTz),
  ),
  define(
    'datetimetz_pl',
    { text: 'a date and a time of a zone together' },
    scalar('date, timetz → timestamptz', dateAndTimeTz),
  ),
  define(
    'make_interval',
    {
      text: 'interval of years, months, weeks, days, hours, minutes and seconds',
      example: ['make_interval(0, 0, 0, 10)', '10 days'],
    },
    ...[0, 1, 2, 3, 4, 5, 6, 7].map(intervalOverload),
  ),
  define(
    'justify_days',
    {
      text: '30-day periods become months',
      example: ["justify_days(interval '1 year 65 days')", '1 year 2 mons 5 days'],
    },
    scalar('interval → interval', justifyDays),
  ),
  define(
    'justify_hours',
    {
      text: '24-hour periods become days',
      example: ["justify_hours(interval '50 hours 10 minutes')", '2 days 02:10:00'],
    },
    scalar('interval → interval', justifyHours),
  ),
  define(
    'justify_interval',
    {
      text: 'both justify_days and justify_hours, with all fields of one sign',
      example: ["justify_interval(interval '1 mon -1 hour')", '29 days 23:00:00'],
    },
    scalar('interval → interval', justifyInterval),
  ),
];
