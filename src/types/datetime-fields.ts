/**
 * Date/time input cut into fields, and the words that fields may be.
 *
 *     'Jan 5 2024 10:00+02'  →  text jan · number 5 · number 2024 · time 10:00 · zone +02
 *
 * Reference: PostgreSQL manual, appendix B.1 (date/time input interpretation).
 */

export type FieldKind = 'number' | 'text' | 'date' | 'time' | 'zone' | 'special';

export interface Field {
  readonly kind: FieldKind;
  /** Lower case. */
  readonly text: string;
}

export type Word =
  | { readonly kind: 'month' | 'weekday'; readonly value: number }
  | { readonly kind: 'era'; readonly isBc: boolean }
  | { readonly kind: 'half'; readonly isPm: boolean }
  | { readonly kind: 'ignored' | 'isoTime' | 'summerTime' }
  | { readonly kind: 'label'; readonly unit: string }
  | { readonly kind: 'moment'; readonly moment: Moment };

export type Moment =
  'now' | 'today' | 'tomorrow' | 'yesterday' | 'epoch' | 'infinity' | '-infinity' | 'zulu';

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

export const dayNames = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
];

const words = new Map<string, Word>();

function addNames(names: readonly string[], kind: 'month' | 'weekday', first: number): void {
  names.forEach((name, i) => {
    const word = { kind, value: i + first } as const;
    words.set(name.toLowerCase(), word).set(name.slice(0, 3).toLowerCase(), word);
  });
}

addNames(monthNames, 'month', 1);
addNames(dayNames, 'weekday', 0);
words.set('sept', { kind: 'month', value: 9 });
for (const [name, value] of [
  ['tues', 2],
  ['weds', 3],
  ['thur', 4],
  ['thurs', 4],
] as const) {
  words.set(name, { kind: 'weekday', value });
}
words.set('ad', { kind: 'era', isBc: false }).set('bc', { kind: 'era', isBc: true });
words.set('am', { kind: 'half', isPm: false }).set('pm', { kind: 'half', isPm: true });
words.set('at', { kind: 'ignored' }).set('on', { kind: 'ignored' });
words.set('t', { kind: 'isoTime' }).set('dst', { kind: 'summerTime' });
for (const [name, unit] of Object.entries({
  d: 'day',
  h: 'hour',
  m: 'month',
  mm: 'minute',
  s: 'second',
  y: 'year',
  j: 'julian',
  jd: 'julian',
  julian: 'julian',
})) {
  words.set(name, { kind: 'label', unit });
}
for (const moment of ['now', 'today', 'tomorrow', 'yesterday', 'epoch', 'infinity'] as const) {
  words.set(moment, { kind: 'moment', moment });
}
words.set('-infinity', { kind: 'moment', moment: '-infinity' });
words.set('allballs', { kind: 'moment', moment: 'zulu' });

export function findWord(text: string): Word | undefined {
  return words.get(text);
}

const fieldsMax = 25;
const textMax = 128;

/** The fields of an input text; undefined when it can be no date or time. */
export function cutFields(text: string): readonly Field[] | undefined {
  const fields: Field[] = [];
  let position = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match === null) return undefined;
    position += match[0].length;
    return match[0].toLowerCase();
  };
  if (text.length > textMax * 4) return undefined;
  while (position < text.length) {
    if (take(/\s+/y) !== undefined) continue;
    const field = cutNumber(take) ?? cutText(take) ?? cutSigned(take);
    if (field === 'bad') return undefined;
    if (field !== undefined) fields.push(field);
    else if (take(/[!-/:-@[-`{-~]/y) === undefined) return undefined;
    if (fields.length > fieldsMax) return undefined;
  }
  return fields;
}

type Take = (pattern: RegExp) => string | undefined;

function cutNumber(take: Take): Field | undefined {
  const time = take(/\d+:[\d:.]*/y);
  if (time !== undefined) return { kind: 'time', text: time };
  const date =
    take(/\d+-\d+-[\d-]*/y) ??
    take(/\d+\/\d+\/[\d/]*/y) ??
    take(/\d+\.\d+\.[\d.]*/y) ??
    take(/\d+[-/]\d+/y) ??
    take(/\d+-[A-Za-z0-9-]*/y) ??
    take(/\d+\/[A-Za-z0-9/]*/y);
  if (date !== undefined) return { kind: 'date', text: date };
  const decimal = take(/\d+\.\d+/y);
  if (decimal !== undefined) return { kind: 'number', text: decimal };
  const dotted = take(/\d+\.[A-Za-z0-9.]*/y);
  if (dotted !== undefined) return { kind: 'date', text: dotted };
  const number = take(/\d+|\.\d+/y);
  return number === undefined ? undefined : { kind: 'number', text: number };
}

function cutText(take: Take): Field | undefined {
  const text = take(/[A-Za-z\u0080-\uffff]+/y);
  if (text === undefined) return undefined;
  const isKnown = words.has(text);
  const more = take(isKnown ? /[-/.][A-Za-z0-9+\-/_.:]*/y : /[-/.+\d][A-Za-z0-9+\-/_.:]*/y);
  if (more === undefined) return { kind: 'text', text };
  return { kind: 'date', text: text + more };
}

function cutSigned(take: Take): Field | 'bad' | undefined {
  const sign = take(/[+-]/y);
  if (sign === undefined) return undefined;
  take(/\s+/y);
  const zone = take(/\d[\d:.-]*/y);
  if (zone !== undefined) return { kind: 'zone', text: sign + zone };
  const word = take(/[A-Za-z]+/y);
  return word === undefined ? 'bad' : { kind: 'special', text: sign + word };
}
