/**
 * Columns by row number: a dense column of the rows that a list names, encoding kept.
 * Row number 0xFFFFFFFF is the null row of an outer join.
 */
import { assert } from '../../errors/assert.ts';
import { kernels } from '../../kernels/kernels.ts';
import { layoutOf, valueBytes } from '../../types/type-table.ts';
import type { Column, ConstantColumn, PlainColumn } from '../../columns/column.ts';
import type { RowSet } from '../../functions/function-record.ts';
import type { Arena } from '../../memory/arena.ts';
import { inSlices } from '../checkpoint.ts';

/** `rows` points to `count` u32 row numbers; `hasNullRows` tells whether the null row occurs. */
export interface RowList {
  readonly rows: number;
  readonly count: number;
  readonly hasNullRows: boolean;
}

export function gatherColumn(column: Column, list: RowList, arena: Arena): Column {
  const { rows, count } = list;
  if (column.encoding === 'constant') return gatherConstant(column, list, arena);
  const validity = gatherValidity(column, list, arena);
  if (column.encoding === 'dictionary') {
    const values = gatherFixed(column.values, column.codeBytes, list, arena);
    return { ...column, length: count, validity, values };
  }
  if (column.encoding === 'hex') {
    const values = gatherFixed(column.values, column.hexBytes, list, arena);
    return { ...column, length: count, validity, values };
  }
  const layout = layoutOf(column.type.name);
  if (layout === 'varlen') {
    return { ...column, length: count, validity, ...texts(column, list, arena) };
  }
  if (layout === 'bit') {
    const values = arena.allocate(count / 8 + 8);
    inSlices(count, (from, some) => {
      kernels().appendBits(column.values, rows + from * 4, some, values, from);
    });
    return { ...column, length: count, validity, values };
  }
  const values = gatherFixed(column.values, valueBytes(layout), list, arena);
  return { ...column, length: count, validity, values };
}

/** Rows of a batch as a list: the selection, or 0 … count-1 written out. */
export function listRows(rows: RowSet, arena: Arena): RowList {
  const { selection, rowCount } = rows;
  if (selection !== 0) return { rows: selection, count: rowCount, hasNullRows: false };
  const list = arena.allocate(rowCount * 4);
  kernels().fillSequence(list, 0, rowCount);
  return { rows: list, count: rowCount, hasNullRows: false };
}

/** The selected rows of a column as a dense plain column. */
export function flattenColumn(column: Column, rows: RowSet, arena: Arena): PlainColumn {
  if (column.encoding === 'plain' && rows.selection === 0) return column;
  const dense = gatherColumn(column, listRows(rows, arena), arena);
  if (dense.encoding === 'plain') return dense;
  const { type, length, validity } = dense;
  if (dense.encoding === 'constant') {
    const list = arena.allocate(length * 4);
    kernels().fill32(list, 0, length);
    const one: PlainColumn = { ...dense, encoding: 'plain', length: 1 };
    const all = { rows: list, count: length, hasNullRows: false };
    return gatherColumn(one, all, arena) as PlainColumn;
  }
  if (dense.encoding === 'hex') {
    const offsets = arena.allocate((length + 1) * 4);
    const values = arena.allocate(length * dense.hexBytes * 2);
    kernels().fillOffsets(offsets, 0, dense.hexBytes * 2, length + 1);
    kernels().hexTexts(dense.values, dense.hexBytes, 0, length, values);
    return { encoding: 'plain', type, length, validity, values, offsets };
  }
  const codes = arena.allocate(length * 4);
  kernels().gatherCodes(dense.values, dense.codeBytes, 0, length, codes);
  const list = { rows: codes, count: length, hasNullRows: false };
  if (dense.dictionary.length === 0) kernels().fill32(codes, 0xffffffff, length);
  return { encoding: 'plain', type, length, validity, ...texts(dense.dictionary, list, arena) };
}

function gatherConstant(column: ConstantColumn, list: RowList, arena: Arena): Column {
  if (!list.hasNullRows) return { ...column, length: list.count };
  const rows = arena.allocate(list.count * 4);
  kernels().zeroRows(list.rows, list.count, rows);
  return gatherColumn({ ...column, encoding: 'plain', length: 1 }, { ...list, rows }, arena);
}

/** Validity of the gathered rows; 0 when none is null. */
export function gatherValidity(column: Column, list: RowList, arena: Arena): number {
  if (column.validity === 0 && !list.hasNullRows) return 0;
  const validity = arena.allocate(list.count / 8 + 8);
  let nulls = 0;
  inSlices(list.count, (from, count) => {
    nulls += kernels().appendBits(column.validity, list.rows + from * 4, count, validity, from);
  });
  return nulls === 0 ? 0 : validity;
}

function gatherFixed(values: number, width: number, list: RowList, arena: Arena): number {
  const out = arena.allocate(list.count * width);
  inSlices(list.count, (from, count) => {
    gatherInto(values, width, { ...list, rows: list.rows + from * 4, count }, out + from * width);
  });
  return out;
}

/** Writes the rows' values of `width` bytes to `out`. */
export function gatherInto(values: number, width: number, list: RowList, out: number): void {
  const { rows, count } = list;
  const k = kernels();
  if (width === 8) k.gather64(values, rows, count, out);
  else if (width === 4) k.gather32(values, rows, count, out);
  else if (width === 16) k.gather128(values, rows, count, out);
  else if (width === 2) k.gather16(values, rows, count, out);
  else if (width === 1) k.gather8(values, rows, count, out);
  else k.gatherWide(values, width, rows, count, out);
}

function texts(
  column: PlainColumn,
  list: RowList,
  arena: Arena,
): { readonly values: number; readonly offsets: number } {
  const { rows, count } = list;
  const k = kernels();
  const offsets = arena.allocate((count + 1) * 4);
  let byteSize = 0;
  inSlices(count, (from, some) => {
    const at = offsets + from * 4;
    byteSize = k.gatherOffsets(column.offsets, rows + from * 4, some, at, byteSize) >>> 0;
  });
  assert(byteSize <= 0xffff0000, 'texts of a batch fit the memory');
  const values = arena.allocate(byteSize);
  inSlices(count, (from, some) => {
    const at = offsets + from * 4;
    k.gatherTexts(column.values, column.offsets, rows + from * 4, some, at, values);
  });
  return { values, offsets };
}
