/** Dates and times as text in every DateStyle, and as PostgreSQL's bytes (counted from 2000). */
import { SqlError } from '../errors/sql-error.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import {
  civilFromDays,
  dayOfWeek,
  daysFromCivil,
  daysInMonth,
  epochShiftDays,
  epochShiftMicros,
  microsPerDay,
  type CivilDate,
} from './calendar.ts';
import { formatFraction, formatOffset, pad, parseOffset, two } from './clock-text.ts';
import { codecOf } from './codec.ts';
import type { TimeTz } from './datum.ts';
import { decodeDateTime } from './datetime-decode.ts';
import type { DecodedTime } from './datetime-parts.ts';
import { dayNames, monthNames, type Moment } from './datetime-fields.ts';
import { dateStyleOf, type DateStyle, type FormatSettings } from './format-settings.ts';
import {
  civilTimeOf,
  clockOf,
  dateInfinity,
  dateMinusInfinity,
  dateOfTimestamp,
  firstDay,
  instantOfLocal,
  isFiniteTimestamp,
  lastDay,
  localOfInstant,
  microsOfCivil,
  microsOfClock,
  offsetAtInstant,
  secondsOf,
  timestampInfinity,
  timestampMax,
  timestampMin,
  timestampMinusInfinity,
  timestampOutOfRange,
  type CivilTime,
} from './instant.ts';
import { offsetOfLocal, timeZone, type TimeZone } from './time-zone.ts';

const isoClock = '(\\d\\d):(\\d\\d)(?::(\\d\\d)(?:\\.(\\d{1,6}))?)?(Z|[+-]\\d\\d(?::?\\d\\d)?)?';
const isoPattern = new RegExp(`^(\\d{4})-(\\d\\d)-(\\d\\d)(?:[T ]${isoClock})?$`);

interface IsoMatch {
  readonly date: CivilDate;
  readonly clock: bigint;
  readonly offset: number | undefined;
  readonly hasClock: boolean;
}

/** The common ISO form without the liberal rules; undefined for everything else. */
function matchIso(text: string): IsoMatch | undefined {
  const match = isoPattern.exec(text);
  if (match === null) return undefined;
  const date = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  const { year, month, day } = date;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    return undefined;
  }
  const hour = Number(match[4] ?? 0);
  const minute = Number(match[5] ?? 0);
  const second = Number(match[6] ?? 0);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const micros = match[7] === undefined ? 0 : Number(match[7].padEnd(6, '0'));
  const clock = microsOfClock(hour, minute, second, micros);
  const zone = match[8];
  const offset = zone === undefined ? undefined : zone === 'Z' ? 0 : parseOffset(zone, text);
  return { date, clock, offset, hasClock: match[4] !== undefined };
}

function sessionZone(formats: FormatSettings): TimeZone {
  return timeZone(formats.timeZone);
}

function nowMicros(formats: FormatSettings): bigint {
  return formats.nowMicros ?? BigInt(Date.now()) * 1000n;
}

function decodeText(text: string, typeName: string, formats: FormatSettings): DecodedTime {
  const { order } = dateStyleOf(formats);
  const timeOnly = typeName === 'time' || typeName === 'time with time zone';
  return decodeDateTime(text, { typeName, order, timeOnly });
}

function clockOfDecoded(decoded: DecodedTime): bigint {
  return microsOfClock(decoded.hour, decoded.minute, decoded.second, decoded.micros);
}

const dayShifts: Readonly<Partial<Record<Moment, number>>> = {
  today: 0,
  tomorrow: 1,
  yesterday: -1,
};

/** Local midnight of today, tomorrow, yesterday, and the clock given beside it. */
function relativeDay(decoded: DecodedTime, formats: FormatSettings): bigint {
  const local = localOfInstant(nowMicros(formats), sessionZone(formats));
  const day = dateOfTimestamp(local) + (dayShifts[decoded.moment ?? 'today'] ?? 0);
  return BigInt(day) * microsPerDay + clockOfDecoded(decoded);
}

function overflow(kind: string, text: string): SqlError {
  return new SqlError('datetime_field_overflow', `${kind} out of range: "${text}"`);
}

function localOfDecoded(decoded: DecodedTime, text: string): bigint {
  const { date } = decoded;
  if (date === undefined) throw overflow('timestamp', text);
  return microsOfCivil(date, clockOfDecoded(decoded));
}

export function parseDate(text: string, formats: FormatSettings): number {
  const iso = matchIso(text.trim());
  if (iso !== undefined && !iso.hasClock) {
    return daysFromCivil(iso.date.year, iso.date.month, iso.date.day);
  }
  const decoded = decodeText(text, 'date', formats);
  switch (decoded.moment) {
    case 'infinity':
      return dateInfinity;
    case '-infinity':
      return dateMinusInfinity;
    case 'epoch':
      return 0;
    case 'now':
      return dateOfTimestamp(localOfInstant(nowMicros(formats), sessionZone(formats)));
    case 'today':
    case 'tomorrow':
    case 'yesterday':
      return dateOfTimestamp(relativeDay(decoded, formats));
  }
  const { date } = decoded;
  if (date === undefined) throw overflow('date', text);
  const days = daysFromCivil(date.year, date.month, date.day);
  if (days < firstDay || days > lastDay) throw overflow('date', text);
  return days;
}

export function parseTimestamp(text: string, formats: FormatSettings): bigint {
  const iso = matchIso(text.trim());
  if (iso !== undefined) return microsOfCivil(iso.date, iso.clock);
  const decoded = decodeText(text, 'timestamp', formats);
  switch (decoded.moment) {
    case 'infinity':
      return timestampInfinity;
    case '-infinity':
      return timestampMinusInfinity;
    case 'epoch':
      return 0n;
    case 'now':
      return localOfInstant(nowMicros(formats), sessionZone(formats));
    case 'today':
    case 'tomorrow':
    case 'yesterday':
      return relativeDay(decoded, formats);
  }
  const local = localOfDecoded(decoded, text);
  if (local < timestampMin || local > timestampMax) throw overflow('timestamp', text);
  return local;
}

export function parseTimestampTz(text: string, formats: FormatSettings): bigint {
  const iso = matchIso(text.trim());
  if (iso !== undefined) {
    const local = microsOfCivil(iso.date, iso.clock);
    if (iso.offset !== undefined) return local - BigInt(iso.offset) * 1_000_000n;
    return instantOfLocal(local, sessionZone(formats));
  }
  const decoded = decodeText(text, 'timestamp with time zone', formats);
  switch (decoded.moment) {
    case 'infinity':
      return timestampInfinity;
    case '-infinity':
      return timestampMinusInfinity;
    case 'epoch':
      return 0n;
    case 'now':
      return nowMicros(formats);
    case 'today':
    case 'tomorrow':
    case 'yesterday':
      return toInstant(relativeDay(decoded, formats), decoded, formats, text);
  }
  return toInstant(localOfDecoded(decoded, text), decoded, formats, text);
}

function toInstant(
  local: bigint,
  decoded: DecodedTime,
  formats: FormatSettings,
  text: string,
): bigint {
  const zone = decoded.zone ?? sessionZone(formats);
  const offset = decoded.offset ?? offsetOfLocal(zone, secondsOf(local));
  const instant = local - BigInt(offset) * 1_000_000n;
  if (instant < timestampMin || instant > timestampMax) throw overflow('timestamp', text);
  return instant;
}

export function parseTime(text: string, formats: FormatSettings): bigint {
  const simple = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?$/.exec(text);
  if (simple !== null) {
    const [hour, minute, second] = [Number(simple[1]), Number(simple[2]), Number(simple[3] ?? 0)];
    if (hour < 24 && minute < 60 && second < 60) {
      return microsOfClock(hour, minute, second, Number((simple[4] ?? '').padEnd(6, '0')));
    }
  }
  const decoded = decodeText(text, 'time', formats);
  if (decoded.moment === 'now') {
    return timeOfDay(localOfInstant(nowMicros(formats), sessionZone(formats)));
  }
  if (decoded.moment !== undefined) throw badTime('time', text);
  return clockOfDecoded(decoded);
}

function badTime(typeName: string, text: string): SqlError {
  const message = `invalid input syntax for type ${typeName}: "${text}"`;
  return new SqlError('invalid_datetime_format', message);
}

function timeOfDay(micros: bigint): bigint {
  const rest = micros % microsPerDay;
  return rest < 0n ? rest + microsPerDay : rest;
}

export function parseTimeTz(text: string, formats: FormatSettings): TimeTz {
  const decoded = decodeText(text, 'time with time zone', formats);
  const zone = decoded.zone ?? sessionZone(formats);
  const now = nowMicros(formats);
  if (decoded.moment === 'now') {
    const micros = timeOfDay(localOfInstant(now, zone));
    return { micros, zoneSeconds: 0 - offsetAtInstant(now, zone) };
  }
  if (decoded.moment !== undefined) throw badTime('time with time zone', text);
  const micros = clockOfDecoded(decoded);
  if (decoded.offset !== undefined) return { micros, zoneSeconds: 0 - decoded.offset };
  const local =
    decoded.date === undefined
      ? localOfInstant(now, zone) - timeOfDay(localOfInstant(now, zone)) + micros
      : microsOfCivil(decoded.date, micros);
  return { micros, zoneSeconds: 0 - offsetOfLocal(zone, secondsOf(local)) };
}

/** Year as printed: 1 BC is 1, with ` BC` appended by the caller. */
function shownYear(year: number): string {
  return pad(year > 0 ? year : 1 - year, 4);
}

function era(year: number): string {
  return year > 0 ? '' : ' BC';
}

function formatCivilDate(date: CivilDate, style: DateStyle): string {
  const [year, month, day] = [shownYear(date.year), two(date.month), two(date.day)];
  const isDayFirst = style.order === 'DMY';
  switch (style.output) {
    case 'ISO':
      return `${year}-${month}-${day}`;
    case 'SQL':
      return isDayFirst ? `${day}/${month}/${year}` : `${month}/${day}/${year}`;
    case 'German':
      return `${day}.${month}.${year}`;
    case 'Postgres':
      return isDayFirst ? `${day}-${month}-${year}` : `${month}-${day}-${year}`;
  }
}

export function formatDate(days: number, formats: FormatSettings): string {
  if (days === dateInfinity) return 'infinity';
  if (days === dateMinusInfinity) return '-infinity';
  const date = civilFromDays(days);
  return formatCivilDate(date, dateStyleOf(formats)) + era(date.year);
}

function formatClock(time: ReturnType<typeof clockOf>): string {
  const { hour, minute, second, micros } = time;
  return `${two(hour)}:${two(minute)}:${two(second)}${formatFraction(micros)}`;
}

/** Fields of a local time in a style; `zoneIso` and `zoneName` follow where the style puts them. */
function formatCivilTime(
  time: CivilTime,
  style: DateStyle,
  zoneIso: string,
  zoneName: string,
): string {
  const clock = formatClock(time);
  const name = zoneName === '' ? '' : ` ${zoneName}`;
  switch (style.output) {
    case 'ISO':
      return `${formatCivilDate(time, style)} ${clock}${zoneIso}${era(time.year)}`;
    case 'SQL':
    case 'German':
      return `${formatCivilDate(time, style)} ${clock}${name}${era(time.year)}`;
    case 'Postgres': {
      const weekday = (dayNames[dayOfWeek(time.days)] ?? '').slice(0, 3);
      const month = (monthNames[time.month - 1] ?? '').slice(0, 3);
      const date =
        style.order === 'DMY' ? `${two(time.day)} ${month}` : `${month} ${two(time.day)}`;
      return `${weekday} ${date} ${clock} ${shownYear(time.year)}${name}${era(time.year)}`;
    }
  }
}

export function formatTimestamp(micros: bigint, formats: FormatSettings): string {
  if (micros === timestampInfinity) return 'infinity';
  if (micros === timestampMinusInfinity) return '-infinity';
  return formatCivilTime(civilTimeOf(micros), dateStyleOf(formats), '', '');
}

export function formatTimestampTz(micros: bigint, formats: FormatSettings): string {
  if (micros === timestampInfinity) return 'infinity';
  if (micros === timestampMinusInfinity) return '-infinity';
  const zone = sessionZone(formats);
  const offset = offsetAtInstant(micros, zone);
  const time = civilTimeOf(micros + BigInt(offset) * 1_000_000n);
  const style = dateStyleOf(formats);
  if (style.output === 'ISO') return formatCivilTime(time, style, formatOffset(offset), '');
  return formatCivilTime(time, style, '', zone.abbreviationAt(secondsOf(micros)));
}

export function formatTime(micros: bigint): string {
  return formatClock(clockOf(Number(micros)));
}

export function formatTimeTz(value: TimeTz): string {
  return formatTime(value.micros) + formatOffset(-value.zoneSeconds);
}

export const dateCodec = codecOf<number>({
  parse: parseDate,
  format: formatDate,
  encode: (days) => {
    const wire = days === dateInfinity || days === dateMinusInfinity ? days : days - epochShiftDays;
    return new ByteWriter().int32(wire).finish();
  },
  decode: decodeDate,
});

function decodeDate(bytes: Uint8Array): number {
  const wire = new ByteReader(bytes).int32();
  if (wire === dateInfinity || wire === dateMinusInfinity) return wire;
  const days = wire + epochShiftDays;
  if (days < firstDay || days > lastDay) {
    throw new SqlError('datetime_field_overflow', 'date out of range');
  }
  return days;
}

/** Timestamps on the wire count from 2000-01-01. */
function encodeTimestamp(micros: bigint): Uint8Array {
  const wire = isFiniteTimestamp(micros) ? micros - epochShiftMicros : micros;
  return new ByteWriter().int64(wire).finish();
}

function decodeTimestamp(bytes: Uint8Array): bigint {
  const wire = new ByteReader(bytes).int64();
  if (!isFiniteTimestamp(wire)) return wire;
  const micros = wire + epochShiftMicros;
  if (micros < timestampMin || micros > timestampMax) throw timestampOutOfRange();
  return micros;
}

export const timestampCodec = codecOf<bigint>({
  parse: parseTimestamp,
  format: formatTimestamp,
  encode: encodeTimestamp,
  decode: decodeTimestamp,
});

export const timestampTzCodec = codecOf<bigint>({
  parse: parseTimestampTz,
  format: formatTimestampTz,
  encode: encodeTimestamp,
  decode: decodeTimestamp,
});

export const timeCodec = codecOf<bigint>({
  parse: parseTime,
  format: formatTime,
  encode: (micros) => new ByteWriter().int64(micros).finish(),
  decode: (bytes) => checkTime(new ByteReader(bytes).int64()),
});

function checkTime(micros: bigint): bigint {
  if (micros >= 0n && micros <= microsPerDay) return micros;
  throw new SqlError('datetime_field_overflow', 'time out of range');
}

export const timeTzCodec = codecOf<TimeTz>({
  parse: parseTimeTz,
  format: formatTimeTz,
  encode: ({ micros, zoneSeconds }) => new ByteWriter().int64(micros).int32(zoneSeconds).finish(),
  decode: (bytes) => {
    const reader = new ByteReader(bytes);
    return { micros: checkTime(reader.int64()), zoneSeconds: reader.int32() };
  },
});
