/**
 * npm run bench -- trace-overhead: what tracing costs. Four servers with the same rows: tracing off,
 * ratio 0, and ratio 1 over OTLP and over Jaeger's Thrift to a collector in this process that takes
 * everything. They are asked in turn; medians of time, and CPU per query of the whole server process,
 * export thread included.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { median, timed } from './measure.ts';

const main = new URL('../src/main.js', import.meta.url).pathname;
const setup = `CREATE TABLE numbers AS SELECT g AS id, g % 1000 AS k FROM generate_series(1, 2000000) g`;
/** Clock ticks of /proc/PID/stat. */
const ticksPerSecond = 100;

const queries = [
  { name: 'SELECT 1', sql: 'SELECT 1', perRun: 1500 },
  { name: 'group 2 M rows', sql: 'SELECT k, count(*), sum(id) FROM numbers GROUP BY k', perRun: 8 },
] as const;

interface Variant {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
}

function variants(collector: string): readonly Variant[] {
  const otlp = { OTEL_EXPORTER_OTLP_ENDPOINT: collector, TRACE_MAX_TRACES_PER_SEC: '0' };
  return [
    { name: 'off', environment: { OTEL_SDK_DISABLED: 'true' } },
    { name: 'ratio 0', environment: { ...otlp, OTEL_TRACES_SAMPLER_RATIO: '0' } },
    { name: 'ratio 1, OTLP', environment: otlp },
    {
      name: 'ratio 1, Jaeger',
      environment: {
        OTEL_EXPORTER_JAEGER_ENDPOINT: `${collector}/api/traces`,
        TRACE_MAX_TRACES_PER_SEC: '0',
      },
    },
  ];
}

class Candidate {
  readonly name: string;
  readonly #server: ChildProcess;
  readonly #client: pg.Client;

  private constructor(name: string, server: ChildProcess, client: pg.Client) {
    this.name = name;
    this.#server = server;
    this.#client = client;
  }

  static async start({ name, environment }: Variant, folder: string): Promise<Candidate> {
    const server = spawn(process.execPath, [main, 'serve'], {
      env: {
        PATH: process.env['PATH'],
        PGWIRE_PORT: '0',
        TIMEFUSION_HTTP_PORT: '0',
        TIMEFUSION_DATA_DIR: `${folder}/trace-overhead-${name.replaceAll(/\W+/g, '-')}`,
        TIMEFUSION_MEMORY_LIMIT: '512MB',
        TIMEFUSION_WORKERS: '1',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    for await (const part of server.stdout ?? []) {
      said += String(part);
      if (said.includes('/metrics')) break;
    }
    const port = Number(/-p (\d+)/.exec(said)?.[1]);
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres' });
    await client.connect();
    await client.query('DROP TABLE IF EXISTS numbers');
    await client.query(setup);
    return new Candidate(name, server, client);
  }

  async run(sql: string, count: number): Promise<void> {
    for (let index = 0; index < count; index++) await this.#client.query(sql);
  }

  /** Seconds of CPU so far, all threads. */
  cpu(): number {
    const stat = readFileSync(`/proc/${this.#server.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }

  async stop(): Promise<void> {
    await this.#client.end();
    const ended = once(this.#server, 'exit');
    this.#server.kill('SIGTERM');
    await ended;
  }
}

export async function runTraceOverhead(folder: string, runs: number): Promise<void> {
  const collector = createServer((request, response) => {
    request.resume().on('end', () => response.end());
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const candidates: Candidate[] = [];
  for (const variant of variants(url)) candidates.push(await Candidate.start(variant, folder));
  for (const query of queries) await compare(query, candidates, runs);
  for (const candidate of candidates) await candidate.stop();
  collector.closeAllConnections();
  collector.close();
}

interface Measured {
  readonly times: number[];
  readonly cpus: number[];
}

async function compare(
  { name, sql, perRun }: (typeof queries)[number],
  candidates: readonly Candidate[],
  runs: number,
): Promise<void> {
  const measured = new Map<Candidate, Measured>();
  for (const candidate of candidates) {
    await candidate.run(sql, perRun);
    measured.set(candidate, { times: [], cpus: [] });
  }
  for (let run = 0; run < runs; run++) {
    for (const [candidate, { times, cpus }] of measured) {
      const before = candidate.cpu();
      times.push((await timed(() => candidate.run(sql, perRun))) / perRun);
      // What is exported after the last answer belongs to the queries.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      cpus.push(((candidate.cpu() - before) / perRun) * 1e6);
    }
  }
  out(`${name}: medians of ${runs} alternating runs of ${perRun}\n`);
  const [first] = measured.values();
  const base = { time: median(first?.times ?? []), cpu: median(first?.cpus ?? []) };
  for (const [candidate, { times, cpus }] of measured) {
    const [time, cpu] = [median(times), median(cpus)];
    out(
      `  ${candidate.name.padEnd(18)}${time.toFixed(3).padStart(9)} ms` +
        `${`${((time / base.time - 1) * 100).toFixed(1)} %`.padStart(9)}` +
        `${cpu.toFixed(0).padStart(9)} µs CPU${`+${(cpu - base.cpu).toFixed(0)} µs`.padStart(10)}\n`,
    );
  }
}

function out(text: string): void {
  process.stdout.write(text);
}
