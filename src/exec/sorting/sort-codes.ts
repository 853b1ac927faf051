/**
 * Sort codes: for every row a record of u64 words whose unsigned order is the order of the keys.
 *
 *     key without NULLs  [code]          key with NULLs  [0|1][code]
 *
 * Descending inverts the code. Texts and other values without an arithmetic order are first
 * ranked: equal values share a rank, ranks follow the type's order, dictionaries rank their entries.
 */
import { must, unreachable } from '../../errors/assert.ts';
import { heap } from '../../memory/heap.ts';
import type { Arena } from '../../memory/arena.ts';
import { kernels } from '../../kernels/kernels.ts';
import { materialize } from '../../columns/materialize.ts';
import { columnReader } from '../../columns/read.ts';
import type { Column, PlainColumn } from '../../columns/column.ts';
import { layoutOf, typeRecord, valueBytes } from '../../types/type-table.ts';
import { compareValues } from '../../types/compare.ts';
import { checkpoint, inSlices, tick } from '../checkpoint.ts';
import type { SqlType } from '../../types/sql-type.ts';

/** Texts merged between two checkpoints. */
const mergedMax = 65_536;
/** More rows are sorted in slices. */
const atOnceMax = 65_536;
const noRow = 0xffffffff;

export interface KeyOrder {
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Records of `words` u64 each, one per row. */
export interface SortRecords {
  readonly pointer: number;
  readonly words: number;
}

/** `columns` are dense, one per key, of `rowCount` rows. */
export function sortRecords(
  columns: readonly Column[],
  orders: readonly KeyOrder[],
  rowCount: number,
  arena: Arena,
): SortRecords {
  const words = columns.reduce((sum, column) => sum + wordsOf(column), 0);
  const stride = words * 8;
  const pointer = arena.allocate(rowCount * stride);
  let word = 0;
  columns.forEach((column, index) => {
    const order = must(orders[index], 'an order per key');
    writeKey(column, order, { pointer: pointer + word * 8, stride, rowCount, arena });
    word += wordsOf(column);
  });
  return { pointer, words };
}

function wordsOf(column: Column): number {
  return column.validity === 0 ? 1 : 2;
}

interface Place {
  readonly pointer: number;
  readonly stride: number;
  readonly rowCount: number;
  readonly arena: Arena;
}

function writeKey(column: Column, order: KeyOrder, place: Place): void {
  const { stride, rowCount, arena } = place;
  const hasNulls = column.validity !== 0;
  const out = place.pointer + (hasNulls ? 8 : 0);
  const write = codeWriter(column, order.descending ? 1 : 0, arena);
  inSlices(rowCount, (from, count) => {
    write(from, { ...place, rowCount: count, pointer: out + from * stride });
  });
  if (!hasNulls) return;
  const nullWord = order.nullsFirst ? 0 : 1;
  const { validity } = column.encoding === 'constant' ? materialize(column, arena) : column;
  inSlices(rowCount, (from, count) => {
    const words = place.pointer + from * stride;
    kernels().codeNulls(validity + from / 8, count, words, stride, nullWord);
  });
}

/** Writes the codes of the rows from `from` on; what needs all rows at once is done before. */
type CodeWriter = (from: number, place: Place) => void;

function codeWriter(column: Column, invert: number, arena: Arena): CodeWriter {
  if (column.encoding === 'dictionary') {
    const ranks = rankColumn(column.dictionary, arena);
    const { values, codeBytes } = column;
    return (from, { rowCount, pointer, stride }) => {
      const codes = values + from * codeBytes;
      kernels().codeRanks(codes, codeBytes, ranks, rowCount, pointer, stride, invert);
    };
  }
  const plain = column.encoding === 'plain' ? column : materialize(column, arena);
  const layout = layoutOf(plain.type.name);
  switch (layout) {
    case 'bit':
      return (from, { rowCount, pointer, stride }) => {
        kernels().codeBits(plain.values + from / 8, rowCount, pointer, stride, invert);
      };
    case 'i16':
    case 'i32':
    case 'i64': {
      const { codeIntegers, codeUnsigned } = kernels();
      const code = isUnsigned(plain.type) ? codeUnsigned : codeIntegers;
      return fixedWriter(plain, valueBytes(layout), (at, width, { rowCount, pointer, stride }) => {
        code(at, width, rowCount, pointer, stride, invert);
      });
    }
    case 'f32':
    case 'f64':
      return fixedWriter(plain, valueBytes(layout), (at, width, { rowCount, pointer, stride }) => {
        kernels().codeFloats(at, width, rowCount, pointer, stride, invert);
      });
    case 'b16':
    case 'varlen': {
      const ranks = rankColumn(plain, arena);
      return (from, { rowCount, pointer, stride, arena: work }) => {
        const rows = work.allocate(rowCount * 4);
        kernels().fillSequence(rows, from, rowCount);
        kernels().codeRanks(rows, 4, ranks, rowCount, pointer, stride, invert);
      };
    }
    default:
      unreachable(layout);
  }
}

function fixedWriter(
  { values }: PlainColumn,
  width: number,
  write: (at: number, width: number, place: Place) => void,
): CodeWriter {
  return (from, place) => write(values + from * width, width, place);
}

/** Of 4 and 8 bytes. */
const unsignedTypes: ReadonlySet<string> = new Set([
  'oid',
  'xid',
  'cid',
  'xid8',
  'pg_lsn',
  'regclass',
  'regtype',
  'regproc',
  'regprocedure',
  'regoper',
  'regoperator',
  'regnamespace',
  'regrole',
  'regcollation',
]);

/** Of the types that lie as integers of 32 or 64 bits. */
export function isUnsigned(type: SqlType): boolean {
  return unsignedTypes.has(type.name);
}

/** Pointer to a u32 rank per row. NULL rows get some rank. */
function rankColumn(column: PlainColumn, arena: Arena): number {
  const { length } = column;
  const ranks = arena.allocate(Math.max(1, length) * 4);
  if (isByteOrdered(column)) {
    rankTexts(column, ranks, arena);
  } else rankByValue(column, ranks);
  return ranks;
}

/** Merge sort, bottom up. */
function rankTexts({ values, offsets, length }: PlainColumn, ranks: number, arena: Arena): void {
  const k = kernels();
  let from = arena.allocate(length * 4 + 4);
  let to = arena.allocate(length * 4 + 4);
  const cursor = arena.allocate(12);
  k.fillSequence(from, 0, length);
  for (let width = 1; width < length; width *= 2) {
    k.fillBytes(cursor, 0, 12);
    while (k.mergeTextRuns(values, offsets, from, to, width, length, cursor, mergedMax) === 0) {
      checkpoint();
    }
    [from, to] = [to, from];
  }
  let rank = 0;
  inSlices(length, (start, count) => {
    const before = start === 0 ? noRow : (heap().u32[(from >>> 2) + start - 1] as number);
    const rows = from + start * 4;
    rank = k.rankSortedTexts(values, offsets, rows, count, ranks, before, rank) >>> 0;
  });
}

/** Text types compare by their bytes (collation C), bytea too. */
function isByteOrdered(column: PlainColumn): boolean {
  const { category } = typeRecord(column.type.name);
  if (layoutOf(column.type.name) !== 'varlen' || column.type.name === 'bpchar') return false;
  return category === 'S' || category === 'X' || column.type.name === 'bytea';
}

/** Values without byte order (numeric, interval, jsonb, arrays): one comparison at a time. */
function rankByValue(column: PlainColumn, ranks: number): void {
  const read = columnReader(column);
  const { name } = column.type;
  const rows: { readonly row: number; readonly value: NonNullable<ReturnType<typeof read>> }[] = [];
  for (let row = 0; row < column.length; row++) {
    const value = read(row);
    if (value !== null) rows.push({ row, value });
  }
  rows.sort((a, b) => {
    tick();
    return compareValues(name, a.value, b.value);
  });
  const { u32 } = heap();
  u32.fill(0, ranks >>> 2, (ranks >>> 2) + column.length);
  let rank = 0;
  rows.forEach(({ row, value }, index) => {
    const before = rows[index - 1];
    if (before !== undefined && compareValues(name, before.value, value) !== 0) rank++;
    u32[(ranks >>> 2) + row] = rank;
  });
}

/** Pointer to `rowCount` u32 row numbers in the order of the records; stable. */
export function sortedRows(records: SortRecords, rowCount: number, arena: Arena): number {
  const { pointer, words } = records;
  const rows = arena.allocate(rowCount * 4);
  const scratch = arena.allocate(rowCount * 4);
  const histogram = arena.allocate(1024);
  const k = kernels();
  k.fillSequence(rows, 0, rowCount);
  if (rowCount <= atOnceMax) {
    k.sortRows(pointer, words, rowCount, rows, scratch, histogram);
    return rows;
  }
  let from = rows;
  let to = scratch;
  for (let word = words - 1; word >= 0; word--) {
    for (let byte = 0; byte < 8; byte++) {
      if (radixPass(pointer + word * 8 + byte, from, to)) [from, to] = [to, from];
    }
  }
  return from;

  /** One pass of `sortRows`, in slices; false where all rows share the byte. */
  function radixPass(at: number, source: number, target: number): boolean {
    const stride = words * 8;
    k.fillBytes(histogram, 0, 1024);
    inSlices(rowCount, (start, count) => {
      k.countCodeBytes(at + start * stride, stride, count, histogram);
    });
    if (k.placeBuckets(at, rowCount, histogram) === 0) return false;
    inSlices(rowCount, (start, count) => {
      k.scatterRows(at, stride, source + start * 4, count, histogram, target);
    });
    return true;
  }
}

/** flags[i] = 1 where the record of row i differs from the one before in its first `words`. */
export function markChanges(
  records: SortRecords,
  words: number,
  order: { readonly rows: number; readonly count: number },
  flags: number,
): void {
  const { pointer, words: all } = records;
  const { u8 } = heap();
  inSlices(order.count, (from, count) => {
    const overlap = Math.min(1, from);
    const first = from - overlap;
    const before = u8[flags + first] as number;
    const rows = order.rows + first * 4;
    kernels().markChanges(pointer, all * 8, words, rows, count + overlap, flags + first);
    if (overlap === 1) u8[flags + first] = before;
  });
}
