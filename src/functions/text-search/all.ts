/** Text search vectors and queries: what is made of them, and whether they match. */
import { SqlError } from '../../errors/sql-error.ts';
import { arrayOf } from '../../types/array-codec.ts';
import type { Datum, SqlArray } from '../../types/datum.ts';
import { matches } from '../../types/text-search/match.ts';
import {
  formatQuery,
  nodeCount,
  parseQuery,
  type Pair,
  type TsQuery,
} from '../../types/text-search/tsquery.ts';
import {
  formatVector,
  makeVector,
  parseVector,
  weightLetters,
  type TsVector,
} from '../../types/text-search/tsvector.ts';
import { family, operatorFamily, rowsOf, scalar } from '../define.ts';
import type { FunctionRecord } from '../function-record.ts';

const define = family('text search');
const operator = operatorFamily('text search');

/** Places of the second vector follow those of the first. */
function concatenate(left: string, right: string): string {
  const first = parseVector(left);
  const last = Math.max(0, ...first.flatMap(({ places }) => places.map((each) => each.position)));
  const moved = parseVector(right).map(({ text, places }) => ({
    text,
    places: places.map(({ position, weight }) => {
      return { position: Math.min(position + last, 16_383), weight };
    }),
  }));
  return formatVector(makeVector([...first, ...moved]));
}

/** Errors: 22023. */
function weightOf(letter: string): number {
  const weight = letter === '' ? -1 : weightLetters.indexOf(letter.toUpperCase());
  if (weight >= 0) return weight;
  throw new SqlError('invalid_parameter_value', `unrecognized weight: "${letter}"`);
}

function withWeight(vector: TsVector, letter: string, only?: readonly (Datum | null)[]): string {
  const weight = weightOf(letter);
  return formatVector(
    vector.map(({ text, places }) => ({
      text,
      places:
        only === undefined || only.includes(text)
          ? places.map(({ position }) => ({ position, weight }))
          : places,
    })),
  );
}

function combine(kind: Pair['kind'], left: string, right: string, distance = 0): string {
  const [first, second] = [parseQuery(left), parseQuery(right)];
  if (first === undefined || second === undefined) return formatQuery(first ?? second);
  return formatQuery({ kind, left: first, right: second, distance });
}

function negate(text: string): string {
  const operand = parseQuery(text);
  return operand === undefined ? '' : formatQuery({ kind: 'not', operand });
}

function lexemesOf(query: TsQuery | undefined): readonly string[] {
  if (query === undefined) return [];
  if (query.kind === 'lexeme') return [query.text];
  if (query.kind === 'not') return lexemesOf(query.operand);
  return [...lexemesOf(query.left), ...lexemesOf(query.right)];
}

function queryContains(outer: string, inner: string): boolean {
  const known = new Set(lexemesOf(parseQuery(outer)));
  return lexemesOf(parseQuery(inner)).every((text) => known.has(text));
}

const matching = scalar('tsvector, tsquery → bool', (vector: string, query: string) =>
  matches(parseVector(vector), parseQuery(query)),
);
const matched = scalar('tsquery, tsvector → bool', (query: string, vector: string) =>
  matches(parseVector(vector), parseQuery(query)),
);

export const textSearchFunctions: readonly FunctionRecord[] = [
  operator(
    '@@',
    { text: 'the vector satisfies the query', example: ["'a b'::tsvector @@ 'a & !c'", 't'] },
    matching,
    matched,
  ),
  operator(
    '=',
    { text: 'the same query' },
    scalar('tsquery, tsquery → bool', (left: string, right: string) => left === right),
  ),
  operator(
    '<>',
    { text: 'another query' },
    scalar('tsquery, tsquery → bool', (left: string, right: string) => left !== right),
  ),
  operator(
    '||',
    { text: 'vectors one after the other', example: ["'a:1'::tsvector || 'b:1'", "'a':1 'b':2"] },
    scalar('tsvector, tsvector → tsvector', concatenate),
    scalar('tsquery, tsquery → tsquery', (left: string, right: string) =>
      combine('or', left, right),
    ),
  ),
  operator(
    '&&',
    { text: 'both queries', example: ["'a'::tsquery && 'b'", "'a' & 'b'"] },
    scalar('tsquery, tsquery → tsquery', (left: string, right: string) =>
      combine('and', left, right),
    ),
  ),
  operator(
    '!!',
    { text: 'not the query', example: ["!! 'a'::tsquery", "!'a'"] },
    scalar('tsquery → tsquery', negate),
  ),
  operator(
    '<->',
    { text: 'one query right before the other', example: ["'a'::tsquery <-> 'b'", "'a' <-> 'b'"] },
    scalar('tsquery, tsquery → tsquery', (left: string, right: string) =>
      combine('phrase', left, right, 1),
    ),
  ),
  operator(
    '@>',
    { text: 'has all lexemes of the other', example: ["'a & b'::tsquery @> 'b'", 't'] },
    scalar('tsquery, tsquery → bool', queryContains),
  ),
  operator(
    '<@',
    { text: 'all its lexemes are in the other', example: ["'b'::tsquery <@ 'a & b'", 't'] },
    scalar('tsquery, tsquery → bool', (left: string, right: string) => queryContains(right, left)),
  ),
  define(
    'tsquery_phrase',
    { text: 'one query at a distance before the other' },
    scalar('tsquery, tsquery → tsquery', (left: string, right: string) =>
      combine('phrase', left, right, 1),
    ),
    scalar('tsquery, tsquery, int4 → tsquery', (left: string, right: string, distance: number) =>
      combine('phrase', left, right, distance),
    ),
  ),
  define(
    'numnode',
    { text: 'number of lexemes and operators', example: ["numnode('a & !b'::tsquery)", '4'] },
    scalar('tsquery → int4', (query: string) => nodeCount(parseQuery(query))),
  ),
  define(
    'length',
    { text: 'number of lexemes', example: ["length('a b a'::tsvector)", '2'] },
    scalar('tsvector → int4', (vector: string) => parseVector(vector).length),
  ),
  define(
    'strip',
    { text: 'without places', example: ["strip('a:1A b:2'::tsvector)", "'a' 'b'"] },
    scalar('tsvector → tsvector', (vector: string) =>
      formatVector(parseVector(vector).map(({ text }) => ({ text, places: [] }))),
    ),
  ),
  define(
    'setweight',
    { text: 'with a weight', example: ["setweight('a:1 b:2'::tsvector, 'A')", "'a':1A 'b':2A"] },
    scalar('tsvector, char → tsvector', (vector: string, letter: string) =>
      withWeight(parseVector(vector), letter),
    ),
    scalar('tsvector, char, _text → tsvector', (vector: string, letter: string, only: SqlArray) =>
      withWeight(parseVector(vector), letter, only.values),
    ),
  ),
  define(
    'ts_delete',
    { text: 'without lexemes', example: ["ts_delete('a:1 b:2'::tsvector, 'a')", "'b':2"] },
    scalar('tsvector, text → tsvector', (vector: string, lexeme: string) =>
      formatVector(parseVector(vector).filter(({ text }) => text !== lexeme)),
    ),
    scalar('tsvector, _text → tsvector', (vector: string, { values }: SqlArray) =>
      formatVector(parseVector(vector).filter(({ text }) => !values.includes(text))),
    ),
  ),
  define(
    'tsvector_to_array',
    { text: 'lexemes as an array', example: ["tsvector_to_array('b:1 a:2'::tsvector)", '{a,b}'] },
    scalar('tsvector → _text', (vector: string) =>
      arrayOf(
        'text',
        parseVector(vector).map(({ text }) => text),
      ),
    ),
  ),
  define(
    'array_to_tsvector',
    { text: 'vector of lexemes', example: ["array_to_tsvector('{b,a}'::text[])", "'a' 'b'"] },
    scalar('_text → tsvector', ({ values }: SqlArray) => {
      if (values.includes(null)) {
        throw new SqlError('null_value_not_allowed', 'lexeme array may not contain nulls');
      }
      if (values.includes('')) {
        const message = 'lexeme array may not contain empty strings';
        throw new SqlError('zero_length_character_string', message);
      }
      return formatVector(makeVector(values.map((text) => ({ text: String(text), places: [] }))));
    }),
  ),
  define(
    'unnest',
    { text: 'lexemes with their places and weights' },
    rowsOf(
      'tsvector → lexeme text, positions _int2, weights _text',
      function* (_context, vector: string) {
        for (const { text, places } of parseVector(vector)) {
          const letters = places.map(({ weight }) => weightLetters.charAt(weight));
          const positions = places.map(({ position }) => position);
          yield places.length === 0
            ? [text, null, null]
            : [text, arrayOf('int2', positions), arrayOf('text', letters)];
        }
      },
    ),
  ),
];
