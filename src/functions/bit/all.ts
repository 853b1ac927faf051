/** Operators and functions of bit strings, which are texts of 0 and 1. */
import { SqlError, type SqlErrorFields } from '../../errors/sql-error.ts';
import type { SqlStateName } from '../../errors/sql-state.ts';
import { family, operatorFamily, scalar } from '../define.ts';
import type { FunctionRecord } from '../function-record.ts';

const define = family('bit strings');
const operator = operatorFamily('bit strings');

function fail(state: SqlStateName, message: string, fields: SqlErrorFields = {}): never {
  throw new SqlError(state, message, fields);
}

type Fold = (a: boolean, b: boolean) => boolean;

/** Errors: 22026 for strings of different lengths. */
export function foldedBits(verb: string, fold: Fold) {
  return (left: string, right: string): string => {
    if (left.length !== right.length) {
      fail('string_data_length_mismatch', `cannot ${verb} bit strings of different sizes`);
    }
    let bits = '';
    for (let i = 0; i < left.length; i++) bits += fold(left[i] === '1', right[i] === '1') ? 1 : 0;
    return bits;
  };
}

function inverted(bits: string): string {
  return bits.replace(/[01]/g, (bit) => (bit === '1' ? '0' : '1'));
}

/** To the left by `count` places, to the right by a negative count; zeros follow. */
function shifted(bits: string, count: number): string {
  const places = Math.min(Math.abs(count), bits.length);
  const zeros = '0'.repeat(places);
  return count >= 0
    ? bits.slice(places) + zeros
    : zeros + bits.slice(0, Math.max(0, bits.length - places));
}

function substring(bits: string, start: number, length: number | undefined): string {
  if (length !== undefined && length < 0) {
    fail('substring_error', 'negative substring length not allowed');
  }
  const end = length === undefined ? bits.length : Math.min(bits.length, start - 1 + length);
  return bits.slice(Math.max(0, start - 1), Math.max(0, end));
}

function overlay(bits: string, other: string, start: number, length = other.length): string {
  if (start <= 0) fail('substring_error', 'negative substring length not allowed');
  return bits.slice(0, start - 1) + other + bits.slice(Math.max(0, start - 1 + length));
}

function checkIndex(bits: string, index: number): void {
  if (index >= 0 && index < bits.length) return;
  const message = `bit index ${index} out of valid range (0..${bits.length - 1})`;
  fail('array_subscript_error', message);
}

function getBit(bits: string, index: number): number {
  checkIndex(bits, index);
  return Number(bits[index]);
}

function setBit(bits: string, index: number, bit: number): string {
  checkIndex(bits, index);
  if (bit !== 0 && bit !== 1) fail('invalid_parameter_value', 'new bit must be 0 or 1');
  return `${bits.slice(0, index)}${bit}${bits.slice(index + 1)}`;
}

const operators: readonly FunctionRecord[] = [
  operator(
    '&',
    { text: 'bitwise AND' },
    scalar(
      'bit, bit → bit',
      foldedBits('AND', (a, b) => a && b),
    ),
  ),
  operator(
    '|',
    { text: 'bitwise OR' },
    scalar(
      'bit, bit → bit',
      foldedBits('OR', (a, b) => a || b),
    ),
  ),
  operator(
    '#',
    { text: 'bitwise exclusive OR' },
    scalar(
      'bit, bit → bit',
      foldedBits('XOR', (a, b) => a !== b),
    ),
  ),
  operator('~', { text: 'bitwise NOT' }, scalar('bit → bit', inverted)),
  operator('<<', { text: 'bits moved left' }, scalar('bit, int4 → bit', shifted)),
  operator(
    '>>',
    { text: 'bits moved right' },
    scalar('bit, int4 → bit', (bits: string, count: number) => shifted(bits, -count)),
  ),
  operator(
    '||',
    { text: 'one bit string after the other' },
    scalar('varbit, varbit → varbit', (left: string, right: string) => left + right),
  ),
];

export const bitFunctions: readonly FunctionRecord[] = [
  ...operators,
  define(
    'length bit_length',
    { text: 'number of bits', example: ["length(b'101')", '3'] },
    scalar('bit → int4', (bits: string) => bits.length),
  ),
  define(
    'octet_length',
    { text: 'number of bytes that the bits need', example: ["octet_length(b'101')", '1'] },
    scalar('bit → int4', (bits: string) => Math.ceil(bits.length / 8)),
  ),
  define(
    'bit_count',
    { text: 'number of bits that are set', example: ["bit_count(b'1011')", '3'] },
    scalar('bit → int8', (bits: string) => BigInt(bits.replaceAll('0', '').length)),
  ),
  define(
    'get_bit',
    { text: 'a bit, counted from 0 at the left', example: ["get_bit(b'100', 0)", '1'] },
    scalar('bit, int4 → int4', getBit),
  ),
  define(
    'set_bit',
    { text: 'the string with one bit changed', example: ["set_bit(b'000', 2, 1)", '001'] },
    scalar('bit, int4, int4 → bit', setBit),
  ),
  define(
    'substring',
    { text: 'a part of a bit string', example: ["substring(b'10110', 2, 3)", '011'] },
    scalar('bit, int4, int4 → bit', substring),
    scalar('bit, int4 → bit', (bits: string, start: number) => substring(bits, start, undefined)),
  ),
  define(
    'position',
    { text: 'where a bit string stands in another, from 1; 0: nowhere' },
    scalar('bit, bit → int4', (bits: string, part: string) =>
      bits === '' ? 0 : bits.indexOf(part) + 1,
    ),
  ),
  define(
    'overlay',
    { text: 'a part of a bit string replaced', example: ["overlay(b'10110', b'00', 2)", '10010'] },
    scalar('bit, bit, int4 → bit', (bits: string, other: string, start: number) =>
      overlay(bits, other, start),
    ),
    scalar('bit, bit, int4, int4 → bit', overlay),
  ),
];
