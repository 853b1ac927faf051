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
import type { LockMode } from '../catalog/locks.ts';
import type { Sequence, Store, StoredView, StoreTransaction, Table } from '../catalog/table.ts';
import { CatalogChanges } from './catalog-changes.ts';
import { Checkpointer } from './checkpoint.ts';
import { CommittedObjects, isPagesTable } from './committed-objects.ts';
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
import { recordKey, type RecordName } from './stored-names.ts';
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

/** Databases whose stores are kept, so that their sessions share what is made of them. */
const siblingsMax = 64;

export class LocalStore implements Store {
  readonly #state: StoreState;
  readonly #lock: FolderLock;
  readonly #checkpointer: Checkpointer;
  readonly #database: DatabaseId;
  /** What opening found. */
  readonly recovery: RecoveryReport;
  #closing: Promise<void> | undefined;
  #known: CommittedObjects | undefined;
  readonly #siblings: Map<DatabaseId, LocalStore>;

  constructor(
    { state, lock, checkpointer, recovery }: StoreParts,
    database: DatabaseId = firstDatabase,
    siblings = new Map<DatabaseId, LocalStore>(),
  ) {
    this.#siblings = siblings.set(database, this);
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
    const known = this.#siblings.get(database);
    if (known !== undefined) return known;
    if (this.#siblings.size >= siblingsMax) this.#siblings.clear();
    const [state, lock, checkpointer] = [this.#state, this.#lock, this.#checkpointer];
    const parts = { state, lock, checkpointer, recovery: this.recovery };
    return new LocalStore(parts, database, this.#siblings);
  }

  get #committed(): CommittedObjects {
    if (this.#known?.version !== this.#state.definitionVersion) {
      this.#known = new CommittedObjects(this.#state, this.#database, (table) => {
        return this.#tableFor(table, undefined);
      });
    }
    return this.#known;
  }

  /** Undefined: the transaction changed no definition, it sees what is committed. */
  #changesOf(transaction: StoreTransaction | undefined): CatalogChanges | undefined {
    if (!(transaction instanceof LocalTransaction)) return undefined;
    const { catalog } = transaction;
    return catalog.isEmpty && catalog.database === this.#database ? undefined : catalog;
  }

  tables(transaction: StoreTransaction | undefined): readonly Table[] {
    const changes = this.#changesOf(transaction);
    if (changes === undefined) return this.#committed.tables;
    const stored = changes.tables().filter((table) => !isPagesTable(table));
    return stored.map((table) => this.#tableFor(table, changes));
  }

  largeObjectPages(transaction: StoreTransaction | undefined): Table | undefined {
    const changes = this.#changesOf(transaction);
    if (changes === undefined) return this.#committed.allTables.find(isPagesTable);
    const table = changes.tables().find(isPagesTable);
    return table && this.#tableFor(table, changes);
  }

  findTable(
    schema: string,
    name: string,
    transaction: StoreTransaction | undefined,
  ): Table | undefined {
    if (this.#changesOf(transaction) === undefined) {
      return this.#committed.tableNamed(schema, name);
    }
    return this.tables(transaction).find(
      ({ definition }) => definition.name === name && definition.schema === schema,
    );
  }

  tableByOid(oid: number, transaction: StoreTransaction | undefined): Table | undefined {
    const changes = this.#changesOf(transaction);
    if (changes === undefined) return this.#committed.tableByOid(oid);
    const table = changes.table(oid);
    return table && this.#tableFor(table, changes);
  }

  moment(): PinnedMoment {
    return new PinnedMoment(this.#committed.storedTables);
  }

  #tableFor(table: StoredTable, changes: CatalogChanges | undefined): Table {
    const definition = changes?.definition(table) ?? table.definition;
    if (definition.partitionBy !== undefined) {
      return new PartitionedTable(definition, (parent) => this.#partitions(parent, changes));
    }
    return new LocalTable(this.#state, table, definition);
  }

  #partitions(parent: number, changes: CatalogChanges | undefined): readonly Table[] {
    const own = changes?.tables().map((table) => this.#tableFor(table, changes));
    const tables = own ?? this.#committed.allTables;
    return tables.filter(({ definition }) => definition.partitionOf?.parent === parent);
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
    const changes = this.#changesOf(transaction);
    return changes?.schemas() ?? [...this.#state.schemasOf(this.#database)];
  }

  records(transaction: StoreTransaction | undefined): readonly AccessRecord[] {
    return this.#changesOf(transaction)?.allRecords() ?? this.#committed.records;
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
    return this.#changesOf(transaction)?.allViews() ?? this.#committed.views;
  }

  sequences(transaction: StoreTransaction | undefined): readonly Sequence[] {
    return this.#changesOf(transaction)?.allSequences() ?? this.#committed.sequences;
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
