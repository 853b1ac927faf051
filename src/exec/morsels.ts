/**
 * Morsels: the pieces of a scan that threads take one at a time. The cut depends on the segments
 * alone, so every thread cuts the same.
 */
import { batchRowsMax } from '../columns/batch.ts';
import type { SegmentSnapshot } from '../catalog/table.ts';

export interface Morsel {
  readonly segment: SegmentSnapshot;
  readonly from: number;
  readonly to: number;
}

/** Fewer segments than this are cut finer, so that all threads get work. */
const segmentsEnough = 32;
const partRows = 2 * batchRowsMax;

export interface MorselOrder {
  /** Taken by several threads. */
  readonly shared: boolean;
  /** Last rows of each segment first. */
  readonly backwards: boolean;
}

/** Whole segments; parts of them when the scan is shared and there are few. */
export function cutMorsels(
  segments: readonly SegmentSnapshot[],
  { shared, backwards }: MorselOrder,
): Morsel[] {
  const isCut = shared && segments.length < segmentsEnough;
  return segments.flatMap((segment) => {
    const step = isCut ? partRows : Math.max(1, segment.rowCount);
    const morsels: Morsel[] = [];
    for (let from = 0; from < segment.rowCount; from += step) {
      morsels.push({ segment, from, to: Math.min(from + step, segment.rowCount) });
    }
    return backwards ? morsels.toReversed() : morsels;
  });
}
