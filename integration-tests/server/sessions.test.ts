/** Many sessions, full houses, logins, slow readers: one client's trouble stays its own. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { build, startup } from '../wire/frontend-frames.ts';
import { reportFields } from '../wire/backend-decoder.ts';
import { RawClient } from '../wire/raw-client.ts';
import { openWirePeer } from '../sql/peer.ts';
import { ServerProcess } from './server-process.ts';

const connectionsMax = 30;
let server: ServerProcess;

before(async () => {
  server = await ServerProcess.start({
    environment: { MAX_PG_CONNECTIONS: String(connectionsMax) },
  });
  const peer = await openWirePeer(server.port);
  await peer.run('create table wide (n int, filler text)');
  const lines = Array.from({ length: 20_000 }, (_, n) => `${n}\t${'x'.repeat(500)}\n`).join('');
  assert.equal((await peer.run('copy wide from stdin', lines)).tag, 'COPY 20000');
  await peer.close();
});

after(() => server.stop());

const address = () => ({
  host: '127.0.0.1',
  port: server.port,
  user: 'postgres',
  database: 'postgres',
});

test('a failed statement leaves its session usable', async () => {
  const peer = await openWirePeer(server.port);
  const bad = [
    'select 1/0',
    'selec',
    'select nope',
    'select * from nowhere',
    "select 'x'::int",
    'copy wide from stdin',
  ];
  for (const sql of bad) {
    const { failure } = await peer.run(sql, 'bad row\n');
    assert.ok(failure, sql);
    assert.equal(String((await peer.run('select 41 + 1')).rows[0]?.[0]), '42', sql);
  }
  await peer.close();
});

test('twenty sessions answer at once, each with its own settings and errors', async () => {
  const sessions = Array.from({ length: 20 }, async (_, index) => {
    const client = new pg.Client(address());
    await client.connect();
    await client.query(`set application_name = 'session ${index}'`);
    await client.query(`create table own_${index} (n int)`);
    for (let n = 0; n < 10; n++) {
      await client.query(`insert into own_${index} values ($1)`, [n * index]);
      await assert.rejects(client.query('select 1/0'), { code: '22012' });
      const { rows } = await client.query(
        'select count(*) as c, sum(n) as s from wide where n < $1',
        [n + 1],
      );
      assert.deepEqual(rows, [{ c: String(n + 1), s: String((n * (n + 1)) / 2) }]);
    }
    const shown = await client.query('show application_name');
    const { rows } = await client.query(`select sum(n) as s from own_${index}`);
    await client.query(`drop table own_${index}`);
    await client.end();
    assert.deepEqual(shown.rows, [{ application_name: `session ${index}` }]);
    assert.deepEqual(rows, [{ s: String(45 * index) }]);
  });
  await Promise.all(sessions);
});

test('one connection too many hears 53300, and there is room again when one leaves', async () => {
  const peers = await Promise.all(
    Array.from({ length: connectionsMax }, () => openWirePeer(server.port)),
  );
  const refused = await RawClient.open(server.port);
  refused.send(startup({ user: 'postgres', database: 'postgres' }));
  const answer = await refused.next();
  assert.ok(answer !== 'closed');
  const fields = reportFields(answer.body);
  assert.deepEqual(
    [fields.get('C'), fields.get('M')],
    ['53300', 'sorry, too many clients already'],
  );
  assert.equal(await refused.next(), 'closed');
  await peers.pop()?.close();
  await setTimeout(100);
  const welcome = await openWirePeer(server.port);
  assert.equal((await welcome.run('select 1')).failure, undefined);
  for (const peer of [...peers, welcome]) await peer.close();
});

/** Resident memory of the server in MiB. */
function residentMiB(): number {
  const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

test('clients that stop reading cost little memory and stop nobody', async () => {
  const before = residentMiB();
  const stalled = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const client = await RawClient.open(server.port);
      client.send(startup({ user: 'postgres', database: 'postgres' }));
      await client.until('ReadyForQuery');
      client.socket.pause();
      client.send(build('Query', { sql: 'select a.* from wide a, wide b limit 2000000' }));
      return client;
    }),
  );
  await setTimeout(500);
  const peer = await openWirePeer(server.port);
  const tookMs: number[] = [];
  for (let n = 0; n < 20; n++) {
    const started = performance.now();
    assert.equal((await peer.run('select count(*) from wide')).failure, undefined);
    tookMs.push(performance.now() - started);
  }
  await peer.close();
  const grownMiB = residentMiB() - before;
  for (const client of stalled) client.close();
  const middle = tookMs.toSorted((a, b) => a - b)[10] ?? Infinity;
  assert.ok(middle < 100, `others wait ${Math.round(middle)} ms`);
  assert.ok(grownMiB < 200, `grew by ${Math.round(grownMiB)} MiB`);
});

test('SIGTERM ends the server with sessions open', async () => {
  const other = await ServerProcess.start();
  const peer = await openWirePeer(other.port);
  await peer.run('create table t (a int)');
  await peer.run('insert into t values (1)');
  assert.equal(await other.stop(), 0);
  const again = await ServerProcess.start({ dataDir: other.dataDir });
  const next = await openWirePeer(again.port);
  assert.equal(String((await next.run('select a from t')).rows[0]?.[0]), '1');
  await next.close();
  await again.stop();
});

test('client_min_messages says which notices are sent', async () => {
  const client = new pg.Client(address());
  await client.connect();
  const heard: (string | undefined)[] = [];
  client.on('notice', ({ message }) => heard.push(message));
  for (const level of ['notice', 'warning', 'error', 'log']) {
    await client.query(`set client_min_messages to ${level}`);
    await client.query(`drop table if exists at_${level}`);
    await client.query(`do $$ begin raise warning 'w_${level}'; raise info 'i_${level}'; end $$`);
  }
  await client.end();
  assert.deepEqual(heard, [
    'table "at_notice" does not exist, skipping',
    'w_notice',
    'i_notice',
    'w_warning',
    'i_warning',
    'i_error',
    'table "at_log" does not exist, skipping',
    'w_log',
    'i_log',
  ]);
});
