import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dictionary, testArena } from '../columns/test-columns.ts';
import { sqlType } from '../types/type-table.ts';
import type { Expr } from './expr.ts';
import { batchOf, col, evaluate, lit, selected } from './test-batch.ts';

const text = sqlType('text');
const entries = Array.from({ length: 300 }, (_, index) => `entry ${index}`);

function coalesced(value: string): Expr {
  return { kind: 'coalesce', type: text, args: [col(0, 'text'), lit('text', value)] };
}

test('COALESCE of a dictionary column and a text replaces NULLs, whatever the codes', () => {
  const row = fc.option(fc.constantFrom('', 'a', 'null', 'é'), { nil: null, freq: 3 });
  const cases = fc.record({
    rows: fc.array(row, { minLength: 1, maxLength: 70 }),
    value: fc.constantFrom('', 'null', 'other', 'é'),
    codeBytes: fc.constantFrom(1 as const, 2 as const, 4 as const),
  });
  fc.assert(
    fc.property(cases, ({ rows, value, codeBytes }) => {
      testArena.reset();
      const batch = batchOf(dictionary('text', rows, codeBytes));
      const wanted = rows.map((each) => each ?? value);
      assert.deepEqual(evaluate(coalesced(value), batch), wanted);
      const even = rows.flatMap((_, at) => (at % 2 === 0 ? [at] : []));
      const some = wanted.filter((_, at) => at % 2 === 0);
      assert.deepEqual(evaluate(coalesced(value), selected(batch, even)), some);
    }),
  );
});

test('a dictionary whose codes are used up gets wider ones', () => {
  const rows = [null, ...entries.slice(0, 256), null];
  const batch = batchOf(dictionary('text', rows, 1));
  assert.deepEqual(
    evaluate(coalesced('new'), batch),
    rows.map((each) => each ?? 'new'),
  );
});
