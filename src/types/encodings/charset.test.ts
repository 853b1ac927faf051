import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { charsetNamed } from './charset.ts';
import { CodeTable } from './code-table.ts';
import { encodingRecords } from './encoding-records.ts';
import { findEncoding, type EncodingName } from './encoding-names.ts';

/** Digests of PostgreSQL 15's maps: characters by code of up to three bytes, codes by character. */
const digests: Readonly<Partial<Record<EncodingName, readonly [string, string]>>> = {
  LATIN1: ['f97805d58cf01810', 'f97805d58cf01810'],
  LATIN2: ['d6be15d25cde9345', '0901aa537043f239'],
  LATIN3: ['997163adafdadef1', '7d5b8296823cdae4'],
  LATIN4: ['3425038183ebe419', 'f85fd0c0b10fdd72'],
  LATIN5: ['cabf162a7b71be4b', '6f9b22f9a55fc570'],
  LATIN6: ['b5610d004566ef97', '8c4d5f05490159dc'],
  LATIN7: ['23b6f352b5ffa83c', 'bde36d54ba7ee9e1'],
  LATIN8: ['71f47289721b6516', '94dae619a254ead4'],
  LATIN9: ['5f5be940b94a71c2', '71ed448e8bcca056'],
  LATIN10: ['9478211e92a28cae', 'f9aedecc13906311'],
  ISO_8859_5: ['cd0ffc256990f3bf', '58aa9c57dbcd8a3e'],
  ISO_8859_6: ['9042e70d11c1839f', '3bc705abe6e866ab'],
  ISO_8859_7: ['d1e260e4eb464e58', 'd48dc5ac49cfe6a4'],
  ISO_8859_8: ['c045f88fc96477ef', '544e32cd69173177'],
  KOI8R: ['25d045531952e77f', '6229fb7b1092c0a0'],
  KOI8U: ['4b80c5bc25cc54e8', 'cc01bce6aaa8eaa2'],
  WIN866: ['26eb26e12828395b', 'eb10a9a2ae8ec1e5'],
  WIN874: ['0ad475c8e07dda9b', '1ec5cc7b9fb0aab8'],
  WIN1250: ['f543a84eff73c6e3', 'df0814d149d3bbad'],
  WIN1251: ['c0925574732e00fa', 'a4c8db8f7d4da789'],
  WIN1252: ['88e55c2c111b43cd', '1d88c7c87d3d39b5'],
  WIN1253: ['03d5854df7bf8c84', '7c82e0475c9e7b61'],
  WIN1254: ['ac7717ce45e939b4', '5346d60bdc6a8413'],
  WIN1255: ['b57327dcaa1467d2', '903279a8dab2d52c'],
  WIN1256: ['77832c6ae6ff0922', '3dff8f3374c0cdd4'],
  WIN1257: ['63100e957cdb2476', '2e6d9c21a3dc6a74'],
  WIN1258: ['ef527b6cecf8ec09', 'ed5eecc25c51bfbf'],
  EUC_JP: ['afb9094ff4f06e76', 'eb43fea4cf6239fe'],
  EUC_CN: ['f21f7a556ab98318', '2d8e2a124d187423'],
  EUC_KR: ['a22ecd41da719074', 'f9931e241a5b51fe'],
  SJIS: ['fd8ad56d2338fee4', 'ddaac7a8acafaf50'],
  BIG5: ['b075738347b7a4b0', 'e17429d0723481fc'],
  GBK: ['84b440247846105d', '8d41de694fbeefd5'],
  UHC: ['ea988072806c5ac7', '0a62e5228e4ff6b9'],
  GB18030: ['8e9297111518b816', '2fc1be954edfbe6e'],
};

function digest(pairs: readonly (readonly [number, number])[]): string {
  const lines = pairs.map(([key, value]) => `${key.toString(16)}=${value.toString(16)}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex').slice(0, 16);
}

function mapped(
  look: (key: number) => number,
  ranges: readonly (readonly [number, number])[],
): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  for (const [first, last] of ranges) {
    for (let key = first; key <= last; key++) if (look(key) !== 0) pairs.push([key, look(key)]);
  }
  return pairs;
}

for (const [name, record] of Object.entries(encodingRecords)) {
  test(`${name} has PostgreSQL's characters and codes`, () => {
    const table = new CodeTable(record);
    const threeBytes = [[0x8f8000, 0x8fffff]] as const;
    const codes = [[0x80, 0xffff], ...(name === 'EUC_JP' ? threeBytes : [])] as const;
    const found = [
      digest(mapped((code) => table.character(code), codes)),
      digest(mapped((character) => table.code(character), [[0x80, 0xffff]])),
    ];
    assert.deepEqual(found, digests[name as EncodingName]);
  });

  test(`${name} reads back what it wrote`, () => {
    const charset = charsetNamed(name);
    assert.ok(charset !== undefined);
    const table = new CodeTable(record);
    const isWhole = (character: number): boolean =>
      character < 0x80 ? character > 0 : table.character(table.code(character)) === character;
    const character = fc.integer({ min: 1, max: 0xd7ff }).filter(isWhole);
    fc.assert(
      fc.property(fc.array(character), (characters) => {
        const text = Buffer.from(String.fromCodePoint(...characters));
        assert.deepEqual(charset.toUtf8(charset.fromUtf8(text)), text);
      }),
      { numRuns: 40 },
    );
  });
}

test('GB18030 has codes for every character', () => {
  const charset = charsetNamed('GB18030');
  const text = Buffer.from('\u{80}ÿ€😀\u{10ffff}');
  const written = charset?.fromUtf8(text) ?? Buffer.alloc(0);
  assert.equal(written.toString('hex'), '8130813081308b37a2e39439fc36e3329a35');
  assert.deepEqual(charset?.toUtf8(written), text);
});

for (const [name, hex, code, words] of [
  ['SJIS', '81ff', '22021', 'invalid byte sequence for encoding "SJIS": 0x81 0xff'],
  ['EUC_JP', '8f4040', '22021', 'invalid byte sequence for encoding "EUC_JP": 0x8f 0x40 0x40'],
  ['EUC_JP', '81', '22021', 'invalid byte sequence for encoding "EUC_JP": 0x81'],
  ['GB18030', '8130', '22021', 'invalid byte sequence for encoding "GB18030": 0x81 0x30'],
  ['LATIN1', '4100', '22021', 'invalid byte sequence for encoding "LATIN1": 0x00'],
  [
    'WIN1252',
    '81',
    '22P05',
    'character with byte sequence 0x81 in encoding "WIN1252" has no equivalent in encoding "UTF8"',
  ],
] as const) {
  test(`${hex} in ${name} is ${code}`, () => {
    const bytes = Buffer.from(hex, 'hex');
    assert.throws(() => charsetNamed(name)?.toUtf8(bytes), { code, message: words });
  });
}

test('a character that the encoding lacks is 22P05', () => {
  assert.throws(() => charsetNamed('LATIN1')?.fromUtf8(Buffer.from('a€')), {
    code: '22P05',
    message:
      'character with byte sequence 0xe2 0x82 0xac in encoding "UTF8" has no equivalent in encoding "LATIN1"',
  });
});

test('names of encodings ignore case and punctuation', () => {
  const names = ['utf-8', 'Latin_1', 'ISO-8859-1', 'windows-1252', 'Shift JIS', 'koi8', 'nonsense'];
  assert.deepEqual(names.map(findEncoding), [
    ...['UTF8', 'LATIN1', 'LATIN1', 'WIN1252', 'SJIS', 'KOI8R'],
    undefined,
  ]);
});
