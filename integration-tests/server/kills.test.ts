/**
 * kill -9 while four connections insert: after each restart every acknowledged row is there once,
 * and nothing that was never sent. TIMEFUSION_TEST_KILLS says how many times.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ServerProcess, temporaryFolder } from './server-process.ts';

const rounds = Number(process.env['TIMEFUSION_TEST_KILLS'] ?? 6);
const writers = 4;
/** A round is over when so many rows were acknowledged, and a moment later. */
const roundRowsMin = 50;

interface Ledger {
  readonly sent: Set<string>;
  readonly acknowledged: Set<string>;
}

async function connect(port: number): Promise<pg.Client> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Inserts, copies several rows at once, and commits transactions, until the server is gone. */
async function write(port: number, name: string, { sent, acknowledged }: Ledger): Promise<void> {
  const client = await connect(port).catch(() => undefined);
  if (client === undefined) return;
  try {
    for (let n = 0; ; n++) {
      const ids = Array.from({ length: (n % 5) + 1 }, (_, index) => `${name}.${n}.${index}`);
      for (const id of ids) sent.add(id);
      await insert(client, ids, n % 3 === 0);
      for (const id of ids) acknowledged.add(id);
    }
  } catch {
    client.end().catch(() => undefined);
  }
}

async function insert(
  client: pg.Client,
  ids: readonly string[],
  inTransaction: boolean,
): Promise<void> {
  const places = ids.map((_, index) => `($${index + 1}, repeat('x', ${index * 50}))`).join(', ');
  if (inTransaction) await client.query('begin');
  await client.query(`insert into killed (id, filler) values ${places}`, [...ids]);
  if (inTransaction) await client.query('commit');
}

async function checkRows(port: number, { sent, acknowledged }: Ledger): Promise<void> {
  const client = await connect(port);
  const { rows } = await client.query<{ id: string }>('select id from killed');
  const count = await client.query<{ n: string }>('select count(*) as n from killed');
  await client.end();
  const present = new Set(rows.map(({ id }) => id));
  assert.equal(present.size, rows.length, 'no row twice');
  assert.equal(Number(count.rows[0]?.n), rows.length, 'two plans count the same');
  for (const id of acknowledged) assert.ok(present.has(id), `row ${id} was acknowledged`);
  for (const id of present) assert.ok(sent.has(id), `row ${id} was never sent`);
}

test(`acknowledged rows survive kill -9 of the server, ${rounds} times`, async () => {
  const dataDir = temporaryFolder('killed');
  const ledger: Ledger = { sent: new Set(), acknowledged: new Set() };
  for (let round = 0; round <= rounds; round++) {
    const server = await ServerProcess.start({ dataDir, environment: { TIMEFUSION_WORKERS: '0' } });
    if (round === 0) {
      const client = await connect(server.port);
      await client.query('create table killed (id text, filler text)');
      await client.end();
    } else await checkRows(server.port, ledger);
    if (round === rounds) {
      await server.stop();
      break;
    }
    const work = Array.from({ length: writers }, (_, writer) =>
      write(server.port, `${round}.${writer}`, ledger),
    );
    const enough = ledger.acknowledged.size + roundRowsMin;
    while (ledger.acknowledged.size < enough) await sleep(10);
    await sleep((round * 7919) % 300);
    await server.kill();
    await Promise.all(work);
  }
});
