import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { encodeTextRows } from '../statement/text-rows.ts';
import { createBinaryCopyParser } from './copy-binary.ts';
import { copyFormat, type CopyFormat } from './copy-format.ts';
import { createCopyFormatter } from './copy-formatter.ts';
import { createCopyParser } from './copy-parser.ts';

type Rows = readonly (readonly (string | null)[])[];

/** The payloads of the CopyData messages. */
function payloads(rows: Rows, format: CopyFormat, columns: readonly string[]): Buffer[] {
  const formatter = createCopyFormatter(format, columns);
  const messages = Buffer.concat([
    formatter.start(),
    formatter.rows(encodeTextRows(rows)),
    formatter.end(),
  ]);
  const found: Buffer[] = [];
  for (let offset = 0; offset < messages.length;) {
    assert.equal(messages[offset], 0x64);
    const end = offset + 1 + messages.readInt32BE(offset + 1);
    found.push(messages.subarray(offset + 5, end));
    offset = end;
  }
  return found;
}

function lines(rows: Rows, format: CopyFormat): string[] {
  return payloads(rows, format, ['a', 'b "c']).map((payload) => payload.toString('utf8'));
}

test('text escapes control characters, backslash and delimiter', () => {
  const rows = [
    ['a\tb\\', null],
    ['\b\n\v\f\r', '|'],
  ];
  assert.deepEqual(lines(rows, copyFormat('text')), ['a\\tb\\\\\t\\N\n', '\\b\\n\\v\\f\\r\t|\n']);
});

test('csv quotes what would read as something else, the header too', () => {
  const rows = [
    ['a,"b', null],
    ['', 'l\n'],
  ];
  const format = copyFormat('csv', { header: 'line' });
  assert.deepEqual(lines(rows, format), ['a,"b ""c"\n', '"a,""b",\n', '"","l\n"\n']);
});

test('the binary header comes with the first row, or with the trailer', () => {
  const header = '5047434f50590aff0d0a000000000000000000';
  const hex = (rows: Rows): string[] =>
    payloads(rows, copyFormat('binary'), ['a']).map((payload) => payload.toString('hex'));
  assert.deepEqual(hex([['x'], [null]]), [`${header}00010000000178`, '0001ffffffff', 'ffff']);
  assert.deepEqual(hex([]), [`${header}ffff`]);
});

const field = fc.option(
  fc.array(fc.constantFrom('a', 'é', '\t', ',', '"', '\n', '\r', '\\', '\\.', '|', 'N'), {
    maxLength: 5,
  }),
);
const randomRows = fc.array(
  fc.tuple(field, field).map((pair) => pair.map((parts) => parts?.join('') ?? null)),
  { maxLength: 5 },
);

for (const [name, format] of [
  ['text', copyFormat('text')],
  ['text with |', copyFormat('text', { delimiter: '|', nullText: '' })],
  ['csv', copyFormat('csv')],
  ['csv with an escape', copyFormat('csv', { escape: '\\', forceQuote: new Set([1]) })],
  ['csv with a null text', copyFormat('csv', { nullText: 'N', quote: '|' })],
] as const) {
  test(`${name} reads back as it was written`, () => {
    fc.assert(
      fc.property(randomRows, (rows) => {
        fc.pre(format.nullText !== '' || format.format === 'csv' || !rows.flat().includes(''));
        const parser = createCopyParser(format, { relation: 't', columns: ['a', 'b'] });
        const back = payloads(rows, format, ['a', 'b']).flatMap((data) => [...parser.push(data)]);
        assert.deepEqual(
          [...back, ...parser.finish()].map(({ values }) => values),
          rows,
        );
      }),
      { numRuns: 400 },
    );
  });
}

test('binary reads back as it was written, cut anywhere', () => {
  fc.assert(
    fc.property(randomRows, fc.integer({ min: 1, max: 9 }), (rows, pieceBytes) => {
      const parser = createBinaryCopyParser({ relation: 't', columns: ['a', 'b'] });
      const data = Buffer.concat(payloads(rows, copyFormat('binary'), ['a', 'b']));
      const back: (string | null)[][] = [];
      for (let offset = 0; offset < data.length; offset += pieceBytes) {
        for (const { values } of parser.push(data.subarray(offset, offset + pieceBytes))) {
          back.push(values.map((value) => value?.toString('utf8') ?? null));
        }
      }
      assert.deepEqual([...parser.finish()], []);
      assert.deepEqual(back, rows);
    }),
    { numRuns: 300 },
  );
});

for (const [name, bytes, message] of [
  ['another signature', Buffer.alloc(19), 'COPY file signature not recognized'],
  [
    'a wrong field count',
    Buffer.from('5047434f50590aff0d0a0000000000000000000001ffffffff', 'hex'),
    'row field count is 1, expected 2',
  ],
  [
    'bytes behind the trailer',
    Buffer.from('5047434f50590aff0d0a000000000000000000ffff00', 'hex'),
    'received copy data after EOF marker',
  ],
] as const) {
  test(`binary data with ${name} is 22P04`, () => {
    const parser = createBinaryCopyParser({ relation: 't', columns: ['a', 'b'] });
    assert.throws(() => [...parser.push(bytes)], { code: '22P04', message });
  });
}
