/**
 * The store in a folder: catalog.Store over segment files, a manifest and a write-ahead log.
 *
 *     <data folder>/lock.<n>          who has it open
 *                   manifest.json     the state at the last checkpoint
 *                   wal/<n>.log       what happened since
 *                   segments/<oid>/   rows: <n>.seg, deleted rows: <n>.del
 */
import type { AccessRecord } from '../catalog/access-records.ts';
import {
  databaseRecord,
  firstDatabase,
  template1,
  template1Access,
  type DatabaseId,
} from '../catalog/databases.ts';
import { pagesTable } from '../catalog/large-object-records.ts';
import type { LockMode } from '../catalog/locks.ts';
import type { Sequence, Store, StoredView, StoreTransaction, Table } from '../catalog/table.ts';
import { CatalogChanges } from './catalog-changes.ts';
import { Checkpointer } from './checkpoint.ts';
import { diskFileSystem } from './file-system.ts';
import type { FileSystem } from './file-system.ts';
import { lockFolder } from './folder-lock.ts';
import type { FolderLock } from './folder-lock.ts';
import { LocalTable } from './local-table.ts';
import { LogWriter } from './log-writer.ts';
import { PartitionedTable } from './partitioned-table.ts';
import { readManifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { sealLater } from './commit.ts';
import { PinnedMoment } from './pinned-tables.ts';
import { loadManifest, removeOrphans, replayLog } from './recovery.ts';
import type { RecoveryReport } from './recovery.ts';
import { builtInTables } from './schemas/all.ts';
import { segmentFolder } from './segment-writer.ts';
import { StoreState } from './store-state.ts';
import { isOf, isSeenIn, recordKey, type InDatabase, type RecordName } from './stored-names.ts';
import type { StoredTable } from './stored-table.ts';
import { LocalTransaction } from './transaction.ts';
import type { Isolation } from './transaction.ts';

export interface StoreOptions {
  readonly dataDir: string;
  /** Bytes of columns that may stay loaded from segment files. */
  readonly memoryBytesMax: number;
  /** The disk, unless given. */
  readonly files?: FileSystem;
  /** Opens with a damaged log: its rest is set aside, and what it held is lost. */
  readonly quarantineDamagedLog?: boolean;
}

/**
 * Opens the folder, or makes it. The thread's heap must be attached.
 * Errors: F0001 when another process has it open, XX001 when files are damaged, 58030.
 */
export async function openStore(options: StoreOptions): Promise<LocalStore> {
  const lock = lockFolder(options.dataDir);
  const { files = diskFileSystem, dataDir, memoryBytesMax } = options;
  let store: LocalStore | undefined;
  try {
    const state = new StoreState({ files, dataDir, memoryBytesMax });
    store = await recover(state, lock, options.quarantineDamagedLog ?? false);
    return store;
  } finally {
    if (store === undefined) lock.release();
  }
}

async function recover(
  state: StoreState,
  lock: FolderLock,
  quarantine: boolean,
): Promise<LocalStore> {
  const { files, dataDir, logFolder } = state;
  await files.makeFolder(logFolder);
  await files.makeFolder(`${dataDir}/segments`);
  await files.syncFolder(dataDir);
  const manifest = await readManifest(files, dataDir);
  const loaded = manifest === undefined ? [] : await loadManifest(state, manifest);
  const firstLog = manifest?.firstLog ?? 1;
  const { report, nextLog } = await replayLog(state, { firstLog, quarantine });
  await removeOrphans(state, namedFiles(dataDir, manifest));
  const log = new LogWriter(files, logFolder, nextLog);
  await log.open();
  state.log = log;
  const checkpointer = new Checkpointer(state, log);
  for (const { tableOid, segment, noted } of loaded) {
    checkpointer.noteSaved(tableOid, segment, noted);
  }
  state.checkpointIfDue = () => checkpointer.startIfDue();
  for (const table of state.tables.values()) {
    for (const segment of table.resume()) sealLater(state, table, segment);
  }
  const store = new LocalStore({ state, lock, checkpointer, recovery: report });
  if (manifest === undefined && report.records === 0) await store.createBuiltIn();
  if (!state.records.has(recordKey(databaseRecord(template1)))) await store.createTemplate();
  return store;
}

function namedFiles(dataDir: string, manifest: Manifest | undefined): ReadonlySet<string> {
  const named = new Set<string>();
  for (const { definition, segments } of manifest?.tables ?? []) {
    const folder = segmentFolder(dataDir, definition.oid);
    for (const { file, deleted } of segments) {
      named.add(`${folder}/${file}.seg`);
      if (deleted !== undefined) named.add(`${folder}/${deleted.file}.del`);
    }
  }
  return named;
}

interface StoreParts {
  readonly state: StoreState;
  readonly lock: FolderLock;
  readonly checkpointer: Checkpointer;
  readonly recovery: RecoveryReport;
}

function isPagesTable({ definition: { schema, name } }: StoredTable): boolean {
  return schema === pagesTable.schema && name === pagesTable.name;
}

export class LocalStore implements Store {
  readonly #state: StoreState;
  readonly #lock: FolderLock;
  readonly #checkpointer: Checkpointer;
  readonly #database: DatabaseId;
  /** What opening found. */
  readonly recovery: RecoveryReport;
  #closing: Promise<void> | undefined;

  constructor(
    { state, lock, checkpointer, recovery }: StoreParts,
    database: DatabaseId = firstDatabase,
  ) {
    this.#database = database;
    this.#state = state;
    this.#lock = lock;
    this.#checkpointer = checkpointer;
    this.recovery = recovery;
  }

  begin(isolation: Isolation = 'read committed'): LocalTransaction {
    return new LocalTransaction(this.#state, isolation, this.#database);
  }

  ofDatabase(database: DatabaseId): LocalStore {
    if (database === this.#database) return this;
    const [state, lock, checkpointer] = [this.#state, this.#lock, this.#checkpointer];
    return new LocalStore({ state, lock, checkpointer, recovery: this.recovery }, database);
  }

  #isOwn(object: InDatabase<object>): boolean {
    return isOf(this.#database, object);
  }

  tables(transaction: StoreTransaction | undefined): readonly Table[] {
    return this.#allTables(transaction)
      .filter((table) => !isPagesTable(table))
      .map((table) => this.#tableFor(table, transaction));
  }

  #allTables(transaction: StoreTransaction | undefined): readonly StoredTable[] {
    if (transaction instanceof LocalTransaction) return transaction.catalog.tables();
    return [...this.#state.tables.values()].filter(({ definition }) => this.#isOwn(definition));
  }

  largeObjectPages(transaction: StoreTransaction | undefined): Table | undefined {
    const table = this.#allTables(transaction).find(isPagesTable);
    return table && this.#tableFor(table, transaction);
  }

  findTable(
    schema: string,
    name: string,
    transaction: StoreTransaction | undefined,
  ): Table | undefined {
    return this.tables(transaction).find(
      ({ definition }) => definition.name === name && definition.schema === schema,
    );
  }

  tableByOid(oid: number, transaction: StoreTransaction | undefined): Table | undefined {
    const table =
      transaction instanceof LocalTransaction
        ? transaction.catalog.table(oid)
        : this.#state.tables.get(oid);
    if (table === undefined || !this.#isOwn(table.definition)) return undefined;
    return this.#tableFor(table, transaction);
  }

  moment(): PinnedMoment {
    return new PinnedMoment(
      [...this.#state.tables.values()].filter(({ definition }) => this.#isOwn(definition)),
    );
  }

  #tableFor(table: StoredTable, transaction: StoreTransaction | undefined): Table {
    const definition =
      transaction instanceof LocalTransaction
        ? transaction.catalog.definition(table)
        : table.definition;
    if (definition.partitionBy !== undefined) {
      return new PartitionedTable(definition, (parent) => this.#partitions(parent, transaction));
    }
    return new LocalTable(this.#state, table, definition);
  }

  #partitions(parent: number, transaction: StoreTransaction | undefined): readonly Table[] {
    return this.tables(transaction).filter(({ definition }) => {
      return definition.partitionOf?.parent === parent;
    });
  }

  wouldWait(resource: string, mode: LockMode): boolean {
    return this.#state.locks.wouldWait(resource, mode);
  }

  get definitionVersion(): number {
    return this.#state.definitionVersion;
  }

  get logPosition(): number {
    return this.#state.log?.position ?? 0;
  }

  schemas(transaction?: StoreTransaction): readonly string[] {
    if (transaction instanceof LocalTransaction) return transaction.catalog.schemas();
    return [...this.#state.schemasOf(this.#database)];
  }

  records(transaction: StoreTransaction | undefined): readonly AccessRecord[] {
    if (transaction instanceof LocalTransaction) return transaction.catalog.allRecords();
    return [...this.#state.records.values()].filter((record) => isSeenIn(this.#database, record));
  }

  findRecord(
    name: RecordName,
    transaction: StoreTransaction | undefined,
  ): AccessRecord | undefined {
    const catalog =
      transaction instanceof LocalTransaction
        ? transaction.catalog
        : new CatalogChanges(this.#state, this.#database);
    return catalog.record(name);
  }

  views(transaction: StoreTransaction | undefined): readonly StoredView[] {
    if (transaction instanceof LocalTransaction) return transaction.catalog.allViews();
    return [...this.#state.views.values()].filter((view) => this.#isOwn(view));
  }

  sequences(transaction: StoreTransaction | undefined): readonly Sequence[] {
    if (transaction instanceof LocalTransaction) return transaction.catalog.allSequences();
    return [...this.#state.sequences.values()].filter(({ definition }) => this.#isOwn(definition));
  }

  async createSchema(name: string): Promise<void> {
    const transaction = this.begin();
    transaction.createSchema(name);
    await transaction.commit();
  }

  async dropSchema(name: string): Promise<void> {
    const transaction = this.begin();
    transaction.dropSchema(name);
    await transaction.commit();
  }

  /** First start: schema `public` and the tables of OpenTelemetry. */
  async createBuiltIn(): Promise<void> {
    const transaction = this.begin();
    transaction.createSchema('public');
    for (const definition of builtInTables) transaction.createTable(definition);
    await transaction.commit();
  }

  async createTemplate(): Promise<void> {
    const transaction = this.ofDatabase(template1.id).begin();
    transaction.putRecord(databaseRecord(template1));
    transaction.putRecord(template1Access);
    transaction.createSchema('public');
    await transaction.commit();
  }

  /** Writes the state to files and trims the log. Errors: 58030, 53200. */
  async checkpoint(): Promise<void> {
    await this.#state.sealer.allDone();
    await this.#checkpointer.run();
  }

  /** Bytes of columns loaded from files, and of rows in memory. */
  memoryUse(): { readonly cacheBytes: number; readonly rowBytes: number } {
    return { cacheBytes: this.#state.cache.loadedBytes, rowBytes: this.#state.pool.usedBytes };
  }

  /** Snapshots that are still out end. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const state = this.#state;
    await state.sealer.allDone();
    await this.#checkpointer.settled();
    for (const sequence of state.sequences.values()) sequence.settle();
    if (state.log?.failure === undefined) await this.#checkpointer.run();
    await state.log?.close();
    await state.writer.close();
    state.snapshots.releaseAll();
    for (const table of state.tables.values()) table.free();
    state.cache.close();
    state.pool.close();
    this.#lock.release();
  }
}
