/**
 * Pieces of shared memory for the main thread: small ones carved out of 64 KiB pages, large ones
 * whole blocks. Sizes are powers of two up to 32 KiB, then the allocator's size classes.
 */
import { allocateBlock, blockBytes, freeBlock } from '../memory/allocator.ts';
import { pageBytes } from '../memory/heap.ts';

const smallestBytes = 64;
const smallMax = pageBytes / 2;

export class BlockPool {
  readonly #free = new Map<number, number[]>();
  readonly #pages: number[] = [];
  #used = 0;

  /** Bytes in pieces that are handed out. */
  get usedBytes(): number {
    return this.#used;
  }

  /** Bytes that a piece of `byteSize` really has. */
  static capacity(byteSize: number): number {
    if (byteSize > smallMax) return blockBytes(byteSize);
    let capacity = smallestBytes;
    while (capacity < byteSize) capacity *= 2;
    return capacity;
  }

  /** A piece of `BlockPool.capacity(byteSize)` bytes, 64-byte aligned. Errors: 53200. */
  allocate(byteSize: number): number {
    const capacity = BlockPool.capacity(byteSize);
    const pointer = capacity > smallMax ? allocateBlock(capacity) : this.#allocateSmall(capacity);
    this.#used += capacity;
    return pointer;
  }

  #allocateSmall(capacity: number): number {
    let list = this.#free.get(capacity);
    if (list === undefined) {
      list = [];
      this.#free.set(capacity, list);
    }
    if (list.length === 0) {
      const page = allocateBlock(pageBytes);
      this.#pages.push(page);
      for (let at = pageBytes - capacity; at >= 0; at -= capacity) list.push(page + at);
    }
    return list.pop() as number;
  }

  free(pointer: number, byteSize: number): void {
    const capacity = BlockPool.capacity(byteSize);
    this.#used -= capacity;
    if (capacity > smallMax) freeBlock(pointer, capacity);
    else this.#free.get(capacity)?.push(pointer);
  }

  /** Gives the pages of small pieces back; the pool is over. */
  close(): void {
    for (const page of this.#pages.splice(0)) freeBlock(page, pageBytes);
    this.#free.clear();
  }
}
