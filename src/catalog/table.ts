/**
 * The Table interface: what the planner and the executor may know of stored data. Storage
 * implements it: now a log and segment files in the data folder, next Delta Lake.
 *
 *     Table ──snapshot()──▶ TableSnapshot ──▶ SegmentSnapshot … (131,072 rows each)
 *                                                  └─ SegmentReader ──▶ columns, zone maps
 *
 * Snapshots are plain data: they are sent to workers as they are, so they are small. A snapshot
 * stays readable until `release()`; writers never change what it names.
 */
import type { Batch } from '../columns/batch.ts';
import type { LockMode, LockWait, RowLockStrength } from './locks.ts';
import type { Column } from '../columns/column.ts';
import type { IndexDefinition } from './index-definition.ts';
import type { SqlType } from '../types/sql-type.ts';
import type { Datum } from '../types/datum.ts';
import type { AccessRecord } from './access-records.ts';
import type { DatabaseId } from './databases.ts';
import type { PartitionKey, PartitionPlace } from './partitions.ts';

/** Rows of a full segment. */
export const segmentRows = 131_072;

export interface ColumnDefinition {
  readonly name: string;
  readonly type: SqlType;
  readonly notNull: boolean;
  /** SQL text of the default expression; sequences in it are named by OID. */
  readonly defaultSql?: string;
  /** GENERATED … AS IDENTITY: the default is the next value of a sequence of its own. */
  readonly identity?: 'always' | 'by default';
  /** GENERATED ALWAYS AS (the default's text) STORED: the columns that the expression names. */
  readonly generated?: readonly string[];
  /** OIDs of sequences that go with the column. */
  readonly owns?: readonly number[];
  readonly comment?: string;
  /** Value of this column in rows that are older than the column; NULL when absent. */
  readonly missing?: Datum;
}

/** What happens to rows that reference a key when the key goes. */
export type ReferentialAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';

/** What a foreign key says of the table that it references. */
export interface ForeignReference {
  readonly table: number;
  /** Names of its columns, in the order of the foreign key's own. */
  readonly columns: readonly string[];
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  /** Names of the columns that ON DELETE SET NULL or SET DEFAULT sets; absent: all. */
  readonly setOnDelete?: readonly string[];
  /** MATCH FULL: all columns are NULL, or none is. */
  readonly isFull: boolean;
  readonly deferral: 'never' | 'immediate' | 'deferred';
  /** NOT VALID: rows that were there before were not checked. */
  readonly isUnchecked?: true;
}

export interface ConstraintDefinition {
  readonly name: string;
  readonly kind: 'primaryKey' | 'unique' | 'check' | 'foreignKey';
  readonly columns: readonly number[];
  readonly checkSql?: string;
  /** Of checks, NOT VALID: rows that were there before were not checked. */
  readonly isUnchecked?: true;
  /** Of checks, NO INHERIT. */
  readonly noInherit?: true;
  /** Of keys, NULLS NOT DISTINCT: NULLs are equal. */
  readonly nullsEqual?: true;
  /** Of keys, names of INCLUDE's columns. */
  readonly include?: readonly string[];
  readonly references?: ForeignReference;
  /** Comes from the table that this one is a partition of, and goes with it. */
  readonly isInherited?: true;
  readonly comment?: string;
  /** Of the index behind a key. */
  readonly indexComment?: string;
}

export interface TableDefinition {
  readonly oid: number;
  /** CREATE UNLOGGED TABLE: a mark, it is logged as others are; absent: no. */
  readonly isUnlogged?: boolean;
  /** Absent: the first. The store says so. */
  readonly database?: DatabaseId;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly ColumnDefinition[];
  readonly constraints: readonly ConstraintDefinition[];
  /** Indexes of CREATE INDEX: known by name, they rule keys; nothing is looked up in them. */
  readonly indexes?: readonly IndexDefinition[];
  readonly owner: string;
  readonly temporary: boolean;
  readonly comment?: string;
  /** Rises when columns are dropped or change their type: rows are laid out anew. */
  readonly layout?: number;
  /** Absent: neither was ever said. */
  readonly rowSecurity?: RowSecurity;
  /** Of a materialized view: its rows are what the query gave when it was asked last. */
  readonly materialized?: MaterializedQuery;
  /** Bytes in memory with which a segment is full; absent: as many as any segment has. */
  readonly segmentBytes?: number;
  /** Of a partitioned table, which has no rows of its own. */
  readonly partitionBy?: PartitionKey;
  /** Of a partition. */
  readonly partitionOf?: PartitionPlace;
}

/** ENABLE and FORCE ROW LEVEL SECURITY; forced: for the owner, too. */
export interface RowSecurity {
  readonly isEnabled: boolean;
  readonly isForced: boolean;
}

export interface MaterializedQuery extends Pick<
  StoredView,
  'sql' | 'definition' | 'uses' | 'usedColumns' | 'options'
> {
  /** False: WITH NO DATA; it cannot be read before it is refreshed. */
  readonly isPopulated: boolean;
}

/** A materialized view as the view that its query would be; undefined for tables. */
export function materializedView(table: TableDefinition): StoredView | undefined {
  if (table.materialized === undefined) return undefined;
  const { oid, schema, name, owner, columns } = table;
  const { isPopulated: _, ...query } = table.materialized;
  return { ...query, oid, schema, name, owner, columns, isMaterialized: true };
}

/** Whether an index is behind the constraint. */
export function isKey({ kind }: Pick<ConstraintDefinition, 'kind'>): boolean {
  return kind === 'primaryKey' || kind === 'unique';
}

/** Facts of one column over one segment, for pruning and for the optimizer. */
export interface ZoneMap {
  readonly nullCount: number;
  /** Smallest and largest value, NaN left out; absent when all are NULL or not kept. */
  readonly min?: Datum;
  readonly max?: Datum;
  /** Number of distinct values when a dictionary tells it. */
  readonly distinct?: number;
}

/** A leaf of a partitioned table: its OID, its place among the leaves. */
export interface LeafNumber {
  readonly oid: number;
  readonly number: number;
}

export interface SegmentSnapshot {
  /** Number within the table, never reused; upper half of a row id. */
  readonly segment: number;
  readonly rowCount: number;
  /** Bitmap of deleted rows (bit set = deleted), or 0. */
  readonly deleted: number;
  readonly deletedCount: number;
  /** In a partitioned table's snapshot, whose segment it is. */
  readonly leaf?: LeafNumber;
  /** Where its columns are and what is known of them: storage's own. */
  readonly body: unknown;
}

/** What loading a column of a segment file took, told to who asks. */
export interface ColumnFound {
  /** Name of the segment's file. */
  readonly segment: string;
  readonly byteSize: number;
  /** False: it was in memory already. */
  readonly isRead: boolean;
}

/** Reads segments of snapshots, by column position of the table; each thread has one. */
export interface SegmentReader {
  /** Loads a column, whole; its pointers stay valid until the snapshot is released. */
  column(segment: SegmentSnapshot, position: number, told?: (found: ColumnFound) => void): Column;
  zone(segment: SegmentSnapshot, position: number): ZoneMap | undefined;
  /** False when no row of the segment has the value; true when one may. */
  mayContain(segment: SegmentSnapshot, position: number, value: Datum): boolean;
}

export interface TableSnapshot {
  readonly tableOid: number;
  readonly segments: readonly SegmentSnapshot[];
  /** Live rows in all segments. */
  readonly rowCount: number;
}

/** Another transaction, still open, deletes or updates a row: its end is to be waited for. */
export class RowBusy extends Error {
  override readonly name = 'RowBusy';
  readonly transaction: number;

  constructor(transaction: number) {
    super(`transaction ${transaction} writes the row`);
    this.transaction = transaction;
  }
}

/** A row that the statement's snapshot shows was written by a transaction that has committed since. */
export class RowChanged extends Error {
  override readonly name = 'RowChanged';
}

/** Changes of one transaction to one table, buffered until the transaction commits. */
export interface TableWrite {
  /** Appends rows; columns in table order and of the table's types, plain or encoded. */
  insert(batch: Batch): void;
  /**
   * Deletes rows by row id. Returns the places of ids whose rows this transaction has deleted
   * before: another part of the statement wrote them. Throws RowBusy when another open transaction
   * deletes one of them, RowChanged when one did and has committed. Errors: 40001 for that in a
   * repeatable read.
   */
  delete(rowIds: BigInt64Array): readonly number[];
  truncate(): void;
  /**
   * Keeps others from writing the row, and from locks that conflict, until the transaction ends.
   * Returns what keeps it from the row, or `gone` when it was deleted meanwhile.
   */
  lockRow(rowId: bigint, strength: RowLockStrength): RowBusy | 'gone' | undefined;
  /** Whether this transaction has deleted the row, or written another version of it. */
  hasDeleted(rowId: bigint): boolean;
  /** Resolves when more rows may come: bulk loads await it between batches. */
  ready(): Promise<void>;
}

/**
 * `latest`: what is committed now, whatever the transaction's isolation; for checks of keys. A
 * moment counts for read committed transactions: the others have one of their own.
 */
export type SnapshotMoment = 'transaction' | 'latest' | StoreMoment;

/** What was committed in a database when `Store.moment` was called. */
export interface StoreMoment {
  /** Its rows may be reclaimed. */
  release(): void;
}

/** OIDs of some leaves of a partitioned table. */
export type Leaves = Pick<ReadonlySet<number>, 'has'>;

export interface Table {
  readonly definition: TableDefinition;
  /** Of a partitioned table: where its rows are, in the order of their bounds. */
  readonly leaves?: readonly Table[];
  /** Of a partitioned table: its partitions, which may be partitioned themselves. */
  readonly partitions?: readonly Table[];
  /** Live rows, committed: what plans are checked against when they are used again. */
  readonly rowCount?: number;
  /**
   * Columns as named; absent columns of the segments are left out of the snapshot; of a partitioned
   * table the `leaves` alone, by default all. Errors: 40001 when a repeatable read would see rows
   * that were laid out anew meanwhile.
   */
  snapshot(
    columns: readonly number[],
    transaction: StoreTransaction | undefined,
    moment?: SnapshotMoment,
    leaves?: Leaves,
  ): TableSnapshot;
  /** Lets go of a snapshot: its memory and files may be reclaimed. */
  release(snapshot: TableSnapshot): void;
  /** Estimates for the planner: live rows and per column distinct counts, where known. */
  statistics(): TableStatistics;
}

export interface TableStatistics {
  readonly rowCount: number;
  /** Bytes of the stored columns, encoded. */
  readonly byteSize?: number;
  readonly columns: readonly (ColumnStatistics | undefined)[];
}

export interface ColumnStatistics {
  readonly distinct?: number;
  readonly nullFraction: number;
  readonly min?: Datum;
  readonly max?: Datum;
}

/** The one relation that a view shows rows of. */
export interface ViewBase {
  readonly oid: number;
  /** Its column behind each of the view's; null: the value is computed. */
  readonly columns: readonly (string | null)[];
}

/** A view: its text, as given after AS. The columns follow from it. */
export interface StoredView {
  readonly oid: number;
  readonly database?: DatabaseId;
  readonly schema: string;
  readonly name: string;
  readonly sql: string;
  /** The same as PostgreSQL keeps it, names and casts written out; absent: as it was given. */
  readonly definition?: string;
  /** Absent: to be found by binding the text. */
  readonly columns?: readonly { readonly name: string; readonly type: SqlType }[];
  /** OIDs of the tables, views and sequences that the text names. */
  readonly uses?: readonly number[];
  /** Columns of those that it names: OID and number. */
  readonly usedColumns?: readonly (readonly [oid: number, number: number])[];
  /** The query behind a materialized view, whose rows are stored. */
  readonly isMaterialized?: true;
  /** What it is written through to; absent: it cannot be written. */
  readonly base?: ViewBase;
  /** As in pg_class.reloptions: `check_option=local`. */
  readonly options?: readonly string[];
  readonly owner: string;
  readonly comment?: string;
}

export interface SequenceDefinition {
  readonly oid: number;
  readonly database?: DatabaseId;
  readonly schema: string;
  readonly name: string;
  readonly type: 'int2' | 'int4' | 'int8';
  readonly start: bigint;
  readonly increment: bigint;
  readonly min: bigint;
  readonly max: bigint;
  readonly cache: bigint;
  readonly cycles: boolean;
  readonly owner: string;
  readonly temporary: boolean;
  readonly comment?: string;
}

/** The last value that was handed out, or with `isCalled` false the next one. */
export interface SequenceValue {
  readonly last: bigint;
  readonly isCalled: boolean;
}

/** A sequence's state. What it hands out stays so, whether or not the transaction commits. */
export interface Sequence {
  readonly definition: SequenceDefinition;
  readonly value: SequenceValue;
  /** Values that a restart would pass over. */
  readonly ahead: number;
  /** Errors: 2200H past the last value. */
  next(): bigint;
  /** Errors: 22003 outside the bounds. */
  set(value: SequenceValue): void;
}

/** A transaction of the store: sees its own writes; commit makes them durable, all or none. */
export interface StoreTransaction {
  readonly id: number;
  /** Whether it has changed definitions, which nobody else sees yet. */
  readonly redefines: boolean;
  write(tableOid: number): TableWrite;
  createTable(definition: Omit<TableDefinition, 'oid'>): TableDefinition;
  dropTable(tableOid: number): void;
  /**
   * Replaces the definition: ALTER TABLE, COMMENT. Columns may only be added at the end, unless
   * `layout` rises: then the table has been truncated, and its rows are written again after this.
   */
  alterTable(definition: TableDefinition): void;
  createView(view: Omit<StoredView, 'oid'>): StoredView;
  /** CREATE OR REPLACE, ALTER, COMMENT. */
  alterView(view: StoredView): void;
  dropView(oid: number): void;
  createSchema(name: string): void;
  dropSchema(name: string): void;
  /** Adds the record, or replaces that of its kind and key. */
  putRecord(record: AccessRecord): void;
  dropRecord(record: Pick<AccessRecord, 'kind' | 'key'>): void;
  /** Whether another has put or dropped the record since this repeatable read's first snapshot. */
  seesOlder(record: Pick<AccessRecord, 'kind' | 'key'>): boolean;
  /** An OID that no object had before. */
  takeOid(): number;
  createSequence(sequence: Omit<SequenceDefinition, 'oid'>): SequenceDefinition;
  /** Replaces the definition; with `value` the sequence goes on from there once this commits. */
  alterSequence(sequence: SequenceDefinition, value?: SequenceValue): void;
  dropSequence(oid: number): void;
  /** Drops all that belongs to the transaction's database alone. */
  dropAll(): void;
  /** The sequence as this transaction sees it: values it hands out are never taken back. */
  sequence(oid: number): Sequence | undefined;
  /**
   * Takes a lock until the transaction ends or `unlock`; undefined: it has it. Errors: 40P01 when
   * the wait would never end.
   */
  lock(resource: string, mode: LockMode): LockWait | undefined;
  /** Whether it has the lock now; `passesNobody`: not before others who wait for it. */
  tryLock(resource: string, mode: LockMode, passesNobody?: boolean): boolean;
  /** Whether it has the lock, in any mode. */
  hasLock(resource: string): boolean;
  unlock(resource: string): void;
  /**
   * Waits until another transaction is over, or goes back to a savepoint; undefined: it is over.
   * Errors: 40P01.
   */
  waitFor(transaction: number): LockWait | undefined;
  /** Other open transactions that deleted or updated rows of the table. */
  writersOf(tableOid: number): readonly number[];
  /** Another open transaction that deleted or updated the row. */
  deleterOf(tableOid: number, rowId: bigint): number | undefined;
  /** The commit fails (40001) when others change rows of the table from now on. */
  requireUnchanged(tableOid: number): void;
  /** Later snapshots of a repeatable read show this moment; otherwise nothing. */
  freeze(): void;
  /** Others may see what this transaction sees, until it ends. Returns a name. Errors: 54000. */
  exportSnapshot(): string;
  /** Before its first snapshot: it sees what the named one does. Errors: 22023, 0A000. */
  importSnapshot(name: string): void;
  /** Savepoints: marks now, and undoes everything after the mark. */
  mark(): number;
  rollbackTo(mark: number): void;
  /**
   * The same for a statement that begins anew. It wakes nobody: two that want each other's rows
   * would wake one another for ever.
   */
  undoAttempt(mark: number): void;
  /** No mark is gone back to any more: nothing is kept for undoing. */
  forgetMarks(): void;
  /** Appends to the log and syncs before it resolves. Times and bytes are for the trace. */
  commit(): Promise<CommitReport>;
  rollback(): void;
}

export interface CommitReport {
  /** Bytes of the transaction's own record; 0: nothing was written. */
  readonly logBytes: number;
  readonly write?: LogWrite;
}

/** The write and sync that made a record durable, by the process clock. */
export interface LogWrite {
  readonly startNs: number;
  readonly writtenNs: number;
  readonly syncedNs: number;
  /** Of all transactions that shared it. */
  readonly records: number;
  readonly bytes: number;
}

/** What is stored of one database; schemas are names. */
export interface Store {
  /**
   * `repeatable read`: all snapshots show the state at the first one, or at `freeze`.
   * `serializable`: also, a commit that writes fails (40001) when a table it read has changed.
   */
  begin(isolation?: 'read committed' | 'repeatable read' | 'serializable'): StoreTransaction;
  /** Tables as the transaction sees them (own creations and drops included). */
  tables(transaction: StoreTransaction | undefined): readonly Table[];
  findTable(
    schema: string,
    name: string,
    transaction: StoreTransaction | undefined,
  ): Table | undefined;
  tableByOid(oid: number, transaction: StoreTransaction | undefined): Table | undefined;
  /** For what a statement asks later, and is to see as it was when it began. */
  moment(): StoreMoment;
  /** Pages of large objects, which are not among `tables`; undefined: there was no object yet. */
  largeObjectPages(transaction: StoreTransaction | undefined): Table | undefined;
  /** Whether a transaction that asked for the lock would have to wait. */
  wouldWait(resource: string, mode: LockMode): boolean;
  /** Counts every change of a definition: plans made before are stale. */
  readonly definitionVersion: number;
  /** Where the log is written next: number of its file × 2^32 + byte. */
  readonly logPosition: number;
  /** Schemas that users created, `public` included. */
  schemas(transaction?: StoreTransaction): readonly string[];
  views(transaction: StoreTransaction | undefined): readonly StoredView[];
  /** Roles, memberships and access lists. */
  records(transaction: StoreTransaction | undefined): readonly AccessRecord[];
  findRecord(
    name: Pick<AccessRecord, 'kind' | 'key'>,
    transaction: StoreTransaction | undefined,
  ): AccessRecord | undefined;
  sequences(transaction: StoreTransaction | undefined): readonly Sequence[];
  /** What is stored of another database, in the same log: OIDs and shared records are the same. */
  ofDatabase(database: DatabaseId): Store;
  /** Seals, flushes and closes; every acknowledged row is on disk already. */
  close(): Promise<void>;
}
