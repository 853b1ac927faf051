/**
 * Generated spans as columns of otel_logs_and_spans, in shared memory: dictionaries for what
 * repeats, hex for ids. Dictionaries are made once; a batch costs loops over numbers.
 */
import { buildColumn } from '../../columns/builder.ts';
import { constantColumn } from '../../columns/constant.ts';
import { makeBatch, type Batch } from '../../columns/batch.ts';
import type { Column, PlainColumn } from '../../columns/column.ts';
import { heap } from '../../memory/heap.ts';
import type { Arena } from '../../memory/arena.ts';
import type { ColumnDefinition } from '../../catalog/table.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { layoutOf } from '../../types/type-table.ts';
import {
  facts,
  isLogRow,
  type HexFact,
  type NameFact,
  type NumberFact,
  type TableFact,
} from './span-facts.ts';
import type { SpanRows } from './span-rows.ts';

type ColumnMaker = (rows: SpanRows, arena: Arena) => Column;

/** Nulls in the tables of codes. */
const nullCode = 0xffff;

export class SpanColumns {
  readonly #makers: readonly ColumnMaker[];

  /** `kept` holds the dictionaries and has to outlive every batch. */
  constructor(columns: readonly ColumnDefinition[], kept: Arena) {
    this.#makers = columns.map(({ name, type }) => makerOf(name, type, kept));
  }

  /** Columns in table order; they live in `arena`. */
  batch(rows: SpanRows, arena: Arena): Batch {
    return makeBatch(
      this.#makers.map((make) => make(rows, arena)),
      rows.count,
    );
  }
}

function makerOf(name: string, type: SqlType, kept: Arena): ColumnMaker {
  const fact = facts[name];
  const empty = constantColumn(type, null, 1, kept);
  if (fact === undefined) return (rows) => ({ ...empty, length: rows.count });
  if (fact.kind === 'hex') return (rows, arena) => hexColumn(rows, type, fact, arena);
  if (fact.kind === 'name') return (rows, arena) => nameColumn(rows, type, fact, arena);
  if (fact.kind === 'number') return (rows, arena) => numberColumn(rows, type, fact, arena);
  return layoutOf(type.name) === 'varlen'
    ? dictionaryMaker(type, fact, kept)
    : (rows, arena) => tableColumn(rows, type, fact, arena);
}

function allocateBits(count: number, arena: Arena): number {
  const bitmap = arena.allocate(Math.ceil(count / 8));
  heap().u8.fill(0, bitmap, bitmap + Math.ceil(count / 8));
  return bitmap;
}

function setBit(bitmap: number, row: number): void {
  const { u8 } = heap();
  const at = bitmap + (row >>> 3);
  u8[at] = (u8[at] as number) | (1 << (row & 7));
}

function dictionaryMaker(type: SqlType, { code, values }: TableFact, kept: Arena): ColumnMaker {
  const entries = new Map<string, number>();
  const datums: Datum[] = [];
  const codes = Uint16Array.from(values, (value) => {
    if (value === undefined) return nullCode;
    const key = JSON.stringify(value);
    const known = entries.get(key);
    if (known !== undefined) return known;
    entries.set(key, datums.length);
    return datums.push(datumOf(value as string | readonly string[])) - 1;
  });
  const dictionary = buildColumn(type, datums, kept) as PlainColumn;
  return (rows, arena) => {
    const { pointer, validity } = fillCodes(rows[code], codes, rows.count, arena);
    return {
      type,
      length: rows.count,
      validity,
      values: pointer,
      offsets: 0,
      encoding: 'dictionary',
      codeBytes: 2,
      dictionary,
    };
  };
}

function datumOf(value: string | readonly string[]): Datum {
  if (typeof value === 'string') return value;
  return { element: 'text', dimensions: [{ length: value.length, lowerBound: 1 }], values: value };
}

function fillCodes(
  keys: Uint16Array,
  codes: Uint16Array,
  count: number,
  arena: Arena,
): { readonly pointer: number; readonly validity: number } {
  const { u8, u16 } = heap();
  const pointer = arena.allocate(count * 2);
  const bitmap = arena.allocate(Math.ceil(count / 8));
  const first = pointer >>> 1;
  let nulls = 0;
  let bits = 0;
  for (let row = 0; row < count; row++) {
    const code = codes[keys[row] as number] as number;
    const isNull = code === nullCode ? 1 : 0;
    u16[first + row] = isNull === 1 ? 0 : code;
    nulls += isNull;
    bits |= (1 - isNull) << (row & 7);
    if ((row & 7) === 7 || row === count - 1) {
      u8[bitmap + (row >>> 3)] = bits;
      bits = 0;
    }
  }
  return { pointer, validity: nulls === 0 ? 0 : bitmap };
}

/** Small numbers and truths by code. */
function tableColumn(
  rows: SpanRows,
  type: SqlType,
  { code, values }: TableFact,
  arena: Arena,
): Column {
  const { count } = rows;
  const keys = rows[code];
  const isBit = layoutOf(type.name) === 'bit';
  const pointer = isBit ? allocateBits(count, arena) : arena.allocate(count * 4);
  const validity = allocateBits(count, arena);
  const { i32 } = heap();
  for (let row = 0; row < count; row++) {
    const value = values[keys[row] as number];
    if (value !== undefined) setBit(validity, row);
    if (!isBit) i32[(pointer >>> 2) + row] = value === undefined ? 0 : (value as number);
    else if (value === true) setBit(pointer, row);
  }
  return { type, length: count, validity, values: pointer, offsets: 0, encoding: 'plain' };
}

function hexColumn(rows: SpanRows, type: SqlType, { parts }: HexFact, arena: Arena): Column {
  const { count } = rows;
  const hexBytes = parts.reduce((sum, { words }) => sum + words * 4, 0);
  const pointer = arena.allocate(count * hexBytes);
  const { u32 } = heap();
  let at = 0;
  for (const { of, words } of parts) {
    const source = rows[of];
    const step = of === 'trace' ? 4 : 2;
    for (let word = 0; word < words; word++, at++) {
      let target = (pointer >>> 2) + at;
      for (let row = 0; row < count; row++) {
        u32[target] = swapBytes(source[row * step + word] as number);
        target += hexBytes / 4;
      }
    }
  }
  const validity = parts[0]?.of === 'parent' ? parentBits(rows, arena) : 0;
  return { type, length: count, validity, values: pointer, offsets: 0, encoding: 'hex', hexBytes };
}

function swapBytes(word: number): number {
  const halves = ((word >>> 8) & 0x00ff00ff) | ((word & 0x00ff00ff) << 8);
  return (halves >>> 16) | (halves << 16);
}

function parentBits({ count, outcome }: SpanRows, arena: Arena): number {
  const bitmap = allocateBits(count, arena);
  for (let row = 0; row < count; row++) {
    if (((outcome[row] as number) & 1) !== 0) setBit(bitmap, row);
  }
  return bitmap;
}

function numberColumn(rows: SpanRows, type: SqlType, fact: NumberFact, arena: Arena): Column {
  const { count } = rows;
  const isWide = layoutOf(type.name) === 'i64';
  const pointer = arena.allocate(count * (isWide ? 8 : 4));
  const hasNulls = fact.spansOnly === true || fact.zeroIsNull === true;
  const validity = hasNulls ? allocateBits(count, arena) : 0;
  const { u32 } = heap();
  let at = pointer >>> 2;
  for (let row = 0; row < count; row++) {
    const value = fact.value(rows, row);
    if (hasNulls && !isNullNumber(rows, row, fact, value)) setBit(validity, row);
    u32[at++] = value;
    if (isWide) u32[at++] = value / 4_294_967_296;
  }
  return { type, length: count, validity, values: pointer, offsets: 0, encoding: 'plain' };
}

function isNullNumber(rows: SpanRows, row: number, fact: NumberFact, value: number): boolean {
  return (
    (fact.zeroIsNull === true && value === 0) || (fact.spansOnly === true && isLogRow(rows, row))
  );
}

const nameBytesMax = 16;

/** A prefix and decimal digits; NULL in log records. */
function nameColumn(rows: SpanRows, type: SqlType, { prefix, of }: NameFact, arena: Arena): Column {
  const { count } = rows;
  const values = arena.allocate(count * nameBytesMax);
  const offsets = arena.allocate((count + 1) * 4);
  const validity = allocateBits(count, arena);
  const { u8, u32 } = heap();
  const letters = Buffer.from(prefix, 'latin1');
  const numbers = rows[of];
  let end = 0;
  u32[offsets >>> 2] = 0;
  for (let row = 0; row < count; row++) {
    if (!isLogRow(rows, row)) {
      setBit(validity, row);
      for (let i = 0; i < letters.length; i++) u8[values + end++] = letters[i] as number;
      end = writeDigits(numbers[row] as number, values, end);
    }
    u32[(offsets >>> 2) + row + 1] = end;
  }
  return { type, length: count, validity, values, offsets, encoding: 'plain' };
}

/** Returns where the digits end. */
function writeDigits(number: number, values: number, from: number): number {
  const { u8 } = heap();
  let digits = 1;
  for (let limit = 10; limit <= number; limit *= 10) digits++;
  let rest = number;
  for (let at = from + digits - 1; at >= from; at--) {
    u8[values + at] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return from + digits;
}
