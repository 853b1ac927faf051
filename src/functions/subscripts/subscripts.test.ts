/** Subscripts and slices, compared with what PostgreSQL 15 answered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Datum, SqlArray } from '../../types/datum.ts';
import { sqlType } from '../../types/type-table.ts';
import { formatText, parseText } from '../../types/type-text.ts';
import type { EvaluationContext } from '../function-record.ts';
import { subscripts } from './all.ts';

const context = {} as EvaluationContext;

function run(name: string, text: string, indexes: readonly number[]): Datum | null {
  const overload = subscripts.find((record) => record.name === name)?.overloads[0];
  const array = parseText(sqlType('_int4'), text);
  assert.ok(overload?.kind === 'scalar' && overload.datum !== undefined);
  return overload.datum(context, [array, ...indexes], sqlType('int4'));
}

function slice(text: string, ...bounds: readonly number[]): string {
  return formatText(sqlType('_int4'), run('array_slice', text, bounds) as SqlArray);
}

test('an element is found by one index per dimension', () => {
  assert.equal(run('array_subscript', '{10,20}', [2]), 20);
  assert.equal(run('array_subscript', '{10,20}', [0]), null);
  assert.equal(run('array_subscript', '{10,20}', [3]), null);
  assert.equal(run('array_subscript', '[0:1]={10,20}', [0]), 10);
  assert.equal(run('array_subscript', '{{1,2},{3,4}}', [2, 1]), 3);
  assert.equal(run('array_subscript', '{{1,2},{3,4}}', [2]), null);
  assert.equal(run('array_subscript', '{}', [1]), null);
});

test('a slice is what lies inside, counted from one', () => {
  assert.equal(slice('{10,20,30}', 2, 3), '{20,30}');
  assert.equal(slice('{10,20,30}', -5, 1), '{10}');
  assert.equal(slice('{10,20,30}', 3, 2), '{}');
  assert.equal(slice('[5:7]={1,2,3}', 6, 9), '{2,3}');
  assert.equal(slice('{{1,2},{3,4}}', 1, 2, 2, 2), '{{2},{4}}');
  assert.equal(slice('{{1,2},{3,4}}', 2, 2), '{{3,4}}');
  assert.equal(slice('{1,2}', 1, 1, 1, 1), '{}');
});
