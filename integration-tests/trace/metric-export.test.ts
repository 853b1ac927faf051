/** Every metric that there is, over HTTP as text and by OTLP: `metrics.table` names them. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type pg from 'pg';
import { Collector } from './collector.ts';
import { GrpcCollector } from './grpc-collector.ts';
import { decodeMetrics, type DecodedMetric } from './otlp-metrics-reader.ts';
import { readTextTable } from './text-table.ts';
import { TracedServer } from './traced-server.ts';

const intervalMs = 200;

/** Samples of Prometheus text: name with labels, and value. */
function samplesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

function shownLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Something for each metric: rows, a write, a lock that is waited for, a failure, a cancelled query. */
async function work(server: TracedServer): Promise<void> {
  const [one, other] = [await server.connect(), await server.connect()];
  await one.query('CREATE TABLE birds (n int)');
  await one.query('INSERT INTO birds SELECT n FROM generate_series(1, 20000) g(n)');
  await one.query({ name: 'p', text: 'SELECT count(*) FROM birds WHERE n % 3 = 0' });
  await one.query({ name: 'p', text: 'SELECT count(*) FROM birds WHERE n % 3 = 0' });
  await one.query('SELECT 1 / 0').catch(() => undefined);
  await one.query('SET statement_timeout = 30');
  await one.query('SELECT pg_sleep(5)').catch(() => undefined);
  await one.query('RESET statement_timeout');
  await one.query('BEGIN');
  await one.query('LOCK TABLE birds IN ACCESS EXCLUSIVE MODE');
  const waiting = other.query('SELECT count(*) FROM birds');
  await new Promise((resolve) => setTimeout(resolve, 80));
  await one.query('ROLLBACK');
  await waiting;
  await assert.rejects(server.connect({ user: 'nobody' }), { code: '28000' });
}

describe('metrics', { concurrency: false }, () => {
  let http: Collector;
  let grpc: GrpcCollector;
  let server: TracedServer;
  let client: pg.Client;

  before(async () => {
    http = await Collector.listen();
    grpc = await GrpcCollector.listen();
    server = await TracedServer.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: http.url,
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_METRIC_EXPORT_INTERVAL: String(intervalMs),
      OTEL_SERVICE_NAME: 'measured',
      LOG_FORMAT: 'json',
      TRACE_MAX_SPANS_PER_QUERY: '6',
    });
    client = await server.connect();
    await work(server);
  });
  after(async () => {
    await server?.stop();
    http?.close();
    grpc?.close();
  });

  for (const { name = '', kind = '', labels = '' } of readTextTable('metrics.table')) {
    it(`have the ${kind} ${name} by "${labels}"`, async () => {
      const text = await server.metrics();
      assert.match(text, new RegExp(`^# TYPE ${name} ${kind}$`, 'm'));
      const sample = kind === 'histogram' ? `${name}_count` : name;
      const found = [...text.matchAll(new RegExp(`^${sample}(?:\\{(.*)\\})? \\S+$`, 'gm'))];
      assert.ok(found.length > 0, 'a number');
      for (const [, pairs = ''] of found) {
        const names = [...pairs.matchAll(/(\w+)="/g)].map(([, label]) => label);
        for (const label of names) assert.ok(labels.split(' ').includes(String(label)), pairs);
      }
    });
  }

  it('count what was done', async () => {
    const samples = samplesOf(await server.metrics());
    const value = (name: string): number => samples.get(name) ?? -1;
    assert.equal(value('db_server_connections_total{result="accepted"}'), 3);
    assert.equal(value('db_server_connections_total{result="denied"}'), 1);
    assert.equal(value('db_server_cancelled_total{reason="timeout"}'), 1);
    assert.equal(value('db_server_plan_cache_requests_total{result="hit"}'), 1);
    assert.ok(value('db_server_transactions_total{outcome="committed"}') >= 5);
    assert.equal(value('db_server_transactions_total{outcome="rolled_back"}'), 3);
    assert.ok(value('db_server_lock_wait_seconds_total') >= 0.05);
    assert.ok(value('db_server_wal_bytes_total') > 1000);
    assert.ok(value('trace_spans_dropped_total{reason="budget"}') > 0);
    assert.ok(value('nodejs_eventloop_utilization_ratio') <= 1);
  });

  function checkSent(metrics: readonly DecodedMetric[], text: string): void {
    const samples = samplesOf(text);
    const names = new Set(metrics.map(({ name }) => name));
    for (const { name = '', kind } of readTextTable('metrics.table')) {
      const metric = metrics.find((each) => each.name === name);
      assert.ok(metric, name);
      assert.deepEqual([metric.kind, metric.service], [kind, 'measured']);
      if (name.endsWith('_seconds_total') || name.endsWith('_seconds'))
        assert.equal(metric.unit, 's');
    }
    assert.equal(names.size, metrics.length, 'each once');
    const steady = metrics.filter(({ name }) =>
      /^db_server_(operator_rows_total|returned_rows|wal_bytes_total)$/.test(name),
    );
    assert.equal(steady.length, 3);
    for (const { name, kind, points } of steady) {
      for (const { labels, value, buckets } of points) {
        const sample = kind === 'histogram' ? `${name}_count` : name;
        assert.equal(value, samples.get(sample + shownLabels(labels)), sample);
        if (kind !== 'histogram') continue;
        assert.equal(
          buckets.reduce((sum, count) => sum + Number(count), 0),
          Number(value),
        );
      }
    }
  }

  /** The first that were collected after now. */
  async function nextBody(bodies: readonly Buffer[]): Promise<Buffer> {
    const wanted = bodies.length + 2;
    for (let tries = 0; bodies.length < wanted; tries++) {
      assert.ok(tries < 1000, 'metrics come');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return bodies.at(-1) ?? Buffer.alloc(0);
  }

  it('are sent as protobuf over HTTP with the numbers of /metrics', async () => {
    await client.query('SELECT 1');
    const total = async (): Promise<number | undefined> =>
      samplesOf(await server.metrics()).get('db_server_returned_rows_count');
    const sent = (body: Buffer): number | undefined =>
      decodeMetrics(body).find(({ name }) => name === 'db_server_returned_rows')?.points[0]?.value;
    let body = await nextBody(http.metricBodies);
    // A busy machine may bring what was collected before the query.
    for (let tries = 0; tries < 20 && sent(body) !== (await total()); tries++) {
      body = await nextBody(http.metricBodies);
    }
    checkSent(decodeMetrics(body), await server.metrics());
  });

  for (const protocol of ['http/json', 'grpc']) {
    it(`are sent by ${protocol}, and a last time at the end`, async () => {
      const isGrpc = protocol === 'grpc';
      const other = await TracedServer.start({
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: isGrpc ? grpc.url : `${http.url}/v1/metrics`,
        OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: protocol,
        OTEL_METRIC_EXPORT_INTERVAL: '60000',
        OTEL_SERVICE_NAME: protocol,
      });
      const own = await other.connect();
      await own.query('SELECT 1');
      const bodies = isGrpc ? grpc.metricBodies : http.metricBodies;
      await other.stop();
      const metrics = bodies.flatMap(decodeMetrics).filter((each) => each.service === protocol);
      const accepted = metrics.find(({ name }) => name === 'db_server_connections_total');
      const point = accepted?.points.find(({ labels }) => labels['result'] === 'accepted');
      assert.equal(point?.value, 1);
    });
  }

  it('that a collector refuses are told, and queries go on', async () => {
    const other = await TracedServer.start({
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://127.0.0.1:9/v1/metrics',
      OTEL_METRIC_EXPORT_INTERVAL: '100',
    });
    const own = await other.connect();
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.deepEqual((await own.query('SELECT 1 AS n')).rows, [{ n: 1 }]);
    await other.stop();
    assert.match(other.errors, /metrics export: /);
    assert.equal(other.errors.split('metrics export: ').length, 2, 'once a minute');
  });
});
