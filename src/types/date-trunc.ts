/** date_trunc(): times cut down to a unit. */
import { daysFromCivil, floorModulo, isoWeek, isoYearStart, microsPerDay } from './calendar.ts';
import type { Interval } from './datum.ts';
import { parseSpanUnit, unsupportedUnit, type TimeUnit } from './datetime-units.ts';
import {
  checkTimestamp,
  civilTimeOf,
  instantOfLocal,
  isFiniteTimestamp,
  localOfInstant,
} from './instant.ts';
import type { TimeZone } from './time-zone.ts';

/** µs of the units that are a fixed part of a day. */
const clockUnits: Readonly<Partial<Record<TimeUnit, bigint>>> = {
  microsecond: 1n,
  millisecond: 1000n,
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
  day: microsPerDay,
};

const timestampName = 'timestamp without time zone';
const timestampTzName = 'timestamp with time zone';

/** First year of the unit that holds the year; there is no year 0 in the calendar's names. */
function yearOfUnit(year: number, unit: TimeUnit): number | undefined {
  switch (unit) {
    case 'year':
      return year;
    case 'decade':
      return year > 0 ? Math.trunc(year / 10) * 10 : -Math.trunc((8 - (year - 1)) / 10) * 10;
    case 'century':
      return year > 0
        ? Math.trunc((year + 99) / 100) * 100 - 99
        : -Math.trunc((99 - (year - 1)) / 100) * 100 + 1;
    case 'millennium':
      return year > 0
        ? Math.trunc((year + 999) / 1000) * 1000 - 999
        : -Math.trunc((999 - (year - 1)) / 1000) * 1000 + 1;
    default:
      return undefined;
  }
}

function truncateLocal(local: bigint, unit: TimeUnit): bigint | undefined {
  const width = clockUnits[unit];
  if (width !== undefined) return local - floorModulo(local, width);
  const time = civilTimeOf(local);
  if (unit === 'week') {
    const { year, week } = isoWeek(time.days);
    return BigInt(isoYearStart(year) + (week - 1) * 7) * microsPerDay;
  }
  if (unit === 'month' || unit === 'quarter') {
    const month = unit === 'month' ? time.month : Math.floor((time.month - 1) / 3) * 3 + 1;
    return BigInt(daysFromCivil(time.year, month, 1)) * microsPerDay;
  }
  const year = yearOfUnit(time.year, unit);
  return year === undefined ? undefined : BigInt(daysFromCivil(year, 1, 1)) * microsPerDay;
}

export function truncateTimestamp(text: string, micros: bigint): bigint {
  if (!isFiniteTimestamp(micros)) return micros;
  const result = truncateLocal(micros, parseSpanUnit(text, timestampName));
  if (result === undefined) throw unsupportedUnit(text, timestampName);
  return checkTimestamp(result);
}

/** Units below a day keep the offset that holds; others meet the zone's clock anew. */
export function truncateTimestampTz(text: string, micros: bigint, zone: TimeZone): bigint {
  if (!isFiniteTimestamp(micros)) return micros;
  const unit = parseSpanUnit(text, timestampTzName);
  const local = localOfInstant(micros, zone);
  const result = truncateLocal(local, unit);
  if (result === undefined) throw unsupportedUnit(text, timestampTzName);
  const width = clockUnits[unit];
  if (width !== undefined && width < microsPerDay) return micros - (local - result);
  return instantOfLocal(result, zone);
}

const monthUnits: Readonly<Partial<Record<TimeUnit, number>>> = {
  month: 1,
  quarter: 3,
  year: 12,
  decade: 120,
  century: 1200,
  millennium: 12_000,
};

export function truncateInterval(text: string, value: Interval): Interval {
  const unit = parseSpanUnit(text, 'interval');
  const months = monthUnits[unit];
  if (months !== undefined) {
    return { months: Math.trunc(value.months / months) * months + 0, days: 0, micros: 0n };
  }
  const width = clockUnits[unit];
  if (width === undefined) {
    const error = unsupportedUnit(text, 'interval');
    throw unit === 'week' ? withWeekDetail(error) : error;
  }
  if (unit === 'day') return { ...value, micros: 0n };
  return { ...value, micros: (value.micros / width) * width };
}

function withWeekDetail<T extends { readonly fields: object }>(error: T): T {
  Object.assign(error, { fields: { detail: 'Months usually have fractional weeks.' } });
  return error;
}
