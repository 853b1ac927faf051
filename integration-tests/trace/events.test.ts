/** Instants and facts that spans tell beside the tree: events, links, what a root says of its server. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import type pg from 'pg';
import type { DecodedEvent, DecodedSpan } from './decoded-span.ts';
import { overhanging } from './span-tree.ts';
import { useTraced } from './traced-setup.ts';
import { lastTraceId } from './traced-server.ts';

const rootOf = (spans: readonly DecodedSpan[]): DecodedSpan | undefined =>
  spans.find(({ isServer }) => isServer);
const eventOf = (span: DecodedSpan | undefined, name: string): DecodedEvent | undefined =>
  span?.events.find((event) => event.name === name);

describe('spans', { concurrency: false }, () => {
  const traced = useTraced({
    settings: {
      RUST_LOG: 'debug',
      TRACE_MAX_TRACES_PER_SEC: '0',
      TRACE_TAIL_SLOW_MS: '400',
      TRACE_TAIL_ERRORS: 'true',
      TIMEFUSION_QUERY_MEMORY: '24MB',
    },
    statements: [
      'CREATE TABLE birds (n int, label text)',
      "INSERT INTO birds SELECT n, 'bird ' || n FROM generate_series(1, 30000) g(n)",
    ],
  });

  async function spansOf(client: pg.Client, sql: string): Promise<readonly DecodedSpan[]> {
    await client.query(sql).catch(() => undefined);
    return traced.collector.otlpTrace(await lastTraceId(client));
  }

  it('of a root name both ends of the connection, its cycle, its plan, and how busy the server was', async () => {
    const sql = 'SELECT count(*) FROM birds WHERE n > 1';
    const [one, two] = [
      await spansOf(traced.client, sql),
      await spansOf(traced.client, sql.replace('1', '2')),
    ];
    const [first, second] = [one, two].map((spans) => rootOf(spans)?.attributes);
    assert.equal(first?.get('server.port'), traced.server.port);
    assert.deepEqual(
      [first.get('server.address'), first.get('client.address')],
      ['127.0.0.1', '127.0.0.1'],
    );
    assert.ok(Number(first.get('client.port')) > 1023);
    assert.match(String(first.get('plan.hash')), /^[0-9a-f]{16}$/);
    assert.equal(first.get('plan.hash'), second?.get('plan.hash'), 'whatever the constants');
    const other = rootOf(await spansOf(traced.client, 'SELECT count(*) FROM birds WHERE n < 1'));
    assert.notEqual(other?.attributes.get('plan.hash'), first.get('plan.hash'));
    const busy = Number(first.get('eventloop.utilization'));
    assert.ok(busy >= 0 && busy <= 1, String(busy));
    assert.notEqual(first.get('pgwire.cycle_id'), second?.get('pgwire.cycle_id'));
  });

  it('of statements that came in one message share a cycle', async () => {
    await traced.client.query('SELECT 1 AS one_cycle; SELECT 2; SELECT 3');
    await traced.collector.otlpTrace(await lastTraceId(traced.client));
    const cycles = new Map<unknown, number>();
    for (const { isServer, attributes } of traced.collector.otlp) {
      const id = attributes.get('pgwire.cycle_id');
      if (isServer && id !== undefined) cycles.set(id, (cycles.get(id) ?? 0) + 1);
    }
    assert.equal(Math.max(...cycles.values()), 3);
  });

  it('of operators tell hash tables when they are built, and bytes that went out', async () => {
    const spans = await spansOf(
      traced.client,
      'SELECT a.n % 7, count(*) FROM birds a JOIN birds b ON a.n = b.n GROUP BY 1',
    );
    const join = spans.find(({ name }) => name === 'HashJoinExec');
    const built = eventOf(join, 'hash_table.built');
    assert.equal(built?.attributes.get('rows'), 30_000);
    assert.ok(Number(built.attributes.get('ns')) > 0);
    assert.equal(join?.attributes.get('join.build_rows'), 30_000);
    assert.equal(join.attributes.get('join.probe_rows'), 30_000);
    assert.equal(join.attributes.get('join.avg_fanout'), 1);
    assert.equal(join.attributes.get('join.probe_hit_rate'), 1);
    assert.ok(Number(join.attributes.get('join.build_mem_bytes')) >= 30_000 * 4);
    const groups = spans.filter(({ name }) => name === 'AggregateExec');
    assert.ok(
      groups.some((span) => eventOf(span, 'hash_table.built')?.attributes.get('rows') === 7),
    );
    const scan = spans.find(({ name }) => name === 'SeqScanExec');
    const rows = Number(scan?.attributes.get('datafusion.metrics.output_rows'));
    assert.equal(scan?.attributes.get('datafusion.metrics.output_bytes'), rows * 4);
  });

  it('of commits show the write and the sync of the log', async () => {
    const spans = await spansOf(traced.client, "INSERT INTO birds VALUES (0, 'wren')");
    const commit = spans.find(({ name }) => name === 'commit');
    const parts = spans.filter(({ parentSpanId }) => parentSpanId === commit?.spanId);
    assert.deepEqual(parts.map(({ name }) => name).toSorted(), ['log.append', 'log.sync']);
    const [append] = parts.filter(({ name }) => name === 'log.append');
    assert.equal(append?.attributes.get('log.records'), 1);
    assert.equal(append.attributes.get('log.bytes'), commit?.attributes.get('wal.bytes'));
    assert.deepEqual(overhanging(spans), []);
  });

  it('of EXECUTE link the PREPARE', async () => {
    const { client } = traced;
    const prepared = rootOf(await spansOf(client, 'PREPARE of_birds AS SELECT label FROM birds'));
    const executed = rootOf(await spansOf(client, 'EXECUTE of_birds'));
    assert.ok(executed?.links.includes(`${prepared?.traceId}-${prepared?.spanId}`));
  });

  it('tell of a plan that is kept, a lock that is waited for, memory that runs out', async () => {
    const other = await traced.server.connect();
    const kept = { name: 'kept', text: 'SELECT label FROM birds WHERE n = 1' };
    await other.query(kept);
    const parsed = rootOf(await traced.collector.otlpTrace(await lastTraceId(other)));
    await other.query(kept);
    const hit = rootOf(await traced.collector.otlpTrace(await lastTraceId(other)));
    assert.ok(eventOf(parsed, 'plan_cache.miss') && eventOf(hit, 'plan_cache.hit'));
    assert.ok(hit?.links.includes(`${parsed?.traceId}-${parsed?.spanId}`), 'links to its Parse');

    await other.query('BEGIN');
    await other.query('LOCK TABLE birds IN ACCESS EXCLUSIVE MODE');
    const waiting = spansOf(traced.client, 'SELECT count(*) FROM birds');
    await new Promise((resolve) => setTimeout(resolve, 60));
    await other.query('ROLLBACK');
    const waited = rootOf(await waiting);
    const lock = eventOf(waited, 'lock.wait');
    assert.equal(lock?.attributes.get('relation'), 'birds');
    assert.ok(Number(lock.attributes.get('ns')) >= 20e6);
    assert.ok(Number(waited?.attributes.get('locks.wait_ns')) >= 20e6);

    const sorted = rootOf(
      await spansOf(
        traced.client,
        'SELECT a.n, a.label, b.label FROM birds a, birds b WHERE a.n < 9 ORDER BY b.label, a.n',
      ),
    );
    assert.ok(eventOf(sorted, 'memory.pressure'), [...(sorted?.attributes ?? [])].join(' '));
  });

  it('kept by their end say so', async () => {
    const own = await traced.server.connect();
    await own.query('SET trace.sample_rate = 0');
    const slow = rootOf(await spansOf(own, 'SELECT pg_sleep(0.5)'));
    assert.equal(eventOf(slow, 'tail_sampled')?.attributes.get('reason'), 'slow');
    const failed = rootOf(await spansOf(own, 'SELECT 1 / 0'));
    assert.equal(eventOf(failed, 'tail_sampled')?.attributes.get('reason'), 'error');
    const usual = rootOf(await spansOf(traced.client, 'SELECT 1'));
    assert.equal(eventOf(usual, 'tail_sampled'), undefined);
  });

  it('tell of a client that reads slowly', async () => {
    const marker = 'slow_reader';
    const socket = connect(traced.server.port, '127.0.0.1');
    socket.pause();
    const text = (value: string): Buffer => Buffer.from(`${value}\0`);
    const startup = Buffer.concat([
      Buffer.from([0, 3, 0, 0]),
      ...['user', 'postgres', 'database', 'postgres', ''].map(text),
    ]);
    const query = text(`SELECT repeat('x', 1000) AS ${marker} FROM birds`);
    const sized = (body: Buffer): Buffer => {
      const head = Buffer.alloc(4);
      head.writeUInt32BE(body.length + 4);
      return Buffer.concat([head, body]);
    };
    socket.write(sized(startup));
    await new Promise((resolve) => setTimeout(resolve, 300));
    socket.write(Buffer.concat([Buffer.from('Q'), sized(query)]));
    await new Promise((resolve) => setTimeout(resolve, 600));
    socket.resume();
    const isSlow = (span: DecodedSpan): boolean => eventOf(span, 'client.slow') !== undefined;
    await traced.collector.until(() => traced.collector.otlp.some(isSlow));
    socket.destroy();
    const root = traced.collector.otlp.find(isSlow);
    assert.ok(Number(eventOf(root, 'client.slow')?.attributes.get('ns')) >= 100e6);
    assert.equal(root?.attributes.get('db.response.returned_rows'), 30_001);
  });
});

describe('transactions', { concurrency: false }, () => {
  const traced = useTraced({ statements: ['CREATE TABLE birds (n int)'] });

  it('are one trace under one span where the session asks for it', async () => {
    const own = await traced.server.connect();
    await own.query('SET trace.transaction = parent');
    await own.query('BEGIN');
    const traceId = await lastTraceId(own);
    await own.query('INSERT INTO birds VALUES (1)');
    await own.query('COMMIT');
    await own.query('SELECT 1');
    assert.notEqual(await lastTraceId(own), traceId, 'what comes after is none of it');
    const ofTrace = (): readonly DecodedSpan[] =>
      traced.collector.otlp.filter((span) => span.traceId === traceId);
    await traced.collector.until(() => ofTrace().some(({ name }) => name === 'TransactionBlock'));
    const block = ofTrace().find(({ name }) => name === 'TransactionBlock');
    const roots = ofTrace().filter(({ isServer }) => isServer);
    // SHOW is a statement of the block, too.
    assert.deepEqual(roots.map(({ name }) => name).toSorted(), [
      'BEGIN',
      'COMMIT',
      'INSERT birds',
      'SHOW',
    ]);
    for (const root of roots) assert.equal(root.parentSpanId, block?.spanId, root.name);
    assert.equal(block?.parentSpanId, '');
    assert.equal(block.attributes.get('db.transaction.statements'), 3);
    assert.equal(block.attributes.get('db.transaction.ended_by'), 'COMMIT');
    assert.deepEqual(overhanging(ofTrace()), []);
    await own.end();
  });

  it('that a session leaves open end with it', async () => {
    const own = await traced.server.connect();
    await own.query('SET trace.transaction = parent');
    await own.query('BEGIN');
    const traceId = await lastTraceId(own);
    await own.end();
    await traced.collector.until(() =>
      traced.collector.otlp.some(
        (span) => span.traceId === traceId && span.name === 'TransactionBlock',
      ),
    );
  });

  it('link to their BEGIN otherwise', async () => {
    await traced.client.query('BEGIN');
    const begin = await lastTraceId(traced.client);
    await traced.client.query('SELECT 1');
    const select = await lastTraceId(traced.client);
    await traced.client.query('ROLLBACK');
    assert.notEqual(begin, select);
    const root = rootOf(await traced.collector.otlpTrace(select));
    assert.ok(root?.links.some((link) => link.startsWith(begin)));
  });
});
