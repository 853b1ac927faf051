/**
 * Memory that is freed all at once: bump allocation over blocks.
 *
 * A query has arenas of two lives: scratch, reset at every batch, and state, freed at the end.
 * An arena belongs to one thread. Its blocks count against a budget that all of a query's share.
 */
import { SqlError } from '../errors/sql-error.ts';
import { allocateBlock, blockBytes, freeBlock } from './allocator.ts';
import { heap, pageBytes } from './heap.ts';

const alignBytes = 64;

/**
 * Bytes that the arenas of one query may hold, on all its threads together: they count in shared
 * words, u32 pages held · u32 most pages held, at `words`; 0: on this thread alone.
 */
export class Budget {
  readonly bytesMax: number;
  readonly #words: Int32Array;
  readonly #at: number;

  constructor(bytesMax: number, words = 0) {
    this.bytesMax = bytesMax;
    this.#words = words === 0 ? new Int32Array(2) : heap().i32;
    this.#at = words >>> 2;
  }

  /** Sets the shared words to nothing held; before any thread counts in them. */
  static clear(words: number): void {
    const { i32 } = heap();
    Atomics.store(i32, words >>> 2, 0);
    Atomics.store(i32, (words >>> 2) + 1, 0);
  }

  get usedBytes(): number {
    return Atomics.load(this.#words, this.#at) * pageBytes;
  }

  get peakBytes(): number {
    return Atomics.load(this.#words, this.#at + 1) * pageBytes;
  }

  /** `byteSize` is that of a block. Errors: 53200 when the budget is exceeded. */
  take(byteSize: number): void {
    const pages = byteSize / pageBytes;
    const held = Atomics.add(this.#words, this.#at, pages) + pages;
    if (held * pageBytes > this.bytesMax) {
      Atomics.sub(this.#words, this.#at, pages);
      throw new SqlError('out_of_memory', 'out of memory', {
        detail: `The query's memory limit of ${this.bytesMax} bytes would be exceeded.`,
      });
    }
    for (;;) {
      const most = Atomics.load(this.#words, this.#at + 1);
      if (held <= most) return;
      Atomics.compareExchange(this.#words, this.#at + 1, most, held);
    }
  }

  give(byteSize: number): void {
    Atomics.sub(this.#words, this.#at, byteSize / pageBytes);
  }
}

export interface Block {
  readonly pointer: number;
  readonly byteSize: number;
}

/** Pieces below share blocks. */
const ownBlockBytes = 16 * pageBytes;

export class Arena {
  readonly #budget: Budget;
  readonly #blocks: Block[] = [];
  /** Blocks of one piece each, by pointer: their sizes. */
  #own: Map<number, number> | undefined;
  #blockIndex = -1;
  #next = 0;
  #end = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  get reservedBytes(): number {
    let sum = 0;
    for (const block of this.#blocks) sum += block.byteSize;
    for (const byteSize of this.#own?.values() ?? []) sum += byteSize;
    return sum;
  }

  /** As `allocate`, for a piece that `release` may give back before the arena's end. */
  allocateReleasable(byteSize: number): number {
    if (byteSize < ownBlockBytes) return this.allocate(byteSize);
    const taken = blockBytes(byteSize);
    const pointer = this.#takeBlock(taken);
    (this.#own ??= new Map()).set(pointer, taken);
    return pointer;
  }

  /** Gives a piece back, when it is large enough to have a block of its own. */
  release(pointer: number): void {
    const byteSize = this.#own?.get(pointer);
    if (byteSize === undefined) return;
    this.#own?.delete(pointer);
    this.#giveBlock({ pointer, byteSize });
  }

  /** A 64-byte aligned piece; contents undefined. Zero bytes still gives a valid pointer. */
  allocate(byteSize: number): number {
    const size = Math.ceil(Math.max(1, byteSize) / alignBytes) * alignBytes;
    if (this.#next + size > this.#end) this.#advance(size);
    const pointer = this.#next;
    this.#next += size;
    return pointer;
  }

  #advance(size: number): void {
    for (let index = this.#blockIndex + 1; index < this.#blocks.length; index++) {
      const block = this.#blocks[index] as Block;
      if (block.byteSize >= size) {
        this.#use(index, block);
        return;
      }
    }
    const wanted = Math.max(size, Math.min(this.#blocks.length, 16) * 65_536);
    const byteSize = blockBytes(wanted);
    const block = { pointer: this.#takeBlock(byteSize), byteSize };
    this.#blocks.push(block);
    this.#use(this.#blocks.length - 1, block);
  }

  #takeBlock(byteSize: number): number {
    this.#budget.take(byteSize);
    let pointer = 0;
    try {
      pointer = allocateBlock(byteSize);
    } finally {
      if (pointer === 0) this.#budget.give(byteSize);
    }
    return pointer;
  }

  #giveBlock({ pointer, byteSize }: Block): void {
    freeBlock(pointer, byteSize);
    this.#budget.give(byteSize);
  }

  #use(index: number, block: Block): void {
    this.#blockIndex = index;
    this.#next = block.pointer;
    this.#end = block.pointer + block.byteSize;
  }

  /** Forgets every piece and keeps the shared blocks for reuse. */
  reset(): void {
    this.#freeOwn();
    const first = this.#blocks[0];
    if (first) this.#use(0, first);
  }

  /** Hands the blocks over: who takes them frees each and gives its bytes to the budget. */
  detach(): readonly Block[] {
    const own = [...(this.#own ?? [])].map(([pointer, byteSize]) => ({ pointer, byteSize }));
    const blocks = [...this.#blocks, ...own];
    this.#own?.clear();
    this.#forget();
    return blocks;
  }

  /** Gives every block back. The arena can be used again. */
  free(): void {
    for (const block of this.#blocks) this.#giveBlock(block);
    this.#freeOwn();
    this.#forget();
  }

  #freeOwn(): void {
    if (this.#own === undefined) return;
    for (const [pointer, byteSize] of this.#own) this.#giveBlock({ pointer, byteSize });
    this.#own.clear();
  }

  #forget(): void {
    this.#blocks.length = 0;
    this.#blockIndex = -1;
    this.#next = 0;
    this.#end = 0;
  }
}
