/** What a session begins with by ALTER ROLE and ALTER DATABASE … SET, as PostgreSQL 15 decides. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { PostgresProcess, postgresMissing } from './postgres-process.ts';
import { ServerProcess, temporaryFolder } from './server-process.ts';

const dataDir = temporaryFolder('kept-settings');
let server: ServerProcess;
let postgres: PostgresProcess | undefined;

const start = (): Promise<ServerProcess> =>
  ServerProcess.start({ dataDir, environment: { TIMEFUSION_WORKERS: '0' } });

interface Login {
  readonly user?: string;
  readonly options?: string;
}

async function connect(port: number, { user = 'postgres', options }: Login): Promise<pg.Client> {
  const address = { host: '127.0.0.1', port, database: 'postgres', user };
  const client = new pg.Client({ ...address, ...(options && { options }) });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function run(
  port: number,
  statements: readonly string[],
  login: Login = {},
): Promise<unknown> {
  const client = await connect(port, login);
  try {
    let rows: unknown = [];
    for (const sql of statements) {
      ({ rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' }));
    }
    return rows;
  } finally {
    await client.end();
  }
}

const shown = `select current_user, session_user, current_setting('work_mem'),
  current_setting('search_path'), current_setting('DateStyle'), current_setting('lock_timeout'),
  current_setting('statement_timeout'), current_setting('kept.own', true)`;

const definitions = [
  'create role kept_group; create role kept_user login; create role kept_other login',
  'grant kept_group to kept_user',
  "alter user all set lock_timeout = '1s'; alter user all set work_mem = '1MB'",
  "alter user all set kept.own = 'everywhere'; alter user all set statement_timeout = '11s'",
  "alter database postgres set lock_timeout = '2s'; alter database postgres set work_mem = '2MB'",
  "alter database postgres set datestyle = 'sql, dmy'",
  "alter role kept_user set lock_timeout = '3s'; alter role kept_user set work_mem = 3072",
  'alter role kept_user set search_path = "Kept", public',
  "alter role kept_user in database postgres set lock_timeout = '4s'",
  'alter role kept_user in database postgres set role = kept_group',
];

/** Both answer alike, and so. */
async function both(statements: readonly string[], login: Login, expected: unknown): Promise<void> {
  assert.deepEqual(await run(server.port, statements, login), expected);
  if (postgres === undefined) return;
  assert.deepEqual(await run(postgres.port, statements, login), expected);
}

before(async () => {
  server = await start();
  if (postgresMissing === undefined) postgres = await PostgresProcess.start();
  for (const { port } of [server, ...(postgres ? [postgres] : [])]) await run(port, definitions);
});

after(async () => {
  await server.stop();
  await postgres?.stop();
});

const ofUser = [
  ['kept_group', 'kept_user', '3MB', '"Kept", public', 'SQL, DMY', '4s', '11s', 'everywhere'],
];
const ofOther = [
  ['kept_other', 'kept_other', '2MB', '"$user", public', 'SQL, DMY', '2s', '11s', 'everywhere'],
];

test('the role in the database is before the role, the database, and all roles', async () => {
  await both([shown], { user: 'kept_user' }, ofUser);
  await both([shown], { user: 'kept_other' }, ofOther);
});

test('what the client asks for is before all of it, and RESET leads back to it', async () => {
  const login = { user: 'kept_other', options: '-c work_mem=9MB' };
  await both(['show work_mem'], login, [['9MB']]);
  await both(["set work_mem = '5MB'", 'reset work_mem', 'show work_mem'], login, [['9MB']]);
  await both(['set lock_timeout = 0', 'reset all', 'show lock_timeout'], login, [['2s']]);
  await both(['discard all', 'show lock_timeout'], login, [['2s']]);
});

test('pg_settings tells who said so, and what RESET leads back to', async () => {
  const sql = `select name, setting, source, reset_val from pg_settings where name in
    ('DateStyle', 'enable_sort', 'lock_timeout', 'statement_timeout', 'search_path', 'work_mem')
    order by name`;
  const login = { user: 'kept_user', options: '-c work_mem=9MB' };
  await both(['set enable_sort = off', sql], login, [
    ['DateStyle', 'SQL, DMY', 'database', 'SQL, DMY'],
    ['enable_sort', 'off', 'session', 'on'],
    ['lock_timeout', '4000', 'database user', '4000'],
    ['search_path', '"Kept", public', 'user', '"Kept", public'],
    ['statement_timeout', '11000', 'global', '11000'],
    ['work_mem', '9216', 'client', '9216'],
  ]);
});

test('a change is for sessions that begin later', async () => {
  for (const { port } of [server, ...(postgres ? [postgres] : [])]) {
    const client = await connect(port, { user: 'kept_other' });
    await run(port, ["alter database postgres set lock_timeout = '7s'"]);
    const { rows } = await client.query('show lock_timeout');
    assert.deepEqual(rows, [{ lock_timeout: '2s' }]);
    await client.end();
    assert.deepEqual(await run(port, ['show lock_timeout'], { user: 'kept_other' }), [['7s']]);
    await run(port, ["alter database postgres set lock_timeout = '2s'"]);
  }
});

test('the limit of connections of the database holds for all but superusers', async () => {
  for (const { port } of [server, ...(postgres ? [postgres] : [])]) {
    const first = await connect(port, { user: 'kept_other' });
    await run(port, ['alter database postgres connection limit 1']);
    await assert.rejects(connect(port, { user: 'kept_user' }), {
      code: '53300',
      message: 'too many connections for database "postgres"',
    });
    await run(port, ['alter database postgres connection limit -1']);
    await (await connect(port, { user: 'kept_user' })).end();
    await first.end();
  }
});

test('sessions begin so after a restart and after a kill, too', async () => {
  await run(server.port, ['alter database postgres connection limit 40']);
  await server.stop();
  server = await start();
  await both([shown], { user: 'kept_user' }, ofUser);
  await server.kill();
  server = await start();
  await both([shown], { user: 'kept_other' }, ofOther);
  const limit = "select datconnlimit from pg_database where datname = 'postgres'";
  assert.deepEqual(await run(server.port, [limit]), [[40]]);
});

test('a role that is gone keeps nobody from logging in', async () => {
  for (const { port } of [server, ...(postgres ? [postgres] : [])]) {
    await run(port, ['drop role kept_group']);
    const me = ['select current_user'];
    assert.deepEqual(await run(port, me, { user: 'kept_user' }), [['kept_user']]);
  }
});
