/**
 * Regular expressions for functions: PostgreSQL's advanced syntax on a linear-time engine.
 * Look-around and back-references are not offered (0A000), since no linear-time engine has them.
 */
import { RE2JS } from 're2js';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { Datum, SqlArray } from '../../types/datum.ts';
import { family, scalar } from '../define.ts';
import type { FunctionRecord, TableOverload } from '../function-record.ts';
import { characterCount, sliceCharacters } from './text-values.ts';

const cacheMax = 512;
const cache = new Map<string, RE2JS>();

/** Flags as PostgreSQL's: i case-insensitive, n/m newline-sensitive, s default, x expanded, g. */
export function compileRegex(pattern: string, flags = ''): RE2JS {
  const key = `${flags}/${pattern}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  let bits = RE2JS.DOTALL;
  for (const flag of flags) bits = applyFlag(bits, flag);
  const compiled = compiledOr2201B(translateSyntax(pattern, flags.includes('x')), bits);
  if (cache.size >= cacheMax) cache.clear();
  cache.set(key, compiled);
  return compiled;
}

function applyFlag(bits: number, flag: string): number {
  if (flag === 'i') return bits | RE2JS.CASE_INSENSITIVE;
  if (flag === 'c') return bits & ~RE2JS.CASE_INSENSITIVE;
  if (flag === 'n' || flag === 'm') return (bits | RE2JS.MULTILINE) & ~RE2JS.DOTALL;
  if (flag === 'p') return bits & ~RE2JS.DOTALL;
  if (flag === 'w') return bits | RE2JS.MULTILINE;
  if ('gstx'.includes(flag)) return bits;
  const message = `invalid regular expression option: "${flag}"`;
  throw new SqlError('invalid_parameter_value', message);
}

function compiledOr2201B(pattern: string, bits: number): RE2JS {
  try {
    return RE2JS.compile(pattern, bits);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const message = `invalid regular expression: ${words}`;
    throw new SqlError('invalid_regular_expression', message);
  }
}

/** Escapes and classes that PostgreSQL spells its own way. */
export function translateSyntax(pattern: string, expanded: boolean): string {
  if (/\(\?<?[=!]/.test(pattern)) throw unsupported('look-around in regular expressions');
  if (/(^|[^\\])(\\\\)*\\[1-9]/.test(pattern)) {
    throw unsupported('back-reference in regular expressions');
  }
  const text = expanded ? pattern.replaceAll(/\\#|#[^\n]*|\s+/g, (part) => (part === '\\#' ? '#' : '')) : pattern;
  return text
    .replaceAll('[[:<:]]', '\\b')
    .replaceAll('[[:>:]]', '\\b')
    .replaceAll(/\\([mMyYAZ])/g, (whole, letter: string) => escapes[letter] ?? whole);
}

const escapes: Readonly<Record<string, string>> = {
  m: '\\b', M: '\\b', y: '\\b', Y: '\\B', A: '\\A', Z: '\\z',
};

interface Match {
  readonly groups: (string | null)[];
  readonly start: number;
  readonly end: number;
}

/** All matches, or the first only. */
function* matches(text: string, pattern: string, flags: string): Generator<Match> {
  const matcher = compileRegex(pattern, flags).matcher(text);
  const isGlobal = flags.includes('g');
  while (matcher.find()) {
    const count = matcher.groupCount();
    const groups = Array.from({ length: count + 1 }, (_, index) => matcher.group(index) ?? null);
    yield { groups, start: matcher.start(), end: matcher.end() };
    if (!isGlobal) return;
  }
}

function textArray(values: readonly (string | null)[]): SqlArray {
  const dimensions = values.length === 0 ? [] : [{ length: values.length, lowerBound: 1 }];
  return { element: 'text', dimensions, values };
}

/** Captured groups, or the whole match when there are none. */
function captured({ groups }: Match): SqlArray {
  return textArray(groups.length > 1 ? groups.slice(1) : groups);
}

function replaceMatches(text: string, pattern: string, replacement: string, flags: string): string {
  let result = '';
  let from = 0;
  for (const match of matches(text, pattern, flags)) {
    result += text.slice(from, match.start) + expand(replacement, match.groups);
    from = match.end;
  }
  return result + text.slice(from);
}

/** `\1` a group, `\&` the match, `\\` a backslash. */
function expand(replacement: string, groups: readonly (string | null)[]): string {
  return replacement.replaceAll(/\\(.)/g, (whole, character: string) => {
    if (character === '&') return groups[0] ?? '';
    if (character === '\\') return '\\';
    return /[1-9]/.test(character) ? (groups[Number(character)] ?? '') : whole;
  });
}

function splitText(text: string, pattern: string, flags: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end } of matches(text, pattern, `${flags}g`)) {
    const isEmptyAtEdge = start === end && (start === from || start >= text.length);
    if (isEmptyAtEdge && start !== from) continue;
    if (start === end && start === 0) continue;
    pieces.push(text.slice(from, start));
    from = end;
  }
  pieces.push(text.slice(from));
  return pieces;
}

function substringByRegex(text: string, pattern: string): string | null {
  for (const { groups } of matches(text, pattern, '')) return groups[1] ?? groups[0] ?? null;
  return null;
}

/** SIMILAR TO's pattern as a regular expression: % and _ are wildcards, the rest is regex-like. */
export function similarPattern(pattern: string, escape: string | null): string {
  const escapeCharacter = escape ?? '\\';
  let result = '';
  let isEscaped = false;
  let inClass = false;
  for (const character of pattern) {
    if (isEscaped) {
      result += `\\${character}`;
      isEscaped = false;
    } else if (character === escapeCharacter) isEscaped = true;
    else if (inClass) {
      inClass = character !== ']';
      result += character;
    } else if (character === '[') {
      inClass = true;
      result += character;
    } else result += similarCharacters[character] ?? character;
  }
  return `^(?:${result})$`;
}

const similarCharacters: Readonly<Record<string, string>> = {
  '%': '.*', _: '.', '(': '(?:', '.': '\\.', '^': '\\^', $: '\\$', '\\': '\\\\',
};

const define = family('text');

function matchRows(columns: 'text[]' | 'text', rows: TableOverload['rows'], args: TableOverload['args']): TableOverload {
  const type = columns === 'text[]' ? '_text' : 'text';
  return { kind: 'table', args, columns: [{ name: 'column', type }], rows };
}

function* matchedRows(args: readonly (Datum | null)[]): Generator<readonly Datum[]> {
  const [text, pattern, flags = ''] = args as (string | null)[];
  if (text === null || text === undefined || pattern === null || pattern === undefined) return;
  if (flags === null) return;
  for (const match of matches(text, pattern, flags)) yield [captured(match)];
}

function* splitRows(args: readonly (Datum | null)[]): Generator<readonly Datum[]> {
  const [text, pattern, flags = ''] = args as (string | null)[];
  if (text === null || text === undefined || pattern === null || pattern === undefined) return;
  for (const piece of splitText(text, pattern, flags ?? '')) yield [piece];
}

function noGlobal(flags: string, name: string): void {
  if (!flags.includes('g')) return;
  throw new SqlError('invalid_parameter_value', `${name}() does not support the "global" option`, {
    hint: 'Use the regexp_matches function instead.',
  });
}

export const regexFunctions: readonly FunctionRecord[] = [
  define('regexp_replace', { text: 'matches replaced', example: ["regexp_replace('foobar', 'o', 'x', 'g')", 'fxxbar'] },
    scalar('text, text, text → text', (t: string, p: string, r: string) => replaceMatches(t, p, r, '')),
    scalar('text, text, text, text → text', replaceMatches)),
  define('regexp_match', { text: 'groups of the first match', example: ["regexp_match('foobar', 'o(b)a')", '{b}'] },
    scalar('text, text → _text', (t: string, p: string) => firstMatch(t, p, '')),
    scalar('text, text, text → _text', firstMatch)),
  define('regexp_matches', { text: 'groups of matches, a row each' },
    matchRows('text[]', (_context, args) => matchedRows(args), ['text', 'text']),
    matchRows('text[]', (_context, args) => matchedRows(args), ['text', 'text', 'text'])),
  define('regexp_split_to_table', { text: 'pieces between matches, a row each' },
    matchRows('text', (_context, args) => splitRows(args), ['text', 'text']),
    matchRows('text', (_context, args) => splitRows(args), ['text', 'text', 'text'])),
  define('regexp_split_to_array', { text: 'pieces between matches', example: ["regexp_split_to_array('a1b2', '[0-9]')", '{a,b,""}'] },
    scalar('text, text → _text', (t: string, p: string) => textArray(splitText(t, p, ''))),
    scalar('text, text, text → _text', (t: string, p: string, f: string) => textArray(splitText(t, p, f)))),
  define('regexp_count', { text: 'number of matches', example: ["regexp_count('ABCABCAXYaxy', 'A.')", '3'] },
    scalar('text, text → int4', (t: string, p: string) => [...matches(t, p, 'g')].length)),
  define('regexp_like', { text: 'whether a text matches', example: ["regexp_like('Hello World', 'world$', 'i')", 't'] },
    scalar('text, text → bool', (t: string, p: string) => compileRegex(p).matcher(t).find()),
    scalar('text, text, text → bool', (t: string, p: string, f: string) => compileRegex(p, f).matcher(t).find())),
  define('regexp_instr', { text: 'place of the first match', example: ["regexp_instr('ABCDEF', 'c(.)(..)', 1, 1, 0, 'i')", '3'] },
    scalar('text, text → int4', (t: string, p: string) => placeOf(t, p, '')),
    scalar('text, text, int4, int4, int4, text → int4',
      (t: string, p: string, start: number, _n: number, _end: number, flags: string) =>
        placeOf(sliceCharacters(t, start - 1, Infinity), p, flags))),
  define('regexp_substr', { text: 'the first match', example: ["regexp_substr('ABCDEF', 'C.')", 'CD'] },
    scalar('text, text → text', (t: string, p: string) => [...matches(t, p, '')][0]?.groups[0] ?? null)),
  define('substring', { text: 'part that matches', example: ["substring('abcdef' from 'b(.)d')", 'c'] },
    scalar('text, text → text', substringByRegex)),
  define('similar_to_escape similar_escape', { text: 'SIMILAR TO pattern as a regular expression' },
    scalar('text → text', (pattern: string) => similarPattern(pattern, '\\')),
    scalar('text, text → text', (pattern: string, escape: string | null) => similarPattern(pattern, escape))),
];

function firstMatch(text: string, pattern: string, flags: string): SqlArray | null {
  noGlobal(flags, 'regexp_match');
  for (const match of matches(text, pattern, flags)) return captured(match);
  return null;
}

function placeOf(text: string, pattern: string, flags: string): number {
  for (const { start } of matches(text, pattern, flags)) return characterCount(text.slice(0, start)) + 1;
  return 0;
}
