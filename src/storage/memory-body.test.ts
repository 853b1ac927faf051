/** Appending columns of every encoding, with and without selections. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { column, dictionary, hexColumn, testArena } from '../columns/test-columns.ts';
import type { Values } from '../columns/test-columns.ts';
import { columnReader } from '../columns/read.ts';
import type { Column } from '../columns/column.ts';
import { must } from '../errors/assert.ts';
import { allocatedBytes } from '../memory/allocator.ts';
import { heap } from '../memory/heap.ts';
import type { TypeName } from '../types/sql-type.ts';
import { sqlType } from '../types/type-table.ts';
import { BlockPool } from './block-pool.ts';
import { Generations } from './generations.ts';
import { MemoryBody } from './memory-body.ts';
import { createAppendContext } from './memory-column.ts';
import { encodeSegment, freeEncoded } from './segment-encoder.ts';
import { columnAt } from './column-cache.ts';

const pool = new BlockPool();
const context = createAppendContext(pool);

type Make = (values: Values) => Column;

interface Kind {
  readonly type: TypeName;
  readonly value: fc.Arbitrary<Values[number]>;
  readonly make: Make;
}

const hex = fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((n) => n.toString(16).padStart(16, '0'));
const word = fc.constantFrom('', 'a', 'some longer words, of more than sixteen bytes', 'é𝒳');

const kinds: readonly Kind[] = [
  { type: 'bool', value: fc.boolean(), make: (values) => column('bool', values) },
  {
    type: 'int2',
    value: fc.integer({ min: -9, max: 9 }),
    make: (values) => column('int2', values),
  },
  { type: 'int4', value: fc.integer(), make: (values) => column('int4', values) },
  { type: 'int8', value: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), make: (v) => column('int8', v) },
  { type: 'float8', value: fc.double(), make: (values) => column('float8', values) },
  { type: 'uuid', value: fc.uuid(), make: (values) => column('uuid', values) },
  { type: 'text', value: word, make: (values) => column('text', values) },
  { type: 'text', value: word, make: (values) => dictionary('text', values) },
  { type: 'text', value: word, make: (values) => dictionary('text', values, 2) },
  {
    type: 'text',
    value: hex,
    make: (values) => hexColumn(['0'.repeat(16), ...values] as string[]),
  },
  { type: 'text', value: hex, make: (values) => column('text', values) },
];

/** Rows of a batch and which of them are selected; undefined: all. */
const piece = (kind: Kind) => {
  const isHex = kind === kinds[9];
  return fc
    .array(fc.option(kind.value, { freq: 3 }), { minLength: 1, maxLength: 150 })
    .chain((values) =>
      fc.record({
        values: fc.constant(isHex ? ['0'.repeat(16), ...values] : values),
        source: fc.constant(values),
        selection: fc.option(fc.subarray(values.map((_, row) => row)), { nil: undefined }),
      }),
    );
};

function selectionOf(rows: readonly number[] | undefined): number {
  if (rows === undefined) return 0;
  const pointer = testArena.allocate(rows.length * 4 + 4);
  for (const [index, row] of rows.entries()) heap().u32[(pointer >>> 2) + index] = row;
  return pointer;
}

function appended(body: MemoryBody, from: Column, rows: readonly number[] | undefined): void {
  const source = { column: () => from, selection: selectionOf(rows) };
  body.append(source, 0, rows?.length ?? from.length);
}

function readAll(from: Column): Values {
  const read = columnReader(from);
  return Array.from({ length: from.length }, (_, row) => read(row));
}

for (const [index, kind] of kinds.entries()) {
  test(`appended ${kind.type} rows of source ${index} are read back, also encoded`, () => {
    fc.assert(
      fc.property(fc.array(piece(kind), { minLength: 1, maxLength: 5 }), (pieces) => {
        testArena.reset();
        const generations = new Generations();
        const body = new MemoryBody([sqlType(kind.type)], context, (free) =>
          generations.retire(free),
        );
        const expected: Values[number][] = [];
        for (const { values, source, selection } of pieces) {
          appended(body, kind.make(source), selection);
          const rows: readonly number[] = selection ?? Array.from(values, (_, row) => row);
          for (const row of rows) expected.push(values[row] ?? null);
        }
        const whole = must(body.column(0, body.rows), 'column');
        assert.deepEqual(readAll(whole), expected);
        checkEncoded(whole, expected);
        const half = expected.length >>> 1;
        body.truncate(half);
        appended(body, kind.make(must(pieces[0], 'piece').source), undefined);
        const again = [...expected.slice(0, half), ...must(pieces[0], 'piece').values];
        assert.deepEqual(readAll(must(body.column(0, body.rows), 'column')), again);
        const nulls = again.filter((value) => value === null).length;
        assert.equal(body.nullCount(0), nulls);
        body.free();
      }),
      { numRuns: 60 },
    );
  });
}

function checkEncoded(whole: Column, expected: Values): void {
  if (expected.length === 0) return;
  const before = allocatedBytes();
  const { columns, filters, zones } = encodeSegment([whole], expected.length);
  const [encoded] = columns;
  const { nullCount } = must(zones[0], 'zone');
  assert.equal(nullCount, expected.filter((value) => value === null).length);
  if (!encoded) {
    assert.equal(nullCount, expected.length);
    return;
  }
  const stored = { ...encoded.stored, at: 0 };
  const source = { type: whole.type, rowCount: expected.length, stored };
  const decoded = columnAt({ path: '', ...source }, encoded.pointer);
  assert.deepEqual(readAll(decoded), expected);
  freeEncoded([...columns, ...filters]);
  assert.equal(allocatedBytes(), before, 'nothing is left behind');
}
