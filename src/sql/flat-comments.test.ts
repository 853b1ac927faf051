import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flattenComments } from './flat-comments.ts';

test('comments of many levels become flat, strings and the rest stay', () => {
  const deep = `${'/*'.repeat(5_000)} x ${'*/'.repeat(5_000)}`;
  const text = `select '/* kept */' ${deep} || "/*", 1 /* a */ -- /* b`;
  const flat = flattenComments(text);
  assert.equal(flat.length, text.length);
  assert.equal(
    flat.replaceAll(/ +/g, ' '),
    `select '/* kept */' /* x */ || "/*", 1 /* a */ -- /* b`,
  );
});

test('a comment that does not end stays without an end', () => {
  const flat = flattenComments(`select 1 ${'/*'.repeat(200)} x ${'*/'.repeat(199)}`);
  assert.equal(flat.trimEnd(), 'select 1 /*'.concat(' '.repeat(399), 'x'));
});

test('texts with few comments are as they were', () => {
  assert.equal(flattenComments('select /* /* 1 */ */ 2'), 'select /* /* 1 */ */ 2');
});
