/**
 * POSIX time zone forms: `EST5EDT`, `<+03>-3`, `UTC+3`, `+05:30`, `X5Y,M3.2.0/2,M11.1.0/2`.
 * Offsets count west of Greenwich, so `UTC+3` is three hours behind UTC, as in PostgreSQL.
 */
import { dayOfWeek, civilFromDays, daysFromCivil, daysInMonth } from './calendar.ts';
import type { TimeZone } from './time-zone.ts';

/** Day `day` (0 = Sunday) of week `week` (5 = last) of a month, seconds into the local day. */
interface ChangeRule {
  readonly month: number;
  readonly week: number;
  readonly day: number;
  readonly seconds: number;
}

const zoneName = '<[A-Za-z0-9:+-]+>|[A-Za-z]';
const zoneOffset = '[+-]?\\d{1,3}(?::\\d{1,2}(?::\\d{1,2})?)?';
const zonePattern = new RegExp(
  `^(${zoneName}*)(${zoneOffset})(?:(${zoneName}{3,})(${zoneOffset})?(?:,(.+))?)?$`,
);

/** PostgreSQL's rules where a form names summer time and gives none: those of the United States. */
const usualStart: ChangeRule = { month: 3, week: 2, day: 0, seconds: 7200 };
const usualEnd: ChangeRule = { month: 11, week: 1, day: 0, seconds: 7200 };

export function parsePosixZone(text: string): TimeZone | undefined {
  const match = zonePattern.exec(text);
  if (match === null) return undefined;
  const standard = secondsOf(match[2] ?? '');
  if (standard === undefined) return undefined;
  const offset = -standard;
  const name = bare(match[1] ?? '');
  if (match[3] === undefined) {
    const shown = name === '' ? text : name;
    return {
      name: text,
      fixedOffset: offset,
      offsetAt: () => offset,
      abbreviationAt: () => shown,
    };
  }
  const summer = match[4] === undefined ? offset + 3600 : -(secondsOf(match[4]) ?? 0);
  const rules = parseRules(match[5]);
  if (rules === undefined) return undefined;
  const isSummer = (utcSeconds: number): boolean => summerAt(utcSeconds, offset, summer, rules);
  return {
    name: text.toUpperCase(),
    offsetAt: (utcSeconds) => (isSummer(utcSeconds) ? summer : offset),
    abbreviationAt: (utcSeconds) => (isSummer(utcSeconds) ? bare(match[3] ?? '') : name),
  };
}

function bare(name: string): string {
  return name.replace(/[<>]/g, '');
}

function secondsOf(text: string): number | undefined {
  const [hours = '0', minutes = '0', seconds = '0'] = text.replace(/^[+-]/, '').split(':');
  if (Number(hours) > 167 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return text.startsWith('-') ? -size : size;
}

function parseRules(text: string | undefined): readonly [ChangeRule, ChangeRule] | undefined {
  if (text === undefined) return [usualStart, usualEnd];
  const [start, end, ...rest] = text.split(',').map(parseRule);
  return start === undefined || end === undefined || rest.length > 0 ? undefined : [start, end];
}

function parseRule(text: string): ChangeRule | undefined {
  const match = /^M(\d{1,2})\.([1-5])\.([0-6])(?:\/([+-]?\d+(?::\d+){0,2}))?$/.exec(text);
  if (match === null) return undefined;
  const month = Number(match[1]);
  if (month < 1 || month > 12) return undefined;
  const seconds = match[4] === undefined ? 7200 : (secondsOf(match[4]) ?? 7200);
  return { month, week: Number(match[2]), day: Number(match[3]), seconds };
}

/** Local seconds since 1970 at which the rule's change comes in a year. */
function changeIn(year: number, rule: ChangeRule): number {
  const first = daysFromCivil(year, rule.month, 1);
  const skip = (rule.day - dayOfWeek(first) + 7) % 7;
  let day = 1 + skip + (rule.week - 1) * 7;
  while (day > daysInMonth(year, rule.month)) day -= 7;
  return (first + day - 1) * 86_400 + rule.seconds;
}

function summerAt(
  utcSeconds: number,
  standard: number,
  summer: number,
  [start, end]: readonly [ChangeRule, ChangeRule],
): boolean {
  const { year } = civilFromDays(Math.floor((utcSeconds + standard) / 86_400));
  const from = changeIn(year, start) - standard;
  const to = changeIn(year, end) - summer;
  if (from < to) return utcSeconds >= from && utcSeconds < to;
  return utcSeconds >= from || utcSeconds < to;
}
