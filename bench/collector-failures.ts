/**
 * npm run bench -- collectors: what a collector that fails costs. Two servers that export every
 * trace, one to a collector that is well, one to one that fails in each way in turn, are asked in
 * alternating blocks. Printed: the medians of the blocks' 99th percentiles and of their ratios in
 * neighbouring blocks (a machine's own hiccups fall into few of them), what the server grew by
 * meanwhile, its account of spans, and how soon after the collector is well again it has
 * a span. The first row, without a failure, says how far the two are apart by themselves, and the
 * figure behind ± how far the median of the ratios may be off. Needs /proc.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerProcess } from '../integration-tests/server/server-process.ts';
import { BadCollector, failures } from '../integration-tests/trace/bad-collector.ts';
import { errorOfMedian, median, quantile } from './measure.ts';
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

/** `blocks`: of each server, for each failure. `only`: a failure's name, or '' for all. */
export async function runCollectorFailures(blocks: number, only: string): Promise<void> {
  const well = await openPeer();
  const failing = await openPeer();
  for (const peer of [well, failing]) await block(peer);
  out(
    'failure               p99 well   p99 failing          ratio   grown MiB   spans lost   ' +
      'back after ms',
  );
  for (const failure of [undefined, ...failures.filter((name) => only === '' || name === only)]) {
    if (failure !== undefined) await failing.collector.fail(failure);
    const before = await residentKiB(failing.server.child);
    const pairs: (readonly [good: number, bad: number])[] = [];
    for (let round = 0; round < blocks; round += 1)
      pairs.push(await pairOfBlocks(well, failing, round));
    const grown = (await residentKiB(failing.server.child)) - before;
    const counts = await account(failing.server);
    const good = median(pairs.map(([one]) => one));
    const bad = median(pairs.map(([, other]) => other));
    const ratios = pairs.map(([one, other]) => other / one);
    const ratio = `${median(ratios).toFixed(3)} ± ${errorOfMedian(ratios).toFixed(3)}`;
    const back = await recovery(failing);
    out(
      (failure ?? 'none').padEnd(20) +
        `${good.toFixed(3).padStart(10)}${bad.toFixed(3).padStart(14)}` +
        `${ratio.padStart(15)}${(grown / 1024).toFixed(1).padStart(12)}` +
        `${String(counts.dropped).padStart(13)}${back.toFixed(0).padStart(16)}`,
    );
  }
  for (const { server, collector, session } of [well, failing]) {
    session.close();
    await server.stop();
    await collector.close();
  }
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

interface Account {
  readonly exported: number;
  readonly dropped: number;
}

/** Errors: when the counts do not add up. */
async function account({ httpPort }: ServerProcess): Promise<Account> {
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
  return { exported, dropped };
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
