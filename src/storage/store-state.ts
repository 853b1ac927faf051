/** What the parts of one open store share: tables, views, schemas, files, memory, the log. */
import { ExportedSnapshots } from './exported-snapshots.ts';
import type { AccessRecord } from '../catalog/access-records.ts';
import type { DatabaseId } from '../catalog/databases.ts';
import type { StoredView, TableDefinition } from '../catalog/table.ts';
import { BlockPool } from './block-pool.ts';
import { ColumnCache } from './column-cache.ts';
import type { FileSystem } from './file-system.ts';
import { createAppendContext } from './memory-column.ts';
import type { LogWriter } from './log-writer.ts';
import type { InDatabase } from './stored-names.ts';
import type { StoredSequence } from './stored-sequence.ts';
import { Sealer } from './sealer.ts';
import { SegmentWriter } from './segment-writer.ts';
import { SnapshotRegistry } from './snapshot-registry.ts';
import { StoredTable } from './stored-table.ts';
import type { TableContext } from './stored-table.ts';
import { TransactionLocks } from './transaction-locks.ts';

/** OIDs below are PostgreSQL's own. */
export const firstOid = 16_384;

export interface StoreStateOptions {
  readonly files: FileSystem;
  readonly dataDir: string;
  readonly memoryBytesMax: number;
}

export class StoreState {
  readonly files: FileSystem;
  readonly dataDir: string;
  readonly pool = new BlockPool();
  readonly cache: ColumnCache;
  readonly context: TableContext;
  readonly writer: SegmentWriter;
  readonly sealer: Sealer;
  readonly locks = new TransactionLocks();
  readonly snapshots = new SnapshotRegistry();
  readonly tables = new Map<number, StoredTable>();
  readonly views = new Map<number, StoredView>();
  readonly sequences = new Map<number, StoredSequence>();
  /** Names by database. */
  readonly schemas = new Map<DatabaseId, Set<string>>();
  /** Roles, memberships and access lists by `recordKey`. */
  readonly records = new Map<string, InDatabase<AccessRecord>>();
  /** Names of relations and schemas that commits on their way to the log will make. */
  readonly reservedNames = new Set<string>();
  /** Tables that commits on their way to the log will change: how many commits each. */
  readonly tablesInCommit = new Map<StoredTable, number>();
  /** Files that nothing reads any more; removed after the next checkpoint. */
  readonly discarded: string[] = [];
  readonly #objectVersions = new Map<string, number>();
  nextOid = firstOid;
  nextTransaction = 1;
  readonly exported = new ExportedSnapshots();
  /** Rises with every change of a definition, seen by all or by one transaction. */
  definitionVersion = 0;
  /** Set once the store has recovered. */
  log: LogWriter | undefined;
  /** Called after commits and when a segment's file took the place of its memory. */
  checkpointIfDue: (() => void) | undefined;

  constructor(options: StoreStateOptions) {
    this.files = options.files;
    this.dataDir = options.dataDir;
    this.cache = new ColumnCache(options.memoryBytesMax);
    const append = createAppendContext(this.pool);
    this.context = {
      append,
      segment: {
        pool: this.pool,
        cache: this.cache,
        nullRow: append.nullRow,
        discardFile: (path) => this.discarded.push(path),
      },
    };
    this.writer = new SegmentWriter(options.files, options.dataDir);
    this.sealer = new Sealer({
      writer: this.writer,
      cache: this.cache,
      dataDir: options.dataDir,
      discardFile: this.context.segment.discardFile,
    });
  }

  /** Values of sequences on their way to the log: commits wait for them. */
  sequencesLogged: Promise<unknown> = Promise.resolve();

  get logFolder(): string {
    return `${this.dataDir}/wal`;
  }

  schemasOf(database: DatabaseId): Set<string> {
    const known = this.schemas.get(database);
    if (known !== undefined) return known;
    const schemas = new Set<string>();
    this.schemas.set(database, schemas);
    return schemas;
  }

  /** A large object was made, changed or dropped: transactions that see older moments are told. */
  noteObject(key: string): void {
    this.#objectVersions.set(key, this.definitionVersion);
  }

  /** The version of definitions with which that was last done; 0: not since the start. */
  objectVersion(key: string): number {
    return this.#objectVersions.get(key) ?? 0;
  }

  takeOid(): number {
    return this.nextOid++;
  }

  createTable(definition: TableDefinition): StoredTable {
    return new StoredTable(definition, this.context);
  }

  /** Notes OIDs that the log or the manifest names. */
  sawOid(oid: number): void {
    this.nextOid = Math.max(this.nextOid, oid + 1);
  }
}
