/**
 * The shared words of one parallel fragment:
 *
 *   0   generation × 256 + closed (128) + helpers that claimed, ever
 *   4   helpers that finished
 *   8   next morsel
 *   12  stop flag of this fragment alone (stop-flag.ts)
 *   16  messages posted by helpers: the driver sleeps on it
 *   32  by helper: batches of its that the driver has let go, 4 bytes each
 *
 * A helper may read an old offer: the generation tells it that the words now serve another
 * fragment. Cells are used again, so they are never cleared, only prepared anew.
 */
import { heap } from '../memory/heap.ts';
import type { CellPool } from './cell-pool.ts';
import { raiseStop } from './stop-flag.ts';

export const helpersMax = 48;
const closedBit = 128;
const generationStep = 256;
const generationMask = 0x7fffff;

export class FragmentControl {
  readonly pointer: number;
  readonly generation: number;

  constructor(pointer: number, generation: number) {
    this.pointer = pointer;
    this.generation = generation;
  }

  get stopCell(): number {
    return this.pointer + 12;
  }

  /** Becomes a helper: its number 1 … n, or 0 when the fragment is over or full. */
  claim(): number {
    const { i32 } = heap();
    for (;;) {
      const word = Atomics.load(i32, this.#index(0));
      const helpers = word & (closedBit - 1);
      if (word >>> 8 !== this.generation || (word & closedBit) !== 0) return 0;
      if (helpers >= helpersMax) return 0;
      if (Atomics.compareExchange(i32, this.#index(0), word, word + 1) === word) return helpers + 1;
    }
  }

  /** Lets nobody in any more; returns how many helpers claimed, ever. */
  close(): number {
    return Atomics.or(heap().i32, this.#index(0), closedBit) & (closedBit - 1);
  }

  get claimed(): number {
    return Atomics.load(heap().i32, this.#index(0)) & (closedBit - 1);
  }

  nextMorsel(morselCount: number): number {
    const next = Atomics.add(heap().i32, this.#index(8), 1);
    return next < morselCount ? next : -1;
  }

  /** Stops helpers at their next pull. */
  stop(): void {
    raiseStop(this.stopCell, 'limit');
  }

  /** A helper posted a message. */
  announce(): void {
    Atomics.add(heap().i32, this.#index(16), 1);
    Atomics.notify(heap().i32, this.#index(16));
  }

  get announced(): number {
    return Atomics.load(heap().i32, this.#index(16));
  }

  /** Sleeps until something is announced after `seen`, a few milliseconds at most. */
  sleep(seen: number): void {
    Atomics.wait(heap().i32, this.#index(16), seen, 5);
  }

  letGo(helper: number): void {
    Atomics.add(heap().i32, this.#index(32 + helper * 4), 1);
  }

  lettingGo(helper: number): number {
    return Atomics.load(heap().i32, this.#index(32 + helper * 4));
  }

  #index(offset: number): number {
    return (this.pointer + offset) >>> 2;
  }
}

let generations = 0;

/** Control words that nobody uses, prepared for a new fragment. */
export function newFragmentControl(pool: CellPool): FragmentControl {
  generations = (generations + 1) & generationMask;
  const pointer = pool.take();
  const { i32 } = heap();
  for (let word = 1; word < 64; word++) Atomics.store(i32, (pointer >>> 2) + word, 0);
  Atomics.store(i32, pointer >>> 2, generations * generationStep);
  return new FragmentControl(pointer, generations);
}
