import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newCaller, type Caller } from './caller.ts';
import type { DecodedSpan } from './decoded-span.ts';
import { lastTraceId } from './traced-server.ts';
import { useTraced } from './traced-setup.ts';

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
    await traced.client.query('SELECT 1');
    await traced.collector.otlpTrace(await lastTraceId(traced.client));
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
