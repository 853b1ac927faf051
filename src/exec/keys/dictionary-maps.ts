/**
 * Ids of dictionary-encoded rows by table lookup: each distinct dictionary gets an array from
 * code to id, filled for the codes that rows really use, so ids stay in order of appearance.
 *
 *     code ──map──▶ id        a code not seen yet: intern its entry once, then map again
 *
 * A dictionary is known by its object, which slices of one segment share; memory may be reused
 * under the same pointer, an object never stands for other entries. A few maps are kept.
 */
import { kernels } from '../../kernels/kernels.ts';
import type { DictionaryColumn, PlainColumn } from '../../columns/column.ts';
import type { RowSet } from '../../functions/function-record.ts';
import type { Arena } from '../../memory/arena.ts';
import { Growable } from './growable.ts';
import type { TextInterner } from './interner.ts';

const unseen = 0xfffffffe;
const mapsKept = 4;
/** The map's word for NULL stands right before code 0's, so the map begins one line in. */
const headBytes = 64;

interface DictionaryMap {
  dictionary: PlainColumn | undefined;
  readonly cells: Growable;
}

export interface DictionaryUse {
  /** Entries without an id get one; otherwise 0xFFFFFFFF is their id. */
  readonly intern: boolean;
  /** The id of NULL where it is fixed; undefined: the interner's. */
  readonly nullId?: number;
}

export class DictionaryMaps {
  readonly #interner: TextInterner;
  readonly #use: DictionaryUse;
  readonly #maps: DictionaryMap[];
  #next = 0;

  constructor(interner: TextInterner, use: DictionaryUse, arena: Arena) {
    this.#interner = interner;
    this.#use = use;
    this.#maps = Array.from({ length: mapsKept }, () => ({
      dictionary: undefined,
      cells: new Growable(arena),
    }));
  }

  /** Writes the u32 id of each selected row to `out`. */
  ids(column: DictionaryColumn, rows: RowSet, out: number): void {
    const { dictionary, values, codeBytes, validity } = column;
    const { rowCount, selection } = rows;
    const map = this.#mapOf(dictionary);
    const missed = map + Math.ceil((dictionary.length * 4) / 64) * 64;
    const k = kernels();
    const run = () =>
      k.mapCodes(values, codeBytes, validity, selection, rowCount, map, out, missed);
    const count = run();
    if (count === 0) return;
    const { values: bytes, offsets } = dictionary;
    const entries = { values: bytes, offsets, codes: missed, count };
    if (this.#use.intern) this.#interner.internEntries(entries, map);
    else this.#interner.findEntries(entries, map);
    run();
  }

  #mapOf(dictionary: PlainColumn): number {
    for (const map of this.#maps) {
      if (map.dictionary === dictionary) return map.cells.pointer + headBytes;
    }
    const map = this.#maps[this.#next] as DictionaryMap;
    this.#next = (this.#next + 1) % mapsKept;
    map.dictionary = dictionary;
    map.cells.reserve(headBytes * 2 + (dictionary.length + 1) * 8 + 64, 0);
    const pointer = map.cells.pointer + headBytes;
    kernels().fill32(pointer - 4, unseen, dictionary.length + 1);
    const { nullId } = this.#use;
    if (nullId !== undefined) kernels().fill32(pointer - 4, nullId, 1);
    return pointer;
  }
}
