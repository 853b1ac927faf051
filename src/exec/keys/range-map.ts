/**
 * Ids of integer keys that lie close together, by table lookup in place of hashing: status codes,
 * severities, days, booleans.
 *
 *     word − least ──map──▶ id        a cell not seen yet: intern its word, then map again
 *
 * The range is chosen from the first batch with room on both sides. Batches that reach outside are
 * left to the interner; after a few of them the map is given up.
 */
import { kernels } from '../../kernels/kernels.ts';
import { heap } from '../../memory/heap.ts';
import type { Arena } from '../../memory/arena.ts';
import type { KeyRows, WordInterner } from './interner.ts';

const unseen = 0xfffffffe;
const cellsMax = 65_536n;
const outsideMax = 4;
const headBytes = 64;

interface Target {
  readonly out: number;
  readonly scratch: Arena;
}

export class RangeMap {
  readonly #interner: WordInterner;
  readonly #state: Arena;
  #map = 0;
  /** Pointer to the u64 least word. */
  #bounds = 0;
  #least = 0n;
  #size = 0n;
  #outsideCount = 0;

  constructor(interner: WordInterner, state: Arena) {
    this.#interner = interner;
    this.#state = state;
  }

  /** Whether the map was given up. */
  get isOver(): boolean {
    return this.#outsideCount > outsideMax;
  }

  /** Writes the ids of all positions to `out`, or answers false and leaves them to the interner. */
  intern(words: number, key: KeyRows, { out, scratch }: Target): boolean {
    const { validity, rows, count } = key;
    if (this.isOver || !this.#holds(words, key, scratch)) return false;
    const missed = scratch.allocate(count * 4);
    const k = kernels();
    const run = () =>
      k.mapWords(words, this.#bounds, validity, rows, count, this.#map, out, missed);
    const misses = run();
    if (misses === 0) return true;
    const newWords = scratch.allocate(misses * 8);
    const newRows = scratch.allocate(misses * 4);
    const ids = scratch.allocate(misses * 4);
    k.gather64(words, missed, misses, newWords);
    if (rows === 0) k.copyBytes(missed, misses * 4, newRows);
    else k.gather32(rows, missed, misses, newRows);
    this.#interner.intern(newWords, { validity, rows: newRows, count: misses }, ids);
    k.setCells(words, this.#bounds, validity, rows, missed, misses, this.#map, ids);
    run();
    return true;
  }

  /** Whether every word of the batch is in the range, which the first batch chooses. */
  #holds(words: number, { validity, rows, count }: KeyRows, scratch: Arena): boolean {
    const range = scratch.allocate(16);
    kernels().rangeOfWords(words, validity, rows, count, range);
    const { i64 } = heap();
    const least = i64[range / 8] as bigint;
    const most = i64[range / 8 + 1] as bigint;
    if (least > most) return this.#map !== 0;
    if (this.#map === 0) this.#choose(least, most);
    const isInside = least >= this.#least && most < this.#least + this.#size;
    if (!isInside) this.#outsideCount++;
    return isInside;
  }

  #choose(least: bigint, most: bigint): void {
    const span = most - least + 1n;
    if (span * 2n > cellsMax) {
      this.#outsideCount = outsideMax + 1;
      return;
    }
    const size = span * 2n < 1024n ? 1024n : span * 2n;
    this.#size = size;
    this.#least = least - (size - span) / 2n;
    const cells = Number(size);
    this.#bounds = this.#state.allocate(headBytes * 2 + cells * 4);
    this.#map = this.#bounds + headBytes * 2;
    heap().u64[this.#bounds / 8] = BigInt.asUintN(64, this.#least);
    kernels().fill32(this.#map - 4, unseen, cells + 1);
  }
}
