import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { SpanData } from './span-data.ts';
import { admit, draftRanks, newDraft, type SpanDraft } from './span-draft.ts';

const identity = {
  traceId: 'a'.repeat(32),
  rootSpanId: 'b'.repeat(16),
  callerSpanId: '',
  traceState: '',
  queryId: 'c'.repeat(16),
  sql: '',
};

function draft(
  name: string,
  startUs: number,
  endUs: number,
  children: SpanDraft[] = [],
): SpanDraft {
  const rank = name === 'root' ? draftRanks.root : draftRanks.operator;
  const made = newDraft({
    name,
    target: name,
    level: 'info',
    rank,
    startUs,
    endUs,
    selfNs: 5,
    line: { name, phase: '', fields: {} },
  });
  made.children.push(...children);
  return made;
}

function spansOf(
  root: SpanDraft,
  spansMax: number,
  wants: (draft: SpanDraft) => boolean = () => true,
): readonly SpanData[] {
  return admit(root, { identity, wants, spansMax }).spans;
}

function treeOf(depth: number): fc.Arbitrary<SpanDraft> {
  const children: fc.Arbitrary<SpanDraft[]> =
    depth === 0 ? fc.constant([]) : fc.array(treeOf(depth - 1), { maxLength: 3 });
  return fc
    .tuple(fc.nat(1000), fc.nat(1000), children)
    .map(([start, length, inner]) => draft('node', start, start + length, inner));
}

describe('span trees', () => {
  it('nest strictly, whatever the counters said', () => {
    fc.assert(
      fc.property(fc.array(treeOf(3), { maxLength: 3 }), (children) => {
        const spans = spansOf(draft('root', 200, 700, children), 1000);
        const byId = new Map(spans.map((span) => [span.spanId, span]));
        for (const span of spans) {
          assert.ok(span.startUs <= span.endUs);
          const parent = byId.get(span.parentSpanId);
          if (span.name === 'root') continue;
          assert.ok(parent !== undefined);
          assert.ok(parent.startUs <= span.startUs && span.endUs <= parent.endUs);
        }
      }),
    );
  });

  it('come children first', () => {
    const names = spansOf(draft('root', 0, 9, [draft('a', 1, 8, [draft('b', 2, 3)])]), 9);
    assert.deepEqual(
      names.map(({ name }) => name),
      ['b', 'a', 'root'],
    );
  });

  it('keep the root and the longest when the budget is short, and count the rest', () => {
    const root = draft('root', 0, 100, [draft('short', 1, 2), draft('long', 3, 90)]);
    const { spans, elided } = admit(root, { identity, spansMax: 2, wants: () => true });
    assert.deepEqual(
      spans.map(({ name }) => name),
      ['long', 'root'],
    );
    assert.equal(elided, 1);
    assert.equal(spans.at(-1)?.attributes['spans.elided'], 1);
    assert.equal(spans.at(-1)?.attributes['op.children_elided'], 1);
  });

  it('hang the children of a suppressed span under its nearest ancestor, which counts it', () => {
    const root = draft('root', 0, 9, [
      draft('top', 1, 8, [draft('mid', 2, 7, [draft('leaf', 3, 4)])]),
    ]);
    const spans = spansOf(root, 9, ({ name }) => name !== 'mid');
    const top = spans.find(({ name }) => name === 'top');
    assert.equal(spans.find(({ name }) => name === 'leaf')?.parentSpanId, top?.spanId);
    assert.equal(top?.attributes['op.children_elided'], 1);
    assert.equal(top?.attributes['elided_self_ns'], 5);
  });

  it('give a draft the same id in every list', () => {
    const root = draft('root', 0, 9, [draft('a', 1, 8), draft('b', 1, 8)]);
    const all = spansOf(root, 9);
    const some = spansOf(root, 9, ({ name }) => name !== 'b');
    assert.equal(
      all.find(({ name }) => name === 'a')?.spanId,
      some.find(({ name }) => name === 'a')?.spanId,
    );
  });
});
