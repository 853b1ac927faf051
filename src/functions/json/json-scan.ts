/**
 * Parts of JSON text without parsing it: the text of one member, one element, or all of them.
 *
 * The text is known to be valid JSON, since values of type json and jsonb are checked on input.
 * A part is cut out as it is written; strings are skipped by their quotes, containers by depth.
 */
import { SqlError } from '../../errors/sql-error.ts';

const quote = 0x22;
const backslash = 0x5c;

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

function skipSpace(text: string, at: number): number {
  let place = at;
  for (;;) {
    const code = text.charCodeAt(place);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return place;
    place++;
  }
}

/** The place behind the string whose opening quote is at `at`. */
function skipString(text: string, at: number): number {
  let place = at + 1;
  for (;;) {
    const code = text.charCodeAt(place);
    if (code === quote) return place + 1;
    if (Number.isNaN(code)) return place;
    place += code === backslash ? 2 : 1;
  }
}

function skipContainer(text: string, at: number): number {
  let depth = 0;
  let place = at;
  for (;;) {
    const code = text.charCodeAt(place);
    if (code === quote) {
      place = skipString(text, place);
      continue;
    }
    if (Number.isNaN(code)) return place;
    place++;
    if (code === 0x7b || code === 0x5b) depth++;
    else if ((code === 0x7d || code === 0x5d) && --depth === 0) return place;
  }
}

/** The place behind the value that begins at `at`. */
function skipValue(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === quote) return skipString(text, at);
  if (code === 0x7b || code === 0x5b) return skipContainer(text, at);
  let place = at;
  while (isPlain(text.charCodeAt(place))) place++;
  return place;
}

/** Letters, digits and signs of numbers and words. */
function isPlain(code: number): boolean {
  return (code > 0x2c && code !== 0x5d && code !== 0x7d) || code === 0x2b;
}

export function jsonKind(text: string): JsonKind {
  switch (text[skipSpace(text, 0)]) {
    case '{':
      return 'object';
    case '[':
      return 'array';
    case '"':
      return 'string';
    case 't':
    case 'f':
      return 'boolean';
    case 'n':
      return 'null';
    default:
      return 'number';
  }
}

/** Members of an object as [key, text of the value], in order; none for other values. */
export function* jsonMembers(text: string): Generator<readonly [key: string, value: string]> {
  let place = skipSpace(text, 0);
  if (text[place] !== '{') return;
  place = skipSpace(text, place + 1);
  while (text[place] === '"') {
    const keyEnd = skipString(text, place);
    const key = unquoted(text.slice(place, keyEnd));
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = skipValue(text, start);
    yield [key, text.slice(start, end)];
    place = skipSpace(text, end);
    if (text[place] === ',') place = skipSpace(text, place + 1);
  }
}

/** Texts of an array's elements; none for other values. */
export function* jsonElements(text: string): Generator<string> {
  let place = skipSpace(text, 0);
  if (text[place] !== '[') return;
  place = skipSpace(text, place + 1);
  while (text[place] !== ']' && place < text.length) {
    const end = skipValue(text, place);
    yield text.slice(place, end);
    place = skipSpace(text, end);
    if (text[place] === ',') place = skipSpace(text, place + 1);
  }
}

/** The value of a key; of equal keys the last counts. */
export function memberOf(text: string, key: string): string | null {
  let found: string | null = null;
  for (const [name, value] of jsonMembers(text)) if (name === key) found = value;
  return found;
}

/** The element at a zero-based place; negative places count from the end. */
export function elementAt(text: string, index: number): string | null {
  if (index < 0) return [...jsonElements(text)].at(index) ?? null;
  let at = 0;
  for (const value of jsonElements(text)) if (at++ === index) return value;
  return null;
}

/** The value's text as ->> gives it: strings without quotes, NULL for null. */
export function jsonText(value: string | null): string | null {
  if (value === null || value === 'null') return null;
  return value.startsWith('"') ? checkedText(unquoted(value)) : value;
}

function unquoted(literal: string): string {
  return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
}

/** json may hold escapes that no text can hold. */
function checkedText(text: string): string {
  if (text.includes('\0')) {
    throw new SqlError('untranslatable_character', 'unsupported Unicode escape sequence', {
      detail: '\\u0000 cannot be converted to text.',
    });
  }
  if (!/\p{Cs}/u.test(text)) return text;
  throw new SqlError('invalid_text_representation', 'invalid input syntax for type json', {
    detail: 'Unicode low surrogate must follow a high surrogate.',
  });
}

/** #> : one step per path element, keys in objects and places in arrays. NULL when it ends. */
export function atPath(text: string, path: readonly (string | null)[]): string | null {
  let value: string | null = text.trim();
  for (const step of path) {
    if (value === null || step === null) return null;
    value = stepInto(value, step);
  }
  return value;
}

function stepInto(value: string, step: string): string | null {
  const kind = jsonKind(value);
  if (kind === 'object') return memberOf(value, step);
  if (kind !== 'array' || !/^\s*[+-]?\d+$/.test(step)) return null;
  const index = Number(step);
  return Math.abs(index) > 0x7fff_ffff ? null : elementAt(value, index);
}
