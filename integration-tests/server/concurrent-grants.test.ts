/**
 * Statements of several sessions that change the same record of the catalog at once: none takes back
 * what another was told is done. Each goes after the others; in PostgreSQL 15 some fail.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { useBothServers } from './both-servers.ts';

const servers = useBothServers();
const sessionCount = 6;
const rounds = 5;

async function connect(port: number): Promise<pg.Client> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  await client.connect();
  return client;
}

async function open(port: number): Promise<readonly pg.Client[]> {
  return Promise.all(Array.from({ length: sessionCount }, () => connect(port)));
}

/** Indexes of those that succeeded. Errors: any but those that PostgreSQL has for it. */
async function kept(statements: readonly Promise<unknown>[]): Promise<readonly number[]> {
  const results = await Promise.allSettled(statements);
  return results.flatMap((result, index) => {
    if (result.status === 'fulfilled') return [index];
    const { code, message } = result.reason as pg.DatabaseError;
    assert.ok(['XX000', '23505', '42710'].includes(code ?? ''), message);
    return [];
  });
}

async function rowsOf(client: pg.Client, sql: string): Promise<unknown[][]> {
  return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;
}

async function checkGrants(port: number, least: number): Promise<void> {
  const clients = await open(port);
  const [first] = clients as [pg.Client];
  await first.query('create table shared (a int)');
  for (const index of clients.keys()) await first.query(`create role grantee_${index}`);
  for (let round = 0; round < rounds; round++) {
    const done = await kept(
      clients.map((client, index) => client.query(`grant select on shared to grantee_${index}`)),
    );
    assert.ok(done.length >= least);
    const list = `select g.rolname from pg_class c, aclexplode(relacl) x join pg_roles g on g.oid = x.grantee
      where c.relname = 'shared' and g.rolname like 'grantee%' order by 1`;
    const held = (await rowsOf(first, list)).map(([name]) => name);
    assert.deepEqual(
      held,
      done.map((index) => `grantee_${index}`),
    );
    await first.query('revoke all on shared from public');
    for (const index of done) await first.query(`revoke select on shared from grantee_${index}`);
  }
  for (const client of clients) await client.end();
}

async function checkSettings(port: number, least: number): Promise<void> {
  const clients = await open(port);
  const [first] = clients as [pg.Client];
  for (let round = 0; round < rounds; round++) {
    const done = await kept(
      clients.map((client, index) => {
        return client.query(`alter database postgres set kept.s${index} = 'round ${round}'`);
      }),
    );
    assert.ok(done.length >= least);
    const list = `select unnest(setconfig) from pg_db_role_setting where setrole = 0 order by 1`;
    const held = (await rowsOf(first, list)).map(([text]) => text);
    const told = done.map((index) => `kept.s${index}=round ${round}`);
    assert.deepEqual(held, told);
    await first.query('alter database postgres reset all');
  }
  for (const client of clients) await client.end();
}

test('grants at once on one table go one after another', async () => {
  await checkGrants(servers.server.port, sessionCount);
  if (servers.postgres !== undefined) await checkGrants(servers.postgres.port, 1);
});

test('settings at once of one database go one after another', async () => {
  await checkSettings(servers.server.port, sessionCount);
  if (servers.postgres !== undefined) await checkSettings(servers.postgres.port, 1);
});

async function checkRoles(port: number): Promise<void> {
  const clients = await open(port);
  const done = await kept(clients.map((client) => client.query('create role made_once')));
  assert.equal(done.length, 1);
  const [first] = clients as [pg.Client];
  const count = "select count(*)::int from pg_roles where rolname = 'made_once'";
  assert.deepEqual(await rowsOf(first, count), [[1]]);
  for (const client of clients) await client.end();
}

test('a role is made once', async () => {
  await checkRoles(servers.server.port);
  if (servers.postgres !== undefined) await checkRoles(servers.postgres.port);
});

test('a change of what an open transaction has changed waits for its end', async () => {
  const { port } = servers.server;
  const [first, second] = [await connect(port), await connect(port)];
  await first.query('create table waited (a int); create role grantee_a; create role grantee_b');
  await first.query('begin; grant select on waited to grantee_a');
  let isDone = false;
  const other = second.query('grant select on waited to grantee_b').then(() => {
    isDone = true;
  });
  await first.query('select pg_sleep(0.05)');
  assert.equal(isDone, false);
  await first.query('commit');
  await other;
  const acl = await rowsOf(first, "select relacl::text from pg_class where relname = 'waited'");
  const items = ['postgres=arwdDxt/postgres', 'grantee_a=r/postgres', 'grantee_b=r/postgres'];
  assert.deepEqual(acl, [[`{${items.join(',')}}`]]);
  await first.end();
  await second.end();
});

test('what two transactions made of one comment is the first one’s', async () => {
  const { port } = servers.server;
  const [first, second] = [await connect(port), await connect(port)];
  await first.query("begin; comment on schema public is 'of the first'");
  await second.query("begin; comment on schema public is 'of the second'");
  await first.query('commit');
  await assert.rejects(second.query('commit'), { code: 'XX000' });
  const comment = "select obj_description('public'::regnamespace, 'pg_namespace')";
  assert.deepEqual(await rowsOf(first, comment), [['of the first']]);
  await first.end();
  await second.end();
});
