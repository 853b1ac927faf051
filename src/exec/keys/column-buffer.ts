/**
 * One column of a RowBuffer: rows are appended, encodings kept where they stay compatible.
 *
 *   fixed     values of 2, 4, 8 or 16 bytes
 *   bits      bool
 *   text      plain; hex while every batch is hex of one length; a dictionary while every batch
 *             is one (different dictionaries are merged) and it stays below 64 Ki entries
 */
import { kernels } from '../../kernels/kernels.ts';
import { heap } from '../../memory/heap.ts';
import { layoutOf, valueBytes } from '../../types/type-table.ts';
import type { Column, DictionaryColumn, HexColumn, PlainColumn } from '../../columns/column.ts';
import type { RowSet } from '../../functions/function-record.ts';
import type { Arena } from '../../memory/arena.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { DictionaryMaps } from './dictionary-maps.ts';
import { flattenColumn, gatherInto } from './gather-column.ts';
import { Growable } from './growable.ts';
import { TextInterner } from './interner.ts';

const entriesMax = 65_536;

export interface ColumnBuffer {
  /** Appends the selected rows; `scratch` memory is used for the call only. */
  append(column: Column, rows: RowSet, scratch: Arena): void;
  /** All rows so far, valid until the next append. */
  column(): Column;
}

export function columnBuffer(type: SqlType, arena: Arena): ColumnBuffer {
  const layout = layoutOf(type.name);
  if (layout === 'varlen') return new TextBuffer(type, arena);
  return layout === 'bit' ? new BitBuffer(type, arena) : new FixedBuffer(type, arena);
}

/** Growing validity bitmap; 0 while no row is null. */
class ValidityBuffer {
  readonly #bits: Growable;
  #hasNulls = false;

  constructor(arena: Arena) {
    this.#bits = new Growable(arena);
  }

  get pointer(): number {
    return this.#hasNulls ? this.#bits.pointer : 0;
  }

  append(validity: number, rows: RowSet, length: number): void {
    const { selection, rowCount } = rows;
    const k = kernels();
    if (validity === 0 && !this.#hasNulls) return;
    const before = this.#hasNulls ? Math.ceil(length / 8) : 0;
    this.#bits.reserve((length + rowCount) / 8 + 16, before);
    const bits = this.#bits.pointer;
    if (!this.#hasNulls) k.appendOnes(length, bits, 0);
    if (validity === 0) k.appendOnes(rowCount, bits, length);
    else k.appendBits(validity, selection, rowCount, bits, length);
    this.#hasNulls = true;
  }
}

class FixedBuffer implements ColumnBuffer {
  readonly #type: SqlType;
  readonly #width: number;
  readonly #values: Growable;
  readonly #validity: ValidityBuffer;
  #length = 0;

  constructor(type: SqlType, arena: Arena) {
    this.#type = type;
    this.#width = valueBytes(layoutOf(type.name));
    this.#values = new Growable(arena);
    this.#validity = new ValidityBuffer(arena);
  }

  append(column: Column, rows: RowSet, scratch: Arena): void {
    const source = column.encoding === 'constant' ? flattenColumn(column, rows, scratch) : column;
    const from = source === column ? rows : denseRows(rows.rowCount);
    this.#validity.append(source.validity, from, this.#length);
    appendFixed(this.#values, { ...source, width: this.#width }, from, this.#length);
    this.#length += rows.rowCount;
  }

  column(): Column {
    return {
      encoding: 'plain',
      type: this.#type,
      length: this.#length,
      validity: this.#validity.pointer,
      values: this.#values.pointer,
      offsets: 0,
    };
  }
}

class BitBuffer implements ColumnBuffer {
  readonly #type: SqlType;
  readonly #bits: Growable;
  readonly #validity: ValidityBuffer;
  #length = 0;

  constructor(type: SqlType, arena: Arena) {
    this.#type = type;
    this.#bits = new Growable(arena);
    this.#validity = new ValidityBuffer(arena);
  }

  append(column: Column, rows: RowSet, scratch: Arena): void {
    const source = column.encoding === 'constant' ? flattenColumn(column, rows, scratch) : column;
    const from = source === column ? rows : denseRows(rows.rowCount);
    const length = this.#length;
    this.#validity.append(source.validity, from, length);
    this.#bits.reserve((length + from.rowCount) / 8 + 16, Math.ceil(length / 8));
    kernels().appendBits(source.values, from.selection, from.rowCount, this.#bits.pointer, length);
    this.#length += from.rowCount;
  }

  column(): Column {
    return {
      encoding: 'plain',
      type: this.#type,
      length: this.#length,
      validity: this.#validity.pointer,
      values: this.#bits.pointer,
      offsets: 0,
    };
  }
}

class TextBuffer implements ColumnBuffer {
  readonly #type: SqlType;
  readonly #arena: Arena;
  readonly #validity: ValidityBuffer;
  #form: TextForm | undefined;
  #length = 0;

  constructor(type: SqlType, arena: Arena) {
    this.#type = type;
    this.#arena = arena;
    this.#validity = new ValidityBuffer(arena);
  }

  append(column: Column, rows: RowSet, scratch: Arena): void {
    this.#form ??= this.#formFor(column);
    if (!this.#form.accepts(column)) this.#flatten(scratch);
    const isEncoded = column.encoding === this.#form.encoding;
    const source = isEncoded ? column : flattenColumn(column, rows, scratch);
    const from = source === column ? rows : denseRows(rows.rowCount);
    this.#validity.append(source.validity, from, this.#length);
    this.#form.append(source, from, this.#length);
    this.#length += rows.rowCount;
  }

  #formFor(column: Column): TextForm {
    if (column.encoding === 'hex') return new HexForm(column.hexBytes, this.#arena);
    if (column.encoding === 'dictionary' && column.dictionary.length <= entriesMax) {
      return new DictionaryForm(this.#arena);
    }
    return new PlainForm(this.#arena);
  }

  /** Goes over to plain texts: what came before is rewritten. */
  #flatten(scratch: Arena): void {
    const rows = denseRows(this.#length);
    const texts = flattenColumn(this.column(), rows, scratch);
    this.#form = new PlainForm(this.#arena);
    this.#form.append(texts, rows, 0);
  }

  column(): Column {
    const validity = this.#validity.pointer;
    const type = this.#type;
    if (this.#form === undefined) {
      const offsets = this.#arena.allocate(64);
      heap().u32[offsets >>> 2] = 0;
      return { encoding: 'plain', type, length: 0, validity, values: offsets, offsets };
    }
    return this.#form.column(type, this.#length, validity);
  }
}

interface TextForm {
  readonly encoding: Column['encoding'];
  accepts(column: Column): boolean;
  append(column: Column, rows: RowSet, length: number): void;
  column(type: SqlType, length: number, validity: number): Column;
}

class PlainForm implements TextForm {
  readonly encoding = 'plain';
  readonly #offsets: Growable;
  readonly #bytes: Growable;
  #byteLength = 0;

  constructor(arena: Arena) {
    this.#offsets = new Growable(arena);
    this.#bytes = new Growable(arena);
    this.#offsets.reserve(64, 0);
    heap().u32[this.#offsets.pointer >>> 2] = 0;
  }

  accepts(): boolean {
    return true;
  }

  append(column: Column, rows: RowSet, length: number): void {
    const { selection, rowCount } = rows;
    const k = kernels();
    this.#offsets.reserve((length + rowCount + 1) * 4, (length + 1) * 4);
    const offsets = this.#offsets.pointer + length * 4;
    const start = this.#byteLength;
    const end = k.gatherOffsets(column.offsets, selection, rowCount, offsets, start) >>> 0;
    this.#bytes.reserve(end, start);
    const bytes = this.#bytes.pointer;
    k.gatherTexts(column.values, column.offsets, selection, rowCount, offsets, bytes);
    this.#byteLength = end;
  }

  column(type: SqlType, length: number, validity: number): PlainColumn {
    const values = this.#bytes.pointer;
    return { encoding: 'plain', type, length, validity, values, offsets: this.#offsets.pointer };
  }
}

class HexForm implements TextForm {
  readonly encoding = 'hex';
  readonly #width: number;
  readonly #values: Growable;

  constructor(width: number, arena: Arena) {
    this.#width = width;
    this.#values = new Growable(arena);
  }

  accepts(column: Column): boolean {
    return column.encoding === 'hex' && column.hexBytes === this.#width;
  }

  append(column: Column, rows: RowSet, length: number): void {
    appendFixed(this.#values, { values: column.values, width: this.#width }, rows, length);
  }

  column(type: SqlType, length: number, validity: number): HexColumn {
    const values = this.#values.pointer;
    const hexBytes = this.#width;
    return { encoding: 'hex', type, length, validity, values, offsets: 0, hexBytes };
  }
}

/** Codes into one merged dictionary; a null row's code is 0. */
class DictionaryForm implements TextForm {
  readonly encoding = 'dictionary';
  readonly #arena: Arena;
  readonly #interner: TextInterner;
  readonly #maps: DictionaryMaps;
  readonly #codes: Growable;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#interner = new TextInterner(arena);
    this.#maps = new DictionaryMaps(this.#interner, { intern: true, nullId: 0 }, arena);
    this.#codes = new Growable(arena);
  }

  accepts(column: Column): boolean {
    if (column.encoding !== 'dictionary') return false;
    return this.#interner.count + column.dictionary.length <= entriesMax * 2;
  }

  append(column: Column, rows: RowSet, length: number): void {
    this.#codes.reserve((length + rows.rowCount) * 4, length * 4);
    this.#maps.ids(column as DictionaryColumn, rows, this.#codes.pointer + length * 4);
  }

  column(type: SqlType, length: number, validity: number): DictionaryColumn {
    if (this.#interner.count === 0) this.#addEmptyEntry();
    const { offsets, bytes, count } = this.#interner;
    const dictionary: PlainColumn = {
      encoding: 'plain',
      type,
      length: count,
      validity: 0,
      values: bytes,
      offsets,
    };
    const values = this.#codes.pointer;
    return {
      encoding: 'dictionary',
      type,
      length,
      validity,
      values,
      offsets: 0,
      codeBytes: 4,
      dictionary,
    };
  }

  /** The entry that codes of null rows name when there is no other. */
  #addEmptyEntry(): void {
    const zeros = this.#arena.allocate(192);
    kernels().fillBytes(zeros, 0, 192);
    const texts = { values: zeros, offsets: zeros, width: 0, hashes: zeros + 64 };
    this.#interner.intern(texts, { validity: 0, rows: 0, count: 1 }, zeros + 128);
  }
}

function appendFixed(
  out: Growable,
  source: { readonly values: number; readonly width: number },
  rows: RowSet,
  length: number,
): void {
  const { values, width } = source;
  const { selection, rowCount: count } = rows;
  out.reserve((length + count) * width, length * width);
  const to = out.pointer + length * width;
  if (selection === 0) kernels().copyBytes(values, count * width, to);
  else gatherInto(values, width, { rows: selection, count, hasNullRows: false }, to);
}

export function denseRows(rowCount: number): RowSet {
  return { physicalRows: rowCount, rowCount, selection: 0 };
}
