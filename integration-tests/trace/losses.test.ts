import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Collector, type Behaviour } from './collector.ts';
import { TracedServer } from './traced-server.ts';

/** A plan of more than 120 nodes. */
const manyNodes = `SELECT 0${' UNION ALL SELECT 1'.repeat(60)}`;

const open: { stop(): Promise<void> }[] = [];

async function start(environment: Readonly<Record<string, string>>): Promise<TracedServer> {
  const server = await TracedServer.start({ TRACE_MAX_TRACES_PER_SEC: '0', ...environment });
  open.push(server);
  return server;
}

interface Account {
  readonly exported: number;
  readonly dropped: number;
  readonly queued: number;
  readonly produced: number;
}

/** The account of one exporter, from the server's own statistics. */
async function account(server: TracedServer, exporter: string): Promise<Account> {
  const text = await server.metrics();
  const read = (name: string): number => {
    const found = new RegExp(`^timefusion_trace_${exporter}_${name} (\\d+)`, 'm').exec(text);
    return Number(found?.[1] ?? Number.NaN);
  };
  return {
    exported: read('exported'),
    dropped: read('dropped'),
    queued: read('queued'),
    produced: read('produced'),
  };
}

function checkBalance({ produced, exported, dropped, queued }: Account): void {
  assert.equal(produced, exported + dropped + queued, 'produced = exported + dropped + queued');
}

describe('a collector that does not work', { concurrency: 2 }, () => {
  after(async () => {
    for (const server of open) await server.stop();
  });

  const ways: readonly (readonly [string, Behaviour])[] = [
    ['answers with errors', 'refuse'],
    ['accepts and never answers', 'hang'],
    ['answers garbage', 'garbage'],
  ];
  for (const [what, behaviour] of ways) {
    it(`that ${what} costs spans, counted to the unit, and no query`, async () => {
      const collector = await Collector.listen();
      collector.behaviour = behaviour;
      const server = await start({
        OTEL_EXPORTER_JAEGER_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      });
      const client = await server.connect();
      for (let index = 0; index < 40; index++) {
        const { rows } = await client.query(manyNodes);
        assert.equal(rows.length, 61);
      }
      for (const exporter of ['jaeger', 'otlp']) {
        const counts = await account(server, exporter);
        checkBalance(counts);
        assert.ok(counts.produced > 40 * 120, 'spans of every query');
        assert.equal(counts.exported, 0);
        assert.ok(counts.queued <= 4096, 'the queue has its bound');
        assert.ok(counts.dropped > 0, 'the newest are dropped');
      }
      assert.ok(
        (server.errors.match(/trace export to/g)?.length ?? 0) <= 1,
        'one warning a minute',
      );
      collector.behaviour = 'accept';
      await collector.until(
        () => collector.jaegerBodies.length > 0 && collector.otlpBodies.length > 0,
        30_000,
      );
      await client.end();
      collector.close();
    });
  }

  it('that is not there does not keep the server from ending within its time', async () => {
    const server = await start({ OTEL_EXPORTER_JAEGER_ENDPOINT: 'http://127.0.0.1:9' });
    const client = await server.connect();
    await client.query('SELECT 1');
    checkBalance(await account(server, 'jaeger'));
    const began = performance.now();
    await server.stop();
    assert.ok(performance.now() - began < 8000);
  });

  it('that is standard output, unread, costs lines and no query', async () => {
    const server = await start({ LOG_FORMAT: 'json' });
    const client = await server.connect();
    server.stopReading();
    for (let index = 0; index < 300; index++) await client.query(manyNodes);
    const counts = await account(server, 'lines');
    checkBalance(counts);
    assert.ok(counts.dropped > 0, 'lines beyond the buffer are dropped');
    const { rows } = await client.query('SELECT 1 AS n');
    assert.deepEqual(rows, [{ n: 1 }]);
  });

  it('beside one that works leaves the other whole', async () => {
    const collector = await Collector.listen();
    const server = await start({
      OTEL_TRACES_EXPORTER: 'jaeger,otlp',
      OTEL_EXPORTER_JAEGER_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    });
    const client = await server.connect();
    for (let index = 0; index < 50; index++) await client.query('SELECT 1');
    await collector.until(() => collector.otlp.filter(({ isServer }) => isServer).length >= 51);
    const counts = await account(server, 'otlp');
    checkBalance(counts);
    assert.equal(counts.dropped, 0);
    collector.close();
  });

  it('loses nothing when the server is told to end', async () => {
    const collector = await Collector.listen();
    const server = await start({
      OTEL_EXPORTER_JAEGER_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '60000',
    });
    const client = await server.connect();
    for (let index = 0; index < 20; index++) await client.query('SELECT 1');
    await client.end();
    await server.stop();
    assert.equal(collector.jaeger.filter(({ name }) => name === 'SELECT').length, 20);
    collector.close();
  });
});
