import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import type { DecodedSpan } from './decoded-span.ts';
import { overhanging, spanTrees, type SpanTree } from './span-tree.ts';
import { decodeProcessTags } from './thrift-reader.ts';
import { lastTraceId } from './traced-server.ts';
import { useTraced } from './traced-setup.ts';

const queries = [
  'SELECT 1',
  'SELECT n FROM numbers WHERE n > 500 ORDER BY n LIMIT 7',
  'SELECT n % 7, count(*), sum(n) FROM numbers GROUP BY 1 ORDER BY 2 DESC, 1',
  'SELECT count(*) FROM numbers a JOIN numbers b ON a.n = b.n JOIN numbers c ON c.n = b.n + 1',
  'SELECT n FROM numbers WHERE n = (SELECT max(n) FROM numbers) OR n IN (SELECT n - 1 FROM numbers)',
  'SELECT n FROM numbers WHERE n < 3 UNION ALL SELECT 5 UNION ALL SELECT n FROM numbers WHERE false',
  'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 9) SELECT sum(n) FROM t',
  'SELECT n, row_number() OVER (ORDER BY n DESC) FROM numbers ORDER BY 2 LIMIT 5',
  'WITH c AS MATERIALIZED (SELECT n FROM numbers) SELECT count(*) FROM c a, c b WHERE a.n = b.n',
  'SELECT a.n, s.m FROM numbers a, LATERAL (SELECT max(b.n) m FROM numbers b WHERE b.n < a.n) s LIMIT 2',
  'SELECT DISTINCT ON (n % 2) n FROM numbers ORDER BY n % 2, n',
  'SELECT sum(v), count(*) FROM many WHERE v % 3 = 1',
];

interface ExplainedNode {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly ExplainedNode[];
}

/** Operators that ran, children in any order. */
function explainedShape(node: ExplainedNode): string {
  const inner = (node.Plans ?? []).map(explainedShape).filter((text) => text !== '');
  const ran = node['Actual Loops'] > 0;
  return ran ? `${node['Node Type']}(${inner.toSorted().join(',')})` : '';
}

function tracedShape({ span, children }: SpanTree): string {
  return `${span.name}(${children.map(tracedShape).toSorted().join(',')})`;
}

function find(tree: SpanTree, name: string): SpanTree | undefined {
  if (tree.span.name === name) return tree;
  for (const child of tree.children) {
    const found = find(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function identityOf({ spanId, name, startUs, endUs, parentSpanId, isError }: DecodedSpan): string {
  return [spanId, name, startUs, endUs, parentSpanId, isError].join(' ');
}

describe('spans over Jaeger Thrift, OTLP and lines', { concurrency: false }, () => {
  const traced = useTraced({
    exporters: ['jaeger', 'otlp'],
    application: 'protocols',
    settings: {
      OTEL_SERVICE_NAME: 'traced service',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=a%20test',
      RUST_LOG: 'debug',
      TRACE_MAX_TRACES_PER_SEC: '0',
    },
    statements: [
      'CREATE TABLE numbers (n int8)',
      'INSERT INTO numbers SELECT n FROM generate_series(0, 999) g(n)',
      'CREATE TABLE many (v int8)',
      'INSERT INTO many SELECT a.n * 1000 + b.n FROM numbers a, numbers b WHERE a.n < 200',
    ],
  });

  for (const sql of queries) {
    it(`show one span per plan node of: ${sql}`, async () => {
      const result = await traced.client.query(sql);
      const traceId = await lastTraceId(traced.client);
      const spans = await traced.collector.jaegerTrace(traceId);
      const plan = await traced.client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`);
      const [{ Plan: explained }] = Object.values(plan.rows[0] as object)[0] as [
        { Plan: ExplainedNode },
      ];
      const operators = spans.filter(({ name }) => !/^(partition|iterations?) /.test(name));
      const [root] = spanTrees(operators);
      assert.ok(root);
      const execute = find(root, 'execute_plan');
      const [top] = execute?.children ?? [];
      assert.ok(top);
      assert.equal(tracedShape(top), explainedShape(explained), 'operators and their parents');
      assert.equal(top.span.attributes.get('datafusion.metrics.output_rows'), result.rows.length);
      assert.equal(root.span.attributes.get('db.response.returned_rows'), result.rows.length);
      assert.deepEqual(overhanging(spans), []);
    });

    it(`are the same in all three for: ${sql}`, async () => {
      await traced.client.query(sql);
      const traceId = await lastTraceId(traced.client);
      const jaeger = await traced.collector.jaegerTrace(traceId);
      const otlp = await traced.collector.otlpTrace(traceId);
      assert.deepEqual(jaeger.map(identityOf).toSorted(), otlp.map(identityOf).toSorted());
      await traced.server.untilOutput(new RegExp(`"query","phase":"query".*${traceId}`));
      const lines = traced.server.lines.filter(
        (line) => line['trace_id'] === traceId && 'span' in line,
      );
      assert.deepEqual(
        lines.map((line) => line['span_id']).toSorted(),
        otlp.map(({ spanId }) => spanId).toSorted(),
      );
      const byId = new Map(otlp.map((span) => [span.spanId, span]));
      for (const line of lines) {
        const span = byId.get(String(line['span_id']));
        const fields = line['span'] as Readonly<Record<string, unknown>>;
        assert.ok(span);
        assert.equal(fields['elapsed_ms'], (span.endUs - span.startUs) / 1000);
        const rows = span.attributes.get('datafusion.metrics.output_rows');
        if (rows !== undefined) assert.equal(fields['rows_produced'], rows);
      }
    });
  }

  it('write operator lines with the documented keys in their order', async () => {
    await traced.client.query('SELECT n FROM numbers WHERE n > 10');
    const traceId = await lastTraceId(traced.client);
    await traced.server.untilOutput(new RegExp(`"query","phase":"query".*${traceId}`));
    const line = traced.server.lines.find(
      (each) =>
        each['trace_id'] === traceId && each['module'] === 'datafusion::physical_plan::filter',
    );
    assert.ok(line);
    assert.deepEqual(Object.keys(line), [
      'timestamp',
      'level',
      'target',
      'module',
      'span',
      'trace_id',
      'span_id',
      'query_id',
    ]);
    assert.match(String(line['timestamp']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.equal(line['level'], 'INFO');
    assert.equal(line['target'], 'datafusion_tracing');
    const span = line['span'] as Readonly<Record<string, unknown>>;
    assert.deepEqual(Object.keys(span).slice(0, 5), [
      'name',
      'phase',
      'operator',
      'rows_produced',
      'elapsed_ms',
    ]);
    assert.deepEqual(
      { ...span, elapsed_ms: 0, self_ms: 0 },
      {
        name: 'execute_plan',
        phase: 'physical_plan',
        operator: 'FilterExec',
        rows_produced: 989,
        elapsed_ms: 0,
        self_ms: 0,
        node_id: 0,
      },
    );
  });

  it('are read alike by the IDL that Jaeger publishes', async () => {
    const { body, own } = await oneBatch();
    const exporter = createRequire(
      createRequire(import.meta.url).resolve('@opentelemetry/exporter-jaeger'),
    );
    const clientPath = exporter.resolve('jaeger-client');
    const idl = join(dirname(clientPath), 'jaeger-idl/thrift/jaeger.thrift');
    const { Thrift } = createRequire(clientPath)('thriftrw') as {
      readonly Thrift: new (options: object) => {
        readonly Batch: {
          readonly rw: {
            readFrom(
              bytes: Buffer,
              at: number,
            ): { readonly err: unknown; readonly value: PublishedBatch };
          };
        };
      };
    };
    const thrift = new Thrift({ source: readFileSync(idl, 'utf8'), allowOptionalArguments: true });
    const { err, value } = thrift.Batch.rw.readFrom(body, 0);
    assert.equal(err, null);
    assert.deepEqual(
      value.spans.map((span) => [
        span.operationName,
        span.spanId.toString('hex'),
        Number(span.startTime.readBigInt64BE()),
      ]),
      own.map((span) => [span.name, span.spanId, span.startUs]),
    );
    assert.equal(value.process.serviceName, 'traced service');
  });

  it('carry the process once per batch in Jaeger, not on every span', async () => {
    const { body, own } = await oneBatch();
    const tags = decodeProcessTags(body);
    assert.equal(tags.get('deployment.environment'), 'a test');
    assert.equal(tags.get('process.pid'), traced.server.pid);
    for (const span of own) assert.equal(span.attributes.has('host.name'), false);
  });

  interface PublishedBatch {
    readonly process: { readonly serviceName: string };
    readonly spans: readonly {
      readonly operationName: string;
      readonly spanId: Buffer;
      readonly startTime: Buffer;
    }[];
  }

  async function oneBatch(): Promise<{
    readonly body: Buffer;
    readonly own: readonly DecodedSpan[];
  }> {
    await traced.collector.until(() => traced.collector.jaegerBodies.length > 0);
    const body = traced.collector.jaegerBodies.at(-1) as Buffer;
    const { decodeJaegerBatch } = await import('./thrift-reader.ts');
    return { body, own: decodeJaegerBatch(body) };
  }

  it('spread partitions of a parallel scan over child spans at debug', async () => {
    await traced.client.query('SELECT sum(v) FROM many');
    const spans = await traced.collector.jaegerTrace(await lastTraceId(traced.client));
    const scan = spans.find(({ name }) => name === 'SeqScanExec');
    assert.ok(scan);
    const parts = spans.filter(({ parentSpanId }) => parentSpanId === scan.spanId);
    const rows = parts.map((part) => Number(part.attributes.get('datafusion.metrics.output_rows')));
    assert.equal(scan.attributes.get('datafusion.metrics.output_rows'), 200_000);
    if (parts.length > 0)
      assert.equal(
        rows.reduce((sum, count) => sum + count, 0),
        200_000,
      );
  });

  it('give every millisecond of a query one owner', async () => {
    await traced.client.query('SELECT count(*) FROM many a JOIN many b ON a.v = b.v');
    const spans = await traced.collector.jaegerTrace(await lastTraceId(traced.client));
    const root = spans.find(({ isServer }) => isServer);
    assert.ok(root);
    const length = (span: DecodedSpan): number =>
      Number(span.attributes.get('active_ns') ?? (span.endUs - span.startUs) * 1000) / 1000;
    const owned = spans
      .filter(({ parentSpanId }) => parentSpanId === root.spanId)
      .reduce((sum, span) => sum + length(span), 0);
    const total = root.endUs - root.startUs;
    assert.ok(owned <= total * 1.05 && owned >= total * 0.8, `${owned} of ${total} µs are owned`);
  });

  it('link every query to its session, which says who connected and how', async () => {
    await traced.client.query('SELECT 42');
    const spans = await traced.collector.jaegerTrace(await lastTraceId(traced.client));
    const root = spans.find(({ isServer }) => isServer);
    const [link] = root?.links ?? [];
    const session = traced.collector.jaeger.find(
      (span) => `${span.traceId}-${span.spanId}` === link,
    );
    assert.equal(session?.name, 'pgwire.session');
    assert.equal(session?.attributes.get('application_name'), 'protocols');
    assert.equal(session?.attributes.get('pgwire.authentication'), 'trust');
  });
});
