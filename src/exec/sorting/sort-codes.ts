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
import type { SqlType } from '../../types/sql-type.ts';

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
  const { stride, rowCount } = place;
  const hasNulls = column.validity !== 0;
  const out = place.pointer + (hasNulls ? 8 : 0);
  writeCodes(column, order.descending ? 1 : 0, { ...place, pointer: out });
  if (!hasNulls) return;
  const nullWord = order.nullsFirst ? 0 : 1;
  const plain = column.encoding === 'constant' ? materialize(column, place.arena) : column;
  kernels().codeNulls(plain.validity, rowCount, place.pointer, stride, nullWord);
}

function writeCodes(column: Column, invert: number, place: Place): void {
  const { pointer, stride, rowCount, arena } = place;
  if (column.encoding === 'dictionary') {
    const ranks = rankColumn(column.dictionary, arena);
    kernels().codeRanks(column.values, column.codeBytes, ranks, rowCount, pointer, stride, invert);
    return;
  }
  const plain = column.encoding === 'plain' ? column : materialize(column, arena);
  const layout = layoutOf(plain.type.name);
  switch (layout) {
    case 'bit':
      kernels().codeBits(plain.values, rowCount, pointer, stride, invert);
      return;
    case 'i16':
    case 'i32':
    case 'i64': {
      const { codeIntegers, codeUnsigned } = kernels();
      const code = isUnsigned(plain.type) ? codeUnsigned : codeIntegers;
      code(plain.values, valueBytes(layout), rowCount, pointer, stride, invert);
      return;
    }
    case 'f32':
    case 'f64':
      kernels().codeFloats(plain.values, valueBytes(layout), rowCount, pointer, stride, invert);
      return;
    case 'b16':
    case 'varlen':
      writeRanks(plain, invert, place);
      return;
    default:
      unreachable(layout);
  }
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

function writeRanks(column: PlainColumn, invert: number, place: Place): void {
  const { pointer, stride, rowCount, arena } = place;
  const ranks = rankColumn(column, arena);
  const rows = arena.allocate(rowCount * 4);
  kernels().fillSequence(rows, 0, rowCount);
  kernels().codeRanks(rows, 4, ranks, rowCount, pointer, stride, invert);
}

/** Pointer to a u32 rank per row. NULL rows get some rank. */
function rankColumn(column: PlainColumn, arena: Arena): number {
  const { length } = column;
  const ranks = arena.allocate(Math.max(1, length) * 4);
  if (isByteOrdered(column)) {
    const scratch = arena.allocate(length * 12);
    kernels().rankTexts(column.values, column.offsets, length, ranks, scratch);
  } else rankByValue(column, ranks);
  return ranks;
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
  rows.sort((a, b) => compareValues(name, a.value, b.value));
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
  const rows = arena.allocate(rowCount * 4);
  const scratch = arena.allocate(rowCount * 4);
  const histogram = arena.allocate(1024);
  kernels().fillSequence(rows, 0, rowCount);
  kernels().sortRows(records.pointer, records.words, rowCount, rows, scratch, histogram);
  return rows;
}
