import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Cursor from 'pg-cursor';
import type { DecodedSpan } from './decoded-span.ts';
import { overhanging } from './span-tree.ts';
import { lastTraceId } from './traced-server.ts';
import { useTraced } from './traced-setup.ts';

const endless = 'SELECT count(*) FROM long a, long b, long c WHERE a.n + b.n + c.n = -1';

describe('queries that do not end by themselves', { concurrency: false }, () => {
  const traced = useTraced({
    statements: [
      'CREATE TABLE long (n int8)',
      'INSERT INTO long SELECT n FROM generate_series(0, 2999) g(n)',
    ],
  });

  function operators(spans: readonly DecodedSpan[]): readonly DecodedSpan[] {
    return spans.filter(({ attributes }) => attributes.has('plan.node_id'));
  }

  /** What an interrupted query must look like, whatever interrupted it. */
  function checkInterrupted(spans: readonly DecodedSpan[], code: string, reason: string): void {
    const root = spans.find(({ isServer }) => isServer);
    assert.equal(root?.isError, true);
    assert.equal(root?.attributes.get('db.response.status_code'), code);
    assert.equal(root?.attributes.get('error.type'), code);
    const nodes = operators(spans);
    assert.ok(nodes.length >= 3, 'its operators are there');
    const broken = nodes.filter(({ isError }) => isError);
    assert.ok(broken.length > 0, 'open operators are ERROR');
    for (const span of broken) {
      assert.equal(span.attributes.get('op.close_reason'), reason);
      assert.equal(span.attributes.get('error.type'), code);
    }
    assert.equal(new Set(broken.map(({ endUs }) => endUs)).size, 1, 'they end at one time');
    for (const span of nodes.filter(({ isError }) => !isError)) {
      assert.equal(span.attributes.get('op.close_reason'), 'exhausted');
    }
    assert.deepEqual(overhanging(spans), []);
  }

  /** Until the other connection's query has read rows. */
  async function untilScanned(): Promise<void> {
    const running = `SELECT 1 FROM trace.active_spans
      WHERE pid <> pg_backend_pid() AND name = 'SeqScanExec' AND rows > 0`;
    while ((await traced.client.query(running)).rows.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it('are marked when another connection cancels them', async () => {
    const victim = await traced.server.connect();
    const failed = victim.query(endless).then(
      () => undefined,
      (error: { code: string }) => error,
    );
    await untilScanned();
    const { processID, secretKey } = victim as unknown as { processID: number; secretKey: number };
    await cancel(traced.server.port, processID, secretKey);
    assert.equal((await failed)?.code, '57014');
    const spans = await traced.collector.otlpTrace(await lastTraceId(victim));
    checkInterrupted(spans, '57014', 'cancelled');
    const root = spans.find(({ isServer }) => isServer);
    assert.ok(root?.events.some(({ name }) => name === 'cancel.requested'));
    const requests = (): readonly DecodedSpan[] =>
      traced.collector.otlp.filter(({ name }) => name === 'CancelRequest');
    await traced.collector.until(() => requests().length > 0);
    const [request] = requests();
    assert.equal(request?.isServer, true);
    assert.deepEqual(request?.links, [`${root?.traceId}-${root?.spanId}`]);
  });

  it('are marked when statement_timeout strikes', async () => {
    await traced.client.query("SET statement_timeout = '200ms'");
    await assert.rejects(traced.client.query(endless), { code: '57014' });
    await traced.client.query('SET statement_timeout = 0');
    const traces = (): readonly DecodedSpan[] =>
      traced.collector.otlp.filter(
        ({ isServer, attributes }) => isServer && attributes.get('close_reason') === 'timeout',
      );
    await traced.collector.until(() => traces().length > 0);
    checkInterrupted(
      await traced.collector.otlpTrace(String(traces()[0]?.traceId)),
      '57014',
      'timeout',
    );
  });

  it('are marked when their client disappears', async () => {
    const victim = await traced.server.connect();
    victim.query(endless).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 300));
    (
      victim as unknown as { connection: { stream: { destroy(): void } } }
    ).connection.stream.destroy();
    const traces = (): readonly DecodedSpan[] =>
      traced.collector.otlp.filter(
        ({ isServer, attributes }) => isServer && attributes.get('close_reason') === 'disconnect',
      );
    await traced.collector.until(() => traces().length > 0);
    checkInterrupted(
      await traced.collector.otlpTrace(String(traces()[0]?.traceId)),
      '08006',
      'disconnect',
    );
  });

  it('are two roots when a portal is suspended and goes on', async () => {
    const cursor = traced.client.query(new Cursor('SELECT n FROM long ORDER BY n'));
    await cursor.read(10);
    await cursor.read(5);
    await cursor.close();
    const roots = (): readonly DecodedSpan[] =>
      traced.collector.otlp.filter(
        ({ isServer, attributes }) =>
          isServer && attributes.get('db.query.text') === 'select n from long order by n',
      );
    await traced.client.query('SELECT 1');
    await traced.collector.until(() => roots().length >= 2);
    const [first, second] = roots().toSorted((a, b) => a.startUs - b.startUs);
    assert.equal(first?.attributes.get('db.response.returned_rows'), 10);
    assert.equal(second?.attributes.get('db.response.returned_rows'), 5);
    assert.equal(second?.attributes.get('portal.resumed'), true);
    assert.ok(second?.links.includes(`${first?.traceId}-${first?.spanId}`));
  });
});

async function cancel(port: number, processId: number, secretKey: number): Promise<void> {
  const { connect } = await import('node:net');
  const packet = Buffer.alloc(16);
  packet.writeInt32BE(16, 0);
  packet.writeInt32BE(80_877_102, 4);
  packet.writeInt32BE(processId, 8);
  packet.writeInt32BE(secretKey, 12);
  const socket = connect(port, '127.0.0.1', () => socket.end(packet));
  await new Promise((resolve) => socket.on('close', resolve));
}
