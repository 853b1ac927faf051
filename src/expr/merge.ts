/**
 * One column out of parts that cover different rows: the arms of CASE and COALESCE.
 *
 * Text parts that are constants or dictionary columns become one dictionary column.
 */
import { ColumnBuilder } from '../columns/builder.ts';
import type { Column, DictionaryColumn } from '../columns/column.ts';
import { bytesReader, isValid } from '../columns/read.ts';
import { isByteEqual } from '../columns/text-like.ts';
import { bitmapOf, eachRow, validFlags, type Rows } from '../columns/row-set.ts';
import { kernels } from '../kernels/kernels.ts';
import type { Arena } from '../memory/arena.ts';
import { heap } from '../memory/heap.ts';
import type { SqlType } from '../types/sql-type.ts';
import { layoutOf, valueBytes } from '../types/type-table.ts';

export interface Part {
  readonly rows: Rows;
  readonly column: Column;
}

export interface MergeTarget {
  readonly type: SqlType;
  readonly physicalRows: number;
  readonly arena: Arena;
}

/** Entries that are copied into a merged dictionary at most. */
const entriesMax = 4096;

/** Parts cover disjoint rows; rows of no part are not defined. */
export function mergeParts(parts: readonly Part[], target: MergeTarget): Column {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return { ...only.column, type: target.type };
  const validity = mergeValidity(parts, target);
  if (layoutOf(target.type.name) !== 'varlen') return mergeFixed(parts, target, validity);
  const isShort =
    isByteEqual(target.type.name) &&
    parts.every(
      ({ column }) =>
        column.encoding === 'constant' ||
        (column.encoding === 'dictionary' && column.dictionary.length <= entriesMax),
    );
  return isShort ? mergeCodes(parts, target, validity) : mergeBytes(parts, target, validity);
}

/** The rows of a part as an explicit selection. */
function selectionOf(rows: Rows, arena: Arena): number {
  if (rows.selection !== 0) return rows.selection;
  const selection = arena.allocate(rows.rowCount * 4);
  const { u32 } = heap();
  for (let row = 0; row < rows.rowCount; row++) u32[(selection >>> 2) + row] = row;
  return selection;
}

function mergeValidity(parts: readonly Part[], { physicalRows, arena }: MergeTarget): number {
  if (parts.every(({ column }) => column.validity === 0)) return 0;
  const flags = arena.allocate(physicalRows);
  heap().u8.fill(0, flags, flags + physicalRows);
  for (const { rows, column } of parts) {
    const from = validFlags(column, physicalRows, arena);
    kernels().copyRows(from, 1, 1, flags, rows.rowCount, selectionOf(rows, arena));
  }
  return bitmapOf(flags, physicalRows, arena);
}

function mergeFixed(parts: readonly Part[], target: MergeTarget, validity: number): Column {
  const { type, physicalRows, arena } = target;
  const layout = layoutOf(type.name);
  const isBit = layout === 'bit';
  const width = isBit ? 1 : valueBytes(layout);
  const out = arena.allocate(physicalRows * width);
  heap().u8.fill(0, out, out + physicalRows * width);
  for (const { rows, column } of parts) {
    const step = column.encoding === 'constant' ? 0 : 1;
    const from = isBit ? bitFlags(column, physicalRows, arena) : column.values;
    const selection = selectionOf(rows, arena);
    kernels().copyRows(from, step, width, out, rows.rowCount, selection);
  }
  const values = isBit ? bitmapOf(out, physicalRows, arena) : out;
  return { encoding: 'plain', type, length: physicalRows, validity, values, offsets: 0 };
}

function bitFlags(column: Column, physicalRows: number, arena: Arena): number {
  const flags = arena.allocate(physicalRows);
  const count = column.encoding === 'constant' ? 1 : physicalRows;
  kernels().unpackBits(column.values, count, flags);
  return flags;
}

function mergeCodes(parts: readonly Part[], target: MergeTarget, validity: number): Column {
  const { type, physicalRows, arena } = target;
  const codeOf = new Map<string, number>();
  const entries = new ColumnBuilder(type, arena);
  const add = (bytes: Uint8Array): number => {
    const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    let code = codeOf.get(key);
    if (code === undefined) {
      code = entries.length;
      codeOf.set(key, code);
      entries.appendBytes(bytes);
    }
    return code;
  };
  const values = arena.allocate(physicalRows * 4);
  const { u32 } = heap();
  u32.fill(0, values >>> 2, (values >>> 2) + physicalRows);
  for (const part of parts) placeCodes(part, add, { values, arena });
  if (entries.length === 0) entries.appendBytes(new Uint8Array(0));
  return {
    encoding: 'dictionary',
    type,
    length: physicalRows,
    validity,
    values,
    offsets: 0,
    codeBytes: 4,
    dictionary: entries.finish(),
  };
}

interface CodeTarget {
  readonly values: number;
  readonly arena: Arena;
}

/** Writes the part's codes, by the merged dictionary, at the part's rows. */
function placeCodes(
  { rows, column }: Part,
  add: (bytes: Uint8Array) => number,
  { values, arena }: CodeTarget,
): void {
  const { u32 } = heap();
  if (column.encoding === 'constant') {
    const code = isValid(column, 0) ? add(bytesReader(column)(0)) : 0;
    const one = arena.allocate(4);
    u32[one >>> 2] = code;
    kernels().copyRows(one, 0, 4, values, rows.rowCount, selectionOf(rows, arena));
    return;
  }
  const { dictionary, codeBytes } = column as DictionaryColumn;
  const read = bytesReader(dictionary);
  const table = arena.allocate(dictionary.length * 4);
  for (let entry = 0; entry < dictionary.length; entry++) {
    u32[(table >>> 2) + entry] = add(read(entry));
  }
  const { rowCount, selection } = rows;
  kernels().lookUpCodes(column.values, codeBytes, table, 4, values, rowCount, selection);
}

function mergeBytes(parts: readonly Part[], target: MergeTarget, validity: number): Column {
  const { type, physicalRows, arena } = target;
  const owner = new Uint16Array(physicalRows);
  parts.forEach(({ rows }, index) => eachRow(rows, (row) => void (owner[row] = index + 1)));
  const readers = parts.map(({ column }) => {
    const read = bytesReader(column);
    return (row: number) => (isValid(column, row) ? read(row) : undefined);
  });
  const builder = new ColumnBuilder(type, arena, physicalRows);
  for (let row = 0; row < physicalRows; row++) {
    const bytes = readers[(owner[row] as number) - 1]?.(row);
    if (bytes !== undefined) {
      builder.skipTo(row);
      builder.appendBytes(bytes);
    }
  }
  builder.skipTo(physicalRows);
  return { ...builder.finish(), validity };
}
