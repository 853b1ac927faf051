/**
 * Templates of to_char, to_date and to_timestamp: `FMDay, DD "of" Month YYYY`.
 *
 *     Day → field with FM · `, ` → separators · `DD` → field · `"of"` → text …
 *
 * Reference: PostgreSQL manual, section 9.8 (data type formatting functions).
 */
import { SqlError } from '../errors/sql-error.ts';

export interface TemplateField {
  readonly kind: 'field';
  /** Upper-case name: YYYY, MONTH, HH24. */
  readonly name: string;
  /** As written: its capitals decide those of names. */
  readonly written: string;
  readonly isFill: boolean;
  /** TM: names in the locale's language, without padding. */
  readonly isTranslated: boolean;
  readonly ordinal: 'TH' | 'th' | undefined;
}

export type TemplateNode =
  TemplateField | { readonly kind: 'separator' | 'space' | 'text'; readonly text: string };

const names = [
  'A.D.',
  'A.M.',
  'AD',
  'AM',
  'B.C.',
  'BC',
  'CC',
  'DAY',
  'DDD',
  'DD',
  'DY',
  'D',
  'FF1',
  'FF2',
  'FF3',
  'FF4',
  'FF5',
  'FF6',
  'FX',
  'HH24',
  'HH12',
  'HH',
  'IDDD',
  'ID',
  'IW',
  'IYYY',
  'IYY',
  'IY',
  'I',
  'J',
  'MI',
  'MM',
  'MONTH',
  'MON',
  'MS',
  'OF',
  'P.M.',
  'PM',
  'Q',
  'RM',
  'SSSSS',
  'SSSS',
  'SS',
  'TZH',
  'TZM',
  'TZ',
  'US',
  'WW',
  'W',
  'Y,YYY',
  'YYYY',
  'YYY',
  'YY',
  'Y',
];
const spellings = [
  ...names.flatMap((name) => [name, name.toLowerCase()]),
  'Day',
  'Dy',
  'Month',
  'Mon',
].toSorted((left, right) => right.length - left.length);

const digitFields = new Set([
  'CC',
  'DDD',
  'DD',
  'D',
  'FF1',
  'FF2',
  'FF3',
  'FF4',
  'FF5',
  'FF6',
  'HH24',
  'HH12',
  'HH',
  'IDDD',
  'ID',
  'IW',
  'IYYY',
  'IYY',
  'IY',
  'I',
  'J',
  'MI',
  'MM',
  'MS',
  'Q',
  'SSSSS',
  'SSSS',
  'SS',
  'TZM',
  'US',
  'WW',
  'W',
  'Y,YYY',
  'YYYY',
  'YYY',
  'YY',
  'Y',
]);

export function isDigitField(field: TemplateField): boolean {
  return digitFields.has(field.name);
}

const cache = new Map<string, readonly TemplateNode[]>();

export function parseTemplate(template: string): readonly TemplateNode[] {
  const known = cache.get(template);
  if (known !== undefined) return known;
  const nodes = readNodes(template);
  if (cache.size > 500) cache.clear();
  cache.set(template, nodes);
  return nodes;
}

function readNodes(template: string): readonly TemplateNode[] {
  const nodes: TemplateNode[] = [];
  let position = 0;
  while (position < template.length) {
    const field = fieldAt(template, position);
    if (field !== undefined) {
      nodes.push(field.node);
      position = field.end;
      continue;
    }
    const quoted = /^"((?:[^"\\]|\\[\s\S])*)("|\\?$)/.exec(template.slice(position));
    if (quoted !== null) {
      for (const character of (quoted[1] ?? '').replace(/\\([\s\S])/g, '$1')) {
        nodes.push({ kind: 'text', text: character });
      }
      position += quoted[0].length;
      continue;
    }
    if (template.startsWith('\\"', position)) position += 1;
    const character = String.fromCodePoint(template.codePointAt(position) ?? 0);
    nodes.push(plainNode(character));
    position += character.length;
  }
  return nodes;
}

function plainNode(character: string): TemplateNode {
  if (/\s/.test(character)) return { kind: 'space', text: character };
  return { kind: isSeparator(character) ? 'separator' : 'text', text: character };
}

/** Printable ASCII that is neither letter nor digit. */
export function isSeparator(character: string): boolean {
  return /^[!-/:-@[-`{-~]$/.test(character);
}

function fieldAt(
  template: string,
  start: number,
): { readonly node: TemplateField; readonly end: number } | undefined {
  const prefix = /^(?:FM|fm|TM|tm)*/.exec(template.slice(start))?.[0] ?? '';
  const position = start + prefix.length;
  const written = spellings.find((name) => template.startsWith(name, position));
  if (written === undefined) return undefined;
  let end = position + written.length;
  const ordinal = /^(?:TH|th)/.exec(template.slice(end))?.[0] as 'TH' | 'th' | undefined;
  if (ordinal !== undefined) end += 2;
  if (template.startsWith('SP', end)) end += 2;
  const node: TemplateField = {
    kind: 'field',
    name: written.toUpperCase(),
    written,
    isFill: /fm/i.test(prefix),
    isTranslated: /tm/i.test(prefix),
    ordinal,
  };
  return { node, end };
}

/** 1st, 2nd, 3rd, 11th. */
export function ordinalSuffix(digits: string, style: 'TH' | 'th'): string {
  if (!/\d$/.test(digits)) {
    throw new SqlError('invalid_text_representation', `"${digits}" is not a number`);
  }
  const last = digits.at(-1) ?? '0';
  const isTeen = digits.at(-2) === '1';
  const endings: Readonly<Record<string, string>> = { 1: 'st', 2: 'nd', 3: 'rd' };
  const suffix = isTeen ? 'th' : (endings[last] ?? 'th');
  return style === 'TH' ? suffix.toUpperCase() : suffix;
}
