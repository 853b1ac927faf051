/** Casts among integers, floats, numeric, money, oid and bool. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Datum, Numeric } from '../../types/datum.ts';
import { parseFloat4, parseFloat8 } from '../../types/float-codecs.ts';
import { formatNumeric, numericFromInt, roundNumeric } from '../../types/numeric.ts';
import { numericFromFloat, numericToInteger } from '../../types/numeric-convert.ts';
import { roundEven } from '../../types/interval-parse.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { castsFrom, type CastRecord } from './cast-record.ts';

type IntegerName = 'int2' | 'int4' | 'int8';

const words = { int2: 'smallint', int4: 'integer', int8: 'bigint' } as const;
const bits = { int2: 16, int4: 32, int8: 64 } as const;

export function integerOutOfRange(name: IntegerName): SqlError {
  return new SqlError('numeric_value_out_of_range', `${words[name]} out of range`);
}

/** An integer in the form of the type. */
export function toInteger(value: bigint, name: IntegerName): number | bigint {
  if (value !== BigInt.asIntN(bits[name], value)) throw integerOutOfRange(name);
  return name === 'int8' ? value : Number(value);
}

function floatToInteger(value: number, name: IntegerName): number | bigint {
  const rounded = roundEven(value);
  const limit = 2 ** (bits[name] - 1);
  if (!(rounded >= -limit && rounded < limit)) throw integerOutOfRange(name);
  return toInteger(BigInt(rounded), name);
}

function toOid(value: bigint): number {
  if (value >= 0n && value <= 0xffff_ffffn) return Number(value);
  throw new SqlError('numeric_value_out_of_range', 'OID out of range');
}

export function toFloat4(value: number): number {
  const result = Math.fround(value);
  const isInfinite = !Number.isFinite(result) && Number.isFinite(value);
  if (isInfinite || (result === 0 && value !== 0)) {
    const kind = isInfinite ? 'overflow' : 'underflow';
    throw new SqlError('numeric_value_out_of_range', `value out of range: ${kind}`);
  }
  return result;
}

export const oidAliases: readonly TypeName[] = [
  'regproc',
  'regprocedure',
  'regoper',
  'regoperator',
  'regclass',
  'regtype',
  'regnamespace',
  'regrole',
  'regcollation',
];

function toAliases<T extends Datum>(convert: (value: T) => number) {
  return Object.fromEntries(['oid', ...oidAliases].map((name) => [name, convert]));
}

const hundred = 100n;

function integerCasts(from: 'int2' | 'int4'): readonly CastRecord[] {
  return castsFrom<number>(from, 'implicit', {
    int8: (value) => BigInt(value),
    float4: (value) => Math.fround(value),
    float8: (value) => value,
    numeric: (value) => numericFromInt(value),
    ...toAliases<number>((value) => value >>> 0),
  });
}

const int2Casts: readonly CastRecord[] = [
  ...integerCasts('int2'),
  ...castsFrom<number>('int2', 'implicit', { int4: (value) => value }),
];

const int4Casts: readonly CastRecord[] = [
  ...integerCasts('int4'),
  ...castsFrom<number>('int4', 'assignment', {
    int2: (value) => toInteger(BigInt(value), 'int2'),
    money: (value) => BigInt(value) * hundred,
  }),
  ...castsFrom<number>('int4', 'explicit', { bool: (value) => value !== 0 }),
];

const int8Casts: readonly CastRecord[] = [
  ...castsFrom<bigint>('int8', 'implicit', {
    float4: (value) => Math.fround(Number(value)),
    float8: (value) => Number(value),
    numeric: (value) => numericFromInt(value),
    ...toAliases<bigint>(toOid),
  }),
  ...castsFrom<bigint>('int8', 'assignment', {
    int2: (value) => toInteger(value, 'int2'),
    int4: (value) => toInteger(value, 'int4'),
    money: (value) => toInteger(value * hundred, 'int8'),
  }),
];

function floatCasts(from: 'float4' | 'float8'): readonly CastRecord[] {
  return castsFrom<number>(from, 'assignment', {
    int2: (value) => floatToInteger(value, 'int2'),
    int4: (value) => floatToInteger(value, 'int4'),
    int8: (value) => floatToInteger(value, 'int8'),
    numeric: (value) => numericFromFloat(value, from === 'float4' ? 6 : 15),
  });
}

const numericCasts: readonly CastRecord[] = [
  ...castsFrom<Numeric>('numeric', 'implicit', {
    float4: (value) => parseFloat4(formatNumeric(value)),
    float8: (value) => parseFloat8(formatNumeric(value)),
  }),
  ...castsFrom<Numeric>('numeric', 'assignment', {
    int2: (value) => Number(numericToInteger(value, 'smallint')),
    int4: (value) => Number(numericToInteger(value, 'integer')),
    int8: (value) => numericToInteger(value, 'bigint'),
    money: (value) => numericToMoney(value),
  }),
];

function numericToMoney(value: Numeric): bigint {
  const { digits, scale, special } = roundNumeric(value, 2);
  return numericToInteger({ digits, scale: scale - 2, ...(special && { special }) }, 'bigint');
}

/** An alias is a number: it goes to oid freely, and to integers when assigned. */
const oidCasts: readonly CastRecord[] = [
  ...castsFrom<number>(
    'oid',
    'implicit',
    toAliases<number>((value) => value),
  ),
  ...['oid' as const, ...oidAliases].flatMap((from) => [
    ...castsFrom<number>(from, 'implicit', { oid: (value) => value }),
    ...castsFrom<number>(from, 'assignment', {
      int4: (value) => value | 0,
      int8: (value) => BigInt(value >>> 0),
    }),
  ]),
  ...castsFrom<number>('regproc', 'implicit', { regprocedure: (value) => value }),
  ...castsFrom<number>('regprocedure', 'implicit', { regproc: (value) => value }),
  ...castsFrom<number>('regoper', 'implicit', { regoperator: (value) => value }),
  ...castsFrom<number>('regoperator', 'implicit', { regoper: (value) => value }),
  ...castsFrom<bigint>('xid8', 'explicit', { xid: (value) => Number(value & 0xffff_ffffn) }),
].filter(({ from, to }) => from !== to);

export const numberCasts: readonly CastRecord[] = [
  ...castsFrom<boolean>('bool', 'explicit', { int4: (value) => (value ? 1 : 0) }),
  ...int2Casts,
  ...int4Casts,
  ...int8Casts,
  ...castsFrom<number>('float4', 'implicit', { float8: (value) => value }),
  ...castsFrom<number>('float8', 'assignment', { float4: toFloat4 }),
  ...floatCasts('float4'),
  ...floatCasts('float8'),
  ...numericCasts,
  ...castsFrom<bigint>('money', 'assignment', {
    numeric: (cents) => ({ digits: cents, scale: 2 }),
  }),
  ...oidCasts,
];
