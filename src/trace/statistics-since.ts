/** What nodes did between two moments: one Execute of a portal, one FETCH of a cursor. */
import type { NodeStatistics } from './node-statistics.ts';

/** The nodes that were pulled since `before`, with the difference of their counters. */
export function statisticsSince(
  now: readonly NodeStatistics[],
  before: readonly NodeStatistics[],
  sinceNs: number,
): readonly NodeStatistics[] {
  if (before.length === 0) return now.map(suspended);
  const known = new Map(before.map((node) => [keyOf(node), node]));
  return now.flatMap((node) => {
    const earlier = known.get(keyOf(node));
    if (earlier === undefined) return suspended(node);
    return node.busyNs === earlier.busyNs ? [] : difference(node, earlier, sinceNs);
  });
}

function keyOf({ nodeId, partition }: NodeStatistics): string {
  return `${nodeId} ${partition}`;
}

function suspended(node: NodeStatistics): NodeStatistics {
  return node.closeReason === 'open' ? { ...node, closeReason: 'suspended' } : node;
}

function difference(
  node: NodeStatistics,
  earlier: NodeStatistics,
  sinceNs: number,
): NodeStatistics {
  const { longReads, loopMarks: _marks, preview: _preview, ...rest } = suspended(node);
  const reads = longReads?.filter(({ startNs }) => startNs >= sinceNs);
  return {
    ...rest,
    rows: node.rows - earlier.rows,
    batches: node.batches - earlier.batches,
    loops: Math.max(1, node.loops - earlier.loops),
    busyNs: node.busyNs - earlier.busyNs,
    selfNs: node.selfNs - earlier.selfNs,
    ioNs: node.ioNs - earlier.ioNs,
    waitNs: node.waitNs - earlier.waitNs,
    reads: node.reads - earlier.reads,
    readBytes: node.readBytes - earlier.readBytes,
    cacheHits: node.cacheHits - earlier.cacheHits,
    firstPullNs: Math.max(node.firstPullNs, sinceNs),
    firstRowNs: node.firstRowNs >= sinceNs ? node.firstRowNs : 0,
    ...(reads === undefined || reads.length === 0 ? {} : { longReads: reads }),
  };
}
