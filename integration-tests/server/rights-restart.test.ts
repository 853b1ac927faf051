/** Default privileges, and privileges on every kind of object, outlive the server. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { ServerProcess, temporaryFolder } from './server-process.ts';

const definitions = [
  'create role maker; create role reader login',
  'create schema app authorization maker',
  'alter default privileges for role maker grant select on tables to reader',
  'alter default privileges for role maker in schema app grant usage on sequences to reader',
  'alter default privileges grant usage on schemas to reader',
  'alter default privileges for role maker revoke execute on functions from public',
  'create schema given',
  "create type mood as enum ('sad', 'ok')",
  'revoke usage on type mood from public',
  'create sequence counter',
  'grant usage on sequence counter to reader',
  'grant usage on schema app to reader',
  'create temporary table passing (a int); grant select on passing to reader',
];

const rights = `
  select 'default', defaclrole::regrole::text, defaclnamespace::int8::text || defaclobjtype::text,
    defaclacl::text from pg_default_acl
  union all select 'schema', nspname, nspowner::regrole::text, nspacl::text from pg_namespace
  union all select 'type', typname, '', typacl::text from pg_type where typacl is not null
  union all select 'relation', relname, '', relacl::text from pg_class
    where relacl is not null and relpersistence = 'p'
  order by 1, 2, 3`;

const dataDir = temporaryFolder('rights');
let server: ServerProcess;

const start = (): Promise<ServerProcess> =>
  ServerProcess.start({ dataDir, environment: { TIMEFUSION_WORKERS: '0' } });

async function connect(user = 'postgres'): Promise<pg.Client> {
  const address = { host: '127.0.0.1', port: server.port, database: 'postgres' };
  const client = new pg.Client({ ...address, user });
  await client.connect();
  return client;
}

async function answers(sql: string, user?: string): Promise<unknown> {
  const client = await connect(user);
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

before(async () => {
  server = await start();
  const client = await connect();
  for (const sql of definitions) await client.query(sql);
  await client.end();
});

after(() => server.stop());

test('an orderly restart and a kill leave privileges as they were', async () => {
  const earlier = await answers(rights);
  await server.stop();
  server = await start();
  assert.deepEqual(await answers(rights), earlier);
  await answers('alter default privileges for role maker grant insert on tables to reader');
  const changed = await answers(rights);
  assert.notDeepEqual(changed, earlier);
  await server.kill();
  server = await start();
  assert.deepEqual(await answers(rights), changed);
});

test('what is made after the restart is given what was said before it', async () => {
  const client = await connect();
  await client.query('set role maker');
  await client.query('create table app.t (a serial, b int)');
  await client.query("create function app.f() returns int language sql as 'select 1'");
  await client.end();
  await answers('insert into app.t(b) values (2)', 'reader');
  assert.deepEqual(await answers('select * from app.t', 'reader'), [[1, 2]]);
  await assert.rejects(answers('select app.f()', 'reader'), { code: '42501' });
  await assert.rejects(answers('delete from app.t', 'reader'), { code: '42501' });
  await assert.rejects(answers('create temp table m (a mood)', 'reader'), { code: '42501' });
  assert.deepEqual(await answers("select nextval('counter')::int", 'reader'), [[1]]);
});

test('privileges on temporary tables are gone with their session', async () => {
  await answers('alter default privileges for role maker revoke all on tables from reader');
  await assert.rejects(answers('drop role reader'), (error: pg.DatabaseError) => {
    assert.ok(error.detail?.includes('passing') !== true);
    return error.code === '2BP01';
  });
});
