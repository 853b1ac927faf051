/** Counters of nodes that were run several times, in runs of their own. */
import type { NodeStatistics } from '../../trace/node-statistics.ts';

/** By node and thread. */
export function addStatistics(
  before: readonly NodeStatistics[],
  more: readonly NodeStatistics[],
): readonly NodeStatistics[] {
  if (before.length === 0 || more.length === 0) return before.length === 0 ? more : before;
  const all = new Map(before.map((node) => [keyOf(node), node]));
  for (const node of more) {
    const earlier = all.get(keyOf(node));
    all.set(keyOf(node), earlier === undefined ? node : sum(earlier, node));
  }
  return [...all.values()];
}

function keyOf({ nodeId, partition }: NodeStatistics): string {
  return `${nodeId} ${partition}`;
}

function sum(one: NodeStatistics, other: NodeStatistics): NodeStatistics {
  const facts = { ...one.facts };
  for (const [name, value] of Object.entries(other.facts)) facts[name] = (facts[name] ?? 0) + value;
  return {
    ...one,
    rows: one.rows + other.rows,
    batches: one.batches + other.batches,
    loops: one.loops + other.loops,
    busyNs: one.busyNs + other.busyNs,
    selfNs: one.selfNs + other.selfNs,
    ioNs: one.ioNs + other.ioNs,
    waitNs: one.waitNs + other.waitNs,
    reads: one.reads + other.reads,
    readBytes: one.readBytes + other.readBytes,
    cacheHits: one.cacheHits + other.cacheHits,
    firstRowNs: one.firstRowNs === 0 ? other.firstRowNs : one.firstRowNs,
    lastNs: Math.max(one.lastNs, other.lastNs),
    peakBytes: Math.max(one.peakBytes, other.peakBytes),
    closeReason: other.closeReason,
    facts,
  };
}
