import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeFrames } from '../encoding/span-frames.ts';
import type { SpanData } from './span-data.ts';
import { readSpans, ringBytesMax, ringMax, SpanRing, type RecentSpan } from './span-ring.ts';

function spanOf(name: string, text = ''): SpanData {
  return {
    ...{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentSpanId: '', traceState: '' },
    ...{ queryId: 'c'.repeat(16), name, isServer: false, startUs: 1.7e15, endUs: 1.7e15 + 1 },
    ...{ attributes: { text }, events: [], links: [], error: undefined, sql: undefined },
    ...{ target: 'pgwire::query', level: 'info', line: { name: '', phase: '', fields: {} } },
  };
}

function add(ring: SpanRing, user: string, spans: readonly SpanData[]): void {
  ring.add(encodeFrames(spans), spans.length, { user, queryId: 'c'.repeat(16) });
}

function visible(ring: SpanRing, isVisible = (_user: string) => true): readonly RecentSpan[] {
  const sent = ring.visible(isVisible);
  const spans = [...readSpans(structuredClone(sent))];
  assert.equal(spans.length, sent.spanCount);
  return spans;
}

describe('the ring of spans', () => {
  it('shows them as they were, the oldest first', () => {
    const ring = new SpanRing();
    add(ring, 'ann', [spanOf('one'), spanOf('two', 'é')]);
    add(ring, 'bob', [spanOf('three')]);
    const shown = visible(ring);
    assert.deepEqual(
      shown.map(({ name, target, level }) => [name, target, level]),
      ['one', 'two', 'three'].map((name) => [name, 'pgwire::query', 'info']),
    );
    assert.equal(shown[1]?.attributes['text'], 'é');
    assert.deepEqual(
      visible(ring, (user) => user === 'bob').map(({ name }) => name),
      ['three'],
    );
  });

  it('keeps exactly the last ones, in memory that it uses again', () => {
    const ring = new SpanRing();
    const total = ringMax * 2 + 7;
    for (let at = 0; at < total; at++) add(ring, 'ann', [spanOf(String(at))]);
    const names = visible(ring).map(({ name }) => Number(name));
    assert.deepEqual(
      names,
      Array.from({ length: ringMax }, (_, index) => total - ringMax + index),
    );
  });

  it('keeps fewer when they are large', () => {
    const ring = new SpanRing();
    const large = spanOf('large', 'x'.repeat(4000));
    const spans = Array.from({ length: 100 }, () => large);
    const perQuery = encodeFrames(spans).length;
    for (let at = 0; at < 100; at++) add(ring, 'ann', spans);
    const kept = visible(ring).length;
    assert.ok(kept >= 5000 && kept <= (ringBytesMax / perQuery) * 100, String(kept));
  });
});
