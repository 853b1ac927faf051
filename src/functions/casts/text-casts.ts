/** Casts among text types, and from and to bit strings, "char", json, bool and addresses. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Datum, Numeric } from '../../types/datum.ts';
import { parseJson, type JsonValue } from '../../types/json-value.ts';
import { cidrOfInet, inetOfCidr } from '../../types/network-codecs.ts';
import { parseNumeric } from '../../types/numeric.ts';
import { numericToFloat, numericToInteger } from '../../types/numeric-convert.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { byteOfChar, charOfByte, parseChar, truncateName } from '../../types/text-codecs.ts';
import { parseText } from '../../types/type-text.ts';
import { castsFrom, formatsOf, type CastRecord, type Convert } from './cast-record.ts';
import { toFloat4 } from './number-casts.ts';

function same(value: string): string {
  return value;
}

function withoutBlanks(value: string): string {
  return value.replace(/ +$/, '');
}

function addressText(value: string): string {
  if (value.includes('/')) return value;
  return `${value}/${value.includes(':') ? 128 : 32}`;
}

const toRegclass: Convert = (context, value) =>
  parseText({ name: 'regclass', typmod: -1 }, value as string, formatsOf(context));

/** The low bits of an integer, as many as the target is long. */
function bitsOf(value: bigint, width: number, target: SqlType): string {
  const length = target.typmod > 0 ? target.typmod : 1;
  const all = BigInt.asUintN(width, value).toString(2).padStart(width, '0');
  const sign = value < 0n ? '1' : '0';
  return all.padStart(length, sign).slice(-length);
}

function integerOfBits(value: string, width: 32 | 64): bigint {
  if (value.length > width) {
    const typeName = width === 32 ? 'integer' : 'bigint';
    throw new SqlError('numeric_value_out_of_range', `${typeName} out of range`);
  }
  return value === '' ? 0n : BigInt.asIntN(width, BigInt(`0b${value}`));
}

const kindNames = {
  null: 'null',
  boolean: 'boolean',
  number: 'numeric',
  string: 'string',
  array: 'array',
  object: 'object',
} as const;

function jsonScalar(text: string, kind: JsonValue['kind'], typeName: string): JsonValue {
  const value = parseJson(text, 'jsonb');
  if (value.kind === kind) return value;
  throw new SqlError(
    'invalid_parameter_value',
    `cannot cast jsonb ${kindNames[value.kind]} to type ${typeName}`,
  );
}

function jsonNumber(text: string, typeName: string): Numeric {
  const value = jsonScalar(text, 'number', typeName);
  return parseNumeric(value.kind === 'number' ? value.text : '0');
}

function jsonBool(text: string): boolean {
  const value = jsonScalar(text, 'boolean', 'boolean');
  return value.kind === 'boolean' && value.value;
}

function byteToChar(value: number): Datum {
  if (value >= -128 && value <= 127) return charOfByte(value & 0xff);
  throw new SqlError('numeric_value_out_of_range', '"char" out of range');
}

export const textCasts: readonly CastRecord[] = [
  ...castsFrom<string>('text', 'implicit', { name: truncateName, bpchar: same, varchar: same }),
  ...castsFrom<string>('varchar', 'implicit', { name: truncateName, bpchar: same, text: same }),
  ...castsFrom<string>('bpchar', 'implicit', {
    name: (value) => truncateName(withoutBlanks(value)),
    text: withoutBlanks,
    varchar: withoutBlanks,
  }),
  ...castsFrom<string>('name', 'implicit', { text: same }),
  ...castsFrom<string>('name', 'assignment', { bpchar: same, varchar: same }),
  ...castsFrom<string>('char', 'implicit', { text: same }),
  ...castsFrom<string>('char', 'assignment', { bpchar: same, varchar: same }),
  ...castsFrom<string>('char', 'explicit', {
    int4: (value) => (byteOfChar(value) << 24) >> 24,
  }),
  ...castsFrom<number>('int4', 'explicit', {
    char: byteToChar,
    bit: (value, _, target) => bitsOf(BigInt(value), 32, target),
  }),
  ...castsFrom<bigint>('int8', 'explicit', {
    bit: (value, _, target) => bitsOf(value, 64, target),
  }),
  ...(['text', 'varchar', 'bpchar'] as const).flatMap((from) => [
    ...castsFrom<string>(from, 'assignment', { char: parseChar }),
    ...castsFrom<string>(from, 'explicit', { xml: same }),
    ...castsFrom<string>('xml', 'assignment', { [from]: same }),
    ...castsFrom<string>('inet', 'assignment', { [from]: addressText }),
    ...castsFrom<string>('cidr', 'assignment', { [from]: same }),
    ...castsFrom<boolean>('bool', 'assignment', { [from]: String }),
  ]),
  { from: 'text', to: 'regclass', context: 'implicit', stable: true, convert: toRegclass },
  { from: 'varchar', to: 'regclass', context: 'implicit', stable: true, convert: toRegclass },
  ...castsFrom<string>('pg_node_tree', 'implicit', { text: same }),
  ...castsFrom<string>('cidr', 'implicit', { inet: inetOfCidr }),
  ...castsFrom<string>('inet', 'assignment', { cidr: cidrOfInet }),
  ...castsFrom<string>('bit', 'implicit', { varbit: same }),
  ...castsFrom<string>('varbit', 'implicit', { bit: same }),
  ...castsFrom<string>('bit', 'explicit', {
    int4: (value) => Number(integerOfBits(value, 32)),
    int8: (value) => integerOfBits(value, 64),
  }),
  ...castsFrom<string>('json', 'assignment', {
    jsonb: (value) => parseText({ name: 'jsonb', typmod: -1 }, value),
  }),
  ...castsFrom<string>('jsonb', 'assignment', { json: same }),
  ...castsFrom<string>('jsonb', 'explicit', {
    bool: jsonBool,
    numeric: (value) => jsonNumber(value, 'numeric'),
    int2: (value) => Number(numericToInteger(jsonNumber(value, 'smallint'), 'smallint')),
    int4: (value) => Number(numericToInteger(jsonNumber(value, 'integer'), 'integer')),
    int8: (value) => numericToInteger(jsonNumber(value, 'bigint'), 'bigint'),
    float4: (value) => toFloat4(numericToFloat(jsonNumber(value, 'real'))),
    float8: (value) => numericToFloat(jsonNumber(value, 'double precision')),
  }),
];
