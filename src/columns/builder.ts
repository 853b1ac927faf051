/**
 * Makes a plain column out of datums, in an arena: constants, VALUES, results of functions over
 * single values.
 *
 *     const builder = new ColumnBuilder(type, arena, 100);
 *     builder.append('x'); builder.append(null);
 *     const column = builder.finish();
 *
 * Buffers double when full. Rows may be skipped (`appendAt`): they hold zero or the empty value.
 */
import { assert } from '../errors/assert.ts';
import { heap } from '../memory/heap.ts';
import { storageBytes } from '../types/type-binary.ts';
import { layoutOf, valueBytes } from '../types/type-table.ts';
import type { Arena } from '../memory/arena.ts';
import type { Datum } from '../types/datum.ts';
import type { Layout, SqlType } from '../types/sql-type.ts';
import type { PlainColumn } from './column.ts';
import { fixedWriter, type ValueWriter } from './fixed-values.ts';
import { isTextLike } from './text-like.ts';

const rowsAtFirst = 64;
const textBytesAtFirst = 256;

export class ColumnBuilder {
  readonly type: SqlType;
  readonly #arena: Arena;
  readonly #layout: Layout;
  readonly #isText: boolean;
  readonly #writeFixed: ValueWriter | undefined;
  #capacity = 0;
  #length = 0;
  #nullCount = 0;
  #validity = 0;
  #values = 0;
  #offsets = 0;
  #byteCapacity = 0;
  #byteLength = 0;

  /** `rowsExpected` sizes the buffers; more rows may come. */
  constructor(type: SqlType, arena: Arena, rowsExpected = rowsAtFirst) {
    this.type = type;
    this.#arena = arena;
    this.#layout = layoutOf(type.name);
    this.#isText = isTextLike(type.name);
    if (this.#layout !== 'varlen') this.#writeFixed = fixedWriter(type.name, this.#layout);
    else this.#growBytes(textBytesAtFirst);
    this.#growRows(Math.max(1, rowsExpected));
  }

  get length(): number {
    return this.#length;
  }

  get nullCount(): number {
    return this.#nullCount;
  }

  append(value: Datum | null): void {
    if (value === null) this.appendNull();
    else if (this.#writeFixed !== undefined) {
      const row = this.#nextRow();
      this.#writeFixed(this.#values, row, value);
    } else if (this.#isText) this.#appendText(value as string);
    else this.appendBytes(storageBytes(this.type, value));
  }

  /** Like `append` for row `row`, which is not before the end; rows between are skipped. */
  appendAt(row: number, value: Datum | null): void {
    this.skipTo(row);
    this.append(value);
  }

  /** Rows up to `row` hold zero or the empty value, not null. */
  skipTo(row: number): void {
    assert(row >= this.#length, 'rows are appended in order');
    while (this.#capacity < row) this.#growRows(this.#capacity * 2);
    if (this.#offsets !== 0) {
      const { u32 } = heap();
      const first = this.#offsets >>> 2;
      u32.fill(this.#byteLength, first + this.#length, first + row + 1);
    }
    this.#length = row;
  }

  appendNull(): void {
    if (this.#validity === 0) this.#makeValidity();
    const row = this.#nextRow();
    heap().u8[this.#validity + (row >>> 3)] =
      (heap().u8[this.#validity + (row >>> 3)] as number) & ~(1 << (row & 7));
    this.#nullCount++;
    if (this.#offsets !== 0) heap().u32[(this.#offsets >>> 2) + row + 1] = this.#byteLength;
  }

  /** Appends a varlen value in its storage form. */
  appendBytes(bytes: Uint8Array): void {
    this.#reserveBytes(bytes.length);
    heap().u8.set(bytes, this.#values + this.#byteLength);
    this.#endBytes(bytes.length);
  }

  #appendText(text: string): void {
    const byteSizeMax = text.length * 3;
    this.#reserveBytes(byteSizeMax);
    const at = this.#values + this.#byteLength;
    this.#endBytes(byteSizeMax === 0 ? 0 : heap().bytes.utf8Write(text, at, byteSizeMax));
  }

  #endBytes(byteSize: number): void {
    this.#byteLength += byteSize;
    const row = this.#nextRow();
    heap().u32[(this.#offsets >>> 2) + row + 1] = this.#byteLength;
  }

  #nextRow(): number {
    if (this.#length === this.#capacity) this.#growRows(this.#capacity * 2);
    return this.#length++;
  }

  #reserveBytes(byteSize: number): void {
    const wanted = this.#byteLength + byteSize;
    if (wanted > this.#byteCapacity) this.#growBytes(Math.max(wanted, this.#byteCapacity * 2));
  }

  #growBytes(capacity: number): void {
    this.#values = this.#moved(this.#values, this.#byteLength, capacity);
    this.#byteCapacity = capacity;
  }

  #growRows(rows: number): void {
    const capacity = Math.ceil(rows / 64) * 64;
    if (this.#layout === 'varlen') {
      const used = this.#capacity === 0 ? 0 : (this.#length + 1) * 4;
      this.#offsets = this.#moved(this.#offsets, used, (capacity + 1) * 4);
      if (used === 0) heap().u32[this.#offsets >>> 2] = 0;
    } else {
      const bytes = (count: number) =>
        this.#layout === 'bit' ? Math.ceil(count / 8) : count * valueBytes(this.#layout);
      const used = bytes(this.#capacity);
      this.#values = this.#moved(this.#values, used, bytes(capacity));
      heap().u8.fill(0, this.#values + used, this.#values + bytes(capacity));
    }
    const before = this.#capacity / 8;
    this.#capacity = capacity;
    if (this.#validity === 0) return;
    this.#validity = this.#moved(this.#validity, before, capacity / 8);
    heap().u8.fill(0xff, this.#validity + before, this.#validity + capacity / 8);
  }

  #makeValidity(): void {
    this.#validity = this.#arena.allocate(this.#capacity / 8);
    heap().u8.fill(0xff, this.#validity, this.#validity + this.#capacity / 8);
  }

  #moved(from: number, used: number, byteSize: number): number {
    const to = this.#arena.allocate(byteSize);
    if (used > 0) heap().u8.copyWithin(to, from, from + used);
    return to;
  }

  /** The column so far. The builder must not be used afterwards. */
  finish(): PlainColumn {
    return {
      encoding: 'plain',
      type: this.type,
      length: this.#length,
      validity: this.#validity,
      values: this.#values,
      offsets: this.#offsets,
    };
  }
}

/** A column of the given datums. */
export function buildColumn(
  type: SqlType,
  values: readonly (Datum | null)[],
  arena: Arena,
): PlainColumn {
  const builder = new ColumnBuilder(type, arena, values.length);
  for (const value of values) builder.append(value);
  return builder.finish();
}
