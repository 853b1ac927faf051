/**
 * Reads single values out of a column as datums. The reader is chosen once per column by layout
 * and encoding; dictionary entries are decoded once each.
 */
import { heap } from '../memory/heap.ts';
import { fromStorageBytes } from '../types/type-binary.ts';
import { layoutOf } from '../types/type-table.ts';
import type { Datum } from '../types/datum.ts';
import type { Column, DictionaryColumn, HexColumn } from './column.ts';
import { fixedReader } from './fixed-values.ts';
import { isTextLike } from './text-like.ts';

export type ColumnReader = (row: number) => Datum | null;

/** Reads row `row` of the column; the column's memory must live as long as the reader is used. */
export function columnReader(column: Column): ColumnReader {
  const read = valueReader(column);
  const { validity } = column;
  if (validity === 0) return read;
  const { u8 } = heap();
  if (column.encoding === 'constant') {
    const isNull = ((u8[validity] as number) & 1) === 0;
    return isNull ? () => null : read;
  }
  return (row) =>
    (((u8[validity + (row >>> 3)] as number) >>> (row & 7)) & 1) === 0 ? null : read(row);
}

function valueReader(column: Column): (row: number) => Datum {
  switch (column.encoding) {
    case 'dictionary':
      return dictionaryReader(column);
    case 'hex':
      return hexReader(column);
    case 'constant':
      return constantReader(column);
    case 'plain':
      return plainReader(column);
  }
}

function constantReader(column: Column): (row: number) => Datum {
  const read = plainReader(column);
  let value: Datum | undefined;
  return () => (value ??= read(0));
}

function plainReader(column: Column): (row: number) => Datum {
  const { type, values } = column;
  const layout = layoutOf(type.name);
  if (layout !== 'varlen') {
    const read = fixedReader(type.name, layout);
    return (row) => read(values, row);
  }
  const { u32, u8, bytes } = heap();
  const first = column.offsets >>> 2;
  if (isTextLike(type.name)) {
    return (row) => {
      const start = values + (u32[first + row] as number);
      return bytes.utf8Slice(start, values + (u32[first + row + 1] as number));
    };
  }
  return (row) => {
    const start = values + (u32[first + row] as number);
    const end = values + (u32[first + row + 1] as number);
    return fromStorageBytes(type, u8.slice(start, end));
  };
}

/** The code of a row of a dictionary column. */
export function codeReader(column: DictionaryColumn): (row: number) => number {
  const { u8, u16, u32 } = heap();
  const { values, codeBytes } = column;
  if (codeBytes === 1) return (row) => u8[values + row] as number;
  if (codeBytes === 2) return (row) => u16[(values >>> 1) + row] as number;
  return (row) => u32[(values >>> 2) + row] as number;
}

function dictionaryReader(column: DictionaryColumn): (row: number) => Datum {
  const code = codeReader(column);
  const read = plainReader(column.dictionary);
  const entries: (Datum | undefined)[] = [];
  return (row) => {
    const index = code(row);
    return (entries[index] ??= read(index));
  };
}

function hexReader(column: HexColumn): (row: number) => Datum {
  const { bytes } = heap();
  const { values, hexBytes } = column;
  return (row) => bytes.hexSlice(values + row * hexBytes, values + (row + 1) * hexBytes);
}

/** Whether row `row` is not NULL. */
export function isValid(column: Column, row: number): boolean {
  if (column.validity === 0) return true;
  const at = column.encoding === 'constant' ? 0 : row;
  return (((heap().u8[column.validity + (at >>> 3)] as number) >>> (at & 7)) & 1) === 1;
}

/**
 * Bytes of a value of a varlen column in its storage form, without decoding it: a view of shared
 * memory, except for hex columns, whose text is made.
 */
export function bytesReader(column: Column): (row: number) => Uint8Array {
  if (column.encoding === 'hex') {
    const read = hexReader(column);
    return (row) => Buffer.from(read(row) as string, 'latin1');
  }
  const { u8, u32 } = heap();
  const source = column.encoding === 'dictionary' ? column.dictionary : column;
  const { values } = source;
  const first = source.offsets >>> 2;
  const slice = (at: number) =>
    u8.subarray(values + (u32[first + at] as number), values + (u32[first + at + 1] as number));
  if (column.encoding === 'constant') return () => slice(0);
  if (column.encoding === 'plain') return slice;
  const code = codeReader(column);
  return (row) => slice(code(row));
}
