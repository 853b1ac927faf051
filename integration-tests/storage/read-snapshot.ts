/** The rows of a snapshot that was taken earlier. */
import type { TableSnapshot } from '../../src/catalog/table.ts';
import { columnReader } from '../../src/columns/read.ts';
import { must } from '../../src/errors/assert.ts';
import { createColumnLoader } from '../../src/storage/column-cache.ts';
import type { Datum } from '../../src/types/datum.ts';

export function readSnapshot(
  snapshot: TableSnapshot,
  columnCount: number,
): readonly (readonly (Datum | null)[])[] {
  const load = createColumnLoader();
  return snapshot.segments.flatMap(({ rowCount, columns }) => {
    const readers = Array.from({ length: columnCount }, (_, index) =>
      columnReader(load(must(columns[index], 'column'))),
    );
    return Array.from({ length: rowCount }, (_, row) => readers.map((read) => read(row)));
  });
}
