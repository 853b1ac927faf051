/**
 * npm run bench -- latency: connecting, SELECT 1 and streaming rows, against PostgreSQL 15 where one
 * is installed. Runs alternate; medians and PostgreSQL's time over ours are printed.
 */
import pg from 'pg';
import { median, timed } from './measure.ts';
import { PostgresPeer } from './postgres-peer.ts';
import { TimeFusionPeer } from './timefusion-peer.ts';

const rows = 1_000_000;
const setup = `CREATE TABLE numbers AS SELECT g AS id, g * 1.5::float8 AS amount, 'name ' || g AS name,
  '2025-01-01'::timestamptz + g * interval '1 second' AS at FROM generate_series(1, ${rows}) g`;

interface Shape {
  readonly name: string;
  readonly runs: number;
  readonly run: (client: pg.Client, port: number) => Promise<void>;
}

const shapes: readonly Shape[] = [
  { name: 'connect and SELECT 1', runs: 101, run: (_client, port) => connectOnce(port) },
  { name: 'SELECT 1, simple', runs: 1001, run: (client) => query(client, 'SELECT 1') },
  {
    name: 'SELECT $1, prepared',
    runs: 1001,
    run: (client) => query(client, { name: 'one', text: 'SELECT $1::int', values: [1] }),
  },
  {
    name: `SELECT * of ${rows} rows`,
    runs: 5,
    run: (client) => query(client, { text: 'SELECT * FROM numbers', rowMode: 'array' }),
  },
];

async function query(
  client: pg.Client,
  config: string | pg.QueryConfig | pg.QueryArrayConfig,
): Promise<void> {
  await client.query(config as pg.QueryConfig);
}

async function connectOnce(port: number): Promise<void> {
  const client = await connected(port);
  await client.query('SELECT 1');
  await client.end();
}

async function connected(port: number): Promise<pg.Client> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  await client.connect();
  return client;
}

export async function runLatency(folder: string): Promise<void> {
  const ours = await TimeFusionPeer.open(`${folder}/latency`, 1000);
  const postgres = await PostgresPeer.open();
  if (postgres === undefined) process.stdout.write('PostgreSQL 15 is not installed: no ratios\n');
  const ports = [ours.port, ...(postgres === undefined ? [] : [postgres.port])];
  const clients = await Promise.all(ports.map(connected));
  for (const client of clients) {
    await client.query('DROP TABLE IF EXISTS numbers');
    await client.query(setup);
  }
  for (const shape of shapes) await compare(shape, clients, ports);
  for (const client of clients) await client.end();
  await ours.close();
  await postgres?.close();
}

async function compare(
  shape: Shape,
  clients: readonly pg.Client[],
  ports: readonly number[],
): Promise<void> {
  const times: number[][] = clients.map(() => []);
  for (let run = 0; run < shape.runs; run++) {
    for (const [index, client] of clients.entries()) {
      const ms = await timed(() => shape.run(client, ports[index] ?? 0));
      times[index]?.push(ms);
    }
  }
  const [ours = 0, theirs] = times.map(median);
  const ratio =
    theirs === undefined
      ? ''
      : `${theirs.toFixed(3).padStart(12)} ms${(theirs / ours).toFixed(2).padStart(8)}`;
  process.stdout.write(`${shape.name.padEnd(28)}${ours.toFixed(3).padStart(12)} ms${ratio}\n`);
}
