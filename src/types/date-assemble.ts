/** The fields that a template read, put together to a civil time. */
import { SqlError } from '../errors/sql-error.ts';
import {
  civilFromDays,
  daysFromCivil,
  daysInMonth,
  isLeapYear,
  isoYearStart,
  julianOfEpoch,
  type CivilDate,
} from './calendar.ts';

/** Numbers read; flags are 1. `weekday` 1 is Sunday. */
export interface ParsedParts {
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
  readonly secondOfDay?: number;
  readonly millis?: number;
  readonly micros?: number;
  /** FF1 … FF6: digits of a second to which the time is rounded. */
  readonly secondDigits?: number;
  readonly isPm?: number;
  readonly isTwelveHour?: number;
  readonly year?: number;
  /** Digits that the year's field has. */
  readonly yearDigits?: number;
  readonly isBc?: number;
  readonly century?: number;
  readonly month?: number;
  readonly day?: number;
  readonly ordinalDay?: number;
  readonly weekday?: number;
  readonly week?: number;
  readonly weekOfMonth?: number;
  readonly julian?: number;
  readonly isIso?: number;
  readonly zoneSign?: number;
  readonly zoneHour?: number;
  readonly zoneMinute?: number;
}

export interface AssembledTime extends CivilDate {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
  /** Digits of a second to which the template wants the time rounded; 6 without such a field. */
  readonly secondDigits: number;
  /** Seconds east of UTC. */
  readonly offset: number | undefined;
}

interface Draft {
  year: number;
  month: number;
  day: number;
  ordinalDay: number;
}

/** Errors: 22007 for contradictions, 22008 for what is no date. */
export function assembleDate(parts: ParsedParts, text: string): AssembledTime {
  const clock = assembleClock(parts);
  const draft: Draft = {
    year: assembleYear(parts),
    month: 1,
    day: 1,
    ordinalDay: parts.ordinalDay ?? 0,
  };
  if (parts.julian !== undefined) Object.assign(draft, civilFromDays(parts.julian - julianOfEpoch));
  if (parts.week !== undefined && parts.week !== 0) addWeek(draft, parts);
  if (parts.weekOfMonth !== undefined && parts.weekOfMonth !== 0) {
    draft.day = (parts.weekOfMonth - 1) * 7 + 1;
  }
  if (parts.day !== undefined && parts.day !== 0) draft.day = parts.day;
  if (parts.month !== undefined && parts.month !== 0) draft.month = parts.month;
  addOrdinalDay(draft, parts, text);
  checkRange(draft, clock, text);
  const { year, month, day } = draft;
  const secondDigits = parts.secondDigits ?? 6;
  return { year, month, day, ...clock, secondDigits, offset: assembleOffset(parts, text) };
}

function assembleClock(parts: ParsedParts) {
  const total = parts.secondOfDay;
  const fromTotal = total !== undefined && total !== 0;
  let hour = parts.hour ?? (fromTotal ? Math.trunc(total / 3600) : 0);
  const minute = parts.minute ?? (fromTotal ? Math.trunc((total % 3600) / 60) : 0);
  const second = parts.second ?? (fromTotal ? total % 60 : 0);
  if (parts.isTwelveHour === 1) {
    if (hour < 1 || hour > 12) {
      throw new SqlError(
        'invalid_datetime_format',
        `hour "${hour}" is invalid for the 12-hour clock`,
        { hint: 'Use the 24-hour clock, or give an hour between 1 and 12.' },
      );
    }
    if (parts.isPm === 1 && hour < 12) hour += 12;
    else if (parts.isPm === 0 && hour === 12) hour = 0;
  }
  return { hour, minute, second, micros: (parts.millis ?? 0) * 1000 + (parts.micros ?? 0) };
}

/** Astronomical; year 0 when none was read. */
function assembleYear(parts: ParsedParts): number {
  const isBc = parts.isBc === 1;
  const century = parts.century ?? 0;
  if (parts.year !== undefined && parts.year !== 0) {
    let { year } = parts;
    if (century !== 0 && (parts.yearDigits ?? 4) <= 2) {
      const signed = isBc ? -century : century;
      const inCentury = year % 100;
      if (signed >= 0) return inCentury === 0 ? signed * 100 : inCentury + (signed - 1) * 100;
      return inCentury === 0 ? signed * 100 + 1 : (signed + 1) * 100 - inCentury + 1;
    }
    if (isBc) year = -year;
    return year < 0 ? year + 1 : year;
  }
  if (century === 0) return 0;
  const signed = isBc ? -century : century;
  return signed >= 0 ? (signed - 1) * 100 + 1 : signed * 100 + 1;
}

function addWeek(draft: Draft, parts: ParsedParts): void {
  const week = parts.week ?? 1;
  if (parts.isIso !== 1) {
    draft.ordinalDay = (week - 1) * 7 + 1;
    return;
  }
  const weekday = parts.weekday ?? 0;
  const start = isoYearStart(draft.year) + (week - 1) * 7;
  const shift = weekday === 0 ? 0 : weekday > 1 ? weekday - 2 : 6;
  Object.assign(draft, civilFromDays(start + shift));
}

function addOrdinalDay(draft: Draft, parts: ParsedParts, text: string): void {
  if (draft.ordinalDay === 0 || (draft.month > 1 && draft.day > 1)) return;
  if (draft.year === 0 && parts.isBc !== 1) {
    throw new SqlError(
      'invalid_datetime_format',
      'cannot calculate day of year without year information',
    );
  }
  const isPastEnd = draft.ordinalDay > (isLeapYear(draft.year) ? 366 : 365);
  if (parts.isIso !== 1 && isPastEnd) throw outOfRange(text);
  const first = parts.isIso === 1 ? isoYearStart(draft.year) : daysFromCivil(draft.year, 1, 1);
  const date = civilFromDays(first + draft.ordinalDay - 1);
  if (parts.isIso === 1) Object.assign(draft, date);
  else {
    if (draft.month <= 1) draft.month = date.month;
    if (draft.day <= 1) draft.day = date.day;
  }
}

function checkRange(
  { year, month, day }: Draft,
  clock: Pick<AssembledTime, 'hour' | 'minute' | 'second' | 'micros'>,
  text: string,
): void {
  const isWrong =
    month < 1 ||
    month > 12 ||
    day < 1 ||
    day > daysInMonth(year, month) ||
    clock.hour < 0 ||
    clock.hour > 23 ||
    clock.minute < 0 ||
    clock.minute > 59 ||
    clock.second < 0 ||
    clock.second > 59 ||
    clock.micros < 0 ||
    clock.micros > 999_999;
  if (isWrong) throw outOfRange(text);
}

function outOfRange(text: string): SqlError {
  return new SqlError('datetime_field_overflow', `date/time field value out of range: "${text}"`);
}

function assembleOffset(parts: ParsedParts, text: string): number | undefined {
  if (parts.zoneSign === undefined) return undefined;
  const hours = parts.zoneHour ?? 0;
  const minutes = parts.zoneMinute ?? 0;
  if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59) {
    throw new SqlError(
      'invalid_time_zone_displacement_value',
      `time zone displacement out of range: "${text}"`,
    );
  }
  return parts.zoneSign * (hours * 3600 + minutes * 60);
}
