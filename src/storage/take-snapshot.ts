/** Makes a table's snapshot: committed segments, less what the transaction deleted, plus its own. */
import type { SegmentSnapshot, TableDefinition, TableSnapshot } from '../catalog/table.ts';
import { must } from '../errors/assert.ts';
import { heap } from '../memory/heap.ts';
import { deletedBitmapBytes } from './segment.ts';
import { addRows } from './row-bitmap.ts';
import type { Segment, SegmentPin, SegmentView } from './segment.ts';
import type { StoreState } from './store-state.ts';
import type { StoredTable } from './stored-table.ts';
import type { TableChanges } from './table-changes.ts';

export interface SnapshotRequest {
  readonly table: StoredTable;
  readonly columns: readonly number[];
  readonly definition: TableDefinition;
  /** Committed segments and what to see of them. */
  readonly views: readonly { readonly segment: Segment; readonly view: SegmentView }[];
  readonly changes: TableChanges | undefined;
}

/** The caller releases it through the state's registry. */
export function takeSnapshot(state: StoreState, request: SnapshotRequest): TableSnapshot {
  const { table, columns, definition, changes } = request;
  const segments: SegmentSnapshot[] = [];
  const pins: SegmentPin[] = [];
  const frees: (() => void)[] = [];
  let rowCount = 0;
  const missing = (index: number, count: number) =>
    table.missingColumn(must(definition.columns[index], 'column'), count);
  const add = (segment: Segment, committed: SegmentView) => {
    const view = withOwnDeletes(state, { segment, committed, changes }, frees);
    if (view.rowCount === view.deletedCount) return;
    const { snapshot, pin } = segment.snapshot(columns, view, missing);
    segments.push(snapshot);
    pins.push(pin);
    rowCount += view.rowCount - view.deletedCount;
  };
  if (changes?.isTruncated !== true) {
    for (const { segment, view } of request.views) add(segment, view);
  }
  for (const segment of changes?.segments ?? []) add(segment, segment.view);
  const snapshot = { tableOid: table.oid, segments, rowCount };
  state.snapshots.add(snapshot, { pins, frees });
  return snapshot;
}

interface OwnView {
  readonly segment: Segment;
  readonly committed: SegmentView;
  readonly changes: TableChanges | undefined;
}

function withOwnDeletes(
  state: StoreState,
  { segment, committed, changes }: OwnView,
  frees: (() => void)[],
): SegmentView {
  const own = changes?.deletes.get(segment);
  if (own === undefined || own.count === 0) return committed;
  const { u8 } = heap();
  const { pool } = state;
  const deleted = pool.allocate(deletedBitmapBytes);
  frees.push(() => pool.free(deleted, deletedBitmapBytes));
  const before = committed.deleted;
  const seen = u8.subarray(deleted, deleted + deletedBitmapBytes);
  if (before === 0) seen.set(own.bitmap);
  else {
    seen.set(u8.subarray(before, before + deletedBitmapBytes));
    addRows(seen, own.bitmap);
  }
  // A row is deleted once: own deletions skip what was deleted already.
  const { rowCount, deletedCount } = committed;
  return { rowCount, deleted, deletedCount: deletedCount + own.count };
}
