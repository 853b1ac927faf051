/** Shared memory and columns of datums for tests. */
import { initializeAllocator } from '../memory/allocator.ts';
import { Arena, Budget } from '../memory/arena.ts';
import { attachHeap, createSharedMemory, heap } from '../memory/heap.ts';
import type { Datum } from '../types/datum.ts';
import type { TypeName } from '../types/sql-type.ts';
import { sqlType } from '../types/type-table.ts';
import { buildColumn } from './builder.ts';
import type { Column } from './column.ts';

attachHeap(createSharedMemory(256 * 2 ** 20));
initializeAllocator();

export const testArena = new Arena(new Budget(200 * 2 ** 20));

export type Values = readonly (Datum | null)[];

export function column(type: TypeName, values: Values): Column {
  return buildColumn(sqlType(type), values, testArena);
}

/** The same rows as a dictionary column. */
export function dictionary(type: TypeName, values: Values, codeBytes: 1 | 2 | 4 = 1): Column {
  const plain = buildColumn(sqlType(type), values, testArena);
  const entries = [...new Set(values.filter((value) => value !== null))];
  const codes = testArena.allocate(values.length * codeBytes);
  const { u8, u16, u32 } = heap();
  values.forEach((value, row) => {
    const code = value === null ? 0 : entries.indexOf(value);
    if (codeBytes === 1) u8[codes + row] = code;
    else if (codeBytes === 2) u16[(codes >>> 1) + row] = code;
    else u32[(codes >>> 2) + row] = code;
  });
  return {
    encoding: 'dictionary',
    type: sqlType(type),
    length: values.length,
    validity: plain.validity,
    values: codes,
    offsets: 0,
    codeBytes,
    dictionary: buildColumn(sqlType(type), entries, testArena),
  };
}

export function hexColumn(values: readonly (string | null)[]): Column {
  const plain = buildColumn(sqlType('text'), values, testArena);
  const hexBytes = (values.find((value) => value !== null)?.length ?? 0) / 2;
  const at = testArena.allocate(values.length * hexBytes);
  values.forEach((value, row) => {
    if (value !== null) heap().bytes.hexWrite(value, at + row * hexBytes, hexBytes);
  });
  return {
    encoding: 'hex',
    type: sqlType('text'),
    length: values.length,
    validity: plain.validity,
    values: at,
    offsets: 0,
    hexBytes,
  };
}
