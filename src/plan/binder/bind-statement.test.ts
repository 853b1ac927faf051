/** Binding: the plans that statements become; types and errors were read off PostgreSQL 15. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { loadParser } from '../../sql/parse.ts';
import { sqlType } from '../../types/type-table.ts';
import { bindText, outcome, planText } from './test-catalog.ts';

before(loadParser);

function lines(text: TemplateStringsArray): string {
  const [first = ''] = text;
  const rows = first.split('\n').slice(1, -1);
  const indent = Math.min(...rows.map((row) => row.search(/\S/)));
  return rows.map((row) => row.slice(indent)).join('\n');
}

test('clauses become nodes from FROM up to LIMIT', () => {
  const sql =
    'select b, count(*) n from t where a > 1 group by b having count(*) > 2 order by n desc limit 3';
  assert.equal(
    planText(sql),
    lines`
      output b#1, n#2
        limit fetch '3'::bigint
          sort n#2 desc
            project b#1, n#2
              filter (count#2 > 2)
                aggregate by [b#1]: count#2 = count() of ()
                  filter (a#0 > 1)
                    scan public.t: a#0, b#1
    `,
  );
});

test('USING merges columns, and a correlated subquery names what it uses by id', () => {
  const sql = 'select *, (select max(x.id) from u x where x.a = t.a) from t join u using (a)';
  assert.equal(
    planText(sql),
    lines`
      output a#0, b#1, c#2, d#3, e#4, id#5, name#7, f#8, max#14
        project a#0, b#1, c#2, d#3, e#4, id#5, name#7, f#8, max#14 = (SubPlan 1)
          inner join on (a#0 = a#6)
            scan public.t: a#0, b#1, c#2, d#3, e#4
            scan public.u: id#5, a#6, name#7, f#8
      subquery 0
        project max#13
          aggregate by []: max#13 = max(int8) of (id#9)
            filter (a#10 = a#0)
              scan public.u: id#9, a#10, name#11, f#12
    `,
  );
});

test('a scan gives the columns that the text may mean', () => {
  const scans = (sql: string): readonly string[] =>
    planText(sql)
      .split('\n')
      .filter((line) => line.includes('scan '))
      .map((line) => line.trim().replaceAll(/#\d+/g, ''));
  const all = ['scan public.t: a, b, c, d, e', 'scan public.u: id, a, name, f'];
  assert.deepEqual(scans('select x.b from t x where exists (select from u where u.f > x.a)'), [
    'scan public.t: a, b',
    'scan public.u: id, a, f',
  ]);
  assert.deepEqual(scans('select 1 from t join u using (a)'), [
    'scan public.t: a',
    'scan public.u: id, a',
  ]);
  assert.deepEqual(scans('select count(*) from t, u'), ['scan public.t: a', 'scan public.u: id']);
  assert.deepEqual(scans('select count(x) from t x, u'), [all[0], 'scan public.u: id']);
  assert.deepEqual(scans('select 1 from t natural join u'), all);
  assert.deepEqual(scans('select count(u.*) from t, u'), all);
  assert.deepEqual(scans('select p from t as x (p), u'), all);
});

test('a CTE read once is put in place, one read twice is shared, a recursive one loops', () => {
  assert.equal(
    planText('with x as (select 1 as a), y as (select * from x) select * from y, y z'),
    lines`
      output a#1, a#2
        project a#1, a#2
          inner join
            cteScan 0: a#1
            cteScan 0: a#2
      cte 0
        project a#0
          project a#0 = 1
            oneRow
    `,
  );
  assert.equal(
    planText('with recursive r(n) as (select 1 union all select n+1 from r where n < 9) table r'),
    lines`
      output n#1
        project n#1
          recursive 0: n#1
            project ?column?#0 = 1
              oneRow
            project ?column?#3 = (n#2 + 1)
              filter (n#2 < 9)
                workTable 0: n#2
    `,
  );
});

test('grouping sets are one aggregate each over copies of the input', () => {
  assert.equal(
    planText('select b, grouping(b), sum(a) from t group by rollup(b)'),
    lines`
      output b#4, grouping#2, sum#3
        project b#4, grouping#2, sum#3
          union all b#4, sum#3, grouping#2
            project b#7 = b#5, sum#6, grouping#8 = 0
              aggregate by [b#5 = b#1]: sum#6 = sum(int4) of (a#0)
                scan public.t: a#0, b#1
            project b#12 = NULL::text, sum#11, grouping#13 = 1
              aggregate by []: sum#11 = sum(int4) of (a#9)
                scan public.t: a#9, b#10
    `,
  );
});

test('writes give the rows of the table, row ids first where rows are replaced', () => {
  assert.equal(
    planText("insert into u(a, id) values ('7', 1), (default, 2)"),
    lines`
      output id#0, a#1, name#2, f#3
        values id#0, a#1, name#2, f#3: ('1'::bigint, 7, NULL::character varying, '1.5'::double precision), ('2'::bigint, NULL::integer, NULL::character varying, '1.5'::double precision)
    `,
  );
  assert.equal(
    planText('update t set a = t.a + 1 from u where u.id = t.a returning name'),
    lines`
      output rowid#5, a#10, b#11, c#12, d#13, e#14, name#8
        project rowid#5, a#10 = (a#0 + 1), b#11 = b#1, c#12 = c#2, d#13 = d#3, e#14 = e#4, name#8
          distinctOn rowid#5
            sort rowid#5
              filter (id#6 = a#0)
                inner join
                  scan public.t: a#0, b#1, c#2, d#3, e#4, rowid#5
                  scan public.u: id#6, a#7, name#8, f#9
    `,
  );
});

test('IN over several columns keeps NULL apart from false only where it matters', () => {
  const filter = planText('select 1 from t where (a, b) in (select a, name from u)');
  assert.match(filter, /filter EXISTS\(SubPlan 1\)/);
  const value = planText('select (a, b) in (select a, name from u) from t');
  assert.match(value, /CASE WHEN EXISTS\(SubPlan 1\) THEN true WHEN EXISTS\(SubPlan 2\) THEN NULL/);
});

test('lists of constants are IN lists, other lists are comparisons', () => {
  assert.match(planText("select 1 from t where b in ('x', null)"), /filter \(b#1 = ANY/);
  assert.match(
    planText('select 1 from t where a in (1, a + 1)'),
    /\(a#0 = 1\) OR \(a#0 = \(a#0 \+ 1\)\)/,
  );
});

test('parameters take the type of the first place that asks for one', () => {
  const types = (sql: string): string => {
    const bound = bindText(sql);
    const plan = bound.kind === 'query' ? bound.plan : bound.source;
    return plan.parameterTypes.map(({ name }) => name).join(' ');
  };
  assert.equal(types('select * from t where a = $1 and b like $2 limit $3'), 'int4 text int8');
  assert.equal(types('select * from t where a = any($1) and c > $2'), '_int4 timestamptz');
  assert.equal(types('insert into u(id, name) values ($1, $2)'), 'int8 varchar');
  assert.equal(types('select $1'), 'text');
  assert.equal(types('select $2::int'.replace('$2', '$1')), 'int4');
  assert.equal(outcome('select $1::int, $1::text'), 'int4:int4 text:text');
  assert.equal(
    outcome('select $1 = 1, $1 like $2'),
    '42883@19 operator does not exist: integer ~~ unknown',
  );
  assert.equal(
    outcome('select $1 is null from t'),
    '42P18 could not determine data type of parameter $1',
  );
  const given = { parameterTypes: [sqlType('int8')] };
  assert.equal(outcome('select $1', given), '?column?:int8');
});

test('plain columns carry their origin', () => {
  const { fields } = bindText('select b, a + 1 from t');
  assert.deepEqual(
    fields.map(({ tableOid, columnNumber }) => [tableOid, columnNumber]),
    [
      [16_384, 2],
      [undefined, undefined],
    ],
  );
});

test('expressions that nest too deep are refused', () => {
  const deep = `select ${'('.repeat(10)}${'-a +'.repeat(9000)} 1${')'.repeat(10)} from t`;
  assert.match(outcome(deep), /^54001/);
});
