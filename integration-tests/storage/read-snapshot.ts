/** The rows of a snapshot that was taken earlier. */
import type { TableSnapshot } from '../../src/catalog/table.ts';
import { columnReader } from '../../src/columns/read.ts';
import { createSegmentReader } from '../../src/storage/segment-body.ts';
import type { Datum } from '../../src/types/datum.ts';

export function readSnapshot(
  snapshot: TableSnapshot,
  columnCount: number,
): readonly (readonly (Datum | null)[])[] {
  const segments = createSegmentReader();
  return snapshot.segments.flatMap((segment) => {
    const readers = Array.from({ length: columnCount }, (_, index) =>
      columnReader(segments.column(segment, index)),
    );
    return Array.from({ length: segment.rowCount }, (_, row) => readers.map((read) => read(row)));
  });
}
