/** Numeric arithmetic against PostgreSQL, on values that meet scales, signs and limits. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { SqlError } from '../errors/sql-error.ts';
import type { Numeric } from './datum.ts';
import {
  addNumeric,
  compareNumeric,
  divideNumeric,
  formatNumeric,
  moduloNumeric,
  multiplyNumeric,
  parseNumeric,
  roundNumeric,
  subtractNumeric,
  truncateNumeric,
} from './numeric.ts';
import { expNumeric, lnNumeric, logNumeric, powerNumeric, sqrtNumeric } from './numeric-math.ts';
import {
  applyNumericTypmod,
  decodeNumeric,
  encodeNumeric,
  numericTypmod,
} from './numeric-convert.ts';

let postgres: PGlite;
before(async () => {
  postgres = await PGlite.create();
});
after(() => postgres.close());

const values = [
  '0',
  '1',
  '-1',
  '2',
  '10',
  '0.5',
  '-0.5',
  '2.50',
  '3.14159',
  '0.001',
  '-0.0001',
  '99999',
  '123456789.987654321',
  '1e20',
  '1e-20',
  '12345678901234567890.12345',
  '0.99999',
  '1.00001',
  '-7',
  'NaN',
  'Infinity',
  '-Infinity',
  '9999.9999',
];

type Binary = (left: Numeric, right: Numeric) => Numeric;

const operators: Readonly<Record<string, Binary>> = {
  'a + b': addNumeric,
  'a - b': subtractNumeric,
  'a * b': multiplyNumeric,
  'a / b': divideNumeric,
  'a % b': moduloNumeric,
  'log(a, b)': logNumeric,
};

const functions: Readonly<Record<string, (value: Numeric) => Numeric>> = {
  'sqrt(a)': sqrtNumeric,
  'exp(a)': expNumeric,
  'ln(a)': lnNumeric,
  'round(a)': roundNumeric,
  'round(a, 3)': (value) => roundNumeric(value, 3),
  'trunc(a, -1)': (value) => truncateNumeric(value, -1),
  'power(a, 0.25)': (value) => powerNumeric(value, { digits: 25n, scale: 2 }),
};

function answer(compute: () => Numeric): string {
  try {
    return formatNumeric(compute());
  } catch (error) {
    if (error instanceof SqlError) return error.message;
    throw error;
  }
}

/** Text of an expression for every row, or the error's message, one query for all. */
async function ask(expression: string, rows: readonly (readonly string[])[]): Promise<string[]> {
  await postgres.exec(`
    create or replace function answer(a numeric, b numeric) returns text language plpgsql as $$
    begin return (${expression})::text; exception when others then return sqlerrm; end $$`);
  const sql = `select answer(a, b) as text from
    unnest($1::numeric[], $2::numeric[]) with ordinality as t(a, b, n) order by n`;
  const columns = [rows.map((row) => row[0]), rows.map((row) => row[1] ?? '0')];
  const { rows: answers } = await postgres.query<{ text: string }>(sql, columns);
  return answers.map(({ text }) => text);
}

test('operators answer as PostgreSQL for every pair of values', async () => {
  const pairs = values.flatMap((left) => values.map((right) => [left, right]));
  for (const [expression, compute] of Object.entries(operators)) {
    const wanted = await ask(expression, pairs);
    pairs.forEach(([left = '', right = ''], i) => {
      const got = answer(() => compute(parseNumeric(left), parseNumeric(right)));
      assert.equal(got, wanted[i], `${expression}: a = ${left}, b = ${right}`);
    });
  }
});

test('functions answer as PostgreSQL', async () => {
  for (const [expression, compute] of Object.entries(functions)) {
    const rows = values.filter((value) => value !== '1e20' || expression !== 'exp(a)');
    const wanted = await ask(
      expression,
      rows.map((value) => [value]),
    );
    rows.forEach((value, i) => {
      assert.equal(
        answer(() => compute(parseNumeric(value))),
        wanted[i],
        `${expression}: ${value}`,
      );
    });
  }
});

const numerics = fc
  .record({ digits: fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), scale: fc.nat(30) })
  .map(({ digits, scale }): Numeric => ({ digits, scale }));

test('text and bytes bring every value back', () => {
  fc.assert(
    fc.property(numerics, (value) => {
      assert.deepEqual(parseNumeric(formatNumeric(value)), value);
      assert.deepEqual(decodeNumeric(encodeNumeric(value)), value);
    }),
  );
});

test('a sum minus a term is the other term, and order agrees with the difference', () => {
  fc.assert(
    fc.property(numerics, numerics, (left, right) => {
      const back = subtractNumeric(addNumeric(left, right), right);
      assert.equal(compareNumeric(back, left), 0);
      const sign = subtractNumeric(left, right).digits;
      assert.equal(compareNumeric(left, right), sign === 0n ? 0 : sign < 0n ? -1 : 1);
    }),
  );
});

test('a precision that is too small is refused', () => {
  const typmod = numericTypmod(5, 2);
  assert.equal(formatNumeric(applyNumericTypmod(parseNumeric('999.994'), typmod)), '999.99');
  assert.throws(() => applyNumericTypmod(parseNumeric('999.995'), typmod), {
    message: 'numeric field overflow',
  });
});
