/** The committed segments of tables at one moment, kept from being reclaimed. */
import type { StoreMoment } from '../catalog/table.ts';
import type { Generation } from './generations.ts';
import type { Segment, SegmentView } from './segment.ts';
import type { StoredTable } from './stored-table.ts';

/** A segment as the moment saw it. */
export interface PinnedView {
  readonly segment: Segment;
  readonly view: SegmentView;
  readonly generation: Generation;
}

/** Of each table: its committed segments, its version, its layout. */
export interface PinnedTables {
  readonly views: ReadonlyMap<StoredTable, readonly PinnedView[]>;
  readonly versions: ReadonlyMap<StoredTable, number>;
  readonly layouts: ReadonlyMap<StoredTable, number>;
}

export function pinTables(tables: Iterable<StoredTable>): PinnedTables & {
  readonly views: Map<StoredTable, readonly PinnedView[]>;
} {
  const views = new Map<StoredTable, readonly PinnedView[]>();
  const versions = new Map<StoredTable, number>();
  const layouts = new Map<StoredTable, number>();
  for (const table of tables) {
    const pinned = table.segments.map((segment) => {
      return { segment, view: segment.view, generation: segment.generations.pin() };
    });
    views.set(table, pinned);
    versions.set(table, table.version);
    layouts.set(table, layoutOf(table));
  }
  return { views, versions, layouts };
}

export function layoutOf({ definition }: StoredTable): number {
  return definition.layout ?? 0;
}

export function unpin(views: ReadonlyMap<StoredTable, readonly PinnedView[]>): void {
  for (const pinned of views.values()) {
    for (const { segment, generation } of pinned) segment.generations.unpin(generation);
  }
}

export class PinnedMoment implements StoreMoment {
  readonly #tables: PinnedTables;

  constructor(tables: Iterable<StoredTable>) {
    this.#tables = pinTables(tables);
  }

  /** None of a table that came later; of one that was laid out anew since, those of now. */
  viewsOf(table: StoredTable): readonly { segment: Segment; view: SegmentView }[] {
    const { views, layouts } = this.#tables;
    const pinned = views.get(table);
    if (pinned === undefined) return [];
    return layouts.get(table) === layoutOf(table) ? pinned : latestViews(table);
  }

  release(): void {
    unpin(this.#tables.views);
  }
}

export function latestViews(
  table: StoredTable,
): readonly { segment: Segment; view: SegmentView }[] {
  return table.segments.map((segment) => ({ segment, view: segment.view }));
}
