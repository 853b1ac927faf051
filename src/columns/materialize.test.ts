import assert from 'node:assert/strict';
import { test } from 'node:test';
import { column, dictionary, hexColumn, testArena } from './test-columns.ts';
import { heap } from '../memory/heap.ts';
import type { Datum } from '../types/datum.ts';
import type { Column } from './column.ts';
import { constantColumn } from './constant.ts';
import { gatherRows, materialize } from './materialize.ts';
import { columnReader } from './read.ts';

function values(from: Column): (Datum | null)[] {
  const read = columnReader(from);
  return Array.from({ length: from.length }, (_, row) => read(row));
}

function rows(numbers: readonly number[]) {
  const selection = testArena.allocate(numbers.length * 4);
  heap().u32.set(numbers, selection >>> 2);
  return { rowCount: numbers.length, selection };
}

const text = ['a', null, 'ccc', '', 'é'];
const hex = ['0aff', null, '0000'];

test('a column reads back the values it was built from', () => {
  const interval = { months: -1, days: 2, micros: 3n };
  assert.deepEqual(values(column('text', text)), text);
  assert.deepEqual(values(column('bool', [true, null, false])), [true, null, false]);
  assert.deepEqual(values(column('int8', [1n, -1n])), [1n, -1n]);
  assert.deepEqual(values(column('oid', [4_000_000_000])), [4_000_000_000]);
  assert.deepEqual(values(column('interval', [interval])), [interval]);
  const uuid = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';
  assert.deepEqual(values(column('uuid', [null, uuid])), [null, uuid]);
});

test('a column that outgrows its buffers keeps its values and nulls', () => {
  const many = Array.from({ length: 1000 }, (_, i) => (i % 7 === 0 ? null : 'x'.repeat(i % 50)));
  assert.deepEqual(values(column('text', many)), many);
});

test('every encoding becomes plain with the same values', () => {
  for (const from of [
    dictionary('text', text),
    dictionary('text', text, 2),
    hexColumn(hex),
    constantColumn({ name: 'text', typmod: -1 }, 'k', 3, testArena),
    constantColumn({ name: 'bool', typmod: -1 }, true, 9, testArena),
    constantColumn({ name: 'int4', typmod: -1 }, null, 3, testArena),
  ]) {
    const plain = materialize(from, testArena);
    assert.equal(plain.encoding, 'plain');
    assert.deepEqual(values(plain), values(from));
  }
});

test('selected rows are laid end to end', () => {
  const wanted = rows([1, 2, 4]);
  for (const from of [column('text', text), dictionary('text', text)]) {
    assert.deepEqual(values(gatherRows(from, wanted, testArena)), [null, 'ccc', 'é']);
  }
  assert.deepEqual(values(gatherRows(hexColumn(hex), rows([2, 0]), testArena)), ['0000', '0aff']);
  const numbers = column('int8', [10n, null, 30n, 40n]);
  assert.deepEqual(values(gatherRows(numbers, rows([0, 1, 3]), testArena)), [10n, null, 40n]);
  const flags = column('bool', [true, false, null, true]);
  assert.deepEqual(values(gatherRows(flags, rows([1, 2, 3]), testArena)), [false, null, true]);
});
