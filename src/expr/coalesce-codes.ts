/**
 * COALESCE of a dictionary column and a text: NULL becomes the code of the text's entry.
 *
 *     codes 0 - 1, dictionary GET POST, 'null'   ──▶   codes 0 2 1, dictionary GET POST null
 */
import type { DictionaryColumn, PlainColumn } from '../columns/column.ts';
import { kernels } from '../kernels/kernels.ts';
import type { Arena } from '../memory/arena.ts';
import { heap } from '../memory/heap.ts';
import type { SqlType } from '../types/sql-type.ts';

export interface CoalescedText {
  readonly bytes: Uint8Array;
  readonly type: SqlType;
}

export function coalesceCodes(
  column: DictionaryColumn,
  { bytes, type }: CoalescedText,
  arena: Arena,
): DictionaryColumn {
  if (column.validity === 0) return { ...column, type };
  const { dictionary, length, validity } = column;
  const text = arena.allocate(bytes.length);
  heap().u8.set(bytes, text);
  const k = kernels();
  const { values, offsets } = dictionary;
  const known = k.findText(values, offsets, dictionary.length, text, bytes.length);
  const code = known < 0 ? dictionary.length : known;
  const entries =
    known < 0 ? extended(dictionary, { text, size: bytes.length }, arena) : dictionary;
  const source = fitting(column, code, arena);
  const { codeBytes } = source;
  const codes = arena.allocate(length * codeBytes + 16);
  k.fillNullCodes(source.values, codeBytes, validity, length, code, codes);
  return { ...source, type, validity: 0, values: codes, dictionary: entries };
}

/** The column with codes that are wide enough for one more. */
function fitting(column: DictionaryColumn, code: number, arena: Arena): DictionaryColumn {
  if (code < 2 ** (column.codeBytes * 8)) return column;
  const values = arena.allocate(column.length * 4);
  kernels().gatherCodes(column.values, column.codeBytes, 0, column.length, values);
  return { ...column, codeBytes: 4, values };
}

/** The dictionary with one more entry. */
function extended(
  dictionary: PlainColumn,
  { text, size }: { readonly text: number; readonly size: number },
  arena: Arena,
): PlainColumn {
  const { length } = dictionary;
  const { u32 } = heap();
  const first = u32[dictionary.offsets >>> 2] as number;
  const end = u32[(dictionary.offsets >>> 2) + length] as number;
  const values = arena.allocate(end - first + size + 8);
  const offsets = arena.allocate((length + 2) * 4);
  const k = kernels();
  k.copyBytes(dictionary.values + first, end - first, values);
  k.copyBytes(text, size, values + end - first);
  k.gatherOffsets(dictionary.offsets, 0, length, offsets, 0);
  u32[(offsets >>> 2) + length + 1] = end - first + size;
  return { ...dictionary, length: length + 1, values, offsets };
}
