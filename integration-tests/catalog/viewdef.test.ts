/**
 * pg_get_viewdef, pg_get_constraintdef, pg_get_indexdef and pg_get_expr give the text that
 * PostgreSQL 15 gives, plain and pretty, for the views of views.sql. Skipped where PostgreSQL 15
 * is not here.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { PostgresProcess, postgresMissing } from '../server/postgres-process.ts';
import { ServerProcess } from '../server/server-process.ts';

const skip = postgresMissing ?? false;
const script = readFileSync('integration-tests/catalog/views.sql', 'utf8');
const statements = script
  .replace(/^--.*\n/gm, '')
  .split(/;\n/)
  .map((statement) => statement.trim())
  .filter((statement) => statement !== '');
const isView = (statement: string): boolean => !/^(?:create|alter)/.test(statement);
const definitions = statements.filter((statement) => !isView(statement));
const views = statements.filter(isView);

let server: ServerProcess | undefined;
let postgres: PostgresProcess | undefined;
let clients: readonly pg.Client[] = [];

before(async () => {
  if (postgresMissing !== undefined) return;
  server = await ServerProcess.start();
  postgres = await PostgresProcess.start();
  clients = [server.port, postgres.port].map(
    (port) => new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' }),
  );
  for (const client of clients) {
    await client.connect();
    for (const sql of definitions) await client.query(sql);
  }
});

after(async () => {
  for (const client of clients) await client.end();
  await server?.stop();
  await postgres?.stop();
});

async function both(sql: string): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (const client of clients)
    answers.push((await client.query({ text: sql, rowMode: 'array' })).rows);
  return answers;
}

/** Names of the view's columns; made up where the query's are not unique. */
async function columnList(query: string): Promise<string> {
  const { fields } = (await clients[1]?.query(`select * from (${query}) q limit 0`)) ?? {
    fields: [],
  };
  const names = new Set(fields.map(({ name }) => name));
  return names.size === fields.length ? '' : `(${fields.map((_, i) => `c${i}`).join(', ')})`;
}

for (const [i, query] of views.entries()) {
  test(
    `the text of ${query.replace(/\s+/g, ' ').slice(0, 80)} is PostgreSQL's`,
    { skip },
    async () => {
      const list = await columnList(query);
      await both(`create view v${i}${list} as ${query}`);
      const [ours, theirs] = await both(
        `select pg_get_viewdef('v${i}'), pg_get_viewdef('v${i}', true), pg_get_viewdef('v${i}'::regclass, 0)`,
      );
      assert.deepEqual(ours, theirs);
    },
  );
}

test('relations have their schema where the search path does not find them', { skip }, async () => {
  for (const path of ['pg_catalog', 'other, public']) {
    await both(`set search_path = ${path}`);
    const [ours, theirs] = await both(`
      select viewname, definition from pg_views where schemaname = 'public' order by 1`);
    await both('reset search_path');
    assert.deepEqual(ours, theirs);
  }
});

test('checks, defaults and indexes are shown as PostgreSQL shows them', { skip }, async () => {
  const [ours, theirs] = await both(`
    select conname, pg_get_constraintdef(oid), pg_get_constraintdef(oid, true)
    from pg_constraint where connamespace = 'public'::regnamespace
    union all select relname, pg_get_indexdef(oid), pg_get_indexdef(oid, 0, true)
    from pg_class where relkind = 'i' and relnamespace = 'public'::regnamespace
    union all select adrelid::regclass || '.' || adnum, pg_get_expr(adbin, adrelid),
      pg_get_expr(adbin, adrelid, true) from pg_attrdef
    where adrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace
      and relname ~ '^t')
    order by 1, 2`);
  assert.deepEqual(ours, theirs);
});

test('what views need is in pg_depend', { skip }, async () => {
  const [ours, theirs] = await both(`
    select ev_class::regclass::text, refobjid::regclass::text, refobjsubid, deptype
    from pg_depend d join pg_rewrite r on r.oid = d.objid
    where d.classid = 'pg_rewrite'::regclass and refclassid = 'pg_class'::regclass
      and refobjid >= 16384 order by 1, 2, 3, 4`);
  assert.deepEqual(ours, theirs);
});

test('views say the new names of relations', { skip }, async () => {
  const script = [
    'set search_path = public',
    'create schema rv',
    'create schema rw',
    'create table rv.t (a int, b text)',
    'create view rv.v1 as select * from rv.t',
    'create view rv.v2 as select t.a, u.b from rv.t join rv.v1 u using (a) where exists (select from rv.t x where x.a = t.a)',
    'create view rv.v3 as select t, row_to_json(t) as j from rv.t',
    'create view rv.v4 as with t as (select 1 as a) select t.a, (select count(*) from rv.t as q) from t',
    'create view rv.v5 as select v1.a, rv.v1.b from rv.v1 where v1.a in (select t.a from rv.t)',
    'create materialized view rv.m as select t.a, v1.b from rv.t, rv.v1',
    'alter table rv.t rename to s2',
    'alter view rv.v1 rename to "V one"',
  ];
  const moves = ['alter table rv.s2 set schema rw', 'alter schema rw rename to rz'];
  for (const client of clients) for (const sql of script) await client.query(sql);
  for (const sql of ['select 1', ...moves]) {
    await both(sql);
    const [ours, theirs] = await both(
      "select oid::regclass, pg_get_viewdef(oid), pg_get_viewdef(oid, true) from pg_class where relkind in ('v', 'm') and relnamespace = 'rv'::regnamespace order by relname",
    );
    assert.equal((ours as unknown[]).length, 6);
    assert.deepEqual(ours, theirs);
  }
  await both('drop schema rv, rz cascade');
});
