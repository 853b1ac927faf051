/**
 * npm run bench -- latency: what a connection and a statement cost, against PostgreSQL 15 where
 * one is installed. Runs alternate; medians and our time over PostgreSQL's are printed.
 */
import pg from 'pg';
import { setup, shapes, postgresSetup, type Shape } from './latency-shapes.ts';
import { median, timed } from './measure.ts';
import { PostgresPeer } from './postgres-peer.ts';
import { RawSession } from './raw-session.ts';
import { TimeFusionPeer } from './timefusion-peer.ts';

const warmRuns = 100;

export async function runLatency(folder: string, only: string): Promise<void> {
  const ours = await TimeFusionPeer.open(`${folder}/latency`, 1000);
  const postgres = await PostgresPeer.open();
  if (postgres === undefined) process.stdout.write('PostgreSQL 15 is not installed: no ratios\n');
  const ports = [ours.port, ...(postgres === undefined ? [] : [postgres.port])];
  const sessions = await Promise.all(ports.map((port) => RawSession.open(port)));
  for (const [index, session] of sessions.entries()) {
    for (const sql of [...setup, ...(index === 0 ? [] : postgresSetup)]) await session.run(sql);
  }
  if ('connect and SELECT 1'.includes(only)) await compareConnects(ports);
  for (const shape of shapes) if (shape.name.includes(only)) await compare(shape, sessions);
  for (const session of sessions) session.close();
  await ours.close();
  await postgres?.close();
}

async function compareConnects(ports: readonly number[]): Promise<void> {
  const times: number[][] = ports.map(() => []);
  for (let run = 0; run < 101; run++) {
    for (const [index, port] of ports.entries()) {
      times[index]?.push(await timed(() => connectOnce(port)));
    }
  }
  print('connect and SELECT 1', times.map(median));
}

async function connectOnce(port: number): Promise<void> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  await client.connect();
  await client.query('SELECT 1');
  await client.end();
}

async function compare(shape: Shape, sessions: readonly RawSession[]): Promise<void> {
  const { runs, before = [], after = [], bytes } = shape;
  for (const session of sessions) for (const each of before) await session.send(each);
  const times: number[][] = sessions.map(() => []);
  const warm = Math.min(warmRuns, runs);
  for (let run = -warm; run < runs; run++) {
    for (const [index, session] of sessions.entries()) {
      const message = bytes(run + warm);
      const started = performance.now();
      const code = await session.send(message);
      if (code !== undefined) throw new Error(`${shape.name}: ${code}`);
      if (run >= 0) times[index]?.push(performance.now() - started);
    }
  }
  for (const session of sessions) for (const each of after) await session.send(each);
  print(shape.name, times.map(median));
}

function print(name: string, medians: readonly number[]): void {
  const [ours = 0, theirs] = medians;
  const ratio =
    theirs === undefined
      ? ''
      : `${theirs.toFixed(3).padStart(12)} ms${(ours / theirs).toFixed(2).padStart(8)} times`;
  process.stdout.write(`${name.padEnd(38)}${ours.toFixed(3).padStart(12)} ms${ratio}\n`);
}
