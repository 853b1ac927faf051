/**
 * npm run bench -- collectors: what a collector that fails costs. Two servers that export every
 * trace, one to a collector that is well, one to one that fails in each way in turn, are asked in
 * alternating blocks; after half of the blocks they change roles, so that what the two processes
 * differ by cancels out. Printed: the medians of the blocks' 99th percentiles; the middle ratio of
 * neighbouring blocks, hiccups of the machine left aside, and its standard error; what the failing
 * server grew by meanwhile; the spans that its account lost; and how soon after the collector is
 * well again it has a span (of both halves the most). The first row, without a failure, says how
 * near to 1 the ratio comes. Needs /proc.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerProcess } from '../integration-tests/server/server-process.ts';
import { BadCollector, failures, type Failure } from '../integration-tests/trace/bad-collector.ts';
import { errorOfMiddleMean, mean, median, middleMean, quantile } from './measure.ts';
import { query, RawSession } from './raw-session.ts';
import { residentKiB, withoutGarbage } from './resident.ts';

const statement = query('SELECT count(*) FROM generate_series(1, 1000) g WHERE g % 7 = 3');
const queriesPerBlock = 400;
/** OTEL_BSP_SCHEDULE_DELAY. */
const intervalMs = 1000;
const recoveryMsMax = 20_000;

interface Peer {
  readonly server: ServerProcess;
  readonly collector: BadCollector;
  readonly session: RawSession;
}

interface Half {
  /** Of neighbouring blocks, milliseconds. */
  readonly percentiles: readonly (readonly [well: number, failing: number])[];
  readonly grownKiB: number;
  readonly dropped: number;
  readonly backMs: number;
}

/** `blocks`: of each server, for each failure. `only`: a failure's name, or '' for all. */
export async function runCollectorFailures(blocks: number, only: string): Promise<void> {
  const one = await openPeer();
  const other = await openPeer();
  for (const peer of [one, other]) await block(peer);
  out(
    'failure               p99 well   p99 failing          ratio   grown MiB   spans lost   ' +
      'back after ms',
  );
  for (const failure of [undefined, ...failures.filter((name) => only === '' || name === only)]) {
    const count = Math.ceil(blocks / 2);
    const halves = [await half(one, other, failure, count), await half(other, one, failure, count)];
    out(row(failure ?? 'none', halves));
  }
  for (const { server, collector, session } of [one, other]) {
    session.close();
    await server.stop();
    await collector.close();
  }
}

async function half(
  well: Peer,
  failing: Peer,
  failure: Failure | undefined,
  blocks: number,
): Promise<Half> {
  if (failure !== undefined) await failing.collector.fail(failure);
  const residentBefore = await residentKiB(failing.server.child);
  const droppedBefore = await spansDropped(failing.server);
  const percentiles: (readonly [well: number, failing: number])[] = [];
  for (let round = 0; round < blocks; round += 1)
    percentiles.push(await pairOfBlocks(well, failing, round));
  const grownKiB = (await residentKiB(failing.server.child)) - residentBefore;
  const dropped = (await spansDropped(failing.server)) - droppedBefore;
  return { percentiles, grownKiB, dropped, backMs: await recovery(failing) };
}

function row(name: string, halves: readonly Half[]): string {
  const pairs = halves.flatMap(({ percentiles }) => percentiles);
  const well = median(pairs.map(([ms]) => ms));
  const failing = median(pairs.map(([, ms]) => ms));
  const logs = halves.map(({ percentiles }) => percentiles.map(([a, b]) => Math.log(b / a)));
  const ratio = Math.exp(mean(logs.map(middleMean)));
  const error = Math.hypot(...logs.map(errorOfMiddleMean)) / logs.length;
  const grownKiB = Math.max(...halves.map((each) => each.grownKiB));
  const dropped = halves.reduce((sum, each) => sum + each.dropped, 0);
  const backMs = Math.max(...halves.map((each) => each.backMs));
  return (
    name.padEnd(20) +
    `${well.toFixed(3).padStart(10)}${failing.toFixed(3).padStart(14)}` +
    `${`${ratio.toFixed(3)} ± ${(error * ratio).toFixed(3)}`.padStart(15)}` +
    `${(grownKiB / 1024).toFixed(1).padStart(12)}${String(dropped).padStart(13)}` +
    backMs.toFixed(0).padStart(16)
  );
}

async function openPeer(): Promise<Peer> {
  const collector = await BadCollector.open();
  const server = await ServerProcess.start({
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: String(intervalMs),
      TRACE_MAX_TRACES_PER_SEC: '0',
      NODE_OPTIONS: withoutGarbage,
    },
  });
  return { server, collector, session: await RawSession.open(server.port) };
}

/** The 99th percentiles of both, who goes first by turns. */
async function pairOfBlocks(
  well: Peer,
  failing: Peer,
  round: number,
): Promise<readonly [good: number, bad: number]> {
  if (round % 2 === 0) return [await percentile(well), await percentile(failing)];
  const bad = await percentile(failing);
  return [await percentile(well), bad];
}

async function percentile(peer: Peer): Promise<number> {
  return quantile(await block(peer), 0.99);
}

/** Milliseconds of each query. */
async function block({ session }: Peer): Promise<readonly number[]> {
  const times: number[] = [];
  for (let index = 0; index < queriesPerBlock; index += 1) {
    const start = performance.now();
    await session.send(statement);
    times.push(performance.now() - start);
  }
  return times;
}

/** Errors: when the counts do not add up. */
async function spansDropped({ httpPort }: ServerProcess): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text();
  const read = (name: string): number =>
    Number(new RegExp(`^timefusion_trace_otlp_${name} (\\d+)`, 'm').exec(text)?.[1]);
  const [produced, exported, dropped, queued] = [
    read('produced'),
    read('exported'),
    read('dropped'),
    read('queued'),
  ] as [number, number, number, number];
  if (produced !== exported + dropped + queued) {
    throw new Error(`${produced} produced, but ${exported} + ${dropped} + ${queued}`);
  }
  return dropped;
}

/** From the collector's return to the first spans that it takes. */
async function recovery({ collector, session }: Peer): Promise<number> {
  const { taken } = collector;
  await collector.recover();
  const start = performance.now();
  await session.send(statement);
  while (collector.taken === taken && performance.now() - start < recoveryMsMax) await sleep(5);
  return performance.now() - start;
}

function out(line: string): void {
  process.stdout.write(`${line}\n`);
}
