/**
 * A transaction of the store: buffers what it does, and commits it as one record of the log.
 *
 *     write, createTable, … ─▶ changes ─▶ commit: files of large inserts ─▶ placed in the tables,
 *     unseen ─▶ one log record, synced ─▶ published in the order of the log
 *
 * Undoing to a savepoint runs the journal backwards.
 */
import type { AccessRecord } from '../catalog/access-records.ts';
import type { DatabaseId } from '../catalog/databases.ts';
import type {
  CommitReport,
  Sequence,
  SequenceDefinition,
  SequenceValue,
  SnapshotMoment,
  StoreTransaction,
  StoredView,
  TableDefinition,
  TableSnapshot,
  TableWrite,
} from '../catalog/table.ts';
import type { LockMode, LockWait } from '../catalog/locks.ts';
import { must } from '../errors/assert.ts';
import { SqlError } from '../errors/sql-error.ts';
import { CatalogChanges, concurrentChange } from './catalog-changes.ts';
import { commitChanges } from './commit.ts';
import type { Segment, SegmentPin, SegmentView } from './segment.ts';
import type { StoreState } from './store-state.ts';
import type { ExportedTables } from './exported-snapshots.ts';
import { latestViews, layoutOf, PinnedMoment, pinTables, unpin } from './pinned-tables.ts';
import type { PinnedView } from './pinned-tables.ts';
import { TableChanges } from './table-changes.ts';
import type { ChangeOwner } from './table-changes.ts';
import { isOf } from './stored-names.ts';
import { hasRow } from './row-bitmap.ts';
import { takeSnapshot } from './take-snapshot.ts';
import type { StoredTable } from './stored-table.ts';

export type Isolation = 'read committed' | 'repeatable read' | 'serializable';

export class LocalTransaction implements StoreTransaction {
  readonly id: number;
  readonly catalog: CatalogChanges;
  readonly changes = new Map<number, TableChanges>();
  readonly #state: StoreState;
  readonly #owner: ChangeOwner;
  readonly #isolation: Isolation;
  #journal: (() => void)[] = [];
  #savepoints = 0;
  /** Changes are undone to a mark, perhaps. */
  #isJournaling = false;
  #pinned: Map<StoredTable, readonly PinnedView[]> | undefined;
  /** Of definitions, when the tables were pinned. */
  #pinnedVersion: number | undefined;
  /** Pinned for others alone: a read committed transaction exports its moments. */
  readonly #exported: ReadonlyMap<StoredTable, readonly PinnedView[]>[] = [];
  /** With serializable isolation: versions of the tables when they were pinned, tables read. */
  readonly #versions = new Map<StoredTable, number>();
  readonly #reads = new Set<StoredTable>();
  readonly #layouts = new Map<StoredTable, number>();
  #isOver = false;

  constructor(state: StoreState, isolation: Isolation, database: DatabaseId) {
    this.id = state.nextTransaction++;
    this.#state = state;
    this.#isolation = isolation;
    state.locks.begin(this.id);
    this.catalog = new CatalogChanges(state, database);
    this.#owner = {
      id: this.id,
      isRepeatableRead: isolation !== 'read committed',
      journal: (undo) => {
        if (this.#isJournaling) this.#journal.push(undo);
      },
      savepoint: () => (this.#isJournaling ? this.#savepoints : 0),
    };
  }

  get redefines(): boolean {
    return !this.catalog.isEmpty;
  }

  write(tableOid: number): TableWrite {
    const table = this.catalog.table(tableOid);
    if (table === undefined) {
      throw new SqlError('undefined_table', `relation with OID ${tableOid} does not exist`);
    }
    let changes = this.changes.get(tableOid);
    if (changes === undefined) {
      changes = new TableChanges(this.#state, table, this.#owner);
      this.changes.set(tableOid, changes);
    }
    changes.definition = this.catalog.definition(table);
    return changes;
  }

  createTable(definition: Omit<TableDefinition, 'oid'>): TableDefinition {
    this.#journalCatalog();
    return this.catalog.createTable(definition);
  }

  dropTable(tableOid: number): void {
    this.#journalCatalog();
    this.catalog.dropTable(tableOid);
  }

  alterTable(definition: TableDefinition): void {
    this.#journalCatalog();
    this.catalog.alterTable(definition);
  }

  createView(view: Omit<StoredView, 'oid'>): StoredView {
    this.#journalCatalog();
    return this.catalog.createView(view);
  }

  alterView(view: StoredView): void {
    this.#journalCatalog();
    this.catalog.alterView(view);
  }

  dropView(oid: number): void {
    this.#journalCatalog();
    this.catalog.dropView(oid);
  }

  createSchema(name: string): void {
    this.#journalCatalog();
    this.catalog.createSchema(name);
  }

  dropSchema(name: string): void {
    this.#journalCatalog();
    this.catalog.dropSchema(name);
  }

  putRecord(record: AccessRecord): void {
    this.#journalCatalog();
    this.catalog.putRecord(record);
  }

  dropRecord(record: Pick<AccessRecord, 'kind' | 'key'>): void {
    this.#journalCatalog();
    this.catalog.dropRecord(record);
  }

  seesOlder(name: Pick<AccessRecord, 'kind' | 'key'>): boolean {
    if (this.#pinnedVersion === undefined) return false;
    return this.#state.objectVersion(this.catalog.keyOf(name)) > this.#pinnedVersion;
  }

  takeOid(): number {
    return this.#state.takeOid();
  }

  createSequence(sequence: Omit<SequenceDefinition, 'oid'>): SequenceDefinition {
    this.#journalCatalog();
    return this.catalog.createSequence(sequence);
  }

  alterSequence(sequence: SequenceDefinition, value?: SequenceValue): void {
    this.#journalCatalog();
    this.catalog.alterSequence(sequence, value);
  }

  dropSequence(oid: number): void {
    this.#journalCatalog();
    this.catalog.dropSequence(oid);
  }

  dropAll(): void {
    this.#journalCatalog();
    this.catalog.dropAll();
  }

  sequence(oid: number): Sequence | undefined {
    return this.catalog.sequence(oid);
  }

  #journalCatalog(): void {
    this.#state.definitionVersion++;
    if (this.#isJournaling) this.#journal.push(this.catalog.checkpoint());
  }

  lock(resource: string, mode: LockMode): LockWait | undefined {
    const { locks } = this.#state;
    const before = locks.modesOf(this.id, resource);
    const wait = locks.take(this.id, resource, mode);
    if (wait !== undefined) this.#journalLock(resource, before);
    else if (locks.modesOf(this.id, resource) !== before) this.#journalLock(resource, before);
    return wait;
  }

  tryLock(resource: string, mode: LockMode, passesNobody = false): boolean {
    const { locks } = this.#state;
    const before = locks.modesOf(this.id, resource);
    const isTaken = locks.tryTake(this.id, resource, mode, passesNobody);
    if (locks.modesOf(this.id, resource) !== before) this.#journalLock(resource, before);
    return isTaken;
  }

  #journalLock(resource: string, modesBefore: number): void {
    if (!this.#isJournaling) return;
    this.#journal.push(() => this.#state.locks.keepModes(this.id, resource, modesBefore));
  }

  hasLock(resource: string): boolean {
    return this.#state.locks.modesOf(this.id, resource) !== 0;
  }

  unlock(resource: string): void {
    this.#state.locks.release(this.id, resource);
  }

  waitFor(transaction: number): LockWait | undefined {
    return this.#state.locks.waitFor(this.id, transaction);
  }

  writersOf(tableOid: number): readonly number[] {
    const ids = new Set<number>();
    for (const { pendingDeletes, rowLocks } of this.catalog.table(tableOid)?.segments ?? []) {
      for (const id of pendingDeletes.keys()) ids.add(id);
      for (const id of rowLocks.keys()) ids.add(id);
    }
    ids.delete(this.id);
    return [...ids];
  }

  deleterOf(tableOid: number, rowId: bigint): number | undefined {
    const segment = this.catalog.table(tableOid)?.findSegment(Number(rowId >> 32n));
    const row = Number(rowId & 0xffff_ffffn);
    for (const [transaction, bitmap] of segment?.pendingDeletes ?? []) {
      if (transaction !== this.id && hasRow(bitmap, row)) return transaction;
    }
    return undefined;
  }

  mark(): number {
    this.#savepoints++;
    this.#isJournaling = true;
    for (const changes of this.changes.values()) changes.markSegments();
    return this.#journal.length;
  }

  forgetMarks(): void {
    this.#isJournaling = false;
    this.#journal = [];
  }

  rollbackTo(mark: number): void {
    this.undoAttempt(mark);
    this.#state.locks.wakeWaiters(this.id);
  }

  undoAttempt(mark: number): void {
    while (this.#journal.length > mark) must(this.#journal.pop(), 'undo')();
    this.#savepoints++;
    this.#state.definitionVersion++;
  }

  /** The committed segments of the table that this transaction sees. */
  views(table: StoredTable): readonly { segment: Segment; view: SegmentView }[] {
    if (this.#isolation === 'read committed') return latestViews(table);
    this.freeze();
    return this.#pinned?.get(table) ?? [];
  }

  freeze(): void {
    if (this.#isolation !== 'read committed') this.#pinned ??= this.#pinAll();
  }

  #pinAll(): Map<StoredTable, readonly PinnedView[]> {
    const { views, versions, layouts, definitions } = this.#pinTables();
    this.#pinnedVersion = definitions;
    this.#know(versions, layouts);
    return views;
  }

  #pinTables(): ReturnType<typeof pinTables> & ExportedTables {
    return { ...pinTables(this.#tables()), definitions: this.#state.definitionVersion };
  }

  /** Committed ones of its database. */
  #tables(): readonly StoredTable[] {
    const { database } = this.catalog;
    return [...this.#state.tables.values()].filter(({ definition }) => isOf(database, definition));
  }

  #know(
    versions: ReadonlyMap<StoredTable, number>,
    layouts: ReadonlyMap<StoredTable, number>,
  ): void {
    for (const [table, version] of versions) this.#versions.set(table, version);
    for (const [table, layout] of layouts) this.#layouts.set(table, layout);
  }

  /** As StoreTransaction says. */
  exportSnapshot(): string {
    this.freeze();
    const isSerializable = this.#isolation === 'serializable';
    const pinned = this.#pinned;
    const tables =
      pinned === undefined
        ? this.#pinTables()
        : {
            views: pinned,
            definitions: this.#pinnedVersion ?? 0,
            versions: new Map(this.#versions),
            layouts: new Map(this.#layouts),
          };
    if (pinned === undefined) this.#exported.push(tables.views);
    const { database } = this.catalog;
    return this.#state.exported.add({ transaction: this.id, database, isSerializable, tables });
  }

  importSnapshot(name: string): void {
    const isSerializable = this.#isolation === 'serializable';
    const { views, versions, layouts, definitions } = this.#state.exported.find(name, {
      isSerializable,
      database: this.catalog.database,
    });
    const pinned = new Map<StoredTable, readonly PinnedView[]>();
    for (const [table, all] of views) {
      for (const { segment, generation } of all) segment.generations.pinAgain(generation);
      pinned.set(table, all);
    }
    this.#pinned = pinned;
    this.#pinnedVersion = definitions;
    this.#know(versions, layouts);
  }

  async commit(): Promise<CommitReport> {
    try {
      return await commitChanges(this.#state, this);
    } finally {
      this.#end();
    }
  }

  rollback(): void {
    if (!this.#isOver) this.#end();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (!this.catalog.isEmpty) this.#state.definitionVersion++;
    for (const changes of this.changes.values()) changes.end(new Set());
    this.changes.clear();
    this.#state.exported.removeOf(this.id);
    for (const pinned of [this.#pinned ?? new Map<StoredTable, never>(), ...this.#exported]) {
      unpin(pinned);
    }
    this.#pinned = undefined;
    this.#journal = [];
    this.#state.locks.releaseAll(this.id);
  }

  requireUnchanged(tableOid: number): void {
    const table = this.catalog.table(tableOid);
    if (table === undefined || this.catalog.created.has(tableOid)) return;
    if (!this.#versions.has(table)) this.#versions.set(table, table.version);
    this.#reads.add(table);
  }

  /**
   * Serializability by table: what this transaction read must still be as it was when it writes.
   * Errors: 40001.
   */
  checkReads(): void {
    for (const table of this.#reads) {
      const isSame = this.#versions.get(table) === table.version;
      if (!isSame || this.#state.tablesInCommit.has(table)) throw readWriteConflict();
    }
  }

  /** Errors: 40001 when the rows that a repeatable read sees are gone. */
  #checkLayout(table: StoredTable): void {
    if (this.#pinned === undefined) return;
    const layout = this.#layouts.get(table);
    if (layout !== undefined && layout !== layoutOf(table)) throw concurrentChange();
  }

  /** A repeatable read has one moment, earlier than any statement's. */
  #viewsAt(table: StoredTable, moment: SnapshotMoment): ReturnType<typeof latestViews> {
    if (moment === 'latest') return latestViews(table);
    const isOfStatement = moment instanceof PinnedMoment && this.#isolation === 'read committed';
    return isOfStatement ? moment.viewsOf(table) : this.views(table);
  }

  snapshot(
    table: StoredTable,
    columns: readonly number[],
    moment: SnapshotMoment = 'transaction',
  ): TableSnapshot {
    this.#checkLayout(table);
    const views = this.#viewsAt(table, moment);
    if (this.#isolation === 'serializable' && this.#versions.has(table)) this.#reads.add(table);
    return takeSnapshot(this.#state, {
      table,
      columns,
      definition: this.catalog.definition(table),
      views,
      changes: this.changes.get(table.oid),
    });
  }
}

export type { SegmentPin };

function readWriteConflict(): SqlError {
  const words = 'could not serialize access due to read/write dependencies among transactions';
  return new SqlError('serialization_failure', words, {
    detail: 'A table that the transaction read was changed by another one.',
    hint: 'The transaction might succeed if retried.',
  });
}
