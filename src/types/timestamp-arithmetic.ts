/**
 * Timestamps moved by intervals, subtracted, and cut into equal bins.
 *
 * Months move the calendar month and stop at its last day; days move the local calendar day; only
 * µs move the instant itself. So a day is not always 24 hours of a timestamptz.
 */
import { SqlError } from '../errors/sql-error.ts';
import {
  civilFromDays,
  daysFromCivil,
  daysInMonth,
  floorDivide,
  floorModulo,
  microsPerDay,
} from './calendar.ts';
import type { Interval } from './datum.ts';
import {
  checkTimestamp,
  civilTimeOf,
  instantOfLocal,
  isFiniteTimestamp,
  localOfInstant,
  microsOfClock,
  timestampOutOfRange,
  type CivilTime,
} from './instant.ts';
import { checkInterval, justifyHours } from './interval-arithmetic.ts';
import type { TimeZone } from './time-zone.ts';

/** A local time some months and days later. */
function moveCalendar(local: bigint, months: number, days: number): bigint {
  if (months === 0 && days === 0) return local;
  let day = Number(floorDivide(local, microsPerDay));
  if (months !== 0) {
    const date = civilFromDays(day);
    const index = date.year * 12 + date.month - 1 + months;
    const [year, month] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1];
    day = daysFromCivil(year, month, Math.min(date.day, daysInMonth(year, month)));
  }
  return checkTimestamp(BigInt(day + days) * microsPerDay + floorModulo(local, microsPerDay));
}

export function addToTimestamp(micros: bigint, span: Interval): bigint {
  if (!isFiniteTimestamp(micros)) return micros;
  return checkTimestamp(moveCalendar(micros, span.months, span.days) + span.micros);
}

export function addToTimestampTz(micros: bigint, span: Interval, zone: TimeZone): bigint {
  if (!isFiniteTimestamp(micros)) return micros;
  let moved = micros;
  if (span.months !== 0) {
    moved = instantOfLocal(moveCalendar(localOfInstant(moved, zone), span.months, 0), zone);
  }
  if (span.days !== 0) {
    moved = instantOfLocal(moveCalendar(localOfInstant(moved, zone), 0, span.days), zone);
  }
  return checkTimestamp(moved + span.micros);
}

/** timestamp - timestamp: days and the rest of a day, never months. */
export function subtractTimestamps(left: bigint, right: bigint): Interval {
  if (!isFiniteTimestamp(left) || !isFiniteTimestamp(right)) {
    throw new SqlError('datetime_field_overflow', 'cannot subtract infinite timestamps');
  }
  return justifyHours(checkInterval(0, 0, left - right));
}

/** age(): years, months and days as a person counts them; both times local. */
export function ageOf(left: bigint, right: bigint): Interval {
  if (!isFiniteTimestamp(left) || !isFiniteTimestamp(right)) throw timestampOutOfRange();
  const isBackward = left < right;
  const [later, earlier] = isBackward ? [right, left] : [left, right];
  const a = civilTimeOf(later);
  const b = civilTimeOf(earlier);
  let micros = clockMicros(a) - clockMicros(b);
  let days = a.day - b.day;
  let months = (a.year - b.year) * 12 + a.month - b.month;
  if (micros < 0n) {
    micros += microsPerDay;
    days -= 1;
  }
  while (days < 0) {
    days += daysInMonth(b.year, b.month);
    months -= 1;
  }
  const sign = isBackward ? -1 : 1;
  return checkInterval(months * sign, days * sign, isBackward ? -micros : micros);
}

function clockMicros(time: CivilTime): bigint {
  return microsOfClock(time.hour, time.minute, time.second, time.micros);
}

function badStride(message: string): SqlError {
  return new SqlError('datetime_field_overflow', message);
}

function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

/** date_bin(): the start of the stride-long bin, counted from `origin`, that holds the time. */
export function binTimestamp(stride: Interval, micros: bigint, origin: bigint): bigint {
  if (!isFiniteTimestamp(micros)) return micros;
  if (!isFiniteTimestamp(origin)) throw badStride('origin out of range');
  if (stride.months !== 0) {
    throw new SqlError(
      'feature_not_supported',
      'timestamps cannot be binned into intervals containing months or years',
    );
  }
  const width = BigInt(stride.days) * microsPerDay + stride.micros;
  if (width <= 0n) throw badStride('stride must be greater than zero');
  const offset = micros - origin;
  if (!isInt64(width) || !isInt64(offset)) throw badStride('interval out of range');
  const bin = offset - (offset % width);
  const start = origin + (offset < 0n && width > 1n && offset % width !== 0n ? bin - width : bin);
  return checkTimestamp(start);
}
