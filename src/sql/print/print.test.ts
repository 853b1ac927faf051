import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { loadParser } from '../parse.ts';
import type { PrintStyle } from './page.ts';
import { reprintExpression, reprintQuery } from './print.ts';

const plain: PrintStyle = { pretty: false, relationName: (_schema, name) => name };
const pretty: PrintStyle = { ...plain, pretty: true };

before(loadParser);

/** What PostgreSQL 15 shows of the same expression: pg_get_expr(…), pg_get_expr(…, true). */
const expressions: readonly (readonly [plain: string, pretty: string])[] = [
  ["((a > 1) AND (b = 'x'::text))", "a > 1 AND b = 'x'::text"],
  ['(((a % 2) = 0) OR (NOT ok))', '(a % 2) = 0 OR NOT ok'],
  ['((a - 1) - 2)', 'a - 1 - 2'],
  ['(a - (1 - 2))', 'a - (1 - 2)'],
  ['((- a) * 2)', '(- a) * 2'],
  ['((a + 1) * 2)', '(a + 1) * 2'],
  ["((c)::text ~~ 'x%'::text)", "c::text ~~ 'x%'::text"],
  ['((a IS NULL) = true)', '(a IS NULL) = true'],
  ['(a = ANY (ARRAY[1, 2]))', 'a = ANY (ARRAY[1, 2])'],
  [
    "((c)::text = ANY ((ARRAY['x'::character varying])::text[]))",
    "c::text = ANY (ARRAY['x'::character varying]::text[])",
  ],
  ["(now() AT TIME ZONE 'utc'::text)", "(now() AT TIME ZONE 'utc'::text)"],
  ["TRIM(LEADING 'x'::text FROM b)", "TRIM(LEADING 'x'::text FROM b)"],
  ['EXTRACT(epoch FROM now())', 'EXTRACT(epoch FROM now())'],
  ['(5)::numeric(5,2)', '5::numeric(5,2)'],
  ["'-5'::integer", "'-5'::integer"],
  ['ARRAY[]::text[]', 'ARRAY[]::text[]'],
  [
    '\nCASE\n    WHEN (a > 1) THEN true\n    ELSE (a < 3)\nEND',
    '\nCASE\n    WHEN a > 1 THEN true\n    ELSE a < 3\nEND',
  ],
];

for (const [text, short] of expressions) {
  test(`${text.trim()} is printed as PostgreSQL prints it`, () => {
    assert.equal(reprintExpression(text, plain), text);
    assert.equal(reprintExpression(text, pretty), short);
    assert.equal(reprintExpression(short, plain), text);
  });
}

test('a query has a line for each clause and column', () => {
  const text = [
    ' WITH q AS (',
    '         SELECT t1.a,',
    '            count(*) AS c',
    '           FROM t1',
    '          GROUP BY t1.a',
    '         HAVING (count(*) > 1)',
    '        )',
    ' SELECT DISTINCT t.a AS "A",',
    '        CASE',
    "            WHEN (t.a = 1) THEN 'x'::text",
    '            ELSE NULL::text',
    '        END AS n,',
    '    g.g',
    '   FROM (t1 t',
    '     LEFT JOIN t2 ON ((t2.a = t.a))),',
    '    generate_series(1, 3) g(g)',
    '  WHERE (EXISTS ( SELECT t2.a',
    '           FROM t2',
    '          WHERE (t2.a = t.a)))',
    '  ORDER BY (count(*)), t.a DESC',
    ' LIMIT 10',
  ].join('\n');
  assert.equal(reprintQuery(text, plain), text);
  const short = reprintQuery(text, pretty) ?? '';
  assert.match(short, /FROM t1 t\n     LEFT JOIN t2 ON t2\.a = t\.a,/);
  assert.equal(reprintQuery(short, plain), text);
});

test('set operations are nested as PostgreSQL nests them', () => {
  const text = [
    '(',
    '         SELECT t1.a',
    '           FROM t1',
    '        UNION ALL',
    '        ( SELECT t2.a',
    '           FROM t2',
    '          ORDER BY t2.a',
    '         LIMIT 1)',
    ') UNION',
    ' SELECT (t2.x + 1) AS a',
    '   FROM t2',
    '  ORDER BY 1',
  ].join('\n');
  assert.equal(reprintQuery(text, plain), text);
});

test('what has no text is not half printed', () => {
  assert.equal(reprintQuery('SELECT a FROM t TABLESAMPLE system (1)', plain), undefined);
});
