/**
 * Many clients that change the same few rows at once, as a bank's tellers do: no change is lost, no
 * row is doubled, and nobody but a repeatable read is told to try again.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { ServerProcess } from './server-process.ts';

const clientCount = 4;
const rounds = 20;

let server: ServerProcess;
let clients: pg.Client[];

before(async () => {
  server = await ServerProcess.start();
  const user = { host: '127.0.0.1', port: server.port, user: 'postgres', database: 'postgres' };
  clients = Array.from({ length: clientCount }, () => new pg.Client(user));
  await Promise.all(clients.map((client) => client.connect()));
});
after(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await server.stop();
});

/** `body` by each client so many times, all clients at once. */
async function byAll(
  body: (client: pg.Client, round: number) => Promise<unknown>,
  count = rounds,
): Promise<void> {
  await Promise.all(
    clients.map(async (client) => {
      for (let round = 0; round < count; round += 1) await body(client, round);
    }),
  );
}

async function one(sql: string): Promise<unknown> {
  const { rows } = await (clients[0] as pg.Client).query({ text: sql, rowMode: 'array' });
  return rows;
}

for (const key of ['int', 'int primary key']) {
  test(`updates of one row, ${key}: each counts`, async () => {
    await one(
      `drop table if exists t; create table t (id ${key}, v int); insert into t values (1, 0)`,
    );
    await byAll((client) => client.query('update t set v = v + 1 where id = 1'));
    assert.deepEqual(await one('select id, v from t'), [[1, clientCount * rounds]]);
  });

  test(`transactions over several rows, ${key}: each counts`, async () => {
    await one(`drop table if exists t; create table t (id ${key}, v int)`);
    await one('insert into t values (1, 0), (2, 0)');
    await byAll(async (client) => {
      await client.query('begin');
      await client.query('update t set v = v + 1 where id = 1');
      await client.query('update t set v = v - 1 where id = 2');
      await client.query('commit');
    });
    const total = clientCount * rounds;
    assert.deepEqual(await one('select id, v from t order by id'), [
      [1, total],
      [2, -total],
    ]);
  });
}

test('rows that are taken from a queue are taken once', async () => {
  await one('drop table if exists jobs; create table jobs (id int)');
  const count = clientCount * rounds;
  await one(`insert into jobs select g from generate_series(1, ${count}) g`);
  const taken: number[] = [];
  await byAll(async (client) => {
    const sql = 'delete from jobs where id = (select min(id) from jobs) returning id';
    for (const { id } of (await client.query<{ id: number }>(sql)).rows) taken.push(id);
  });
  assert.equal(new Set(taken).size, taken.length);
  assert.deepEqual(await one('select count(*)::int from jobs'), [[count - taken.length]]);
});

test('upserts of one key: each counts', async () => {
  await one('drop table if exists t; create table t (id int primary key, v int)');
  await byAll((client) =>
    client.query('insert into t values (7, 1) on conflict (id) do update set v = t.v + 1'),
  );
  assert.deepEqual(await one('select id, v from t'), [[7, clientCount * rounds]]);
});

test('moves between tables lose and double nothing', async () => {
  await one('drop table if exists a; create table a (id int)');
  await one('drop table if exists b; create table b (id int)');
  await one('insert into a select generate_series(1, 20)');
  await byAll((client, round) => {
    const [from, to] = round % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
    return client.query('begin').then(async () => {
      const { rows } = await client.query(
        `delete from ${from} where id % 3 = ${round % 3} returning id`,
      );
      const ids = rows.map(({ id }: { id: number }) => id);
      await client.query(`insert into ${to} select unnest($1::int[])`, [ids]);
      await client.query('commit');
    });
  });
  assert.deepEqual(
    await one('select count(*)::int, count(distinct id)::int from (table a union all table b) u'),
    [[20, 20]],
  );
});

test('updates in WITH clauses: each counts, with what the statement writes itself', async () => {
  await one('drop table if exists t; create table t (id int primary key, v int)');
  await one('drop table if exists log; create table log (v int)');
  await one('insert into t values (1, 0), (2, 0)');
  await byAll(
    (client) =>
      client.query(
        `with a as (update t set v = v + 1 where id = 1 returning v),
        b as (insert into log select v from a returning v)
      update t set v = t.v + 1 from b where id = 2`,
      ),
    10,
  );
  const total = clientCount * 10;
  assert.deepEqual(await one('select id, v from t order by id'), [
    [1, total],
    [2, total],
  ]);
  assert.deepEqual(await one('select count(*)::int, count(distinct v)::int, max(v) from log'), [
    [total, total, total],
  ]);
});

test('rows that WITH deletes and the statement moves are moved once', async () => {
  await one('drop table if exists t; create table t (id int primary key, v int)');
  await one('drop table if exists log; create table log (id int, v int)');
  await one(`insert into t select g, 0 from generate_series(1, ${rounds * 4}) g`);
  await byAll((client, round) =>
    client.query(
      `with gone as (delete from t where id in (select id from t where id % ${rounds} = ${round} order by id limit 2)
        returning id, v)
      insert into log select id, v from gone`,
    ),
  );
  assert.deepEqual(
    await one(
      'select count(*)::int, count(distinct id)::int, (select count(*)::int from t) from log',
    ),
    [[rounds * 4, rounds * 4, 0]],
  );
});
