import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { copyFormat, type CopyFormat } from './copy-format.ts';
import { createCopyParser } from './copy-parser.ts';

const target = { relation: 't', columns: ['a', 'b'] };

function parse(text: string, format: CopyFormat, pieceBytes = 1 << 20): unknown[] {
  const parser = createCopyParser(format, target);
  const bytes = Buffer.from(text, 'utf8');
  const rows: unknown[] = [];
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
    for (const { values } of parser.push(bytes.subarray(offset, offset + pieceBytes))) {
      rows.push(values);
    }
  }
  for (const { values } of parser.finish()) rows.push(values);
  return rows;
}

const text = copyFormat('text');
const csv = copyFormat('csv');

test('text is cut at tabs, \\N is NULL, the last line needs no end', () => {
  assert.deepEqual(parse('1\ta\n\\N\t\n3\té', text), [
    ['1', 'a'],
    [null, ''],
    ['3', 'é'],
  ]);
});

test('text escapes are read, and an escaped delimiter or newline is data', () => {
  const line = '\\b\\f\\n\\r\\t\\v\\x41\\101\\303\\251\\q\\\\\t\\\t\\\n\n';
  assert.deepEqual(parse(line, text), [['\b\f\n\r\t\vAAéq\\', '\t\n']]);
});

test('the end marker ends the data, and what follows is ignored', () => {
  assert.deepEqual(parse('1\ta\n\\.\nnonsense', text), [['1', 'a']]);
  assert.deepEqual(parse('1,a\n\\.\nnonsense', csv), [['1', 'a']]);
});

test('csv quotes protect delimiters, line ends and quotes', () => {
  const data = '"a,b","l\n2"\n"say ""hi""",x"y"z\n';
  assert.deepEqual(parse(data, csv), [
    ['a,b', 'l\n2'],
    ['say "hi"', 'xyz'],
  ]);
});

test('in csv an empty field is NULL and a quoted one is not', () => {
  assert.deepEqual(parse(',""\n', csv), [[null, '']]);
  assert.deepEqual(parse(',""\n', copyFormat('csv', { forceNotNull: new Set([0]) })), [['', '']]);
  assert.deepEqual(parse('x,""\n', copyFormat('csv', { forceNull: new Set([1]) })), [['x', null]]);
});

test('\\r\\n and \\r are line ends when the first line has them', () => {
  assert.deepEqual(parse('1\ta\r\n2\tb\r\n', text), [
    ['1', 'a'],
    ['2', 'b'],
  ]);
  assert.deepEqual(parse('1\ta\r2\tb\r', text), [
    ['1', 'a'],
    ['2', 'b'],
  ]);
});

for (const [name, data, format, message, where] of [
  [
    'too many fields',
    '1\ta\tx\n',
    text,
    'extra data after last expected column',
    'COPY t, line 1: "1\ta\tx"',
  ],
  ['too few fields', '1\ta\n2\n', text, 'missing data for column "b"', 'COPY t, line 2: "2"'],
  ['an open quote', '"a,b\n', csv, 'unterminated CSV quoted field', 'COPY t, line 1: ""a,b\n"'],
  [
    'mixed line ends',
    '1\ta\n2\tb\r\n',
    text,
    'literal carriage return found in data',
    'COPY t, line 2',
  ],
  ['a broken end marker', 'a\\.b\n', text, 'end-of-copy marker corrupt', 'COPY t, line 1'],
  [
    'a long line',
    `${'x'.repeat(120)}\n`,
    text,
    'missing data for column "b"',
    `COPY t, line 1: "${'x'.repeat(100)}..."`,
  ],
] as const) {
  test(`${name} is 22P04 with its line`, () => {
    assert.throws(() => parse(data, format), {
      code: '22P04',
      message,
      fields: { where, ...hintOf(message) },
    });
  });
}

function hintOf(message: string): { readonly hint?: string } {
  return message.startsWith('literal') ? { hint: 'Use "\\r" to represent carriage return.' } : {};
}

test('rows before an error are delivered first', () => {
  const rows = createCopyParser(text, target).push(Buffer.from('1\ta\n2\n'))[Symbol.iterator]();
  assert.deepEqual(rows.next().value, { line: 1, values: ['1', 'a'] });
  assert.throws(() => rows.next(), { code: '22P04' });
});

test('bytes that are no UTF-8 are 22021', () => {
  const parser = createCopyParser(text, target);
  assert.throws(() => [...parser.push(Buffer.from([0x61, 0xff, 0x0a]))], {
    code: '22021',
    message: 'invalid byte sequence for encoding "UTF8": 0xff',
    fields: { where: 'COPY t, line 1' },
  });
});

test('a header line is skipped, or has to match the columns', () => {
  assert.deepEqual(parse('x,y\n1,2\n', copyFormat('csv', { header: 'line' })), [['1', '2']]);
  assert.deepEqual(parse('a,b\n1,2\n', copyFormat('csv', { header: 'match' })), [['1', '2']]);
  assert.throws(() => parse('a,c\n', copyFormat('csv', { header: 'match' })), {
    message: 'column name mismatch in header line field 2: got "c", expected "b"',
  });
});

const fragments = ['a', 'é', '\t', ',', '"', '\n', '\\', '\\.', '\\N', ' '];

test('the same rows come out however the bytes are cut', () => {
  const data = fc.array(fc.constantFrom(...fragments), { maxLength: 25 });
  const formats = fc.constantFrom(text, csv, copyFormat('csv', { escape: '\\' }));
  fc.assert(
    fc.property(data, formats, fc.integer({ min: 1, max: 4 }), (parts, format, pieceBytes) => {
      const whole = outcome(parts.join(''), format, 1 << 20);
      assert.deepEqual(outcome(parts.join(''), format, pieceBytes), whole);
    }),
    { numRuns: 1_500 },
  );
});

function outcome(data: string, format: CopyFormat, pieceBytes: number): unknown {
  try {
    return parse(data, format, pieceBytes);
  } catch (error) {
    return String(error);
  }
}
