/**
 * Encodes the columns of a segment as they lie in its file, each into one block of shared memory.
 *
 *   all NULL       nothing
 *   dictionary     varlen with few distinct values: codes of one or two bytes
 *   hex            text of one even length, lower-case hexadecimal: ids of spans and traces
 *   plain          everything else
 *
 * Runs on the storage worker; reads columns that nobody changes any more (or only after the rows
 * given here).
 */
import type { ZoneMap } from '../catalog/table.ts';
import type { Column } from '../columns/column.ts';
import { kernels } from '../kernels/kernels.ts';
import { allocateBlock, freeBlock } from '../memory/allocator.ts';
import { heap } from '../memory/heap.ts';
import { layoutOf, valueBytes } from '../types/type-table.ts';
import type { Datum } from '../types/datum.ts';
import type { SqlType } from '../types/sql-type.ts';
import type { StoredColumn } from './segment-format.ts';
import { buildFilter, entriesMin, filterBytes, type FilteredValues } from './value-filter.ts';

/** A column ready to be written; the receiver owns the block of `stored.byteSize` bytes. */
export interface EncodedColumn {
  readonly pointer: number;
  /** Everything but the place in the file. */
  readonly stored: Omit<StoredColumn, 'at'>;
}

export interface EncodedSegment {
  readonly columns: readonly (EncodedColumn | null)[];
  /** Value filters by column position. */
  readonly filters: readonly (EncodedColumn | null)[];
  readonly zones: readonly ZoneMap[];
}

const codesMax = 65_536;
const hexLengthMin = 16;
const hexLengthMax = 128;
/** Longer texts are no use for pruning. */
const zoneTextBytesMax = 64;
const textTypes: ReadonlySet<string> = new Set(['text', 'varchar', 'name']);
const unsignedTypes: ReadonlySet<string> = new Set([
  'oid',
  'xid',
  'cid',
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

/** Scratch for one column: codes, first rows, hash slots, two extremes. */
interface Scratch {
  readonly pointer: number;
  readonly byteSize: number;
  readonly codes: number;
  readonly firstRows: number;
  readonly slots: number;
  readonly slotCount: number;
  readonly distinctMax: number;
  readonly extremes: number;
}

/** Encodes `rowCount` rows of plain columns (or constant NULL ones). Errors: 53200. */
export function encodeSegment(columns: readonly Column[], rowCount: number): EncodedSegment {
  const scratch = allocateScratch(rowCount);
  const encoded: (EncodedColumn | null)[] = [];
  const filters: (EncodedColumn | null)[] = [];
  const zones: ZoneMap[] = [];
  let isWhole = false;
  try {
    for (const column of columns) {
      const { result, zone } = encodeColumn({ ...column, length: rowCount }, scratch);
      encoded.push(result);
      filters.push(result === null ? null : encodeFilter(result, column.type, rowCount));
      zones.push(zone);
    }
    isWhole = true;
  } finally {
    freeBlock(scratch.pointer, scratch.byteSize);
    if (!isWhole) freeEncoded([...encoded, ...filters]);
  }
  return { columns: encoded, filters, zones };
}

export function freeEncoded(columns: readonly (EncodedColumn | null)[]): void {
  for (const column of columns) if (column) freeBlock(column.pointer, column.stored.byteSize);
}

function allocateScratch(rowCount: number): Scratch {
  const distinctMax = Math.max(1, Math.min(codesMax, Math.floor(rowCount / 4)));
  let slotCount = 64;
  while (slotCount < distinctMax * 2) slotCount *= 2;
  const rowBytes = Math.ceil(rowCount / 16) * 64;
  const byteSize = rowBytes * 2 + slotCount * 4 + 64;
  const pointer = allocateBlock(byteSize);
  const codes = pointer + 64;
  const firstRows = codes + rowBytes;
  const slots = firstRows + rowBytes;
  const extremes = pointer;
  return { pointer, byteSize, codes, firstRows, slots, slotCount, distinctMax, extremes };
}

interface ColumnResult {
  readonly result: EncodedColumn | null;
  readonly zone: ZoneMap;
}

function encodeColumn(column: Column, scratch: Scratch): ColumnResult {
  const rowCount = column.length;
  const nullCount = nullsOf(column);
  if (nullCount === rowCount) return { result: null, zone: { nullCount } };
  const source = nullCount === 0 ? { ...column, validity: 0 } : column;
  if (layoutOf(column.type.name) === 'varlen') return encodeTexts(source, nullCount, scratch);
  const result = encodeFixed(source);
  return { result, zone: { nullCount, ...fixedExtremes(source, nullCount, scratch.extremes) } };
}

function nullsOf(column: Column): number {
  if (column.validity === 0) return 0;
  if (column.encoding === 'constant') return column.length;
  return column.length - kernels().countBits(column.validity, column.length);
}

/** Lays pieces out in one block, each at a multiple of 64, gaps zeroed. */
class Region {
  readonly #starts: number[] = [];
  readonly #sizes: number[];
  readonly byteSize: number;
  readonly pointer: number;

  constructor(sizes: readonly number[]) {
    let at = 0;
    for (const size of sizes) {
      this.#starts.push(at);
      at += Math.ceil(size / 64) * 64;
    }
    this.#sizes = [...sizes];
    this.byteSize = Math.max(64, at);
    this.pointer = allocateBlock(this.byteSize);
    const { u8 } = heap();
    for (const [index, size] of sizes.entries()) {
      const start = this.pointer + this.start(index);
      u8.fill(0, start + size, start + Math.ceil(size / 64) * 64);
    }
  }

  start(index: number): number {
    return this.#starts[index] as number;
  }

  at(index: number): number {
    return this.pointer + this.start(index);
  }

  copy(index: number, from: number): void {
    kernels().copyBytes(from, this.#sizes[index] as number, this.at(index));
  }
}

function validityBytes(column: Column): number {
  return column.validity === 0 ? 0 : Math.ceil(column.length / 8);
}

function finish(
  region: Region,
  column: Column,
  rest: Pick<StoredColumn, 'encoding' | 'values' | 'offsets'> & Partial<StoredColumn>,
): EncodedColumn {
  if (column.validity !== 0) region.copy(0, column.validity);
  const { byteSize, pointer } = region;
  const validity = column.validity === 0 ? -1 : 0;
  return { pointer, stored: { byteSize, crc: 0, validity, ...rest } };
}

function encodeFixed(column: Column): EncodedColumn {
  const layout = layoutOf(column.type.name);
  const rows = column.length;
  const byteSize = layout === 'bit' ? Math.ceil(rows / 8) : rows * valueBytes(layout);
  const region = new Region([validityBytes(column), byteSize]);
  region.copy(1, column.values);
  return finish(region, column, { encoding: 'plain', values: region.start(1), offsets: -1 });
}

function encodeTexts(column: Column, nullCount: number, scratch: Scratch): ColumnResult {
  const { values, offsets, validity, length } = column;
  const { slots, slotCount, distinctMax, codes, firstRows } = scratch;
  kernels().fillBytes(slots, 0, slotCount * 4);
  const distinct = kernels().dictionaryEncode(
    values,
    offsets,
    validity,
    length,
    slots,
    slotCount - 1,
    distinctMax,
    codes,
    firstRows,
  );
  if (distinct >= 0) return encodeDictionary(column, { nullCount, distinct }, scratch);
  const zone = { nullCount, ...textExtremes(column, scratch.extremes) };
  return { result: encodeHex(column) ?? encodePlainTexts(column), zone };
}

function encodeDictionary(
  column: Column,
  counts: { readonly nullCount: number; readonly distinct: number },
  scratch: Scratch,
): ColumnResult {
  const { distinct, nullCount } = counts;
  const { codes, firstRows } = scratch;
  const k = kernels();
  const codeBytes = distinct <= 256 ? 1 : 2;
  // The offsets go over the hash slots, which are not needed any more.
  const textBytes = k.gatherOffsets(column.offsets, firstRows, distinct, scratch.slots, 0) >>> 0;
  const region = new Region([
    validityBytes(column),
    column.length * codeBytes,
    textBytes,
    (distinct + 1) * 4,
  ]);
  k.narrowCodes(codes, column.length, codeBytes, region.at(1));
  region.copy(3, scratch.slots);
  k.gatherTexts(column.values, column.offsets, firstRows, distinct, region.at(3), region.at(2));
  const dictionary = { length: distinct, values: region.start(2), offsets: region.start(3) };
  const places = { values: region.start(1), offsets: -1 };
  const rest = { ...places, codeBytes, dictionary } as const;
  const result = finish(region, column, { encoding: 'dictionary', ...rest });
  const words: Column = {
    encoding: 'plain',
    type: column.type,
    length: distinct,
    validity: 0,
    values: region.at(2),
    offsets: region.at(3),
  };
  return { result, zone: { nullCount, distinct, ...textExtremes(words, scratch.extremes) } };
}

function encodeHex(column: Column): EncodedColumn | undefined {
  if (!textTypes.has(column.type.name)) return undefined;
  const textLength = firstTextLength(column);
  const hasLength = textLength >= hexLengthMin && textLength <= hexLengthMax;
  if (!hasLength || textLength % 2 !== 0) return undefined;
  const hexBytes = textLength / 2;
  const region = new Region([validityBytes(column), column.length * hexBytes]);
  const isHex = kernels().hexPack(
    column.values,
    column.offsets,
    column.validity,
    column.length,
    hexBytes,
    region.at(1),
  );
  if (isHex === 0) {
    freeBlock(region.pointer, region.byteSize);
    return undefined;
  }
  const places = { values: region.start(1), offsets: -1 };
  return finish(region, column, { encoding: 'hex', ...places, hexBytes });
}

/** The filter of a text column of many different values. */
function encodeFilter(
  column: EncodedColumn,
  type: SqlType,
  rowCount: number,
): EncodedColumn | null {
  const source = textTypes.has(type.name) ? filteredValues(column, rowCount) : undefined;
  if (source === undefined || source.count < entriesMin) return null;
  const wholeBytes = filterBytes(source.count);
  const whole = allocateBlock(wholeBytes);
  try {
    const region = new Region([buildFilter(source, whole)]);
    region.copy(0, whole);
    const rest = { encoding: 'plain', validity: -1, values: 0, offsets: -1 } as const;
    return { pointer: region.pointer, stored: { byteSize: region.byteSize, crc: 0, ...rest } };
  } finally {
    freeBlock(whole, wholeBytes);
  }
}

function filteredValues(
  { pointer, stored }: EncodedColumn,
  rowCount: number,
): FilteredValues | undefined {
  const { dictionary, hexBytes } = stored;
  if (dictionary !== undefined) {
    const { length: count, values, offsets } = dictionary;
    return { values: pointer + values, offsets: pointer + offsets, count };
  }
  if (hexBytes === undefined) return undefined;
  const validity = stored.validity < 0 ? 0 : pointer + stored.validity;
  return { values: pointer + stored.values, width: hexBytes, validity, count: rowCount };
}

function firstTextLength(column: Column): number {
  const { u8, u32 } = heap();
  const isNull = (row: number) =>
    column.validity !== 0 &&
    (((u8[column.validity + (row >>> 3)] as number) >>> (row & 7)) & 1) === 0;
  let row = 0;
  while (row < column.length && isNull(row)) row++;
  const at = (column.offsets >>> 2) + row;
  return (u32[at + 1] as number) - (u32[at] as number);
}

function encodePlainTexts(column: Column): EncodedColumn {
  const rows = column.length;
  const textBytes = heap().u32[(column.offsets >>> 2) + rows] as number;
  const region = new Region([validityBytes(column), textBytes, (rows + 1) * 4]);
  region.copy(1, column.values);
  region.copy(2, column.offsets);
  const places = { values: region.start(1), offsets: region.start(2) };
  return finish(region, column, { encoding: 'plain', ...places });
}

interface Extremes {
  readonly min?: Datum;
  readonly max?: Datum;
}

function textExtremes(column: Column, out: number): Extremes {
  if (!textTypes.has(column.type.name)) return {};
  const { values, offsets, validity, length } = column;
  if (kernels().extremeTexts(values, offsets, validity, length, out) === 0) return {};
  const { u32, bytes } = heap();
  const text = (row: number) => {
    const start = u32[(offsets >>> 2) + row] as number;
    const end = u32[(offsets >>> 2) + row + 1] as number;
    if (end - start > zoneTextBytesMax) return undefined;
    return bytes.toString('utf8', values + start, values + end);
  };
  const min = text(u32[out >>> 2] as number);
  const max = text(u32[(out >>> 2) + 2] as number);
  return min === undefined || max === undefined ? {} : { min, max };
}

function fixedExtremes(column: Column, nullCount: number, out: number): Extremes {
  const { values, validity, length } = column;
  const k = kernels();
  const { i16, i32, u32, i64, f32, f64 } = heap();
  const { name } = column.type;
  switch (layoutOf(name)) {
    case 'bit':
      return boolExtremes(column, length - nullCount);
    case 'i16':
      k.extremesI16(values, validity, length, out);
      return { min: i16[out >>> 1] as number, max: i16[(out + 8) >>> 1] as number };
    case 'i32':
      if (unsignedTypes.has(name)) {
        k.extremesU32(values, validity, length, out);
        return { min: u32[out >>> 2] as number, max: u32[(out + 8) >>> 2] as number };
      }
      k.extremesI32(values, validity, length, out);
      return { min: i32[out >>> 2] as number, max: i32[(out + 8) >>> 2] as number };
    case 'i64':
      if (name === 'xid8' || name === 'pg_lsn') return {};
      k.extremesI64(values, validity, length, out);
      return { min: i64[out / 8] as bigint, max: i64[out / 8 + 1] as bigint };
    // With a NaN, which PostgreSQL sorts last, no bound would be true.
    case 'f32':
      if (k.extremesF32(values, validity, length, out) < 0) return {};
      return { min: f32[out >>> 2] as number, max: f32[(out + 8) >>> 2] as number };
    case 'f64':
      if (k.extremesF64(values, validity, length, out) < 0) return {};
      return { min: f64[out / 8] as number, max: f64[out / 8 + 1] as number };
    case 'b16':
    case 'varlen':
      return {};
  }
}

function boolExtremes(column: Column, validCount: number): Extremes {
  const k = kernels();
  const bytes = Math.ceil(column.length / 8);
  let trueCount = 0;
  if (column.validity === 0) trueCount = k.countBits(column.values, column.length);
  else {
    const both = allocateBlock(bytes + 64);
    k.andBitmaps(column.values, column.validity, both, column.length);
    trueCount = k.countBits(both, column.length);
    freeBlock(both, bytes + 64);
  }
  return { min: trueCount === validCount, max: trueCount > 0 };
}
