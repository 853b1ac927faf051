/** Rows read without the parser are the parser's, and what is not theirs to read is left to it. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { SqlError } from '../errors/sql-error.ts';
import { cutValues } from './bulk-values.ts';
import { loadParser, parseSql } from './parse.ts';
import { parseRaw } from './parser-module.ts';

before(loadParser);

const filler = Array.from({ length: 300 }, (_, i) => `(${i}, 'row ${i}')`).join(', ');

/** The rows of the text as the parser alone reads them. */
function parsedAlone(text: string): unknown {
  const outcome = parseRaw(text);
  assert.ok('tree' in outcome);
  return outcome.tree.stmts?.[0]?.stmt;
}

const literals = [
  '1, 2',
  '-5, - 5',
  '0, -0',
  '007, 2147483647',
  '2147483648, -2147483648',
  '99999999999999999999, -1.50',
  '1e5, 1.0E-3',
  "'it''s', ''",
  "'é😀', '\n'",
  "'a''', '''b'",
  'true, FALSE',
  'Null, default',
  '$1, $65535',
  "'x' , 1",
];

test('literals and parameters give the nodes and places that the parser gives', () => {
  const rows = literals.map((list) => `(${list})`).join(',\n');
  for (const tail of ['', ' ; ', ' on conflict (a) do nothing', ' returning a, "b" as é, 1 + 2']) {
    for (const target of ['t', '"T" (a, "b c")', 's.t as x(a, b) overriding system value']) {
      const text = `insert into ${target} values (1, 'é'), ${rows}, ${filler}${tail}`;
      assert.notEqual(cutValues(text), undefined, text.slice(0, 60));
      const [statement, ...more] = parseSql(text);
      assert.deepEqual(statement?.node, parsedAlone(text));
      assert.equal(statement?.text, text.replace(/ ; $/, ''));
      assert.deepEqual(more, []);
    }
  }
});

test('anything else is read by the parser', () => {
  const others = [
    '1 + 1, 2',
    '+5, 1',
    'now(), 1',
    "'a' 'b', 1",
    "'a'\n'b', 1",
    "E'\\n', 1",
    '(1), 2',
    '.5, 1',
    '1, /* two */ 2',
    '1, -- two\n 2',
    "date '2026-01-01', 1",
    "'1'::int, 2",
    'null::int, 1',
    'truely, 1',
    'array[1], 1',
    '(select 1), 2',
  ];
  for (const other of others) {
    const text = `insert into t values (1, 2), ${filler}, (${other})`;
    assert.equal(cutValues(text), undefined, other);
  }
});

test('texts that are wrong behind the rows are refused as the parser refuses them', () => {
  const rows = `insert into t values (1, 'é'), ${filler}`;
  for (const tail of [',', ' returning', ') x', ' select 1', ", ('open"]) {
    const text = rows + tail;
    const outcome = parseRaw(text);
    assert.ok('error' in outcome);
    assert.throws(
      () => parseSql(text),
      (error) =>
        error instanceof SqlError &&
        error.message === outcome.error.message &&
        error.fields.position === outcome.error.cursorPosition,
      tail,
    );
  }
});

test('two statements are both read', () => {
  const text = `insert into t values (0, 'a'), ${filler}; select 'é'`;
  assert.deepEqual(
    parseSql(text).map(({ text: own }) => own.slice(0, 10)),
    ['insert int', "select 'é'"],
  );
});
