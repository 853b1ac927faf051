/**
 * Statements that are too long, too deep, too much, or want what nobody may have; by the numbers of
 * the list of threats. Each is answered, and the session lives.
 */
import type { HostileCase } from './hostile-cases.ts';

interface TextCase {
  readonly number: number;
  readonly what: string;
  readonly sql: string;
  /** SQLSTATEs in order; none: it is answered. */
  readonly errors?: string;
  readonly postgres?: string;
  readonly postgresGoesOn?: string;
}

const many = 100_000;
const list = (count: number, item: (index: number) => string | number, between = ','): string =>
  Array.from({ length: count }, (_, index) => item(index)).join(between);
const around = (before: string, inside: string, after = '', count = many): string =>
  before.repeat(count) + inside + after.repeat(count);
const thirteen = list(13, (index) => `c${index}`);
const within = 'set statement_timeout = 200;';

const deep: readonly TextCase[] = [
  { number: 56, what: 'parentheses', sql: `select ${around('(', '1', ')')}`, errors: '42601' },
  { number: 56, what: 'NOT', sql: `select ${around('not ', 'true')}`, errors: '42601' },
  { number: 56, what: 'minus', sql: `select ${around('- ', '1')}`, errors: '42601' },
  {
    number: 56,
    what: 'CASE',
    sql: `select ${around('case when true then ', '1', ' end')}`,
    errors: '42601',
  },
  { number: 56, what: 'subqueries', sql: around('select (', '1', ')'), errors: '42601' },
  { number: 56, what: 'sums', sql: `select ${list(many, () => 1, '+')}`, errors: '54001' },
  {
    number: 57,
    what: 'comments inside of comments',
    sql: `select 1 ${around('/*', '', '*/')}`,
    postgresGoesOn: 'it takes minutes',
  },
  { number: 63, what: 'json', sql: `select '${around('[', '', ']')}'::json`, errors: '54001' },
  { number: 63, what: 'jsonb', sql: `select '${around('[', '', ']')}'::jsonb`, errors: '54001' },
];

const long: readonly TextCase[] = [
  { number: 54, what: '3,000 statements', sql: 'select 1;'.repeat(3_000) },
  { number: 58, what: 'IN of a long list', sql: `select 1 where 1 in (${list(many, String)})` },
  {
    number: 58,
    what: 'a long OR',
    sql: `select 1 where ${list(20_000, (index) => `1 = ${index}`, ' or ')}`,
  },
  {
    number: 58,
    what: '5,000 UNION ALL',
    sql: list(5_000, () => 'select 1', ' union all '),
    errors: '54001',
    postgresGoesOn: 'it answers, after many seconds',
  },
  { number: 59, what: '1,664 columns', sql: `select ${list(1_664, String)}` },
  { number: 59, what: '1,665 columns', sql: `select ${list(1_665, String)}`, errors: '54011' },
  {
    number: 59,
    what: 'a table of 1,600 columns',
    sql:
      `create temp table wide (${list(1_600, (index) => `c${index} int`)});` +
      'insert into wide (c1599) values (1); select * from wide',
  },
  {
    number: 59,
    what: 'a table of 1,601 columns',
    sql: `create temp table wide (${list(1_601, (index) => `c${index} int`)})`,
    errors: '54011',
  },
  { number: 59, what: '100 arguments', sql: `select concat(${list(100, () => "'a'")})` },
  {
    number: 59,
    what: '101 arguments',
    sql: `select concat(${list(101, () => "'a'")})`,
    errors: '54023',
  },
  {
    number: 59,
    what: 'CUBE of 13',
    sql: `select 1 from (values (${list(13, String)})) v(${thirteen}) group by cube(${thirteen})`,
    errors: '54011',
  },
  { number: 59, what: 'a name of 70 letters', sql: `select 1 as ${'x'.repeat(70)}` },
  { number: 59, what: 'a text of 10 MB', sql: `select length('${'x'.repeat(10 << 20)}')` },
];

const large: readonly TextCase[] = [
  { number: 60, what: 'repeat', sql: "select repeat('x', 2000000000)", errors: '54000' },
  {
    number: 60,
    what: 'string_agg',
    sql: "select string_agg(repeat('x', 1000000), '') from generate_series(1, 1200)",
    errors: '54000',
  },
  { number: 60, what: 'array', sql: 'select array_fill(1, array[2000000000])', errors: '54000' },
  {
    number: 60,
    what: 'seven dimensions',
    sql: 'select array_fill(1, array[1,1,1,1,1,1,1])',
    errors: '54000',
  },
  {
    number: 61,
    what: 'a cross join without end',
    sql: `${within} select count(*) from generate_series(1, 1000000) a, generate_series(1, 1000000)`,
    errors: '57014',
  },
  {
    number: 61,
    what: 'a recursion without end',
    sql: `${within} with recursive r(n) as (select 1 union all select n + 1 from r) select max(n) from r`,
    errors: '57014',
  },
  { number: 61, what: 'pg_sleep', sql: `${within} select pg_sleep(60)`, errors: '57014' },
  { number: 62, what: 'nested quantifiers', sql: "select repeat('a', 3000) || 'b' ~ '^(a+)+$'" },
  { number: 62, what: 'nested choices', sql: "select repeat('a', 3000) || 'b' ~ '^(a|aa)+$'" },
  {
    number: 62,
    what: 'LIKE of 60 %',
    sql: `select repeat('a', 4000) like '${'%a'.repeat(60)}b'`,
  },
  {
    number: 62,
    what: 'counted repetition of its kind',
    sql: "select 'a' ~ '((a{255}){255}){255}'",
    errors: '2201B',
  },
  { number: 63, what: 'a zero character', sql: `select '"\\u0000"'::jsonb`, errors: '22P05' },
  { number: 63, what: 'half a character', sql: `select '"\\ud800"'::jsonb`, errors: '22P02' },
  { number: 63, what: 'a number too large', sql: "select '1e400000'::jsonb", errors: '22003' },
];

/** The superuser of PostgreSQL may touch its files; here nobody may. */
const outside: readonly TextCase[] = [
  ...[
    "copy (select 1) to program 'id'",
    "copy (select 1) to '/tmp/x'",
    "create temp table t (a text); copy t from program 'id'",
    "create temp table t (a text); copy t from '/etc/passwd'",
    "load 'x'",
    "create function f() returns int language c as 'x'",
    "alter system set work_mem = '1MB'",
    "select lo_import('/etc/passwd')",
  ].map((sql) => ({ number: 64, what: sql, sql, errors: '0A000' })),
  { number: 64, what: 'pg_read_file', sql: "select pg_read_file('/etc/passwd')", errors: '42883' },
].map((each) => ({ ...each, postgresGoesOn: 'its superuser may' }));

const names: readonly TextCase[] = [
  {
    number: 65,
    what: 'names that are code',
    sql:
      'select 1 / (count(*) = 1)::int from (select 1 as "];process.exit();//", ' +
      '2 as "`${x}`", 3 as "\u2028", 4 as "__proto__", 5 as constructor, 6 as "toString") x ' +
      'where "];process.exit();//" = 1 and "`${x}`" = 2 and "\u2028" = 3 ' +
      'and "__proto__" = 4 and constructor = 5 and "toString" = 6',
  },
  { number: 65, what: 'a table constructor', sql: 'table constructor', errors: '42P01' },
  { number: 65, what: 'a table __proto__', sql: 'table "__proto__"', errors: '42P01' },
  { number: 65, what: 'a function __proto__', sql: 'select __proto__()', errors: '42883' },
  {
    number: 65,
    what: 'a key __proto__',
    sql: `select 1 / ('{"__proto__": {"a": 1}}'::jsonb #>> '{__proto__,a}')::int`,
  },
];

/** As messages after a login. */
export const hostileTexts: readonly HostileCase[] = [
  ...deep,
  ...long,
  ...large,
  ...outside,
  ...names,
].map(({ number, what, sql, errors, ...rest }) => ({
  number,
  what,
  ...rest,
  send: [`Query ${JSON.stringify({ sql })}`],
  outcome: errors === undefined ? 'A' : `${errors} A`,
}));
