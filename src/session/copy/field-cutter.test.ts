import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as fc from 'fast-check';
import { columnReader } from '../../columns/read.ts';
import { initializeAllocator } from '../../memory/allocator.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import { attachHeap, createSharedMemory } from '../../memory/heap.ts';
import { defaultFormats, type FormatSettings } from '../../types/format-settings.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { sqlType } from '../../types/type-table.ts';
import { parseText } from '../../types/type-text.ts';
import { copyFormat, type CopyFormat } from './copy-format.ts';
import { createCopyParser } from './copy-parser.ts';
import { cellReader } from './field-columns.ts';
import { FieldCutter } from './field-cutter.ts';

before(() => {
  attachHeap(createSharedMemory(1 << 27));
  initializeAllocator();
});

function withArena<T>(body: (arena: Arena) => T): T {
  const arena = new Arena(new Budget(1 << 27));
  try {
    return body(arena);
  } finally {
    arena.free();
  }
}

interface Outcome {
  readonly rows: readonly (readonly unknown[])[];
  readonly end: number;
  readonly lineCount: number;
  readonly stop: string;
}

function cut(
  text: string,
  format: CopyFormat,
  columnCount: number,
  lineEnd: 'nl' | 'crnl',
): Outcome {
  return withArena((arena) => {
    const cutter = new FieldCutter(format, columnCount, arena);
    cutter.load(Buffer.from(text, 'utf8'));
    const { rowCount, end, lineCount, stop } = cutter.cut(0, lineEnd);
    const read = cellReader(sqlType('text'), defaultFormats);
    const columns = Array.from({ length: columnCount }, (_, column) =>
      columnReader(read({ cells: cutter.cells(column), rowCount }, arena)),
    );
    const rows = Array.from({ length: rowCount }, (_, row) => columns.map((each) => each(row)));
    return { rows, end, lineCount, stop };
  });
}

function parsed(text: string, format: CopyFormat, columns: readonly string[]): unknown[] {
  const parser = createCopyParser(format, { relation: 't', columns });
  const rows = [...parser.push(Buffer.from(text, 'utf8'))];
  return rows.map(({ values }) => values);
}

const text = copyFormat('text');
const csv = copyFormat('csv');

test('rows of the usual kind are cut whole, and the rest is left', () => {
  const outcome = cut('1,"a ""b"" c",\n2,"x\ny"z,""\n3,unfin', csv, 3, 'nl');
  assert.deepEqual(outcome, {
    rows: [
      ['1', 'a "b" c', null],
      ['2', 'x\nyz', ''],
    ],
    end: 27,
    lineCount: 3,
    stop: 'more',
  });
});

test('escapes of text are read, numbers of bytes are left to the parser', () => {
  const outcome = cut('a\\tb\t\\N\n\\\\\t\\N!\nx\t\\101\n', text, 2, 'nl');
  assert.deepEqual(outcome.rows, [
    ['a\tb', null],
    ['\\', 'N!'],
  ]);
  assert.equal(outcome.stop, 'strange');
});

test('\\r\\n ends lines where it did before, and nowhere else', () => {
  assert.deepEqual(cut('a,b\r\n"c\nd",\r\n', csv, 2, 'crnl').rows, [
    ['a', 'b'],
    ['c\nd', null],
  ]);
  assert.equal(cut('a,b\n', csv, 2, 'crnl').stop, 'strange');
  assert.equal(cut('a,b\r\n', csv, 2, 'nl').stop, 'strange');
});

test('rows with too few or too many fields, and the end marker, stop the cut', () => {
  for (const line of ['a\n', 'a,b,c\n', '\\.\n', 'a,b\r']) {
    assert.deepEqual(cut(`1,2\n${line}`, csv, 2, 'nl').end, 4, line);
  }
});

test('null texts, and columns that are never NULL or NULL in quotes', () => {
  const format = copyFormat('csv', {
    nullText: 'nil',
    forceNotNull: new Set([0]),
    forceNull: new Set([1]),
  });
  assert.deepEqual(cut('nil,"nil"\n"nil",nil\n', format, 2, 'nl').rows, [
    ['nil', null],
    ['nil', null],
  ]);
});

const fragments = ['a', 'é', '\t', ',', '"', '\n', '\\', '\\N', ' ', '\r\n', '""', 'x'.repeat(17)];

test('what is cut equals what the parser reads', () => {
  const formats = fc.constantFrom(text, csv, copyFormat('csv', { nullText: 'a' }));
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...fragments), { maxLength: 30 }),
      formats,
      (parts, format) => {
        const first = format.format === 'csv' ? '1,2\n' : '1\t2\n';
        const data = first + parts.join('');
        const outcome = cut(data, format, 2, 'nl');
        const bytes = Buffer.from(data, 'utf8').subarray(0, outcome.end);
        assert.deepEqual(outcome.rows, parsed(bytes.toString('utf8'), format, ['a', 'b']));
      },
    ),
    { numRuns: 3_000 },
  );
});

const fields: Partial<Record<TypeName, readonly string[]>> = {
  int2: ['0', '-32768', '32767', '+7', ' 8 ', '007'],
  int4: ['2147483647', '-2147483648', '12'],
  int8: ['9223372036854775807', '-9223372036854775808', '999999999999999999', '1'],
  float8: [
    '0',
    '-0',
    '1.5',
    '0.1',
    '123456789012345678',
    '1e22',
    '1e23',
    '-1.7976931348623157e308',
    'NaN',
    'Infinity',
    '.5',
    '5.',
    '9007199254740993',
    '4.9e-324',
    '0.30000000000000004',
    '1e-7',
  ],
  bool: ['t', 'f', 'true', 'false', 'yes', 'off', '1', 'TRUE'],
  date: [
    '2024-02-29',
    '1970-01-01',
    '0001-01-01',
    '9999-12-31',
    '1900-03-01',
    'infinity',
    '2024/2/1',
  ],
  timestamp: [
    '2024-02-29 23:59:59.999999',
    '1969-12-31T00:00:00',
    '2024-01-01 24:00:00',
    '2024-06-30',
  ],
  timestamptz: [
    '2025-06-01 00:00:00.433883+00',
    '2025-06-01T10:00:00Z',
    '2025-06-01 10:00:00-07:30',
    '2025-06-01 10:00:00+0530',
    '2025-06-01 10:00:00',
    'epoch',
    '2025-06-01 10:00:00.5 Europe/Paris',
  ],
  jsonb: ['{"b": 1, "a": [1,2]}', '"x"', '{"b": 1, "a": [1,2]}'],
  numeric: ['1.50', '-0.001', 'NaN'],
  uuid: ['A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'],
  _text: ['{a,"b c",NULL}', '{}'],
};

for (const timeZone of ['UTC', 'Asia/Kolkata']) {
  const formats: FormatSettings = { ...defaultFormats, timeZone };
  for (const [name, texts] of Object.entries(fields) as [string, readonly string[]][]) {
    test(`${name} values are those of the input function, in ${timeZone}`, () => {
      withArena((arena) => {
        const type = sqlType(name as TypeName);
        const format = copyFormat('text', { nullText: 'null' });
        const lines = [...texts, 'null', ...texts];
        const cutter = new FieldCutter(format, 1, arena);
        cutter.load(Buffer.from(lines.map((line) => `${line}\n`).join('')));
        const { rowCount } = cutter.cut(0, 'nl');
        const column = cellReader(type, formats)({ cells: cutter.cells(0), rowCount }, arena);
        const read = columnReader(column);
        const wanted = lines.map((line) =>
          line === 'null' ? null : parseText(type, line, formats),
        );
        assert.deepEqual(
          lines.map((_, row) => read(row)),
          wanted,
        );
      });
    });
  }
}

test('random numbers and times are read as the input functions read them', () => {
  const micros = { min: -62_135_596_800_000, max: 253_402_300_799_999 };
  const time = fc.integer(micros).map((ms) => new Date(ms).toISOString());
  const cases: readonly (readonly [TypeName, fc.Arbitrary<string>])[] = [
    ['int8', fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String)],
    ['float8', fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)],
    ['float8', fc.integer().map((value) => String(value / 1000))],
    ['timestamptz', time],
    ['date', time.map((iso) => iso.slice(0, 10))],
  ];
  for (const [name, source] of cases) {
    const type = sqlType(name);
    fc.assert(
      fc.property(fc.array(source, { minLength: 1, maxLength: 50 }), (lines) => {
        withArena((arena) => {
          const cutter = new FieldCutter(text, 1, arena);
          cutter.load(Buffer.from(lines.map((line) => `${line}\n`).join('')));
          const { rowCount } = cutter.cut(0, 'nl');
          const run = { cells: cutter.cells(0), rowCount };
          const read = columnReader(cellReader(type, defaultFormats)(run, arena));
          assert.deepEqual(
            lines.map((_, row) => read(row)),
            lines.map((line) => parseText(type, line)),
          );
        });
      }),
      { numRuns: 60 },
    );
  }
});
