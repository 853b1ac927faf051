/**
 * What a TopK sort and the scan below it tell each other. The sort publishes the value that a row
 * must beat; the scan visits segments best first and leaves out those that cannot hold such a row.
 * Both run on one thread: each thread of a parallel plan has a threshold of its own.
 */
import { childrenOf, type NodeOf, type PlanNode } from '../plan/physical.ts';
import type { SegmentSnapshot } from '../catalog/table.ts';
import type { Datum } from '../types/datum.ts';
import { compareDatums } from './compare-datums.ts';
import type { QueryContext } from './operator.ts';

type Scan = NodeOf<'SeqScanExec'>;
type TopK = NonNullable<Scan['topK']>;

function keyOf(scan: Scan): string {
  return `topK ${scan.id}`;
}

/** The scan below a TopK sort that orders its segments for it; undefined: there is none. */
export function topKScan(node: PlanNode): Scan | undefined {
  if (node.kind === 'SeqScanExec') return node.topK === undefined ? undefined : node;
  const children = childrenOf(node);
  return children.length === 1 && children[0] !== undefined ? topKScan(children[0]) : undefined;
}

/**
 * Rows whose key is strictly worse than `value` are no longer wanted. Only to be called while
 * the sort holds `fetch` rows, all with keys that are not NULL.
 */
export function publishThreshold(query: QueryContext, scan: Scan, value: Datum): void {
  query.shared.set(keyOf(scan), value);
}

/** Segments with the best possible key first; those whose bounds are not known come before. */
export function orderForTopK(
  scan: Scan,
  segments: readonly SegmentSnapshot[],
  query: QueryContext,
): readonly SegmentSnapshot[] {
  const { topK } = scan;
  if (topK === undefined) return segments;
  const best = segments.map((segment) => ({ segment, key: bestKey(scan, segment, query) }));
  const direction = topK.descending ? -1 : 1;
  return best
    .toSorted((a, b) => {
      if (a.key === undefined || b.key === undefined) {
        return (a.key === undefined ? 0 : 1) - (b.key === undefined ? 0 : 1);
      }
      return direction * (compareDatums(typeOf(scan, topK), a.key, b.key) ?? 0);
    })
    .map(({ segment }) => segment);
}

function typeOf(scan: Scan, topK: TopK) {
  return scan.fields[topK.column]?.type.name ?? 'any';
}

/** The key that comes first in the segment; undefined when a NULL or NaN may, or all are NULL. */
function bestKey(scan: Scan, segment: SegmentSnapshot, query: QueryContext): Datum | undefined {
  const { topK } = scan;
  if (topK === undefined) return undefined;
  const zone = query.segments.zone(segment, scan.columns[topK.column] ?? -1);
  if (zone === undefined || (topK.nullsFirst && zone.nullCount > 0)) return undefined;
  const type = typeOf(scan, topK);
  if (topK.descending && (type === 'float4' || type === 'float8')) return undefined;
  return topK.descending ? zone.max : zone.min;
}

/** Whether no row of the segment can come before the published threshold. */
export function beyondThreshold(
  scan: Scan,
  segment: SegmentSnapshot,
  query: QueryContext,
): boolean {
  const { topK } = scan;
  if (topK === undefined) return false;
  const threshold = query.shared.get(keyOf(scan)) as Datum | undefined;
  const key = bestKey(scan, segment, query);
  if (threshold === undefined || key === undefined) return false;
  const order = compareDatums(typeOf(scan, topK), key, threshold) ?? 0;
  return topK.descending ? order < 0 : order > 0;
}
