/** Arithmetic of money, in cents (cash.c). Casts and comparisons are with those of numbers. */
import { SqlError } from '../../errors/sql-error.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { family, operatorFamily, scalar } from '../define.ts';
import type { FunctionRecord, ScalarOverload } from '../function-record.ts';
import { moneyInWords } from './money-words.ts';

const define = family('money');
const operator = operatorFamily('money');

const integers: readonly TypeName[] = ['int8', 'int4', 'int2'];
const floats: readonly TypeName[] = ['float8', 'float4'];

type Factor = number | bigint;

/** Errors: 22003 beyond 64 bits. */
function checked(cents: bigint): bigint {
  if (cents === BigInt.asIntN(64, cents)) return cents;
  throw outOfRange();
}

function outOfRange(): SqlError {
  return new SqlError('numeric_value_out_of_range', 'money out of range');
}

/** rint: halves to the even neighbour. */
function roundedToEven(value: number): bigint {
  if (!Number.isFinite(value)) throw outOfRange();
  const below = Math.floor(value);
  const rest = value - below;
  const isUp = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  return checked(BigInt(isUp ? below + 1 : below));
}

function times(cents: bigint, factor: Factor): bigint {
  if (typeof factor === 'bigint') return checked(cents * factor);
  return roundedToEven(Number(cents) * factor);
}

/** Errors: 22012. */
function dividedBy(cents: bigint, divisor: Factor): bigint {
  if (divisor === 0 || divisor === 0n) {
    throw new SqlError('division_by_zero', 'division by zero');
  }
  return typeof divisor === 'bigint'
    ? checked(cents / divisor)
    : roundedToEven(Number(cents) / divisor);
}

function quotient(left: bigint, right: bigint): number {
  if (right === 0n) throw new SqlError('division_by_zero', 'division by zero');
  return Number(left) / Number(right);
}

/** Smaller integers come as numbers, which are exact. */
function products(type: TypeName): ScalarOverload[] {
  const factor = (value: Factor): Factor => (integers.includes(type) ? BigInt(value) : value);
  return [
    scalar(`money, ${type} → money`, (cents: bigint, value: Factor) => times(cents, factor(value))),
    scalar(`${type}, money → money`, (value: Factor, cents: bigint) => times(cents, factor(value))),
  ];
}

function quotients(type: TypeName): ScalarOverload {
  const divisor = (value: Factor): Factor => (integers.includes(type) ? BigInt(value) : value);
  return scalar(`money, ${type} → money`, (cents: bigint, value: Factor) =>
    dividedBy(cents, divisor(value)),
  );
}

export const moneyFunctions: readonly FunctionRecord[] = [
  operator(
    '+',
    { text: 'sum', example: ["'1.50'::money + '2'", '$3.50'] },
    scalar('money, money → money', (left: bigint, right: bigint) => checked(left + right)),
  ),
  operator(
    '-',
    { text: 'difference', example: ["'1.50'::money - '2'", '-$0.50'] },
    scalar('money, money → money', (left: bigint, right: bigint) => checked(left - right)),
  ),
  operator(
    '*',
    { text: 'product', example: ["'1.50'::money * 3", '$4.50'] },
    ...[...integers, ...floats].flatMap(products),
  ),
  operator(
    '/',
    { text: 'quotient', example: ["'9'::money / '3'::money", '3'] },
    scalar('money, money → float8', quotient),
    ...[...integers, ...floats].map(quotients),
  ),
  define(
    'cashlarger',
    { text: 'the greater amount', example: ["cashlarger('1', '2')", '$2.00'] },
    scalar('money, money → money', (left: bigint, right: bigint) => (left > right ? left : right)),
  ),
  define(
    'cashsmaller',
    { text: 'the lesser amount', example: ["cashsmaller('1', '2')", '$1.00'] },
    scalar('money, money → money', (left: bigint, right: bigint) => (left < right ? left : right)),
  ),
  define(
    'cash_words',
    {
      text: 'the amount in English words',
      example: ["cash_words('1.23')", 'One dollar and twenty three cents'],
    },
    scalar('money → text', moneyInWords),
  ),
];
