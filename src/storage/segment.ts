/**
 * A segment of a table: up to 131,072 rows under one number, in memory first, in a file later.
 *
 * Rows never move within a segment, so (number, row) names a row for good. Rows are appended to
 * the body before the log has them; `rowCount` counts those that are committed.
 */
import type { RowLockStrength } from '../catalog/locks.ts';
import type { SegmentSnapshot, ZoneMap } from '../catalog/table.ts';
import type { Column } from '../columns/column.ts';
import { segmentRows } from '../catalog/table.ts';
import { assert } from '../errors/assert.ts';
import { heap } from '../memory/heap.ts';
import type { BlockPool } from './block-pool.ts';
import type { ColumnCache } from './column-cache.ts';
import { Generations } from './generations.ts';
import type { Generation } from './generations.ts';
import type { MemoryBody } from './memory-body.ts';
import { addRows } from './row-bitmap.ts';
import { SegmentFacts, type OwnColumns, type SegmentBody } from './segment-body.ts';
import type { SegmentDirectory } from './segment-format.ts';

/** Bytes of rows after which a segment is full, whatever its number of rows. */
export const segmentBytesMax = 128 * 1024 * 1024;
export const deletedBitmapBytes = segmentRows / 8;

/** The rows in a file. The directory is read when first needed. */
export interface FileBody {
  readonly kind: 'file';
  readonly file: number;
  readonly path: string;
  readonly byteSize: number;
  readonly directory: () => SegmentDirectory;
  /** Slot by column position, then by that of value filters; 0 = none yet. */
  readonly slots: number[];
  /** What readers on other threads know of the file; made with the first snapshot. */
  facts?: SegmentFacts;
}

/** What segments of a store share. */
export interface SegmentContext {
  readonly pool: BlockPool;
  readonly cache: ColumnCache;
  readonly nullRow: number;
  /** The file may go once no manifest names it. */
  readonly discardFile: (path: string) => void;
}

/** A snapshot's hold on a segment. */
export interface SegmentPin {
  readonly segment: Segment;
  readonly generation: Generation;
  readonly slots: readonly number[];
}

/** Gives a column that is younger than the body. */
export type MissingColumn = (index: number, rowCount: number) => Column;

/** Which rows a snapshot sees. */
export interface SegmentView {
  readonly rowCount: number;
  readonly deleted: number;
  readonly deletedCount: number;
}

export class Segment {
  number: number;
  body: MemoryBody | FileBody;
  /** Committed rows. */
  rowCount = 0;
  /** In memory it is full with so many bytes. */
  bytesMax = segmentBytesMax;
  readonly generations: Generations;
  readonly #context: SegmentContext;
  #deleted = 0;
  #deletedCount = 0;
  /** Rises with every change of the deleted rows. */
  deletedVersion = 0;
  /** Deletions of open transactions: transaction id to bitmap. */
  readonly pendingDeletes = new Map<number, Uint8Array>();
  /** Rows that open transactions locked, and how. */
  readonly rowLocks = new Map<number, Map<number, RowLockStrength>>();

  constructor(
    number: number,
    body: MemoryBody | FileBody,
    context: SegmentContext,
    generations = new Generations(),
  ) {
    this.number = number;
    this.body = body;
    this.#context = context;
    this.generations = generations;
  }

  get deletedCount(): number {
    return this.#deletedCount;
  }

  get view(): SegmentView {
    const { rowCount } = this;
    return { rowCount, deleted: this.#deleted, deletedCount: this.#deletedCount };
  }

  get isFull(): boolean {
    if (this.body.kind === 'file') return true;
    return this.body.rows >= segmentRows || this.body.byteSize >= this.bytesMax;
  }

  isDeleted(row: number): boolean {
    if (this.#deleted === 0) return false;
    const byte = heap().u8[this.#deleted + (row >>> 3)] as number;
    return ((byte >>> (row & 7)) & 1) === 1;
  }

  /** Pins the segment and the columns' slots. */
  snapshot(
    columns: readonly number[],
    view: SegmentView,
    missing: MissingColumn,
  ): { readonly snapshot: SegmentSnapshot; readonly pin: SegmentPin } {
    const generation = this.generations.pin();
    const slots: number[] = [];
    const own: Record<number, Column> = {};
    for (const index of columns) {
      if (index < 0) continue;
      const slot = this.#slotOf(index);
      if (slot === 0) {
        const column = this.#ownColumn(index, view.rowCount, missing);
        if (column !== undefined) own[index] = column;
        continue;
      }
      slots.push(slot, ...this.#filterSlot(index));
    }
    for (const slot of slots) this.#context.cache.pin(slot);
    const snapshot = { segment: this.number, ...view, body: this.#snapshotBody(own, missing) };
    return { snapshot, pin: { segment: this, generation, slots } };
  }

  #snapshotBody(columns: OwnColumns, missing: MissingColumn): SegmentBody {
    const { body } = this;
    if (body.kind === 'memory') return { columns };
    body.facts ??= new SegmentFacts(
      body.directory(),
      (index) => missing(index, 0).type,
      body.slots,
    );
    const { path } = body;
    return { file: { path, nullRow: this.#context.nullRow, facts: body.facts.buffer }, columns };
  }

  unpin(pin: SegmentPin): void {
    for (const slot of pin.slots) this.#context.cache.unpin(slot);
    this.generations.unpin(pin.generation);
  }

  /** The slot of a column that is in the file; 0: it is elsewhere. */
  #slotOf(index: number): number {
    const { body } = this;
    if (body.kind === 'memory' || !body.directory().columns[index]) return 0;
    return this.#takenSlot(body, index);
  }

  /** The slot of the column's value filter, if it has one. */
  #filterSlot(index: number): readonly number[] {
    const { body } = this;
    if (body.kind === 'memory' || !body.directory().filters?.[index]) return [];
    return [this.#takenSlot(body, body.directory().columns.length + index)];
  }

  #takenSlot(body: FileBody, index: number): number {
    const known = body.slots[index];
    if (known !== undefined && known !== 0) return known;
    const slot = this.#context.cache.takeSlot();
    body.slots[index] = slot;
    body.facts?.setSlot(index, slot);
    return slot;
  }

  /** A column in memory, or younger than the file; undefined: the file says that it is NULL. */
  #ownColumn(index: number, rowCount: number, missing: MissingColumn): Column | undefined {
    const { body } = this;
    if (body.kind === 'memory') return body.column(index, rowCount) ?? missing(index, rowCount);
    return index < body.directory().columns.length ? undefined : missing(index, rowCount);
  }

  zone(index: number): ZoneMap | undefined {
    return this.body.kind === 'file' ? this.body.directory().zones[index] : undefined;
  }

  nullCount(index: number): number | undefined {
    if (this.body.kind === 'memory') return this.body.nullCount(index);
    return this.zone(index)?.nullCount;
  }

  /** Marks rows deleted: bit set = deleted. Returns how many were not deleted before. */
  applyDeletes(bitmap: Uint8Array): number {
    const target = this.#writableBitmap();
    const added = addRows(heap().u8.subarray(target, target + deletedBitmapBytes), bitmap);
    this.#deletedCount += added;
    this.deletedVersion++;
    return added;
  }

  #writableBitmap(): number {
    const { u8 } = heap();
    const { pool } = this.#context;
    const before = this.#deleted;
    if (before !== 0 && !this.generations.isPinned) return before;
    const pointer = pool.allocate(deletedBitmapBytes);
    if (before === 0) u8.fill(0, pointer, pointer + deletedBitmapBytes);
    else u8.copyWithin(pointer, before, before + deletedBitmapBytes);
    this.#deleted = pointer;
    if (before !== 0) this.generations.retire(() => pool.free(before, deletedBitmapBytes));
    return pointer;
  }

  /** A copy of the committed deletions, `byteSize` bytes of bitmap. */
  deletedBytes(byteSize: number): Uint8Array {
    if (this.#deleted === 0) return new Uint8Array(byteSize);
    return heap().u8.slice(this.#deleted, this.#deleted + byteSize);
  }

  /** The rows are in a file now; memory is freed when no snapshot names it. */
  replaceBody(body: FileBody): void {
    const before = this.body;
    assert(before.kind === 'memory', 'a file is never rewritten');
    this.body = body;
    this.generations.retire(() => before.free());
  }

  /** The segment is gone: everything it holds is freed when no snapshot names it. */
  drop(): void {
    this.generations.retire(() => {
      this.free();
      if (this.body.kind === 'file') this.#context.discardFile(this.body.path);
    });
  }

  /** Gives memory and slots back; the file stays. */
  free(): void {
    const { pool, cache } = this.#context;
    if (this.#deleted !== 0) pool.free(this.#deleted, deletedBitmapBytes);
    this.#deleted = 0;
    if (this.body.kind === 'memory') {
      this.body.free();
      return;
    }
    for (const slot of this.body.slots) if (slot) cache.giveSlot(slot);
    this.body.slots.length = 0;
    delete this.body.facts;
  }
}
