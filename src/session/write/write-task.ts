/** The rows of a writing statement on their way into the table: checks, keys, references. */
import { makeBatch, type Batch } from '../../columns/batch.ts';
import { buildColumn } from '../../columns/builder.ts';
import type { Column } from '../../columns/column.ts';
import { columnReader } from '../../columns/read.ts';
import { RowChanged, type TableDefinition, type TableWrite } from '../../catalog/table.ts';
import { must } from '../../errors/assert.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import { heap } from '../../memory/heap.ts';
import type { MergeAction, WriteOperation, WriteStatement } from '../../plan/planner.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlSession } from '../sql-session.ts';
import { GeneratedColumns } from './generated-columns.ts';
import { PolicyChecks } from './policy-checks.ts';
import { RowChecks, type RowPlace } from './row-checks.ts';
import { ConflictRows, type ResolvedRows } from './conflict-rows.ts';
import { changedTwice, copyRows, MergedRows, type RowsByAction } from './merged-rows.ts';
import { ReferenceNotes } from './references/reference-notes.ts';
import type { ReferenceEvent } from './references/reference-queue.ts';
import type { StatementTriggers } from './triggers/statement-triggers.ts';
import { ViewChecks } from './view-checks.ts';
import { noteWrite } from './write-moments.ts';
import { keysWritten, type KeyDefinition } from './key-definition.ts';
import { KeyCheck, rowsWithoutConflict } from './unique-keys.ts';

/** Rows of one batch that are left over, or are of one kind. */
const copiedBytesMax = 1 << 30;
/** xmax of a row that ON CONFLICT updated, where PostgreSQL shows the transaction: not 0. */
const updaterXid = 3;
/** A statement that is thought to write more rows locks all keys of the table at once. */
const manyKeys = 1000;

/** What a task needs to know of the statement. */
export type RowStatement = Omit<WriteStatement, 'kind' | 'source' | 'fields'>;

interface TaskParts {
  readonly keys: KeyCheck | undefined;
  readonly parameters: readonly (Datum | null)[];
  readonly triggers: StatementTriggers | undefined;
  /** Rows that the statement is thought to write. */
  readonly rowsExpected: number;
  /** The partitioned table that the statement names; it writes a leaf of that. */
  readonly above?: TableDefinition;
}

export class WriteTask {
  readonly #session: SqlSession;
  readonly #planned: RowStatement;
  readonly #write: TableWrite;
  readonly #keys: KeyCheck | undefined;
  readonly #checks: RowChecks;
  readonly #viewChecks: ViewChecks | undefined;
  readonly #policies: PolicyChecks | undefined;
  readonly #generated: GeneratedColumns | undefined;
  readonly #references: ReferenceNotes;
  readonly #triggers: StatementTriggers | undefined;
  #rows: Arena | undefined;
  /** The row that ON CONFLICT updates, as it was. */
  #updated: readonly (Datum | null)[] | undefined;
  #arena: Arena | undefined;
  #conflicts: ConflictRows | undefined;
  #merged: MergedRows | undefined;
  #rowCount = 0;

  private constructor(
    session: SqlSession,
    planned: RowStatement,
    { keys, parameters, triggers, above }: TaskParts,
  ) {
    this.#session = session;
    this.#planned = planned;
    this.#write = session.transaction.forWriting().write(planned.table.oid);
    this.#keys = keys;
    this.#triggers = triggers?.wantsRows === true ? triggers : undefined;
    const { table, viewChecks: checks, policies, given, assigned } = planned;
    const origin = { named: above ?? table, given: [...(given ?? []), ...(assigned ?? [])] };
    this.#checks = new RowChecks(session, table, { ...origin, place: placeOf(planned, above) });
    if (planned.operation !== 'delete') this.#generated = GeneratedColumns.of(session, table);
    if (checks !== undefined) {
      this.#viewChecks = new ViewChecks(session, { origin, checks, parameters });
    }
    if (policies !== undefined) {
      this.#policies = new PolicyChecks(session, table, { policies, parameters });
    }
    this.#references = new ReferenceNotes(session, planned.table, planned.operation);
    if (planned.actions !== undefined) this.#merged = new MergedRows(planned.actions);
    const update = planned.conflict?.update;
    if (update === undefined) return;
    this.#conflicts = new ConflictRows(session, {
      ...{ planned, update, parameters, generated: this.#generated },
    });
  }

  static async begin(
    session: SqlSession,
    planned: RowStatement,
    parts: Omit<TaskParts, 'keys'>,
  ): Promise<WriteTask> {
    const keys = guardKeys(session, planned.table, keysWritten(planned));
    if (parts.rowsExpected > manyKeys) await keys?.lockAll();
    return new WriteTask(session, planned, { ...parts, keys });
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  get table(): TableDefinition {
    return this.#planned.table;
  }

  /** Undefined: no key of the table is written. */
  get keys(): KeyCheck | undefined {
    return this.#keys;
  }

  /** `told`: of the rows that were written, which RETURNING sees; they are valid until it returns. */
  async write(source: Batch, told: (written: Batch) => Promise<void>): Promise<void> {
    const isOneByOne = this.#checks.isCalling || this.#planned.returningCalls !== undefined;
    if (this.#triggers === undefined && !isOneByOne) {
      return await told(await this.#writeRows(source));
    }
    const arena = (this.#rows ??= new Arena(new Budget(copiedBytesMax)));
    for (let row = 0; row < source.rowCount; row++) {
      arena.reset();
      const one = copyRows(source, [row], arena);
      if (this.#triggers === undefined) await told(await this.#writeRows(one));
      else await this.#writeRow(this.#triggers, one, told);
    }
  }

  /** One row, which triggers see before and after. */
  async #writeRow(
    triggers: StatementTriggers,
    source: Batch,
    told: (written: Batch) => Promise<void>,
  ): Promise<void> {
    const { operation, table, old = new Map<number, number>() } = this.#planned;
    const first = operation === 'insert' ? 0 : 1;
    const width = table.columns.length;
    const event = this.#eventOf(source);
    const hasBefore = event !== 'insert';
    const given = {
      before: hasBefore
        ? table.columns.map((_column, at) => columnReader(source.column(old.get(at) ?? 0))(0))
        : undefined,
      after: event === 'delete' ? undefined : this.#given(rowAt(source, first, width)),
    };
    const row = await triggers.beforeRow(event, given);
    if (row === undefined) return;
    const isChanged = given.after !== undefined && row !== given.after;
    const now = isChanged ? this.#withRow(source, row, first) : source;
    this.#updated = undefined;
    const written = await this.#writeRows(now);
    if (written.rowCount === 0) return;
    const after = event === 'delete' ? undefined : rowAt(written, first, width);
    if (this.#updated === undefined) triggers.written(event, { before: given.before, after });
    else triggers.written('update', { before: this.#updated, after });
    await told(written);
  }

  /** Generated columns are computed when triggers are done. */
  #given(row: readonly (Datum | null)[]): readonly (Datum | null)[] {
    const { columns } = this.#planned.table;
    if (this.#generated === undefined) return row;
    return row.map((value, at) => (columns[at]?.generated === undefined ? value : null));
  }

  /** What becomes of the row of the batch. */
  #eventOf(source: Batch): MergeAction {
    const { operation, actions = [] } = this.#planned;
    if (operation !== 'merge') return operation;
    const place = columnReader(source.column(source.columnCount - 1))(0);
    return must(actions[Number(place)], 'an action');
  }

  /** The update that ON CONFLICT makes of the one row, as triggers leave it; undefined: none. */
  async #triggeredUpdate(resolved: ResolvedRows): Promise<Batch | undefined> {
    const [change] = resolved.changes ?? [];
    if (this.#triggers === undefined || change?.before === undefined) return resolved.rows;
    const { before } = change;
    const after = this.#given(change.after);
    this.#updated = before;
    const row = await this.#triggers.beforeRow('update', { before, after });
    if (row === undefined || row === after) return row && resolved.rows;
    const changed = this.#withRow(resolved.rows, row, 0);
    return this.#generated?.fill(changed, 0) ?? changed;
  }

  /** The batch of one row with the row in its columns from `first` on. */
  #withRow(source: Batch, row: readonly (Datum | null)[], first: number): Batch {
    const arena = this.#rows ?? new Arena(new Budget(copiedBytesMax));
    const columns = Array.from({ length: source.columnCount }, (_, at) => {
      const column = source.column(at);
      const isOwn = at >= first && at < first + row.length;
      return isOwn ? buildColumn(column.type, [row[at - first] ?? null], arena) : column;
    });
    return makeBatch(columns, 1);
  }

  async #writeRows(source: Batch): Promise<Batch> {
    const { operation, table } = this.#planned;
    noteWrite(this.#session, table.oid);
    await this.#write.ready();
    const batch = this.#generated?.fill(source, operation === 'insert' ? 0 : 1) ?? source;
    if (operation === 'insert') return this.#insert(batch);
    if (this.#merged !== undefined) return this.#merge(this.#merged, batch);
    return this.#change(operation, batch);
  }

  /** Rows of UPDATE or DELETE: their ids first. */
  async #change(operation: WriteOperation, batch: Batch): Promise<Batch> {
    const { table, old = new Map<number, number>() } = this.#planned;
    const width = table.columns.length;
    if (operation === 'update') await this.#keys?.lock(firstColumns(batch, 1, width));
    const before = this.#write.delete(rowIdsOf(batch.column(0), batch.rowCount));
    if (before.length > 0 && this.#triggers !== undefined) throw changedByTrigger(operation);
    const taken = before.length === 0 ? batch : this.#without(batch, before);
    this.#rowCount += taken.rowCount;
    if (operation !== 'update') {
      this.#references.noteDeleted(taken, old);
      return taken;
    }
    const rows = firstColumns(taken, 1, width);
    await this.#policies?.check('update', rows);
    await this.#checks.check(rows);
    if (this.#references.isNeeded) this.#references.noteUpdated(taken, old);
    await this.#put(rows);
    return taken;
  }

  /** Rows that another part of the statement wrote are its alone. */
  #without(batch: Batch, places: readonly number[]): Batch {
    const left = new Set(places);
    const rows = Array.from({ length: batch.rowCount }, (_, row) => row);
    return this.#copyRows(
      batch,
      rows.filter((row) => !left.has(row)),
    );
  }

  async #insert(batch: Batch): Promise<Batch> {
    const { table, conflict } = this.#planned;
    const given = firstColumns(batch, 0, table.columns.length);
    await this.#policies?.check('insert', given);
    await this.#checks.check(given);
    let kept = batch;
    if (conflict !== undefined) await this.#keys?.lock(given);
    if (this.#conflicts !== undefined) return this.#upsert(this.#conflicts, batch);
    if (conflict !== undefined && this.#keys !== undefined) {
      const rows = await rowsWithoutConflict(this.#session, table, batch, conflict.arbiters);
      kept = this.#copyRows(batch, rows);
      this.#keys.unlockAllBut(firstColumns(kept, 0, table.columns.length));
    }
    this.#rowCount += kept.rowCount;
    const rows = firstColumns(kept, 0, table.columns.length);
    this.#references.noteInserted(rows);
    await this.#append(rows);
    return kept;
  }

  /** The rows of each kind, until one is changed a second time. Errors: 21000. */
  async #merge(merged: MergedRows, batch: Batch): Promise<Batch> {
    const { table, old = new Map<number, number>() } = this.#planned;
    const rows = merged.next(batch);
    const written = firstColumns(rows.written, 1, table.columns.length);
    await this.#checkMerged(rows);
    await this.#checks.check(written);
    if (rows.isRepeated) throw changedTwice();
    if (written.rowCount > 0) await this.#keys?.lock(written);
    for (const changed of [rows.update, rows.delete]) {
      this.#write.delete(rowIdsOf(changed.column(0), changed.rowCount));
    }
    this.#references.noteDeleted(rows.delete, old);
    if (this.#references.isNeeded) this.#references.noteUpdated(rows.update, old);
    this.#references.noteInserted(firstColumns(rows.insert, 1, table.columns.length));
    this.#rowCount += batch.rowCount;
    if (written.rowCount > 0) await this.#put(written);
    return batch;
  }

  async #checkMerged(rows: RowsByAction): Promise<void> {
    const { table, old = new Map<number, number>() } = this.#planned;
    const before = (position: number): number => old.get(position) ?? 0;
    const renewed = (batch: Batch): Batch => firstColumns(batch, 1, table.columns.length);
    await this.#policies?.check('mergeUpdate', rows.update, before);
    await this.#policies?.check('mergeDelete', rows.delete, before);
    await this.#policies?.check('update', renewed(rows.update));
    await this.#policies?.check('insert', renewed(rows.insert));
  }

  /** A row that is there, and what it would be. */
  async #checkReplaced({ changes = [] }: ResolvedRows, rows: Batch): Promise<void> {
    if (this.#policies === undefined) return;
    const readers = this.#planned.table.columns.map((_, at) => columnReader(rows.column(at)));
    const after = changes.flatMap(({ before }, row) => {
      return before === undefined ? [] : [readers.map((read) => read(row))];
    });
    await this.#policies.checkRows('update', after);
  }

  async #upsert(conflicts: ConflictRows, batch: Batch): Promise<Batch> {
    const resolved = await conflicts.resolve(batch);
    const { replaced, passed = [], changes } = resolved;
    const there = (changes ?? []).flatMap(({ before }) => (before === undefined ? [] : [before]));
    await this.#policies?.checkRows('conflict', there);
    const rows = await this.#triggeredUpdate(resolved);
    if (rows === undefined) return this.#copyRows(batch, []);
    for (const rowId of passed) this.#lockRow(rowId);
    if (replaced.length > 0) {
      await this.#checkReplaced(resolved, rows);
      await this.#checks.check(rows);
      this.#write.delete(replaced);
    }
    this.#rowCount += rows.rowCount;
    if (changes === undefined) this.#references.noteInserted(rows);
    else if (this.#references.isNeeded) this.#references.noteReplaced(changes);
    await this.#append(rows);
    if (changes === undefined || batch.columnCount === rows.columnCount) return rows;
    return this.#withSystemColumns(rows, batch, changes);
  }

  #lockRow(rowId: bigint): void {
    const outcome = this.#write.lockRow(rowId, 'no key update');
    if (outcome !== undefined) throw outcome === 'gone' ? new RowChanged() : outcome;
  }

  /** The columns behind the table's: constants but for xmax, which tells rows that were updated. */
  #withSystemColumns(
    rows: Batch,
    source: Batch,
    changes: readonly { readonly before: unknown }[],
  ): Batch {
    const arena = (this.#arena ??= new Arena(new Budget(copiedBytesMax)));
    arena.reset();
    const own = Array.from({ length: rows.columnCount }, (_, at) => rows.column(at));
    const behind = Array.from({ length: source.columnCount - own.length }, (_, at) => {
      const column = source.column(own.length + at);
      const value = columnReader(column)(0);
      const isXmax = column.type.name === 'xid' && value === 0;
      const values = changes.map(({ before }) =>
        isXmax && before !== undefined ? updaterXid : value,
      );
      return buildColumn(column.type, values, arena);
    });
    return makeBatch([...own, ...behind], rows.rowCount);
  }

  /** Valid until the next batch. */
  #copyRows(batch: Batch, rows: readonly number[]): Batch {
    if (rows.length === batch.rowCount) return batch;
    const arena = (this.#arena ??= new Arena(new Budget(copiedBytesMax)));
    arena.reset();
    return copyRows(batch, rows, arena);
  }

  async #append(rows: Batch): Promise<void> {
    await this.#keys?.lock(rows);
    await this.#put(rows);
  }

  /** Rows whose keys are locked. Errors: 44000. */
  async #put(rows: Batch): Promise<void> {
    this.#keys?.note(rows);
    this.#write.insert(rows);
    const hidden = this.#viewChecks?.failure(rows);
    if (hidden === undefined) return;
    await this.#keys?.check();
    throw hidden;
  }

  referenceEvents(): readonly ReferenceEvent[] {
    return this.#references.events();
  }

  /** Errors: 23505. */
  async check(): Promise<void> {
    await this.#keys?.check();
  }

  free(): void {
    this.#checks.free();
    this.#viewChecks?.free();
    this.#policies?.free();
    this.#generated?.free();
    this.#conflicts?.free();
    this.#merged?.free();
    this.#arena?.free();
    this.#rows?.free();
  }
}

/** Rows that come from above are the leaf's, but for those that ON CONFLICT updates. */
function placeOf({ conflict }: RowStatement, above: TableDefinition | undefined): RowPlace {
  if (above === undefined) return 'named';
  return conflict?.update === undefined ? 'routed' : 'conflict';
}

/** Before rows go into a table with keys; undefined: none is written. */
export function guardKeys(
  session: SqlSession,
  table: TableDefinition,
  keys: readonly KeyDefinition[],
): KeyCheck | undefined {
  return keys.length === 0 ? undefined : new KeyCheck(session, table, keys);
}

/** 27000. */
function changedByTrigger(operation: WriteOperation): SqlError {
  const word = operation === 'delete' ? 'deleted' : 'updated';
  const message = `tuple to be ${word} was already modified by an operation triggered by the current command`;
  return new SqlError('triggered_data_change_violation', message, {
    hint: 'Consider using an AFTER trigger instead of a BEFORE trigger to propagate changes to other rows.',
  });
}

function rowAt(batch: Batch, first: number, width: number): readonly (Datum | null)[] {
  return Array.from({ length: width }, (_, at) => columnReader(batch.column(first + at))(0));
}

function firstColumns(batch: Batch, from: number, count: number): Batch {
  return makeBatch(
    Array.from({ length: count }, (_, index) => batch.column(from + index)),
    batch.rowCount,
  );
}

function rowIdsOf(column: Column, count: number): BigInt64Array {
  const start = column.values / 8;
  if (column.encoding === 'constant') return new BigInt64Array(count).fill(heap().i64[start] ?? 0n);
  return heap().i64.slice(start, start + count);
}
