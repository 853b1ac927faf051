/**
 * npm run bench -- trace-overhead: what tracing costs. Four servers with the same rows: tracing off,
 * ratio 0, and ratio 1 over OTLP and over Jaeger's Thrift to a collector in this process that takes
 * everything. They are asked in turn, every other round backwards. What a server needs more than the
 * one without tracing is compared within a round, so that what the machine does besides meets both;
 * printed are medians over the rounds. CPU is that of the whole server process, export thread
 * included, until its spans are out.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { median, timed } from './measure.ts';
import { cpuSince, cpuTime } from './thread-cpu.ts';

const main = new URL('../src/main.js', import.meta.url).pathname;
const setup = `CREATE TABLE numbers AS SELECT g AS id, g % 1000 AS k FROM generate_series(1, 2000000) g`;
/** The batch processor's interval, and the time of a request. */
const exportMs = 1500;

/** `warmRuns`: until the engine has compiled what a traced query runs, as it has in a server in use. */
const queries = [
  { name: 'SELECT 1', sql: 'SELECT 1', perRun: 2000, warmRuns: 2000 },
  {
    name: 'group 2 M rows',
    sql: 'SELECT k, count(*), sum(id) FROM numbers GROUP BY k',
    perRun: 60,
    warmRuns: 2000,
  },
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

  /** Of one query: milliseconds of the clock, microseconds of CPU. */
  async measure(sql: string, count: number): Promise<Cost> {
    const processId = this.#server.pid ?? 0;
    const before = cpuTime(processId);
    const ms = await timed(() => this.run(sql, count));
    // What is exported after the last answer belongs to the queries.
    await new Promise((resolve) => setTimeout(resolve, exportMs));
    const { main: own, others } = cpuSince(cpuTime(processId), before);
    return { ms: ms / count, main: own / count, others: others / count };
  }

  /** Spans that were produced and not exported. */
  async lost(): Promise<number> {
    const { rows } = await this.#client.query(
      `SELECT coalesce(sum(value), 0)::int AS lost FROM trace.stats WHERE counter = 'dropped'`,
    );
    return Number(rows[0]?.lost);
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

interface Cost {
  readonly ms: number;
  readonly main: number;
  readonly others: number;
}

async function compare(
  { name, sql, perRun, warmRuns }: (typeof queries)[number],
  candidates: readonly Candidate[],
  runs: number,
): Promise<void> {
  const costs = new Map<Candidate, Cost[]>(candidates.map((candidate) => [candidate, []]));
  for (const candidate of candidates) await candidate.run(sql, warmRuns);
  for (let run = 0; run < runs; run++) {
    for (const candidate of run % 2 === 0 ? candidates : candidates.toReversed()) {
      costs.get(candidate)?.push(await candidate.measure(sql, perRun));
    }
  }
  out(`${name}: medians of ${runs} alternating rounds of ${perRun}; CPU: main thread + others\n`);
  const base = costs.get(candidates[0] as Candidate) ?? [];
  for (const candidate of candidates) {
    out(`${row(candidate.name, costs.get(candidate) ?? [], base)}\n`);
    const lost = await candidate.lost();
    if (lost > 0) out(`    ${lost} spans were lost, whose export is not in the figures\n`);
  }
}

function row(name: string, costs: readonly Cost[], base: readonly Cost[]): string {
  const of = (read: (cost: Cost, round: number) => number): number => median(costs.map(read));
  const total = ({ main: own, others }: Cost): number => own + others;
  const more = of((cost, round) => total(cost) - total(base[round] ?? cost));
  const slower = of((cost, round) => cost.ms / (base[round] ?? cost).ms - 1) * 100;
  const share = of((cost, round) => total(cost) / total(base[round] ?? cost) - 1) * 100;
  return [
    `  ${name.padEnd(18)}${of(({ ms }) => ms)
      .toFixed(3)
      .padStart(9)} ms`,
    `${slower.toFixed(1)} %`.padStart(10),
    `${of(({ main: own }) => own).toFixed(0)} + ${of(({ others }) => others).toFixed(0)} µs CPU`.padStart(
      20,
    ),
    `${signed(more)} µs, ${signed(share)} %`.padStart(20),
  ].join('');
}

function signed(value: number): string {
  return `${value >= 0 ? '+' : ''}${value.toFixed(value > -10 && value < 10 ? 1 : 0)}`;
}

function out(text: string): void {
  process.stdout.write(text);
}
