/** A text in pieces has the statements, texts and places that it has as a whole. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { SqlError } from '../errors/sql-error.ts';
import { loadParser, parseInPieces, parseSql } from './parse.ts';
import { piecesOfStatements } from './split-text.ts';
import type { ParsedStatement } from './statement.ts';

before(loadParser);

const noPause = () => Promise.resolve();

const statements = [
  'select 1',
  "select 'a;b', 'it''s;'",
  "select E'\\';', e'a\\\\'",
  'select \'é😀;\', "odd;name" from "t;"',
  'select 1 -- none; here\n',
  'select /* ; /* ; */ ; */ 2',
  'select $$ ; $$, $tag$ ; $$ ; $tag$',
  'select a$b$c from t where x = $1',
  'select 7 / 2 - 1, - -1',
  '',
  "insert into t values (1, 'x;y')",
];

/** Each of them some hundred times, in a changing order. */
function longText(): string {
  const parts: string[] = [];
  for (let index = 0; index < 3000; index += 1) {
    parts.push(statements[(index * 7 + Math.floor(index / 11)) % statements.length] ?? '');
  }
  return parts.join(';');
}

function shape({ text, node, positionOf }: ParsedStatement): unknown {
  const locations = [...JSON.stringify(node).matchAll(/"location":(\d+)/g)];
  return [text, locations.map(([, location]) => positionOf(Number(location)))];
}

test('pieces end behind statements, and are the text', () => {
  const text = longText();
  const pieces = [...piecesOfStatements(text)];
  assert.ok(pieces.length > 3, `${pieces.length} pieces`);
  assert.equal(pieces.join(''), text);
});

test('statements and their places are those of the whole text', async () => {
  const text = longText();
  let pauses = 0;
  const found = await parseInPieces(text, () => {
    pauses += 1;
    return Promise.resolve();
  });
  assert.ok(pauses > 3);
  assert.deepEqual(found.map(shape), parseSql(text).map(shape));
});

test('what is wrong is said of the whole text', async () => {
  const ends = [
    'select 1 1;',
    "select 'open",
    'select /* open',
    'select $$ open',
    'selec 1; select 1',
  ];
  for (const end of ends) {
    const text = `${longText()};${end}`;
    let expected: unknown;
    try {
      parseSql(text);
    } catch (error) {
      expected = error;
    }
    assert.ok(expected instanceof SqlError, end);
    await assert.rejects(parseInPieces(text, noPause), { message: expected.message }, end);
  }
});

test('semicolons inside of a statement are left to the parser', async () => {
  const text = `${longText()}; create function f() returns int begin atomic select 1; select 2; end; select 3`;
  const found = await parseInPieces(text, noPause);
  assert.equal(found.length, parseSql(text).length);
});

test('a pause may end it', async () => {
  await assert.rejects(
    parseInPieces(longText(), () => Promise.reject(new SqlError('query_canceled', 'stopped'))),
    { code: '57014' },
  );
});
