/**
 * Arithmetic of intervals, as PostgreSQL's timestamp.c does it: fractions of months become days
 * (30 each), fractions of days become time; nothing is carried upwards. Errors: 22008, 22012.
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { Interval } from '../../types/datum.ts';

const secondsPerDay = 86_400;
const daysPerMonth = 30;
const int32Max = 2_147_483_647;
const int64Max = 2n ** 63n - 1n;

export function intervalOutOfRange(): SqlError {
  return new SqlError('datetime_field_overflow', 'interval out of range');
}

function checked({ months, days, micros }: Interval): Interval {
  const isNarrow = (value: number) => value <= int32Max && value >= -int32Max - 1;
  if (!isNarrow(months) || !isNarrow(days) || micros > int64Max || micros < -int64Max - 1n) {
    throw intervalOutOfRange();
  }
  return { months, days, micros };
}

export function addIntervals(a: Interval, b: Interval): Interval {
  const { months, days, micros } = b;
  return checked({ months: a.months + months, days: a.days + days, micros: a.micros + micros });
}

export function negateInterval({ months, days, micros }: Interval): Interval {
  return checked({ months: 0 - months, days: 0 - days, micros: -micros });
}

export function subtractIntervals(a: Interval, b: Interval): Interval {
  const { months, days, micros } = b;
  return checked({ months: a.months - months, days: a.days - days, micros: a.micros - micros });
}

/** Rounds to whole microseconds, so that 0.1 months are 3 days and not 2.9999 of them. */
function roundMicros(seconds: number): number {
  return roundHalfEven(seconds * 1_000_000) / 1_000_000;
}

function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function truncated(value: number): number {
  if (!(value < int32Max + 1 && value >= -int32Max - 1)) throw intervalOutOfRange();
  return Math.trunc(value) + 0;
}

/** `scale` multiplies or divides a number by the factor. */
function scaled({ months, days, micros }: Interval, scale: (value: number) => number): Interval {
  const wholeMonths = truncated(scale(months));
  const wholeDays = truncated(scale(days));
  const monthDays = roundMicros((scale(months) - wholeMonths) * daysPerMonth);
  const dayFraction = scale(days) - wholeDays + monthDays - Math.trunc(monthDays);
  let seconds = roundMicros(dayFraction * secondsPerDay);
  let carried = 0;
  if (Math.abs(seconds) >= secondsPerDay) {
    carried = Math.trunc(seconds / secondsPerDay);
    seconds -= carried * secondsPerDay;
  }
  const time = roundHalfEven(scale(Number(micros)) + seconds * 1_000_000);
  if (!Number.isFinite(time)) throw intervalOutOfRange();
  return checked({
    months: wholeMonths,
    days: wholeDays + carried + Math.trunc(monthDays),
    micros: BigInt(time),
  });
}

export function multiplyInterval(interval: Interval, factor: number): Interval {
  return scaled(interval, (value) => value * factor);
}

export function divideInterval(interval: Interval, divisor: number): Interval {
  if (divisor === 0) throw new SqlError('division_by_zero', 'division by zero');
  return scaled(interval, (value) => value / divisor);
}
