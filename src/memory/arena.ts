/**
 * Memory that is freed all at once: bump allocation over blocks.
 *
 * A query has arenas of two lives: scratch, reset at every batch, and state, freed at the end.
 * An arena belongs to one thread. Its blocks count against a budget that operators share.
 */
import { SqlError } from '../errors/sql-error.ts';
import { allocateBlock, blockBytes, freeBlock } from './allocator.ts';

const alignBytes = 64;

/** Bytes that the arenas of one query on one thread may hold. */
export class Budget {
  readonly bytesMax: number;
  #used = 0;
  #peak = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  get usedBytes(): number {
    return this.#used;
  }

  get peakBytes(): number {
    return this.#peak;
  }

  /** Errors: 53200 when the budget is exceeded. */
  take(byteSize: number): void {
    if (this.#used + byteSize > this.bytesMax) {
      throw new SqlError('out_of_memory', 'out of memory', {
        detail: `The query's memory limit of ${this.bytesMax} bytes would be exceeded.`,
      });
    }
    this.#used += byteSize;
    if (this.#used > this.#peak) this.#peak = this.#used;
  }

  give(byteSize: number): void {
    this.#used -= byteSize;
  }
}

export interface Block {
  readonly pointer: number;
  readonly byteSize: number;
}

export class Arena {
  readonly #budget: Budget;
  readonly #blocks: Block[] = [];
  #blockIndex = -1;
  #next = 0;
  #end = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  get reservedBytes(): number {
    let sum = 0;
    for (const block of this.#blocks) sum += block.byteSize;
    return sum;
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
    this.#budget.take(byteSize);
    const block = { pointer: allocateBlock(byteSize), byteSize };
    this.#blocks.push(block);
    this.#use(this.#blocks.length - 1, block);
  }

  #use(index: number, block: Block): void {
    this.#blockIndex = index;
    this.#next = block.pointer;
    this.#end = block.pointer + block.byteSize;
  }

  /** Forgets every piece and keeps the blocks for reuse. */
  reset(): void {
    const first = this.#blocks[0];
    if (first) this.#use(0, first);
  }

  /** Hands the blocks over: whoever takes them frees each with `freeBlock`. */
  detach(): readonly Block[] {
    const blocks = [...this.#blocks];
    for (const block of blocks) this.#budget.give(block.byteSize);
    this.#forget();
    return blocks;
  }

  /** Gives every block back. The arena can be used again. */
  free(): void {
    for (const block of this.#blocks) {
      freeBlock(block.pointer, block.byteSize);
      this.#budget.give(block.byteSize);
    }
    this.#forget();
  }

  #forget(): void {
    this.#blocks.length = 0;
    this.#blockIndex = -1;
    this.#next = 0;
    this.#end = 0;
  }
}
