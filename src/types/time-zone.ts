/**
 * Time zones: IANA names through Intl, POSIX forms, and PostgreSQL's abbreviations.
 *
 * Intl answers one instant in about 1.3 µs, so offsets come from tables of transitions that are
 * filled per zone and span of eight years on first use, and then take nanoseconds.
 */
import { SqlError } from '../errors/sql-error.ts';
import { parsePosixZone } from './posix-zone.ts';
import { findAbbreviation, zoneTimeName } from './zone-abbreviations.ts';

export interface TimeZone {
  /** As SHOW TimeZone prints it. */
  readonly name: string;
  /** Seconds east of UTC at an instant, seconds since 1970. */
  offsetAt(utcSeconds: number): number;
  /** EST, CEST, +03 … */
  abbreviationAt(utcSeconds: number): string;
  /** A second up to which the offset of `utcSeconds` surely holds; absent when not known. */
  constantUntil?(utcSeconds: number): number;
  /** Given when the zone is one offset for ever. */
  readonly fixedOffset?: number;
}

const chunkSeconds = 252_460_800;
const sampleSeconds = 14 * 86_400;
const chunksMax = 64;
/** 1800-01-01: before it every zone keeps its local mean time. */
const firstSecond = -5_364_662_400;
/** 2500-01-01: the calendar, and so the last rules of a zone, repeat after 400 years. */
const lastSecond = 16_725_225_600;
const cycleSeconds = 146_097 * 86_400;

/** Offsets from `starts[i]` on are `offsets[i]`. */
interface Chunk {
  readonly starts: readonly number[];
  readonly offsets: readonly number[];
}

function withinTables(utcSeconds: number): number {
  if (utcSeconds <= lastSecond) return Math.max(utcSeconds, firstSecond);
  return utcSeconds - Math.ceil((utcSeconds - lastSecond) / cycleSeconds) * cycleSeconds;
}

class IntlZone implements TimeZone {
  readonly name: string;
  readonly #offsetFormat: Intl.DateTimeFormat;
  readonly #nameFormat: Intl.DateTimeFormat;
  readonly #chunks = new Map<number, Chunk>();

  constructor(name: string) {
    this.name = name;
    this.#offsetFormat = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      timeZoneName: 'longOffset',
    });
    this.#nameFormat = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'short' });
  }

  offsetAt(utcSeconds: number): number {
    const seconds = withinTables(utcSeconds);
    const chunk = this.#chunkOf(seconds);
    return chunk.offsets[lastStart(chunk, seconds)] ?? 0;
  }

  constantUntil(utcSeconds: number): number {
    const seconds = withinTables(utcSeconds);
    const chunk = this.#chunkOf(seconds);
    const chunkEnd = (Math.floor(seconds / chunkSeconds) + 1) * chunkSeconds;
    return utcSeconds - seconds + (chunk.starts[lastStart(chunk, seconds) + 1] ?? chunkEnd);
  }

  #chunkOf(seconds: number): Chunk {
    const index = Math.floor(seconds / chunkSeconds);
    return this.#chunks.get(index) ?? this.#load(index);
  }

  abbreviationAt(utcSeconds: number): string {
    const offset = this.offsetAt(utcSeconds);
    const known = zoneTimeName(this.name, offset);
    if (known !== undefined) return known;
    if (offset % 900 !== 0) return 'LMT';
    const shown = this.#nameFormat.format(withinTables(utcSeconds) * 1000).split(', ')[1] ?? '';
    return /^[A-Z]{3,5}$/.test(shown) ? shown : numericName(offset);
  }

  #load(index: number): Chunk {
    const from = index * chunkSeconds;
    const starts = [from];
    const offsets = [this.#measure(from)];
    let previous = offsets[0] ?? 0;
    for (let at = from + sampleSeconds; at <= from + chunkSeconds; at += sampleSeconds) {
      const offset = this.#measure(at);
      if (offset === previous) continue;
      starts.push(this.#transition(at - sampleSeconds, at));
      offsets.push(offset);
      previous = offset;
    }
    const chunk = { starts, offsets };
    if (this.#chunks.size >= chunksMax) this.#chunks.clear();
    this.#chunks.set(index, chunk);
    return chunk;
  }

  /** First second of the new offset between two instants that differ. */
  #transition(before: number, after: number): number {
    const offset = this.#measure(after);
    let low = before;
    let high = after;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#measure(middle) === offset) high = middle;
      else low = middle;
    }
    return high;
  }

  #measure(utcSeconds: number): number {
    const text = this.#offsetFormat.format(utcSeconds * 1000);
    const match = /GMT(?:([+-])(\d+)(?::(\d+))?(?::(\d+))?)?$/.exec(text);
    if (match?.[1] === undefined) return 0;
    const size = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0);
    return match[1] === '-' ? -size : size;
  }
}

/** Index of the last start that is not after the second. */
function lastStart(chunk: Chunk, seconds: number): number {
  let i = chunk.starts.length - 1;
  while (i > 0 && (chunk.starts[i] ?? 0) > seconds) i -= 1;
  return i;
}

/** +03, -04:30: the name of a time that has no letters. */
export function numericName(offsetSeconds: number): string {
  const size = Math.abs(offsetSeconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor((size % 3600) / 60);
  const tail = minutes === 0 ? '' : two(minutes);
  return `${offsetSeconds < 0 ? '-' : '+'}${two(Math.floor(size / 3600))}${tail}`;
}

export function fixedZone(name: string, offsetSeconds: number, shown = name): TimeZone {
  return {
    name,
    fixedOffset: offsetSeconds,
    offsetAt: () => offsetSeconds,
    abbreviationAt: () => shown,
  };
}

export const utcZone = fixedZone('UTC', 0);

const zones = new Map<string, TimeZone | undefined>([['utc', utcZone]]);
let canonicalNames: Map<string, string> | undefined;

/** A zone by IANA name (any case) or POSIX form; undefined when there is none. */
export function findTimeZone(name: string): TimeZone | undefined {
  const key = name.toLowerCase();
  if (zones.has(key)) return zones.get(key);
  const zone = openZone(name);
  if (zones.size > 2000) zones.clear();
  zones.set(key, zone);
  return zone;
}

function openZone(name: string): TimeZone | undefined {
  if (/^(?:etc\/)?(?:utc|uct|zulu|universal|gmt|greenwich|gmt0)$/i.test(name)) {
    const shown = /gmt|greenwich/i.test(name) ? 'GMT' : 'UTC';
    return fixedZone(spelled(name), 0, shown);
  }
  if (!/^[A-Za-z][A-Za-z0-9_]*(?:[/+-][A-Za-z0-9_+-]+)*$/.test(name)) return parsePosixZone(name);
  try {
    return new IntlZone(spelled(name));
  } catch (error) {
    if (error instanceof RangeError) return parsePosixZone(name);
    throw error;
  }
}

/** The zone's own capitals: Intl knows the canonical names, links follow the same habit. */
function spelled(name: string): string {
  canonicalNames ??= new Map(
    Intl.supportedValuesOf('timeZone').map((zone) => [zone.toLowerCase(), zone]),
  );
  const known = canonicalNames.get(name.toLowerCase());
  if (known !== undefined) return known;
  if (/^(?:[a-z]{3}(?:\d[a-z]{3})?|gmt[+-]?\d*)$/i.test(name)) return name.toUpperCase();
  const upper = name.replace(
    /(^|[/_-])([a-z])/gi,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
  return upper
    .replace(/[a-z]+/gi, (word) => word.slice(0, 1) + word.slice(1).toLowerCase())
    .replace(/^(Us|Etc\/Gmt|Etc\/Utc|Etc\/Uct|Nz|Gb)(?=$|[/+-]|\d)/, (word) =>
      word.replace(/(Us|Gmt|Utc|Uct|Nz|Gb)$/, (tail) => tail.toUpperCase()),
    );
}

/** 22023 when there is no such zone. */
export function timeZone(name: string): TimeZone {
  const zone = findTimeZone(name);
  if (zone !== undefined) return zone;
  throw new SqlError('invalid_parameter_value', `time zone "${name}" not recognized`);
}

/** The zone that AT TIME ZONE means: an abbreviation first, else a name. */
export function zoneOfText(text: string): TimeZone {
  const abbreviation = findAbbreviation(text);
  if (abbreviation === undefined) return timeZone(text);
  return fixedZone(text, abbreviation.offsetSeconds, text.toUpperCase());
}

/**
 * Seconds east of UTC for a local time, as PostgreSQL decides: in a gap the offset before it,
 * in an overlap the offset after it (standard time).
 */
export function offsetOfLocal(zone: TimeZone, localSeconds: number): number {
  if (zone.fixedOffset !== undefined) return zone.fixedOffset;
  const before = zone.offsetAt(localSeconds - 86_400);
  const after = zone.offsetAt(localSeconds + 86_400);
  if (before === after) return before;
  const boundary = boundaryBetween(zone, localSeconds - 86_400, localSeconds + 86_400);
  const asBefore = localSeconds - before;
  const asAfter = localSeconds - after;
  if (asBefore < boundary && asAfter < boundary) return before;
  if (asBefore > boundary && asAfter >= boundary) return after;
  return asBefore > asAfter ? before : after;
}

function boundaryBetween(zone: TimeZone, from: number, to: number): number {
  const offset = zone.offsetAt(to);
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offsetAt(middle) === offset) high = middle;
    else low = middle;
  }
  return high;
}
