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

/** As PostgreSQL has it, sums that leave 64 bits go around. */
function wrapped(cents: bigint): bigint {
  return BigInt.asIntN(64, cents);
}

/** rint: halves to the even neighbour. */
function roundedToEven(value: number): bigint {
  const below = Math.floor(value);
  const rest = value - below;
  const isUp = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  return wrapped(BigInt(isUp ? below + 1 : below));
}

function times(cents: bigint, factor: Factor): bigint {
  if (typeof factor === 'bigint') return wrapped(cents * factor);
  return roundedToEven(Number(cents) * factor);
}

/** Errors: 22012. */
function dividedBy(cents: bigint, divisor: Factor): bigint {
  if (divisor === 0 || divisor === 0n) {
    throw new SqlError('division_by_zero', 'division by zero');
  }
  return typeof divisor === 'bigint'
    ? wrapped(cents / divisor)
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
    scalar('money, money → money', (left: bigint, right: bigint) => wrapped(left + right)),
  ),
  operator(
    '-',
    { text: 'difference', example: ["'1.50'::money - '2'", '-$0.50'] },
    scalar('money, money → money', (left: bigint, right: bigint) => wrapped(left - right)),
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
