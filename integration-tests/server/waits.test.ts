/** Two sessions at the same rows, keys and tables: who waits, and what comes of it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { ServerProcess } from './server-process.ts';

let server: ServerProcess;

before(async () => {
  server = await ServerProcess.start();
});

after(() => server.stop());

type Outcome = string | readonly unknown[];

interface Pair {
  /** Runs a statement to its end. */
  readonly a: (sql: string) => Promise<Outcome>;
  readonly b: (sql: string) => Promise<Outcome>;
}

async function run(client: pg.Client, sql: string): Promise<Outcome> {
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows.map((row) => Object.values(row).join());
  } catch (error) {
    return (error as { readonly code?: string }).code ?? String(error);
  }
}

async function withPair(body: (pair: Pair) => Promise<void>): Promise<void> {
  const clients = [1, 2].map(() => {
    const client = new pg.Client({ host: '127.0.0.1', port: server.port, user: 'postgres' });
    // Between two queries an end that the server makes is an event.
    return client.on('error', () => undefined);
  });
  const [a, b] = clients;
  assert.ok(a && b);
  for (const client of clients) await client.connect();
  const table = 'create table t (a int primary key, b int); insert into t values (1, 10), (2, 20)';
  await a.query(`drop table if exists t; ${table}`);
  try {
    await body({ a: (sql) => run(a, sql), b: (sql) => run(b, sql) });
  } finally {
    for (const client of clients) await client.end();
  }
}

const all = 'select a, b from t order by a';
const lockWaits = "select wait_event from pg_stat_activity where wait_event_type = 'Lock'";

test('an update of the same row waits and sees the new value, one of another row does not', () =>
  withPair(async ({ a, b }) => {
    await a('begin');
    await a('update t set b = b + 1 where a = 1');
    assert.deepEqual(await b('update t set b = 7 where a = 2 returning b'), ['7']);
    const waiting = b('update t set b = b * 2 where a = 1 returning b');
    await a('commit');
    assert.deepEqual(await waiting, ['22']);
    assert.deepEqual(await a(all), ['1,22', '2,7']);
  }));

test('a repeatable read that would update a changed row fails', () =>
  withPair(async ({ a, b }) => {
    await b('begin isolation level repeatable read');
    await b(all);
    await a('begin');
    await a('update t set b = 9 where a = 1');
    const waiting = b('update t set b = 8 where a = 1');
    await a('commit');
    assert.equal(await waiting, '40001');
    await b('rollback');
    assert.deepEqual(await a(all), ['1,9', '2,20']);
  }));

test('equal keys wait for one another, others do not', () =>
  withPair(async ({ a, b }) => {
    await a('begin');
    await a('insert into t values (3, 1)');
    assert.deepEqual(await b('insert into t values (4, 1) returning a'), ['4']);
    const failing = b('insert into t values (3, 2)');
    await a('commit');
    assert.equal(await failing, '23505');
    await a('begin');
    await a('insert into t values (5, 1)');
    const passing = b('insert into t values (5, 2) on conflict (a) do update set b = 99');
    await a('rollback');
    await passing;
    assert.deepEqual(await a('select b from t where a = 5'), ['2']);
  }));

test('a circle of waits is broken, and lock_timeout ends a wait', () =>
  withPair(async ({ a, b }) => {
    await a('begin');
    await b('begin');
    await a('update t set b = 1 where a = 1');
    await b('update t set b = 1 where a = 2');
    const waiting = a('update t set b = 2 where a = 2');
    const other = b('update t set b = 2 where a = 1');
    await Promise.race([waiting, other]);
    await b('rollback');
    await a('rollback');
    assert.ok([await waiting, await other].includes('40P01'));
    await a('begin');
    await a('lock table t');
    await b("set lock_timeout = '20ms'");
    assert.equal(await b(all), '55P03');
    await a('rollback');
  }));

test('whoever closes a circle with rows fails at once, and the other goes on', () =>
  withPair(async ({ a, b }) => {
    await a('begin');
    await a('update t set b = 1 where a = 1');
    await b('begin isolation level repeatable read');
    await b('delete from t where a = 2');
    const waiting = b('delete from t where a = 1');
    while ((await a(lockWaits)).length === 0);
    assert.equal(await a('update t set b = 2 where a = 2'), '40P01');
    assert.deepEqual(await waiting, []);
    await b('rollback');
    await a('rollback');
  }));

test('a change of a table waits for those who use it, and they for it', () =>
  withPair(async ({ a, b }) => {
    await a('begin');
    await a('insert into t values (3, 30)');
    const altering = b('alter table t drop column b');
    await a('commit');
    await altering;
    await b('begin');
    await b('alter table t add column c int default 5');
    const reading = a('select * from t order by a');
    await b('commit');
    assert.deepEqual(await reading, ['1,5', '2,5', '3,5']);
  }));

test('an advisory lock is waited for, in order, and given on', () =>
  withPair(async ({ a, b }) => {
    assert.deepEqual(await a('select pg_advisory_lock(7)'), ['']);
    assert.deepEqual(await b('select pg_try_advisory_lock(7)'), ['false']);
    const waiting = b('select 2, pg_advisory_lock(8), pg_advisory_lock(7)');
    assert.deepEqual(await a('select pg_advisory_unlock(7)'), ['true']);
    assert.deepEqual(await waiting, ['2,']);
    const both = 'select pg_advisory_unlock(7) a, pg_advisory_unlock(8) b, pg_advisory_unlock(8) c';
    assert.deepEqual(await b(both), ['true,true,false']);
  }));

test('a shared advisory lock does not become exclusive before one who waits for it', () =>
  withPair(async ({ a, b }) => {
    await a('select pg_advisory_lock_shared(7)');
    const waiting = b('select 1, pg_advisory_lock(7)');
    while ((await a(lockWaits)).length === 0);
    assert.deepEqual(await a(lockWaits), ['advisory']);
    assert.deepEqual(await a('select pg_try_advisory_lock(7)'), ['false']);
    assert.deepEqual(await a('select pg_try_advisory_lock_shared(7)'), ['true']);
    await a('select pg_advisory_unlock_all()');
    assert.deepEqual(await waiting, ['1,']);
  }));

test('advisory locks of a transaction end with it; a circle of them and a timeout end a wait', () =>
  withPair(async ({ a, b }) => {
    await a('begin');
    await b('begin');
    await a('select pg_advisory_xact_lock(1, 1)');
    await b('select pg_advisory_xact_lock(1, 2)');
    // Whoever comes second closes the circle.
    const inA = a('select 1, pg_advisory_xact_lock(1, 2)');
    const inB = b('select 1, pg_advisory_xact_lock(1, 1)');
    const over = await Promise.race([inA.then(() => 'a'), inB.then(() => 'b')]);
    const [victim, failed, holder, granted] = over === 'a' ? [a, inA, b, inB] : [b, inB, a, inA];
    assert.equal(await failed, '40P01');
    await victim('rollback');
    assert.deepEqual(await granted, ['1,']);
    await victim("set lock_timeout = '20ms'");
    assert.equal(await victim('select pg_advisory_lock(1, 1)'), '55P03');
    await holder('commit');
    const held = 'select pg_try_advisory_lock(1, 1) a, pg_advisory_unlock(1, 1) b';
    assert.deepEqual(await victim(held), ['true,true']);
    assert.deepEqual(await victim('select pg_try_advisory_lock(1, 1)'), ['true']);
  }));

test('a transaction that fails gives its locks back before it is rolled back', () =>
  withPair(async ({ a, b }) => {
    await b("set lock_timeout = '300ms'");
    const locks = [
      ['update t set b = 5 where a = 1', 'update t set b = 6 where a = 1'],
      ['lock table t', 'select 1 from t limit 0'],
      ['select pg_advisory_xact_lock(9)', 'select 1 where pg_advisory_lock(9) is null'],
    ] as const;
    for (const [taken, wanted] of locks) {
      await a('begin');
      await a(taken);
      assert.equal(await a('select 1 / 0'), '22012');
      assert.deepEqual(await b(wanted), []);
      await a('rollback');
    }
  }));

test('an advisory lock of a session that is gone is free', () =>
  withPair(async ({ a, b }) => {
    await a('select pg_advisory_lock_shared(3)');
    assert.deepEqual(await b('select pg_try_advisory_lock_shared(3)'), ['true']);
    const waiting = b('select 1, pg_advisory_lock(3)');
    await a('select pg_terminate_backend(pg_backend_pid())');
    assert.deepEqual(await waiting, ['1,']);
  }));
