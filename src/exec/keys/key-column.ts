/**
 * One key column: its values to dense ids, and ids back to values.
 *
 *   words   values of up to 8 bytes, as u64
 *   texts   byte strings, of one width (uuid, hex text) or any
 *
 * Values that SQL calls equal get one id although their bytes differ (1.0 and 1.00, -0 and 0,
 * one month and 30 days): the key is then a normal form, and the value first seen is kept.
 */
import { buildColumn } from '../../columns/builder.ts';
import { columnReader } from '../../columns/read.ts';
import { kernels } from '../../kernels/kernels.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { heap } from '../../memory/heap.ts';
import { hasNormalForm, normalDatum } from '../../types/normal-datum.ts';
import { hasEquality } from '../../types/type-orders.ts';
import { layoutOf, typeRecord } from '../../types/type-table.ts';
import type { Column, PlainColumn } from '../../columns/column.ts';
import type { RowSet } from '../../functions/function-record.ts';
import type { Arena } from '../../memory/arena.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import { columnBuffer, denseRows, type ColumnBuffer } from './column-buffer.ts';
import { DictionaryMaps } from './dictionary-maps.ts';
import { flattenColumn } from './gather-column.ts';
import { TextInterner, WordInterner, noId, type KeyRows } from './interner.ts';
import { RangeMap } from './range-map.ts';

export interface KeyMemory {
  /** Holds the tables. */
  readonly state: Arena;
  /** May be reset between calls. */
  readonly scratch: Arena;
  /** NULL gets no id: it equals nothing. */
  readonly skipsNulls: boolean;
}

export type KeyUse = 'intern' | 'find';

export interface KeyColumn {
  readonly count: number;
  /** Writes the u32 id of each selected row to `out`; `noId` where there is none. */
  ids(column: Column, rows: RowSet, use: KeyUse, out: number): void;
  /** The values by id, `count` rows; valid until the next `ids`. */
  values(): Column;
}

/** Errors: 42883 for arrays of a type without equality. */
export function keyColumn(type: SqlType, memory: KeyMemory): KeyColumn {
  const layout = layoutOf(type.name);
  if (!hasEquality(type.name)) {
    const { element, sqlName } = typeRecord(type.name);
    const name = element === undefined ? sqlName : typeRecord(element).sqlName;
    const message = `could not identify an equality operator for type ${name}`;
    throw new SqlError('undefined_function', message);
  }
  const plain =
    layout === 'varlen' || layout === 'b16'
      ? new TextKeyColumn(type, memory)
      : new WordKeyColumn(type, layout, memory);
  return hasNormalForm(type.name) ? new KeptKeyColumn(type, plain, memory) : plain;
}

const wordLoaders = {
  bit: 'wordsOfBits',
  i16: 'wordsOfI16',
  i32: 'wordsOfI32',
  i64: 'wordsOfI64',
  f32: 'wordsOfF32',
  f64: 'wordsOfF64',
} as const;
type WordLayout = keyof typeof wordLoaders;

/** A u64 per position, equal for equal values; a column of up to 8 bytes per value. */
export function wordsOf(column: Column, key: KeyRows, arena: Arena): number {
  const layout = layoutOf(column.type.name) as WordLayout;
  if (layout === 'i64' && key.rows === 0) return column.values;
  const words = arena.allocate(key.count * 8);
  kernels()[wordLoaders[layout]](column.values, key.rows, key.count, words);
  return words;
}

class WordKeyColumn implements KeyColumn {
  readonly #type: SqlType;
  readonly #layout: WordLayout;
  readonly #memory: KeyMemory;
  readonly #interner: WordInterner;
  readonly #range: RangeMap;

  constructor(type: SqlType, layout: WordLayout, memory: KeyMemory) {
    this.#type = type;
    this.#layout = layout;
    this.#memory = memory;
    this.#interner = new WordInterner(memory.state, memory.skipsNulls);
    this.#range = new RangeMap(this.#interner, memory.state);
  }

  get count(): number {
    return this.#interner.count;
  }

  ids(column: Column, rows: RowSet, use: KeyUse, out: number): void {
    if (column.encoding === 'constant') {
      repeatFirst(this, { column, rows, use, out });
      return;
    }
    const key = keyRows(column, rows);
    if (use === 'intern' && this.#layout === 'i64' && this.#range.isOver && key.validity === 0) {
      this.#interner.internValues(column.values, key, out);
      return;
    }
    const words = wordsOf(column, key, this.#memory.scratch);
    if (use === 'find') this.#interner.find(words, key, out);
    else if (!this.#range.intern(words, key, { out, scratch: this.#memory.scratch })) {
      this.#interner.intern(words, key, out);
    }
  }

  values(): Column {
    const { count, keys, nullId } = this.#interner;
    const { state } = this.#memory;
    const validity = validityOfIds(count, nullId, state);
    const type = this.#type;
    const values = this.#narrow(keys, count);
    return { encoding: 'plain', type, length: count, validity, values, offsets: 0 };
  }

  #narrow(keys: number, count: number): number {
    const { state } = this.#memory;
    const k = kernels();
    if (this.#layout === 'i64') return keys;
    const out = state.allocate(count * 4 + 8);
    if (this.#layout === 'bit') k.bitsOfWords(keys, count, out);
    else if (this.#layout === 'i16') k.i16OfWords(keys, count, out);
    else k.i32OfWords(keys, count, out);
    return out;
  }
}

class TextKeyColumn implements KeyColumn {
  readonly #type: SqlType;
  readonly #memory: KeyMemory;
  readonly #isWide: boolean;
  #interner: TextInterner | undefined;
  /** Bytes per key where all have one width; 0: texts. */
  #width = 0;
  #maps = new Map<KeyUse, DictionaryMaps>();

  constructor(type: SqlType, memory: KeyMemory) {
    this.#type = type;
    this.#memory = memory;
    this.#isWide = layoutOf(type.name) === 'b16';
  }

  get count(): number {
    return this.#interner?.count ?? 0;
  }

  ids(column: Column, rows: RowSet, use: KeyUse, out: number): void {
    const interner = this.#internerFor(column);
    if (column.encoding === 'constant') {
      repeatFirst(this, { column, rows, use, out });
      return;
    }
    const isNormal = normalForm(column.type.name) === undefined;
    if (column.encoding === 'dictionary' && isNormal) {
      this.#mapsFor(use, interner).ids(column, rows, out);
      return;
    }
    const { scratch } = this.#memory;
    const isFixed = this.#width > 0;
    const isReady = isNormal && (isFixed || column.encoding === 'plain');
    const source = isReady ? column : normalTexts(flattenColumn(column, rows, scratch), scratch);
    const from = source === column ? rows : denseRows(rows.rowCount);
    const key = keyRows(source, from);
    const { values } = source;
    const offsets = isFixed ? 0 : source.offsets;
    const hashes = scratch.allocate(key.count * 8);
    const texts = { values, offsets, width: this.#width, hashes };
    if (use === 'intern') interner.intern(texts, key, out);
    else interner.find(texts, key, out);
  }

  #internerFor(column: Column): TextInterner {
    const width = this.#isWide ? 16 : column.encoding === 'hex' ? column.hexBytes : 0;
    const { state, skipsNulls } = this.#memory;
    if (this.#interner === undefined) {
      this.#width = width;
      this.#interner = new TextInterner(state, skipsNulls, width);
    } else if (this.#width !== width && this.#width !== 0) {
      this.#interner = this.#toTexts(this.#interner);
    }
    return this.#interner;
  }

  /** Rewrites hex keys as texts, under the same ids. */
  #toTexts(interner: TextInterner): TextInterner {
    const { state, scratch, skipsNulls } = this.#memory;
    const { count } = interner;
    const keys = flattenColumn(this.values(), denseRows(count), scratch);
    this.#width = 0;
    const texts = new TextInterner(state, skipsNulls);
    const hashes = scratch.allocate(count * 8);
    const { values, offsets } = keys;
    const ids = scratch.allocate(count * 4);
    texts.intern({ values, offsets, width: 0, hashes }, keyRows(keys, denseRows(count)), ids);
    this.#maps.clear();
    return texts;
  }

  #mapsFor(use: KeyUse, interner: TextInterner): DictionaryMaps {
    let maps = this.#maps.get(use);
    if (maps === undefined) {
      maps = new DictionaryMaps(interner, { intern: use === 'intern' }, this.#memory.state);
      this.#maps.set(use, maps);
    }
    return maps;
  }

  values(): Column {
    const { state, scratch } = this.#memory;
    const interner = this.#interner ?? new TextInterner(scratch);
    const { count, nullId, bytes, offsets } = interner;
    const validity = validityOfIds(count, nullId, state);
    const plain: PlainColumn = {
      encoding: 'plain',
      type: this.#type,
      length: count,
      validity,
      values: bytes,
      offsets,
    };
    if (this.#isWide) return { ...plain, offsets: 0 };
    if (this.#width === 0) return plain;
    return { ...plain, encoding: 'hex', offsets: 0, hexBytes: this.#width };
  }
}

/** Rewrites a plain column into the form whose bytes are equal when the values are. */
type NormalForm = (column: PlainColumn, scratch: Arena) => PlainColumn;

const kernelForms: ReadonlyMap<string, NormalForm> = new Map<string, NormalForm>([
  ['numeric', (column, scratch) => trimmed(column, 'trimDecimals', scratch)],
  ['bpchar', (column, scratch) => trimmed(column, 'trimBlanks', scratch)],
  ['interval', spans],
]);

/** Undefined: the bytes are equal exactly when the values are, or kernels see to it (floats). */
function normalForm(type: TypeName): NormalForm | undefined {
  const form = kernelForms.get(type);
  if (form !== undefined) return form;
  return layoutOf(type) === 'varlen' && hasNormalForm(type) ? normalValues : undefined;
}

/** A dense column whose bytes are equal exactly when the values are. */
export function normalTexts(column: PlainColumn, scratch: Arena): PlainColumn {
  const form = normalForm(column.type.name);
  return form === undefined ? column : form(column, scratch);
}

function trimmed(
  column: PlainColumn,
  trim: 'trimDecimals' | 'trimBlanks',
  scratch: Arena,
): PlainColumn {
  const { length, values } = column;
  const k = kernels();
  const outOffsets = scratch.allocate((length + 1) * 4);
  const byteSize = k.gatherOffsets(column.offsets, 0, length, outOffsets, 0) >>> 0;
  const out = scratch.allocate(byteSize);
  k[trim](values, column.offsets, 0, length, outOffsets, out);
  return { ...column, values: out, offsets: outOffsets };
}

function spans(column: PlainColumn, scratch: Arena): PlainColumn {
  const values = scratch.allocate(column.length * 16);
  kernels().spansOfIntervals(column.values, 0, column.length, values);
  return { ...column, values };
}

/** One value at a time: documents, arrays, records. */
function normalValues(column: PlainColumn, scratch: Arena): PlainColumn {
  const read = columnReader(column);
  const { name } = column.type;
  let isChanged = false;
  const values = Array.from({ length: column.length }, (_, row) => {
    const value = read(row);
    const form = value === null ? null : normalDatum(name, value);
    isChanged ||= form !== value;
    return form;
  });
  return isChanged ? buildColumn(column.type, values, scratch) : column;
}

/** Keeps the first value seen of every id beside a key column of normal forms. */
class KeptKeyColumn implements KeyColumn {
  readonly #keys: KeyColumn;
  readonly #kept: ColumnBuffer;
  readonly #scratch: Arena;

  constructor(type: SqlType, keys: KeyColumn, memory: KeyMemory) {
    this.#keys = keys;
    this.#kept = columnBuffer(type, memory.state);
    this.#scratch = memory.scratch;
  }

  get count(): number {
    return this.#keys.count;
  }

  ids(column: Column, rows: RowSet, use: KeyUse, out: number): void {
    const known = this.#keys.count;
    this.#keys.ids(column, rows, use, out);
    const added = this.#keys.count - known;
    if (use === 'find' || added === 0) return;
    const k = kernels();
    const positions = this.#scratch.allocate(added * 4);
    k.firstPositions(out, rows.rowCount, known, positions);
    const selection = rowsAtPositions(positions, added, rows, this.#scratch);
    this.#kept.append(column, { ...rows, rowCount: added, selection }, this.#scratch);
  }

  values(): Column {
    return this.#kept.column();
  }
}

/** Row numbers of positions within a row set. */
export function rowsAtPositions(
  positions: number,
  count: number,
  rows: RowSet,
  scratch: Arena,
): number {
  if (rows.selection === 0) return positions;
  const selection = scratch.allocate(count * 4);
  kernels().gather32(rows.selection, positions, count, selection);
  return selection;
}

interface Repeated {
  readonly column: Column;
  readonly rows: RowSet;
  readonly use: KeyUse;
  readonly out: number;
}

/** A constant's id, once for all rows. */
function repeatFirst(key: KeyColumn, repeated: Repeated): void {
  const { column, rows, use, out } = repeated;
  const one: PlainColumn = {
    encoding: 'plain',
    type: column.type,
    length: 1,
    validity: column.validity,
    values: column.values,
    offsets: column.offsets,
  };
  key.ids(one, denseRows(1), use, out);
  kernels().fill32(out, heap().u32[out >>> 2] as number, rows.rowCount);
}

function keyRows(column: Column, rows: RowSet): KeyRows {
  return { validity: column.validity, rows: rows.selection, count: rows.rowCount };
}

function validityOfIds(count: number, nullId: number, arena: Arena): number {
  if (nullId === noId) return 0;
  const validity = arena.allocate(count / 8 + 8);
  kernels().appendOnes(count, validity, 0);
  const { u8 } = heap();
  const at = validity + (nullId >>> 3);
  u8[at] = (u8[at] as number) & ~(1 << (nullId & 7));
  return validity;
}
