/** to_char() of timestamps and intervals. */
import { SqlError } from '../errors/sql-error.ts';
import {
  dayOfWeek,
  dayOfYear,
  daysFromCivil,
  isoWeek,
  isoYearStart,
  julianOfEpoch,
} from './calendar.ts';
import type { Interval } from './datum.ts';
import { ordinalSuffix, parseTemplate, type TemplateField } from './date-template.ts';
import { dayNames, monthNames } from './datetime-fields.ts';
import { civilTimeOf, isFiniteTimestamp, offsetAtInstant, secondsOf } from './instant.ts';
import type { TimeZone } from './time-zone.ts';

/** What a template is filled from. */
interface Source {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
  /** Days since 1970; of an interval, days with months of 30 days. */
  readonly days: number;
  readonly isInterval: boolean;
  readonly offset: number | undefined;
  readonly zoneName: string;
}

/** to_char(timestamp, template); NULL for infinity and an empty template. */
export function timestampToChar(micros: bigint, template: string): string | null {
  if (!isFiniteTimestamp(micros) || template === '') return null;
  const time = civilTimeOf(micros);
  return fill(template, { ...time, isInterval: false, offset: undefined, zoneName: '' });
}

export function timestampTzToChar(micros: bigint, template: string, zone: TimeZone): string | null {
  if (!isFiniteTimestamp(micros) || template === '') return null;
  const offset = offsetAtInstant(micros, zone);
  const time = civilTimeOf(micros + BigInt(offset) * 1_000_000n);
  const zoneName = zone.abbreviationAt(secondsOf(micros));
  return fill(template, { ...time, isInterval: false, offset, zoneName });
}

export function intervalToChar(value: Interval, template: string): string | null {
  if (template === '') return null;
  const { months, days, micros } = value;
  const seconds = micros / 1_000_000n;
  return fill(template, {
    year: Math.trunc(months / 12),
    month: months % 12,
    day: days,
    hour: Number(seconds / 3600n),
    minute: Number((seconds / 60n) % 60n),
    second: Number(seconds % 60n),
    micros: Number(micros % 1_000_000n),
    days: months * 30 + days,
    isInterval: true,
    offset: undefined,
    zoneName: '',
  });
}

function fill(template: string, source: Source): string {
  let text = '';
  for (const node of parseTemplate(template)) {
    if (node.kind !== 'field') text += node.text;
    else text += fillField(node, source);
  }
  return text;
}

/** C's %0*d: the sign counts as one of `width` characters; FM takes the padding away. */
function zeroPadded(value: number, width: number): string {
  if (value >= 0) return String(value).padStart(width, '0');
  return `-${String(-value).padStart(width - 1, '0')}`;
}

/** A number whose sign takes one of its places. */
function number(value: number, width: number, field: TemplateField): string {
  return withOrdinal(zeroPadded(value, field.isFill ? 0 : width), field);
}

/** A number whose sign stands before its places. */
function signed(value: number, width: number, field: TemplateField): string {
  return number(value, value < 0 ? width + 1 : width, field);
}

function withOrdinal(text: string, field: TemplateField): string {
  return field.ordinal === undefined ? text : text + ordinalSuffix(text, field.ordinal);
}

function invalidForInterval(): SqlError {
  return new SqlError(
    'invalid_datetime_format',
    'invalid format specification for an interval value',
    { hint: 'Intervals are not tied to specific calendar dates.' },
  );
}

function fillField(field: TemplateField, source: Source): string {
  return clockText(field, source) ?? nameText(field, source) ?? dateText(field, source);
}

function clockText(field: TemplateField, source: Source): string | undefined {
  const { hour, minute, second, micros } = source;
  switch (field.name) {
    case 'HH':
    case 'HH12':
      return signed(hour % 12 === 0 ? 12 : hour % 12, 2, field);
    case 'HH24':
      return signed(hour, 2, field);
    case 'MI':
      return signed(minute, 2, field);
    case 'SS':
      return signed(second, 2, field);
    case 'MS':
    case 'FF3':
      return number(Math.trunc(micros / 1000), 3, { ...field, isFill: false });
    case 'US':
    case 'FF6':
      return number(micros, 6, { ...field, isFill: false });
    case 'FF1':
    case 'FF2':
    case 'FF4':
    case 'FF5': {
      const width = Number(field.name.slice(2));
      return number(Math.trunc(micros / 10 ** (6 - width)), width, { ...field, isFill: false });
    }
    case 'SSSS':
    case 'SSSSS':
      return number((hour * 60 + minute) * 60 + second, 0, field);
    default:
      return undefined;
  }
}

const romanMonths = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X', 'XI', 'XII'];

/** The name in the capitals of the template's word, padded to 9 unless FM or TM. */
function styledName(name: string, field: TemplateField, width: number): string {
  const { written } = field;
  const styled =
    written === written.toUpperCase()
      ? name.toUpperCase()
      : written === written.toLowerCase()
        ? name.toLowerCase()
        : name;
  return field.isFill || field.isTranslated ? styled : styled.padEnd(width);
}

function inCase(text: string, field: TemplateField): string {
  return field.written === field.name ? text : text.toLowerCase();
}

function nameText(field: TemplateField, source: Source): string | undefined {
  const { hour, year, month, isInterval, days } = source;
  const isLate = hour % 24 >= 12;
  switch (field.name) {
    case 'AM':
    case 'PM':
      return inCase(isLate ? 'PM' : 'AM', field);
    case 'A.M.':
    case 'P.M.':
      return inCase(isLate ? 'P.M.' : 'A.M.', field);
    case 'AD':
    case 'BC':
    case 'A.D.':
    case 'B.C.': {
      if (isInterval) throw invalidForInterval();
      const letters = year <= 0 ? 'BC' : 'AD';
      const dotted = field.name.includes('.') ? `${letters[0]}.${letters[1]}.` : letters;
      return inCase(dotted, field);
    }
    case 'MONTH':
    case 'MON': {
      if (isInterval) throw invalidForInterval();
      const name = monthNames[month - 1] ?? '';
      return field.name === 'MON'
        ? styledName(name.slice(0, 3), field, 0)
        : styledName(name, field, 9);
    }
    case 'DAY':
    case 'DY': {
      if (isInterval) throw invalidForInterval();
      const name = dayNames[dayOfWeek(days)] ?? '';
      return field.name === 'DY'
        ? styledName(name.slice(0, 3), field, 0)
        : styledName(name, field, 9);
    }
    case 'RM':
      return romanText(field, source);
    default:
      return zoneText(field, source);
  }
}

function romanText(field: TemplateField, { year, month, isInterval }: Source): string {
  if (month === 0 && year === 0) return '';
  const index = month === 0 ? (year >= 0 ? 11 : 0) : month < 0 ? 12 + month : month - 1;
  const text = inCase(romanMonths[isInterval ? index : month - 1] ?? '', field);
  return field.isFill ? text : text.padEnd(4);
}

function zoneText(field: TemplateField, source: Source): string | undefined {
  const { offset, zoneName, isInterval } = source;
  const isZone = ['TZ', 'TZH', 'TZM', 'OF'].includes(field.name);
  if (!isZone) return undefined;
  if (isInterval) throw invalidForInterval();
  if (field.name === 'TZ') return inCase(zoneName, field);
  const size = Math.abs(offset ?? 0);
  const sign = (offset ?? 0) < 0 ? '-' : '+';
  const hours = String(Math.floor(size / 3600));
  const minutes = String(Math.floor(size / 60) % 60).padStart(2, '0');
  if (field.name === 'TZM') return minutes;
  if (field.name === 'TZH') return sign + hours.padStart(2, '0');
  const tail = minutes === '00' ? '' : `:${minutes}`;
  return sign + hours.padStart(field.isFill ? 0 : 2, '0') + tail;
}

/** The year as named: 1 BC is 1. */
function namedYear(year: number, isInterval: boolean): number {
  return !isInterval && year <= 0 ? 1 - year : year;
}

function dateText(field: TemplateField, source: Source): string {
  const { year, month, day, days, isInterval } = source;
  const isoDays = isInterval ? daysFromCivil(year, month, day) : days;
  switch (field.name) {
    case 'MM':
      return signed(month, 2, field);
    case 'DD':
      return number(day, 2, field);
    case 'DDD':
      return number(ordinalDay(source), 3, field);
    case 'IDDD':
      return number(isoDays - isoYearStart(isoWeek(isoDays).year) + 1, 3, field);
    case 'D':
      if (isInterval) throw invalidForInterval();
      return number(dayOfWeek(days) + 1, 0, field);
    case 'ID':
      if (isInterval) throw invalidForInterval();
      return number(dayOfWeek(days) === 0 ? 7 : dayOfWeek(days), 0, field);
    case 'WW':
      return number(Math.trunc((ordinalDay(source) - 1) / 7) + 1, 2, field);
    case 'IW':
      return number(isoWeek(isoDays).week, 2, field);
    case 'W':
      return number(Math.trunc((day - 1) / 7) + 1, 0, field);
    case 'Q':
      return month === 0 ? '' : number(Math.trunc((month - 1) / 3) + 1, 0, field);
    case 'J':
      return number(daysFromCivil(year, month, day) + julianOfEpoch, 0, field);
    case 'CC':
      return centuryText(field, year, isInterval);
    case 'FX':
      return '';
    default:
      return yearText(field, source);
  }
}

function ordinalDay(source: Source): number {
  if (!source.isInterval) return dayOfYear(source);
  return source.year * 360 + source.month * 30 + source.day;
}

function centuryText(field: TemplateField, year: number, isInterval: boolean): string {
  const century = isInterval
    ? Math.trunc(year / 100)
    : year > 0
      ? Math.trunc((year - 1) / 100) + 1
      : Math.trunc(year / 100) - 1;
  const isShort = century <= 99 && century >= -99;
  return isShort ? signed(century, 2, field) : number(century, 0, field);
}

function yearText(field: TemplateField, source: Source): string {
  const { isInterval, days } = source;
  const plain = namedYear(source.year, isInterval);
  if (field.name === 'Y,YYY') {
    const text = `${Math.trunc(plain / 1000)},${zeroPadded(plain % 1000, 3)}`;
    return withOrdinal(text, field);
  }
  const isoDays = isInterval ? daysFromCivil(source.year, source.month, source.day) : days;
  const year = field.name.startsWith('I') ? isoWeek(isoDays).year : source.year;
  const named = namedYear(year, isInterval);
  const width = field.name.length;
  return number(width === 4 ? named : named % 10 ** width, plain < 0 ? width + 1 : width, field);
}
