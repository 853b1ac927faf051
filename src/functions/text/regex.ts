/** Functions that search with regular expressions: regexp_…, substring from a pattern. */
import { SqlError } from '../../errors/sql-error.ts';
import { arrayOf } from '../../types/array-codec.ts';
import type { SqlArray } from '../../types/datum.ts';
import { family, operatorFamily, rowsOf, scalar } from '../define.ts';
import { regularExpression } from '../operators/regular-expression.ts';
import type { FunctionRecord } from '../function-record.ts';
import { likeEscape } from './like-escape.ts';
import { similarPattern } from './similar-pattern.ts';
import { similarSubstring } from './similar-substring.ts';
import { characterCount, latin1Bytes, latin1Text, sliceCharacters } from './text-values.ts';

interface Match {
  /** The whole match, then its groups. */
  readonly groups: readonly (string | null)[];
  /** Places of the whole match in UTF-16 units, and where a group lies. */
  readonly start: number;
  readonly end: number;
  readonly bounds: (group: number) => readonly [start: number, end: number];
}

/** All matches from left to right; an empty one makes the search go on a character further. */
function* matches(text: string, pattern: string, flags: string): Generator<Match> {
  const matcher = regularExpression(pattern, flags, 'match').matcher(text);
  const count = matcher.groupCount();
  while (matcher.find()) {
    const groups = Array.from({ length: count + 1 }, (_, index) => matcher.group(index) ?? null);
    const bounds = (group: number) => [matcher.start(group), matcher.end(group)] as const;
    yield { groups, start: matcher.start(), end: matcher.end(), bounds };
  }
}

function firstOf(text: string, pattern: string, flags: string): Match | undefined {
  for (const match of matches(text, pattern, flags)) return match;
  return undefined;
}

/** Captured groups, or the whole match when there are none. */
function captured({ groups }: Match): SqlArray {
  return arrayOf('text', groups.length > 1 ? groups.slice(1) : groups);
}

function invalid(message: string, hint?: string): SqlError {
  return new SqlError('invalid_parameter_value', message, hint === undefined ? {} : { hint });
}

function refuseGlobal(flags: string, name: string, hint?: string): void {
  if (flags.includes('g')) throw invalid(`${name}() does not support the "global" option`, hint);
}

function checkAtLeast(name: string, value: number, smallest: number): void {
  if (value < smallest) throw invalid(`invalid value for parameter "${name}": ${value}`);
}

interface Replacement {
  readonly replacement: string;
  readonly flags: string;
  /** Character from which matches count, from 1. */
  readonly start: number;
  /** Which match is replaced, from 1; 0 for all. */
  readonly place: number;
}

function replaceMatches(text: string, pattern: string, options: Replacement): string {
  const { replacement, flags, start, place } = options;
  checkAtLeast('start', start, 1);
  checkAtLeast('n', place, 0);
  const head = sliceCharacters(text, 0, start - 1);
  const tail = text.slice(head.length);
  let result = head;
  let from = 0;
  let number = 0;
  for (const match of matches(tail, pattern, flags)) {
    number += 1;
    if (place !== 0 && number < place) continue;
    result += tail.slice(from, match.start) + expand(replacement, match.groups);
    from = match.end;
    if (place !== 0) break;
  }
  return result + tail.slice(from);
}

/** `\1` a group, `\&` the match, `\\` a backslash. */
function expand(replacement: string, groups: readonly (string | null)[]): string {
  return replacement.replaceAll(/\\(.)/gs, (whole, character: string) => {
    if (character === '&') return groups[0] ?? '';
    if (character === '\\') return '\\';
    return /[1-9]/.test(character) ? (groups[Number(character)] ?? '') : whole;
  });
}

function replaceByFlags(text: string, pattern: string, replacement: string, flags = ''): string {
  if (/^\d/.test(flags)) {
    const hint =
      'If you meant to use regexp_replace() with a start parameter, ' +
      'cast the fourth argument to integer explicitly.';
    throw invalid(`invalid regular expression option: "${flags[0]}"`, hint);
  }
  const place = flags.includes('g') ? 0 : 1;
  return replaceMatches(text, pattern, { replacement, flags, start: 1, place });
}

function replaceFrom(
  text: string,
  pattern: string,
  replacement: string,
  start: number,
  place = 1,
  flags = '',
): string {
  return replaceMatches(text, pattern, { replacement, flags, start, place });
}

/** Empty matches at the ends and right behind another match separate nothing. */
function splitText(text: string, pattern: string, flags: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  let lastEnd = 0;
  for (const { start, end } of matches(text, pattern, flags)) {
    const isSeparator = start < text.length && end > lastEnd;
    lastEnd = end;
    if (!isSeparator) continue;
    pieces.push(text.slice(from, start));
    from = end;
  }
  pieces.push(text.slice(from));
  return pieces;
}

function splitChecked(name: string) {
  return (text: string, pattern: string, flags = ''): string[] => {
    refuseGlobal(flags, name);
    return splitText(text, pattern, flags);
  };
}

const splitArray = splitChecked('regexp_split_to_array');
const splitTable = splitChecked('regexp_split_to_table');

/** The first group of the first match, or all of it. */
function substringByRegex(text: string, pattern: string): string | null {
  const groups = firstOf(text, pattern, '')?.groups ?? [];
  return (groups.length > 1 ? groups[1] : groups[0]) ?? null;
}

function firstMatch(text: string, pattern: string, flags = ''): SqlArray | null {
  refuseGlobal(flags, 'regexp_match', 'Use the regexp_matches function instead.');
  const match = firstOf(text, pattern, flags);
  return match === undefined ? null : captured(match);
}

function* matchRows(_context: unknown, text: string, pattern: string, flags = '') {
  for (const match of matches(text, pattern, flags)) {
    yield [captured(match)];
    if (!flags.includes('g')) return;
  }
}

function countMatches(text: string, pattern: string, start = 1, flags = ''): number {
  refuseGlobal(flags, 'regexp_count');
  checkAtLeast('start', start, 1);
  return [...matches(sliceCharacters(text, start - 1, Infinity), pattern, flags)].length;
}

function isMatch(text: string, pattern: string, flags = ''): boolean {
  refuseGlobal(flags, 'regexp_like');
  return regularExpression(pattern, flags).matcher(text).find();
}

interface Nth {
  readonly start: number;
  readonly place: number;
  readonly flags: string;
}

/** The nth match from a character on; `tail` is the text from there. */
function nthMatch(text: string, pattern: string, { start, place, flags }: Nth) {
  checkAtLeast('start', start, 1);
  checkAtLeast('n', place, 1);
  const tail = sliceCharacters(text, start - 1, Infinity);
  let number = 0;
  for (const match of matches(tail, pattern, flags)) {
    if (++number === place) return { tail, match };
  }
  return undefined;
}

function placeOf(
  text: string,
  pattern: string,
  start = 1,
  place = 1,
  option = 0,
  flags = '',
  group = 0,
): number {
  refuseGlobal(flags, 'regexp_instr');
  if (option !== 0 && option !== 1) {
    throw invalid(`invalid value for parameter "endoption": ${option}`);
  }
  checkAtLeast('subexpr', group, 0);
  const found = nthMatch(text, pattern, { start, place, flags });
  if (found === undefined || group >= found.match.groups.length) return 0;
  const at = found.match.bounds(group)[option] ?? -1;
  return at < 0 ? 0 : characterCount(found.tail.slice(0, at)) + start;
}

function partOf(
  text: string,
  pattern: string,
  start = 1,
  place = 1,
  flags = '',
  group = 0,
): string | null {
  refuseGlobal(flags, 'regexp_substr');
  checkAtLeast('subexpr', group, 0);
  return nthMatch(text, pattern, { start, place, flags })?.match.groups[group] ?? null;
}

/** Overloads with ever more of the trailing arguments. */
function growing(
  args: string,
  returns: string,
  least: number,
  compute: (...args: never[]) => never,
) {
  const names = args.split(', ');
  return names
    .slice(least - 1)
    .map((_, index) => scalar(`${names.slice(0, least + index).join(', ')} → ${returns}`, compute));
}

const define = family('text');
const operator = operatorFamily('text');

export const regexFunctions: readonly FunctionRecord[] = [
  define(
    'regexp_replace',
    { text: 'matches replaced', example: ["regexp_replace('foobar', 'o', 'x', 'g')", 'fxxbar'] },
    ...growing('text, text, text, text', 'text', 3, replaceByFlags as never),
    ...growing('text, text, text, int4, int4, text', 'text', 4, replaceFrom as never),
  ),
  define(
    'regexp_match',
    { text: 'groups of the first match', example: ["regexp_match('foobar', 'o(b)a')", '{b}'] },
    ...growing('text, text, text', '_text', 2, firstMatch as never),
  ),
  define(
    'regexp_matches',
    {
      text: 'groups of matches, a row each',
      example: ["select regexp_matches('foobar', 'o', 'g')", '{o}\n{o}'],
    },
    rowsOf('text, text → regexp_matches _text', matchRows),
    rowsOf('text, text, text → regexp_matches _text', matchRows),
  ),
  define(
    'regexp_split_to_table',
    {
      text: 'pieces between matches, a row each',
      example: ["select regexp_split_to_table('a1b', '[0-9]')", 'a\nb'],
    },
    rowsOf('text, text → regexp_split_to_table text', (_context, text: string, pattern: string) =>
      splitTable(text, pattern).map((piece) => [piece]),
    ),
    rowsOf(
      'text, text, text → regexp_split_to_table text',
      (_context, text: string, pattern: string, flags: string) =>
        splitTable(text, pattern, flags).map((piece) => [piece]),
    ),
  ),
  define(
    'regexp_split_to_array',
    {
      text: 'pieces between matches',
      example: ["regexp_split_to_array('a1b2', '[0-9]')", '{a,b,""}'],
    },
    scalar('text, text → _text', (text: string, pattern: string) =>
      arrayOf('text', splitArray(text, pattern)),
    ),
    scalar('text, text, text → _text', (text: string, pattern: string, flags: string) =>
      arrayOf('text', splitArray(text, pattern, flags)),
    ),
  ),
  define(
    'regexp_count',
    { text: 'number of matches', example: ["regexp_count('ABCABCAXYaxy', 'A.')", '3'] },
    ...growing('text, text, int4, text', 'int4', 2, countMatches as never),
  ),
  define(
    'regexp_like',
    { text: 'whether a text matches', example: ["regexp_like('Hello World', 'world$', 'i')", 't'] },
    ...growing('text, text, text', 'bool', 2, isMatch as never),
  ),
  define(
    'regexp_instr',
    {
      text: 'place of a match',
      example: ["regexp_instr('ABCDEF', 'c(.)(..)', 1, 1, 0, 'i')", '3'],
    },
    ...growing('text, text, int4, int4, int4, text, int4', 'int4', 2, placeOf as never),
  ),
  define(
    'regexp_substr',
    { text: 'a match, or a group of it', example: ["regexp_substr('ABCDEF', 'C.')", 'CD'] },
    ...growing('text, text, int4, int4, text, int4', 'text', 2, partOf as never),
  ),
  define(
    'substring',
    { text: 'part that matches', example: ["substring('abcdef' from 'b(.)d')", 'c'] },
    scalar('text, text → text', substringByRegex),
    scalar('text, text, text → text', similarSubstring),
  ),
  define(
    'like_escape',
    {
      text: 'LIKE pattern that escapes with backslashes',
      example: ["like_escape('10#%', '#')", '10\\%'],
    },
    scalar('text, text → text', likeEscape),
    scalar('bytea, bytea → bytea', (pattern: Uint8Array, escape: Uint8Array) =>
      latin1Bytes(likeEscape(latin1Text(pattern), latin1Text(escape))),
    ),
  ),
  define(
    'similar_to_escape similar_escape',
    { text: 'SIMILAR TO pattern as a regular expression' },
    scalar('text → text', (pattern: string) => similarPattern(pattern, '\\')),
    scalar('text, text → text', similarPattern),
  ),
  operator(
    '^@',
    { text: 'begins with', example: ["'abc' ^@ 'ab'", 't'] },
    scalar('text, text → bool', (text: string, prefix: string) => text.startsWith(prefix)),
  ),
];
