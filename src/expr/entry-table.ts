/**
 * Results of a function per entry of a dictionary.
 *
 *     codes 0 1 1 0 …    dictionary GET, POST    lower() per entry: get, post
 *     result: the same rows through a table, or, for text, new codes into a new dictionary
 *
 * Only entries that rows use are computed: an entry that no row uses must not raise an error.
 * Results are kept in JavaScript memory with the dictionary's identity, for the batches that share
 * it, and are put into the batch's arena as bytes.
 */
import { ColumnBuilder } from '../columns/builder.ts';
import type { Column, DictionaryColumn, PlainColumn } from '../columns/column.ts';
import { codeReader } from '../columns/read.ts';
import { isByteEqual } from '../columns/text-like.ts';
import { bitmapOf, bothValid, eachRow, type Rows } from '../columns/row-set.ts';
import { kernels } from '../kernels/kernels.ts';
import type { Arena } from '../memory/arena.ts';
import { heap } from '../memory/heap.ts';
import type { Datum } from '../types/datum.ts';
import type { SqlType } from '../types/sql-type.ts';
import { layoutOf, valueBytes } from '../types/type-table.ts';

/** Computes the entries that `rows` (of the dictionary) name; NULL results are null. */
export type EntryFunction = (rows: Rows) => (entry: number) => Datum | null;

interface PackedResults {
  /** One item per entry, `width` bytes each: values, or codes into `dictionary`. */
  readonly items: Uint8Array;
  readonly width: number;
  /** One byte per entry, 0 where the result is NULL; undefined when none is. */
  readonly validFlags: Uint8Array | undefined;
  readonly dictionary: readonly Datum[] | undefined;
}

const unknown = Symbol('not computed');

export class EntryTable {
  readonly #type: SqlType;
  readonly #results: (Datum | null | typeof unknown)[];
  #packed: PackedResults | undefined;
  #missingCount: number;

  constructor(type: SqlType, entryCount: number) {
    this.#type = type;
    this.#missingCount = entryCount;
    this.#results = Array.from({ length: entryCount }, () => unknown);
  }

  /** The function's result for the rows of the column. */
  apply(column: DictionaryColumn, rows: Rows, call: EntryCall): Column {
    this.#computeMissing(column, call);
    const { name } = this.#type;
    if (layoutOf(name) === 'varlen' && !isByteEqual(name)) {
      return this.#expand(column, call);
    }
    this.#packed ??= this.#pack(call.arena);
    return mapThrough(this.#packed, { column, rows, type: this.#type, arena: call.arena });
  }

  #computeMissing(column: DictionaryColumn, { needed, compute, arena }: EntryCall): void {
    if (this.#missingCount === 0) return;
    const count = this.#results.length;
    const used = arena.allocate(count);
    const { u8, u32 } = heap();
    u8.fill(0, used, used + count);
    kernels().markCodes(column.values, column.codeBytes, used, needed.rowCount, needed.selection);
    const selection = arena.allocate((count + 1) * 4);
    let missing = 0;
    for (let entry = 0; entry < count; entry++) {
      if (u8[used + entry] !== 0 && this.#results[entry] === unknown) {
        u32[(selection >>> 2) + missing++] = entry;
      }
    }
    if (missing === 0) return;
    const read = compute({ physicalRows: count, rowCount: missing, selection });
    for (let i = 0; i < missing; i++) {
      const entry = u32[(selection >>> 2) + i] as number;
      this.#results[entry] = read(entry);
    }
    this.#missingCount -= missing;
    this.#packed = undefined;
  }

  /** Values that are equal in several forms (numeric 1.0 and 1.00) are written out. */
  #expand(column: DictionaryColumn, { needed, arena }: EntryCall): Column {
    const builder = new ColumnBuilder(this.#type, arena, needed.physicalRows);
    const code = codeReader(column);
    eachRow(needed, (row) => {
      const result = this.#results[code(row)];
      if (result !== undefined && result !== unknown) builder.appendAt(row, result);
    });
    builder.skipTo(needed.physicalRows);
    const plain = builder.finish();
    const validity = bothValid(plain.validity, column.validity, needed, arena);
    return { ...plain, validity };
  }

  #pack(arena: Arena): PackedResults {
    const hasNull = this.#results.includes(null);
    const validFlags = hasNull
      ? Uint8Array.from(this.#results, (result) => (result === null ? 0 : 1))
      : undefined;
    const layout = layoutOf(this.#type.name);
    if (layout === 'varlen') return { ...this.#packCodes(), validFlags };
    if (layout === 'bit') {
      const items = Uint8Array.from(this.#results, (result) => (result === true ? 1 : 0));
      return { items, width: 1, validFlags, dictionary: undefined };
    }
    const builder = new ColumnBuilder(this.#type, arena, this.#results.length);
    this.#results.forEach((result, entry) => {
      if (result !== null && result !== unknown) builder.appendAt(entry, result);
    });
    builder.skipTo(this.#results.length);
    const width = valueBytes(layout);
    const { values } = builder.finish();
    const items = heap().u8.slice(values, values + this.#results.length * width);
    return { items, width, validFlags, dictionary: undefined };
  }

  #packCodes(): Omit<PackedResults, 'validFlags'> {
    const codeOf = new Map<unknown, number>();
    const dictionary: Datum[] = [];
    const codes = this.#results.map((result) => {
      if (result === null || result === unknown) return 0;
      const key = typeof result === 'string' ? result : identityOf(result);
      let code = codeOf.get(key);
      if (code === undefined) {
        code = dictionary.length;
        dictionary.push(result);
        codeOf.set(key, code);
      }
      return code;
    });
    const wide = dictionary.length > 256 ? Uint16Array.from(codes) : Uint8Array.from(codes);
    const typed = dictionary.length > 65_536 ? Uint32Array.from(codes) : wide;
    const items = new Uint8Array(typed.buffer);
    return { items, width: typed.BYTES_PER_ELEMENT, dictionary };
  }
}

export interface EntryCall {
  readonly arena: Arena;
  /** The rows whose result matters: those that are not NULL. */
  readonly needed: Rows;
  readonly compute: EntryFunction;
}

function identityOf(value: Datum): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'bigint' ? `${item}n` : item,
  );
}

interface MapTarget {
  readonly column: DictionaryColumn;
  readonly rows: Rows;
  readonly type: SqlType;
  readonly arena: Arena;
}

function toArena(bytes: Uint8Array, arena: Arena): number {
  const pointer = arena.allocate(bytes.length);
  heap().u8.set(bytes, pointer);
  return pointer;
}

function mapThrough(packed: PackedResults, target: MapTarget): Column {
  const { column, rows, type, arena } = target;
  const map = (table: Uint8Array, width: number): number => {
    const out = arena.allocate(rows.physicalRows * width);
    const { rowCount, selection } = rows;
    const from = toArena(table, arena);
    kernels().lookUpCodes(column.values, column.codeBytes, from, width, out, rowCount, selection);
    return out;
  };
  const { items, width, validFlags, dictionary } = packed;
  const bits = (flags: number) => bitmapOf(flags, rows.physicalRows, arena);
  const ownValidity = validFlags === undefined ? 0 : bits(map(validFlags, 1));
  const validity = bothValid(column.validity, ownValidity, rows, arena);
  const length = rows.physicalRows;
  const values = map(items, width);
  if (dictionary !== undefined) {
    const codeBytes = width as 1 | 2 | 4;
    const entries = dictionaryColumn(type, dictionary, arena);
    return {
      encoding: 'dictionary',
      type,
      length,
      validity,
      values,
      offsets: 0,
      codeBytes,
      dictionary: entries,
    };
  }
  const isBit = layoutOf(type.name) === 'bit';
  return {
    encoding: 'plain',
    type,
    length,
    validity,
    values: isBit ? bits(values) : values,
    offsets: 0,
  };
}

function dictionaryColumn(type: SqlType, entries: readonly Datum[], arena: Arena): PlainColumn {
  const builder = new ColumnBuilder(type, arena, entries.length);
  for (const entry of entries) builder.append(entry);
  return builder.finish();
}
