/**
 * Keys of one or several columns to dense ids, and back.
 *
 *     k0 ──▶ id0 ─┐
 *     k1 ──▶ id1 ─┴▶ pair id ─┐
 *     k2 ──▶ id2 ─────────────┴▶ pair id = id of the whole key
 *
 * Invariants
 *   - Ids are dense, 0 … count-1, in order of first appearance.
 *   - With `skipsNulls` a key with a NULL part has no id (`noId`); else NULL is a value.
 */
import { must } from '../../errors/assert.ts';
import { kernels } from '../../kernels/kernels.ts';
import { sliceColumn, type Column, type PlainColumn } from '../../columns/column.ts';
import { isByteEqual } from '../../columns/text-like.ts';
import type { RowSet } from '../../functions/function-record.ts';
import type { Arena } from '../../memory/arena.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { gatherColumn, gatherValidity } from './gather-column.ts';
import { PairInterner } from './interner.ts';
import { keyColumn, type KeyColumn, type KeyMemory, type KeyUse } from './key-column.ts';

export class GroupKeys {
  readonly #columns: readonly KeyColumn[];
  readonly #pairs: readonly PairInterner[];
  readonly #memory: KeyMemory;
  /** Values of the columns by id, made once when keys are asked for; undefined after new ones. */
  #values: readonly Column[] | undefined;

  /** At least one type. Errors: 42883 for a type without an equality. */
  constructor(types: readonly SqlType[], memory: KeyMemory) {
    this.#columns = types.map((type) => keyColumn(type, memory));
    this.#pairs = types.slice(1).map(() => new PairInterner(memory.state));
    this.#memory = memory;
  }

  get count(): number {
    return (this.#pairs.at(-1) ?? must(this.#columns[0], 'a key column')).count;
  }

  /** Pointer to the u32 id of each selected row, in scratch memory; new keys get new ids. */
  intern(columns: readonly Column[], rows: RowSet): number {
    return this.#ids(columns, rows, 'intern');
  }

  /** Like `intern`; keys without an id are answered by `noId`. */
  find(columns: readonly Column[], rows: RowSet): number {
    return this.#ids(columns, rows, 'find');
  }

  #ids(columns: readonly Column[], rows: RowSet, use: KeyUse): number {
    const { scratch } = this.#memory;
    const count = rows.rowCount;
    if (count === 0) return scratch.allocate(0);
    this.#values = undefined;
    let ids = 0;
    let idCount = 0;
    for (const [index, key] of this.#columns.entries()) {
      const low = scratch.allocate(count * 4);
      key.ids(must(columns[index], `key ${index}`), rows, use, low);
      const pair = this.#pairs[index - 1];
      if (pair === undefined) ids = low;
      else {
        const highCount = Math.max(1, idCount);
        const lowCount = Math.max(1, key.count);
        const pairs = { high: ids, low, count, highCount, lowCount };
        ids = scratch.allocate(count * 4);
        if (use === 'intern') pair.intern(pairs, ids, scratch);
        else pair.find(pairs, ids, scratch);
      }
      idCount = pair === undefined ? key.count : pair.count;
    }
    return ids;
  }

  /** Key columns of ids [from, from + count), dense; `from` is a multiple of 64. */
  columns(from: number, count: number, arena: Arena): Column[] {
    if (this.#pairs.length === 0) return [sliceColumn(this.#valuesOf(0), from, count)];
    const k = kernels();
    const result: Column[] = [];
    let ids = arena.allocate(count * 4);
    k.fillSequence(ids, from, count);
    for (let index = this.#pairs.length; index > 0; index--) {
      const pair = must(this.#pairs[index - 1], 'a pair');
      const words = arena.allocate(count * 8);
      const high = arena.allocate(count * 4);
      const low = arena.allocate(count * 4);
      k.gather64(pair.keys, ids, count, words);
      k.splitWords(words, count, high, low);
      result.unshift(this.#gather(index, low, count, arena));
      ids = high;
    }
    result.unshift(this.#gather(0, ids, count, arena));
    return result;
  }

  #valuesOf(index: number): Column {
    this.#values ??= this.#columns.map((column) => column.values());
    return must(this.#values[index], 'a key column');
  }

  #gather(index: number, rows: number, count: number, arena: Arena): Column {
    const values = this.#valuesOf(index);
    const list = { rows, count, hasNullRows: false };
    if (values.length * 2 > this.count || !areEntries(values, arena)) {
      return gatherColumn(values, list, arena);
    }
    const validity = values.validity === 0 ? 0 : gatherValidity(values, list, arena);
    return {
      ...values,
      encoding: 'dictionary',
      length: count,
      validity,
      values: rows,
      offsets: 0,
      codeBytes: 4,
      dictionary: { ...values, validity: 0 },
    };
  }
}

/** Whether the values can be a dictionary: texts of which no two are equal; NULL stands as ''. */
function areEntries(values: Column, arena: Arena): values is PlainColumn {
  if (values.encoding !== 'plain' || !isByteEqual(values.type.name)) return false;
  if (values.validity === 0) return true;
  const { values: bytes, offsets, length } = values;
  const nothing = arena.allocate(8);
  const first = kernels().findText(bytes, offsets, length, nothing, 0) + 1;
  return kernels().findText(bytes, offsets + first * 4, length - first, nothing, 0) < 0;
}
