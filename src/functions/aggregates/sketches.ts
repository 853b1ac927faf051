/** Sketches: aggregates that make and merge them, scalar functions that read them. */
import { family, scalar } from '../define.ts';
import type { FunctionRecord } from '../function-record.ts';
import { aggregateRecord } from './aggregate-record.ts';
import { decodeDistinctSketch, distinctCount } from './distinct-sketch.ts';
import { percentileColumn } from './percentiles.ts';

const define = family('aggregates');

export const sketches: readonly FunctionRecord[] = [
  aggregateRecord('percentile_agg', 'percentile_agg', [[['float8'], 'bytea']], {
    text:
      'A sketch of the values from which approx_percentile reads: all of up to 256 values, ' +
      'beyond that counts by ranges of 0.8 %. NULL, NaN and infinities are ignored.',
  }),
  aggregateRecord('tdigest_merge', 'tdigest_merge', [[['bytea'], 'bytea']], {
    text: 'Merges sketches of percentile_agg into one.',
  }),
  define(
    'approx_percentile',
    {
      text:
        'The value at a fraction between 0 and 1 of the sketched values in order: what ' +
        'percentile_cont gives for up to 256 values, within 1/128 of the value beyond.',
      example: ['approx_percentile(0.5, percentile_agg(x)) from generate_series(1, 101) x', '51'],
    },
    {
      kind: 'scalar',
      args: ['float8', 'bytea'],
      returns: 'float8',
      column: percentileColumn,
    },
  ),
  aggregateRecord('hll_agg', 'hll_agg', [[['any'], 'bytea']], {
    text:
      'A sketch of the distinct values, which hll_count counts: exactly up to 512, beyond that ' +
      'with a standard error of 1.6 %.',
    aliases: ['approx_count_distinct'],
  }),
  aggregateRecord('hll_merge', 'hll_merge', [[['bytea'], 'bytea']], {
    text: 'Merges sketches of hll_agg into one.',
  }),
  aggregateRecord('approx_distinct', 'approx_distinct', [[['any'], 'int8']], {
    text: 'The number of distinct values, exact up to 512, beyond that with a standard error of 1.6 %.',
  }),
  define(
    'hll_count distinct_count',
    { text: 'The number of distinct values in a sketch of hll_agg.' },
    scalar('bytea → int8', (bytes: Uint8Array) => distinctCount(decodeDistinctSketch(bytes))),
  ),
];
