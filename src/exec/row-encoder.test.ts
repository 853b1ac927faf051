import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Arena, Budget } from '../memory/arena.ts';
import { heap } from '../memory/heap.ts';
import { makeBatch, selectedBatch, type Batch } from '../columns/batch.ts';
import { buildColumn } from '../columns/builder.ts';
import { columnReader } from '../columns/read.ts';
import { defaultFormats, type FormatSettings } from '../types/format-settings.ts';
import { encodeBinary } from '../types/type-binary.ts';
import { formatText } from '../types/type-text.ts';
import { sqlType } from '../types/type-table.ts';
import type { Column } from '../columns/column.ts';
import type { Datum } from '../types/datum.ts';
import type { SqlType, TypeName } from '../types/sql-type.ts';
import { provideKernelFormats } from './kernel-formats.ts';
import { dataRowTag, RowEncoder } from './row-encoder.ts';
import { selectedRow } from './selected-row.ts';
import { openTestMemory } from './test-memory.ts';

openTestMemory();
provideKernelFormats();
const budget = new Budget(1 << 28);

/** The twin: one row's message, value by value. */
function messageOf(values: readonly (Uint8Array | null)[]): Buffer {
  const parts = values.map((value) => {
    const size = Buffer.alloc(4);
    size.writeInt32BE(value === null ? -1 : value.length);
    return Buffer.concat([size, value ?? Buffer.alloc(0)]);
  });
  const head = Buffer.alloc(7);
  head.writeUInt8(dataRowTag);
  head.writeInt32BE(6 + Buffer.concat(parts).length, 1);
  head.writeInt16BE(values.length, 5);
  return Buffer.concat([head, ...parts]);
}

interface Output {
  readonly formats: readonly number[];
  readonly settings: FormatSettings;
}

function expected(batch: Batch, types: readonly SqlType[], output: Output): Buffer {
  const readers = types.map((_, index) => columnReader(batch.column(index)));
  const messages: Buffer[] = [];
  for (let position = 0; position < batch.rowCount; position++) {
    const row = selectedRow(batch.selection, position);
    const values = types.map((type, index) => {
      const value = readers[index]?.(row) ?? null;
      if (value === null) return null;
      if (output.formats[index] === 1) return encodeBinary(type, value);
      return Buffer.from(formatText(type, value, output.settings));
    });
    messages.push(messageOf(values));
  }
  return Buffer.concat(messages);
}

/** All rows through a buffer of `outBytes` bytes, which doubles when one row does not fit. */
function encoded(
  batch: Batch,
  types: readonly SqlType[],
  { formats, settings }: Output,
  outBytes = 4096,
): Buffer {
  const arena = new Arena(budget);
  const encoder = new RowEncoder({ types, formats, settings, tag: dataRowTag }, budget);
  const parts: Buffer[] = [];
  let size = outBytes;
  encoder.begin(batch);
  for (let from = 0; from < batch.rowCount;) {
    const out = arena.allocate(size);
    const { rowCount, end } = encoder.encode(from, batch.rowCount, out, out + size);
    parts.push(Buffer.from(heap().u8.slice(out, end)));
    from += rowCount;
    if (rowCount === 0) size *= 2;
  }
  encoder.free();
  arena.free();
  return Buffer.concat(parts);
}

function checkColumn(column: Column, settings = defaultFormats): void {
  const batch = makeBatch([column, column], column.length);
  const output = { formats: [0, 1], settings };
  const types = [column.type, column.type];
  const actual = encoded(batch, types, output);
  const wanted = expected(batch, types, output);
  if (!actual.equals(wanted)) assert.equal(actual.toString('latin1'), wanted.toString('latin1'));
}

const micros = fc.oneof(
  fc.bigInt({ min: -210_866_803_200_000_000n, max: 9_223_371_331_199_999_999n }),
  fc.bigInt({ min: 0n, max: 4_102_444_800_000_000n }),
  fc.constantFrom(0n, -1n, 999_999n, 9_223_372_036_854_775_807n, -9_223_372_036_854_775_808n),
);
const finiteDay = fc.oneof(
  fc.integer({ min: -2_440_588, max: 2_145_042_905 }),
  fc.integer({ min: -800_000, max: 100_000 }),
);
const day = fc.oneof(finiteDay, fc.constantFrom(0, -719_162, -719_163, 2 ** 31 - 1, -(2 ** 31)));
const shortDecimal = fc
  .tuple(fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }), fc.integer({ min: 0, max: 8 }))
  .map(([digits, scale]) => digits / 10 ** scale);
const double = fc.oneof(fc.double(), shortDecimal, fc.constantFrom(-0, 1e15, 1e-4, 1e-5, 1e22));
const single = fc.oneof(fc.float(), shortDecimal.map(Math.fround), fc.constantFrom(-0, 1e6, 1e-4));
const text = fc
  .oneof(fc.string(), fc.string({ unit: 'grapheme', maxLength: 40 }))
  .map((value) => value.replaceAll('\0', ''));

const samples: readonly (readonly [TypeName, fc.Arbitrary<Datum>])[] = [
  ['bool', fc.boolean()],
  ['int2', fc.integer({ min: -32_768, max: 32_767 })],
  ['int4', fc.oneof(fc.integer(), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1, 0, 9, 10, 99, 100))],
  ['int8', fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt(-200n, 200n))],
  ['oid', fc.integer({ min: 0, max: 2 ** 32 - 1 })],
  ['float4', single],
  ['float8', double],
  ['date', day],
  ['time', fc.bigInt({ min: 0n, max: 86_400_000_000n })],
  ['timestamp', micros],
  ['timestamptz', micros],
  ['uuid', fc.uuid()],
  ['text', text],
  ['varchar', text],
  ['json', fc.json()],
  ['jsonb', fc.integer().map(String)],
  ['bytea', fc.uint8Array({ maxLength: 50 })],
  [
    'numeric',
    fc
      .tuple(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.nat(20))
      .map(([digits, scale]) => ({ digits, scale })),
  ],
  [
    'interval',
    fc
      .tuple(fc.integer({ min: -9999, max: 9999 }), fc.bigInt(-(10n ** 12n), 10n ** 12n))
      .map(([months, size]) => ({ months, days: months % 31, micros: size })),
  ],
  [
    '_int4',
    fc.array(fc.integer(), { minLength: 1, maxLength: 5 }).map((values) => ({
      element: 'int4' as const,
      dimensions: [{ length: values.length, lowerBound: 1 }],
      values,
    })),
  ],
];

describe('the row encoder', () => {
  for (const [name, values] of samples) {
    test(`writes ${name} as its output and send functions do`, () => {
      const arena = new Arena(budget);
      const rows = fc.array(fc.option(values), { minLength: 1, maxLength: 60 });
      fc.assert(
        fc.property(rows, (datums) => {
          arena.reset();
          checkColumn(buildColumn(sqlType(name), datums, arena));
        }),
        { numRuns: 40 },
      );
      arena.free();
    });
  }

  test('writes dictionary, hexadecimal and constant columns by their values', () => {
    const arena = new Arena(budget);
    const type = sqlType('text');
    const dictionary = buildColumn(type, ['', 'GET', 'ß', 'a longer name of an operation'], arena);
    const codes = arena.allocate(64);
    heap().u8.set([3, 0, 1, 2, 1, 0], codes);
    const digits = arena.allocate(64);
    heap().u8.set(
      Array.from({ length: 48 }, (_, index) => index * 5),
      digits,
    );
    const validity = arena.allocate(8);
    heap().u8[validity] = 0b110111;
    const shape = { type, length: 6, validity, offsets: 0 };
    checkColumn({ ...shape, encoding: 'dictionary', codeBytes: 1, values: codes, dictionary });
    checkColumn({ ...shape, encoding: 'hex', hexBytes: 8, values: digits });
    checkColumn({ ...buildColumn(type, ['same'], arena), encoding: 'constant', length: 6 });
    checkColumn({ ...buildColumn(type, [null], arena), encoding: 'constant', length: 6 });
    arena.free();
  });

  test('writes only the selected rows, and rows longer than the buffer', () => {
    const arena = new Arena(budget);
    const types = [sqlType('text'), sqlType('int4'), sqlType('numeric')];
    const numbers = [1n, 2n, 3n, 4n].map((digits) => ({ digits, scale: 1 }));
    const columns = [
      buildColumn(types[0] as SqlType, ['a'.repeat(100_000), 'b', null, 'd'.repeat(5000)], arena),
      buildColumn(types[1] as SqlType, [1, 2, 3, 4], arena),
      buildColumn(types[2] as SqlType, numbers, arena),
    ];
    const selection = arena.allocate(64);
    heap().u32.set([0, 2, 3], selection >>> 2);
    const batch = selectedBatch(columns, 4, 3, selection);
    const output = { formats: [0, 0, 1], settings: defaultFormats };
    assert.ok(encoded(batch, types, output, 128).equals(expected(batch, types, output)));
    arena.free();
  });

  for (const timeZone of ['Asia/Kolkata', 'America/New_York', 'America/St_Johns', 'UTC']) {
    test(`writes timestamptz in ${timeZone}, across changes of its offset too`, () => {
      const arena = new Arena(budget);
      const settings = { ...defaultFormats, timeZone };
      const step = fc.bigInt(0n, 10n ** 13n);
      const day2024 = fc.bigInt({ min: 1_704_067_200_000_000n, max: 1_735_689_600_000_000n });
      fc.assert(
        fc.property(day2024, fc.array(step, { minLength: 1 }), (start, steps) => {
          arena.reset();
          const instants = steps.map((size) => start + size);
          checkColumn(buildColumn(sqlType('timestamptz'), instants, arena), settings);
        }),
        { numRuns: 30 },
      );
      arena.free();
    });
  }

  test('follows DateStyle, bytea_output and extra_float_digits', () => {
    const arena = new Arena(budget);
    const settings = {
      ...defaultFormats,
      dateStyle: 'SQL, DMY',
      byteaOutput: 'escape',
      extraFloatDigits: 0,
    };
    checkColumn(buildColumn(sqlType('date'), [0, 19_000, null], arena), settings);
    checkColumn(buildColumn(sqlType('timestamp'), [0n, 10n ** 15n], arena), settings);
    checkColumn(buildColumn(sqlType('timestamptz'), [0n, 10n ** 15n], arena), settings);
    checkColumn(buildColumn(sqlType('bytea'), [Buffer.from('a\\\x01')], arena), settings);
    checkColumn(buildColumn(sqlType('float8'), [0.1 + 0.2, 1 / 3], arena), settings);
    arena.free();
  });
});
