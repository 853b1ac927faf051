/** extract(): one field of a date, time, timestamp or interval, as a numeric. */
import {
  civilFromDays,
  dayOfWeek,
  dayOfYear,
  isoWeek,
  julianOfEpoch,
  microsPerDay,
  type CivilDate,
} from './calendar.ts';
import type { Interval, Numeric, TimeTz } from './datum.ts';
import { parseUnit, unsupportedUnit, type TimeUnit } from './datetime-units.ts';
import {
  civilTimeOf,
  clockOf,
  dateInfinity,
  isFiniteDate,
  isFiniteTimestamp,
  microsOfClock,
  offsetAtInstant,
  timestampInfinity,
} from './instant.ts';
import { divideNumeric, numericInfinity, numericMinusInfinity, addNumeric } from './numeric.ts';
import type { TimeZone } from './time-zone.ts';

function whole(value: number | bigint): Numeric {
  return { digits: BigInt(value), scale: 0 };
}

function scaled(digits: bigint, scale: number): Numeric {
  return { digits, scale };
}

function ordinal(year: number, size: number): number {
  if (year > 0) return Math.trunc((year + size - 1) / size);
  return -Math.trunc((size - 1 - (year - 1)) / size);
}

/** Fields of a calendar day; undefined for fields that a day has not. */
function dateField(unit: TimeUnit, date: CivilDate, days: number): Numeric | undefined {
  const { year, month, day } = date;
  switch (unit) {
    case 'day':
      return whole(day);
    case 'month':
      return whole(month);
    case 'quarter':
      return whole(Math.floor((month - 1) / 3) + 1);
    case 'week':
      return whole(isoWeek(days).week);
    case 'year':
      return whole(year > 0 ? year : year - 1);
    case 'decade':
      return whole(year >= 0 ? Math.trunc(year / 10) : -Math.trunc((8 - (year - 1)) / 10));
    case 'century':
      return whole(ordinal(year, 100));
    case 'millennium':
      return whole(ordinal(year, 1000));
    case 'isoyear': {
      const isoYear = isoWeek(days).year;
      return whole(isoYear > 0 ? isoYear : isoYear - 1);
    }
    case 'dow':
      return whole(dayOfWeek(days));
    case 'isodow':
      return whole(dayOfWeek(days) === 0 ? 7 : dayOfWeek(days));
    case 'doy':
      return whole(dayOfYear(date));
    default:
      return undefined;
  }
}

interface Clock {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
}

function clockField(unit: TimeUnit, clock: Clock): Numeric | undefined {
  const micros = BigInt(clock.second * 1_000_000 + clock.micros);
  switch (unit) {
    case 'hour':
      return whole(clock.hour);
    case 'minute':
      return whole(clock.minute);
    case 'second':
      return scaled(micros, 6);
    case 'millisecond':
      return scaled(micros, 3);
    case 'microsecond':
      return whole(micros);
    default:
      return undefined;
  }
}

function offsetField(unit: TimeUnit, offset: number): Numeric | undefined {
  switch (unit) {
    case 'timezone':
      return whole(offset);
    case 'timezone_hour':
      return whole(Math.trunc(offset / 3600));
    case 'timezone_minute':
      return whole(Math.trunc((offset % 3600) / 60));
    default:
      return undefined;
  }
}

/** Julian day with the time of day as its fraction. */
function julianOf(days: number, ofDay: bigint): Numeric {
  const fraction = divideNumeric(whole(ofDay), whole(microsPerDay));
  return addNumeric(whole(days + julianOfEpoch), fraction);
}

/** Fields that go on for ever are infinite for an infinite time, others are NULL. */
const endless = new Set<TimeUnit>([
  'year',
  'decade',
  'century',
  'millennium',
  'julian',
  'isoyear',
  'epoch',
]);
const circular = new Set<TimeUnit>([
  'microsecond',
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'month',
  'quarter',
  'week',
  'dow',
  'isodow',
  'doy',
]);
const zoneUnits = new Set<TimeUnit>(['timezone', 'timezone_hour', 'timezone_minute']);

function infiniteField(unit: TimeUnit, isPositive: boolean): Numeric | null | undefined {
  if (endless.has(unit)) return isPositive ? numericInfinity : numericMinusInfinity;
  return circular.has(unit) ? null : undefined;
}

export function extractFromTimestamp(text: string, micros: bigint): Numeric | null {
  return extractInstant(text, micros, undefined);
}

export function extractFromTimestampTz(
  text: string,
  micros: bigint,
  zone: TimeZone,
): Numeric | null {
  return extractInstant(text, micros, zone);
}

function extractInstant(text: string, micros: bigint, zone: TimeZone | undefined): Numeric | null {
  const typeName = `timestamp ${zone === undefined ? 'without' : 'with'} time zone`;
  const unit = parseUnit(text, typeName);
  if (!isFiniteTimestamp(micros)) {
    const field = infiniteField(unit, micros === timestampInfinity);
    if (field !== undefined) return field;
    if (zoneUnits.has(unit)) return null;
    throw unsupportedUnit(text, typeName);
  }
  if (unit === 'epoch') return scaled(micros, 6);
  const offset = zone === undefined ? 0 : offsetAtInstant(micros, zone);
  const time = civilTimeOf(micros + BigInt(offset) * 1_000_000n);
  const field =
    dateField(unit, time, time.days) ??
    clockField(unit, time) ??
    (zone === undefined ? undefined : offsetField(unit, offset));
  if (field !== undefined) return field;
  if (unit !== 'julian') throw unsupportedUnit(text, typeName);
  return julianOf(time.days, microsOfClock(time.hour, time.minute, time.second, time.micros));
}

export function extractFromDate(text: string, days: number): Numeric | null {
  const unit = parseUnit(text, 'date');
  if (!isFiniteDate(days)) {
    const isDateUnit = !clockNames.has(unit);
    const field = isDateUnit ? infiniteField(unit, days === dateInfinity) : undefined;
    if (field !== undefined) return field;
    throw unsupportedUnit(text, 'date');
  }
  if (unit === 'epoch') return whole(BigInt(days) * 86_400n);
  if (unit === 'julian') return whole(days + julianOfEpoch);
  const field = dateField(unit, civilFromDays(days), days);
  if (field === undefined) throw unsupportedUnit(text, 'date');
  return field;
}

const clockNames = new Set<TimeUnit>(['microsecond', 'millisecond', 'second', 'minute', 'hour']);

export function extractFromTime(text: string, micros: bigint): Numeric {
  const typeName = 'time without time zone';
  const unit = parseUnit(text, typeName);
  if (unit === 'epoch') return scaled(micros, 6);
  const field = clockField(unit, clockOf(Number(micros)));
  if (field === undefined) throw unsupportedUnit(text, typeName);
  return field;
}

export function extractFromTimeTz(text: string, value: TimeTz): Numeric {
  const typeName = 'time with time zone';
  const unit = parseUnit(text, typeName);
  if (unit === 'epoch') return scaled(value.micros + BigInt(value.zoneSeconds) * 1_000_000n, 6);
  const field =
    clockField(unit, clockOf(Number(value.micros))) ?? offsetField(unit, -value.zoneSeconds);
  if (field === undefined) throw unsupportedUnit(text, typeName);
  return field;
}

export function extractFromInterval(text: string, value: Interval): Numeric {
  const unit = parseUnit(text, 'interval');
  const { months, days, micros } = value;
  const years = Math.trunc(months / 12);
  const ofMinute = micros % 60_000_000n;
  switch (unit) {
    case 'microsecond':
      return whole(ofMinute);
    case 'millisecond':
      return scaled(ofMinute, 3);
    case 'second':
      return scaled(ofMinute, 6);
    case 'minute':
      return whole((micros / 60_000_000n) % 60n);
    case 'hour':
      return whole(micros / 3_600_000_000n);
    case 'day':
      return whole(days);
    case 'month':
      return whole(months % 12);
    case 'quarter':
      return whole(Math.trunc((months % 12) / 3) + 1);
    case 'year':
      return whole(years);
    case 'decade':
      return whole(Math.trunc(years / 10));
    case 'century':
      return whole(Math.trunc(years / 100));
    case 'millennium':
      return whole(Math.trunc(years / 1000));
    case 'epoch': {
      const quarterDays = BigInt(years * 1461 + (months % 12) * 120 + days * 4);
      return scaled(quarterDays * 21_600n * 1_000_000n + micros, 6);
    }
    default:
      throw unsupportedUnit(text, 'interval');
  }
}

/** date_part('epoch', interval) adds doubles, so its last digits differ from extract's. */
export function intervalEpoch({ months, days, micros }: Interval): number {
  const years = Math.trunc(months / 12);
  return Number(micros) / 1e6 + 31_557_600 * years + 2_592_000 * (months % 12) + 86_400 * days;
}
