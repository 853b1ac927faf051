import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Expr } from './expr.ts';
import { column, dictionary } from '../columns/test-columns.ts';
import { evaluateConstant } from './compile.ts';
import {
  batchOf,
  boolType,
  call,
  col,
  evaluate,
  lit,
  passing,
  selected,
  testContext,
} from './test-batch.ts';

const a = col(0, 'int4');
const b = col(1, 'int4');
const sum = call('+(int4,int4)', 'int4', a, b);
const quotient = call('/(int4,int4)', 'int4', a, b);
const numbers = batchOf(column('int4', [1, 2, null, 8]), column('int4', [3, null, 5, 2]));

test('arithmetic of columns is NULL where an argument is', () => {
  assert.deepEqual(evaluate(sum, numbers), [4, null, null, 10]);
});

test('only selected rows are computed', () => {
  const zero = batchOf(column('int4', [1, 8]), column('int4', [0, 2]));
  assert.deepEqual(evaluate(quotient, selected(zero, [1])), [4]);
  assert.throws(() => evaluate(quotient, zero), { code: '22012', message: 'division by zero' });
});

test('overflow raises 22003 with the name of the type', () => {
  const big = batchOf(column('int4', [2_147_483_647]), column('int4', [1]));
  assert.throws(() => evaluate(sum, big), { code: '22003', message: 'integer out of range' });
});

test('a later arm of CASE is not computed for rows that do not reach it', () => {
  const batch = batchOf(column('int4', [6, 7]), column('int4', [0, 7]));
  const expr: Expr = {
    kind: 'case',
    whens: [{ when: call('<>(int4,int4)', 'bool', b, lit('int4', 0)), then: quotient }],
    otherwise: lit('int4', null),
    type: a.type,
  };
  assert.deepEqual(evaluate(expr, batch), [null, 1]);
});

test('AND and OR follow three-valued logic', () => {
  const values = [true, false, null];
  const left = values.flatMap((value) => [value, value, value]);
  const right = values.flatMap(() => values);
  const batch = batchOf(column('bool', left), column('bool', right));
  const args = [col(0, 'bool'), col(1, 'bool')];
  const expected = {
    and: [true, false, null, false, false, false, null, false, null],
    or: [true, true, true, true, false, null, true, null, null],
  };
  for (const kind of ['and', 'or'] as const) {
    assert.deepEqual(evaluate({ kind, args, type: boolType }, batch), expected[kind]);
  }
});

test('AND and OR of more than one function computes are computed in parts', () => {
  const many = 30_000;
  const batch = batchOf(column('int4', [7, many - 1, many, null]));
  const equal = (value: number) => call('=(int4,int4)', 'bool', a, lit('int4', value));
  const differs = (value: number): Expr => ({ kind: 'not', arg: equal(value), type: boolType });
  const each = Array.from({ length: many }, (_, index) => index);
  const or: Expr = { kind: 'or', args: each.map(equal), type: boolType };
  const and: Expr = { kind: 'and', args: each.map(differs), type: boolType };
  assert.deepEqual(evaluate(or, batch), [true, true, false, null]);
  assert.deepEqual(evaluate(and, batch), [false, false, true, null]);
});

test('IN gives NULL when nothing matches and the list has NULL', () => {
  const expr: Expr = { kind: 'inList', arg: a, list: [1, null], type: boolType };
  assert.deepEqual(evaluate(expr, numbers), [true, null, null, null]);
  const not: Expr = { kind: 'notInList', arg: a, list: [1, 2], type: boolType };
  assert.deepEqual(evaluate(not, numbers), [false, false, null, true]);
});

test('IS NULL, COALESCE and IS DISTINCT FROM see NULL', () => {
  assert.deepEqual(evaluate({ kind: 'isNull', arg: a, type: boolType }, numbers), [
    false,
    false,
    true,
    false,
  ]);
  assert.deepEqual(
    evaluate({ kind: 'coalesce', args: [a, b], type: a.type }, numbers),
    [1, 2, 5, 8],
  );
  const distinct: Expr = {
    kind: 'isDistinct',
    left: a,
    right: b,
    equals: '=(int4,int4)',
    type: boolType,
  };
  assert.deepEqual(evaluate(distinct, numbers), [true, true, true, true]);
});

test('CASE over text keeps short results as a dictionary', () => {
  const expr: Expr = {
    kind: 'case',
    whens: [
      { when: call('<(int4,int4)', 'bool', a, lit('int4', 2)), then: lit('text', 'low') },
      { when: { kind: 'isNull', arg: a, type: boolType }, then: lit('text', null) },
    ],
    otherwise: col(2, 'text'),
    type: lit('text', '').type,
  };
  const batch = batchOf(
    column('int4', [1, 2, null, 3]),
    column('int4', [1, 1, 1, 1]),
    dictionary('text', ['w', 'x', 'y', 'z']),
  );
  assert.deepEqual(evaluate(expr, batch), ['low', 'x', null, 'z']);
});

test('a filter keeps the rows for which the predicate is true', () => {
  const isLarge = call('>(int4,int4)', 'bool', a, lit('int4', 1));
  assert.deepEqual(passing(isLarge, numbers), [1, 3]);
  assert.deepEqual(passing(isLarge, selected(numbers, [0, 3])), [3]);
  const both: Expr = {
    kind: 'and',
    type: boolType,
    args: [isLarge, call('>(int4,int4)', 'bool', quotient, lit('int4', 3))],
  };
  assert.deepEqual(passing(both, numbers), [3]);
});

test('a guard before a division protects it in a filter', () => {
  const batch = batchOf(column('int4', [6, 9, 7]), column('int4', [0, 3, 0]));
  const both: Expr = {
    kind: 'and',
    type: boolType,
    args: [
      call('<>(int4,int4)', 'bool', b, lit('int4', 0)),
      call('=(int4,int4)', 'bool', quotient, lit('int4', 3)),
    ],
  };
  assert.deepEqual(passing(both, batch), [1]);
});

test('text equality compares codes of a dictionary, and no code when the text is absent', () => {
  const status = dictionary('text', ['OK', 'ERROR', null, 'OK']);
  const equals = (text: string) => call('=(text,text)', 'bool', col(0, 'text'), lit('text', text));
  assert.deepEqual(passing(equals('OK'), batchOf(status)), [0, 3]);
  assert.deepEqual(passing(equals('none'), batchOf(status)), []);
});

test('parameters may be NULL', () => {
  const parameter: Expr = { kind: 'parameter', index: 0, type: a.type };
  const expr = call('+(int4,int4)', 'int4', a, parameter);
  assert.deepEqual(evaluate(expr, numbers, [10]), [11, 12, null, 18]);
  assert.deepEqual(evaluate(expr, numbers, [null]), [null, null, null, null]);
});

test('an expression without columns is one value', () => {
  const expr = call('*(float8,float8)', 'float8', lit('float8', 1.5), lit('float8', 4));
  assert.equal(evaluateConstant(expr, testContext), 6);
});
