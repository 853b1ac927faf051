import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { Collector } from './collector.ts';
import type { DecodedSpan } from './decoded-span.ts';
import { lastTraceId, TracedServer } from './traced-server.ts';
import { useTraced } from './traced-setup.ts';

interface Caller {
  readonly traceId: string;
  readonly spanId: string;
  readonly header: string;
}

function newCaller(flags = '01'): Caller {
  const traceId = randomBytes(16).toString('hex');
  const spanId = randomBytes(8).toString('hex');
  return { traceId, spanId, header: `00-${traceId}-${spanId}-${flags}` };
}

describe('the context of the caller', { concurrency: false }, () => {
  const traced = useTraced();

  async function rootsOf(caller: Caller): Promise<readonly DecodedSpan[]> {
    await traced.collector.otlpTrace(caller.traceId);
    return traced.collector.otlp.filter(
      ({ traceId, isServer }) => traceId === caller.traceId && isServer,
    );
  }

  it('comes in a comment, for that statement alone', async () => {
    const caller = newCaller();
    await traced.client.query(`SELECT 1 /*traceparent='${caller.header}'*/`);
    const [root] = await rootsOf(caller);
    assert.equal(root?.parentSpanId, caller.spanId);
    assert.equal(root?.attributes.get('sampling.reason'), 'parent');
    await traced.client.query('SELECT 1');
    assert.notEqual(await lastTraceId(traced.client), caller.traceId);
  });

  it('comes in a comment of an extended query', async () => {
    const caller = newCaller();
    const { rows } = await traced.client.query(
      `/*traceparent='${caller.header}'*/ SELECT $1::int4 AS v`,
      [5],
    );
    assert.deepEqual(rows, [{ v: 5 }]);
    assert.equal((await rootsOf(caller))[0]?.parentSpanId, caller.spanId);
  });

  it('of a named statement is that of its Parse, not of later Executes', async () => {
    const caller = newCaller();
    const text = `SELECT $1::int4 /*traceparent='${caller.header}'*/`;
    await traced.client.query({ name: 'kept', text, values: [1] });
    await traced.client.query({ name: 'kept', text, values: [2] });
    assert.notEqual(await lastTraceId(traced.client), caller.traceId);
    assert.equal((await rootsOf(caller)).length, 1);
  });

  it('comes by SET LOCAL, before SET, before the startup option', async () => {
    const [startup, session, local, comment] = [newCaller(), newCaller(), newCaller(), newCaller()];
    const own = await traced.server.connect({ options: `-c trace.traceparent=${startup.header}` });
    await own.query('SELECT 1');
    await own.query(`SET trace.traceparent = '${session.header}'`);
    await own.query('SELECT 2');
    await own.query('BEGIN');
    await own.query(`SET LOCAL trace.traceparent = '${local.header}'`);
    await own.query('SELECT 3');
    await own.query(`SELECT 4 /*traceparent='${comment.header}'*/`);
    await own.query('COMMIT');
    await own.query('SELECT 5');
    await own.query('RESET trace.traceparent');
    await own.query('SELECT 6');
    await own.end();
    const texts = async (caller: Caller): Promise<readonly unknown[]> =>
      (await rootsOf(caller)).map(({ name }) => name);
    assert.deepEqual(await texts(comment), ['SELECT']);
    assert.deepEqual(await texts(local), ['SELECT', 'COMMIT']);
    assert.deepEqual((await texts(session)).slice(0, 2), ['SELECT', 'BEGIN']);
    assert.equal((await texts(session)).filter((name) => name === 'SELECT').length, 2);
    assert.ok((await texts(startup)).length >= 2);
  });

  it('of BEGIN goes to the statements of its transaction, which link to it', async () => {
    const caller = newCaller();
    await traced.client.query(`BEGIN /*traceparent='${caller.header}'*/`);
    await traced.client.query('SELECT 1');
    await traced.client.query('COMMIT');
    await traced.client.query('SELECT 1');
    assert.notEqual(await lastTraceId(traced.client), caller.traceId);
    await traced.collector.until(
      () =>
        traced.collector.otlp.filter(
          ({ traceId, isServer }) => isServer && traceId === caller.traceId,
        ).length === 3,
    );
    const [begin, select, commit] = (await rootsOf(caller)).toSorted(
      (a, b) => a.startUs - b.startUs,
    );
    assert.deepEqual([begin?.name, select?.name, commit?.name], ['BEGIN', 'SELECT', 'COMMIT']);
    assert.ok(select?.links.includes(`${begin?.traceId}-${begin?.spanId}`));
    assert.equal(select?.attributes.get('db.transaction.statement_seq'), 1);
    assert.equal(commit?.attributes.get('db.transaction.statement_seq'), 2);
  });

  it('that is malformed in a comment warns once and breaks nothing', async () => {
    const own = await traced.server.connect();
    const notices: string[] = [];
    own.on('notice', (notice) => notices.push(String(notice.code)));
    for (const bad of ['00-zz', '', 'ff-' + 'a'.repeat(32) + '-' + 'b'.repeat(16) + '-01', '%27']) {
      const { rows } = await own.query(`SELECT 7 AS n /*traceparent='${bad}'*/`);
      assert.deepEqual(rows, [{ n: 7 }]);
    }
    assert.deepEqual(notices, ['01000']);
    const [root] = (await traced.collector.otlpTrace(await lastTraceId(own))).filter(
      ({ isServer }) => isServer,
    );
    assert.equal(root?.attributes.get('traceparent.invalid'), true);
  });

  it('that is malformed in SET is refused and keeps the value before', async () => {
    const caller = newCaller();
    await traced.client.query(`SET trace.traceparent = '${caller.header}'`);
    await assert.rejects(traced.client.query("SET trace.traceparent = '00-nonsense'"), {
      code: '22023',
    });
    const { rows } = await traced.client.query('SHOW trace.traceparent');
    assert.deepEqual(Object.values(rows[0] as object), [caller.header]);
    await traced.client.query('RESET trace.traceparent');
  });

  it('that is not sampled is honoured, unless the trace is forced', async () => {
    const [silent, forced] = [newCaller('00'), newCaller('00')];
    await traced.client.query(`SELECT 1 /*traceparent='${silent.header}'*/`);
    await traced.client.query(`SELECT 1 /*traceparent='${forced.header}',trace='force'*/`);
    const [root] = await rootsOf(forced);
    assert.equal(root?.attributes.get('sampling.reason'), 'forced');
    const [{ Plan: plan }] = JSON.parse(String(root?.attributes.get('plan.json'))) as [
      { Plan: Record<string, unknown> },
    ];
    assert.equal(plan['Node Type'], 'ProjectionExec');
    assert.equal(plan['Actual Rows'], 1);
    assert.deepEqual(
      traced.collector.otlp.filter(({ traceId }) => traceId === silent.traceId),
      [],
    );
  });

  it('is told back with trace.echo', async () => {
    const own = await traced.server.connect();
    const told: string[] = [];
    (own as unknown as { connection: NodeJS.EventEmitter }).connection.on(
      'parameterStatus',
      (message: { parameterName: string; parameterValue: string }) => {
        if (message.parameterName === 'trace_id') told.push(message.parameterValue);
      },
    );
    await own.query('SET trace.echo = on');
    const caller = newCaller();
    await own.query(`SELECT 1 /*traceparent='${caller.header}'*/`);
    assert.equal(told.at(-1), caller.traceId);
    await own.end();
  });
});

describe('sampling', { concurrency: false }, () => {
  it('by a session takes its share, deterministically', async () => {
    const collector = await Collector.listen();
    const server = await TracedServer.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER_RATIO: '0.5',
      TRACE_MAX_TRACES_PER_SEC: '0',
    });
    const client = await server.connect();
    const traceIds: string[] = [];
    for (let index = 0; index < 60; index++) {
      await client.query('SELECT 1');
      traceIds.push(await lastTraceId(client));
    }
    await client.query('SET trace.sample_rate = 0');
    await client.query('SELECT 2');
    const none = await lastTraceId(client);
    await client.query('SET trace.force = on');
    await client.query('SELECT 3');
    await collector.otlpTrace(await lastTraceId(client));
    const exported = new Set(collector.otlp.map(({ traceId }) => traceId));
    const expected = traceIds.filter((traceId) => {
      const words = traceId.match(/.{8}/g)?.map((word) => Number.parseInt(word, 16)) ?? [];
      return words.reduce((a, b) => a ^ b) >>> 0 < Math.floor(0.5 * 0xffffffff);
    });
    assert.deepEqual(
      traceIds.filter((traceId) => exported.has(traceId)),
      expected,
    );
    assert.ok(!exported.has(none));
    await server.stop();
    collector.close();
  });

  it('by the end keeps what was slow or failed', async () => {
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
