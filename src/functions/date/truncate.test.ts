/** date_trunc and time_bucket of columns, against the functions of single values. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { column, testArena } from '../../columns/test-columns.ts';
import { constantColumn } from '../../columns/constant.ts';
import { columnReader } from '../../columns/read.ts';
import { truncateTimestampTz } from '../../types/date-trunc.ts';
import type { Datum } from '../../types/datum.ts';
import { timestampInfinity } from '../../types/instant.ts';
import { sqlType } from '../../types/type-table.ts';
import { timeZone } from '../../types/time-zone.ts';
import type { EvaluationContext } from '../function-record.ts';
import { truncateColumnTz, bucketsOf } from './truncate-column.ts';
import { bucketOf, bucketWidth, bucketWidthOfInterval } from './truncate.ts';

function contextIn(zone: string): EvaluationContext {
  return {
    arena: testArena,
    timeZone: zone,
    transactionMicros: 0n,
    statementMicros: 0n,
    session: {},
    formats: {},
    catalog: { find: () => undefined },
  };
}

const type = sqlType('timestamptz');
const recent = fc.bigInt({ min: 1_400_000_000_000_000n, max: 1_900_000_000_000_000n });
const near = fc.bigInt({ min: 1_709_900_000_000_000n, max: 1_710_100_000_000_000n });
const any = fc.bigInt({ min: -200_000_000_000_000_000n, max: 9_200_000_000_000_000_000n });

const units = [
  'millisecond',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
  'decade',
];
const zones = ['UTC', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', '<+03>-3'];

test('date_trunc of a column is date_trunc of each value', () => {
  const lists = fc.oneof(...[recent, near, any].map((one) => fc.array(one, { maxLength: 20 })));
  const property = fc.property(
    lists,
    fc.constantFrom(...units),
    fc.constantFrom(...zones),
    (values, unit, zoneName) => {
      const times = [...values, timestampInfinity];
      const args = [
        constantColumn(sqlType('text'), unit, times.length, testArena),
        column('timestamptz', times),
      ];
      const rows = { physicalRows: times.length, rowCount: times.length, selection: 0 };
      const read = columnReader(truncateColumnTz(contextIn(zoneName), rows, args, type));
      const zone = timeZone(zoneName);
      times.forEach((micros, row) => {
        assert.equal(read(row), truncateTimestampTz(unit, micros, zone), `${unit} in ${zoneName}`);
      });
    },
  );
  fc.assert(property, { numRuns: 300 });
});

test('time_bucket cuts toward 1970', () => {
  const evaluate = bucketsOf((width: Datum) => bucketWidth(width as string), bucketOf);
  const times = [-1n, 0n, 299_999_999n, 300_000_000n, 1_704_450_800_000_000n, timestampInfinity];
  const args = [
    constantColumn(sqlType('text'), '5 Minutes', times.length, testArena),
    column('timestamptz', times),
  ];
  const rows = { physicalRows: times.length, rowCount: times.length, selection: 0 };
  const read = columnReader(evaluate(contextIn('UTC'), rows, args, type));
  const buckets = [0n, 0n, 0n, 300_000_000n, 1_704_450_600_000_000n, timestampInfinity];
  assert.deepEqual(
    times.map((_, row) => read(row)),
    buckets,
  );
});

test('widths are numbers of one unit', () => {
  assert.equal(bucketWidth('2weeks'), 1_209_600_000_000n);
  assert.equal(bucketWidth('1 hr'), 3_600_000_000n);
  assert.equal(bucketWidth('300.000s'), 300_000_000n);
  assert.equal(bucketWidth('1.5 h'), 5_400_000_000n);
  for (const wrong of ['1 month', '1 hour 5 minutes', '0 s', '1.5.5 h', 'hour']) {
    assert.throws(() => bucketWidth(wrong), { message: `invalid bucket width: "${wrong}"` });
  }
  assert.equal(bucketWidthOfInterval({ months: 0, days: 1, micros: 1n }), 86_400_000_001n);
});
