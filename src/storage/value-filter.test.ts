import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { allocateBlock } from '../memory/allocator.ts';
import { heap } from '../memory/heap.ts';
import { column, hexColumn } from '../columns/test-columns.ts';
import { buildFilter, filterBytes, hashOfHex, hashOfText, mayContain } from './value-filter.ts';

const memory = allocateBlock(2 ** 20);

function filterOf(texts: readonly (string | null)[], width: number): number {
  const { values, validity, length: count } = hexColumn(texts);
  return buildFilter({ values, width, validity, count }, memory);
}

function has(text: string, width: number, byteSize: number): boolean {
  const hash = hashOfHex(text, width);
  assert.ok(hash !== undefined);
  return mayContain(memory, byteSize, hash);
}

test('every value that was added is found', () => {
  const widths = fc.constantFrom(8, 9, 12, 16, 20, 32);
  fc.assert(
    fc.property(
      widths.chain((width) => {
        const byte = fc.integer({ min: 0, max: 255 });
        const bytes = fc.array(byte, { minLength: width, maxLength: width });
        const text = bytes.map((list) => Buffer.from(list).toString('hex'));
        return fc.tuple(fc.constant(width), fc.array(fc.option(text), { maxLength: 300 }));
      }),
      ([width, texts]) => {
        if (texts.every((text) => text === null)) return;
        const byteSize = filterOf(texts, width);
        for (const text of texts) if (text !== null) assert.ok(has(text, width, byteSize));
      },
    ),
    { numRuns: 60 },
  );
});

function idOf(number: number): string {
  return createHash('sha256').update(String(number)).digest('hex').slice(0, 32);
}

test('every text that was added is found', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 40 })), (texts) => {
      if (texts.length === 0) return;
      const { values, offsets, length: count } = column('text', texts);
      const byteSize = buildFilter({ values, offsets, count }, memory);
      for (const text of texts) assert.ok(mayContain(memory, byteSize, hashOfText(text)));
    }),
    { numRuns: 60 },
  );
});

test('few others are found, and repeated values take a small filter', () => {
  const count = 20_000;
  const distinct = Array.from({ length: count }, (_, row) => idOf(row));
  const isOther = (byteSize: number) =>
    Array.from({ length: count }, (_, row) => has(idOf(count + row), 16, byteSize));
  const wide = filterOf(distinct, 16);
  assert.equal(wide, filterBytes(count));
  const found = isOther(wide).filter(Boolean).length;
  assert.ok(found < count * 0.05, `${found} of ${count}`);
  const repeated = filterOf(
    distinct.map((_, row) => idOf(row % 1000)),
    16,
  );
  assert.ok(repeated < wide);
  assert.ok(isOther(repeated).filter(Boolean).length < count * 0.05);
});

test('the form in files stays as it is', () => {
  const byteSize = filterOf([idOf(1), idOf(2), null, idOf(3)], 16);
  assert.equal(hashOfHex(idOf(1), 16)?.toString(16), '1646e8bb82a660b8');
  assert.equal(byteSize, 64);
  const bytes = heap().u8.slice(memory, memory + byteSize);
  assert.equal(createHash('sha256').update(bytes).digest('hex').slice(0, 16), 'b7c59dccdd3aefd0');
  assert.equal(hashOfHex('ABCDEF0123456789', 8), undefined);
  assert.equal(hashOfHex('abcdef', 8), undefined);
});
