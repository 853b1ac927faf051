import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { columnReader } from '../../columns/read.ts';
import { initializeAllocator } from '../../memory/allocator.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import { attachHeap, createSharedMemory, heap } from '../../memory/heap.ts';
import { sqlType } from '../../types/type-table.ts';
import type { Datum } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { RowBuffer } from './row-buffer.ts';
import { encodeSample, rowNumbers, sampleColumn, sampleRows } from './sample-columns.ts';
import type { Column } from '../../columns/column.ts';

attachHeap(createSharedMemory(256 << 20));
initializeAllocator();

const types: readonly TypeName[] = ['bool', 'int2', 'int4', 'int8', 'float8', 'text', 'uuid'];
const batches = fc.array(
  fc.integer({ min: 1, max: 70 }).chain((length) =>
    fc.record({
      length: fc.constant(length),
      columns: fc.tuple(...types.map((type) => sampleColumn(type, length))),
      flags: fc.array(fc.boolean(), { maxLength: 5 }),
    }),
  ),
  { maxLength: 4 },
);

function valuesOf(column: Column): (Datum | null)[] {
  const read = columnReader(column);
  return Array.from({ length: column.length }, (_, row) => read(row));
}

test('a row buffer gives back the selected rows of every batch, whatever their encoding', () => {
  const arena = new Arena(new Budget(128 << 20));
  const scratch = new Arena(new Budget(128 << 20));
  fc.assert(
    fc.property(batches, fc.array(fc.nat(), { maxLength: 30 }), (inputs, picks) => {
      arena.reset();
      scratch.reset();
      const buffer = new RowBuffer(
        types.map((type) => sqlType(type)),
        arena,
        scratch,
      );
      const expected: (Datum | null)[][] = types.map(() => []);
      for (const input of inputs) {
        const columns = input.columns.map((column) => encodeSample(column, arena));
        const rows = sampleRows(input.length, input.flags, arena);
        buffer.appendColumns(columns, rows);
        for (const [index, column] of input.columns.entries()) {
          for (const row of rowNumbers(rows)) {
            expected[index]?.push(column.values[row] as Datum | null);
          }
        }
      }
      const kept = buffer.columns().map(valuesOf);
      assert.deepEqual(kept, expected);
      checkGather(buffer, expected, picks, arena);
    }),
    { numRuns: 150 },
  );
});

function checkGather(
  buffer: RowBuffer,
  expected: readonly (Datum | null)[][],
  picks: readonly number[],
  arena: Arena,
): void {
  if (buffer.rowCount === 0) return;
  const rows = picks.map((pick) => (pick % 5 === 0 ? 0xffffffff : pick % buffer.rowCount));
  const pointer = arena.allocate(rows.length * 4 + 4);
  heap().u32.set(rows, pointer >>> 2);
  const list = { rows: pointer, count: rows.length, hasNullRows: true };
  const gathered = buffer.gather(list, arena).map(valuesOf);
  assert.deepEqual(
    gathered,
    expected.map((column) => rows.map((row) => (row === 0xffffffff ? null : column[row]))),
  );
}

test('dictionaries of several batches are merged into one', () => {
  const arena = new Arena(new Budget(64 << 20));
  const buffer = new RowBuffer([sqlType('text')], arena, arena);
  const first = { type: 'text', encoding: 'dictionary', values: ['a', 'b', 'a', null] } as const;
  const second = { type: 'text', encoding: 'dictionary', values: ['c', 'b'] } as const;
  for (const sample of [first, second]) {
    const column = encodeSample(sample, arena);
    const rowCount = sample.values.length;
    buffer.appendColumns([column], { physicalRows: rowCount, rowCount, selection: 0 });
  }
  const [column] = buffer.columns();
  assert.equal(column?.encoding, 'dictionary');
  assert.deepEqual(valuesOf(column as Column), ['a', 'b', 'a', null, 'c', 'b']);
});
