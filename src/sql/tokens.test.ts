import assert from 'node:assert/strict';
import { test } from 'node:test';
import { piecesOf, type TextPiece } from './tokens.ts';

const kinds = (text: string): readonly TextPiece['kind'][] =>
  [...piecesOf(text)].map(({ kind }) => kind).filter((kind) => kind !== 'space');

test('pieces joined are the text', () => {
  for (const text of [
    `select 'it''s', e'a\\'b', "q""x", $1, $a$ ' $a$, U&'x' /* a /* b */ c */ -- end`,
    `'open`,
    `e'open\\`,
    `"open`,
    `'a''`,
  ]) {
    assert.equal([...piecesOf(text)].map((piece) => piece.text).join(''), text);
  }
});

test('quotes inside of literals do not end them', () => {
  assert.deepEqual(kinds(`'it''s' e'a\\'b' "q""x" x`), [
    'literal',
    'literal',
    'quotedIdentifier',
    'word',
  ]);
});

test('pieces may be millions of characters long', () => {
  const long = 'x'.repeat(10 << 20);
  for (const [text, kind] of [
    [`'${long}'`, 'literal'],
    [`e'${long}'`, 'literal'],
    [`'${"''".repeat(1 << 20)}'`, 'literal'],
    [`"${long}"`, 'quotedIdentifier'],
    [long, 'word'],
    [`--${long}`, 'lineComment'],
    [`/*${long}*/`, 'blockComment'],
  ] as const) {
    assert.deepEqual(kinds(text), [kind]);
  }
});
