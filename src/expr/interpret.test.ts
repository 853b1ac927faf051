import assert from 'node:assert/strict';
import { test } from 'node:test';
import { column, dictionary } from '../columns/test-columns.ts';
import type { Datum, SqlArray } from '../types/datum.ts';
import { sqlType } from '../types/type-table.ts';
import { prepare } from './compile.ts';
import type { Expr } from './expr.ts';
import {
  batchOf,
  boolType,
  call,
  col,
  evaluate,
  lit,
  passing,
  read,
  testContext,
} from './test-batch.ts';

const text = sqlType('text');
const matches = (arg: Expr, pattern: Expr) => call('~(text,text)', 'bool', arg, pattern);

function ints(...values: (number | null)[]): SqlArray {
  return { element: 'int4', dimensions: [{ length: values.length, lowerBound: 1 }], values };
}

test('AND does not evaluate an argument that raises where an earlier one is false', () => {
  const batch = batchOf(column('bool', [false, true, null]), column('text', ['(', 'a', 'b']));
  const args = [col(0, 'bool'), matches(lit('text', 'a'), col(1, 'text'))];
  assert.deepEqual(evaluate({ kind: 'and', args, type: boolType }, batch), [false, true, false]);
  const or: Expr = { kind: 'or', args, type: boolType };
  assert.throws(() => evaluate(or, batch), { code: '2201B' });
});

test('arms of CASE over text are evaluated for their rows alone', () => {
  const batch = batchOf(
    column('bool', [true, false, null]),
    column('text', ['x', '(', 'y']),
    column('text', ['p', 'q', null]),
  );
  const pattern: Expr = {
    kind: 'case',
    type: boolType,
    whens: [{ when: col(0, 'bool'), then: matches(lit('text', 'x'), col(1, 'text')) }],
    otherwise: { kind: 'isNull', arg: col(2, 'text'), type: boolType },
  };
  assert.deepEqual(evaluate(pattern, batch), [true, false, true]);
  const joined: Expr = {
    kind: 'case',
    type: text,
    whens: [
      {
        when: col(0, 'bool'),
        then: call('||(text,text)', 'text', col(1, 'text'), lit('text', '!')),
      },
    ],
    otherwise: col(2, 'text'),
  };
  assert.deepEqual(evaluate(joined, batch), ['x!', 'q', null]);
});

test('COALESCE over text takes the first value of each row', () => {
  const batch = batchOf(
    dictionary('text', ['a', null, null]),
    column('text', [null, 'b', null]),
    column('int4', [1, 2, 3]),
  );
  const args = [col(0, 'text'), col(1, 'text'), lit('text', 'none')];
  assert.deepEqual(evaluate({ kind: 'coalesce', args, type: text }, batch), ['a', 'b', 'none']);
});

test('IS DISTINCT FROM over text knows NULL', () => {
  const batch = batchOf(
    column('text', ['a', 'a', null, null]),
    column('text', ['a', 'b', 'a', null]),
  );
  const distinct = (kind: 'isDistinct' | 'isNotDistinct'): Expr => ({
    kind,
    left: col(0, 'text'),
    right: col(1, 'text'),
    equals: '=(text,text)',
    type: boolType,
  });
  assert.deepEqual(evaluate(distinct('isDistinct'), batch), [false, true, true, false]);
  assert.deepEqual(evaluate(distinct('isNotDistinct'), batch), [true, false, false, true]);
});

test('numeric values of different scale are one value in a list', () => {
  const numeric = (digits: bigint, scale: number): Datum => ({ digits, scale });
  const batch = batchOf(column('numeric', [numeric(10n, 1), numeric(2n, 0), null]));
  const expr: Expr = {
    kind: 'inList',
    arg: col(0, 'numeric'),
    list: [numeric(100n, 2)],
    type: boolType,
  };
  assert.deepEqual(evaluate(expr, batch), [true, false, null]);
});

test('a long list is looked up in a set', () => {
  const list = Array.from({ length: 100 }, (_, i) => i * 3);
  const batch = batchOf(column('int4', [3, 4, null, 297]));
  const expr: Expr = { kind: 'inList', arg: col(0, 'int4'), list, type: boolType };
  assert.deepEqual(evaluate(expr, batch), [true, false, null, true]);
  assert.deepEqual(passing(expr, batch), [0, 3]);
});

const quantified = (kind: 'anyArray' | 'allArray', symbol: string, array: Expr): Expr => ({
  kind,
  left: col(0, 'int4'),
  array,
  functionId: `${symbol}(int4,int4)`,
  type: boolType,
});

test('ANY and ALL over a constant array follow the rules of OR and AND', () => {
  const batch = batchOf(column('int4', [1, 5, null]));
  const array = lit('_int4', ints(1, 3));
  assert.deepEqual(evaluate(quantified('anyArray', '=', array), batch), [true, false, null]);
  assert.deepEqual(evaluate(quantified('allArray', '<', array), batch), [false, false, null]);
  assert.deepEqual(evaluate(quantified('allArray', '<>', lit('_int4', ints(2, null))), batch), [
    null,
    null,
    null,
  ]);
  assert.deepEqual(evaluate(quantified('anyArray', '=', lit('_int4', ints())), batch), [
    false,
    false,
    false,
  ]);
  const parameter: Expr = { kind: 'parameter', index: 0, type: sqlType('_int4') };
  const any = quantified('anyArray', '>', parameter);
  assert.deepEqual(evaluate(any, batch, [ints(4)]), [false, true, null]);
  assert.deepEqual(evaluate(any, batch, [null]), [null, null, null]);
});

test('ANY over an array of each row compares with that row', () => {
  const batch = batchOf(
    column('int4', [1, 5, 2, 7]),
    column('_int4', [ints(1, 2), ints(null, 1), null, ints()]),
  );
  const any = quantified('anyArray', '=', col(1, '_int4'));
  assert.deepEqual(evaluate(any, batch), [true, null, null, false]);
});

test('ARRAY and ROW hold the values of the row', () => {
  const batch = batchOf(column('int4', [1, null]), column('int4', [3, 4]));
  const args = [col(0, 'int4'), col(1, 'int4')];
  const arrays = evaluate({ kind: 'array', args, type: sqlType('_int4') }, batch);
  assert.deepEqual(arrays, [ints(1, 3), ints(null, 4)]);
});

test('a subplan is asked with the values of the row', () => {
  const expr: Expr = {
    kind: 'subplan',
    form: 'scalar',
    planIndex: 0,
    arguments: [col(0, 'int4')],
    type: sqlType('int4'),
  };
  const plus = call('+(int4,int4)', 'int4', expr, lit('int4', 1));
  const batch = batchOf(column('int4', [1, 2]));
  const prepared = prepare([plus], { subplan: (_, [value]) => (value as number) * 10 });
  const [result] = prepared.evaluate(batch, testContext, []);
  assert.ok(result);
  assert.deepEqual(read(result, batch), [11, 21]);
});

test('a function over a dictionary is computed for the entries that rows use', () => {
  const status = dictionary('text', ['a', 'b', null, 'a']);
  assert.equal(status.encoding, 'dictionary');
  const batch = batchOf(status);
  const unused = dictionary('text', ['a', '(']);
  assert.ok(unused.encoding === 'dictionary' && status.encoding === 'dictionary');
  const wider = batchOf({ ...status, dictionary: unused.dictionary, length: 1 });
  const pattern = matches(lit('text', 'a'), col(0, 'text'));
  assert.deepEqual(evaluate(pattern, wider), [true]);
  assert.deepEqual(evaluate(pattern, batch), [true, false, null, true]);
  const label = call('||(text,text)', 'text', col(0, 'text'), lit('text', '?'));
  const [result] = prepare([label]).evaluate(batch, testContext, []);
  assert.equal(result?.encoding, 'dictionary');
});

test('compiled parts that read interpreted tests of distinctness are evaluated after them', () => {
  const names = batchOf(column('text', ['a', 'b', null]), column('float8', [1.5, 2.5, 3.5]));
  const differs: Expr = {
    kind: 'isDistinct',
    left: lit('text', 'a'),
    right: col(0, 'text'),
    equals: '=(text,text)',
    type: boolType,
  };
  const chosen: Expr = {
    kind: 'case',
    type: sqlType('float8'),
    whens: [{ when: differs, then: lit('float8', 0) }],
    otherwise: col(1, 'float8'),
  };
  assert.deepEqual(evaluate(chosen, names), [1.5, 0, 0]);
});
