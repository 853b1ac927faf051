import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Collector } from './collector.ts';
import type { DecodedSpan } from './decoded-span.ts';
import { GrpcCollector } from './grpc-collector.ts';
import { decodeOtlpJson } from './otlp-json-reader.ts';
import { decodeOtlpRequest } from './otlp-reader.ts';
import { spanTrees, treeText } from './span-tree.ts';
import { decodeJaegerBatch, decodeJaegerDatagram } from './thrift-reader.ts';
import { lastTraceId, TracedServer } from './traced-server.ts';

const query = 'SELECT a % 3, count(*) FROM generate_series(1, 100) g(a) WHERE a > 5 GROUP BY 1';
const expected = `execute_plan
  AggregateExec rows=3 close=exhausted event=hash_table.built
    FilterExec rows=95 close=exhausted
      TableFunctionExec rows=100 close=exhausted
`;

/** What leaves by one exporter: the settings and what arrived. */
interface Way {
  readonly settings: Readonly<Record<string, string>>;
  readonly spans: () => readonly DecodedSpan[];
}

describe('the same trace by every exporter', { concurrency: false }, () => {
  let http: Collector;
  let grpc: GrpcCollector;
  const agent = createSocket('udp4');
  const datagrams: Buffer[] = [];
  const servers: TracedServer[] = [];

  before(async () => {
    http = await Collector.listen();
    grpc = await GrpcCollector.listen();
    agent.on('message', (bytes: Buffer) => datagrams.push(bytes));
    agent.bind(0, '127.0.0.1');
    await once(agent, 'listening');
  });
  after(async () => {
    for (const server of servers) await server.stop();
    http.close();
    grpc.close();
    agent.close();
  });

  const otlp = (protocol: string, url: string): Record<string, string> => ({
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
  });
  const ways: readonly (readonly [string, () => Way])[] = [
    [
      'Jaeger over HTTP',
      () => ({
        settings: { OTEL_EXPORTER_JAEGER_ENDPOINT: http.url, OTEL_EXPORTER_JAEGER_USER: 'ann' },
        spans: () => http.jaegerBodies.flatMap(decodeJaegerBatch),
      }),
    ],
    [
      'Jaeger over UDP',
      () => ({
        settings: {
          OTEL_TRACES_EXPORTER: 'jaeger',
          OTEL_EXPORTER_JAEGER_AGENT_PORT: String(agent.address().port),
        },
        spans: () => datagrams.flatMap(decodeJaegerDatagram),
      }),
    ],
    [
      'OTLP, http/protobuf, gzip',
      () => ({
        settings: {
          ...otlp('http/protobuf', http.url),
          OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip',
          OTEL_EXPORTER_OTLP_HEADERS: 'X-Key=a%20b',
        },
        spans: () => http.otlpBodies.flatMap((body) => decodeOtlpRequest(gunzipSync(body))),
      }),
    ],
    [
      'OTLP, http/json',
      () => ({
        settings: otlp('http/json', http.url),
        spans: () => http.otlpBodies.flatMap(decodeOtlpJson),
      }),
    ],
    ['OTLP, grpc', () => ({ settings: otlp('grpc', grpc.url), spans: () => grpc.spans })],
    [
      'the console',
      () => ({
        settings: { OTEL_TRACES_EXPORTER: 'console' },
        spans: () => (servers.at(-1)?.lines ?? []).map(consoleSpan),
      }),
    ],
  ];

  for (const [name, open] of ways) {
    it(`leaves by ${name}`, async () => {
      http.otlpBodies.splice(0);
      const { settings, spans } = open();
      const server = await TracedServer.start(settings);
      servers.push(server);
      const client = await server.connect();
      await client.query(query);
      const traceId = await lastTraceId(client);
      const own = (): readonly DecodedSpan[] => spans().filter((span) => span.traceId === traceId);
      await http.until(() => own().some(({ isServer }) => isServer));
      const [root] = spanTrees(own());
      assert.equal(root?.span.name, 'SELECT');
      const execute = root?.children.find(({ span }) => span.name === 'execute_plan');
      assert.ok(execute);
      assert.equal(treeText(execute), expected);
      await server.stop();
      assert.doesNotMatch(server.errors, /export/);
    });
  }

  it('carries headers and credentials', () => {
    assert.ok(http.requests.some(({ authorization }) => authorization === 'Basic YW5uOg=='));
    assert.ok(http.requests.some((headers) => headers['x-key'] === 'a b'));
  });
});

interface ConsoleEvent {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
}

function consoleSpan(line: Readonly<Record<string, unknown>>): DecodedSpan {
  const { traceId, id, parentId, name, kind, timestamp, duration, attributes } = line;
  const startUs = Number(timestamp);
  return {
    traceId: String(traceId),
    spanId: String(id),
    parentSpanId: String(parentId ?? ''),
    name: String(name),
    startUs,
    endUs: startUs + Number(duration),
    attributes: new Map(Object.entries((attributes ?? {}) as Record<string, string>)),
    events: ((line['events'] ?? []) as readonly ConsoleEvent[]).map((event) => ({
      name: event.name,
      attributes: new Map(Object.entries(event.attributes)),
    })),
    links: [],
    isServer: kind === 'SERVER',
    isError: false,
    service: '',
  };
}
