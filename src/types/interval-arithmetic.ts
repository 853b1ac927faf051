/** Interval sums, products, justification and order. A month is 30 days, a day 24 hours. */
import { SqlError } from '../errors/sql-error.ts';
import { microsPerDay } from './calendar.ts';
import type { Interval } from './datum.ts';
import { roundEven } from './interval-parse.ts';

const int32Max = 2147483647;

export function intervalOutOfRange(): SqlError {
  return new SqlError('datetime_field_overflow', 'interval out of range');
}

/** The interval, or 22008 when a field does not fit. */
export function checkInterval(months: number, days: number, micros: bigint): Interval {
  const fits = (value: number): boolean => value <= int32Max && value >= -int32Max - 1;
  if (!fits(months) || !fits(days) || micros !== BigInt.asIntN(64, micros)) {
    throw intervalOutOfRange();
  }
  return { months: months + 0, days: days + 0, micros };
}

export function addIntervals(left: Interval, right: Interval): Interval {
  return checkInterval(
    left.months + right.months,
    left.days + right.days,
    left.micros + right.micros,
  );
}

export function subtractIntervals(left: Interval, right: Interval): Interval {
  return checkInterval(
    left.months - right.months,
    left.days - right.days,
    left.micros - right.micros,
  );
}

export function negateInterval({ months, days, micros }: Interval): Interval {
  return checkInterval(0 - months, 0 - days, -micros);
}

/** Whole µs with months and days at their usual length: what intervals are ordered by. */
export function intervalSpan({ months, days, micros }: Interval): bigint {
  return BigInt(months * 30 + days) * microsPerDay + micros;
}

export function compareIntervals(left: Interval, right: Interval): number {
  const [a, b] = [intervalSpan(left), intervalSpan(right)];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Seconds rounded to µs. */
function roundedSeconds(seconds: number): number {
  return roundEven(seconds * 1e6) / 1e6;
}

export function multiplyInterval(value: Interval, factor: number): Interval {
  return scaleInterval(value, (part) => part * factor);
}

export function divideInterval(value: Interval, divisor: number): Interval {
  if (divisor === 0) throw new SqlError('division_by_zero', 'division by zero');
  return scaleInterval(value, (part) => part / divisor);
}

/** Fractions of months and days flow down into days and µs, never up. */
function scaleInterval(value: Interval, scale: (part: number) => number): Interval {
  const months = scale(value.months);
  const days = scale(value.days);
  const wholeMonths = Math.trunc(months);
  let wholeDays = Math.trunc(days);
  const isWrong = (part: number): boolean => Number.isNaN(part) || Math.abs(part) > int32Max + 1;
  if (isWrong(months) || isWrong(days)) throw intervalOutOfRange();
  const monthDays = roundedSeconds((months - wholeMonths) * 30);
  let seconds = roundedSeconds((days - wholeDays + monthDays - Math.trunc(monthDays)) * 86_400);
  if (Math.abs(seconds) >= 86_400) {
    wholeDays += Math.trunc(seconds / 86_400);
    seconds -= Math.trunc(seconds / 86_400) * 86_400;
  }
  wholeDays += Math.trunc(monthDays);
  const micros = roundEven(scale(Number(value.micros)) + seconds * 1e6);
  if (Number.isNaN(micros) || Math.abs(micros) > 9223372036854775807) throw intervalOutOfRange();
  return checkInterval(wholeMonths, wholeDays, BigInt(micros));
}

/** 24-hour periods become days. */
export function justifyHours(value: Interval): Interval {
  let days = value.days + Number(value.micros / microsPerDay);
  let micros = value.micros % microsPerDay;
  if (days > 0 && micros < 0n) {
    micros += microsPerDay;
    days -= 1;
  } else if (days < 0 && micros > 0n) {
    micros -= microsPerDay;
    days += 1;
  }
  return checkInterval(value.months, days, micros);
}

/** 30-day periods become months. */
export function justifyDays(value: Interval): Interval {
  let months = value.months + Math.trunc(value.days / 30);
  let days = value.days % 30;
  if (months > 0 && days < 0) {
    days += 30;
    months -= 1;
  } else if (months < 0 && days > 0) {
    days -= 30;
    months += 1;
  }
  return checkInterval(months, days, value.micros);
}

/** Both, and all fields of one sign. */
export function justifyInterval(value: Interval): Interval {
  let days = value.days + Number(value.micros / microsPerDay);
  let micros = value.micros % microsPerDay;
  let months = value.months + Math.trunc(days / 30);
  days %= 30;
  if (months > 0 && (days < 0 || (days === 0 && micros < 0n))) {
    days += 30;
    months -= 1;
  } else if (months < 0 && (days > 0 || (days === 0 && micros > 0n))) {
    days -= 30;
    months += 1;
  }
  if (days > 0 && micros < 0n) {
    micros += microsPerDay;
    days -= 1;
  } else if (days < 0 && micros > 0n) {
    micros -= microsPerDay;
    days += 1;
  }
  return checkInterval(months, days, micros);
}

export interface IntervalParts {
  readonly years: number;
  readonly months: number;
  readonly weeks: number;
  readonly days: number;
  readonly hours: number;
  readonly mins: number;
  readonly secs: number;
}

/** make_interval(): seconds carry the fraction. */
export function makeInterval(parts: IntervalParts): Interval {
  const seconds = roundEven(parts.secs * 1e6);
  if (!Number.isFinite(seconds)) throw intervalOutOfRange();
  const micros =
    BigInt(parts.hours) * 3_600_000_000n + BigInt(parts.mins) * 60_000_000n + BigInt(seconds);
  return checkInterval(parts.years * 12 + parts.months, parts.weeks * 7 + parts.days, micros);
}
