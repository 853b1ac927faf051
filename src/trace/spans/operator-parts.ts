/**
 * Spans inside an operator's: its partitions, the rounds of a recursive query, the segments whose
 * columns it read from files.
 */
import type { LoopMark, NodeStatistics, SegmentRead } from '../node-statistics.ts';
import { longReadsMax } from '../node-statistics.ts';
import type { OperatorTotals } from './operator-totals.ts';
import { epochMicros, type Attributes } from './span-data.ts';
import { draftRanks, newDraft, type DraftRank, type SpanDraft } from './span-draft.ts';
import { storageTarget } from './span-targets.ts';
import type { Level } from '../choice/filter.ts';

interface Part {
  readonly name: string;
  readonly target: string;
  readonly level: Level;
  readonly rank: DraftRank;
  readonly startNs: number;
  readonly endNs: number;
  readonly attributes: Attributes;
  readonly line: Attributes;
}

function partSpan({ startNs, endNs, line, ...part }: Part): SpanDraft {
  const startUs = epochMicros(startNs);
  return newDraft({
    ...part,
    startUs,
    endUs: Math.max(startUs, epochMicros(endNs)),
    line: { name: 'execute_plan', phase: 'physical_plan', fields: line },
  });
}

export function addPartitions(span: SpanDraft, totals: OperatorTotals): void {
  if (totals.partitions.length < 2) return;
  for (const part of totals.partitions) {
    span.children.push(
      partSpan({
        name: `partition ${part.partition}`,
        target: span.target,
        level: 'debug',
        rank: draftRanks.partition,
        startNs: part.firstPullNs,
        endNs: part.lastNs,
        attributes: {
          'op.partition': part.partition,
          'datafusion.metrics.output_rows': part.rows,
          'datafusion.metrics.output_batches': part.batches,
          'op.busy_ns': part.busyNs,
          'op.self_ns': part.selfNs,
          'op.io_wait_ns': part.ioNs,
          'op.close_reason': part.closeReason,
        },
        line: {
          operator: span.name,
          rows_produced: part.rows,
          self_ms: Math.round(part.selfNs / 1000) / 1000,
          partition: part.partition,
        },
      }),
    );
  }
}

/** Rounds of the recursive side: each of the first, then all others in one. */
export function addIterations(span: SpanDraft, recursive: OperatorTotals | undefined): void {
  const [part] = recursive?.partitions ?? [];
  if (part === undefined) return;
  const { loops, loopMarks: marks = [] } = part;
  let before: LoopMark = { rows: 0, busyNs: 0, selfNs: 0, endNs: part.firstPullNs };
  const ends = [...marks, { ...part, endNs: part.lastNs }];
  ends.forEach((end, index) => {
    const isRest = index === marks.length && loops > marks.length + 1;
    const number = index + 1;
    const attributes = {
      'recursive.iteration': number,
      ...(isRest ? { 'recursive.iterations': loops - marks.length } : {}),
      'datafusion.metrics.output_rows': end.rows - before.rows,
      'op.busy_ns': end.busyNs - before.busyNs,
    };
    span.children.push(
      partSpan({
        name: isRest ? `iterations ${number}..n` : `iteration ${number}`,
        target: span.target,
        level: 'info',
        rank: draftRanks.partition,
        startNs: before.endNs,
        endNs: end.endNs,
        attributes,
        line: {
          operator: span.name,
          rows_produced: end.rows - before.rows,
          iteration: number,
        },
      }),
    );
    before = end;
  });
}

/** Segments read from files: those that took longest, partitions taken together. */
export function addReads(span: SpanDraft, { partitions }: OperatorTotals): void {
  const reads = readsOf(partitions);
  if (reads.length === 0) return;
  const total = partitions.reduce((sum, part) => sum + part.reads, 0);
  const shown = reads.toSorted((a, b) => b.ns - a.ns).slice(0, longReadsMax);
  for (const { segment, reads: count, bytes, ns, startNs, endNs } of shown) {
    span.children.push(
      partSpan({
        name: 'storage.read',
        target: storageTarget,
        level: 'debug',
        rank: draftRanks.storage,
        startNs,
        endNs,
        attributes: {
          'storage.segment': segment,
          'storage.reads': count,
          'storage.read_bytes': bytes,
          active_ns: ns,
        },
        line: { operator: span.name, segment, reads: count, read_bytes: bytes },
      }),
    );
  }
  const left = total - shown.reduce((sum, read) => sum + read.reads, 0);
  if (left > 0) span.attributes['storage.reads_elided'] = left;
}

function readsOf(partitions: readonly NodeStatistics[]): readonly SegmentRead[] {
  const found = new Map<string, SegmentRead>();
  for (const { longReads = [] } of partitions) {
    for (const read of longReads) {
      const known = found.get(read.segment);
      const merged = known === undefined ? read : together(known, read);
      found.set(read.segment, merged);
    }
  }
  return [...found.values()];
}

function together(a: SegmentRead, b: SegmentRead): SegmentRead {
  return {
    segment: a.segment,
    reads: a.reads + b.reads,
    bytes: a.bytes + b.bytes,
    ns: a.ns + b.ns,
    startNs: Math.min(a.startNs, b.startNs),
    endNs: Math.max(a.endNs, b.endNs),
  };
}
