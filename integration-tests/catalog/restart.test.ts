/**
 * Objects keep their OIDs over restarts, ordered and by SIGKILL, and over changes of other
 * objects: clients and tools keep OIDs, and some compare them.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { ServerProcess, temporaryFolder } from '../server/server-process.ts';

const definitions = [
  'create schema app',
  `create table app.t (id serial primary key, name varchar(80) not null unique, n int check (n > 0),
     made timestamptz default now(), k int generated always as identity)`,
  'create table other (a int, b text)',
  'create index t_lower on app.t (lower(name)) where n > 1',
  'create index other_a on other (a)',
  'create view app.v as select id, upper(name) as name from app.t',
  'create sequence app.s',
  'create role reader',
  "create type app.mood as enum ('sad', 'ok')",
  'create table moods (m app.mood, ms app.mood[])',
  "create function app.mood_of(n int default 1) returns app.mood language sql as $$select 'ok'::app.mood$$",
  'create procedure app.note(n int) language sql as $$insert into other values (n)$$',
  'create cast (varchar as app.mood) with inout as implicit',
  'create table app.stamped (a int, b int)',
  "create function app.stamp() returns trigger language plpgsql as 'begin new.b := new.a * 2; return new; end'",
  'create trigger stamp before insert on app.stamped for each row when (new.a > 1) execute function app.stamp()',
  'create table app.pair (a int, b text)',
  "create table app.pairs (p app.pair, ps app.pair[], d app.pair default row(9, 'nine'))",
  "insert into app.pairs values (row(1, 'one'), array[row(2, 'two')::app.pair, null])",
  'alter table app.pair add column c int',
  'create table app.trio (a int, b text, c int)',
  'create table app.trios (t app.trio, ts app.trio[])',
  "insert into app.trios values (row(1, 'one', 10), array[row(2, 'two', 20)::app.trio])",
  'alter table app.trio drop column b',
];

/** Every object with an OID, by what it is. */
const objects = `
  select 'class ' || relnamespace::regnamespace || '.' || regexp_replace(relname, '\\d+', '') ||
    coalesce((select ' of ' || c2.relname from pg_class c2 where c2.reltoastrelid = c.oid), ''),
    oid::int8 from pg_class c where relnamespace <> 'pg_toast'::regnamespace
  union all select 'toast of ' || oid::regclass, reltoastrelid::int8 from pg_class where reltoastrelid <> 0
  union all select 'type ' || typnamespace::regnamespace || '.' || typname, oid::int8 from pg_type
  union all select 'proc ' || oid::regprocedure, oid::int8 from pg_proc
  union all select 'operator ' || oid::regoperator, oid::int8 from pg_operator
  union all select 'constraint ' || conrelid::regclass || ' ' || conname, oid::int8 from pg_constraint
  union all select 'default ' || adrelid::regclass || ' ' || adnum, oid::int8 from pg_attrdef
  union all select 'rule ' || ev_class::regclass, oid::int8 from pg_rewrite
  union all select 'trigger ' || tgname, oid::int8 from pg_trigger
  union all select 'enum ' || enumtypid::regtype || ' ' || enumlabel, oid::int8 from pg_enum
  union all select 'schema ' || nspname, oid::int8 from pg_namespace
  union all select 'role ' || rolname, oid::int8 from pg_roles
  union all select 'database ' || datname, oid::int8 from pg_database
  union all select 'opclass ' || opcmethod || opcname, oid::int8 from pg_opclass
  order by 1, 2`;

type Oids = ReadonlyMap<string, string>;

const dataDir = temporaryFolder('restart');
let server: ServerProcess;

async function run(statements: readonly string[]): Promise<void> {
  const client = await connect();
  for (const sql of statements) await client.query(sql);
  await client.end();
}

async function connect(): Promise<pg.Client> {
  const address = { host: '127.0.0.1', port: server.port, user: 'postgres', database: 'postgres' };
  const client = new pg.Client(address);
  await client.connect();
  return client;
}

async function oids(): Promise<Oids> {
  const client = await connect();
  const { rows } = await client.query<[string, string]>({ text: objects, rowMode: 'array' });
  await client.end();
  return new Map(rows);
}

before(async () => {
  server = await ServerProcess.start({ dataDir, environment: { TIMEFUSION_WORKERS: '0' } });
  await run(definitions);
});

after(async () => {
  await server.stop();
});

const kinds = [
  'class app.t',
  'class app.t_pkey',
  'class app.t_lower',
  'class app.v',
  'class app.s',
];
const ofEachKind = [
  ...kinds,
  'toast of other',
  'type app.t',
  'type app._t',
  'type app.mood',
  'enum app.mood ok',
  'trigger stamp',
  'constraint app.t t_pkey',
  'constraint app.t t_name_key',
  'constraint app.t t_n_check',
  'default app.t 1',
  'rule app.v',
  'schema app',
  'role reader',
  'database postgres',
  'proc lower(text)',
];

test('every kind of object has an OID of its own', async () => {
  const all = await oids();
  for (const name of ofEachKind) assert.ok(all.has(name), name);
  const own = [...all].filter(([, oid]) => Number(oid) >= 16_384);
  assert.equal(new Set(own.map(([, oid]) => oid)).size, own.length);
});

test('an orderly restart changes no OID', async () => {
  const earlier = await oids();
  await server.stop();
  server = await ServerProcess.start({ dataDir, environment: { TIMEFUSION_WORKERS: '0' } });
  assert.deepEqual(await oids(), earlier);
});

test('a killed server comes back with the same OIDs', async () => {
  await run(['create table late (a int primary key)']);
  const earlier = await oids();
  await server.kill();
  server = await ServerProcess.start({ dataDir, environment: { TIMEFUSION_WORKERS: '0' } });
  assert.deepEqual(await oids(), earlier);
});

test('a trigger is fired after restarts, too', async () => {
  const client = await connect();
  const { rows } = await client.query('insert into app.stamped values (1), (5) returning b');
  assert.deepEqual(rows, [{ b: null }, { b: 10 }]);
  await client.end();
});

test('columns of a row type hold what they held, by the columns that the table has now', async () => {
  const client = await connect();
  const all = await client.query('select p, ps, d, pairs from app.pairs');
  assert.deepEqual(all.rows, [
    {
      ...{ p: '(1,one,)', ps: '{"(2,two,)",NULL}', d: '(9,nine,)' },
      pairs: '("(1,one,)","{""(2,two,)"",NULL}","(9,nine,)")',
    },
  ]);
  const shorter = await client.query('select t, ts, (t).c from app.trios');
  assert.deepEqual(shorter.rows, [{ t: '(1,10)', ts: '{"(2,20)"}', c: 10 }]);
  const types = all.fields.map(({ dataTypeID }) => dataTypeID);
  const known = await client.query<{ oid: number }>(`
    select unnest(array['app.pair', 'app.pair[]', 'app.pair', 'app.pairs'])::regtype::oid as oid`);
  assert.deepEqual(
    types,
    known.rows.map(({ oid }) => oid),
  );
  await client.end();
});

test('what goes and comes leaves the OIDs of the others, and takes none of theirs', async () => {
  const earlier = await oids();
  await run([
    'drop table late',
    'create table later (a int primary key)',
    'alter table other rename to renamed',
    'alter table renamed rename to other',
    'alter table other add column more text',
  ]);
  const now = await oids();
  for (const [name, oid] of earlier) {
    if (!name.includes('late')) assert.equal(now.get(name), oid, name);
  }
  assert.ok(![...earlier.values()].includes(now.get('class public.later') ?? ''));
});
