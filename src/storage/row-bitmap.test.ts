import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addRow, addRows, hasRow, removeRow, rowsOf } from './row-bitmap.ts';

const byteSize = 64;
const rows = fc.uniqueArray(fc.integer({ min: 0, max: byteSize * 8 - 1 }));

function bitmapOf(list: readonly number[]): Uint8Array {
  const bitmap = new Uint8Array(byteSize);
  for (const row of list) addRow(bitmap, row);
  return bitmap;
}

const ascending = (list: Iterable<number>): number[] => [...list].toSorted((a, b) => a - b);

test('rows come back in order, also of bytes at odd places', () => {
  fc.assert(
    fc.property(rows, (list) => {
      const odd = new Uint8Array(byteSize + 1).subarray(1);
      odd.set(bitmapOf(list));
      assert.deepEqual([...rowsOf(bitmapOf(list))], ascending(list));
      assert.deepEqual([...rowsOf(odd)], ascending(list));
      const short = bitmapOf(list).subarray(0, byteSize - 3);
      const inside = list.filter((row) => row < short.length * 8);
      assert.deepEqual([...rowsOf(short)], ascending(inside));
    }),
  );
});

test('a union has the rows of both, and counts the new ones', () => {
  fc.assert(
    fc.property(rows, rows, (left, right) => {
      const target = bitmapOf(left);
      const count = addRows(target, bitmapOf(right));
      assert.equal(count, right.filter((row) => !left.includes(row)).length);
      assert.deepEqual([...rowsOf(target)], ascending(new Set([...left, ...right])));
    }),
  );
});

test('a row that is removed is gone, and no other', () => {
  const bitmap = bitmapOf([7, 8, 31, 32]);
  removeRow(bitmap, 31);
  assert.equal(hasRow(bitmap, 31), false);
  assert.deepEqual([...rowsOf(bitmap)], [7, 8, 32]);
});
