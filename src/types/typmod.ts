/** Length and precision of a type put on a value: varchar(n), numeric(p,s), timestamp(p) … */
import { SqlError } from '../errors/sql-error.ts';
import { epochShiftMicros } from './calendar.ts';
import type { Datum, Interval, Numeric, SqlArray, TimeTz } from './datum.ts';
import { checkTimestamp, isFiniteTimestamp } from './instant.ts';
import { intervalFullRange, intervalRanges } from './interval-parse.ts';
import { applyNumericTypmod } from './numeric-convert.ts';
import { intervalTypmodParts } from './type-name.ts';
import type { SqlType } from './sql-type.ts';

/**
 * The value under the type's modifier. `explicit`: a cast by name, which cuts text that is too
 * long; otherwise (assignment) only blanks may be cut and more is 22001.
 */
export function applyTypmod(type: SqlType, value: Datum, explicit: boolean): Datum {
  const { name, typmod } = type;
  if (typmod < 0) return value;
  if (name.startsWith('_')) {
    const array = value as SqlArray;
    const elementType: SqlType = { name: array.element, typmod };
    const values = array.values.map((item) =>
      item === null ? null : applyTypmod(elementType, item, explicit),
    );
    return { ...array, values };
  }
  switch (name) {
    case 'varchar':
      return limitText(value as string, typmod - 4, 'character varying', explicit);
    case 'bpchar': {
      const length = typmod - 4;
      const text = limitText(value as string, length, 'character', explicit);
      return padCharacters(text, length);
    }
    case 'numeric':
      return applyNumericTypmod(value as Numeric, typmod);
    case 'timestamp':
    case 'timestamptz':
      return roundTimestamp(value as bigint, typmod);
    case 'time':
      return roundMicros(value as bigint, typmod);
    case 'timetz': {
      const { micros, zoneSeconds } = value as TimeTz;
      return { micros: roundMicros(micros, typmod), zoneSeconds };
    }
    case 'interval':
      return limitInterval(value as Interval, typmod);
    case 'bit':
    case 'varbit':
      return limitBits(value as string, type, explicit);
    default:
      return value;
  }
}

/** Characters, not UTF-16 units. */
export function characterCount(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function limitText(text: string, length: number, typeName: string, explicit: boolean): string {
  if (text.length <= length) return text;
  const characters = [...text];
  if (characters.length <= length) return text;
  const isBlank = characters.slice(length).every((character) => character === ' ');
  if (!explicit && !isBlank) {
    throw new SqlError(
      'string_data_right_truncation_error',
      `value too long for type ${typeName}(${length})`,
    );
  }
  return characters.slice(0, length).join('');
}

function padCharacters(text: string, length: number): string {
  const missing = length - characterCount(text);
  return missing > 0 ? text + ' '.repeat(missing) : text;
}

/** Half away from zero, at `precision` digits of a second. */
function roundMicros(micros: bigint, precision: number): bigint {
  if (precision >= 6) return micros;
  const unit = 10n ** BigInt(6 - precision);
  const half = unit / 2n;
  return micros >= 0n ? ((micros + half) / unit) * unit : -(((-micros + half) / unit) * unit);
}

/** PostgreSQL rounds what it keeps: µs since 2000, so ties before 2000 go back in time. */
export function roundTimestamp(micros: bigint, precision: number): bigint {
  if (!isFiniteTimestamp(micros)) return micros;
  return checkTimestamp(roundMicros(micros - epochShiftMicros, precision) + epochShiftMicros);
}

function limitInterval(value: Interval, typmod: number): Interval {
  const { range, precision } = intervalTypmodParts(typmod);
  const { months, days, micros } = cutRange(value, range);
  return { months, days, micros: roundMicros(micros, precision) };
}

/** Drops what is finer than the range's smallest unit. */
function cutRange(value: Interval, range: number): Interval {
  if (range === intervalFullRange || (range & intervalRanges.second) !== 0) return value;
  const { months, days, micros } = value;
  const cut = (unit: bigint): bigint => (micros / unit) * unit;
  if ((range & intervalRanges.minute) !== 0) return { months, days, micros: cut(60_000_000n) };
  if ((range & intervalRanges.hour) !== 0) return { months, days, micros: cut(3_600_000_000n) };
  if ((range & intervalRanges.day) !== 0) return { months, days, micros: 0n };
  if ((range & intervalRanges.month) !== 0) return { months, days: 0, micros: 0n };
  return { months: Math.trunc(months / 12) * 12, days: 0, micros: 0n };
}

function limitBits(value: string, type: SqlType, explicit: boolean): string {
  const length = type.typmod;
  if (value.length === length || (type.name === 'varbit' && value.length < length)) return value;
  if (explicit) return value.slice(0, length).padEnd(type.name === 'bit' ? length : 0, '0');
  if (type.name === 'bit') {
    throw new SqlError(
      'string_data_length_mismatch',
      `bit string length ${value.length} does not match type bit(${length})`,
    );
  }
  throw new SqlError(
    'string_data_right_truncation_error',
    `bit string too long for type bit varying(${length})`,
  );
}
