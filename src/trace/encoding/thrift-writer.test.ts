import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ThriftWriter } from './thrift-writer.ts';

describe('the Thrift writer', () => {
  it('writes every kind of field as the protocol says', () => {
    const out = new ThriftWriter();
    out.bool(1, true);
    out.i32(2, -2);
    out.i64(3, -(2 ** 40) - 1);
    out.double(4, 0.5);
    out.string(5, 'é');
    out.raw64(6, Buffer.from('0102030405060708', 'hex'));
    out.list(7, 0);
    out.stop();
    assert.equal(
      out.bytes.toString('hex'),
      [
        '020001 01',
        '080002 fffffffe',
        '0a0003 fffffeffffffffff',
        '040004 3fe0000000000000',
        '0b0005 00000002c3a9',
        '0a0006 0102030405060708',
        '0f0007 0c00000000',
        '00',
      ]
        .join('')
        .replaceAll(' ', ''),
    );
  });

  it('keeps all bytes while its buffer grows', () => {
    const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 3000 }), { maxLength: 40 });
    fc.assert(
      fc.property(texts, fc.integer(), (list, number) => {
        const out = new ThriftWriter();
        for (const text of list) {
          out.string(1, text);
          out.i64(2, number);
          out.stop();
        }
        const expected = list.map((text) => {
          const bytes = Buffer.from(text);
          const parts = [Buffer.from([11, 0, 1]), Buffer.alloc(4), bytes, Buffer.alloc(12)];
          parts[1]?.writeUInt32BE(bytes.length);
          parts[3]?.set([10, 0, 2]);
          parts[3]?.writeBigInt64BE(BigInt(number), 3);
          return Buffer.concat(parts);
        });
        assert.deepEqual(out.bytes, Buffer.concat(expected));
      }),
      { numRuns: 30 },
    );
  });
});
