/**
 * A client that asks SELECT 1 all along, on a thread of its own, and tells how long each answer
 * took: whoever floods the server must not hold it up.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { build } from './frontend-frames.ts';
import { logIn } from './local-server.ts';

const pauseMs = 5;

/** Milliseconds of all answers, ascending. */
export class CanaryReport {
  readonly tookMs: readonly number[];

  constructor(tookMs: readonly number[]) {
    this.tookMs = tookMs;
  }

  /** The time that this share of the answers took at most. */
  at(share: number): number {
    return this.tookMs[Math.ceil(this.tookMs.length * share) - 1] ?? Number.NaN;
  }

  get text(): string {
    const [p50, p99, p100] = [0.5, 0.99, 1].map((share) => this.at(share).toFixed(1));
    const late = this.tookMs.filter((ms) => ms > 20).length;
    return (
      `canary: ${this.tookMs.length} answers, p50 ${p50} ms, p99 ${p99} ms, ` +
      `p100 ${p100} ms, ${late} above 20 ms`
    );
  }
}

export interface Canary {
  /** Errors: an answer that is no row. */
  stop(): Promise<CanaryReport>;
}

export function startCanary(port: number): Canary {
  const worker = new Worker(new URL(import.meta.url), { workerData: { port } });
  const answer = once(worker, 'message') as Promise<[number[]]>;
  return {
    stop: async () => {
      worker.postMessage('stop');
      const [tookMs] = await answer;
      await worker.terminate();
      return new CanaryReport(tookMs.toSorted((a, b) => a - b));
    },
  };
}

async function sing(port: number): Promise<void> {
  let isStopped = false;
  parentPort?.once('message', () => (isStopped = true));
  const client = await logIn(port);
  const tookMs: number[] = [];
  while (!isStopped) {
    const startedMs = performance.now();
    client.send(build('Query', { sql: 'select 1' }));
    const heard = await client.until('ReadyForQuery');
    if (!heard.some((message) => message !== 'closed' && message.code === 'D')) {
      const texts = heard.map((message) => (message === 'closed' ? message : message.code));
      throw new Error(`the canary heard no row: ${texts.join(' ')}`);
    }
    tookMs.push(performance.now() - startedMs);
    await sleep(pauseMs);
  }
  client.close();
  parentPort?.postMessage(tookMs);
}

if (!isMainThread && parentPort !== null) void sing((workerData as { port: number }).port);
