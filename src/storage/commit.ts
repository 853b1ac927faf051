/** Commits a transaction: checks, places rows, writes the log, publishes. */
import type { CommitReport } from '../catalog/table.ts';
import type { Column } from '../columns/column.ts';
import { assert, must } from '../errors/assert.ts';
import { concurrentChange } from './catalog-changes.ts';
import { isTemporary } from './stored-names.ts';
import { RecordBuilder } from './log-record.ts';
import { addRow, hasRow } from './row-bitmap.ts';
import { deletedBitmapBytes } from './segment.ts';
import type { Segment } from './segment.ts';
import type { StoreState } from './store-state.ts';
import { memoryBody } from './stored-table.ts';
import type { Place, StoredTable } from './stored-table.ts';
import type { PendingDeletes, TableChanges } from './table-changes.ts';
import type { LocalTransaction } from './transaction.ts';

/** Segments of a transaction with so many rows go to files, smaller ones through the log. */
const directRowsMin = 32_768;
/** Segments under way to their files that hold up commits. */
const sealBacklogMax = 4;

interface Commit {
  readonly state: StoreState;
  readonly transaction: LocalTransaction;
  readonly record: RecordBuilder;
  /** Run in order once the record is durable. */
  readonly publish: (() => void)[];
  /** Take back what was done, if the record cannot be built. */
  readonly undo: (() => void)[];
  /** Private segments that became the table's. */
  readonly kept: Set<Segment>;
}

/** Errors: 58030, 53200, 40001, 42P07. Nothing is changed then. */
export async function commitChanges(
  state: StoreState,
  transaction: LocalTransaction,
): Promise<CommitReport> {
  const failure = state.log?.failure;
  if (failure !== undefined) throw failure;
  for (const changes of transaction.changes.values()) {
    if (isGone(transaction, changes)) continue;
    await changes.writeLarge(directRowsMin);
    while (state.sealer.backlog > sealBacklogMax && !changes.isEmpty) await state.sealer.oneDone();
  }
  await state.sequencesLogged;
  const commit: Commit = {
    state,
    transaction,
    record: new RecordBuilder(),
    publish: [],
    undo: [],
    kept: new Set(),
  };
  checkTables(commit);
  if (writesAnything(transaction)) transaction.checkReads();
  const names = transaction.catalog.reserveNames();
  try {
    prepare(commit);
    return await writeRecord(commit);
  } finally {
    for (const name of names) state.reservedNames.delete(name);
  }
}

/** Nothing else runs in between: what it does is as one step. */
function prepare(commit: Commit): void {
  const { transaction, undo } = commit;
  let isWhole = false;
  try {
    addCatalog(commit);
    for (const changes of transaction.changes.values()) {
      if (!isGone(transaction, changes)) addChanges(commit, changes);
    }
    addRecords(commit);
    addDrops(commit);
    isWhole = true;
  } finally {
    if (!isWhole) for (const each of undo.toReversed()) each();
  }
}

function writesAnything({ changes, catalog }: LocalTransaction): boolean {
  return !catalog.isEmpty || [...changes.values()].some((each) => !each.isEmpty);
}

/** Tells serializable transactions that the table is about to change. */
function announce({ state, publish, undo }: Commit, table: StoredTable): void {
  const { tablesInCommit } = state;
  tablesInCommit.set(table, (tablesInCommit.get(table) ?? 0) + 1);
  const end = () => {
    const left = (tablesInCommit.get(table) ?? 1) - 1;
    if (left === 0) tablesInCommit.delete(table);
    else tablesInCommit.set(table, left);
  };
  publish.push(end);
  undo.push(end);
}

function isGone(transaction: LocalTransaction, changes: TableChanges): boolean {
  return transaction.catalog.table(changes.table.oid) === undefined;
}

/** Errors: 40001 when a table with changes was dropped by another transaction. */
function checkTables({ transaction }: Commit): void {
  for (const changes of transaction.changes.values()) {
    const { table } = changes;
    changes.definition = transaction.catalog.definition(table);
    const isDropped = table.isDropped || table.isDropping;
    const isOwnDrop = transaction.catalog.dropped.has(table.oid);
    if (isDropped && !isOwnDrop && !changes.isEmpty) throw concurrentChange();
    const isOwnLayout = transaction.catalog.altered.has(table.oid);
    const isSameLayout = changes.layout === (table.definition.layout ?? 0);
    if (!isOwnLayout && !isSameLayout && !changes.isEmpty) throw concurrentChange();
  }
}

async function writeRecord(commit: Commit): Promise<CommitReport> {
  const { state, record, publish } = commit;
  const publishAll = () => {
    for (const each of publish) each();
  };
  if (record.isEmpty) {
    publishAll();
    return { logBytes: 0 };
  }
  const report = await must(state.log, 'log').append(record.finish(), publishAll);
  state.checkpointIfDue?.();
  return report;
}

function addCatalog(commit: Commit): void {
  const { state, record, publish, transaction } = commit;
  const { catalog } = transaction;
  if (!catalog.isEmpty) publish.push(() => state.definitionVersion++);
  const schemas = state.schemasOf(catalog.database);
  for (const name of catalog.createdSchemas) {
    record.add({ op: 'createSchema', name, ...catalog.mark });
    publish.push(() => schemas.add(name));
  }
  for (const table of catalog.created.values()) {
    const definition = catalog.definition(table);
    if (!definition.temporary) record.add({ op: 'createTable', definition });
    publish.push(() => {
      if (table.definition !== definition) table.alter(definition);
      state.tables.set(table.oid, table);
    });
  }
  for (const [oid, { definition }] of catalog.altered) {
    const table = state.tables.get(oid);
    if (table === undefined) continue;
    if (!definition.temporary) record.add({ op: 'alterTable', definition });
    publish.push(() => table.alter(definition));
  }
  for (const view of catalog.views.values()) {
    if (!isTemporary(view.schema)) record.add({ op: 'setView', view });
    publish.push(() => state.views.set(view.oid, view));
  }
  for (const [oid, sequence] of catalog.sequences) {
    const { definition, durable: value } = sequence;
    if (!definition.temporary) record.add({ op: 'setSequence', sequence: definition, value });
    publish.push(() => state.sequences.set(oid, sequence));
  }
}

function addRecords({ state, record, publish, transaction }: Commit): void {
  const { catalog } = transaction;
  for (const [key, changed] of catalog.records) {
    const before = state.records.get(key);
    if ((changed ?? before)?.kind === 'largeobject') publish.push(() => state.noteObject(key));
    if (changed !== undefined) {
      if (!catalog.isTemporaryRecord(changed)) record.add({ op: 'putRecord', record: changed });
      publish.push(() => state.records.set(key, changed));
    } else if (before !== undefined) {
      const { kind, key: name } = before;
      const mark = before.database === undefined ? {} : { database: before.database };
      const dropped = { kind, key: name, ...mark };
      if (!catalog.isTemporaryRecord(before)) record.add({ op: 'dropRecord', record: dropped });
      publish.push(() => state.records.delete(key));
    }
  }
}

function addDrops({ state, record, publish, undo, transaction }: Commit): void {
  const { catalog } = transaction;
  for (const oid of catalog.dropped) {
    const table = must(state.tables.get(oid), 'table');
    table.isDropping = true;
    undo.push(() => {
      table.isDropping = false;
    });
    if (!table.definition.temporary) record.add({ op: 'dropTable', table: oid });
    publish.push(() => {
      state.tables.delete(oid);
      table.drop();
    });
  }
  for (const oid of catalog.droppedViews) {
    record.add({ op: 'dropView', oid });
    publish.push(() => state.views.delete(oid));
  }
  for (const oid of catalog.droppedSequences) {
    record.add({ op: 'dropSequence', oid });
    publish.push(() => state.sequences.delete(oid));
  }
  for (const name of catalog.droppedSchemas) {
    record.add({ op: 'dropSchema', name, ...catalog.mark });
    publish.push(() => state.schemasOf(catalog.database).delete(name));
  }
}

function addChanges(commit: Commit, changes: TableChanges): void {
  const { record, publish } = commit;
  const { table } = changes;
  if (!changes.isEmpty) announce(commit, table);
  const isLogged = !changes.definition.temporary;
  if (changes.isTruncated) {
    const end = table.closeTail();
    if (isLogged) record.add({ op: 'truncate', table: table.oid, end });
    publish.push(() => table.truncate(end));
  }
  for (const segment of changes.segments) {
    if (segment.rowCount === 0) continue;
    const deletes = changes.deletes.get(segment);
    if (segment.body.kind === 'file') addFile(commit, changes, segment);
    else addRows(commit, changes, { segment, deletes });
    changes.deletes.delete(segment);
  }
  for (const [segment, { bitmap, count }] of changes.deletes) {
    if (count === 0 || changes.isTruncated || !table.segments.includes(segment)) continue;
    addDeletes(commit, changes, { number: segment.number, bitmap });
  }
  publish.push(() => changes.end(commit.kept));
}

function addDeletes(
  { record, publish }: Commit,
  { table, definition }: TableChanges,
  { number, bitmap }: { readonly number: number; readonly bitmap: Uint8Array },
): void {
  if (!definition.temporary) record.addDelete({ table: table.oid, segment: number }, bitmap);
  publish.push(() => {
    table.findSegment(number)?.applyDeletes(bitmap);
    table.version++;
  });
}

/** A private segment that is a file already becomes the table's. */
function addFile(commit: Commit, changes: TableChanges, segment: Segment): void {
  const { record, publish, kept } = commit;
  const { table } = changes;
  const { body, rowCount } = segment;
  assert(body.kind === 'file', 'a segment file');
  const number = table.reserveSegment();
  const { file, byteSize } = body;
  if (!changes.definition.temporary) {
    const rows = rowCount;
    record.add({ op: 'segment', table: table.oid, segment: number, file, rows, byteSize });
  }
  kept.add(segment);
  publish.push(() => {
    segment.pendingDeletes.clear();
    segment.number = number;
    table.addSegment(segment);
  });
  const deletes = changes.deletes.get(segment);
  if (deletes !== undefined && deletes.count > 0) {
    addDeletes(commit, changes, { number, bitmap: deletes.bitmap });
  }
}

/** Rows of a private segment are copied behind the table's rows. */
function addRows(
  commit: Commit,
  changes: TableChanges,
  { segment, deletes }: { readonly segment: Segment; deletes: PendingDeletes | undefined },
): void {
  const { state, record, publish, undo } = commit;
  const { table, definition } = changes;
  const body = memoryBody(segment);
  // Either may have more columns: this transaction or one that committed meanwhile added some.
  const isWider = definition.columns.length > table.definition.columns.length;
  table.completeBody(body, isWider ? definition : table.definition);
  const columns: Column[] = [];
  for (let index = 0; index < body.columnCount; index++) {
    columns.push(must(body.column(index, segment.rowCount), 'column'));
  }
  const source = { column: (index: number) => columns[index], selection: 0 };
  const places = table.place(source, segment.rowCount, definition);
  undo.push(() => table.takeBack(places));
  const isLogged = !definition.temporary;
  if (isLogged) record.addInsert(table.oid, columns.slice(0, definition.columns.length), places);
  publish.push(() => {
    for (const full of table.publish(places)) sealLater(state, table, full);
  });
  for (const [number, bitmap] of movedDeletes(deletes, places)) {
    addDeletes(commit, changes, { number, bitmap });
  }
}

/** The deletions of a private segment's rows, at the places where the rows went. */
function movedDeletes(
  deletes: PendingDeletes | undefined,
  places: readonly Place[],
): Map<number, Uint8Array> {
  const moved = new Map<number, Uint8Array>();
  if (deletes === undefined || deletes.count === 0) return moved;
  let first = 0;
  for (const { segment, row, count } of places) {
    for (let index = 0; index < count; index++) {
      const from = first + index;
      if (!hasRow(deletes.bitmap, from)) continue;
      const bitmap = moved.get(segment) ?? new Uint8Array(deletedBitmapBytes);
      moved.set(segment, bitmap);
      addRow(bitmap, row + index);
    }
    first += count;
  }
  return moved;
}

/** Starts a full segment's file; when that fails, the next checkpoint tries again. */
export function sealLater(state: StoreState, table: StoredTable, segment: Segment): void {
  const isWanted = () => table.findSegment(segment.number) === segment;
  const target = { table: table.definition, segment, isWanted };
  void state.sealer.seal(target).then(
    () => state.checkpointIfDue?.(),
    () => undefined,
  );
}
