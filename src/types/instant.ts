/**
 * Timestamps between their forms: µs since 1970, civil fields, local and UTC time.
 *
 * Infinity is the largest int64, -infinity the smallest. PostgreSQL counts from 2000 and reaches
 * 294276 AD; counting from 1970 ends early in 294247 AD, and what is later is 22008.
 */
import { SqlError } from '../errors/sql-error.ts';
import {
  civilFromDays,
  daysFromCivil,
  floorDivide,
  floorModulo,
  microsPerDay,
  type CivilDate,
} from './calendar.ts';
import { offsetOfLocal, type TimeZone } from './time-zone.ts';

export const timestampInfinity = 9223372036854775807n;
export const timestampMinusInfinity = -9223372036854775808n;
export const dateInfinity = 2147483647;
export const dateMinusInfinity = -2147483648;

/** 4713-11-24 BC, the start of Julian day 0. */
export const firstDay = -2440588;
/** 5874897-12-31, the last date. */
export const lastDay = 2145042905;
export const timestampMin = BigInt(firstDay) * microsPerDay;
export const timestampMax = timestampInfinity - 1n;

export function isFiniteTimestamp(micros: bigint): boolean {
  return micros !== timestampInfinity && micros !== timestampMinusInfinity;
}

export function isFiniteDate(days: number): boolean {
  return days !== dateInfinity && days !== dateMinusInfinity;
}

export function timestampOutOfRange(): SqlError {
  return new SqlError('datetime_field_overflow', 'timestamp out of range');
}

export function dateOutOfRange(): SqlError {
  return new SqlError('datetime_field_overflow', 'date out of range');
}

/** The value itself, or 22008 when it is no finite timestamp. */
export function checkTimestamp(micros: bigint): bigint {
  if (micros < timestampMin || micros > timestampMax) throw timestampOutOfRange();
  return micros;
}

export function checkDate(days: number): number {
  if (days < firstDay || days > lastDay) throw dateOutOfRange();
  return days;
}

export interface CivilTime extends CivilDate {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** µs within the second. */
  readonly micros: number;
  /** Days since 1970 of the civil date. */
  readonly days: number;
}

/** Civil fields of a local time. */
export function civilTimeOf(micros: bigint): CivilTime {
  const days = Number(floorDivide(micros, microsPerDay));
  const ofDay = Number(floorModulo(micros, microsPerDay));
  return { ...civilFromDays(days), ...clockOf(ofDay), days };
}

export function clockOf(ofDay: number) {
  const seconds = Math.floor(ofDay / 1_000_000);
  return {
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    micros: ofDay % 1_000_000,
  };
}

export function microsOfClock(hour: number, minute: number, second: number, micros = 0): bigint {
  return BigInt((hour * 60 + minute) * 60 + second) * 1_000_000n + BigInt(micros);
}

export function microsOfCivil(date: CivilDate, clockMicros = 0n): bigint {
  return BigInt(daysFromCivil(date.year, date.month, date.day)) * microsPerDay + clockMicros;
}

export function secondsOf(micros: bigint): number {
  return Number(floorDivide(micros, 1_000_000n));
}

/** Seconds east of UTC in the zone at an instant. */
export function offsetAtInstant(micros: bigint, zone: TimeZone): number {
  return zone.fixedOffset ?? zone.offsetAt(secondsOf(micros));
}

/** timestamptz to timestamp: the clock on the wall of the zone. */
export function localOfInstant(micros: bigint, zone: TimeZone): bigint {
  if (!isFiniteTimestamp(micros)) return micros;
  return checkTimestamp(micros + BigInt(offsetAtInstant(micros, zone)) * 1_000_000n);
}

/** timestamp to timestamptz: gaps and overlaps as PostgreSQL decides them. */
export function instantOfLocal(micros: bigint, zone: TimeZone): bigint {
  if (!isFiniteTimestamp(micros)) return micros;
  return checkTimestamp(micros - BigInt(offsetOfLocal(zone, secondsOf(micros))) * 1_000_000n);
}

export function timestampOfDate(days: number): bigint {
  if (days === dateInfinity) return timestampInfinity;
  if (days === dateMinusInfinity) return timestampMinusInfinity;
  const micros = BigInt(days) * microsPerDay;
  if (micros < timestampMin || micros > timestampMax) {
    throw new SqlError('datetime_field_overflow', 'date out of range for timestamp');
  }
  return micros;
}

export function dateOfTimestamp(micros: bigint): number {
  if (micros === timestampInfinity) return dateInfinity;
  if (micros === timestampMinusInfinity) return dateMinusInfinity;
  return Number(floorDivide(micros, microsPerDay));
}
