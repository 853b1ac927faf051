/** Intervals as text in four IntervalStyles and as bytes: int64 µs, int32 days, int32 months. */
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { formatFraction, two } from './clock-text.ts';
import { codecOf } from './codec.ts';
import type { Interval } from './datum.ts';
import type { FormatSettings } from './format-settings.ts';
import { intervalFullRange, parseInterval } from './interval-parse.ts';

interface Parts {
  readonly years: number;
  readonly months: number;
  readonly days: number;
  readonly isNegativeTime: boolean;
  readonly hours: bigint;
  readonly minutes: number;
  readonly seconds: number;
  readonly micros: number;
}

function partsOf({ months, days, micros }: Interval): Parts {
  const size = micros < 0n ? -micros : micros;
  const ofHour = Number(size % 3_600_000_000n);
  return {
    years: Math.trunc(months / 12),
    months: months % 12,
    days,
    isNegativeTime: micros < 0n,
    hours: size / 3_600_000_000n,
    minutes: Math.floor(ofHour / 60_000_000),
    seconds: Math.floor(ofHour / 1_000_000) % 60,
    micros: ofHour % 1_000_000,
  };
}

export function formatInterval(value: Interval, formats: FormatSettings): string {
  const parts = partsOf(value);
  switch (formats.intervalStyle) {
    case 'postgres_verbose':
      return verboseText(value, parts);
    case 'sql_standard':
      return sqlText(value, parts);
    case 'iso_8601':
      return isoText(value, parts);
    default:
      return postgresText(value, parts);
  }
}

function clockText(parts: Parts): string {
  const { hours, minutes, seconds, micros } = parts;
  const hourText = hours < 10n ? `0${hours}` : String(hours);
  return `${hourText}:${two(minutes)}:${two(seconds)}${formatFraction(micros)}`;
}

function postgresText(value: Interval, parts: Parts): string {
  const pieces: string[] = [];
  let isAfterNegative = false;
  const add = (count: number, unit: string): void => {
    if (count === 0) return;
    const sign = isAfterNegative && count > 0 ? '+' : '';
    pieces.push(`${sign}${count} ${unit}${count === 1 ? '' : 's'}`);
    isAfterNegative = count < 0;
  };
  add(parts.years, 'year');
  add(parts.months, 'mon');
  add(parts.days, 'day');
  if (value.micros !== 0n || pieces.length === 0) {
    const sign = parts.isNegativeTime ? '-' : isAfterNegative ? '+' : '';
    pieces.push(sign + clockText(parts));
  }
  return pieces.join(' ');
}

function verboseText(value: Interval, parts: Parts): string {
  const pieces: string[] = [];
  let isAgo = false;
  const add = (count: number | bigint, unit: string): void => {
    const number = Number(count);
    if (number === 0) return;
    if (pieces.length === 0) isAgo = number < 0;
    const shown = isAgo ? -number : number;
    pieces.push(`${shown} ${unit}${shown === 1 ? '' : 's'}`);
  };
  const sign = parts.isNegativeTime ? -1 : 1;
  add(parts.years, 'year');
  add(parts.months, 'mon');
  add(parts.days, 'day');
  add(BigInt(sign) * parts.hours, 'hour');
  add(sign * parts.minutes, 'min');
  if (parts.seconds !== 0 || parts.micros !== 0) {
    const isNegative = parts.isNegativeTime;
    if (pieces.length === 0) isAgo = isNegative;
    const text = `${parts.seconds}${formatFraction(parts.micros)}`;
    const minus = isNegative === isAgo ? '' : '-';
    const isOne = parts.seconds === 1 && parts.micros === 0 && minus === '';
    pieces.push(`${minus}${text} sec${isOne ? '' : 's'}`);
  }
  if (value.months === 0 && value.days === 0 && value.micros === 0n) return '@ 0';
  return `@ ${pieces.join(' ')}${isAgo ? ' ago' : ''}`;
}

function sqlText(value: Interval, parts: Parts): string {
  const { years, months, days } = parts;
  const hasNegative = value.months < 0 || days < 0 || value.micros < 0n;
  const hasPositive = value.months > 0 || days > 0 || value.micros > 0n;
  const hasYears = value.months !== 0;
  const hasDays = days !== 0 || value.micros !== 0n;
  const { hours, minutes, seconds, micros } = parts;
  const clock = `${hours}:${two(minutes)}:${two(seconds)}${formatFraction(micros)}`;
  if (!hasNegative && !hasPositive) return '0';
  const isMixed = (hasNegative && hasPositive) || (hasYears && hasDays);
  if (isMixed) {
    const sign = (isNegative: boolean): string => (isNegative ? '-' : '+');
    return (
      `${sign(value.months < 0)}${Math.abs(years)}-${Math.abs(months)} ` +
      `${sign(days < 0)}${Math.abs(days)} ${sign(value.micros < 0n)}${clock}`
    );
  }
  const minus = hasNegative ? '-' : '';
  if (hasYears) return `${minus}${Math.abs(years)}-${Math.abs(months)}`;
  if (days !== 0) return `${minus}${Math.abs(days)} ${clock}`;
  return minus + clock;
}

function isoText(value: Interval, parts: Parts): string {
  if (value.months === 0 && value.days === 0 && value.micros === 0n) return 'PT0S';
  const item = (count: number | bigint, unit: string): string =>
    Number(count) === 0 ? '' : `${count}${unit}`;
  const sign = parts.isNegativeTime ? '-' : '';
  const date = item(parts.years, 'Y') + item(parts.months, 'M') + item(parts.days, 'D');
  if (value.micros === 0n) return `P${date}`;
  const hours = item(parts.hours, 'H');
  const minutes = item(parts.minutes, 'M');
  const hasSeconds = parts.seconds !== 0 || parts.micros !== 0;
  const seconds = hasSeconds ? `${sign}${parts.seconds}${formatFraction(parts.micros)}S` : '';
  return `P${date}T${hours && sign + hours}${minutes && sign + minutes}${seconds}`;
}

export function encodeInterval({ micros, days, months }: Interval): Uint8Array {
  return new ByteWriter().int64(micros).int32(days).int32(months).finish();
}

export function decodeInterval(bytes: Uint8Array): Interval {
  const reader = new ByteReader(bytes);
  const micros = reader.int64();
  const days = reader.int32();
  return { micros, days, months: reader.int32() };
}

export const intervalCodec = codecOf<Interval>({
  parse: (text, formats) =>
    parseInterval(text, intervalFullRange, formats.intervalStyle === 'sql_standard'),
  format: formatInterval,
  encode: encodeInterval,
  decode: decodeInterval,
});
