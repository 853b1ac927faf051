import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { column, testArena } from '../columns/test-columns.ts';
import { bucketOf } from '../functions/date/truncate.ts';
import { extractFromTimestamp } from '../types/date-extract.ts';
import { truncateTimestamp } from '../types/date-trunc.ts';
import type { Datum, Numeric } from '../types/datum.ts';
import { timestampInfinity, timestampMin, timestampMinusInfinity } from '../types/instant.ts';
import { numericToInteger } from '../types/numeric-convert.ts';
import { binTimestamp } from '../types/timestamp-arithmetic.ts';
import type { Expr } from './expr.ts';
import { lower } from './lower.ts';
import { batchOf, call, col, evaluate, lit } from './test-batch.ts';

const infinities = [timestampInfinity, timestampMinusInfinity] as const;
/** Near each other, as rows of a table are; anywhere; at the ends. */
const instant = fc.oneof(
  fc.bigInt({ min: -20_000_000n, max: 20_000_000n }),
  fc.bigInt({ min: 1_748_736_000_000_000n, max: 1_748_736_900_000_000n }),
  fc.bigInt({ min: timestampMin, max: timestampInfinity - 1n }),
  fc.constantFrom(...infinities, timestampMin, 0n, -1n, 500_000n, -500_000n, 499_999n),
);
const instants = fc.array(fc.option(instant, { nil: null, freq: 6 }), {
  minLength: 1,
  maxLength: 40,
});
const t = col(0, 'timestamp');

/** What each row gives; the whole fails where one of them does. */
function outcome(body: () => (Datum | null)[]): (Datum | null)[] | string {
  try {
    return body();
  } catch (error) {
    return (error as Error).message;
  }
}

function agrees(expr: Expr, rows: readonly (bigint | null)[], twin: (time: bigint) => Datum) {
  testArena.reset();
  assert.notEqual(lower(expr, { timeZone: 'UTC' }), expr, 'the expression is lowered');
  const batch = batchOf(column('timestamp', rows));
  assert.deepEqual(
    outcome(() => evaluate(expr, batch)),
    outcome(() => rows.map((time) => (time === null ? null : twin(time)))),
  );
}

test('buckets of a constant width start where single values say', () => {
  const widths = fc.constantFrom(['1s', 1_000_000n], ['5 minutes', 300_000_000n]);
  fc.assert(
    fc.property(instants, widths, (rows, [text, width]) => {
      const expr = call('time_bucket(text,timestamp)', 'timestamp', lit('text', text as string), t);
      agrees(expr, rows, (time) => bucketOf(width as bigint, time));
    }),
  );
});

test('bins of a constant stride and origin start where single values say', () => {
  const strides = fc.bigInt({ min: 1n, max: 10n ** 15n });
  const origins = fc.bigInt({ min: 0n, max: 10n ** 15n });
  fc.assert(
    fc.property(instants, strides, origins, (rows, micros, origin) => {
      const stride = { months: 0, days: 0, micros };
      const args = [lit('interval', stride), t, lit('timestamp', origin)];
      const expr = call('date_bin(interval,timestamp,timestamp)', 'timestamp', ...args);
      agrees(expr, rows, (time) => binTimestamp(stride, time, origin));
    }),
  );
});

test('truncation to a unit of fixed length is that of single values', () => {
  const units = fc.constantFrom('millisecond', 'second', 'Minute', 'hour', 'day', 'week');
  fc.assert(
    fc.property(instants, units, (rows, unit) => {
      const expr = call('date_trunc(text,timestamp)', 'timestamp', lit('text', unit), t);
      agrees(expr, rows, (time) => truncateTimestamp(unit, time));
    }),
  );
});

test('whole epoch seconds round and fail as the numeric does', () => {
  fc.assert(
    fc.property(instants, fc.constantFrom('int4' as const, 'int8' as const), (rows, target) => {
      const epoch = call('extract(text,timestamp)', 'numeric', lit('text', 'epoch'), t);
      const word = target === 'int4' ? 'integer' : 'bigint';
      agrees(call(`cast(numeric,${target})`, target, epoch), rows, (time) => {
        const whole = numericToInteger(extractFromTimestamp('epoch', time) as Numeric, word);
        return target === 'int4' ? Number(whole) : whole;
      });
    }),
  );
});

test('truncation in a zone with daylight saving time is left as it is', () => {
  const time = col(0, 'timestamptz');
  const expr = call('date_trunc(text,timestamptz)', 'timestamptz', lit('text', 'hour'), time);
  assert.equal(lower(expr, { timeZone: 'Europe/Berlin' }), expr);
  assert.equal(lower(expr, {}), expr);
  assert.notEqual(lower(expr, { timeZone: 'UTC' }), expr);
});
