/**
 * What one transaction did to one table and nobody else sees yet.
 *
 * Inserted rows wait in private segments, numbered from 2^30 on; full ones are written to their
 * files while the transaction goes on. Deletions wait as bitmaps beside the segments.
 */
import { rowLocksConflict, strongerRowLock, type RowLockStrength } from '../catalog/locks.ts';
import type { TableDefinition, TableWrite } from '../catalog/table.ts';
import { RowBusy, RowChanged, segmentRows } from '../catalog/table.ts';
import type { Batch } from '../columns/batch.ts';
import { SqlError } from '../errors/sql-error.ts';
import { addRow, hasRow, removeRow } from './row-bitmap.ts';
import { deletedBitmapBytes } from './segment.ts';
import type { Segment } from './segment.ts';
import type { StoreState } from './store-state.ts';
import { memoryBody } from './stored-table.ts';
import type { StoredTable } from './stored-table.ts';

export const firstPrivateSegment = 2 ** 30;

/** Segments that may wait for their files before bulk loads are held up. */
const directBacklogMax = 2;

export interface PendingDeletes {
  readonly bitmap: Uint8Array;
  count: number;
}

/** What a transaction gives to its changes. */
export interface ChangeOwner {
  readonly id: number;
  readonly isRepeatableRead: boolean;
  /** Remembers how to undo the change, when there is a savepoint to go back to. */
  readonly journal: (undo: () => void) => void;
  /** Rises with every savepoint. */
  readonly savepoint: () => number;
}

export class TableChanges implements TableWrite {
  readonly table: StoredTable;
  readonly #state: StoreState;
  readonly #owner: ChangeOwner;
  /** The table as the transaction sees it. */
  definition: TableDefinition;
  /** Of the rows that were deleted or inserted first. */
  readonly layout: number;
  segments: Segment[] = [];
  /** With those that a truncation, which may be undone, took out of `segments`. */
  readonly #all = new Set<Segment>();
  readonly deletes = new Map<Segment, PendingDeletes>();
  readonly #lockedSegments = new Set<Segment>();
  isTruncated = false;
  #nextSegment = firstPrivateSegment;
  /** Segments in whose middle a savepoint lies: they must stay in memory. */
  readonly #marked = new Set<Segment>();
  #journaledAt = -1;
  #failure: Error | undefined;

  constructor(state: StoreState, table: StoredTable, owner: ChangeOwner) {
    this.#state = state;
    this.table = table;
    this.#owner = owner;
    this.definition = table.definition;
    this.layout = table.definition.layout ?? 0;
  }

  get isEmpty(): boolean {
    return !this.isTruncated && this.segments.length === 0 && this.deletes.size === 0;
  }

  insert(batch: Batch): void {
    const source = {
      column: (index: number) => (index < batch.columnCount ? batch.column(index) : undefined),
      selection: batch.selection,
    };
    this.#journalRows();
    for (let done = 0; done < batch.rowCount;) {
      const segment = this.#openSegment();
      const body = memoryBody(segment);
      const count = Math.min(batch.rowCount - done, segmentRows - body.rows);
      body.append(source, done, count);
      segment.rowCount = body.rows;
      done += count;
      if (segment.isFull && !this.#marked.has(segment)) this.#writeDirectly(segment);
    }
  }

  #openSegment(): Segment {
    const last = this.segments.at(-1);
    const isOpen = last !== undefined && !last.isFull && !this.#state.sealer.running(last);
    if (isOpen && memoryBody(last).columnCount === this.definition.columns.length) return last;
    const segment = this.table.createMemorySegment(this.#nextSegment++, this.definition);
    this.segments.push(segment);
    this.#all.add(segment);
    return segment;
  }

  #journalRows(): void {
    const savepoint = this.#owner.savepoint();
    if (this.#journaledAt === savepoint) return;
    this.#journaledAt = savepoint;
    const { segments } = this;
    const last = segments.at(-1);
    const rows = last?.rowCount ?? 0;
    this.segments = [...segments];
    this.#owner.journal(() => {
      this.#journaledAt = -1;
      for (const segment of this.segments) {
        if (!segments.includes(segment)) this.#dropPrivate(segment);
      }
      this.segments = segments;
      if (last === undefined || last.rowCount === rows) return;
      memoryBody(last).truncate(rows);
      last.rowCount = rows;
    });
  }

  /** A savepoint was set: rows before it must be able to stay alone. */
  markSegments(): void {
    const last = this.segments.at(-1);
    if (last !== undefined && !last.isFull && last.body.kind === 'memory') this.#marked.add(last);
  }

  /** Writes a private segment's file now, so that the log need not carry its rows. */
  #writeDirectly(segment: Segment): void {
    const isWanted = () => this.segments.includes(segment);
    const sealing = this.#state.sealer.seal({ table: this.definition, segment, isWanted });
    sealing.catch((error: Error) => {
      this.#failure ??= error;
    });
  }

  /** Starts files for segments of `rowsMin` rows or more, waits for all. Errors: 53200, 58030. */
  async writeLarge(rowsMin: number): Promise<void> {
    for (const segment of this.segments) {
      const isInMemory = segment.body.kind === 'memory' && segment.rowCount >= rowsMin;
      if (isInMemory) this.#writeDirectly(segment);
    }
    await Promise.all(this.segments.map((segment) => this.#state.sealer.running(segment)));
    if (this.#failure !== undefined) throw this.#failure;
  }

  async ready(): Promise<void> {
    while (this.#state.sealer.backlog > directBacklogMax) await this.#state.sealer.oneDone();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** As TableWrite says. */
  delete(rowIds: BigInt64Array): readonly number[] {
    const words = new Uint32Array(rowIds.buffer, rowIds.byteOffset, rowIds.length * 2);
    const before: number[] = [];
    let segment: Segment | undefined;
    let number = -1;
    let done = 0;
    try {
      for (let index = 0; index < words.length; index += 2) {
        const row = words[index] as number;
        if (words[index + 1] !== number) {
          number = words[index + 1] as number;
          segment = this.#findSegment(number);
        }
        if (segment === undefined) throw new RowChanged();
        if (!this.#deleteRow(segment, row)) before.push(index >>> 1);
        done = index + 2;
      }
    } finally {
      if (this.#owner.savepoint() > 0 && done > before.length * 2) {
        const undone = words.slice(0, done);
        this.#owner.journal(() => this.#undelete(undone, new Set(before)));
      }
    }
    return before;
  }

  #findSegment(number: number): Segment | undefined {
    if (number >= firstPrivateSegment) {
      return this.segments.find((segment) => segment.number === number);
    }
    return this.isTruncated ? undefined : this.table.findSegment(number);
  }

  /** False: it did so before. */
  #deleteRow(segment: Segment, row: number): boolean {
    if (row >= segment.rowCount || segment.isDeleted(row)) {
      if (this.#owner.isRepeatableRead) throw concurrentUpdate();
      throw new RowChanged();
    }
    for (const [transaction, bitmap] of segment.pendingDeletes) {
      if (!hasRow(bitmap, row)) continue;
      if (transaction !== this.#owner.id) throw new RowBusy(transaction);
      return false;
    }
    for (const [transaction, rows] of segment.rowLocks) {
      if (transaction !== this.#owner.id && rows.has(row)) throw new RowBusy(transaction);
    }
    const pending = this.#pendingOf(segment);
    addRow(pending.bitmap, row);
    pending.count++;
    return true;
  }

  #pendingOf(segment: Segment): PendingDeletes {
    let pending = this.deletes.get(segment);
    if (pending === undefined) {
      pending = { bitmap: new Uint8Array(deletedBitmapBytes), count: 0 };
      this.deletes.set(segment, pending);
      segment.pendingDeletes.set(this.#owner.id, pending.bitmap);
    }
    return pending;
  }

  /** The rows of pairs (row, segment), but for those at the places of `others`. */
  #undelete(pairs: Uint32Array, others: ReadonlySet<number>): void {
    for (let place = 0; place < pairs.length / 2; place++) {
      const segment = this.#findSegment(pairs[place * 2 + 1] as number);
      const pending = segment && this.deletes.get(segment);
      if (pending === undefined || others.has(place)) continue;
      const row = pairs[place * 2] as number;
      removeRow(pending.bitmap, row);
      pending.count--;
    }
  }

  lockRow(rowId: bigint, strength: RowLockStrength): RowBusy | 'gone' | undefined {
    const segment = this.#findSegment(Number(rowId >> 32n));
    const row = Number(rowId & 0xffff_ffffn);
    if (segment === undefined || segment.number >= firstPrivateSegment) return undefined;
    if (segment.isDeleted(row)) return 'gone';
    const own = this.#owner.id;
    for (const [transaction, bitmap] of segment.pendingDeletes) {
      if (!hasRow(bitmap, row)) continue;
      return transaction === own ? undefined : new RowBusy(transaction);
    }
    for (const [transaction, rows] of segment.rowLocks) {
      const held = transaction === own ? undefined : rows.get(row);
      if (held !== undefined && rowLocksConflict(held, strength)) return new RowBusy(transaction);
    }
    const locked = segment.rowLocks.get(own) ?? new Map<number, RowLockStrength>();
    segment.rowLocks.set(own, locked);
    this.#lockedSegments.add(segment);
    const before = locked.get(row);
    locked.set(row, strongerRowLock(strength, before ?? strength));
    if (this.#owner.savepoint() === 0) return undefined;
    this.#owner.journal(() => {
      if (before === undefined) locked.delete(row);
      else locked.set(row, before);
    });
    return undefined;
  }

  hasDeleted(rowId: bigint): boolean {
    const segment = this.#findSegment(Number(rowId >> 32n));
    const row = Number(rowId & 0xffff_ffffn);
    const pending = segment && this.deletes.get(segment);
    return pending === undefined ? segment === undefined : hasRow(pending.bitmap, row);
  }

  truncate(): void {
    const before = { segments: this.segments, isTruncated: this.isTruncated };
    const isJournaled = this.#owner.savepoint() > 0;
    this.segments = [];
    this.isTruncated = true;
    this.#journaledAt = -1;
    if (!isJournaled) {
      for (const segment of before.segments) this.#dropPrivate(segment);
      return;
    }
    this.#owner.journal(() => {
      for (const segment of this.segments) this.#dropPrivate(segment);
      this.segments = before.segments;
      this.isTruncated = before.isTruncated;
      this.#journaledAt = -1;
    });
  }

  #dropPrivate(segment: Segment): void {
    this.deletes.delete(segment);
    this.#all.delete(segment);
    segment.drop();
  }

  /** Lets go of everything; the transaction is over. `kept` segments went to the table. */
  end(kept: ReadonlySet<Segment>): void {
    for (const segment of this.deletes.keys()) segment.pendingDeletes.delete(this.#owner.id);
    for (const segment of this.#lockedSegments) segment.rowLocks.delete(this.#owner.id);
    this.#lockedSegments.clear();
    this.deletes.clear();
    this.segments = [];
    for (const segment of this.#all) if (!kept.has(segment)) segment.drop();
    this.#all.clear();
  }
}

/** A row's version does not say whether it was updated or deleted: updates are the rule. */
function concurrentUpdate(): SqlError {
  const words = 'could not serialize access due to concurrent update';
  return new SqlError('serialization_failure', words);
}
