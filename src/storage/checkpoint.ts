/**
 * Checkpoints: the state as files and a manifest, so that older log files can go.
 *
 *     new log file ─▶ capture (one step) ─▶ files of rows that are only in memory, bitmaps of
 *     deleted rows ─▶ manifest ─▶ remove older log files and files that nothing names
 *
 * The open segment of a table keeps its memory; its file is only for the restart.
 */
import { firstDatabase } from '../catalog/databases.ts';
import type { StoredView, TableDefinition } from '../catalog/table.ts';
import { crc32 } from 'node:zlib';
import type { Generation } from './generations.ts';
import { logName } from './log-writer.ts';
import type { LogWriter } from './log-writer.ts';
import { CatalogChanges } from './catalog-changes.ts';
import { isTemporary } from './stored-names.ts';
import { writeManifest } from './manifest.ts';
import type { Manifest, ManifestSegment, ManifestTable } from './manifest.ts';
import { Sealer } from './sealer.ts';
import type { Segment } from './segment.ts';
import { segmentFolder } from './segment-writer.ts';
import type { StoreState } from './store-state.ts';
import type { StoredTable } from './stored-table.ts';

/** Bytes of log after which a checkpoint is due. */
const logBytesMax = 64 * 1024 * 1024;

interface CapturedSegment {
  readonly segment: Segment;
  readonly rowCount: number;
  readonly isOpen: boolean;
  readonly deletedCount: number;
  readonly deletedVersion: number;
  readonly deletedBytes: Uint8Array | undefined;
  readonly generation: Generation;
}

interface CapturedTable {
  readonly table: StoredTable;
  readonly definition: TableDefinition;
  readonly nextSegment: number;
  readonly segments: readonly CapturedSegment[];
}

interface Captured {
  readonly tables: readonly CapturedTable[];
  readonly views: readonly StoredView[];
  readonly schemas: readonly string[];
  readonly otherSchemas: NonNullable<Manifest['otherSchemas']>;
  readonly records: NonNullable<Manifest['records']>;
  readonly sequences: NonNullable<Manifest['sequences']>;
  readonly nextOid: number;
  /** Files that nothing reads any more and the manifest to come does not name. */
  readonly discarded: readonly string[];
}

interface SavedRows {
  readonly file: number;
  readonly byteSize: number;
  readonly rowCount: number;
}

interface SavedDeletes {
  readonly file: number;
  readonly version: number;
}

export class Checkpointer {
  readonly #state: StoreState;
  readonly #log: LogWriter;
  /** Files of segments in memory, as the last checkpoint wrote them. */
  readonly #savedRows = new WeakMap<Segment, SavedRows>();
  readonly #savedDeletes = new WeakMap<Segment, SavedDeletes>();
  /** Files that only a restart reads, as the last manifest names them. */
  #restartFiles = new Set<string>();
  #running: Promise<void> | undefined;

  constructor(state: StoreState, log: LogWriter) {
    this.#state = state;
    this.#log = log;
  }

  /** What the manifest read at the start says of a segment's files. */
  noteSaved(tableOid: number, segment: Segment, noted: ManifestSegment): void {
    const { file, byteSize, rowCount, deleted } = noted;
    if (noted.isOpen) this.#savedRows.set(segment, { file, byteSize, rowCount });
    const { deletedVersion: version } = segment;
    if (deleted !== undefined) this.#savedDeletes.set(segment, { file: deleted.file, version });
    for (const path of this.#restartFilesOf(tableOid, noted)) this.#restartFiles.add(path);
  }

  #restartFilesOf(tableOid: number, { file, isOpen, deleted }: ManifestSegment): string[] {
    const folder = segmentFolder(this.#state.dataDir, tableOid);
    return [
      ...(isOpen ? [`${folder}/${file}.seg`] : []),
      ...(deleted === undefined ? [] : [`${folder}/${deleted.file}.del`]),
    ];
  }

  /** Starts a checkpoint when the log has grown enough. */
  startIfDue(): void {
    if (this.#running !== undefined || this.#log.failure !== undefined) return;
    if (this.#log.fileBytes < logBytesMax) return;
    this.run().catch(() => undefined);
  }

  /** Errors: 58030, 53200; the files before stay in force then. */
  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Waits for a checkpoint under way, well or not. */
  async settled(): Promise<void> {
    await this.#running?.catch(() => undefined);
  }

  async #run(): Promise<void> {
    const state = this.#state;
    let captured: Captured | undefined;
    const firstLog = await this.#log.rotate(() => {
      captured = this.#capture();
    });
    if (captured === undefined) return;
    try {
      const tables: ManifestTable[] = [];
      for (const table of captured.tables) tables.push(await this.#saveTable(table));
      const { views, schemas, otherSchemas, records, sequences, nextOid } = captured;
      const { nextFile } = state.writer;
      const definitions = { schemas, otherSchemas, views, records, sequences, tables };
      const manifest: Manifest = { firstLog, nextOid, nextFile, ...definitions };
      await writeManifest(state.files, state.dataDir, manifest);
      await this.#removeOld(manifest, captured.discarded);
    } finally {
      for (const { segments } of captured.tables) {
        for (const { segment, generation } of segments) segment.generations.unpin(generation);
      }
    }
  }

  #capture(): Captured {
    const { tables, views, records, sequences, nextOid, discarded } = this.#state;
    const schemas = new Map([...this.#state.schemas].map(([id, names]) => [id, [...names]]));
    const catalogs = new Map(
      [...schemas.keys()].map((id) => [id, new CatalogChanges(this.#state, id)]),
    );
    return {
      tables: [...tables.values()]
        .filter(({ definition }) => !definition.temporary)
        .map((table) => captureTable(table)),
      views: [...views.values()].filter(({ schema }) => !isTemporary(schema)),
      schemas: schemas.get(firstDatabase) ?? [],
      otherSchemas: [...schemas].filter(([id, names]) => id !== firstDatabase && names.length > 0),
      records: [...records.values()].filter((record) => {
        return catalogs.get(record.database ?? firstDatabase)?.isTemporaryRecord(record) !== true;
      }),
      sequences: [...sequences.values()]
        .filter(({ definition }) => !definition.temporary)
        .map((each) => ({ sequence: each.definition, value: each.durable })),
      nextOid,
      discarded: discarded.splice(0),
    };
  }

  async #saveTable(captured: CapturedTable): Promise<ManifestTable> {
    const { definition, nextSegment } = captured;
    const segments: ManifestSegment[] = [];
    for (const each of captured.segments) {
      segments.push(await this.#saveSegment(captured, each));
    }
    return { definition, nextSegment, segments };
  }

  async #saveSegment(
    captured: CapturedTable,
    { segment, ...each }: CapturedSegment,
  ): Promise<ManifestSegment> {
    const rows = await this.#saveRows(captured, { segment, ...each });
    const deleted = await this.#saveDeletes(captured.table.oid, { segment, ...each });
    return { segment: segment.number, ...rows, ...(deleted === undefined ? {} : { deleted }) };
  }

  async #saveRows(
    { table, definition }: CapturedTable,
    { segment, rowCount, isOpen }: CapturedSegment,
  ): Promise<Omit<ManifestSegment, 'segment' | 'deleted'>> {
    const { sealer } = this.#state;
    if (!isOpen && segment.body.kind === 'memory') {
      const isWanted = () => table.findSegment(segment.number) === segment;
      await sealer.seal({ table: definition, segment, isWanted });
    }
    if (segment.body.kind === 'file') {
      const { file, byteSize } = segment.body;
      return { file, byteSize, rowCount: segment.rowCount, isOpen: false };
    }
    const before = this.#savedRows.get(segment);
    if (before?.rowCount === rowCount) {
      return { file: before.file, byteSize: before.byteSize, rowCount, isOpen: true };
    }
    const written = await sealer.writeRows(definition, segment, rowCount);
    Sealer.freeColumns(written);
    const { file, byteSize } = written;
    this.#savedRows.set(segment, { file, byteSize, rowCount });
    return { file, byteSize, rowCount, isOpen: true };
  }

  async #saveDeletes(
    tableOid: number,
    { segment, deletedBytes, deletedCount: count, deletedVersion: version }: CapturedSegment,
  ): Promise<ManifestSegment['deleted']> {
    if (deletedBytes === undefined) return undefined;
    const before = this.#savedDeletes.get(segment);
    if (before?.version === version) return { file: before.file, count };
    const { files, dataDir, writer } = this.#state;
    const file = writer.nextFile++;
    const folder = segmentFolder(dataDir, tableOid);
    const path = `${folder}/${file}.del`;
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32LE(crc32(deletedBytes));
    await files.makeFolder(folder);
    const open = await files.open(path);
    try {
      await open.write([checksum, deletedBytes], 0);
      await open.sync();
    } finally {
      await open.close();
    }
    await files.syncFolder(folder);
    this.#savedDeletes.set(segment, { file, version });
    return { file, count };
  }

  async #removeOld(manifest: Manifest, discarded: readonly string[]): Promise<void> {
    const { files, logFolder } = this.#state;
    const kept = logName(manifest.firstLog);
    for (const name of await files.list(logFolder)) {
      if (/^\d{10}\.log$/.test(name) && name < kept) await files.remove(`${logFolder}/${name}`);
    }
    const named = manifest.tables.flatMap(({ definition, segments }) =>
      segments.flatMap((segment) => this.#restartFilesOf(definition.oid, segment)),
    );
    const before = this.#restartFiles;
    this.#restartFiles = new Set(named);
    for (const path of before) if (!this.#restartFiles.has(path)) await files.remove(path);
    for (const path of discarded) await files.remove(path);
  }
}

function captureTable(table: StoredTable): CapturedTable {
  table.dropDeadSegments();
  const { definition, nextSegment } = table;
  const segments = table.segments
    .filter(({ rowCount }) => rowCount > 0)
    .map((segment) => captureSegment(table, segment));
  return { table, definition, nextSegment, segments };
}

function captureSegment(table: StoredTable, segment: Segment): CapturedSegment {
  const { rowCount, deletedCount, deletedVersion, body } = segment;
  const isGrowing = table.isGrowing(segment);
  return {
    segment,
    rowCount,
    isOpen: body.kind === 'memory' && isGrowing,
    deletedCount,
    deletedVersion,
    deletedBytes: deletedCount === 0 ? undefined : segment.deletedBytes(Math.ceil(rowCount / 8)),
    generation: segment.generations.pin(),
  };
}
