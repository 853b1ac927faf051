import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { workload } from '../../bench/workload.ts';
import { jaegerProgram, RealJaeger, type JaegerSpan } from './real-jaeger.ts';
import { overhanging, spanTrees, type SpanTree } from './span-tree.ts';
import { lastTraceId, TracedServer } from './traced-server.ts';

const health = workload.find(({ id }) => id.startsWith('W6 '))?.sql ?? '';
const rows = `INSERT INTO otel_logs_and_spans (date, summary, project_id, timestamp, id, name, kind, status_code,
    duration, resource___service___name, attributes___http___response___status_code)
  SELECT '2025-06-01', '{}', 'checkout-prod', '2025-06-01'::timestamptz + n * interval '1 second', 'id' || n,
    'GET /' || n % 7, 'server', 'OK', n * 1000000, 'service ' || n % 5, 200 + 100 * (n % 4)
  FROM generate_series(1, 2000) g(n)`;

interface Node {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly Plans?: readonly Node[];
}

const explained = (node: Node): string =>
  `${node['Node Type']} ${node['Actual Rows']}(${(node.Plans ?? []).map(explained).join()})`;

const traced = ({ span, children }: SpanTree): string =>
  `${span.name} ${span.attributes.get('datafusion.metrics.output_rows')}(` +
  `${children
    .filter(({ span: { name } }) => name.endsWith('Exec'))
    .map(traced)
    .join()})`;

const skip =
  jaegerProgram === undefined ? 'there is no Jaeger here: .ci/jaeger builds one with Go' : false;

describe('a real Jaeger', { skip, concurrency: false }, () => {
  let jaeger: RealJaeger;
  const servers: TracedServer[] = [];

  before(async () => {
    jaeger = await RealJaeger.start(jaegerProgram ?? '');
  });
  after(async () => {
    for (const server of servers) await server.stop();
    await jaeger?.stop();
  });

  const otlp = (protocol: string, port: number): Record<string, string> => ({
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.url(port),
  });
  const ways: readonly (readonly [string, () => Readonly<Record<string, string>>])[] = [
    [
      'Thrift over HTTP',
      () => ({ OTEL_EXPORTER_JAEGER_ENDPOINT: `${jaeger.url(14_268)}/api/traces` }),
    ],
    [
      'Thrift over UDP',
      () => ({
        OTEL_TRACES_EXPORTER: 'jaeger',
        OTEL_EXPORTER_JAEGER_AGENT_PORT: String(jaeger.port(6832)),
      }),
    ],
    ['OTLP over HTTP', () => otlp('http/protobuf', 4318)],
    ['OTLP as JSON', () => otlp('http/json', 4318)],
    ['OTLP over gRPC', () => otlp('grpc', 4317)],
  ];

  for (const [name, settings] of ways) {
    it(`has the trace of W6 by ${name}, one span per plan node, without warnings`, async () => {
      const service = `timefusion by ${name}`;
      const server = await TracedServer.start({
        ...settings(),
        OTEL_SERVICE_NAME: service,
        RUST_LOG: 'info',
      });
      servers.push(server);
      const client = await server.connect();
      await client.query(rows);
      const result = await client.query(health);
      assert.equal(result.rows.length, 5);
      const traceId = await lastTraceId(client);
      const plan = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${health}`);
      const [{ Plan: top }] = Object.values(plan.rows[0] as object)[0] as [{ Plan: Node }];
      const spans = await jaeger.trace(traceId);
      checkTree(spans, explained(top));
      await checkLines(server, traceId, spans);
      assert.deepEqual(new Set(spans.map((span) => span.service)), new Set([service]));
      const services = (await jaeger.ask('/api/services')) as readonly string[];
      assert.ok(services.includes(service));
      const operations = (await jaeger.ask(
        `/api/operations?service=${encodeURIComponent(service)}&spanKind=server`,
      )) as readonly { readonly name: string }[];
      const names = operations.map((operation) => operation.name);
      assert.ok(names.includes('SELECT otel_logs_and_spans'));
      assert.ok(names.includes('INSERT otel_logs_and_spans'));
      await server.stop();
    });
  }
});

function checkTree(spans: readonly JaegerSpan[], expected: string): void {
  const [root, ...others] = spanTrees(spans);
  assert.ok(root);
  assert.deepEqual(others, []);
  assert.equal(root.span.name, 'SELECT otel_logs_and_spans');
  assert.ok(root.span.isServer);
  const execute = root.children.find(({ span }) => span.name === 'execute_plan');
  const [top] = execute?.children ?? [];
  assert.ok(top);
  assert.equal(traced(top), expected);
  assert.deepEqual(overhanging(spans), []);
  assert.deepEqual(
    spans.flatMap(({ warnings }) => warnings),
    [],
  );
}

/** The spans that Jaeger has are those that the server wrote as lines. */
async function checkLines(
  server: TracedServer,
  traceId: string,
  spans: readonly JaegerSpan[],
): Promise<void> {
  await server.untilOutput(new RegExp(`"query","phase":"query".*${traceId}`));
  const lines = server.lines.filter((line) => line['trace_id'] === traceId && 'span' in line);
  const told = lines.map((line) => {
    const { elapsed_ms: elapsed } = line['span'] as { readonly elapsed_ms: number };
    return `${String(line['span_id'])} ${Math.round(elapsed * 1000)}`;
  });
  const had = spans.map(({ spanId, startUs, endUs }) => `${spanId} ${endUs - startUs}`);
  assert.deepEqual(had.toSorted(), told.toSorted());
}
