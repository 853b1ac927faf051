import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sqlType } from '../../types/type-table.ts';
import { exprText } from '../explain/expr-text.ts';
import { foldConstant } from './fold-constant.ts';
import { registryFacts } from './function-facts.ts';
import { simplify } from './simplify-expressions.ts';
import { compare, constant } from './test-plan.ts';
import type { Expr } from '../../expr/expr.ts';
import type { RuleContext } from './rule.ts';

const context: RuleContext = {
  functions: registryFacts,
  decline: () => undefined,
  fold: foldConstant,
  newColumn: (name, type, nullable) => ({ id: 1000, name, type, nullable }),
};

const bool = sqlType('bool');
const a: Expr = { kind: 'column', index: 0, type: sqlType('int4'), name: 'a' };
const b: Expr = { kind: 'column', index: 1, type: bool, name: 'b' };
const one = constant('int4', 1);
const unknown = constant('bool', null);

function and(...args: readonly Expr[]): Expr {
  return { kind: 'and', args, type: bool };
}

function or(...args: readonly Expr[]): Expr {
  return { kind: 'or', args, type: bool };
}

function not(arg: Expr): Expr {
  return { kind: 'not', arg, type: bool };
}

function call(functionId: string, ...args: readonly Expr[]): Expr {
  return { kind: 'call', functionId, args, type: sqlType('int4') };
}

function simplified(expr: Expr): string {
  return exprText(simplify(expr, context));
}

test('immutable calls of constants become constants', () => {
  assert.equal(simplified(compare('>', a, call('+(int4,int4)', one, one))), '(a > 2)');
});

test('a call that raises stays, so that the error comes with a row', () => {
  assert.equal(simplified(call('/(int4,int4)', one, constant('int4', 0))), '(1 / 0)');
});

test('a strict call of NULL is NULL', () => {
  assert.equal(simplified(call('+(int4,int4)', a, constant('int4', null))), 'NULL::integer');
});

test('unknown functions are left alone', () => {
  assert.equal(simplified(call('mystery(int4)', one)), 'mystery(1)');
});

test('AND drops true, is false with false, and keeps NULL', () => {
  assert.equal(simplified(and(b, constant('bool', true))), 'b');
  assert.equal(simplified(and(b, constant('bool', false))), 'false');
  assert.equal(simplified(and(b, unknown)), '(b AND NULL::boolean)');
});

test('OR drops false and repeated arms', () => {
  assert.equal(simplified(or(b, constant('bool', false), b)), 'b');
  assert.equal(simplified(or(b, unknown)), '(b OR NULL::boolean)');
});

test('NOT turns comparisons around and moves into AND and OR', () => {
  assert.equal(simplified(not(compare('<', a, one))), '(a >= 1)');
  assert.equal(simplified(not(and(b, compare('=', a, one)))), '((NOT b) OR (a <> 1))');
  assert.equal(simplified(not(unknown)), 'NULL::boolean');
});

test('CASE loses arms that are never and everything after one that is always', () => {
  const arm = (when: Expr, value: number): { when: Expr; then: Expr } => {
    return { when, then: constant('int4', value) };
  };
  const otherwise = constant('int4', 9);
  const type = sqlType('int4');
  const never = arm(constant('bool', false), 1);
  const always = arm(constant('bool', true), 3);
  assert.equal(simplified({ kind: 'case', whens: [never], otherwise, type }), '9');
  assert.equal(
    simplified({ kind: 'case', whens: [never, arm(b, 2), always], otherwise, type }),
    'CASE WHEN b THEN 2 ELSE 3 END',
  );
});

test('COALESCE skips NULLs and ends at a constant', () => {
  const type = sqlType('int4');
  const nothing = constant('int4', null);
  assert.equal(
    simplified({ kind: 'coalesce', args: [nothing, a, one, a], type }),
    'COALESCE(a, 1)',
  );
  assert.equal(simplified({ kind: 'coalesce', args: [nothing, a], type }), 'a');
});
