import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Node } from '@pgsql/types';
import { must } from '../errors/assert.ts';
import { loadParser, parseSql } from './parse.ts';
import { shapeOf, withParameters } from './statement-shape.ts';

before(loadParser);

const nodeOf = (sql: string): Node => must(parseSql(sql)[0], 'statement').node;
const keyOf = (sql: string): string | undefined => shapeOf(nodeOf(sql))?.key;
const textsOf = (sql: string): readonly string[] | undefined =>
  shapeOf(nodeOf(sql))?.literals.map(({ type, text }) => `${type} ${text}`);

describe('the shape of a statement', () => {
  for (const [one, other] of [
    ["select 1 from c where a = 'x'", "select  1 from c /* same */ where a = 'yy'"],
    ['select 1 from c where a = 0', 'select 1 from c where a = 16384'],
    ["select 1 from c where a in ('x', 'y')", "select 1 from c where a in ('y', 'z')"],
    ["select 1 from c where a like 'x%'", "select 1 from c where a like 'y%'"],
    ["select 1 from c where a = 'x'::regclass", `select 1 from c where a = '"y"'::regclass`],
  ] as const) {
    it(`is one for ${one} and ${other}`, () => assert.equal(keyOf(one), keyOf(other)));
  }

  for (const [one, other] of [
    ["select 1 from c where a = 'x'", "select 1 from c where b = 'x'"],
    ["select 1 from c where a = 'x'", "select 1 from c where a <> 'x'"],
    ["select 1 from c where a = 'x'", 'select 1 from c where a = 1'],
    ['select 1 from c where a = 1', 'select 1 from c where a = 1.5'],
    ['select 1 from c where a = 1', 'select 1 from c where a = 3000000000'],
    ["select 1 from c where a in ('x')", "select 1 from c where a in ('x', 'y')"],
    ['select a from c order by 1', 'select a from c order by 2'],
    ['select a from c limit 1', 'select a from c limit 2'],
    ["select 'x' from c", "select 'y' from c"],
    ["select f('x') from c", "select f('y') from c"],
    ["select a ~ 'x' from c", "select a ~ 'y' from c"],
    ["select 1 from c where a = 'x'::varchar(3)", "select 1 from c where a = 'y'::varchar(3)"],
    ["select 1 from c where a = 'x'::timestamp", "select 1 from c where a = 'y'::timestamp"],
    ["select 1 from c where a = 'x'", 'select 1 from c where a = null'],
  ] as const) {
    it(`differs for ${one} and ${other}`, () => assert.notEqual(keyOf(one), keyOf(other)));
  }

  it('holds the literals that may vary, in order', () => {
    const sql = `select 'no', (select 1 where b = 0) from c where a = 'it''s' and 5 < d
      and e in (1, 'two', null) and f = 'g'::text`;
    assert.deepEqual(textsOf(sql), [
      'int4 0',
      "unknown it's",
      'int4 5',
      'int4 1',
      'unknown two',
      'unknown g',
    ]);
  });

  it('is none of statements with parameters, and of those that are no queries', () => {
    assert.equal(keyOf('select 1 where a = $1'), undefined);
    assert.equal(keyOf("delete from c where a = 'x'"), undefined);
  });

  it('takes parameters in place of literals', () => {
    const tree = nodeOf("select 'x' from c where a = 'x' and b in (1, 2) and d = 'y'::regclass");
    const literals = must(shapeOf(tree), 'shape').literals;
    const chosen = [0, 2, 3].map((at) => must(literals[at], 'literal').node);
    const wanted = nodeOf("select 'x' from c where a = $1 and b in (1, $2) and d = $3::regclass");
    assert.deepEqual(withoutPlaces(withParameters(tree, chosen)), withoutPlaces(wanted));
  });
});

function withoutPlaces(tree: Node): unknown {
  return JSON.parse(
    JSON.stringify(tree, (key, value: unknown) =>
      /location$|list_(start|end)$/.test(key) ? undefined : value,
    ),
  );
}
