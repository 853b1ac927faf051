/** Set-returning functions: series, elements of arrays and texts, subscripts. */
import type { SqlArray } from '../../types/datum.ts';
import { splitText } from '../array/array-text.ts';
import { family, rowsOf } from '../define.ts';
import type { FunctionRecord } from '../function-record.ts';
import {
  bigintSeries,
  intSeries,
  numericSeries,
  timestampSeries,
  timestampTzSeries,
} from './generate-series.ts';

const define = family('sets');
const stable = { volatility: 'stable' } as const;

function* elements(_context: unknown, { values }: SqlArray) {
  for (const value of values) yield [value];
}

function* subscripts(
  _context: unknown,
  { dimensions }: SqlArray,
  number: number,
  isReversed = false,
) {
  const dimension = number < 1 ? undefined : dimensions[number - 1];
  if (dimension === undefined) return;
  const { length, lowerBound } = dimension;
  const last = lowerBound + length - 1;
  for (let index = 0; index < length; index++)
    yield [isReversed ? last - index : lowerBound + index];
}

/** Elements of one dimension with their places; int2vector counts from 1 here, too. */
function* numbered(_context: unknown, { values }: SqlArray) {
  for (const [index, value] of values.entries()) yield [value, index + 1];
}

function* pieces(
  _context: unknown,
  text: string | null,
  separator: string | null,
  other: string | null = null,
) {
  if (text === null) return;
  for (const piece of splitText(text, separator, other)) yield [piece];
}

export const setFunctions: readonly FunctionRecord[] = [
  define(
    'generate_series',
    { text: 'values from a start to a stop', example: ['select generate_series(1, 3)', '1\n2\n3'] },
    rowsOf('int4, int4 → generate_series int4', intSeries),
    rowsOf('int4, int4, int4 → generate_series int4', intSeries),
    rowsOf('int8, int8 → generate_series int8', bigintSeries),
    rowsOf('int8, int8, int8 → generate_series int8', bigintSeries),
    rowsOf('numeric, numeric → generate_series numeric', numericSeries),
    rowsOf('numeric, numeric, numeric → generate_series numeric', numericSeries),
    rowsOf('timestamp, timestamp, interval → generate_series timestamp', timestampSeries),
    rowsOf(
      'timestamptz, timestamptz, interval → generate_series timestamptz',
      timestampTzSeries,
      stable,
    ),
  ),
  define(
    'unnest',
    { text: 'elements of an array', example: ["select unnest(array['a', 'b'])", 'a\nb'] },
    rowsOf('anyarray → unnest anyelement', elements),
  ),
  define(
    'generate_subscripts',
    {
      text: 'subscripts of an array',
      example: ["select generate_subscripts('[5:6]={1,2}'::int[], 1)", '5\n6'],
    },
    rowsOf('anyarray, int4 → generate_subscripts int4', subscripts),
    rowsOf('anyarray, int4, bool → generate_subscripts int4', subscripts),
  ),
  define(
    'string_to_table',
    { text: 'pieces between separators', example: ["select string_to_table('a,b', ',')", 'a\nb'] },
    rowsOf('text, text → string_to_table text', pieces, { strict: false }),
    rowsOf('text, text, text → string_to_table text', pieces, { strict: false }),
  ),
  define(
    '_pg_expandarray',
    {
      text: 'elements of an array with their places',
      example: ["select n from _pg_expandarray(array['a', 'b'])", '1\n2'],
    },
    rowsOf('anyarray → x anyelement, n int4', numbered),
  ),
];
