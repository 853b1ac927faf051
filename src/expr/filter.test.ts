import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { column, dictionary, hexColumn, testArena, type Values } from '../columns/test-columns.ts';
import type { Batch } from '../columns/batch.ts';
import { compareValues } from '../types/compare.ts';
import type { Datum } from '../types/datum.ts';
import type { TypeName } from '../types/sql-type.ts';
import type { Expr } from './expr.ts';
import { batchOf, boolType, call, col, evaluate, lit, passing, selected } from './test-batch.ts';

const symbols = ['=', '<>', '<', '<=', '>', '>='] as const;

const verdicts: Record<(typeof symbols)[number], (order: number) => boolean> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

const wide = (min: bigint, max: bigint) => fc.bigInt({ min, max });
const int64 = fc.oneof(wide(-3n, 3n), wide(-(2n ** 63n), 2n ** 63n - 1n));

const samples: Partial<Record<TypeName, fc.Arbitrary<Datum>>> = {
  int2: fc.integer({ min: -32_768, max: 32_767 }),
  int4: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer()),
  int8: int64,
  float4: fc.float({ noDefaultInfinity: false }),
  float8: fc.oneof(fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 1), fc.double()),
  date: fc.integer({ min: -3, max: 3 }),
  timestamptz: int64,
  uuid: fc.uuid(),
  text: fc.constantFrom('', 'a', 'b', 'ab', 'é', 'abcdefgh', 'abcdefghi', 'abcdefghj'),
};

const types = Object.keys(samples) as TypeName[];

const cases = fc.constantFrom(...types).chain((type) => {
  const value = samples[type] as fc.Arbitrary<Datum>;
  const rows = fc.array(fc.option(value, { freq: 5 }), { minLength: 1, maxLength: 70 });
  return fc.record({
    type: fc.constant(type),
    rows,
    constant: value,
    symbol: fc.constantFrom(...symbols),
    keep: fc.array(fc.boolean(), { minLength: 70, maxLength: 70 }),
  });
});

function expected(rows: Values, test: (value: Datum) => boolean): number[] {
  return rows.flatMap((value, row) => (value !== null && test(value) ? [row] : []));
}

test('a comparison with a constant selects the same rows by kernel, by code and by hand', () => {
  fc.assert(
    fc.property(cases, ({ type, rows, constant, symbol, keep }) => {
      testArena.reset();
      const batch = batchOf(column(type, rows));
      const wanted = expected(rows, (value) =>
        verdicts[symbol](compareValues(type, value, constant)),
      );
      const predicate = call(
        `${symbol}(${type},${type})`,
        'bool',
        col(0, type),
        lit(type, constant),
      );
      assert.deepEqual(passing(predicate, batch), wanted);
      const kept = rows.flatMap((_, row) => (keep[row] === true ? [row] : []));
      const some = kept.filter((row) => wanted.includes(row));
      if (kept.length > 0) assert.deepEqual(passing(predicate, selected(batch, kept)), some);
      const compiled = evaluate(predicate, batch);
      assert.deepEqual(
        compiled,
        rows.map((value, row) => (value === null ? null : wanted.includes(row))),
      );
    }),
    { numRuns: 400 },
  );
});

/** The batch with bounds as a stored segment has them. */
function bounded(batch: Batch, type: TypeName, rows: Values): Batch {
  const values = rows.filter((value): value is Datum => value !== null && !Number.isNaN(value));
  const sorted = values.toSorted((a, b) => compareValues(type, a, b));
  const [min] = sorted;
  const max = sorted.at(-1);
  const nullCount = rows.filter((value) => value === null).length;
  const bounds = { nullCount, ...(min === undefined || max === undefined ? {} : { min, max }) };
  return { ...batch, bounds: () => bounds };
}

test('bounds of a segment decide as its rows would', () => {
  const near = fc.record({
    type: fc.constantFrom<TypeName>('int8', 'timestamptz', 'float8', 'text'),
    numbers: fc.array(fc.option(fc.integer({ min: 0, max: 2 })), { minLength: 1, maxLength: 20 }),
    constant: fc.integer({ min: -1, max: 3 }),
    hasNaN: fc.boolean(),
    symbol: fc.constantFrom(...symbols),
  });
  const make = (type: TypeName, value: number): Datum =>
    type === 'text' ? String(value) : type === 'float8' ? value : BigInt(value);
  fc.assert(
    fc.property(near, ({ type, numbers, constant, hasNaN, symbol }) => {
      testArena.reset();
      const rows = numbers.map((value) => (value === null ? null : make(type, value)));
      if (hasNaN && type === 'float8') rows.push(Number.NaN);
      const batch = batchOf(column(type, rows));
      const value = lit(type, make(type, constant));
      const compare = call(`${symbol}(${type},${type})`, 'bool', col(0, type), value);
      const presence: Expr = { kind: 'isNotNull', arg: col(0, type), type: boolType };
      for (const predicate of [compare, presence]) {
        const expected = passing(predicate, batch);
        assert.deepEqual(passing(predicate, bounded(batch, type, rows)), expected);
      }
    }),
    { numRuns: 500 },
  );
});

test('IS NOT NULL selects the rows that are not', () => {
  const predicate: Expr = { kind: 'isNotNull', arg: col(0, 'int4'), type: boolType };
  assert.deepEqual(passing(predicate, batchOf(column('int4', [1, null, 3]))), [0, 2]);
  assert.deepEqual(passing(predicate, batchOf(column('int4', [1, 2]))), [0, 1]);
});

test('a constant outside of the column type range decides for all rows', () => {
  const batch = batchOf(column('int2', [1, null, -5]));
  const compare = (symbol: string, value: bigint) =>
    passing(call(`${symbol}(int2,int8)`, 'bool', col(0, 'int2'), lit('int8', value)), batch);
  assert.deepEqual(compare('<', 100_000n), [0, 2]);
  assert.deepEqual(compare('>', 100_000n), []);
  assert.deepEqual(compare('<>', -100_000n), [0, 2]);
  assert.deepEqual(compare('=', -100_000n), []);
});

test('a comparison written the other way round is mirrored', () => {
  const predicate = call('<(int4,int4)', 'bool', lit('int4', 2), col(0, 'int4'));
  assert.deepEqual(passing(predicate, batchOf(column('int4', [1, 2, 3]))), [2]);
});

const ids = ['00ff00ff00ff00ff00ff00ff00ff00ff', 'ffffffffffffffffffffffffffffffff'];

test('ids kept as bytes are compared and listed by their bytes', () => {
  const batch = batchOf(hexColumn([ids[0] ?? '', null, ids[1] ?? '']));
  const equal = (text: string) => call('=(text,text)', 'bool', col(0, 'text'), lit('text', text));
  assert.deepEqual(passing(equal(ids[1] ?? ''), batch), [2]);
  assert.deepEqual(passing(equal('FF'), batch), []);
  assert.deepEqual(evaluate(equal(ids[0] ?? ''), batch), [true, null, false]);
  const list = (values: Values): Expr => ({
    kind: 'inList',
    arg: col(0, 'text'),
    list: values,
    type: boolType,
  });
  assert.deepEqual(evaluate(list(ids), batch), [true, null, true]);
  assert.deepEqual(evaluate(list([ids[1] ?? '', null]), batch), [null, null, true]);
});

test('conjuncts on different encodings narrow one another', () => {
  const batch = batchOf(
    dictionary('text', ['a', 'b', 'a', null], 2),
    column('int8', [1n, 2n, 3n, 4n]),
    column('text', ['x1', 'x2', 'y3', 'x4']),
  );
  const predicate: Expr = {
    kind: 'and',
    type: boolType,
    args: [
      call('~~(text,text)', 'bool', col(2, 'text'), lit('text', 'x%')),
      call('=(text,text)', 'bool', col(0, 'text'), lit('text', 'a')),
      call('<(int8,int8)', 'bool', col(1, 'int8'), lit('int8', 3n)),
    ],
  };
  assert.deepEqual(passing(predicate, batch), [0]);
});
