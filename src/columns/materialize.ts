/**
 * Plain columns out of encoded ones: all rows, or the rows of a selection laid end to end.
 *
 *     codes 1 0 1, dictionary a b   ──▶   offsets 0 1 2 3, bytes b a b
 */
import { kernels } from '../kernels/kernels.ts';
import type { Arena } from '../memory/arena.ts';
import { heap } from '../memory/heap.ts';
import { layoutOf, valueBytes } from '../types/type-table.ts';
import type { Column, ConstantColumn, HexColumn, PlainColumn } from './column.ts';

/** `count` u32 row numbers at `selection`; 0 stands for rows 0 … count-1. */
interface RowNumbers {
  readonly count: number;
  readonly selection: number;
}

/** The same values without encoding. All rows of the column must be defined. */
export function materialize(column: Column, arena: Arena): PlainColumn {
  if (column.encoding === 'plain') return column;
  return gatherRows(column, { rowCount: column.length, selection: 0 }, arena);
}

/** The selected rows as a dense plain column. */
export function gatherRows(
  column: Column,
  rows: { readonly rowCount: number; readonly selection: number },
  arena: Arena,
): PlainColumn {
  const numbers = { count: rows.rowCount, selection: rows.selection };
  if (column.encoding === 'plain' && rows.selection === 0 && rows.rowCount === column.length) {
    return column;
  }
  const length = rows.rowCount;
  const { type } = column;
  switch (column.encoding) {
    case 'constant':
      return gatherConstant(column, length, arena);
    case 'hex': {
      const texts = hexTexts(column, numbers, arena);
      return {
        encoding: 'plain',
        type,
        length,
        ...texts,
        validity: gatherValidity(column, numbers, arena),
      };
    }
    case 'dictionary': {
      const { values, codeBytes, dictionary } = column;
      const codes = arena.allocate(length * 4);
      kernels().gatherCodes(values, codeBytes, rows.selection, length, codes);
      const texts = gatherTexts(dictionary, { count: length, selection: codes }, arena);
      return {
        encoding: 'plain',
        type,
        length,
        ...texts,
        validity: gatherValidity(column, numbers, arena),
      };
    }
    case 'plain': {
      const buffers = gatherPlain(column, numbers, arena);
      return {
        encoding: 'plain',
        type,
        length,
        ...buffers,
        validity: gatherValidity(column, numbers, arena),
      };
    }
  }
}

interface Buffers {
  readonly values: number;
  readonly offsets: number;
}

function gatherValidity(
  { validity }: Column,
  { count, selection }: RowNumbers,
  arena: Arena,
): number {
  if (validity === 0) return 0;
  if (selection === 0) return validity;
  const out = arena.allocate(Math.ceil(count / 8) + 8);
  kernels().appendBits(validity, selection, count, out, 0);
  return out;
}

function gatherTexts(column: PlainColumn, { count, selection }: RowNumbers, arena: Arena): Buffers {
  const offsets = arena.allocate((count + 1) * 4);
  const end = kernels().gatherOffsets(column.offsets, selection, count, offsets, 0) >>> 0;
  const values = arena.allocate(end);
  kernels().gatherTexts(column.values, column.offsets, selection, count, offsets, values);
  return { values, offsets };
}

function hexTexts(column: HexColumn, { count, selection }: RowNumbers, arena: Arena): Buffers {
  const { hexBytes } = column;
  const offsets = arena.allocate((count + 1) * 4);
  const values = arena.allocate(count * hexBytes * 2);
  kernels().hexTexts(column.values, hexBytes, selection, count, values);
  kernels().fillOffsets(offsets, 0, hexBytes * 2, count + 1);
  return { values, offsets };
}

function gatherPlain(column: PlainColumn, rows: RowNumbers, arena: Arena): Buffers {
  const { values } = column;
  const { count } = rows;
  const layout = layoutOf(column.type.name);
  if (layout === 'varlen') return gatherTexts(column, rows, arena);
  const selection = rows.selection === 0 ? sequence(count, arena) : rows.selection;
  if (layout === 'bit') {
    const out = arena.allocate(Math.ceil(count / 8) + 8);
    kernels().appendBits(values, selection, count, out, 0);
    return { values: out, offsets: 0 };
  }
  const width = valueBytes(layout);
  const out = arena.allocate(count * width);
  if (width === 2) kernels().gather16(values, selection, count, out);
  else if (width === 4) kernels().gather32(values, selection, count, out);
  else if (width === 8) kernels().gather64(values, selection, count, out);
  else kernels().gather128(values, selection, count, out);
  return { values: out, offsets: 0 };
}

function sequence(count: number, arena: Arena): number {
  const rows = arena.allocate(count * 4);
  kernels().fillSequence(rows, 0, count);
  return rows;
}

/** Row 0, `length` times. */
function gatherConstant(column: ConstantColumn, length: number, arena: Arena): PlainColumn {
  const { type } = column;
  const one: PlainColumn = { ...column, encoding: 'plain', length: 1 };
  const zeros = arena.allocate(length * 4);
  heap().u32.fill(0, zeros >>> 2, (zeros >>> 2) + length);
  const numbers = { count: length, selection: zeros };
  const buffers = gatherPlain(one, numbers, arena);
  return {
    encoding: 'plain',
    type,
    length,
    ...buffers,
    validity: gatherValidity(one, numbers, arena),
  };
}
