/** Counts what a node loaded: totals of all, and the segments that took longest, coalesced. */
import type { ColumnFound } from '../catalog/table.ts';
import { longReadsMax, type NodeStatistics } from '../trace/node-statistics.ts';

export function countColumn(
  node: NodeStatistics,
  { segment, byteSize, isRead }: ColumnFound,
  { startNs, ns }: { readonly startNs: number; readonly ns: number },
): void {
  if (!isRead) {
    node.cacheHits++;
    return;
  }
  node.reads++;
  node.readBytes += byteSize;
  const kept = (node.longReads ??= []);
  const known = kept.find((read) => read.segment === segment);
  if (known !== undefined) {
    known.reads++;
    known.bytes += byteSize;
    known.ns += ns;
    known.endNs = startNs + ns;
    return;
  }
  const read = { segment, reads: 1, bytes: byteSize, ns, startNs, endNs: startNs + ns };
  if (kept.length < longReadsMax) {
    kept.push(read);
    return;
  }
  const shortest = kept.reduce(
    (least, each, at) => (each.ns < (kept[least]?.ns ?? 0) ? at : least),
    0,
  );
  if ((kept[shortest]?.ns ?? 0) < ns) kept[shortest] = read;
}
