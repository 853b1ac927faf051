import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contextOfComments, contextOfSettings } from './trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const good = `00-${traceId}-${spanId}-01`;

describe('comments of a statement', () => {
  it('carry the caller and its trace state', () => {
    const { caller } = contextOfComments(`SELECT 1 /*traceparent='${good}',tracestate='a%3D1'*/`);
    assert.deepEqual(caller, { traceId, spanId, sampled: true, traceState: 'a=1' });
  });
});

describe('settings', () => {
  it('carry a context under two names', () => {
    assert.equal(contextOfSettings({ 'trace.traceparent': good })?.traceId, traceId);
    const alias = { 'pg_tracing.trace_context': `traceparent='${good}'` };
    assert.equal(contextOfSettings(alias)?.spanId, spanId);
    assert.equal(contextOfSettings({}), undefined);
  });
});
