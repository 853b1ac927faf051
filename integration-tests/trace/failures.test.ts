import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { ProtobufWriter } from '../../src/trace/encoding/protobuf-writer.ts';
import { encodeSpan } from '../../src/trace/encoding/span-encoder.ts';
import { EncodedSpan } from '../../src/trace/export/encoded-span.ts';
import { jaegerShipper } from '../../src/trace/export/jaeger-shipper.ts';
import { otlpShipper } from '../../src/trace/export/otlp-shipper.ts';
import type { OtlpProtocol } from '../../src/trace/export/otlp-target.ts';
import { PatientExporter } from '../../src/trace/export/patient-exporter.ts';
import type { SpanShipper } from '../../src/trace/export/span-shipper.ts';
import { BadCollector, failures, type Failure } from './bad-collector.ts';
import { GrpcCollector } from './grpc-collector.ts';

const resource = resourceFromAttributes({ 'service.name': 'failing' });
const batch: ReadableSpan[] = [1, 2, 3].map((number) => {
  const out = new ProtobufWriter();
  encodeSpan(out, {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: `b7ad6b716920333${number}`,
    parentSpanId: '',
    traceState: '',
    name: 'SELECT',
    isServer: true,
    startUs: 1e15,
    endUs: 1e15 + 5,
    attributes: { text: 'x'.repeat(3000) },
    events: [],
    links: [],
    error: undefined,
    sql: undefined,
  });
  return new EncodedSpan(out.bytes, resource);
});

const attemptMs = 1000;
const intervalMs = 20;

class Account {
  exported = 0;
  dropped = 0;
  readonly said: string[] = [];
  readonly exporter: PatientExporter;
  #woken: (() => void)[] = [];

  constructor(shipper: SpanShipper) {
    this.exporter = new PatientExporter({
      shipper,
      attemptMs,
      intervalMs,
      settled: (exported, dropped) => {
        this.exported += exported;
        this.dropped += dropped;
        this.#wake();
      },
      failure: (message) => {
        this.said.push(message);
        this.#wake();
      },
    });
  }

  #wake(): void {
    for (const wake of this.#woken.splice(0)) wake();
  }

  /** Resolves at the next word of failure or success. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#woken.push(resolve));
  }

  send(): Promise<void> {
    return new Promise((resolve) => this.exporter.export(batch, () => resolve()));
  }
}

function otlp(protocol: OtlpProtocol, url: string): SpanShipper {
  const path = protocol === 'grpc' ? '' : '/v1/traces';
  const rest = { headers: {}, timeoutMs: attemptMs, gzip: false, certificate: '' };
  return otlpShipper({ protocol, url: url + path, ...rest });
}

const ways: Readonly<Record<string, (url: string) => SpanShipper>> = {
  'Jaeger over HTTP': (url) =>
    jaegerShipper(
      { endpoint: `${url}/api/traces`, agentHost: '', agentPort: 0, user: '', password: '' },
      'failing',
      {},
    ),
  'OTLP as protobuf': (url) => otlp('http/protobuf', url),
  'OTLP as JSON': (url) => otlp('http/json', url),
};

/** What becomes of the batch that meets the failure, unless it is sent again and taken. */
function outcome(way: string, failure: Failure): readonly [exported: number, dropped: number] {
  const isOtlp = way.startsWith('OTLP');
  if (failure === 'partial 200' && isOtlp) return [2, 1];
  if (failure === 'endless body' && isOtlp) return [0, 3];
  return [3, 0];
}

describe('an exporter whose collector fails', { concurrency: 4 }, () => {
  for (const [way, open] of Object.entries(ways)) {
    for (const failure of failures) {
      it(`by ${failure}, ${way}: counts every span, and exports when it is back`, async () => {
        const collector = await BadCollector.open(failure);
        const shipper = open(collector.url);
        const account = new Account(shipper);
        const first = account.send();
        await account.next();
        await collector.recover();
        await first;
        assert.deepEqual(
          [account.exported, account.dropped],
          outcome(way, failure),
          account.said.join(),
        );
        await account.send();
        assert.equal(account.exported + account.dropped, 6);
        assert.equal(account.exported, outcome(way, failure)[0] + 3);
        assert.ok(collector.openSockets <= 2, 'no connection is left behind');
        await account.exporter.shutdown();
        await collector.close();
      });
    }
  }

  const grpcFailures: readonly (readonly [string, (collector: GrpcCollector) => void, number])[] = [
    ['hanging', (collector) => (collector.isSilent = true), 3],
    ['being unavailable', (collector) => (collector.status = 14), 3],
    ['refusing for good', (collector) => (collector.status = 3), 0],
    ['refusing a part', (collector) => (collector.answer = Buffer.from('0a020801', 'hex')), 2],
  ];
  for (const [what, fail, exported] of grpcFailures) {
    it(`by ${what}, OTLP over gRPC: counts every span, and exports when it is back`, async () => {
      const collector = await GrpcCollector.listen();
      fail(collector);
      const account = new Account(otlp('grpc', collector.url));
      const first = account.send();
      await account.next();
      collector.isSilent = false;
      collector.status = 0;
      collector.answer = Buffer.alloc(0);
      await first;
      assert.deepEqual([account.exported, account.dropped], [exported, 3 - exported]);
      await account.send();
      assert.equal(account.exported, exported + 3);
      await account.exporter.shutdown();
      collector.close();
    });
  }

  it('by not being there, OTLP over gRPC: says so, and gives up after ten attempts', async () => {
    const account = new Account(otlp('grpc', 'http://127.0.0.1:9'));
    await account.send();
    assert.deepEqual([account.exported, account.dropped], [0, 3]);
    assert.equal(account.said.length, 10);
    assert.match(account.said[0] ?? '', /ECONNREFUSED/);
    await account.exporter.shutdown();
  });
});
