import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Filter } from './choice/filter.ts';
import { notesMax, QueryNotes } from './query-notes.ts';
import type { QueryStart } from './query-trace.ts';
import { querySpans } from './spans/query-spans.ts';

const start: QueryStart = {
  ...{ protocol: 'simple', startNs: 1e9, sessionId: 'a-1', backendPid: 1, user: 'u', cycle: 0 },
  ...{ database: 'd', applicationName: '', sql: 'SELECT 1', settings: {}, mayForce: () => false },
};

function notesOf(traceId: string): QueryNotes {
  const filter = new Filter('info');
  const decision = { wantsNodes: true, ownTraceparent: '', hasInvalidContext: false };
  const rest = { caller: undefined, sampled: 'head' as const, sessionLink: undefined };
  const filters = { spanFilter: filter, lineFilter: filter };
  return new QueryNotes(start, { traceId, ...decision, ...rest, ...filters }, () => undefined);
}

describe('notes of a query', () => {
  it('draw its ids when they are asked for, once', () => {
    const notes = notesOf('0af7651916cd43dd8448eb211c80319c');
    const { spanId, queryId } = notes;
    assert.match(spanId, /^[0-9a-f]{16}$/);
    assert.match(queryId, /^[0-9a-f]{16}$/);
    assert.notEqual(spanId, queryId);
    assert.deepEqual([notes.spanId, notes.queryId], [spanId, queryId]);
  });

  it('have no ids where nothing can leave', () => {
    const notes = notesOf('');
    assert.deepEqual([notes.traceId, notes.spanId, notes.queryId], ['', '', '']);
  });

  it('have their bound, and the root says what was beyond', () => {
    const notes = notesOf('0af7651916cd43dd8448eb211c80319c');
    for (let at = 0; at < notesMax + 5; at++) {
      notes.phase({ name: 'execute_utility', startNs: 1e9 + at, endNs: 1e9 + at + 1 });
    }
    notes.lost(2);
    const root = querySpans(notes, { endNs: 2e9, rows: 0, reason: 'exhausted' }, 'head');
    assert.equal(root.attributes['spans.dropped'], 7);
    assert.ok(root.children.length >= notesMax);
  });
});
