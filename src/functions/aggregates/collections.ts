/** Aggregates that keep every value: lists, texts, and ordered sets. */
import type { FunctionRecord } from '../function-record.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { aggregateRecord, type AggregateText, type Signature } from './aggregate-record.ts';

export const collections: readonly FunctionRecord[] = [
  aggregateRecord(
    'string_agg',
    'string_agg',
    [
      [['text', 'text'], 'text'],
      [['bytea', 'bytea'], 'bytea'],
    ],
    {
      text: 'The values that are not NULL, one after the other, with a delimiter between.',
      example: ["select string_agg(x, ',') from (values ('a'), ('b')) t(x)", 'a,b'],
    },
  ),
  aggregateRecord(
    'array_agg',
    'array_agg',
    [
      [['anynonarray'], 'anyarray'],
      [['anyarray'], 'anyarray'],
    ],
    {
      text: 'All values, NULLs too, as an array; arrays as an array of one more dimension.',
      example: ['select array_agg(x) from generate_series(1, 3) x', '{1,2,3}'],
    },
  ),
  aggregateRecord(
    'range_agg',
    'range_agg',
    [
      [['anyrange'], 'anymultirange'],
      [['anymultirange'], 'anymultirange'],
    ],
    {
      text: 'The union of the ranges that are not NULL, as a multirange.',
      example: [
        "select range_agg(x) from (values ('[1,3)'::int4range), ('[5,7)')) t(x)",
        '{[1,3),[5,7)}',
      ],
    },
  ),
  aggregateRecord(
    'range_intersect_agg',
    'range_intersect_agg',
    [
      [['anyrange'], 'anyrange'],
      [['anymultirange'], 'anymultirange'],
    ],
    {
      text: 'What all ranges that are not NULL have in common.',
      example: [
        "select range_intersect_agg(x) from (values ('[1,6)'::int4range), ('[5,7)')) t(x)",
        '[5,6)',
      ],
    },
  ),
  aggregateRecord('json_agg', 'json_agg', [[['anyelement'], 'json']], {
    text: 'All values, NULLs too, as a JSON array.',
    example: ['select json_agg(x) from generate_series(1, 3) x', '[1, 2, 3]'],
  }),
  aggregateRecord('jsonb_agg', 'jsonb_agg', [[['anyelement'], 'jsonb']], {
    text: 'All values, NULLs too, as a JSON array.',
    example: ['select jsonb_agg(x) from generate_series(1, 3) x', '[1, 2, 3]'],
  }),
  aggregateRecord('json_object_agg', 'json_object_agg', [[['any', 'any'], 'json']], {
    text: 'Pairs of key and value as a JSON object.',
    example: ["select json_object_agg(k, 1) from (values ('a')) t(k)", '{ "a" : 1 }'],
  }),
  aggregateRecord('jsonb_object_agg', 'jsonb_object_agg', [[['any', 'any'], 'jsonb']], {
    text: 'Pairs of key and value as a JSON object; of equal keys the last counts.',
    example: ["select jsonb_object_agg(k, 1) from (values ('a')) t(k)", '{"a": 1}'],
  }),
  aggregateRecord(
    'percentile_cont',
    'percentile_cont',
    [
      [['float8', 'float8'], 'float8'],
      [['float8', 'interval'], 'interval'],
      [['_float8', 'float8'], '_float8'],
      [['_float8', 'interval'], '_interval'],
    ],
    {
      text: 'The value at a fraction of the ordered values, interpolated.',
      example: [
        'select percentile_cont(0.5) within group (order by x) from generate_series(1, 4) x',
        '2.5',
      ],
      orderedSet: true,
    },
  ),
  aggregateRecord(
    'percentile_disc',
    'percentile_disc',
    [
      [['float8', 'anyelement'], 'anyelement'],
      [['_float8', 'anyelement'], 'anyarray'],
    ],
    {
      text: 'The first value whose place in the order is at or after a fraction.',
      example: [
        'select percentile_disc(0.5) within group (order by x) from generate_series(1, 4) x',
        '2',
      ],
      orderedSet: true,
    },
  ),
  aggregateRecord('mode', 'mode', [[['anyelement'], 'anyelement']], {
    text: 'The most frequent value, the first in order among several.',
    example: ['select mode() within group (order by x) from (values (1), (2), (2)) t(x)', '2'],
    orderedSet: true,
  }),
  aggregateRecord('median', 'median', [[['float8'], 'float8']], {
    text: 'The middle of the ordered values, interpolated.',
  }),
  hypothetical('rank', 'int8', {
    text: 'rank with gaps that a row of these values would have',
    example: within('rank', '3'),
  }),
  hypothetical('dense_rank', 'int8', {
    text: 'rank without gaps that a row of these values would have',
    example: within('dense_rank', '2'),
  }),
  hypothetical('percent_rank', 'float8', {
    text: 'rank that a row of these values would have, as a part of one',
    example: within('percent_rank', '0.5'),
  }),
  hypothetical('cume_dist', 'float8', {
    text: 'part of the rows up to a row of these values',
    example: within('cume_dist', '0.8'),
  }),
];

function within(name: string, answer: string): readonly [sql: string, answer: string] {
  const rows = 'from (values (1), (1), (2), (3)) t(x)';
  return [`select ${name}(2) within group (order by x) ${rows}`, answer];
}

function hypothetical(
  name: string,
  returns: TypeName,
  about: Pick<AggregateText, 'text' | 'example'>,
): FunctionRecord {
  const options = { orderedSet: true, variadic: true } as const;
  const signature: Signature = [['any'], returns];
  return aggregateRecord(name, `hypothetical_${name}`, [signature], { ...about, ...options });
}
