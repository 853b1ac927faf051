/** -> and ->> over columns agree with the same over single texts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { columnReader } from '../../columns/read.ts';
import { constantColumn } from '../../columns/constant.ts';
import { column as columnOf, testArena } from '../../columns/test-columns.ts';
import { must } from '../../errors/assert.ts';
import { heap } from '../../memory/heap.ts';
import { normalizeJsonb } from '../../types/json-value.ts';
import { sqlType } from '../../types/type-table.ts';
import { testContext } from '../../expr/test-batch.ts';
import { jsonOperators } from './json-operators.ts';

function column(symbol: string, texts: readonly string[], key: string, chosen?: readonly number[]) {
  const record = jsonOperators.find(({ operator }) => operator === symbol);
  const overload = must(record?.overloads[2], 'overload');
  assert.ok(overload.kind === 'scalar' && overload.args.join() === 'jsonb,text');
  const json = columnOf('jsonb', texts);
  const keys = constantColumn(sqlType('text'), key, texts.length, testArena);
  const rows = chosen ?? texts.map((_, row) => row);
  const selection = chosen === undefined ? 0 : testArena.allocate(rows.length * 4);
  if (selection !== 0) heap().u32.set(rows, selection >>> 2);
  const result = must(overload.column, 'column evaluation')(
    testContext,
    { physicalRows: texts.length, rowCount: rows.length, selection },
    [json, keys],
    sqlType(overload.returns),
  );
  const read = columnReader(result);
  const value = must(overload.datum, 'evaluation by value');
  const expected = rows.map((row) =>
    value(testContext, [must(texts[row], 'text'), key], sqlType(overload.returns)),
  );
  return { found: rows.map((row) => read(row)), expected };
}

const keyNames = fc.constantFrom(
  'a',
  'b',
  'ab',
  'é',
  'a"b',
  '\\',
  '',
  'long key with spaces',
  '\n',
);
const leaves = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('x"y', '\\', '\u0001\u001f', '\t\n\r\b\f', '}', '],{"a": 1}'),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const documents = fc.oneof(
  fc.dictionary(keyNames, fc.oneof(leaves, fc.array(leaves), fc.dictionary(keyNames, leaves))),
  leaves,
  fc.array(leaves),
);

for (const symbol of ['->', '->>']) {
  test(`${symbol} finds in a column what it finds in each text`, () => {
    fc.assert(
      fc.property(fc.array(documents, { minLength: 1, maxLength: 20 }), keyNames, (values, key) => {
        const texts = values.map((value) =>
          normalizeJsonb(JSON.stringify(value).replaceAll('\\u0000', '')),
        );
        const { found, expected } = column(symbol, texts, key);
        assert.deepEqual(found, expected);
      }),
      { numRuns: 200 },
    );
  });
}

test('rows that are not selected are not read', () => {
  const texts = ['{"a": 1}', 'not json', '{"a": "x\\ny"}', '{}'];
  const { found, expected } = column('->>', texts, 'a', [0, 2, 3]);
  assert.deepEqual(found, expected);
  assert.deepEqual(found, ['1', 'x\ny', null]);
});
