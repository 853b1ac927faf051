/**
 * Blocks of shared memory, from any thread.
 *
 * Sizes are rounded up to a size class: 64 KiB times 1, 1.25, 1.5, 1.75 times a power of two.
 * A freed block goes to its class's list and is handed out again, because touching a new page
 * costs ten times as much as reusing one.
 *
 *     byte 64  i32  lock: 0 free, 1 held
 *     byte 68  u32  bump: first page never handed out
 *     byte 72  u32  pages handed out and not freed
 *     byte 128 u32[64]  head page of the free list of each class (0 = empty); the first word
 *                       of a free block is the next block's page
 *
 * The lock is held for a few dozen instructions, so waiters spin.
 */
import { SqlError } from '../errors/sql-error.ts';
import { assert } from '../errors/assert.ts';
import { heap, pageBytes, type Heap } from './heap.ts';

const lockIndex = 64 >>> 2;
const bumpIndex = 68 >>> 2;
const usedIndex = 72 >>> 2;
const listsIndex = 128 >>> 2;
/** The first page holds the allocator's own words and cells of other process-wide state. */
const firstPage = 1;
const classCount = 64;

const classPages: readonly number[] = makeClassPages();

function makeClassPages(): number[] {
  const sizes = new Set<number>();
  for (let power = 1; power <= 65_536; power *= 2) {
    for (const quarter of [4, 5, 6, 7]) {
      const pages = (power * quarter) / 4;
      if (Number.isInteger(pages) && pages <= 65_535) sizes.add(pages);
    }
  }
  const sorted = [...sizes].toSorted((a, b) => a - b);
  assert(sorted.length <= classCount, 'too many size classes');
  return sorted;
}

function classOf(pages: number): number {
  let low = 0;
  let high = classPages.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((classPages[middle] as number) < pages) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Bytes that a block for `byteSize` bytes really takes. */
export function blockBytes(byteSize: number): number {
  const pages = Math.ceil(Math.max(1, byteSize) / pageBytes);
  return (classPages[classOf(pages)] as number) * pageBytes;
}

/** Prepares the allocator's words; the main thread calls it once after attaching the heap. */
export function initializeAllocator(): void {
  const { u32 } = heap();
  u32[bumpIndex] = firstPage;
  u32[usedIndex] = 0;
}

function locked<T>(h: Heap, body: () => T): T {
  while (Atomics.compareExchange(h.i32, lockIndex, 0, 1) !== 0);
  try {
    return body();
  } finally {
    Atomics.store(h.i32, lockIndex, 0);
  }
}

/**
 * A block of at least `byteSize` bytes, 64 KiB aligned, contents undefined.
 * Errors: 53200 when the shared memory is exhausted.
 */
export function allocateBlock(byteSize: number): number {
  const h = heap();
  const pages = Math.ceil(Math.max(1, byteSize) / pageBytes);
  const index = classOf(pages);
  const classSize = classPages[index] as number;
  const page = classSize >= pages ? locked(h, () => takePages(h, index, classSize)) : 0;
  if (page === 0) {
    throw new SqlError('out_of_memory', 'out of memory', {
      detail: `Failed on a request of ${byteSize} bytes in the shared column memory.`,
    });
  }
  return page * pageBytes;
}

function takePages(h: Heap, index: number, classSize: number): number {
  const head = h.u32[listsIndex + index] as number;
  if (head !== 0) {
    h.u32[listsIndex + index] = h.u32[(head * pageBytes) >>> 2] as number;
    h.u32[usedIndex] = (h.u32[usedIndex] as number) + classSize;
    return head;
  }
  const bump = h.u32[bumpIndex] as number;
  if ((bump + classSize) * pageBytes <= h.u8.length) {
    h.u32[bumpIndex] = bump + classSize;
    h.u32[usedIndex] = (h.u32[usedIndex] as number) + classSize;
    return bump;
  }
  return splitLarger(h, index, classSize);
}

/** Takes the front of a larger free block and files the rest away, page by page class. */
function splitLarger(h: Heap, index: number, classSize: number): number {
  for (let larger = index + 1; larger < classPages.length; larger++) {
    const head = h.u32[listsIndex + larger] as number;
    if (head === 0) continue;
    h.u32[listsIndex + larger] = h.u32[(head * pageBytes) >>> 2] as number;
    let restPage = head + classSize;
    let restPages = (classPages[larger] as number) - classSize;
    while (restPages > 0) {
      let fit = classOf(restPages);
      if ((classPages[fit] as number) > restPages) fit--;
      pushFree(h, restPage, fit);
      restPage += classPages[fit] as number;
      restPages -= classPages[fit] as number;
    }
    h.u32[usedIndex] = (h.u32[usedIndex] as number) + classSize;
    return head;
  }
  return 0;
}

function pushFree(h: Heap, page: number, index: number): void {
  h.u32[(page * pageBytes) >>> 2] = h.u32[listsIndex + index] as number;
  h.u32[listsIndex + index] = page;
}

/** Gives back a block that `allocateBlock(byteSize)` returned, with the same `byteSize`. */
export function freeBlock(pointer: number, byteSize: number): void {
  const h = heap();
  const index = classOf(Math.ceil(Math.max(1, byteSize) / pageBytes));
  locked(h, () => {
    pushFree(h, pointer / pageBytes, index);
    h.u32[usedIndex] = (h.u32[usedIndex] as number) - (classPages[index] as number);
  });
}

/** Bytes of shared memory in blocks now handed out, over all threads. */
export function allocatedBytes(): number {
  return Atomics.load(heap().u32, usedIndex) * pageBytes;
}
