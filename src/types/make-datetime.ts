/** make_date(), make_time(), make_timestamp(): values of fields, checked as PostgreSQL does. */
import { SqlError } from '../errors/sql-error.ts';
import { daysFromCivil, daysInMonth, microsPerDay } from './calendar.ts';
import { two } from './clock-text.ts';
import { checkTimestamp } from './instant.ts';
import { formatFloat8 } from './float-codecs.ts';
import { roundEven } from './interval-parse.ts';

function outOfRange(kind: string, shown: string): SqlError {
  return new SqlError('datetime_field_overflow', `${kind} field value out of range: ${shown}`);
}

/** Negative years are BC; there is no year 0. */
export function makeDate(year: number, month: number, day: number): number {
  const astronomical = year < 0 ? year + 1 : year;
  const shown = `${astronomical}-${two(month)}-${two(day)}`;
  const isWrong =
    year === 0 || month < 1 || month > 12 || day < 1 || day > daysInMonth(astronomical, month);
  if (isWrong) throw outOfRange('date', shown);
  if (astronomical < -4713 || astronomical > 5_874_897) {
    throw new SqlError('datetime_field_overflow', `date out of range: ${shown}`);
  }
  return daysFromCivil(astronomical, month, day);
}

export function makeTime(hour: number, minute: number, second: number): bigint {
  const isWrong =
    hour < 0 ||
    minute < 0 ||
    minute > 59 ||
    Number.isNaN(second) ||
    second < 0 ||
    second > 60 ||
    hour > 24 ||
    (hour === 24 && (minute > 0 || second > 0));
  if (isWrong) throw outOfRange('time', `${hour}:${two(minute)}:${shownSeconds(second)}`);
  const micros = roundEven(second * 1e6);
  return BigInt((hour * 60 + minute) * 60) * 1_000_000n + BigInt(micros);
}

function shownSeconds(second: number): string {
  return formatFloat8(second, -9).padStart(2, '0');
}

export interface TimestampParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Local µs since 1970. */
export function makeTimestamp(parts: TimestampParts): bigint {
  const { year, month, day } = parts;
  const astronomical = year < 0 ? year + 1 : year;
  const isWrong =
    year === 0 || month < 1 || month > 12 || day < 1 || day > daysInMonth(astronomical, month);
  if (isWrong) throw outOfRange('date', `${year}-${two(month)}-${two(day)}`);
  const clock = makeTime(parts.hour, parts.minute, parts.second);
  return checkTimestamp(BigInt(daysFromCivil(astronomical, month, day)) * microsPerDay + clock);
}
