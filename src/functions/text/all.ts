/** Functions over text. Regular expressions are in regex.ts. */
import { hash } from 'node:crypto';
import { SqlError } from '../../errors/sql-error.ts';
import { withoutBlanks } from '../../types/compare.ts';
import type { Datum } from '../../types/datum.ts';
import { castForm, maybeTexts, textsOf } from '../any/text-form.ts';
import { contextual, family, scalar, typed } from '../define.ts';
import type { FunctionRecord } from '../function-record.ts';
import { decodeBytes, encodeBytes } from './byte-encodings.ts';
import {
  bitAt,
  bitCount,
  byteAt,
  overlayBytes,
  sliceBytes,
  trimBytes,
  withBit,
  withByte,
} from './byte-values.ts';
import { convertBytes, convertFrom, convertTo } from './encoding-conversions.ts';
import { formatMessage, quoteIdentifier, quoteLiteral } from './quote.ts';
import { regexFunctions } from './regex.ts';
import {
  characterCount,
  chr,
  initcap,
  left,
  lowerCase,
  overlay,
  pad,
  positionOf,
  repeat,
  right,
  splitPart,
  substring,
  translate,
  trimCharacters,
  unescapeUnicode,
  upperCase,
} from './text-values.ts';

const define = family('text');
const lenient = { strict: false } as const;
const lenientStable = { strict: false, volatility: 'stable' } as const;

type Text = string;
type MaybeText = string | null;

const bytes = (value: Uint8Array): Buffer => Buffer.from(value);

const lengths: readonly FunctionRecord[] = [
  define(
    'length char_length character_length',
    { text: 'number of characters', example: ["length('héllo')", '5'] },
    scalar('text → int4', (text: Text) => characterCount(text)),
    scalar('bpchar → int4', (text: Text) => characterCount(withoutBlanks(text))),
    scalar('bytea → int4', (value: Uint8Array) => value.length),
    scalar('bytea, name → int4', (value: Uint8Array, encoding: Text) =>
      characterCount(convertFrom(value, encoding)),
    ),
  ),
  define(
    'octet_length',
    { text: 'number of bytes', example: ["octet_length('héllo')", '6'] },
    scalar('text → int4', (text: Text) => Buffer.byteLength(text)),
    scalar('bpchar → int4', (text: Text) => Buffer.byteLength(text)),
    scalar('bytea → int4', (value: Uint8Array) => value.length),
  ),
  define(
    'bit_length',
    { text: 'number of bits', example: ["bit_length('abc')", '24'] },
    scalar('text → int4', (text: Text) => Buffer.byteLength(text) * 8),
    scalar('bytea → int4', (value: Uint8Array) => value.length * 8),
  ),
  define(
    'ascii',
    { text: 'code point of the first character', example: ["ascii('a')", '97'] },
    scalar('text → int4', (text: Text) => text.codePointAt(0) ?? 0),
  ),
  define(
    'chr',
    { text: 'character of a code point', example: ['chr(8364)', '€'] },
    scalar('int4 → text', (code: number) => chr(code)),
  ),
];

const cases: readonly FunctionRecord[] = [
  define(
    'lower',
    { text: 'lower case', example: ["lower('TOM')", 'tom'] },
    scalar('text → text', lowerCase),
  ),
  define(
    'upper',
    { text: 'upper case', example: ["upper('é')", 'É'] },
    scalar('text → text', upperCase),
  ),
  define(
    'initcap',
    { text: 'first letter of each word upper', example: ["initcap('hello world')", 'Hello World'] },
    scalar('text → text', initcap),
  ),
  define(
    'reverse',
    { text: 'characters in reverse', example: ["reverse('abc')", 'cba'] },
    scalar('text → text', (text: Text) => [...text].toReversed().join('')),
  ),
];

const parts: readonly FunctionRecord[] = [
  define(
    'substring substr',
    { text: 'part of a text by place', example: ["substring('abcdef', 2, 3)", 'bcd'] },
    scalar('text, int4 → text', (text: Text, start: number) => substring(text, start)),
    scalar('text, int4, int4 → text', substring),
    scalar('bytea, int4, int4 → bytea', sliceBytes),
    scalar('bytea, int4 → bytea', (value: Uint8Array, start: number) => sliceBytes(value, start)),
  ),
  define(
    'left',
    { text: 'first characters', example: ["left('abc', -1)", 'ab'] },
    scalar('text, int4 → text', left),
  ),
  define(
    'right',
    { text: 'last characters', example: ["right('abc', 2)", 'bc'] },
    scalar('text, int4 → text', right),
  ),
  define(
    'split_part',
    { text: 'field between separators', example: ["split_part('a,b,c', ',', -1)", 'c'] },
    scalar('text, text, int4 → text', splitPart),
  ),
  define(
    'strpos',
    { text: 'place of a part', example: ["strpos('abc', 'c')", '3'] },
    scalar('text, text → int4', (text: Text, needle: Text) => positionOf(needle, text)),
  ),
  define(
    'position',
    { text: 'place of a part', example: ["position('b' in 'abc')", '2'] },
    scalar('text, text → int4', (text: Text, needle: Text) => positionOf(needle, text)),
    scalar(
      'bytea, bytea → int4',
      (value: Uint8Array, needle: Uint8Array) => bytes(value).indexOf(needle) + 1,
    ),
  ),
  define(
    'starts_with',
    { text: 'whether a text begins with another', example: ["starts_with('abc', 'ab')", 't'] },
    scalar('text, text → bool', (text: Text, prefix: Text) => text.startsWith(prefix)),
  ),
  define(
    'overlay',
    {
      text: 'replaces a part by place',
      example: ["overlay('Txxxxas' placing 'hom' from 2 for 4)", 'Thomas'],
    },
    scalar('text, text, int4 → text', (text: Text, other: Text, start: number) =>
      overlay(text, other, start),
    ),
    scalar('text, text, int4, int4 → text', overlay),
    scalar('bytea, bytea, int4 → bytea', (value: Uint8Array, other: Uint8Array, start: number) =>
      overlayBytes(value, other, start),
    ),
    scalar('bytea, bytea, int4, int4 → bytea', overlayBytes),
  ),
];

const trims: readonly FunctionRecord[] = [
  define(
    'btrim',
    { text: 'without characters at both ends', example: ["btrim('xyxtrimyyx', 'xyz')", 'trim'] },
    scalar('text → text', (text: Text) => trimCharacters(text, ' ', 'both')),
    scalar('text, text → text', (text: Text, set: Text) => trimCharacters(text, set, 'both')),
    scalar('bytea, bytea → bytea', (value: Uint8Array, set: Uint8Array) =>
      trimBytes(value, set, 'both'),
    ),
  ),
  define(
    'ltrim',
    { text: 'without characters at the start', example: ["ltrim('zzzytest', 'xyz')", 'test'] },
    scalar('text → text', (text: Text) => trimCharacters(text, ' ', 'left')),
    scalar('text, text → text', (text: Text, set: Text) => trimCharacters(text, set, 'left')),
    scalar('bytea, bytea → bytea', (value: Uint8Array, set: Uint8Array) =>
      trimBytes(value, set, 'left'),
    ),
  ),
  define(
    'rtrim',
    { text: 'without characters at the end', example: ["rtrim('testxxzx', 'xyz')", 'test'] },
    scalar('text → text', (text: Text) => trimCharacters(text, ' ', 'right')),
    scalar('text, text → text', (text: Text, set: Text) => trimCharacters(text, set, 'right')),
    scalar('bytea, bytea → bytea', (value: Uint8Array, set: Uint8Array) =>
      trimBytes(value, set, 'right'),
    ),
  ),
  define(
    'lpad',
    { text: 'filled at the start to a length', example: ["lpad('7', 3, '0')", '007'] },
    scalar('text, int4 → text', (text: Text, length: number) => pad(text, length, ' ', 'left')),
    scalar('text, int4, text → text', (text: Text, length: number, fill: Text) =>
      pad(text, length, fill, 'left'),
    ),
  ),
  define(
    'rpad',
    { text: 'filled at the end to a length', example: ["rpad('7', 3) || '|'", '7  |'] },
    scalar('text, int4 → text', (text: Text, length: number) => pad(text, length, ' ', 'right')),
    scalar('text, int4, text → text', (text: Text, length: number, fill: Text) =>
      pad(text, length, fill, 'right'),
    ),
  ),
];

const changes: readonly FunctionRecord[] = [
  define(
    'repeat',
    { text: 'a text several times', example: ["repeat('ab', 2)", 'abab'] },
    scalar('text, int4 → text', repeat),
  ),
  define(
    'replace',
    { text: 'every part replaced', example: ["replace('aaa', 'a', 'b')", 'bbb'] },
    scalar('text, text, text → text', (text: Text, from: Text, to: Text) =>
      from === '' ? text : text.replaceAll(from, () => to),
    ),
  ),
  define(
    'translate',
    { text: 'characters mapped', example: ["translate('abc', 'ab', 'xy')", 'xyc'] },
    scalar('text, text, text → text', translate),
  ),
  define(
    'concat',
    {
      text: 'texts of all arguments; NULLs are left out',
      example: ["concat('a', null, 1, true)", 'a1t'],
    },
    typed(
      'any... → text',
      (context, values, types) => textsOf(context, values, types).join(''),
      lenientStable,
    ),
  ),
  define(
    'concat_ws',
    {
      text: 'texts with a separator; NULLs are left out',
      example: ["concat_ws(',', 'a', null, 'b', 1.50)", 'a,b,1.50'],
    },
    typed(
      'text, any... → text',
      (context, [separator = null, ...values], [, ...types]) =>
        separator === null ? null : textsOf(context, values, types).join(separator as string),
      lenientStable,
    ),
  ),
  define(
    'format',
    {
      text: 'pattern with %s, %I and %L',
      example: ["format('%s %I %L', 'a', 'b c', 'd''e')", "a \"b c\" 'd''e'"],
    },
    scalar(
      'text → text',
      (pattern: MaybeText) => (pattern === null ? null : formatMessage(pattern, [])),
      lenient,
    ),
    typed(
      'text, any... → text',
      (context, [pattern = null, ...values], [, ...types]) =>
        pattern === null
          ? null
          : formatMessage(pattern as string, maybeTexts(context, values, types)),
      lenientStable,
    ),
  ),
  define(
    'quote_ident',
    { text: 'as an SQL identifier', example: ["quote_ident('a B')", '"a B"'] },
    scalar('text → text', quoteIdentifier),
  ),
  define(
    'quote_literal',
    { text: 'as an SQL literal', example: ["quote_literal('a''b')", "'a''b'"] },
    scalar('text → text', quoteLiteral),
    typed(
      'anyelement → text',
      (context, [value], [type]) => quoteLiteral(castForm(context, type, value as Datum)),
      { volatility: 'stable' },
    ),
  ),
  define(
    'quote_nullable',
    { text: 'as an SQL literal, NULL as NULL', example: ['quote_nullable(null)', 'NULL'] },
    scalar(
      'text → text',
      (text: MaybeText) => (text === null ? 'NULL' : quoteLiteral(text)),
      lenient,
    ),
    typed(
      'anyelement → text',
      (context, [value = null], [type]) =>
        value === null ? 'NULL' : quoteLiteral(castForm(context, type, value)),
      lenientStable,
    ),
  ),
];

const encodings: readonly FunctionRecord[] = [
  define(
    'md5',
    { text: 'MD5 in hexadecimal', example: ["md5('a')", '0cc175b9c0f1b6a831c399e269772661'] },
    scalar('text → text', (text: Text) => hash('md5', text, 'hex')),
    scalar('bytea → text', (value: Uint8Array) => hash('md5', value, 'hex')),
  ),
  ...(['sha224', 'sha256', 'sha384', 'sha512'] as const).map((name) =>
    define(
      name,
      { text: `${name.toUpperCase()} of bytes` },
      scalar('bytea → bytea', (value: Uint8Array) => hash(name, value, 'buffer')),
    ),
  ),
  define(
    'encode',
    { text: 'bytes as hex, base64 or escape', example: ["encode('\\x01ff', 'hex')", '01ff'] },
    scalar('bytea, text → text', encodeBytes),
  ),
  define(
    'decode',
    { text: 'bytes from hex, base64 or escape', example: ["decode('01ff', 'hex')", '\\x01ff'] },
    scalar('text, text → bytea', decodeBytes),
  ),
  define(
    'to_hex',
    { text: 'hexadecimal digits', example: ['to_hex(255)', 'ff'] },
    scalar('int4 → text', (value: number) => (value >>> 0).toString(16)),
    scalar('int8 → text', (value: bigint) => BigInt.asUintN(64, value).toString(16)),
  ),
  define(
    'convert_from',
    { text: 'text of bytes in an encoding', example: ["convert_from('\\x6162', 'UTF8')", 'ab'] },
    scalar('bytea, name → text', convertFrom),
  ),
  define(
    'convert_to',
    { text: 'bytes of a text in an encoding', example: ["convert_to('ab', 'UTF8')", '\\x6162'] },
    scalar('text, name → bytea', convertTo),
  ),
  define(
    'convert',
    {
      text: 'bytes of a text in another encoding',
      example: ["convert('\\xe9', 'LATIN1', 'UTF8')", '\\xc3a9'],
    },
    scalar('bytea, name, name → bytea', convertBytes),
  ),
  define(
    'get_byte',
    { text: 'byte by place', example: ["get_byte('\\x0102', 1)", '2'] },
    scalar('bytea, int4 → int4', byteAt),
  ),
  define(
    'set_byte',
    { text: 'with another byte', example: ["set_byte('\\x0102', 0, 9)", '\\x0902'] },
    scalar('bytea, int4, int4 → bytea', withByte),
  ),
  define(
    'get_bit',
    { text: 'bit by place', example: ["get_bit('\\x02'::bytea, 1)", '1'] },
    scalar('bytea, int8 → int4', bitAt),
  ),
  define(
    'set_bit',
    { text: 'with another bit', example: ["set_bit('\\x00'::bytea, 1, 1)", '\\x02'] },
    scalar('bytea, int8, int4 → bytea', withBit),
  ),
  define(
    'bit_count',
    { text: 'bits that are set', example: ["bit_count('\\x0f'::bytea)", '4'] },
    scalar('bytea → int8', bitCount),
  ),
  define(
    'unistr',
    { text: 'text with escapes of characters', example: ["unistr('d\\0061t\\+000061')", 'data'] },
    scalar('text → text', unescapeUnicode),
  ),
  define(
    'to_ascii',
    { text: 'refused: it is for other encodings than UTF-8' },
    scalar('text → text', () => {
      throw new SqlError(
        'feature_not_supported',
        'encoding conversion from UTF8 to ASCII not supported',
      );
    }),
  ),
  define(
    'normalize',
    { text: 'Unicode normal form', example: ["normalize('a')", 'a'] },
    scalar('text → text', (text: Text) => text.normalize('NFC')),
    scalar('text, text → text', (text: Text, form: Text) => text.normalize(normalForm(form))),
  ),
  define(
    'is_normalized',
    { text: 'whether it is in a Unicode normal form', example: ["is_normalized('a')", 't'] },
    scalar('text → bool', (text: Text) => text === text.normalize('NFC')),
    scalar(
      'text, text → bool',
      (text: Text, form: Text) => text === text.normalize(normalForm(form)),
    ),
  ),
  define(
    'gen_random_uuid',
    { text: 'random UUID, version 4' },
    contextual('→ uuid', () => globalThis.crypto.randomUUID(), { volatility: 'volatile' }),
  ),
  define(
    'uuid_generate_v4',
    { text: 'random UUID, version 4, as the extension uuid-ossp has it' },
    contextual('→ uuid', () => globalThis.crypto.randomUUID(), { volatility: 'volatile' }),
  ),
];

const normalForms: readonly string[] = ['NFC', 'NFD', 'NFKC', 'NFKD'];

/** Errors: 22023. */
function normalForm(name: Text): string {
  const form = name.toUpperCase();
  if (normalForms.includes(form)) return form;
  throw new SqlError('invalid_parameter_value', `invalid normalization form: ${name}`);
}

export const textFunctions: readonly FunctionRecord[] = [
  ...lengths,
  ...cases,
  ...parts,
  ...trims,
  ...changes,
  ...encodings,
  ...regexFunctions,
];
