import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { column, testArena, type Values } from '../../columns/test-columns.ts';
import { batchOf, call, col, evaluate } from '../../expr/test-batch.ts';
import type { Datum, Interval } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';

const bits = { int2: 16, int4: 32, int8: 64 } as const;
type Width = keyof typeof bits;
const messages = { int2: 'smallint', int4: 'integer', int8: 'bigint' } as const;

function run(
  id: string,
  returns: TypeName,
  ...args: readonly (readonly [TypeName, Datum | null])[]
) {
  testArena.reset();
  const columns = args.map(([type, value]) => column(type, [value]));
  const exprs = args.map(([type], index) => col(index, type));
  return evaluate(call(id, returns, ...exprs), batchOf(...columns))[0];
}

/** Values near the corners of a width, and any. */
function integers(width: Width): fc.Arbitrary<bigint> {
  const limit = 2n ** BigInt(bits[width] - 1);
  const corner = fc
    .tuple(
      fc.constantFrom(-limit, limit - 1n, 0n, 1n, -1n, 2n ** BigInt(bits[width] / 2 - 1)),
      fc.bigInt({ min: -2n, max: 2n }),
    )
    .map(([at, by]) => at + by);
  return fc
    .oneof(corner, fc.bigInt({ min: -limit, max: limit - 1n }))
    .map((value) => BigInt.asIntN(bits[width], value));
}

const twins: Record<string, (a: bigint, b: bigint) => bigint> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

const pairs = fc
  .tuple(
    fc.constantFrom<Width>('int2', 'int4', 'int8'),
    fc.constantFrom<Width>('int2', 'int4', 'int8'),
  )
  .chain(([left, right]) =>
    fc.record({
      left: fc.constant(left),
      right: fc.constant(right),
      a: integers(left),
      b: integers(right),
      symbol: fc.constantFrom('+', '-', '*', '/'),
    }),
  );

test('integer arithmetic is exact or raises, in all pairs of widths', () => {
  fc.assert(
    fc.property(pairs, ({ left, right, a, b, symbol }) => {
      const returns = bits[left] >= bits[right] ? left : right;
      const datum = (type: Width, value: bigint) => (type === 'int8' ? value : Number(value));
      const compute = () =>
        run(
          `${symbol}(${left},${right})`,
          returns,
          [left, datum(left, a)],
          [right, datum(right, b)],
        );
      if (symbol === '/' && b === 0n) {
        return assert.throws(compute, { code: '22012', message: 'division by zero' });
      }
      const exact = (twins[symbol] as (x: bigint, y: bigint) => bigint)(a, b);
      if (BigInt.asIntN(bits[returns], exact) !== exact) {
        const message = `${messages[returns]} out of range`;
        return assert.throws(compute, { code: '22003', message });
      }
      assert.equal(BigInt(compute() as number), exact);
    }),
    { numRuns: 500 },
  );
});

const float8 = (value: number) => ['float8', value] as const;

test('floats raise overflow, underflow and division by zero', () => {
  const times = (a: number, b: number) => run('*(float8,float8)', 'float8', float8(a), float8(b));
  assert.throws(() => times(1e200, 1e200), {
    code: '22003',
    message: 'value out of range: overflow',
  });
  assert.throws(() => times(1e-200, 1e-200), { message: 'value out of range: underflow' });
  assert.equal(times(Infinity, 2), Infinity);
  const over = (a: number, b: number) => run('/(float8,float8)', 'float8', float8(a), float8(b));
  assert.throws(() => over(1, 0), { code: '22012' });
  assert.ok(Number.isNaN(over(NaN, 0)));
});

/** Answers of PostgreSQL 15. */
const casts: readonly (readonly [id: string, from: Datum, to: Datum | RegExp])[] = [
  ['cast(float8,int4)', 2.5, 2],
  ['cast(float8,int4)', 3.5, 4],
  ['cast(float8,int4)', -2.5, -2],
  ['cast(float8,int4)', 2_147_483_647.4, 2_147_483_647],
  ['cast(float8,int4)', 2_147_483_647.5, /integer out of range/],
  ['cast(float8,int8)', 9.3e18, /bigint out of range/],
  ['cast(float8,int2)', NaN, /smallint out of range/],
  ['cast(float8,float4)', 1e300, /value out of range: overflow/],
  ['cast(float8,float4)', 1e-300, /value out of range: underflow/],
  ['cast(int8,int4)', 2_147_483_648n, /integer out of range/],
  ['cast(int8,oid)', 4_294_967_295n, 4_294_967_295],
  ['cast(int8,oid)', -1n, /OID out of range/],
  ['cast(oid,int8)', 4_294_967_295, 4_294_967_295n],
  ['cast(bool,int4)', true, 1],
  ['cast(int4,bool)', -3, true],
  ['cast(date,timestamp)', -1, -86_400_000_000n],
  ['cast(date,timestamp)', 2_147_483_647, 2n ** 63n - 1n],
  ['cast(date,timestamp)', 2_000_000_000, /date out of range for timestamp/],
  ['cast(timestamp,date)', -1n, -1],
  ['cast(timestamp,date)', -(2n ** 63n), -2_147_483_648],
];

test('casts between fixed-width types give what PostgreSQL gives', () => {
  for (const [id, value, answer] of casts) {
    const [from, to] = id.slice(5, -1).split(',') as [TypeName, TypeName];
    const compute = () => run(id, to, [from, value]);
    if (answer instanceof RegExp) assert.throws(compute, answer, id);
    else assert.equal(compute(), answer, id);
  }
});

function interval(months: number, days: number, micros: bigint): Interval {
  return { months, days, micros };
}

const day = 86_400_000_000n;

test('a month after the 31st is the last day of the month', () => {
  const january31 = 951_782_400_000_000n - 29n * day;
  const month: readonly [TypeName, Datum] = ['interval', interval(1, 0, 0n)];
  const plus = run('+(timestamp,interval)', 'timestamp', ['timestamp', january31], month);
  assert.equal(plus, january31 + 29n * day);
});

test('differences are days and time, products carry fractions down', () => {
  const minus = run(
    '-(timestamp,timestamp)',
    'interval',
    ['timestamp', 2n * day + 5n],
    ['timestamp', 0n],
  );
  assert.deepEqual(minus, interval(0, 2, 5n));
  const half = run(
    '*(interval,float8)',
    'interval',
    ['interval', interval(1, 1, 0n)],
    ['float8', 0.5],
  );
  assert.deepEqual(half, interval(0, 15, day / 2n));
  const dates: Values = [run('-(date,date)', 'int4', ['date', 10], ['date', 3]) ?? null];
  assert.deepEqual(dates, [7]);
});

test('uuids are ordered by their bytes', () => {
  const low = '0fffffff-ffff-ffff-ffff-ffffffffffff';
  const high = 'f0000000-0000-0000-0000-000000000000';
  assert.equal(run('<(uuid,uuid)', 'bool', ['uuid', low], ['uuid', high]), true);
  assert.equal(run('>=(uuid,uuid)', 'bool', ['uuid', low], ['uuid', high]), false);
});
