/** Hashes, compared with what PostgreSQL 15 answered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashBytes, hashInt8, hashWord } from './hash.ts';

test('texts of every length modulo twelve hash as in PostgreSQL', () => {
  const known: readonly (readonly [string, number])[] = [
    ['', -1477818771],
    ['a', 1075015857],
    ['hello world, this is a long text', -766995688],
  ];
  for (const [text, hash] of known) assert.equal(hashBytes(Buffer.from(text)), hash, text);
});

test('numbers hash as in PostgreSQL, whatever their width', () => {
  assert.equal(hashWord(5), -1330264708);
  assert.equal(hashInt8(5n), hashWord(5));
  assert.equal(hashInt8(-5n), 1412886042);
  assert.equal(hashInt8(5_000_000_000n), -694934712);
});
