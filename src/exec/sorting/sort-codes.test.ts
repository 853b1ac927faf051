import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildColumn } from '../../columns/builder.ts';
import { initializeAllocator } from '../../memory/allocator.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import { attachHeap, createSharedMemory, heap } from '../../memory/heap.ts';
import { sqlType } from '../../types/type-table.ts';
import { setCheckpoint } from '../checkpoint.ts';
import { markChanges, sortedRows, sortRecords } from './sort-codes.ts';

attachHeap(createSharedMemory(512 << 20));
initializeAllocator();

/** Enough for several slices. */
const rowCount = 1_200_000;
const ascending = { descending: false, nullsFirst: false };
const descending = { descending: true, nullsFirst: false };

/** Ten thousand keys in no order, every hundredth NULL. */
function keyOf(row: number): number | null {
  const key = (row * 7_919) % 10_007;
  return key % 100 === 0 ? null : key;
}

test('more rows than a slice are sorted as few are, by several keys with NULLs', () => {
  const arena = new Arena(new Budget(480 << 20));
  const rows = Array.from({ length: rowCount }, (_, row) => row);
  const keys = [
    buildColumn(sqlType('int4'), rows.map(keyOf), arena),
    buildColumn(
      sqlType('text'),
      rows.map((row) => `${row % 3}`),
      arena,
    ),
  ];
  let looks = 0;
  setCheckpoint(() => void looks++);
  const records = sortRecords(keys, [descending, ascending], rowCount, arena);
  const order = sortedRows(records, rowCount, arena);
  const flags = arena.allocate(rowCount);
  markChanges(records, records.words, { rows: order, count: rowCount }, flags);
  setCheckpoint(undefined);
  assert.ok(looks > 20, `${looks} checkpoints`);
  const number = (row: number): number => keyOf(row) ?? -1;
  const wanted = rows.toSorted((a, b) => number(b) - number(a) || (a % 3) - (b % 3) || a - b);
  const found = heap().u32.subarray(order >>> 2, (order >>> 2) + rowCount);
  assert.deepEqual(found, Uint32Array.from(wanted));
  const isNew = wanted.map((row, index) => {
    const before = wanted[index - 1];
    return before !== undefined && keyOf(before) === keyOf(row) && before % 3 === row % 3 ? 0 : 1;
  });
  assert.deepEqual(heap().u8.slice(flags, flags + rowCount), Uint8Array.from(isNew));
  arena.free();
});

test('a checkpoint ends a sort of texts', () => {
  const arena = new Arena(new Budget(480 << 20));
  const texts = Array.from({ length: 300_000 }, (_, row) => `${(row * 7_919) % 300_007}`);
  const column = buildColumn(sqlType('text'), texts, arena);
  const stopped = new Error('stopped');
  setCheckpoint(() => {
    throw stopped;
  });
  assert.throws(() => sortRecords([column], [ascending], texts.length, arena), stopped);
  setCheckpoint(undefined);
  arena.free();
});
