import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareJsonKeys, jsonbOf, normalizeJsonb } from './json-value.ts';

test('plain data as jsonb is its JSON, normalised', () => {
  const wellFormed = fc.string({ unit: 'binary' });
  const data = fc.jsonValue({ stringUnit: 'binary' }).filter((value) => {
    const text = JSON.stringify(value);
    return !/\\u(0000|d[89a-f])/i.test(text);
  });
  fc.assert(
    fc.property(data, (value) => {
      assert.equal(jsonbOf(value), normalizeJsonb(JSON.stringify(value)));
    }),
  );
  fc.assert(
    fc.property(wellFormed, (text) => {
      assert.equal(jsonbOf(text), JSON.stringify(text.replaceAll('\0', '')));
    }),
  );
});

test('what JSON cannot say is left out or null, and there is no character 0', () => {
  assert.equal(
    jsonbOf({ b: undefined, a: Number.NaN, c: 'x\0y', d: '\\u0000' }),
    '{"a": null, "c": "xy", "d": "\\\\u0000"}',
  );
});

test('keys go by the length of their bytes, then by their bytes', () => {
  const key = fc.string({ unit: 'binary', maxLength: 4 });
  fc.assert(
    fc.property(key, key, (left, right) => {
      const [a, b] = [Buffer.from(left), Buffer.from(right)];
      const expected = a.length === b.length ? Buffer.compare(a, b) : a.length - b.length;
      assert.equal(Math.sign(compareJsonKeys(left, right)), Math.sign(expected));
    }),
  );
});
