/**
 * Result columns and errors of statements, as PostgreSQL 15 gives them over the same tables
 * (t: a int primary key, b text, c timestamptz, d numeric, e int[]; u: id bigint primary key,
 * a int, name varchar, f float8 default 1.5).
 */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { loadParser } from '../../sql/parse.ts';
import { outcome } from './test-catalog.ts';

before(loadParser);

type Case = readonly [sql: string, answer: string];

function check(name: string, cases: readonly Case[]): void {
  test(name, () => {
    for (const [sql, answer] of cases) assert.equal(outcome(sql), answer, sql);
  });
}

check('result columns have the names and types of PostgreSQL', [
  [
    'select * from t join u using (a)',
    'a:int4 b:text c:timestamptz d:numeric e:_int4 id:int8 name:varchar f:float8',
  ],
  [
    'select * from t natural join u',
    'a:int4 b:text c:timestamptz d:numeric e:_int4 id:int8 name:varchar f:float8',
  ],
  [
    'select * from t natural full join u',
    'a:int4 b:text c:timestamptz d:numeric e:_int4 id:int8 name:varchar f:float8',
  ],
  ['select b, count(*) from t group by a', 'b:text count:int8'],
  ['select a + 1, count(*) from t group by a + 1', '?column?:int4 count:int8'],
  ['select b as x, count(*) from t group by 1 order by 2', 'x:text count:int8'],
  [
    "select coalesce(1, 2.5), coalesce(null, null), coalesce('a', null)",
    'coalesce:numeric coalesce:text coalesce:text',
  ],
  [
    "select array[1, 2.5], array['a', null], array[]::int[], array[[1,2],[3,4]]",
    'array:_numeric array:_text array:_int4 array:_int4',
  ],
  ['select null union select 1', '?column?:int4'],
  ["select 'a' union select 'b' order by 1", '?column?:text'],
  ['select a from t union select id from u order by a', 'a:int8'],
  ['select a from t limit null offset 1', 'a:int4'],
  ['values (1), (2.5)', 'column1:numeric'],
  ["select * from (values (1,'a')) x", 'column1:int4 column2:text'],
  ["select x.p from (values (1,'a')) as x(p, q)", 'p:int4'],
  ['select (select a from t)', 'a:int4'],
  ["select (select 1) + 1, (select 'a')", '?column?:int4 ?column?:text'],
  [
    'select exists (select 1), array(select a from t), a in (1, 2) from t',
    'exists:bool array:_int4 ?column?:bool',
  ],
  ["select a = any ('{1,2}') from t", '?column?:bool'],
  ["select b in ('a', 'b', null) from t", '?column?:bool'],
  ['select a in (1.5, 2) from t', '?column?:bool'],
  [
    'select a between symmetric 1 and 2, a not between 1 and 2 from t',
    '?column?:bool ?column?:bool',
  ],
  [
    'select a is null, a is not distinct from 1, b is distinct from null from t',
    '?column?:bool ?column?:bool ?column?:bool',
  ],
  ['select (a = 1) is not true, (a = 1) is unknown from t', '?column?:bool ?column?:bool'],
  [
    "select (1, 2) = (1, 2), (1, 'a') < (2, 'b'), row(1, 2) is null",
    '?column?:bool ?column?:bool ?column?:bool',
  ],
  ['select (a, b) in (select a, b from t) from t', '?column?:bool'],
  ["select (a, b) in ((1, 'x'), (2, 'y')) from t", '?column?:bool'],
  ['select (t).a, (t).* from t', 'a:int4 a:int4 b:text c:timestamptz d:numeric e:_int4'],
  ['select t.* from t', 'a:int4 b:text c:timestamptz d:numeric e:_int4'],
  ["select row(1, 'a'), row(t.*) from t", 'row:record row:record'],
  ['select e[1], e[1:2], e[1][2], (array[1,2,3])[2] from t', 'e:int4 e:_int4 e:int4 array:int4'],
  ["select cast(b as int[]), '{1,2}'::int[] from t", 'b:_int4 int4:_int4'],
  [
    "select true::int, 1::bool, 1::text, 'abc'::varchar(2), 'abc'::char(5), 1.5::numeric(5,1), '1'::numeric(3)",
    'int4:int4 bool:bool text:text varchar:varchar#6 bpchar:bpchar#9 numeric:numeric#327685 numeric:numeric#196612',
  ],
  ['select public.t.a from public.t', 'a:int4'],
  ['select public.t.a from t', 'a:int4'],
  ['with x as (select 1) select * from x', '?column?:int4'],
  ['with x(a) as (select 1, 2) select * from x', 'a:int4 ?column?:int4'],
  [
    'with recursive r as (select 1 as n union all select n + 1 from r where n < 5) select * from r',
    'n:int4',
  ],
  [
    'with recursive r(n) as (select 1 union select n + 1 from r where n < 3) select n, count(*) from r group by n order by n',
    'n:int4 count:int8',
  ],
  [
    'select * from t left join u on t.a = u.a where u.id is null',
    'a:int4 b:text c:timestamptz d:numeric e:_int4 id:int8 a:int4 name:varchar f:float8',
  ],
  [
    'select * from t, lateral (select t.a + 1 as z) l',
    'a:int4 b:text c:timestamptz d:numeric e:_int4 z:int4',
  ],
  [
    'select * from t left join lateral (select u.id from u where u.a = t.a) l on true',
    'a:int4 b:text c:timestamptz d:numeric e:_int4 id:int8',
  ],
  [
    'select sum(a) over (), count(*) over (partition by b), sum(a) over (order by c rows 1 preceding) from t',
    'sum:int8 count:int8 sum:int8',
  ],
  ['select sum(a) over w from t window w as (partition by b order by a)', 'sum:int8'],
  ['select sum(sum(a)) over (), b from t group by b', 'sum:numeric b:text'],
  ['select sum(a) over (order by a range 1 preceding) from t', 'sum:int8'],
  [
    'select count(distinct a), count(distinct b) filter (where a > 1) from t',
    'count:int8 count:int8',
  ],
  ["select string_agg(distinct b, ',' order by b) from t", 'string_agg:text'],
  ["select abs('1')", 'abs:float8'],
  ["select a + null, a + '1' from t", '?column?:int4 ?column?:int4'],
  ["select a, b from t group by a, b having b > 'x'", 'a:int4 b:text'],
  ['select 1 from t having true', '?column?:int4'],
  ['select 1 having count(*) > 0', '?column?:int4'],
  [
    'select a, b, grouping(a), count(*) from t group by grouping sets ((a), (b), ())',
    'a:int4 b:text grouping:int4 count:int8',
  ],
  [
    'select a, b, grouping(a, b), count(*) from t group by rollup(a, b) order by a nulls first, b',
    'a:int4 b:text grouping:int4 count:int8',
  ],
  ['select a, b, sum(d) from t group by cube(a, b)', 'a:int4 b:text sum:numeric'],
  ['select b, c from t group by a, rollup(b)', 'b:text c:timestamptz'],
  ['select t1.a from t t1 join t t2 on t1.a = t2.a join u on u.a = t1.a', 'a:int4'],
  ['select j.a from (t join u using (a)) j', 'a:int4'],
  [
    'select * from t where a in (select a from u where u.name = t.b)',
    'a:int4 b:text c:timestamptz d:numeric e:_int4',
  ],
  ['select b, max(a) from t group by b order by max(d), b desc nulls last', 'b:text max:int4'],
  ['select a from t order by a using <', 'a:int4'],
  ['select a aa, b bb from t order by aa desc, bb', 'aa:int4 bb:text'],
  ['select * from abs(1)', 'abs:int4'],
  ['select * from abs(1) as x(y)', 'y:int4'],
  [
    'select xmax is null, ctid is null, tableoid from t',
    '?column?:bool ?column?:bool tableoid:oid',
  ],
  ['select t.tableoid, u.xmax from t left join u on t.a = u.a', 'tableoid:oid xmax:xid'],
  ['select -2147483648, - 9223372036854775808', '?column?:int4 ?column?:int8'],
  [
    "select interval '1' year, interval '1 day' day to second, interval(3) '1.23456'",
    'interval:interval#327679 interval:interval#470351871 interval:interval#2147418115',
  ],
  ["select timestamp(3) '2020-01-01 00:00:00.12345'", 'timestamp:timestamp#3'],
  ['select percentile_disc(0.5) within group (order by name) from u', 'percentile_disc:varchar'],
  ['select mode() within group (order by b) from t', 'mode:text'],
  ["select b::int + 1, (b || 'x')::varchar(3) from t", '?column?:int4 varchar:varchar#7'],
  ['select count(t) , count(t.*) from t', 'count:int8 count:int8'],
  ['select v.x, v.b from v', 'x:int4 b:text'],
  ['table t', 'a:int4 b:text c:timestamptz d:numeric e:_int4'],
  ['select all a from t', 'a:int4'],
  ['select a from only t', 'a:int4'],
]);

check('queries fail as PostgreSQL', [
  ['select a from t where b = 1', '42883@25 operator does not exist: text = integer'],
  ['select * from nope', '42P01@15 relation "nope" does not exist'],
  ['select nope.a from t', '42P01@8 missing FROM-clause entry for table "nope"'],
  ['select t.bb from t', '42703@8 column t.bb does not exist'],
  ['select aa from t', '42703@8 column "aa" does not exist'],
  ['select namex from u', '42703@8 column "namex" does not exist'],
  ['select a from t, u', '42702@8 column reference "a" is ambiguous'],
  [
    'select * from t join u using (zz)',
    '42703 column "zz" specified in USING clause does not exist in left table',
  ],
  ['select * from t, t', '42712 table name "t" specified more than once'],
  ['select * from t x, u x', '42712 table name "x" specified more than once'],
  [
    'select count(*) from t where count(*) > 1',
    '42803@30 aggregate functions are not allowed in WHERE',
  ],
  ['select sum(count(*)) from t', '42803@12 aggregate function calls cannot be nested'],
  [
    'select a, count(*) from t',
    '42803@8 column "t.a" must appear in the GROUP BY clause or be used in an aggregate function',
  ],
  [
    'select a, count(*) from t group by b',
    '42803@8 column "t.a" must appear in the GROUP BY clause or be used in an aggregate function',
  ],
  [
    'select a + 2, count(*) from t group by a + 1',
    '42803@8 column "t.a" must appear in the GROUP BY clause or be used in an aggregate function',
  ],
  ['select b from t group by 3', '42P10@26 GROUP BY position 3 is not in select list'],
  ['select b from t order by 1.5', '42601@26 non-integer constant in ORDER BY'],
  [
    'select distinct b from t order by a',
    '42P10@35 for SELECT DISTINCT, ORDER BY expressions must appear in select list',
  ],
  [
    'select distinct on (b) a from t order by a',
    '42P10@21 SELECT DISTINCT ON expressions must match initial ORDER BY expressions',
  ],
  ['select a as x from t order by x + 1', '42703@31 column "x" does not exist'],
  ['select * from t where a', '42804@23 argument of WHERE must be type boolean, not type integer'],
  [
    'select * from t where not a',
    '42804@27 argument of NOT must be type boolean, not type integer',
  ],
  [
    'select * from t where a and true',
    '42804@23 argument of AND must be type boolean, not type integer',
  ],
  ["select 1 where 'x'", '22P02@16 invalid input syntax for type boolean: "x"'],
  [
    'select case when 1 then 2 end',
    '42804@18 argument of CASE/WHEN must be type boolean, not type integer',
  ],
  [
    "select case when true then 1 else 'x' end",
    '22P02@35 invalid input syntax for type integer: "x"',
  ],
  [
    'select case when true then 1 else true end',
    '42804@28 CASE types boolean and integer cannot be matched',
  ],
  ["select coalesce(1, 'a')", '22P02@20 invalid input syntax for type integer: "a"'],
  ["select greatest(1, 'a')", '22P02@20 invalid input syntax for type integer: "a"'],
  ["select array[1,'a']", '22P02@16 invalid input syntax for type integer: "a"'],
  ["select 1 union select 'a'", '22P02@23 invalid input syntax for type integer: "a"'],
  ['select 1 union select true', '42804@23 UNION types integer and boolean cannot be matched'],
  ['select 1, 2 union select 3', '42601@26 each UNION query must have the same number of columns'],
  [
    'select a from t union select id from u order by t.a',
    '42P01@49 missing FROM-clause entry for table "t"',
  ],
  [
    "select a from t union all select id from u limit 'x'",
    '22P02@50 invalid input syntax for type bigint: "x"',
  ],
  ['select a from t limit -1', 'a:int4'],
  ['select a from t limit a', '42P10@23 argument of LIMIT must not contain variables'],
  ["values (1, 'a'), (2)", '42601@19 VALUES lists must all be the same length'],
  ["values (1, 'a'), ('x', 'b')", '22P02@19 invalid input syntax for type integer: "x"'],
  ['values (1), (true)', '42804@14 VALUES types integer and boolean cannot be matched'],
  [
    "select * from (values (1,'a')) as x(p, q, r)",
    '42P10 table "x" has 2 columns available but 3 columns specified',
  ],
  ['select (select 1, 2)', '42601@8 subquery must return only one column'],
  ['select a in (select 1, 2) from t', '42601@10 subquery has too many columns'],
  ['select a in (select b from t) from t', '42883@10 operator does not exist: integer = text'],
  ['select a = any (1) from t', '42809@10 op ANY/ALL (array) requires array on right side'],
  ["select 1 in (1, 'x')", '22P02@17 invalid input syntax for type integer: "x"'],
  ['select b in (1, 2) from t', '42883@10 operator does not exist: text = integer'],
  ["select a between 1 and 'x' from t", '22P02@24 invalid input syntax for type integer: "x"'],
  ["select a like 'x' from t", '42883@10 operator does not exist: integer ~~ unknown'],
  ['select a is true from t', '42804@8 argument of IS TRUE must be type boolean, not type integer'],
  [
    "select nullif(a, 1), nullif('a', 'b'), nullif(1, 2.5), nullif(a, 'x') from t",
    '22P02@66 invalid input syntax for type integer: "x"',
  ],
  ['select (1, 2) = (1, 2, 3)', '42601@15 unequal number of entries in row expressions'],
  ['select (t).nope from t', '42703@9 column t.nope does not exist'],
  [
    'select (a).x from t',
    '42809@9 column notation .x applied to type integer, which is not a composite type',
  ],
  ['select x.* from t', '42P01@8 missing FROM-clause entry for table "x"'],
  ['select *', '42601@8 SELECT * with no tables specified is not valid'],
  [
    'select a[1] from t',
    '42804@8 cannot subscript type integer because it does not support subscripting',
  ],
  ["select e['x'] from t", '22P02@10 invalid input syntax for type integer: "x"'],
  [
    "select a::text, a::varchar(10), '12'::int, 'x'::int from t",
    '22P02@44 invalid input syntax for type integer: "x"',
  ],
  ['select cast(a as nope) from t', '42704@18 type "nope" does not exist'],
  ['select e::date from t', '42846@9 cannot cast type integer[] to date'],
  ["select 'abc'::text(3)", '42601@15 type modifier is not allowed for type "text"'],
  ['select 1::numeric(2000)', '22023@11 NUMERIC precision 2000 must be between 1 and 1000'],
  ["select 'a'::varchar(0)", '22023@13 length for type varchar must be at least 1'],
  [
    'select b collate "C", b collate "nope" from t',
    '42704@25 collation "nope" for encoding "UTF8" does not exist',
  ],
  ['select a collate "C" from t', '42804@10 collations are not supported by type integer'],
  ['select a.b.c.d.e from t', '42601@8 improper qualified name (too many dotted names): a.b.c.d.e'],
  ['select public.x.a from t x', '42P01@8 invalid reference to FROM-clause entry for table "x"'],
  ['select t.a from t x', '42P01@8 invalid reference to FROM-clause entry for table "t"'],
  ['select x.a from t as x(p, q)', '42703@8 column x.a does not exist'],
  [
    'select * from t as x(p, q, r, s, v, w)',
    '42P10 table "x" has 5 columns available but 6 columns specified',
  ],
  [
    'with x(a, b) as (select 1) select * from x',
    '42P10@6 WITH query "x" has 1 columns available but 2 columns specified',
  ],
  [
    'with x as (select 1), x as (select 2) select * from x',
    '42712@23 WITH query name "x" specified more than once',
  ],
  [
    'with x as (select 1 as a) select x.a from x y',
    '42P01@34 invalid reference to FROM-clause entry for table "x"',
  ],
  [
    'with recursive r as (select 1 as n union all select n + 1.5 from r where n < 5) select * from r',
    '42804@29 recursive query "r" column 1 has type integer in non-recursive term but type numeric overall',
  ],
  [
    'with recursive r as (select n + 1 from r) select * from r',
    '42P19@16 recursive query "r" does not have the form non-recursive-term UNION [ALL] recursive-term',
  ],
  [
    'select * from t join u on t.b',
    '42804@27 argument of JOIN/ON must be type boolean, not type text',
  ],
  ['select * from t join u on t.a = x.a', '42P01@33 missing FROM-clause entry for table "x"'],
  [
    'select * from t, (select t.a) l',
    '42P01@26 invalid reference to FROM-clause entry for table "t"',
  ],
  [
    'select * from t right join lateral (select t.a) l on true',
    '42P10@44 invalid reference to FROM-clause entry for table "t"',
  ],
  [
    'select b, (select count(*) from u where u.a = t.a) from t group by b',
    '42803@47 subquery uses ungrouped column "t.a" from outer query',
  ],
  ['select sum(a) over w from t', '42704@20 window "w" does not exist'],
  [
    'select sum(a) from t where sum(a) over () > 1',
    '42P20@28 window functions are not allowed in WHERE',
  ],
  [
    'select sum(a) over (order by b range 1 preceding) from t',
    '0A000@38 RANGE with offset PRECEDING/FOLLOWING is not supported for column type text',
  ],
  [
    'select count(distinct a) over () from t',
    '0A000@8 DISTINCT is not implemented for window functions',
  ],
  [
    "select string_agg(distinct b, ',' order by a) from t",
    '42P10@44 in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list',
  ],
  ['select string_agg(b) from t', '42883@8 function string_agg(text) does not exist'],
  ['select sum(b) from t', '42883@8 function sum(text) does not exist'],
  ['select sum() from t', '42883@8 function sum() does not exist'],
  [
    'select count() from t',
    '42809@8 count(*) must be used to call a parameterless aggregate function',
  ],
  ['select sum(*) from t', '42883@8 function sum() does not exist'],
  ['select abs(*) from t', '42883@8 function abs() does not exist'],
  [
    'select abs(distinct a) from t',
    '42809@8 DISTINCT specified, but abs is not an aggregate function',
  ],
  [
    'select abs(a) over () from t',
    '42809@8 OVER specified, but abs is not a window function nor an aggregate function',
  ],
  [
    'select abs(a) filter (where true) from t',
    '42809@8 FILTER specified, but abs is not an aggregate function',
  ],
  [
    "select nofunc(a, 'x', null) from t",
    '42883@8 function nofunc(integer, unknown, unknown) does not exist',
  ],
  ['select pg_catalog.nofunc(1)', '42883@8 function pg_catalog.nofunc(integer) does not exist'],
  ['select nosch.nofunc(1)', '3F000@8 schema "nosch" does not exist'],
  ["select abs('x')", '22P02@12 invalid input syntax for type double precision: "x"'],
  ['select abs(a, a) from t', '42883@8 function abs(integer, integer) does not exist'],
  ['select a + b from t', '42883@10 operator does not exist: integer + text'],
  ['select - b from t', '42883@8 operator does not exist: - text'],
  ["select 1 + '2', '1' + '2'", '42725@21 operator is not unique: unknown + unknown'],
  [
    'select d + a, d * 2, a / 2, f + 1, f + d, a + id from t, u',
    '42702@12 column reference "a" is ambiguous',
  ],
  [
    'select max(name), min(d), avg(a), sum(a), sum(d), sum(f), array_agg(a), array_agg(name) from t, u',
    '42702@31 column reference "a" is ambiguous',
  ],
  [
    'select a as b from t group by b',
    '42803@8 column "t.a" must appear in the GROUP BY clause or be used in an aggregate function',
  ],
  [
    'select a from t having a > 1',
    '42803@8 column "t.a" must appear in the GROUP BY clause or be used in an aggregate function',
  ],
  [
    'select grouping(c) from t group by a',
    '42803@17 arguments to GROUPING must be grouping expressions of the associated query level',
  ],
  [
    'select a, b from t group by ()',
    '42803@8 column "t.a" must appear in the GROUP BY clause or be used in an aggregate function',
  ],
  [
    'select t.a from (t join u using (a)) j',
    '42P01@8 invalid reference to FROM-clause entry for table "t"',
  ],
  [
    'select max(a) from t order by b',
    '42803@31 column "t.b" must appear in the GROUP BY clause or be used in an aggregate function',
  ],
  ['select a from t order by a using +', '42809@34 operator + is not a valid ordering operator'],
  [
    'select * from json_to_record(\'{"a":1}\')',
    '42601@15 a column definition list is required for functions returning "record"',
  ],
  [
    'select * from generate_series(1,2) as g(n int)',
    '42601@41 a column definition list is only allowed for functions returning "record"',
  ],
  ['select tableoid, a from t left join u using (a)', '42703@8 column "tableoid" does not exist'],
  ["select 'a'::regclass", '42P01@8 relation "a" does not exist'],
  [
    'select round(avg(a), 2), round(f), round(f::numeric, 1) from t, u group by f',
    '42702@18 column reference "a" is ambiguous',
  ],
  ['select * from v where x > 1 and y = 2', '42703@33 column "y" does not exist'],
  ['select nullif(a, b) from t', '42883@8 operator does not exist: integer = text'],
  ['select lower(a) from t', '42883@8 function lower(integer) does not exist'],
  ['table nope', '42P01@7 relation "nope" does not exist'],
]);

check('writes answer as PostgreSQL', [
  ['insert into t(a, b) values (1)', '42601@18 INSERT has more target columns than expressions'],
  ['insert into t(a) values (1, 2)', '42601@29 INSERT has more expressions than target columns'],
  ['insert into t(a, a) values (1, 2)', '42701@18 column "a" specified more than once'],
  ['insert into t(nope) values (1)', '42703@15 column "nope" of relation "t" does not exist'],
  [
    'insert into t values (1, 2, 3, 4, 5, 6)',
    '42601@38 INSERT has more expressions than target columns',
  ],
  ["insert into t values ('x')", '22P02@23 invalid input syntax for type integer: "x"'],
  [
    'insert into t(a) values (true)',
    '42804@26 column "a" is of type integer but expression is of type boolean',
  ],
  ["insert into t(a) select 'x'", '22P02@25 invalid input syntax for type integer: "x"'],
  [
    'insert into t(a) select true',
    '42804@25 column "a" is of type integer but expression is of type boolean',
  ],
  [
    'insert into u(id, f) values (1, default) returning id + 1, u.f, f as g',
    '?column?:int8 f:float8 g:float8',
  ],
  [
    'insert into u(id) values (1) on conflict (a) do nothing',
    '42P10 there is no unique or exclusion constraint matching the ON CONFLICT specification',
  ],
  ['insert into nope values (1)', '42P01@13 relation "nope" does not exist'],
  ['insert into t as x (a) values (1) returning x.a', 'a:int4'],
  [
    'insert into t as x (a) values (1) returning t.a',
    '42P01@45 invalid reference to FROM-clause entry for table "t"',
  ],
  ["update t set a = 'x'", '22P02@18 invalid input syntax for type integer: "x"'],
  ['update t set nope = 1', '42703@14 column "nope" of relation "t" does not exist'],
  ['update t set a = 1, a = 2', '42601 multiple assignments to same column "a"'],
  ['update t set a = b', '42804@18 column "a" is of type integer but expression is of type text'],
  [
    "update t set (a, b) = (select 1, 'x', 3)",
    '42601@23 number of columns does not match number of values',
  ],
  ['update t set a = default, b = default where a = 1 returning a, b', 'a:int4 b:text'],
  [
    'update t x set a = 1 where t.a = 2',
    '42P01@28 invalid reference to FROM-clause entry for table "t"',
  ],
  ['update t set a = u.id from u where u.a = t.a returning u.name, t.a', 'name:varchar a:int4'],
  ['update t set a = count(*)', '42803@18 aggregate functions are not allowed in UPDATE'],
  ['delete from t where nope', '42703@21 column "nope" does not exist'],
  ['delete from t where a = 1 returning *', 'a:int4 b:text c:timestamptz d:numeric e:_int4'],
  ['delete from t using u where t.a = u.a returning t.a, u.name', 'a:int4 name:varchar'],
  ['delete from t where count(*) > 1', '42803@21 aggregate functions are not allowed in WHERE'],
]);
