/**
 * Small pieces of shared memory for flags and counters that threads share: 256 bytes each, so
 * that two of them never lie in one cache line. A pool belongs to one thread, its cells to all.
 */
import { allocateBlock, freeBlock } from '../memory/allocator.ts';
import { pageBytes } from '../memory/heap.ts';

const cellBytes = 256;

export class CellPool {
  readonly #blocks: number[] = [];
  readonly #free: number[] = [];

  /** Pointer to 256 bytes, contents undefined: who held it before may still look at it. */
  take(): number {
    return this.#free.pop() ?? this.#grow();
  }

  #grow(): number {
    const block = allocateBlock(pageBytes);
    this.#blocks.push(block);
    for (let at = cellBytes; at < pageBytes; at += cellBytes) this.#free.push(block + at);
    return block;
  }

  give(pointer: number): void {
    this.#free.push(pointer);
  }

  /** Gives all blocks back; no cell may be in use. */
  close(): void {
    for (const block of this.#blocks) freeBlock(block, pageBytes);
    this.#blocks.length = 0;
    this.#free.length = 0;
  }
}
