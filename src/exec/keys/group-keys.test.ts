import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { must } from '../../errors/assert.ts';
import { columnReader } from '../../columns/read.ts';
import { initializeAllocator } from '../../memory/allocator.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import { attachHeap, createSharedMemory, heap } from '../../memory/heap.ts';
import { sqlType } from '../../types/type-table.ts';
import { buildColumn } from '../../columns/builder.ts';
import type { Datum } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { GroupKeys } from './group-keys.ts';
import { encodeSample, rowNumbers, sampleColumn, sampleRows } from './sample-columns.ts';

attachHeap(createSharedMemory(512 << 20));
initializeAllocator();

const keyTypes = fc.array(
  fc.constantFrom<TypeName>('bool', 'int2', 'int4', 'int8', 'float8', 'text', 'uuid'),
  { minLength: 1, maxLength: 4 },
);
const inputs = keyTypes.chain((types) =>
  fc.record({
    types: fc.constant(types),
    skipsNulls: fc.boolean(),
    batches: fc.array(
      fc.integer({ min: 1, max: 60 }).chain((length) =>
        fc.record({
          length: fc.constant(length),
          columns: fc.tuple(...types.map((type) => sampleColumn(type, length))),
          flags: fc.array(fc.boolean(), { maxLength: 4 }),
        }),
      ),
      { maxLength: 4 },
    ),
  }),
);

function keyText(values: readonly (Datum | null)[]): string {
  const plain = values.map((value) => (Object.is(value, -0) ? 0 : value));
  return JSON.stringify(plain, (_, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    return typeof value === 'number' && !Number.isFinite(value) ? `${value}` : value;
  });
}

/** The plain twin of GroupKeys: a Map in order of insertion. */
class KeyTwin {
  readonly ids = new Map<string, number>();
  readonly #skipsNulls: boolean;

  constructor(skipsNulls: boolean) {
    this.#skipsNulls = skipsNulls;
  }

  intern(values: readonly (Datum | null)[]): number {
    if (this.#skipsNulls && values.includes(null)) return 0xffffffff;
    const key = keyText(values);
    const id = this.ids.get(key) ?? this.ids.size;
    this.ids.set(key, id);
    return id;
  }

  find(values: readonly (Datum | null)[]): number {
    if (this.#skipsNulls && values.includes(null)) return 0xffffffff;
    return this.ids.get(keyText(values)) ?? 0xffffffff;
  }
}

function readIds(pointer: number, count: number): number[] {
  return [...heap().u32.slice(pointer >>> 2, (pointer >>> 2) + count)];
}

test('group keys give dense ids in order of appearance and the keys back', () => {
  const state = new Arena(new Budget(256 << 20));
  const scratch = new Arena(new Budget(256 << 20));
  fc.assert(
    fc.property(inputs, ({ types, skipsNulls, batches }) => {
      state.reset();
      scratch.reset();
      const memory = { state, scratch, skipsNulls };
      const keys = new GroupKeys(
        types.map((type) => sqlType(type)),
        memory,
      );
      const twin = new KeyTwin(skipsNulls);
      const half = Math.ceil(batches.length / 2);
      for (const [index, batch] of batches.entries()) {
        const columns = batch.columns.map((column) => encodeSample(column, scratch));
        const rows = sampleRows(batch.length, batch.flags, scratch);
        const tuples = rowNumbers(rows).map((row) =>
          batch.columns.map((column) => column.values[row] as Datum | null),
        );
        const isBuild = index < half;
        const ids = isBuild ? keys.intern(columns, rows) : keys.find(columns, rows);
        const expected = tuples.map((tuple) => (isBuild ? twin.intern(tuple) : twin.find(tuple)));
        assert.deepEqual(readIds(ids, rows.rowCount), expected);
        assert.equal(keys.count, twin.ids.size);
      }
      if (keys.count === 0) return;
      const readers = keys.columns(0, keys.count, scratch).map(columnReader);
      const rows = Array.from({ length: keys.count }, (_, id) =>
        keyText(readers.map((read) => read(id))),
      );
      assert.deepEqual(rows, [...twin.ids.keys()]);
    }),
    { numRuns: 200 },
  );
});

test('tables grow over many keys, of words and of texts, and pairs go over to the hash', () => {
  const state = new Arena(new Budget(256 << 20));
  const scratch = new Arena(new Budget(256 << 20));
  const types = [sqlType('int8'), sqlType('text')];
  const keys = new GroupKeys(types, { state, scratch, skipsNulls: false });
  const count = 10_000;
  const seen = new Set<number>();
  for (let round = 0; round < 3; round++) {
    const at = (index: number) => (index * 7919) % (5000 * (round + 1));
    for (let i = 0; i < count; i++) seen.add(at(i));
    const numbers = Array.from({ length: count }, (_, i) => BigInt(at(i)));
    const texts = Array.from({ length: count }, (_, i) => `text ${at(i)}`);
    const columns = [
      buildColumn(must(types[0], 'type'), numbers, scratch),
      buildColumn(must(types[1], 'type'), texts, scratch),
    ];
    const ids = keys.intern(columns, { physicalRows: count, rowCount: count, selection: 0 });
    const again = keys.find(columns, { physicalRows: count, rowCount: count, selection: 0 });
    assert.deepEqual(readIds(ids, count), readIds(again, count));
  }
  assert.equal(keys.count, seen.size);
});

test('numeric keys that differ only in scale are one group, shown as first seen', () => {
  const state = new Arena(new Budget(16 << 20));
  const type = sqlType('numeric');
  const keys = new GroupKeys([type], { state, scratch: state, skipsNulls: false });
  const numeric = (digits: bigint, scale: number) => ({ digits, scale });
  const values = [numeric(150n, 2), numeric(15n, 1), numeric(0n, 3), numeric(0n, 0), null];
  const column = buildColumn(type, values, state);
  const ids = keys.intern([column], { physicalRows: 5, rowCount: 5, selection: 0 });
  assert.deepEqual(readIds(ids, 5), [0, 0, 1, 1, 2]);
  const read = columnReader(must(keys.columns(0, 3, state)[0], 'column'));
  assert.deepEqual(read(0), numeric(150n, 2));
  assert.equal(read(2), null);
});

test('documents that differ only in zeros behind a fraction are one group', () => {
  const state = new Arena(new Budget(16 << 20));
  const type = sqlType('jsonb');
  const keys = new GroupKeys([type], { state, scratch: state, skipsNulls: false });
  const values = ['{"a": 1}', '{"a": 1.0}', '[2.50, "1.0"]', '[2.5, "1.0"]', '[2.5, "1"]', null];
  const column = buildColumn(type, values, state);
  const ids = keys.intern([column], { physicalRows: 6, rowCount: 6, selection: 0 });
  assert.deepEqual(readIds(ids, 6), [0, 0, 1, 1, 2, 3]);
  assert.equal(columnReader(must(keys.columns(0, 4, state)[0], 'column'))(1), '[2.50, "1.0"]');
});

test('one month and thirty days are one group', () => {
  const state = new Arena(new Budget(16 << 20));
  const type = sqlType('interval');
  const keys = new GroupKeys([type], { state, scratch: state, skipsNulls: false });
  const spans = [
    { months: 1, days: 0, micros: 0n },
    { months: 0, days: 30, micros: 0n },
    { months: 0, days: 29, micros: 86_400_000_000n },
    { months: -1, days: 0, micros: 0n },
    { months: 0, days: -31, micros: 86_400_000_000n },
    { months: 0, days: 0, micros: 1n },
    { months: 178_000_000, days: 2_000_000_000, micros: 9_000_000_000_000_000_000n },
  ];
  const column = buildColumn(type, spans, state);
  const rowCount = spans.length;
  const ids = keys.intern([column], { physicalRows: rowCount, rowCount, selection: 0 });
  assert.deepEqual(readIds(ids, rowCount), [0, 0, 0, 1, 1, 2, 3]);
});
