import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { initializeAllocator } from '../memory/allocator.ts';
import { Arena, Budget } from '../memory/arena.ts';
import { attachHeap, createSharedMemory } from '../memory/heap.ts';
import type { Datum } from '../types/datum.ts';
import type { TypeName } from '../types/sql-type.ts';
import { sqlType } from '../types/type-table.ts';
import { ColumnBuilder } from './builder.ts';
import { columnReader } from './read.ts';

before(() => {
  attachHeap(createSharedMemory(1 << 26));
  initializeAllocator();
});

const makers: readonly (readonly [TypeName, (row: number) => Datum])[] = [
  ['text', (row) => `row ${row}`],
  ['int4', (row) => row * 3],
  ['int8', (row) => BigInt(row) * 5n],
  ['bool', (row) => row % 3 === 0],
  ['bytea', (row) => Uint8Array.of(row & 0xff)],
];

for (const [name, make] of makers) {
  test(`a ${name} column keeps every value where its buffers grow`, () => {
    const arena = new Arena(new Budget(1 << 26));
    const builder = new ColumnBuilder(sqlType(name), arena, 64);
    for (let row = 0; row < 1000; row++) builder.append(row % 7 === 6 ? null : make(row));
    const read = columnReader(builder.finish());
    for (let row = 0; row < 1000; row++) {
      assert.deepEqual(read(row), row % 7 === 6 ? null : make(row), `row ${row}`);
    }
    arena.free();
  });
}
