/**
 * The rows of a statement that writes a partitioned table: each goes to the leaf that it is in, or
 * that takes it, which has the checks, keys and references (write-task.ts).
 *
 *     INSERT   row ─▶ leaf that takes it
 *     DELETE   row id ─▶ leaf that it is in
 *     UPDATE   both: a row that another leaf takes is deleted in the one and inserted in the other
 *
 * Rows are written in their order where somebody sees it, runs of one leaf at once; of many rows
 * those of one leaf are put together.
 */
import { setImmediate } from 'node:timers/promises';
import type { Batch } from '../../../columns/batch.ts';
import { makeBatch } from '../../../columns/batch.ts';
import { buildColumn } from '../../../columns/builder.ts';
import { columnReader } from '../../../columns/read.ts';
import { must } from '../../../errors/assert.ts';
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import { Arena, Budget } from '../../../memory/arena.ts';
import type { MergeAction } from '../../../plan/planner.ts';
import type { Datum } from '../../../types/datum.ts';
import type { SqlSession } from '../../sql-session.ts';
import { lockRelation } from '../../transaction/locks.ts';
import { GeneratedColumns } from '../generated-columns.ts';
import { keysOf } from '../key-definition.ts';
import { copyRows } from '../merged-rows.ts';
import type { ReferenceEvent } from '../references/reference-queue.ts';
import { noteWrite } from '../write-moments.ts';
import { noArbiter } from '../../../plan/binder/write/arbiters.ts';
import { WriteTask, type RowStatement } from '../write-task.ts';
import { sameIndex } from '../../../catalog/partition-indexes.ts';
import { settleKeys } from './partition-keys.ts';
import { leafNumber, leafRowId, PartitionTree } from './partition-tree.ts';

const copiedBytesMax = 1 << 30;
/** Rows that are looked at before other connections get a turn. */
const turnRows = 4096;
/** Of more rows those of one leaf are put together. */
const runRowsMax = 1000;

type Told = (written: Batch) => Promise<void>;

/** Where a row is, and where it goes: numbers of leaves. */
interface Way {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

interface Group extends Way {
  readonly rows: number[];
}

export interface PartitionedParts {
  readonly parameters: readonly (Datum | null)[];
  /** Rows that the statement is thought to write. */
  readonly rowsExpected: number;
}

export class PartitionedTask {
  readonly #session: SqlSession;
  readonly #planned: RowStatement;
  readonly #tree: PartitionTree;
  readonly #parts: PartitionedParts;
  readonly #tasks = new Map<string, WriteTask>();
  readonly #generated: GeneratedColumns | undefined;
  readonly #arena = new Arena(new Budget(copiedBytesMax));
  readonly #moved = new Set<WriteTask>();

  private constructor(
    session: SqlSession,
    planned: RowStatement,
    { tree, ...parts }: PartitionedParts & { readonly tree: PartitionTree },
  ) {
    this.#session = session;
    this.#planned = planned;
    this.#tree = tree;
    this.#parts = parts;
    if (planned.operation !== 'delete') {
      this.#generated = GeneratedColumns.of(session, planned.table);
    }
  }

  /** undefined: the table is not partitioned. */
  static of(
    session: SqlSession,
    planned: RowStatement,
    parts: PartitionedParts,
  ): PartitionedTask | undefined {
    const tree = PartitionTree.of(session, planned.table.oid);
    return tree && new PartitionedTask(session, planned, { ...parts, tree });
  }

  get rowCount(): number {
    const counted = [...this.#tasks.values()].filter((task) => !this.#moved.has(task));
    return counted.reduce((sum, { rowCount }) => sum + rowCount, 0);
  }

  async write(source: Batch, told: Told): Promise<void> {
    const { operation, table } = this.#planned;
    noteWrite(this.#session, table.oid);
    const first = operation === 'insert' ? 0 : 1;
    const batch = this.#generated?.fill(source, first) ?? source;
    const wayOf = this.#ways(batch);
    for (let from = 0; from < batch.rowCount; from += turnRows) {
      if (from > 0) await setImmediate();
      const to = Math.min(batch.rowCount, from + turnRows);
      const { groups, error } = this.#groups(wayOf, { from, to });
      for (const group of groups) {
        this.#arena.reset();
        const isWhole = group.rows.length === batch.rowCount;
        const rows = isWhole ? batch : copyRows(batch, group.rows, this.#arena);
        await this.#writeGroup(group, operation === 'insert' ? rows : this.#inLeaf(rows), told);
      }
      if (error !== undefined) throw error;
    }
  }

  /** Runs of rows of one way, up to the first row that no leaf takes. */
  #groups(
    wayOf: (row: number) => Way | SqlError,
    { from: first, to: end }: { readonly from: number; readonly to: number },
  ): { readonly groups: readonly Group[]; readonly error?: SqlError } {
    const isOrdered = this.#planned.returning.length > 0 || end - first <= runRowsMax;
    const groups: Group[] = [];
    const byWay = new Map<string, Group>();
    for (let row = first; row < end; row++) {
      const way = wayOf(row);
      if (way instanceof SqlError) return { groups, error: way };
      const { from, to } = way;
      const key = `${from} ${to}`;
      const last = isOrdered ? groups.at(-1) : byWay.get(key);
      if (last !== undefined && last.from === from && last.to === to) last.rows.push(row);
      else {
        const group = { from, to, rows: [row] };
        groups.push(group);
        byWay.set(key, group);
      }
    }
    return { groups };
  }

  #ways(batch: Batch): (row: number) => Way | SqlError {
    const { operation, assigned, actions = [] } = this.#planned;
    const first = operation === 'insert' ? 0 : 1;
    const target = this.#targets(batch, first);
    if (operation === 'insert') return (row) => wayTo(undefined, target(row));
    const rowId = columnReader(batch.column(0));
    const place = (row: number): number => leafNumber(rowId(row) as bigint);
    if (operation === 'delete') return (row) => ({ from: place(row), to: undefined });
    if (operation === 'update') {
      const keeps = assigned?.every((at) => !this.#mayMove(at)) === true;
      return (row) => wayTo(place(row), keeps ? place(row) : target(row));
    }
    const action = columnReader(batch.column(batch.columnCount - 1));
    const ways: Readonly<Record<MergeAction, (row: number) => Way | SqlError>> = {
      insert: (row) => wayTo(undefined, target(row)),
      update: (row) => wayTo(place(row), target(row)),
      delete: (row) => ({ from: place(row), to: place(row) }),
    };
    return (row) => ways[must(actions[Number(action(row))], 'an action')](row);
  }

  /** Which leaf takes a row; its columns are in the batch from `first` on. */
  #targets(batch: Batch, first: number): (row: number) => number | SqlError {
    let readers: ReadonlyMap<number, ReturnType<typeof columnReader>> | undefined;
    return (row) => {
      readers ??= new Map(
        [...this.#tree.keyColumns].map((at) => [at, columnReader(batch.column(first + at))]),
      );
      const known = readers;
      return this.#tree.route(this.#session, (at) => known.get(at)?.(row) ?? null);
    };
  }

  /** Whether rows whose column at the position is set may belong elsewhere. */
  #mayMove(position: number): boolean {
    const { columns } = this.#planned.table;
    const isGenerated = [...this.#tree.keyColumns].some((at) => columns[at]?.generated);
    return isGenerated || this.#tree.keyColumns.has(position);
  }

  /** Row ids within the leaf. */
  #inLeaf(rows: Batch): Batch {
    const [ids, ...others] = Array.from({ length: rows.columnCount }, (_, at) => rows.column(at));
    const read = columnReader(must(ids, 'row ids'));
    const own = Array.from({ length: rows.rowCount }, (_, row) => {
      const rowId = read(row) as bigint | null;
      return rowId === null ? null : leafRowId(rowId);
    });
    const column = buildColumn({ name: 'int8', typmod: -1 }, own, this.#arena);
    return makeBatch([column, ...others], rows.rowCount);
  }

  async #writeGroup({ from, to }: Way, rows: Batch, told: Told): Promise<void> {
    const { operation, table } = this.#planned;
    if (operation === 'delete' || from === to || from === undefined) {
      const task = await this.#task(operation, must(from ?? to, 'a leaf'));
      await task.write(rows, told);
      return;
    }
    if (operation === 'merge') throw unsupported('MERGE that moves rows to other partitions');
    const leaving = await this.#task('delete', from);
    const coming = await this.#task('insert', must(to, 'a leaf'));
    this.#moved.add(coming);
    await leaving.write(rows, async (taken) => {
      const columns = table.columns.map((_column, at) => taken.column(at + 1));
      await coming.write(makeBatch(columns, taken.rowCount), () => Promise.resolve());
      await told(taken);
    });
  }

  async #task(operation: RowStatement['operation'], leaf: number): Promise<WriteTask> {
    const key = `${operation} ${leaf}`;
    const known = this.#tasks.get(key);
    if (known !== undefined) return known;
    const table = must(this.#tree.leaves[leaf], 'a leaf');
    await lockRelation(this.#session, table.oid, 'row exclusive');
    const { conflict, assigned, ...planned } = this.#planned;
    // A row that comes from another leaf is new here, with all its keys.
    const isOwn = operation === planned.operation && assigned !== undefined;
    const statement: RowStatement = {
      ...planned,
      ...{ table, operation },
      ...(isOwn ? { assigned } : {}),
      ...(conflict === undefined ? {} : { conflict: this.#conflictIn(table, conflict) }),
    };
    const task = await WriteTask.begin(this.#session, statement, {
      ...{ ...this.#parts, triggers: undefined },
      above: this.#planned.table,
    });
    this.#tasks.set(key, task);
    return task;
  }

  /** The clause with the names that the leaf's keys have. */
  #conflictIn(
    leaf: RowStatement['table'],
    conflict: NonNullable<RowStatement['conflict']>,
  ): NonNullable<RowStatement['conflict']> {
    const { arbiters } = conflict;
    if (arbiters === undefined) return conflict;
    const own = keysOf(this.#planned.table).filter(({ name }) => arbiters.includes(name));
    const names = own.map((key) => {
      const found = keysOf(leaf).find((each) => sameIndex(each, key));
      if (found === undefined) throw noArbiter();
      return found.name;
    });
    return { ...conflict, arbiters: names };
  }

  /** Errors: 23505. */
  async check(): Promise<void> {
    const leaves = [...this.#tasks.values()].flatMap(({ table: { oid: leaf }, keys: check }) => {
      return check === undefined ? [] : [{ leaf, check }];
    });
    await settleKeys(this.#session, this.#planned.table, leaves);
    for (const task of this.#tasks.values()) await task.check();
  }

  referenceEvents(): readonly ReferenceEvent[] {
    return [...this.#tasks.values()].flatMap((task) => task.referenceEvents());
  }

  free(): void {
    for (const task of this.#tasks.values()) task.free();
    this.#generated?.free();
    this.#arena.free();
  }
}

function wayTo(from: number | undefined, to: number | SqlError): Way | SqlError {
  return to instanceof SqlError ? to : { from, to };
}
