/** + - * / over dates, times and intervals. */
import { floorModulo, microsPerDay } from '../../types/calendar.ts';
import type { Interval, TimeTz } from '../../types/datum.ts';
import { timestampOfDate } from '../../types/instant.ts';
import {
  addIntervals,
  divideInterval,
  multiplyInterval,
  negateInterval,
  subtractIntervals,
} from '../../types/interval-arithmetic.ts';
import {
  addToTimestamp,
  addToTimestampTz,
  subtractTimestamps,
} from '../../types/timestamp-arithmetic.ts';
import { contextual, operatorFamily, scalar } from '../define.ts';
import type { EvaluationContext, FunctionRecord } from '../function-record.ts';
import { dateAndTime, dateAndTimeTz } from './date-and-time.ts';
import { sessionZone } from './session-zone.ts';

const define = operatorFamily('date and time');

function addTz(context: EvaluationContext, micros: bigint, span: Interval): bigint {
  return addToTimestampTz(micros, span, sessionZone(context));
}

function addToDate(days: number, span: Interval): bigint {
  return addToTimestamp(timestampOfDate(days), span);
}

/** The time of day after so much of a day; whole days do not count. */
export function addToTime(micros: bigint, span: Interval): bigint {
  return floorModulo(micros + span.micros, microsPerDay);
}

function addToTimeTz({ micros, zoneSeconds }: TimeTz, span: Interval): TimeTz {
  return { micros: addToTime(micros, span), zoneSeconds };
}

function ofMicros(micros: bigint): Interval {
  return { months: 0, days: 0, micros };
}

const plus: FunctionRecord = define(
  '+',
  { text: 'sum of a date or time and an interval, or of intervals' },
  scalar('timestamp, interval → timestamp', addToTimestamp),
  scalar('interval, timestamp → timestamp', (span: Interval, at: bigint) =>
    addToTimestamp(at, span),
  ),
  contextual('timestamptz, interval → timestamptz', addTz),
  contextual('interval, timestamptz → timestamptz', (context, span: Interval, at: bigint) =>
    addTz(context, at, span),
  ),
  scalar('date, interval → timestamp', addToDate),
  scalar('interval, date → timestamp', (span: Interval, days: number) => addToDate(days, span)),
  scalar('time, interval → time', addToTime),
  scalar('interval, time → time', (span: Interval, at: bigint) => addToTime(at, span)),
  scalar('timetz, interval → timetz', addToTimeTz),
  scalar('interval, timetz → timetz', (span: Interval, at: TimeTz) => addToTimeTz(at, span)),
  scalar('date, time → timestamp', dateAndTime),
  scalar('time, date → timestamp', (micros: bigint, days: number) => dateAndTime(days, micros)),
  scalar('date, timetz → timestamptz', dateAndTimeTz),
  scalar('timetz, date → timestamptz', (at: TimeTz, days: number) => dateAndTimeTz(days, at)),
  scalar('interval, interval → interval', addIntervals),
);

const minus: FunctionRecord = define(
  '-',
  { text: 'difference of times, or a time some interval earlier' },
  scalar('timestamp, timestamp → interval', subtractTimestamps),
  scalar('timestamptz, timestamptz → interval', subtractTimestamps),
  scalar('timestamp, interval → timestamp', (at: bigint, span: Interval) =>
    addToTimestamp(at, negateInterval(span)),
  ),
  contextual('timestamptz, interval → timestamptz', (context, at: bigint, span: Interval) =>
    addTz(context, at, negateInterval(span)),
  ),
  scalar('date, interval → timestamp', (days: number, span: Interval) =>
    addToDate(days, negateInterval(span)),
  ),
  scalar('time, time → interval', (left: bigint, right: bigint) => ofMicros(left - right)),
  scalar('time, interval → time', (at: bigint, span: Interval) =>
    addToTime(at, negateInterval(span)),
  ),
  scalar('timetz, interval → timetz', (at: TimeTz, span: Interval) =>
    addToTimeTz(at, negateInterval(span)),
  ),
  scalar('interval, interval → interval', subtractIntervals),
  scalar('interval → interval', negateInterval),
);

export const dateOperators: readonly FunctionRecord[] = [
  plus,
  minus,
  define(
    '*',
    { text: 'interval times a number' },
    scalar('interval, float8 → interval', multiplyInterval),
    scalar('float8, interval → interval', (factor: number, span: Interval) =>
      multiplyInterval(span, factor),
    ),
  ),
  define(
    '/',
    { text: 'interval divided by a number' },
    scalar('interval, float8 → interval', divideInterval),
  ),
];
