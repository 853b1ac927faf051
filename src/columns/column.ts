/**
 * A column: one SQL type's values for the rows of a batch, in shared memory, in Arrow's layout.
 *
 * It is plain data (structured-cloneable): any thread may rebuild and read it while the arena
 * that owns its pointers lives. Encodings other than `plain` keep values short on the way:
 *
 *   plain       values (and u32 offsets for varlen, absolute within `values`)
 *   dictionary  varlen types only: codes at `values` (1, 2 or 4 bytes, unsigned), index into
 *               `dictionary`, a plain varlen column without NULLs; a dictionary may hold entries
 *               that no row uses, and never holds two equal entries
 *   hex         text types only: every non-null value is lower-case hexadecimal of the same even
 *               length; `values` holds `hexBytes` bytes per row
 *   constant    all rows equal row 0 of `values`/`offsets`/`validity`, a one-row plain column
 *
 * Invariants
 *   - validity: bitmap, bit set = not null, 0 = no nulls. Bits past `length` are undefined.
 *   - A null row's value bytes are defined (any value that cannot trap), a null code is in range.
 *   - Buffers are readable up to a multiple of 64 bytes past their end (arenas pad).
 *   - A slice that starts at a multiple of 64 rows needs no bit offset: pointers move.
 */
import { assert } from '../errors/assert.ts';
import { layoutOf, valueBytes } from '../types/type-table.ts';
import type { SqlType } from '../types/sql-type.ts';

interface ColumnCore {
  readonly type: SqlType;
  readonly length: number;
  /** Pointer to the validity bitmap, or 0. */
  readonly validity: number;
  /** Pointer to values, codes, or varlen bytes. */
  readonly values: number;
  /** Pointer to length+1 u32 offsets (varlen plain and constant), or 0. */
  readonly offsets: number;
}

export interface PlainColumn extends ColumnCore {
  readonly encoding: 'plain';
}

export interface ConstantColumn extends ColumnCore {
  readonly encoding: 'constant';
}

export interface DictionaryColumn extends ColumnCore {
  readonly encoding: 'dictionary';
  readonly codeBytes: 1 | 2 | 4;
  readonly dictionary: PlainColumn;
}

export interface HexColumn extends ColumnCore {
  readonly encoding: 'hex';
  readonly hexBytes: number;
}

export type Column = PlainColumn | ConstantColumn | DictionaryColumn | HexColumn;

/** Rows [from, from + length) of the column; `from` is a multiple of 64. No bytes are copied. */
export function sliceColumn(column: Column, from: number, length: number): Column {
  assert(from % 64 === 0, 'slices start at a multiple of 64 rows');
  if (column.encoding === 'constant') return { ...column, length };
  const validity = column.validity === 0 ? 0 : column.validity + from / 8;
  if (column.encoding === 'dictionary') {
    return { ...column, length, validity, values: column.values + from * column.codeBytes };
  }
  if (column.encoding === 'hex') {
    return { ...column, length, validity, values: column.values + from * column.hexBytes };
  }
  const layout = layoutOf(column.type.name);
  if (layout === 'varlen')
    return { ...column, length, validity, offsets: column.offsets + from * 4 };
  const step = layout === 'bit' ? 1 / 8 : valueBytes(layout);
  return { ...column, length, validity, values: column.values + from * step };
}
