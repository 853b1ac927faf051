import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeUtf8, isText, notText } from './utf8.ts';

test('text is decoded as it is, a byte order mark too', () => {
  assert.equal(decodeUtf8(Buffer.from('\ufeffaé𝄞')), '\ufeffaé𝄞');
});

for (const [name, hex, shown] of [
  ['a byte that begins nothing', '61ff62', '0xff'],
  ['a lone surrogate', 'eda080', '0xed 0xa0 0x80'],
  ['an overlong form', 'c080', '0xc0 0x80'],
  ['a sequence cut short', '61e282', '0xe2 0x82'],
] as const) {
  test(`${name} is 22021 and shown`, () => {
    assert.throws(() => decodeUtf8(Buffer.from(hex, 'hex')), {
      code: '22021',
      message: `invalid byte sequence for encoding "UTF8": ${shown}`,
    });
  });
}

test('a zero byte is UTF-8 but no text', () => {
  const bytes = Buffer.from('a\0b');
  assert.equal(isText(bytes), false);
  assert.match(notText(bytes).message, /: 0x00$/);
});
