/** Sets of rows, flags per row (bytes, 0 = false), and bitmaps out of them. */
import { kernels } from '../kernels/kernels.ts';
import type { Arena } from '../memory/arena.ts';
import { heap } from '../memory/heap.ts';
import type { Column } from './column.ts';
import { isValid } from './read.ts';

/** `rowCount` of `physicalRows`, named by `selection` (pointer to u32 row numbers; 0 = all). */
export interface Rows {
  readonly physicalRows: number;
  readonly rowCount: number;
  readonly selection: number;
}

/** The rows whose flag is set. */
export function rowsWhere(rows: Rows, flags: number, arena: Arena): Rows {
  const { physicalRows, rowCount, selection } = rows;
  // The kernels write a few entries past the last match before they know that they are none.
  const out = arena.allocate((rowCount + 4) * 4);
  const found =
    selection === 0
      ? kernels().selectFlags(flags, physicalRows, out)
      : kernels().refineSelection(selection, rowCount, flags, out);
  return found === rowCount ? rows : { physicalRows, rowCount: found, selection: out };
}

/** Rows whose flag is set, and the others. */
export function splitRows(rows: Rows, flags: number, arena: Arena): readonly [Rows, Rows] {
  const inverted = arena.allocate(rows.physicalRows);
  kernels().invertFlags(flags, rows.physicalRows, inverted);
  return [rowsWhere(rows, flags, arena), rowsWhere(rows, inverted, arena)];
}

/** One flag per physical row: 1 where the bool column is true, 0 where it is false or NULL. */
export function trueFlags(column: Column, physicalRows: number, arena: Arena): number {
  const flags = arena.allocate(physicalRows);
  if (column.encoding === 'constant') {
    const isTrue = isValid(column, 0) && ((heap().u8[column.values] as number) & 1) === 1;
    heap().u8.fill(isTrue ? 1 : 0, flags, flags + physicalRows);
    return flags;
  }
  kernels().unpackBits(column.values, physicalRows, flags);
  if (column.validity !== 0) kernels().maskFlags(flags, column.validity, physicalRows);
  return flags;
}

/** One flag per physical row: not 0 where the column is not NULL. */
export function validFlags(column: Column, physicalRows: number, arena: Arena): number {
  const flags = arena.allocate(physicalRows);
  const isAllNull = column.encoding === 'constant' && !isValid(column, 0);
  heap().u8.fill(isAllNull ? 0 : 1, flags, flags + physicalRows);
  if (column.encoding !== 'constant' && column.validity !== 0) {
    kernels().maskFlags(flags, column.validity, physicalRows);
  }
  return flags;
}

/** A bitmap with a bit set where the flag is not 0. */
export function bitmapOf(flags: number, physicalRows: number, arena: Arena): number {
  const bitmap = arena.allocate(Math.ceil(physicalRows / 8) + 2);
  kernels().packFlags(flags, physicalRows, bitmap);
  return bitmap;
}

/** Bits set where both are; 0 stands for a bitmap of ones. */
export function bothValid(a: number, b: number, rows: Rows, arena: Arena): number {
  if (a === 0 || a === b) return b;
  if (b === 0) return a;
  const bitmap = arena.allocate(Math.ceil(rows.physicalRows / 8) + 16);
  kernels().andBitmaps(a, b, bitmap, rows.physicalRows);
  return bitmap;
}

/** Calls `visit` for each row in ascending order. */
export function eachRow(rows: Rows, visit: (row: number) => void): void {
  visitRows(rows, visit, 0, rows.rowCount);
}

/** Rows between two looks at whether the work is still wanted. */
const rowsUnwatched = 512;

/** As eachRow, for work that may take long: `check` is called now and then, and may throw. */
export function eachRowWatched(
  rows: Rows,
  visit: (row: number) => void,
  check: (() => void) | undefined,
): void {
  const { rowCount } = rows;
  for (let from = 0; from < rowCount; from += rowsUnwatched) {
    if (from > 0) check?.();
    visitRows(rows, visit, from, Math.min(rowCount, from + rowsUnwatched));
  }
}

function visitRows(rows: Rows, visit: (row: number) => void, from: number, to: number): void {
  const { selection } = rows;
  if (selection === 0) {
    for (let row = from; row < to; row++) visit(row);
    return;
  }
  const { u32 } = heap();
  const first = selection >>> 2;
  for (let i = from; i < to; i++) visit(u32[first + i] as number);
}

export function firstRow(rows: Rows): number {
  return rows.selection === 0 ? 0 : (heap().u32[rows.selection >>> 2] as number);
}
