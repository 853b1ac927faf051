import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { column, dictionary, hexColumn, type Values } from '../../columns/test-columns.ts';
import type { TypeName } from '../../types/sql-type.ts';
import type { Column } from '../../columns/column.ts';
import { batchOf, call, col, evaluate, lit, passing, selected } from '../../expr/test-batch.ts';
import { likeMatches, likeTokens } from './like.ts';
import { regularExpression } from './regular-expression.ts';

const texts = ['abc', 'ab', null, '', 'é', 'ABC'];

function test1(symbol: string, column: Column, text: string, right: TypeName = 'text'): Values {
  const id = `${symbol}(text,${right})`;
  return evaluate(call(id, 'bool', col(0, 'text'), lit(right, text)), batchOf(column));
}

test('texts are ordered by their bytes, in every encoding', () => {
  for (const from of [column('text', texts), dictionary('text', texts)]) {
    assert.deepEqual(test1('<', from, 'abc'), [false, true, null, true, false, true]);
    assert.deepEqual(test1('=', from, 'abc'), [true, false, null, false, false, false]);
  }
  const ids = hexColumn(['00ff', null, 'ff00']);
  assert.deepEqual(test1('>=', ids, 'ff00'), [false, null, true]);
});

test('two text columns are compared row by row, and only at selected rows', () => {
  const expr = call('<>(text,text)', 'bool', col(0, 'text'), col(1, 'text'));
  const batch = batchOf(
    dictionary('text', ['a', 'b', null, 'd']),
    column('text', ['a', 'x', 'c', 'd']),
  );
  assert.deepEqual(evaluate(expr, batch), [false, true, null, false]);
  assert.deepEqual(evaluate(expr, selected(batch, [1, 3])), [true, false]);
  assert.deepEqual(passing(expr, selected(batch, [0, 1])), [1]);
});

test('trailing spaces of character(n) do not count', () => {
  const expr = call('=(bpchar,bpchar)', 'bool', col(0, 'bpchar'), lit('bpchar', 'a'));
  assert.deepEqual(evaluate(expr, batchOf(column('bpchar', ['a  ', ' a', 'a']))), [
    true,
    false,
    true,
  ]);
});

test('|| joins texts of any encoding', () => {
  const expr = call('||(text,text)', 'text', col(0, 'text'), col(1, 'text'));
  const batch = batchOf(dictionary('text', ['a', null, 'c']), column('text', ['x', 'y', '']));
  assert.deepEqual(evaluate(expr, batch), ['ax', null, 'c']);
  assert.deepEqual(evaluate(expr, selected(batch, [2])), ['c']);
  const suffixed = call('||(text,text)', 'text', col(0, 'text'), lit('text', '!'));
  assert.deepEqual(evaluate(suffixed, batch), ['a!', null, 'c!']);
});

test('LIKE takes _ as one character and \\ as escape', () => {
  const like = (pattern: string) => test1('~~', column('text', ['a%c', 'abc', 'é', null]), pattern);
  assert.deepEqual(like('a\\%c'), [true, false, false, null]);
  assert.deepEqual(like('a_c'), [true, true, false, null]);
  assert.deepEqual(like('_'), [false, false, true, null]);
  assert.deepEqual(like('%__'), [true, true, false, null]);
  assert.deepEqual(like('%b%'), [false, true, false, null]);
  assert.throws(() => like('a\\'), { code: '22025' });
});

test('ILIKE folds letters, ASCII or not', () => {
  const values = column('text', ['Straße ÉTÉ', 'timeout', 'TIMEOUT x']);
  assert.deepEqual(test1('~~*', values, '%TimeOut%'), [false, true, true]);
  assert.deepEqual(test1('~~*', values, '%été'), [true, false, false]);
  assert.deepEqual(test1('!~~*', values, 'time%'), [true, false, false]);
});

test('the LIKE kernels agree with their plain twin', () => {
  const piece = fc.constantFrom('a', 'b', 'ab', '%', '_', 'é', 'aab');
  const text = fc.array(fc.constantFrom('a', 'b', 'é', 'B'), { maxLength: 40 });
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 6 }),
      fc.array(text, { minLength: 1, maxLength: 20 }),
      (pieces, rows) => {
        const pattern = pieces.join('');
        const values = rows.map((parts) => parts.join(''));
        const tokens = likeTokens(Buffer.from(pattern));
        const expected = values.map((value) => likeMatches(Buffer.from(value), tokens));
        assert.deepEqual(test1('~~', column('text', values), pattern), expected);
      },
    ),
    { numRuns: 200 },
  );
});

test('regular expressions are searched for, and broken ones name the reason', () => {
  const values = dictionary('text', ['GET /a', 'POST /b\n', null, 'get /c']);
  assert.deepEqual(test1('~', values, '^GET'), [true, false, null, false]);
  assert.deepEqual(test1('~*', values, '^get /[[:alpha:]]$'), [true, false, null, true]);
  assert.deepEqual(test1('!~', values, '/b.$'), [true, false, null, true]);
  assert.throws(() => regularExpression('(a'), {
    code: '2201B',
    message: 'invalid regular expression: parentheses () not balanced',
  });
  assert.throws(() => regularExpression('(a)\\1'), { code: '0A000' });
  assert.throws(() => regularExpression('a*?b*', '', 'match'), { code: '0A000' });
});
