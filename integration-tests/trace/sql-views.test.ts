/** Schema `trace`, and EXPLAIN (ANALYZE, TRACE): spans asked for in SQL say what exporters say. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type pg from 'pg';
import { lastTraceId, TracedServer } from './traced-server.ts';
import { useTraced } from './traced-setup.ts';

describe('spans in SQL', { concurrency: false }, () => {
  const traced = useTraced({
    settings: { TRACE_MAX_TRACES_PER_SEC: '0' },
    statements: ['CREATE TABLE numbers AS SELECT i AS n FROM generate_series(1, 30000) g(i)'],
  });

  async function rowsOf(sql: string): Promise<readonly Record<string, unknown>[]> {
    return (await traced.client.query<Record<string, unknown>>(sql)).rows;
  }

  it('trace.spans has the spans that were exported, with their numbers', async () => {
    await traced.client.query('SELECT n % 3, count(*) FROM numbers GROUP BY 1');
    const traceId = await lastTraceId(traced.client);
    const exported = await traced.collector.otlpTrace(traceId);
    const rows = await rowsOf(
      `SELECT span_id, name, rows, self_ns, attributes->>'plan.node_id' AS node
       FROM trace.spans WHERE trace_id = '${traceId}'`,
    );
    assert.deepEqual(
      rows.map((row) => row['span_id']).toSorted(),
      exported.map(({ spanId }) => spanId).toSorted(),
    );
    for (const { spanId, name, attributes } of exported) {
      const row = rows.find((each) => each['span_id'] === spanId);
      assert.equal(row?.['name'], name);
      const node = attributes.get('plan.node_id');
      assert.equal(row?.['node'] ?? undefined, node === undefined ? node : String(node));
      const selfNs = attributes.get('op.self_ns');
      assert.equal(row?.['self_ns'] ?? undefined, selfNs === undefined ? selfNs : String(selfNs));
    }
  });

  it('trace.spans is read on workers too, beside stored tables', async () => {
    const [row] = await rowsOf(
      `SELECT count(*) > 0 AS found FROM trace.spans s JOIN numbers ON n = s.node_id
       WHERE s.name LIKE '%Exec'`,
    );
    assert.equal(row?.['found'], true);
  });

  it('EXPLAIN (ANALYZE, TRACE) names the trace and its numbers', async () => {
    const [row] = await rowsOf(
      'EXPLAIN (ANALYZE, TRACE, FORMAT JSON) SELECT n FROM numbers WHERE n % 5 = 0 ORDER BY n',
    );
    const [document] = Object.values(row ?? {})[0] as [
      { 'Trace ID': string; Plan: Record<string, unknown> },
    ];
    const spans = await traced.collector.otlpTrace(document['Trace ID']);
    const sort = spans.find(({ name }) => name === 'SortExec');
    assert.equal(document.Plan['Node Type'], 'SortExec');
    assert.equal(
      document.Plan['Self Time'],
      `${(Number(sort?.attributes.get('op.self_ns')) / 1e6).toFixed(6)} ms`,
    );
    assert.equal(
      document.Plan['Actual Rows'],
      sort?.attributes.get('datafusion.metrics.output_rows'),
    );
  });

  it('the time of the operators adds up to that of the execution', async () => {
    await traced.client.query('SELECT n % 7, count(DISTINCT md5(n::text)) FROM numbers GROUP BY 1');
    const traceId = await lastTraceId(traced.client);
    const [row] = await rowsOf(
      `SELECT sum((attributes->>'op.wall_ns')::int8) AS wall,
         max((attributes->>'active_ns')::int8) FILTER (WHERE name = 'execute_plan') AS active,
         max(duration_ns) FILTER (WHERE name = 'execute_plan') AS execution
       FROM trace.spans WHERE trace_id = '${traceId}'`,
    );
    const [wall, active, execution] = ['wall', 'active', 'execution'].map((name) =>
      Number(row?.[name]),
    );
    assert.equal(wall, active);
    assert.ok(Number(wall) <= Number(execution), `${wall} of ${execution} ns`);
  });

  it('trace.active_spans shows what runs now, with rows so far', async () => {
    const other = await traced.server.connect();
    const slow = other.query('SELECT count(*) FROM numbers WHERE pg_sleep(0.0005) IS NOT NULL');
    slow.catch(() => undefined);
    let rows: readonly Record<string, unknown>[] = [];
    for (let tries = 0; tries < 200 && rows.length === 0; tries++) {
      rows = await rowsOf(
        `SELECT name, rows FROM trace.active_spans
         WHERE pid <> pg_backend_pid() AND name = 'SeqScanExec' AND rows > 0`,
      );
    }
    assert.equal(rows.length, 1);
    await traced.client.query(
      'SELECT pg_cancel_backend(pid) FROM trace.active_spans WHERE pid <> pg_backend_pid()',
    );
    await assert.rejects(slow, { code: '57014' });
  });

  it('trace.stats counts every span once', async () => {
    const rows = await rowsOf("SELECT counter, value FROM trace.stats WHERE exporter = 'otlp'");
    const value = (counter: string): number =>
      Number(rows.find((row) => row['counter'] === counter)?.['value']);
    assert.ok(value('produced') > 0);
    assert.equal(value('produced'), value('exported') + value('queued') + value('dropped'));
  });

  it('a role sees its own spans, and with pg_read_all_stats those of all', async () => {
    for (const role of ['keeper', 'auditor'])
      await traced.client.query(`CREATE ROLE ${role} LOGIN`);
    await traced.client.query('GRANT pg_read_all_stats TO auditor');
    const [keeper, auditor] = await Promise.all(
      ['keeper', 'auditor'].map((user) => traced.server.connect({ user })),
    );
    assert.ok(keeper && auditor);
    await traced.client.query('SELECT 1 AS of_postgres');
    const ofPostgres = await lastTraceId(traced.client);
    await keeper.query('SELECT 1 AS of_keeper');
    const ofKeeper = await lastTraceId(keeper);
    const seen = async (client: pg.Client): Promise<readonly boolean[]> => {
      const { rows } = await client.query<{ readonly trace_id: string }>(
        'SELECT DISTINCT trace_id FROM trace.spans',
      );
      const ids = new Set(rows.map((row) => row.trace_id));
      return [ids.has(ofPostgres), ids.has(ofKeeper)];
    };
    assert.deepEqual(await seen(traced.client), [true, true]);
    assert.deepEqual(await seen(keeper), [false, true]);
    assert.deepEqual(await seen(auditor), [true, true]);
    await traced.client.query('SET ROLE keeper');
    assert.deepEqual(await seen(traced.client), [false, true], 'the current role counts');
    await traced.client.query('RESET ROLE');
  });

  it('a role sees what runs of its own, and no superuser’s', async () => {
    const sleeping = traced.client.query('SELECT pg_sleep(0.7)');
    const [keeper, auditor] = await Promise.all(
      ['keeper', 'auditor'].map((user) => traced.server.connect({ user })),
    );
    const others = `SELECT count(*)::int AS n FROM trace.active_spans WHERE pid <> pg_backend_pid()`;
    const count = async (client: pg.Client | undefined): Promise<unknown> =>
      (await client?.query(others))?.rows;
    assert.deepEqual(await count(keeper), [{ n: 0 }]);
    const [row] = (await count(auditor)) as [{ readonly n: number }];
    assert.ok(row.n > 0);
    await sleeping;
  });

  it('only superusers force traces by a comment and set directives', async () => {
    const keeper = await traced.server.connect({ user: 'keeper' });
    await keeper.query('SET trace.sample_rate = 0');
    await keeper.query("SELECT 1 /*trace='force'*/");
    const refused = await lastTraceId(keeper);
    await assert.rejects(keeper.query("SET log.filter = 'debug'"), {
      code: '42501',
      message: 'permission denied to set parameter "log.filter"',
    });
    await assert.rejects(
      traced.server.connect({ user: 'keeper', options: '-c log.filter=debug' }),
      {
        code: '42501',
      },
    );
    await traced.client.query('SET trace.sample_rate = 0');
    await traced.client.query("SELECT 1 /*trace='force'*/");
    await traced.collector.otlpTrace(await lastTraceId(traced.client));
    await traced.client.query('RESET trace.sample_rate');
    assert.ok(!traced.collector.otlp.some(({ traceId }) => traceId === refused));
  });

  it('EXPLAIN (FORMAT SVG) draws every node', async () => {
    const [row] = await rowsOf(
      'EXPLAIN (ANALYZE, FORMAT SVG) SELECT n FROM numbers WHERE n < 5 ORDER BY n',
    );
    const svg = String(Object.values(row ?? {})[0]);
    assert.match(svg, /^<svg xmlns=[^]*<\/svg>$/);
    for (const node of ['SortExec', 'FilterExec', 'SeqScanExec on numbers']) {
      assert.ok(svg.includes(`>${node}</text>`), node);
    }
  });
});

it('EXPLAIN (ANALYZE, TRACE) says that tracing is off where it is', async () => {
  const server = await TracedServer.start({ OTEL_SDK_DISABLED: 'true' });
  try {
    const client = await server.connect();
    await assert.rejects(client.query('EXPLAIN (ANALYZE, TRACE) SELECT 1'), {
      code: '55000',
      message: 'tracing is off',
    });
    assert.deepEqual((await client.query('SELECT * FROM trace.spans')).rows, []);
  } finally {
    await server.stop();
  }
});
