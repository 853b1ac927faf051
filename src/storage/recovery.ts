/**
 * Opens what is on disk: the manifest's state, then the log's records since, in their order.
 *
 * A record cut off at the end of the last file was never acknowledged: it is cut away. A record
 * that was durable once and does not verify is damage: the store refuses to open, unless told to
 * set the damaged rest aside.
 */
import { crc32 } from 'node:zlib';
import { basename } from 'node:path';
import { isCompositeRecord, isDomainRecord } from '../catalog/type-records.ts';
import type { AccessRecord } from '../catalog/access-records.ts';
import { firstDatabase, type DatabaseId } from '../catalog/databases.ts';
import { must } from '../errors/assert.ts';
import { allocateBlock, freeBlock } from '../memory/allocator.ts';
import { recordKey } from './stored-names.ts';
import { createSegmentReader } from './segment-body.ts';
import { replaceFile } from './file-system.ts';
import { scanLog } from './log-format.ts';
import type { LogScan } from './log-format.ts';
import { RecordReader } from './log-record.ts';
import type { LogOperation } from './log-record.ts';
import { logName } from './log-writer.ts';
import type { Manifest, ManifestSegment } from './manifest.ts';
import { deletedBitmapBytes, Segment } from './segment.ts';
import { damaged } from './segment-format.ts';
import { segmentFolder } from './segment-writer.ts';
import { StoredSequence } from './stored-sequence.ts';
import type { StoreState } from './store-state.ts';
import { memoryBody } from './stored-table.ts';
import type { StoredTable } from './stored-table.ts';

export interface RecoveryReport {
  /** Records of the log that were applied again. */
  readonly records: number;
  /** Bytes cut away at the end of the log: writes that were never acknowledged. */
  readonly cutBytes: number;
  /** Where the damaged rest of the log was put, if there was one. */
  readonly quarantined: string | undefined;
}

export interface LoadedSegment {
  readonly tableOid: number;
  readonly segment: Segment;
  readonly noted: ManifestSegment;
}

/** Makes the tables of the manifest. Errors: XX001. */
export async function loadManifest(
  state: StoreState,
  manifest: Manifest,
): Promise<readonly LoadedSegment[]> {
  state.nextOid = manifest.nextOid;
  state.writer.nextFile = manifest.nextFile;
  for (const [database, names] of schemasOf(manifest)) state.schemas.set(database, new Set(names));
  for (const view of manifest.views) state.views.set(view.oid, view);
  for (const record of manifest.records ?? []) state.records.set(recordKey(record), record);
  for (const { sequence, value } of manifest.sequences ?? []) {
    state.sequences.set(sequence.oid, new StoredSequence(state, sequence, value));
  }
  const loaded: LoadedSegment[] = [];
  for (const { definition, nextSegment, segments } of manifest.tables) {
    const table = state.createTable(definition);
    state.tables.set(definition.oid, table);
    for (const noted of segments) {
      const segment = await loadSegment(state, table, noted);
      loaded.push({ tableOid: definition.oid, segment, noted });
    }
    table.nextSegment = nextSegment;
  }
  return loaded;
}

function schemasOf({
  schemas,
  otherSchemas = [],
}: Manifest): readonly (readonly [DatabaseId, readonly string[]])[] {
  return [[firstDatabase, schemas], ...otherSchemas];
}

async function loadSegment(
  state: StoreState,
  table: StoredTable,
  noted: ManifestSegment,
): Promise<Segment> {
  const { oid } = table;
  const body = state.sealer.openBody(oid, noted.file, noted.byteSize);
  // A file that a later record of the log drops may be gone already; reading it says so.
  const segment = new Segment(noted.segment, body, state.context.segment);
  segment.rowCount = noted.rowCount;
  const kept = noted.isOpen ? copyToMemory(table, segment) : segment;
  table.addSegment(kept);
  if (noted.deleted !== undefined) {
    const path = `${segmentFolder(state.dataDir, oid)}/${noted.deleted.file}.del`;
    kept.applyDeletes(await readDeletes(state, path));
  }
  return kept;
}

function copyToMemory(table: StoredTable, source: Segment): Segment {
  const columns = table.definition.columns.map((_, index) => index);
  const missing = (index: number, rowCount: number) =>
    table.missingColumn(must(table.definition.columns[index], 'column'), rowCount);
  const { snapshot, pin } = source.snapshot(columns, source.view, missing);
  const segments = createSegmentReader();
  const segment = table.createMemorySegment(source.number);
  const body = memoryBody(segment);
  const column = (index: number) => segments.column(snapshot, index);
  body.append({ column, selection: 0 }, 0, source.rowCount);
  segment.rowCount = body.rows;
  source.unpin(pin);
  source.free();
  return segment;
}

async function readDeletes(state: StoreState, path: string): Promise<Uint8Array> {
  const bytes = Buffer.from(await state.files.read(path));
  const bitmap = bytes.subarray(4);
  const isWhole = bytes.length >= 4 && bitmap.length <= deletedBitmapBytes;
  if (!isWhole || crc32(bitmap) !== bytes.readUInt32LE(0)) throw damaged(path, 'checksum mismatch');
  return bitmap;
}

export interface ReplayOptions {
  readonly firstLog: number;
  readonly quarantine: boolean;
}

/**
 * Applies the log. Returns the number for the next log file, too.
 * Errors: XX001 when records that were durable are damaged.
 */
export async function replayLog(
  state: StoreState,
  options: ReplayOptions,
): Promise<{ readonly report: RecoveryReport; readonly nextLog: number }> {
  const names = (await state.files.list(state.logFolder))
    .filter((name) => /^\d{10}\.log$/.test(name) && name >= logName(options.firstLog))
    .toSorted();
  let records = 0;
  let cutBytes = 0;
  let quarantined: string | undefined;
  for (const [index, name] of names.entries()) {
    const path = `${state.logFolder}/${name}`;
    const bytes = Buffer.from(await state.files.read(path));
    const scan = scanLog(bytes);
    for (const { payload } of scan.records) applyRecord(state, payload);
    records += scan.records.length;
    if (scan.validBytes === bytes.length) continue;
    const isLast = index === names.length - 1;
    if (scan.isDamaged || !isLast) {
      if (!options.quarantine) throw logDamage(path, scan);
      quarantined = await setAside(state, names.slice(index));
    }
    cutBytes += bytes.length - scan.validBytes;
    await cut(state, path, scan.validBytes);
    break;
  }
  const lastName = names.at(-1);
  const nextLog = lastName === undefined ? options.firstLog : Number.parseInt(lastName, 10) + 1;
  return { report: { records, cutBytes, quarantined }, nextLog };
}

function logDamage(path: string, scan: LogScan): Error {
  return damaged(path, `damaged record at byte ${scan.validBytes}`);
}

async function cut(state: StoreState, path: string, validBytes: number): Promise<void> {
  if (validBytes === 0) await state.files.remove(path);
  else {
    const file = await state.files.open(path);
    try {
      await file.truncate(validBytes);
      await file.sync();
    } finally {
      await file.close();
    }
  }
  await state.files.syncFolder(state.logFolder);
}

/** Copies the damaged file and removes those after it, which build upon it. */
async function setAside(state: StoreState, names: readonly string[]): Promise<string> {
  const { files, logFolder } = state;
  const folder = `${logFolder}/quarantine-${Date.now()}`;
  await files.makeFolder(folder);
  for (const [index, name] of names.entries()) {
    const path = `${logFolder}/${name}`;
    await replaceFile(files, folder, name, [await files.read(path)]);
    if (index > 0) await files.remove(path);
  }
  await files.syncFolder(logFolder);
  return folder;
}

function applyRecord(state: StoreState, payload: Buffer): void {
  const reader = new RecordReader(payload);
  for (const operation of reader.operations) applyOperation(state, reader, operation);
}

function applyOperation(state: StoreState, reader: RecordReader, operation: LogOperation): void {
  switch (operation.op) {
    case 'insert':
      applyInsert(state, reader, operation);
      return;
    case 'segment':
      applySegment(state, operation);
      return;
    case 'delete': {
      const bitmap = reader.deletes(operation);
      state.tables.get(operation.table)?.findSegment(operation.segment)?.applyDeletes(bitmap);
      return;
    }
    case 'truncate':
      state.tables.get(operation.table)?.truncate(operation.end);
      return;
    case 'createTable': {
      const { definition } = operation;
      state.sawOid(definition.oid);
      state.tables.set(definition.oid, state.createTable(definition));
      return;
    }
    case 'alterTable':
      state.tables.get(operation.definition.oid)?.alter(operation.definition);
      return;
    case 'dropTable':
      state.tables.get(operation.table)?.drop();
      state.tables.delete(operation.table);
      return;
    case 'setView':
      state.sawOid(operation.view.oid);
      state.views.set(operation.view.oid, operation.view);
      return;
    case 'dropView':
      state.views.delete(operation.oid);
      return;
    case 'setSequence': {
      const { sequence, value } = operation;
      state.sawOid(sequence.oid);
      state.sequences.set(sequence.oid, new StoredSequence(state, sequence, value));
      return;
    }
    case 'sequenceValue': {
      const definition = state.sequences.get(operation.oid)?.definition;
      if (definition === undefined) return;
      const { oid, value } = operation;
      state.sequences.set(oid, new StoredSequence(state, definition, value));
      return;
    }
    case 'dropSequence':
      state.sequences.delete(operation.oid);
      return;
    case 'createSchema':
      state.schemasOf(operation.database ?? firstDatabase).add(operation.name);
      return;
    case 'dropSchema':
      state.schemasOf(operation.database ?? firstDatabase).delete(operation.name);
      return;
    case 'putRecord':
      for (const oid of oidsOf(operation.record)) state.sawOid(oid);
      state.records.set(recordKey(operation.record), operation.record);
      return;
    case 'dropRecord':
      state.records.delete(recordKey(operation.record));
      return;
  }
}

function applyInsert(
  state: StoreState,
  reader: RecordReader,
  operation: LogOperation & { op: 'insert' },
): void {
  const table = must(state.tables.get(operation.table), 'table of the log');
  const blocks: { readonly pointer: number; readonly byteSize: number }[] = [];
  const { nullRow } = state.context.append;
  const allocate = (byteSize: number) => {
    const pointer = allocateBlock(byteSize);
    blocks.push({ pointer, byteSize });
    return pointer;
  };
  try {
    const types = table.definition.columns.map(({ type }) => type);
    const columns = reader.columns(operation, types, { allocate, nullRow });
    table.placeAt({ column: (index) => columns[index], selection: 0 }, operation.places);
  } finally {
    for (const { pointer, byteSize } of blocks) freeBlock(pointer, byteSize);
  }
}

function applySegment(state: StoreState, operation: LogOperation & { op: 'segment' }): void {
  const table = must(state.tables.get(operation.table), 'table of the log');
  const { segment: number, file, byteSize, rows } = operation;
  const body = state.sealer.openBody(table.oid, file, byteSize);
  const segment = new Segment(number, body, state.context.segment);
  segment.rowCount = rows;
  table.addSegment(segment);
}

/** Removes files that neither the manifest nor the log names; numbers go on after those seen. */
export async function removeOrphans(state: StoreState, named: ReadonlySet<string>): Promise<void> {
  const { files, dataDir, writer } = state;
  const live = new Set(named);
  for (const table of state.tables.values()) {
    for (const { body } of table.segments) if (body.kind === 'file') live.add(body.path);
  }
  for (const folder of await files.list(`${dataDir}/segments`)) {
    for (const name of await files.list(`${dataDir}/segments/${folder}`)) {
      const path = `${dataDir}/segments/${folder}/${name}`;
      const number = Number.parseInt(basename(name), 10);
      if (Number.isSafeInteger(number)) writer.nextFile = Math.max(writer.nextFile, number + 1);
      if (!live.has(path)) await files.remove(path);
    }
  }
}

function oidsOf(record: AccessRecord): readonly number[] {
  if (record.kind === 'role' || record.kind === 'extension') return [record.oid];
  if (record.kind === 'database') return [Number(record.key)];
  if (record.kind !== 'type') return [];
  if (isCompositeRecord(record)) return [record.oid, record.arrayOid, record.relationOid];
  const parts = isDomainRecord(record) ? record.checks : record.labels;
  return [record.oid, record.arrayOid, ...parts.map(({ oid }) => oid)];
}
