/**
 * A growing column in shared memory: rows are appended, readers see the rows that were there when
 * their snapshot was taken.
 *
 * Buffers double when full; an outgrown buffer is retired, since snapshots may still name it.
 * Until the first value that is not null a column has no buffers at all.
 */
import type { Column } from '../columns/column.ts';
import { heap } from '../memory/heap.ts';
import { kernels } from '../kernels/kernels.ts';
import { layoutOf, valueBytes } from '../types/type-table.ts';
import type { Layout, SqlType } from '../types/sql-type.ts';
import { BlockPool } from './block-pool.ts';

/** What all columns of a store append with. */
export interface AppendContext {
  readonly pool: BlockPool;
  /** Scratch: u32[appendRowsMax] row numbers. */
  readonly rowNumbers: number;
  /** Scratch: u32[appendRowsMax] indexes into a dictionary. */
  readonly indexes: number;
  /** Scratch: a bitmap of appendRowsMax bits. */
  readonly bitmap: number;
  /** 64 zero bytes: the one-row column that is null, of any type. */
  readonly nullRow: number;
}

/** Rows that one append takes at most. */
export const appendRowsMax = 16_384;

export function createAppendContext(pool: BlockPool): AppendContext {
  const nullRow = pool.allocate(64);
  heap().u8.fill(0, nullRow, nullRow + 64);
  return {
    pool,
    rowNumbers: pool.allocate(appendRowsMax * 4),
    indexes: pool.allocate(appendRowsMax * 4),
    bitmap: pool.allocate(appendRowsMax / 8),
    nullRow,
  };
}

/** A column of NULLs. */
export function nullColumn(type: SqlType, length: number, nullRow: number): Column {
  const offsets = layoutOf(type.name) === 'varlen' ? nullRow : 0;
  return { encoding: 'constant', type, length, validity: nullRow, values: nullRow, offsets };
}

interface Buffer {
  pointer: number;
  capacity: number;
}

/** Rows of a source column: row numbers at `rows`, or 0 for rows 0 … count-1. */
export interface AppendedRows {
  readonly rows: number;
  readonly count: number;
}

export class MemoryColumn {
  readonly type: SqlType;
  readonly #layout: Layout;
  readonly #width: number;
  readonly #context: AppendContext;
  readonly #retire: (free: () => void) => void;
  readonly #values: Buffer = { pointer: 0, capacity: 0 };
  readonly #offsets: Buffer = { pointer: 0, capacity: 0 };
  readonly #validity: Buffer = { pointer: 0, capacity: 0 };
  #rows = 0;
  #byteLength = 0;
  #nullCount = 0;

  constructor(type: SqlType, context: AppendContext, retire: (free: () => void) => void) {
    this.type = type;
    this.#layout = layoutOf(type.name);
    this.#width = valueBytes(this.#layout);
    this.#context = context;
    this.#retire = retire;
  }

  get rows(): number {
    return this.#rows;
  }

  get nullCount(): number {
    return this.#nullCount;
  }

  /** Bytes of values, texts and bitmaps. */
  get byteSize(): number {
    if (this.#values.pointer === 0) return 0;
    const fixed = this.#layout === 'bit' ? this.#rows / 8 : this.#rows * this.#width;
    return this.#layout === 'varlen' ? this.#byteLength + this.#rows * 4 : fixed;
  }

  /** The first `rowCount` rows; at most those that were appended. */
  column(rowCount: number): Column {
    if (this.#values.pointer === 0) return nullColumn(this.type, rowCount, this.#context.nullRow);
    return {
      encoding: 'plain',
      type: this.type,
      length: rowCount,
      validity: this.#validity.pointer,
      values: this.#values.pointer,
      offsets: this.#offsets.pointer,
    };
  }

  /** Appends rows of a column of the same type. Errors: 53200; then `truncate` is due. */
  append(source: Column, from: AppendedRows): void {
    const { count } = from;
    const nulls = this.#countNulls(source, from);
    if (nulls === count && this.#values.pointer === 0) {
      this.#rows += count;
      this.#nullCount += count;
      return;
    }
    this.#reserveRows(this.#rows + count);
    if (this.#validity.pointer === 0 && nulls > 0) this.#makeValidity(true);
    if (this.#validity.pointer !== 0) this.#appendValidity(source, from);
    if (this.#layout === 'varlen') this.#appendTexts(source, from);
    else this.#appendFixed(source, from);
    this.#rows += count;
    this.#nullCount += nulls;
  }

  /** Forgets the rows from `rows` on. */
  truncate(rows: number): void {
    this.#rows = rows;
    if (this.#values.pointer === 0) {
      this.#nullCount = rows;
      return;
    }
    const { pointer } = this.#validity;
    this.#nullCount = pointer === 0 ? 0 : rows - kernels().countBits(pointer, rows);
    if (this.#layout === 'varlen') {
      this.#byteLength = heap().u32[(this.#offsets.pointer >>> 2) + rows] as number;
    }
  }

  free(): void {
    for (const buffer of [this.#values, this.#offsets, this.#validity]) {
      if (buffer.pointer !== 0) this.#context.pool.free(buffer.pointer, buffer.capacity);
      buffer.pointer = 0;
    }
  }

  #countNulls(source: Column, { rows, count }: AppendedRows): number {
    if (source.validity === 0) return 0;
    if (source.encoding === 'constant') {
      return ((heap().u8[source.validity] as number) & 1) === 0 ? count : 0;
    }
    return kernels().appendBits(source.validity, rows, count, this.#context.bitmap, 0);
  }

  #appendValidity(source: Column, { rows, count }: AppendedRows): void {
    const { pointer } = this.#validity;
    if (source.validity === 0) kernels().appendOnes(count, pointer, this.#rows);
    else if (source.encoding !== 'constant') {
      kernels().appendBits(source.validity, rows, count, pointer, this.#rows);
    } else {
      const isNull = ((heap().u8[source.validity] as number) & 1) === 0;
      if (isNull) this.#appendZeros(count);
      else kernels().appendOnes(count, pointer, this.#rows);
    }
  }

  #appendZeros(count: number): void {
    const { bitmap } = this.#context;
    heap().u8.fill(0, bitmap, bitmap + Math.ceil(count / 8));
    kernels().appendBits(bitmap, 0, count, this.#validity.pointer, this.#rows);
  }

  #reserveRows(rows: number): void {
    const isFirst = this.#values.pointer === 0;
    const used = this.#rows;
    if (this.#layout === 'varlen') {
      this.#reserve(this.#offsets, (rows + 1) * 4, isFirst ? 0 : (used + 1) * 4);
      if (isFirst) {
        const { pointer } = this.#offsets;
        heap().u8.fill(0, pointer, pointer + (used + 1) * 4);
        this.#reserve(this.#values, 64, 0);
      }
    } else {
      const bytesOf = (n: number) => (this.#layout === 'bit' ? Math.ceil(n / 8) : n * this.#width);
      this.#reserve(this.#values, bytesOf(rows), isFirst ? 0 : bytesOf(used));
      const { pointer } = this.#values;
      if (isFirst) heap().u8.fill(0, pointer, pointer + bytesOf(used));
    }
    if (isFirst && used > 0) this.#makeValidity(false);
    if (this.#validity.pointer !== 0) {
      this.#reserve(this.#validity, Math.ceil(rows / 8), Math.ceil(used / 8));
    }
  }

  #makeValidity(allValid: boolean): void {
    const bytes = Math.ceil(this.#rows / 8);
    const capacity =
      this.#layout === 'varlen'
        ? this.#offsets.capacity / 32
        : this.#values.capacity / (this.#layout === 'bit' ? 1 : this.#width * 8);
    this.#reserve(this.#validity, Math.max(capacity, bytes + 8), 0);
    heap().u8.fill(allValid ? 0xff : 0, this.#validity.pointer, this.#validity.pointer + bytes);
  }

  #appendFixed(source: Column, { rows, count }: AppendedRows): void {
    const k = kernels();
    const out = this.#values.pointer;
    const at = out + this.#rows * this.#width;
    const isConstant = source.encoding === 'constant';
    const numbers = isConstant ? this.#zeroRows(count) : rows;
    if (this.#layout === 'bit') k.appendBits(source.values, numbers, count, out, this.#rows);
    else if (numbers === 0) k.copyBytes(source.values, count * this.#width, at);
    else if (this.#width === 2) k.gather16(source.values, numbers, count, at);
    else if (this.#width === 4) k.gather32(source.values, numbers, count, at);
    else if (this.#width === 8) k.gather64(source.values, numbers, count, at);
    else k.gather128(source.values, numbers, count, at);
  }

  #zeroRows(count: number): number {
    kernels().fill32(this.#context.indexes, 0, count);
    return this.#context.indexes;
  }

  #appendTexts(source: Column, from: AppendedRows): void {
    const { rows, count } = from;
    if (source.encoding === 'hex') {
      this.#appendHex(source.values, source.hexBytes, from);
    } else if (source.encoding === 'dictionary') {
      const { indexes } = this.#context;
      kernels().gatherCodes(source.values, source.codeBytes, rows, count, indexes);
      if (source.validity !== 0) kernels().maskNullRows(source.validity, rows, count, indexes);
      this.#gatherTexts(source.dictionary, indexes, count);
    } else if (source.encoding === 'constant') {
      const indexes = this.#zeroRows(count);
      if (source.validity !== 0 && ((heap().u8[source.validity] as number) & 1) === 0) {
        kernels().fill32(indexes, 0xffff_ffff, count);
      }
      this.#gatherTexts(source, indexes, count);
    } else this.#gatherTexts(source, rows, count);
  }

  #gatherTexts(texts: Column, rows: number, count: number): void {
    const { u32 } = heap();
    const k = kernels();
    const outOffsets = this.#offsets.pointer + this.#rows * 4;
    const end = k.gatherOffsets(texts.offsets, rows, count, outOffsets, this.#byteLength) >>> 0;
    this.#reserve(this.#values, end, this.#byteLength);
    if (rows === 0) {
      const first = u32[texts.offsets >>> 2] as number;
      const out = this.#values.pointer + this.#byteLength;
      k.copyBytes(texts.values + first, end - this.#byteLength, out);
    } else {
      k.gatherTexts(texts.values, texts.offsets, rows, count, outOffsets, this.#values.pointer);
    }
    this.#byteLength = end;
  }

  #appendHex(values: number, hexBytes: number, { rows, count }: AppendedRows): void {
    const k = kernels();
    const step = hexBytes * 2;
    const end = this.#byteLength + step * count;
    this.#reserve(this.#values, end, this.#byteLength);
    k.hexTexts(values, hexBytes, rows, count, this.#values.pointer + this.#byteLength);
    const outOffsets = this.#offsets.pointer + this.#rows * 4;
    k.fillOffsets(outOffsets, this.#byteLength, step, count + 1);
    this.#byteLength = end;
  }

  #reserve(buffer: Buffer, byteSize: number, used: number): void {
    if (buffer.pointer !== 0 && byteSize <= buffer.capacity) return;
    const { pool } = this.#context;
    const { pointer: before, capacity: beforeCapacity } = buffer;
    const capacity = BlockPool.capacity(Math.max(byteSize, beforeCapacity * 2));
    const pointer = pool.allocate(capacity);
    if (used > 0) kernels().copyBytes(before, used, pointer);
    buffer.pointer = pointer;
    buffer.capacity = capacity;
    if (before !== 0) this.#retire(() => pool.free(before, beforeCapacity));
  }
}
