/**
 * A transaction as one record of the log: what it did, in order, as JSON, then the rows.
 *
 *     u32 length of the JSON · JSON · zeros up to a multiple of 8 · data of the operations, each
 *     piece at a multiple of 8
 *
 * Data of an insert: for each column that is not all NULL its validity (where it has NULLs), its
 * values, and for varlen its offsets before them. Data of a delete: a bitmap or u32 row numbers.
 */
import type { AccessRecord } from '../catalog/access-records.ts';
import type {
  SequenceDefinition,
  SequenceValue,
  StoredView,
  TableDefinition,
} from '../catalog/table.ts';
import type { Column } from '../columns/column.ts';
import { must } from '../errors/assert.ts';
import { heap } from '../memory/heap.ts';
import { layoutOf, valueBytes } from '../types/type-table.ts';
import type { SqlType } from '../types/sql-type.ts';
import { recordBytes, recordHeaderBytes } from './log-format.ts';
import type { PendingRecord } from './log-writer.ts';
import { nullColumn } from './memory-column.ts';
import { plainParse, plainStringify } from './plain-json.ts';
import { addRow, rowsOf } from './row-bitmap.ts';
import { deletedBitmapBytes } from './segment.ts';
import type { InDatabase, RecordName } from './stored-names.ts';
import type { Place } from './stored-table.ts';

/** Position, 1 when a validity bitmap follows, bytes of text (0 unless varlen). */
type ColumnNote = readonly [index: number, hasValidity: 0 | 1, textBytes: number];

export type LogOperation =
  | {
      readonly op: 'insert';
      readonly table: number;
      readonly rows: number;
      readonly places: readonly Place[];
      readonly columns: readonly ColumnNote[];
    }
  | {
      readonly op: 'segment';
      readonly table: number;
      readonly segment: number;
      readonly file: number;
      readonly rows: number;
      readonly byteSize: number;
    }
  | {
      readonly op: 'delete';
      readonly table: number;
      readonly segment: number;
      readonly count: number;
      readonly form: 'rows' | 'bitmap';
    }
  | { readonly op: 'truncate'; readonly table: number; readonly end: number }
  | { readonly op: 'createTable'; readonly definition: TableDefinition }
  | { readonly op: 'alterTable'; readonly definition: TableDefinition }
  | { readonly op: 'dropTable'; readonly table: number }
  | { readonly op: 'setView'; readonly view: StoredView }
  | { readonly op: 'dropView'; readonly oid: number }
  | {
      readonly op: 'setSequence';
      readonly sequence: SequenceDefinition;
      readonly value: SequenceValue;
    }
  | { readonly op: 'sequenceValue'; readonly oid: number; readonly value: SequenceValue }
  | { readonly op: 'dropSequence'; readonly oid: number }
  | InDatabase<{ readonly op: 'createSchema' | 'dropSchema'; readonly name: string }>
  | { readonly op: 'putRecord'; readonly record: InDatabase<AccessRecord> }
  | { readonly op: 'dropRecord'; readonly record: InDatabase<RecordName> };

/** Collects the operations of one transaction. */
export class RecordBuilder {
  readonly #operations: LogOperation[] = [];
  readonly #pieces: Uint8Array[] = [];

  get isEmpty(): boolean {
    return this.#operations.length === 0;
  }

  add(operation: LogOperation): void {
    this.#operations.push(operation);
  }

  /** The rows [0, rows) of these columns, plain or constant NULL, went to `places`. */
  addInsert(table: number, columns: readonly Column[], places: readonly Place[]): void {
    const rows = places.reduce((sum, place) => sum + place.count, 0);
    const notes: ColumnNote[] = [];
    for (const [index, column] of columns.entries()) {
      if (column.encoding === 'plain') notes.push(this.#addColumn(index, column, rows));
    }
    this.#operations.push({ op: 'insert', table, rows, places, columns: notes });
  }

  #addColumn(index: number, column: Column, rows: number): ColumnNote {
    const { u8, u32 } = heap();
    const take = (pointer: number, byteSize: number) => {
      this.#pieces.push(u8.subarray(pointer, pointer + byteSize));
    };
    const hasValidity = column.validity === 0 ? 0 : 1;
    if (hasValidity === 1) take(column.validity, Math.ceil(rows / 8));
    const layout = layoutOf(column.type.name);
    if (layout === 'varlen') {
      const textBytes = u32[(column.offsets >>> 2) + rows] as number;
      take(column.offsets, (rows + 1) * 4);
      take(column.values, textBytes);
      return [index, hasValidity, textBytes];
    }
    take(column.values, layout === 'bit' ? Math.ceil(rows / 8) : rows * valueBytes(layout));
    return [index, hasValidity, 0];
  }

  /** `bitmap` as Segment.applyDeletes takes it; `count` bits are set. */
  addDelete(
    target: { readonly table: number; readonly segment: number },
    bitmap: Uint8Array,
  ): void {
    const rows = rowsOf(bitmap);
    const isShort = rows.byteLength < bitmap.byteLength;
    const form = isShort ? 'rows' : 'bitmap';
    this.#pieces.push(isShort ? new Uint8Array(rows.buffer) : bitmap);
    this.#operations.push({ op: 'delete', ...target, count: rows.length, form });
  }

  /** The record, its header still to be filled. Copies the rows. */
  finish(): PendingRecord {
    const json = Buffer.from(plainStringify(this.#operations));
    let payloadBytes = aligned(4 + json.length);
    for (const piece of this.#pieces) payloadBytes += aligned(piece.length);
    const bytes = Buffer.allocUnsafe(recordBytes(payloadBytes));
    bytes.writeUInt32LE(json.length, recordHeaderBytes);
    bytes.set(json, recordHeaderBytes + 4);
    let at = recordHeaderBytes + 4 + json.length;
    at = zeroUpTo(bytes, at, recordHeaderBytes + aligned(4 + json.length));
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at = zeroUpTo(bytes, at + piece.length, at + aligned(piece.length));
    }
    return { bytes, payloadBytes };
  }
}

function aligned(byteSize: number): number {
  return Math.ceil(byteSize / 8) * 8;
}

function zeroUpTo(bytes: Buffer, from: number, to: number): number {
  if (from < to) bytes.fill(0, from, to);
  return to;
}

/** Reads a record's operations and, piece by piece, their data. */
export class RecordReader {
  readonly operations: readonly LogOperation[];
  readonly #payload: Buffer;
  #at: number;

  constructor(payload: Buffer) {
    const byteSize = payload.readUInt32LE(0);
    this.operations = plainParse(payload.toString('utf8', 4, 4 + byteSize)) as LogOperation[];
    this.#payload = payload;
    this.#at = aligned(4 + byteSize);
  }

  #take(byteSize: number): Buffer {
    const piece = this.#payload.subarray(this.#at, this.#at + byteSize);
    this.#at += aligned(byteSize);
    return piece;
  }

  /**
   * The columns of an insert, copied into `allocate`d memory. Must be called for each insert in
   * turn, like `deletes` for each delete.
   */
  columns(
    insert: LogOperation & { op: 'insert' },
    types: readonly SqlType[],
    memory: { readonly allocate: (byteSize: number) => number; readonly nullRow: number },
  ): readonly Column[] {
    const copy = (byteSize: number) => {
      const pointer = memory.allocate(byteSize + 64);
      heap().u8.set(this.#take(byteSize), pointer);
      return pointer;
    };
    const length = insert.rows;
    const columns = types.map((type) => nullColumn(type, length, memory.nullRow));
    for (const [index, hasValidity, textBytes] of insert.columns) {
      const type = must(types[index], 'column of the log');
      const validity = hasValidity === 1 ? copy(Math.ceil(length / 8)) : 0;
      const layout = layoutOf(type.name);
      const offsets = layout === 'varlen' ? copy((length + 1) * 4) : 0;
      const fixedBytes = layout === 'bit' ? Math.ceil(length / 8) : length * valueBytes(layout);
      const values = copy(layout === 'varlen' ? textBytes : fixedBytes);
      columns[index] = { encoding: 'plain', type, length, validity, values, offsets };
    }
    return columns;
  }

  /** The bitmap of a delete. */
  deletes(operation: LogOperation & { op: 'delete' }): Uint8Array {
    if (operation.form === 'bitmap') return this.#take(deletedBitmapBytes);
    const data = this.#take(operation.count * 4);
    const bitmap = new Uint8Array(deletedBitmapBytes);
    for (let index = 0; index < operation.count; index++) {
      const row = data.readUInt32LE(index * 4);
      addRow(bitmap, row);
    }
    return bitmap;
  }
}
