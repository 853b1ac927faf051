/**
 * Hashes of a column's values: equal values hash alike whatever their encoding and batch.
 *
 * A NULL's hash is 0, another value's never is. The entries of a dictionary are hashed once while
 * batches share it.
 */
import { kernels } from '../../kernels/kernels.ts';
import { layoutOf } from '../../types/type-table.ts';
import type { Column, DictionaryColumn, PlainColumn } from '../../columns/column.ts';
import type { RowSet } from '../../functions/function-record.ts';
import type { Arena } from '../../memory/arena.ts';
import { denseRows } from '../keys/column-buffer.ts';
import { flattenColumn } from '../keys/gather-column.ts';
import { Growable } from '../keys/growable.ts';
import { normalTexts, wordsOf } from '../keys/key-column.ts';

export class ValueHashes {
  readonly #scratch: Arena;
  readonly #entries: Growable;
  #dictionary: PlainColumn | undefined;

  /** `state` keeps hashes of entries; `scratch`, which may be reset between calls, the others. */
  constructor(state: Arena, scratch: Arena) {
    this.#scratch = scratch;
    this.#entries = new Growable(state);
  }

  /** Pointer to a u64 hash per position, in scratch memory. */
  of(column: Column, rows: RowSet): number {
    if (column.encoding === 'dictionary') return this.#ofCodes(column, rows);
    const out = this.#scratch.allocate(rows.rowCount * 8);
    hashPlain(column, rows, { out, scratch: this.#scratch });
    return out;
  }

  #ofCodes(column: DictionaryColumn, rows: RowSet): number {
    const { rowCount: count, selection } = rows;
    const entries = this.#entriesOf(column.dictionary);
    const codes = this.#scratch.allocate(count * 4);
    const out = this.#scratch.allocate(count * 8);
    const k = kernels();
    k.gatherCodes(column.values, column.codeBytes, selection, count, codes);
    k.hashesOfCodes(entries, codes, column.validity, selection, count, out);
    return out;
  }

  #entriesOf(dictionary: PlainColumn): number {
    if (this.#dictionary !== dictionary) {
      const { length } = dictionary;
      this.#entries.reserve(length * 8, 0);
      const out = this.#entries.pointer;
      hashPlain(dictionary, denseRows(length), { out, scratch: this.#scratch });
      this.#dictionary = dictionary;
    }
    return this.#entries.pointer;
  }
}

interface HashTarget {
  readonly out: number;
  readonly scratch: Arena;
}

function hashPlain(column: Column, rows: RowSet, { out, scratch }: HashTarget): void {
  const plain = flattenColumn(column, rows, scratch);
  const from = plain === column ? rows : denseRows(rows.rowCount);
  const { selection, rowCount: count } = from;
  const layout = layoutOf(plain.type.name);
  const k = kernels();
  if (layout !== 'varlen' && layout !== 'b16') {
    const words = wordsOf(plain, { validity: plain.validity, rows: selection, count }, scratch);
    k.hashWords(words, plain.validity, selection, count, out);
    return;
  }
  const dense = normalTexts(flattenColumn(plain, from, scratch), scratch);
  const words = scratch.allocate(count * 8);
  const isWide = layout === 'b16';
  k.hashTexts(dense.values, isWide ? 0 : dense.offsets, isWide ? 16 : 0, 0, count, words);
  k.hashWords(words, dense.validity, 0, count, out);
}
