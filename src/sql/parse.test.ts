/** Parsing: statements and places, PostgreSQL's syntax errors, texts that nest too deep. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SqlError } from '../errors/sql-error.ts';
import { commentsOf, fingerprintOf, normalizeSql } from './fingerprint.ts';
import { loadParser, parseSql } from './parse.ts';

before(loadParser);

function errorOf(text: string): readonly [code: string, message: string, position?: number] {
  try {
    parseSql(text);
  } catch (error) {
    assert.ok(error instanceof SqlError, String(error));
    const { position } = error.fields;
    return position === undefined
      ? [error.code, error.message]
      : [error.code, error.message, position];
  }
  return ['00000', ''];
}

test('statements are cut apart and keep their own text', () => {
  const statements = parseSql(" select 'é' ;;\n-- note\n select 2 /* x */; ");
  assert.deepEqual(
    statements.map(({ text }) => text),
    ["select 'é'", 'select 2 /* x */'],
  );
});

test('empty texts have no statements', () => {
  for (const text of ['', '  \n', ';', ';;', '-- only a comment', '/* a /* b */ c */']) {
    assert.deepEqual(parseSql(text), [], text);
  }
});

test('places count characters from one, also behind letters of several bytes', () => {
  const [statement] = parseSql("select 'é😀', nope");
  const node = JSON.stringify(statement?.node);
  const location = Number(/"ColumnRef":\{.*?"location":(\d+)/.exec(node)?.[1]);
  assert.equal(location, 17);
  assert.equal(statement?.positionOf(location), 14);
});

test("syntax errors are PostgreSQL's with its place", () => {
  assert.deepEqual(errorOf('selec 1'), ['42601', 'syntax error at or near "selec"', 1]);
  assert.deepEqual(errorOf('select é + from t'), ['42601', 'syntax error at or near "from"', 12]);
  assert.deepEqual(errorOf('select 1 +'), ['42601', 'syntax error at end of input', 11]);
  assert.deepEqual(errorOf("select 'abc"), [
    '42601',
    'unterminated quoted string at or near "\'abc"',
    8,
  ]);
  assert.equal(errorOf("select e'\\u12'")[0], '22025');
  assert.equal(errorOf("select u&'\\zzzz'")[0], '42601');
  assert.equal(errorOf("select e'\\xff'")[0], '22021');
  assert.equal(errorOf('select float(60)')[0], '22023');
  assert.equal(errorOf("select 1 where 'a\0b'")[0], '22021');
});

test('texts that nest too deep are refused, and the parser lives on', async () => {
  const deep = `select ${'1+'.repeat(40_000)}1`;
  for (let round = 0; round < 40; round += 1) {
    assert.equal(errorOf(deep)[0], '54001');
    await sleep(15);
  }
  assert.equal(parseSql('select 1').length, 1);
});

test('statements that differ in literals only have one fingerprint', () => {
  const one = "SELECT a, 'x' FROM T -- note\n WHERE b = 1.5 AND c = $1 /* k='v' */";
  const other = "select a, e'it\\'s'\nfrom t where b = .5e3 and c = $1";
  assert.equal(normalizeSql(one), 'select a, ? from t where b = ? and c = $1');
  assert.equal(fingerprintOf(normalizeSql(one)), fingerprintOf(normalizeSql(other)));
  assert.notEqual(
    fingerprintOf(normalizeSql(one)),
    fingerprintOf(normalizeSql('select "A", 1 from t')),
  );
  assert.equal(normalizeSql("select $tag$it's$tag$, U&'\\0041', x'ff'"), 'select ?, ?, ?');
});

test('block comments are found outside of strings, nested ones whole', () => {
  const text = "select '/* no */' /* traceparent='00-1' */ /* a /* b */ c */";
  assert.deepEqual(commentsOf(text), ["traceparent='00-1'", 'a /* b */ c']);
});
