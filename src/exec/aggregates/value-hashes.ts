/**
 * Hashes of a column's values: equal values hash alike whatever their encoding and batch.
 *
 * A NULL's hash is 0, another value's never is.
 */
import { kernels } from '../../kernels/kernels.ts';
import { layoutOf } from '../../types/type-table.ts';
import type { Column, DictionaryColumn, PlainColumn } from '../../columns/column.ts';
import type { RowSet } from '../../functions/function-record.ts';
import type { Arena } from '../../memory/arena.ts';
import { denseRows } from '../keys/column-buffer.ts';
import { flattenColumn } from '../keys/gather-column.ts';
import { normalTexts, wordsOf } from '../keys/key-column.ts';

/** Pointer to a u64 hash per position, in the arena. */
export function hashValues(column: Column, rows: RowSet, arena: Arena): number {
  if (column.encoding === 'dictionary') return hashCodes(column, rows, arena);
  const plain = flattenColumn(column, rows, arena);
  const from = plain === column ? rows : denseRows(rows.rowCount);
  const { selection, rowCount: count } = from;
  const layout = layoutOf(plain.type.name);
  const k = kernels();
  const out = arena.allocate(count * 8);
  if (layout !== 'varlen' && layout !== 'b16') {
    const words = wordsOf(plain, { validity: plain.validity, rows: selection, count }, arena);
    k.hashWords(words, plain.validity, selection, count, out);
    return out;
  }
  const dense = normalTexts(flattenColumn(plain, from, arena), arena);
  const words = hashTexts(dense, arena);
  k.hashWords(words, dense.validity, 0, count, out);
  return out;
}

function hashTexts(column: PlainColumn, arena: Arena): number {
  const { length, values, offsets } = column;
  const words = arena.allocate(length * 8);
  const isWide = layoutOf(column.type.name) === 'b16';
  kernels().hashTexts(values, isWide ? 0 : offsets, isWide ? 16 : 0, 0, length, words);
  return words;
}

function hashCodes(column: DictionaryColumn, rows: RowSet, arena: Arena): number {
  const { rowCount: count, selection } = rows;
  const { dictionary, validity } = column;
  const entries = hashValues(dictionary, denseRows(dictionary.length), arena);
  const codes = arena.allocate(count * 4);
  const out = arena.allocate(count * 8);
  const k = kernels();
  k.gatherCodes(column.values, column.codeBytes, selection, count, codes);
  k.hashesOfCodes(entries, codes, validity, selection, count, out);
  return out;
}
