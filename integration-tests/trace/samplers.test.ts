/** Sampling, sampler by sampler: `samplers.table` says which traces of a server are exported. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type pg from 'pg';
import { newCaller } from './caller.ts';
import { Collector } from './collector.ts';
import type { DecodedSpan } from './decoded-span.ts';
import { readTextTable, type TableRow } from './text-table.ts';
import { lastTraceId, TracedServer } from './traced-server.ts';

const queries = 24;
const ownColumns = ['OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG', 'OTEL_TRACES_SAMPLER_RATIO'];

function environmentOf(row: TableRow): Readonly<Record<string, string>> {
  const own = ownColumns.map((name) => [name, row[name] ?? '']);
  const others = (row['others'] ?? '').split(' ').map((pair) => pair.split('='));
  return Object.fromEntries([...own, ...others].filter(([name, value]) => name && value));
}

/** OpenTelemetry's decision: the XOR of the id's words, against the ratio. */
function isBelow(traceId: string, ratio: number): boolean {
  const words = (traceId.match(/.{8}/g) ?? []).map((word) => Number.parseInt(word, 16));
  const joined = words.reduce((all, word) => all ^ word, 0) >>> 0;
  return ratio === 1 || joined < Math.floor(ratio * 0xffffffff);
}

interface Ran {
  readonly traceId: string;
  readonly hasFailed: boolean;
}

function isPredicted({ traceId, hasFailed }: Ran, exported: string): boolean {
  if (exported === 'nothing') return false;
  if (exported === 'failed') return hasFailed;
  return exported === 'all' || isBelow(traceId, Number(exported));
}

describe('samplers', { concurrency: false }, () => {
  let collector: Collector;
  let server: TracedServer | undefined;
  let client: pg.Client;
  let startedWith = '';

  before(async () => {
    collector = await Collector.listen();
  });
  after(async () => {
    await server?.stop();
    collector?.close();
  });

  async function startWith(environment: Readonly<Record<string, string>>): Promise<void> {
    const key = JSON.stringify(environment);
    if (startedWith === key) return;
    await server?.stop();
    server = await TracedServer.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      TRACE_MAX_TRACES_PER_SEC: '0',
      TIMEFUSION_WORKERS: '0',
      ...environment,
    });
    startedWith = key;
    client = await server.connect();
  }

  async function ask(caller: string, index: number): Promise<Ran> {
    const hasFailed = index % 3 === 0;
    const given = newCaller(caller).header;
    const comment = caller === 'none' ? '' : ` /*traceparent='${given}'*/`;
    await client.query(`${hasFailed ? 'SELECT 1 / 0' : 'SELECT 1'}${comment}`).catch(() => 0);
    return { traceId: await lastTraceId(client), hasFailed };
  }

  /** Until a trace that is exported in any case is here: others come before it. */
  async function settle(): Promise<void> {
    await client.query('SET trace.force = on');
    await client.query('SELECT 1');
    const marker = await lastTraceId(client);
    await client.query('RESET ALL');
    if (marker !== '') await collector.otlpTrace(marker);
  }

  for (const row of readTextTable('samplers.table')) {
    const { session = '', caller = '', exported = '', reason = '', warnings } = row;
    const environment = environmentOf(row);
    const given = Object.entries(environment).map((pair) => pair.join('='));
    it(`${given.join(' ')} ${session} with caller ${caller} take ${exported}`, async () => {
      await startWith(environment);
      const [setting = '', value] = session.split('=');
      if (setting !== '') await client.query(`SET ${setting} = ${value}`);
      const ran: Ran[] = [];
      for (let index = 0; index < queries; index++) ran.push(await ask(caller, index));
      await settle();
      const roots = collector.otlp.filter(({ isServer }) => isServer);
      for (const each of ran) {
        const found = roots.filter(({ traceId }) => traceId !== '' && traceId === each.traceId);
        const isExported = isPredicted(each, exported);
        assert.equal(found.length > 0, isExported, each.traceId);
        const reasons = new Set(found.map((root) => root.attributes.get('sampling.reason')));
        if (isExported) assert.deepEqual([...reasons], [reason]);
      }
      const told = server?.errors
        .split('\n')
        .filter((line) => line.includes('OTEL_TRACES_SAMPLER'));
      assert.equal(told?.length, Number(warnings));
    });
  }
});

describe('sampling by the end', { concurrency: false }, () => {
  it('keeps what was slow or failed', async () => {
    const collector = await Collector.listen();
    const server = await TracedServer.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER: 'always_off',
      TRACE_TAIL_SLOW_MS: '400',
      TRACE_TAIL_ERRORS: 'true',
    });
    const client = await server.connect();
    await client.query('SELECT 1');
    const fast = await lastTraceId(client);
    const failed: string[] = [];
    for (let index = 0; index < 3; index++) {
      await client.query('SELECT 1 / 0').catch(() => undefined);
      failed.push(await lastTraceId(client));
    }
    await client.query(
      'SELECT count(*) FROM generate_series(1, 8000) a(n), generate_series(1, 12000) b(n) WHERE a.n * b.n = 1',
    );
    const slow = await collector.otlpTrace(await lastTraceId(client));
    const reason = (spans: readonly DecodedSpan[]): unknown =>
      spans.find(({ isServer }) => isServer)?.attributes.get('sampling.reason');
    const reasons = failed.map((id) =>
      reason(collector.otlp.filter(({ traceId }) => traceId === id)),
    );
    assert.ok(reasons.includes('error'), 'a failure that was not slow');
    assert.ok(!reasons.includes(undefined), 'every failure');
    assert.equal(reason(slow), 'slow');
    assert.ok(
      slow.some(({ attributes }) => attributes.has('plan.node_id')),
      'with its operators',
    );
    assert.ok(!collector.otlp.some(({ traceId }) => traceId === fast));
    assert.match(
      await server.metrics(),
      /trace_queries_total\{decision="dropped",reason="sampler"\} \d/,
    );
    await server.stop();
    collector.close();
  });
});
