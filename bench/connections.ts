/**
 * npm run bench -- connections: what connections cost the server in memory, and how soon the
 * query of a client that is gone stops. Needs /proc.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerProcess } from '../integration-tests/server/server-process.ts';
import { build } from '../integration-tests/wire/frontend-frames.ts';
import { logIn } from '../integration-tests/wire/local-server.ts';
import type { RawClient } from '../integration-tests/wire/raw-client.ts';
import { median } from './measure.ts';
import { residentKiB, withoutGarbage } from './resident.ts';

const connections = 1000;
const readers = 60;
const goalKiB = 64;
const goalStopMs = 100;
const settleMs = 3_000;
/** A gigabyte. */
const longAnswer = "select repeat('x', 1000) from generate_series(1, 1000000)";
const endless = 'select count(*) from generate_series(1, 100000) a, generate_series(1, 1000000) b';

export async function runConnections(): Promise<void> {
  const server = await ServerProcess.start({
    environment: {
      MAX_PG_CONNECTIONS: String(connections + 100),
      NODE_OPTIONS: withoutGarbage,
    },
  });
  const { port } = server;
  await closeAll(await openAll(port, 50, 'select 1'));
  await closeAll(await openAll(port, 8, longAnswer.replace('1000000', '100000')));
  print('idle', await costKiB(server, () => openAll(port, connections)), `KiB, goal ${goalKiB}`);
  const used = await costKiB(server, () => openAll(port, connections, 'select 1'));
  print('idle after a query', used, `KiB, goal ${goalKiB}`);
  const stalled = await costKiB(server, () => openStalled(port), readers);
  print('not reading its answer', stalled, 'KiB, goal 1024');
  print('query of a client that left stops after', await stopMs(server), `ms, goal ${goalStopMs}`);
  await server.stop();
}

function print(what: string, value: number, unit: string): void {
  process.stdout.write(`${what.padEnd(42)} ${value.toFixed(1)} ${unit}\n`);
}

/** Resident memory per connection while all that `open` gives are open. */
async function costKiB(
  server: ServerProcess,
  open: () => Promise<readonly RawClient[]>,
  count = connections,
): Promise<number> {
  const before = await residentKiB(server.child);
  const clients = await open();
  await sleep(settleMs);
  const cost = ((await residentKiB(server.child)) - before) / count;
  await closeAll(clients);
  return cost;
}

async function openAll(port: number, count: number, sql?: string): Promise<readonly RawClient[]> {
  const clients: RawClient[] = [];
  for (let index = 0; index < count; index += 1) {
    const client = await logIn(port);
    if (sql !== undefined) {
      client.send(build('Query', { sql }));
      await client.until('ReadyForQuery');
    }
    clients.push(client);
  }
  return clients;
}

async function openStalled(port: number): Promise<readonly RawClient[]> {
  const clients = await openAll(port, readers);
  for (const client of clients) {
    client.socket.pause();
    client.send(build('Query', { sql: longAnswer }));
  }
  return clients;
}

async function closeAll(clients: readonly RawClient[]): Promise<void> {
  for (const client of clients) client.close();
  await sleep(settleMs);
}

/** Processor time that the server has used so far. */
function processorMs({ child }: ServerProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ');
  return (Number(fields?.[11]) + Number(fields?.[12])) * 10;
}

/** From the client's end to the last 10 ms in which the server worked. */
async function stopMs(server: ServerProcess): Promise<number> {
  const took: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    const client = await logIn(server.port);
    client.send(build('Query', { sql: endless }));
    await sleep(300);
    client.close();
    const leftMs = performance.now();
    let busyMs = 0;
    let seen = processorMs(server);
    while (performance.now() - leftMs < 1_000) {
      await sleep(10);
      const now = processorMs(server);
      if (now > seen) busyMs = performance.now() - leftMs;
      seen = now;
    }
    took.push(busyMs);
  }
  return median(took);
}
