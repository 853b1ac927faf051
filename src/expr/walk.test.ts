import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Expr } from './expr.ts';
import { call, col, lit } from './test-batch.ts';
import { conjunctsOf, exprColumns, mapExpr, someExpr } from './walk.ts';

const type = { name: 'int4', typmod: -1 } as const;
const bool = { name: 'bool', typmod: -1 } as const;
const sum = call('+(int4,int4)', 'int4', col(2, 'int4'), lit('int4', 1));
const arms: Expr = {
  kind: 'case',
  whens: [{ when: { kind: 'isNull', arg: col(0, 'int4'), type: bool }, then: sum }],
  otherwise: col(5, 'int4'),
  type,
};

test('columns are found in every arm of CASE', () => {
  assert.deepEqual(exprColumns(arms, col(1, 'int4')), [0, 1, 2, 5]);
});

test('a rewrite that changes nothing gives the same object', () => {
  assert.equal(
    mapExpr(arms, (expr) => expr),
    arms,
  );
  const shifted = mapExpr(arms, (expr) =>
    expr.kind === 'column' ? { ...expr, index: expr.index + 10 } : expr,
  );
  assert.deepEqual(exprColumns(shifted), [10, 12, 15]);
});

test('nested ANDs are one list of conjuncts', () => {
  const [a, b, c] = [col(0, 'bool'), col(1, 'bool'), col(2, 'bool')];
  const inner: Expr = { kind: 'and', args: [b, c], type: bool };
  assert.deepEqual(conjunctsOf({ kind: 'and', args: [a, inner], type: bool }), [a, b, c]);
  assert.ok(someExpr(arms, (expr) => expr.kind === 'constant'));
});
