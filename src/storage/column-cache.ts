/**
 * The column cache: each column of a segment file is read once, by whichever thread needs it
 * first, and stays in shared memory until room is needed.
 *
 *     slot, 64 bytes   i32 state · u32 pointer · u32 pages · i32 pins · u32 last use
 *     empty ──CAS──▶ loading ──▶ ready ──CAS──▶ leaving ──▶ empty
 *                                  ▲────────────────┘ when pinned after all
 *
 * Slots lie in 64 KiB pages; the first 64 bytes of a page name the cache's head and the next
 * page, so a slot's pointer is all that a thread needs.
 *
 *     head, 64 bytes   u32 loaded pages · u32 budget pages · u32 clock · u32 first page · i32 lock
 *
 * Pins come before a snapshot leaves the main thread. Who evicts says `leaving` first and looks
 * at the pins then, so a pinned column is never freed. Any thread may evict.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Column, PlainColumn } from '../columns/column.ts';
import type { ColumnFound } from '../catalog/table.ts';
import { assert } from '../errors/assert.ts';
import { SqlError } from '../errors/sql-error.ts';
import { allocateBlock, blockBytes, freeBlock } from '../memory/allocator.ts';
import { heap, pageBytes } from '../memory/heap.ts';
import type { SqlType } from '../types/sql-type.ts';
import { damaged } from './segment-format.ts';
import type { StoredColumn } from './segment-format.ts';

/** A column of a segment file. */
export interface ColumnSource {
  readonly path: string;
  readonly type: SqlType;
  readonly rowCount: number;
  readonly stored: StoredColumn;
}

const slotBytes = 64;
const empty = 0;
const loading = 1;
const ready = 2;
const leaving = 3;

/** u32 indexes within a slot. */
const stateWord = 0;
const pointerWord = 1;
const pagesWord = 2;
const pinsWord = 3;
const lastUseWord = 4;
/** u32 indexes within the head. */
const loadedWord = 0;
const budgetWord = 1;
const clockWord = 2;
const firstPageWord = 3;
const lockWord = 4;
/** u32 indexes within the first 64 bytes of a page of slots. */
const headWord = 0;
const nextPageWord = 1;

function headOf(slot: number): number {
  const page = slot - (slot % pageBytes);
  return heap().u32[(page >>> 2) + headWord] as number;
}

/** The column behind a pinned slot; works on every thread with a heap. */
export function loadColumn(
  slot: number,
  source: ColumnSource,
  told?: (found: ColumnFound) => void,
): Column {
  const found = (isRead: boolean): void => {
    told?.({ segment: basename(source.path), byteSize: source.stored.byteSize, isRead });
  };
  return columnAt(source, loadSlot(slot, source, found));
}

/** The column whose bytes are at `pointer`. */
export function columnAt(source: ColumnSource, pointer: number): Column {
  const { stored, type, rowCount: length } = source;
  const validity = stored.validity < 0 ? 0 : pointer + stored.validity;
  const offsets = stored.offsets < 0 ? 0 : pointer + stored.offsets;
  const values = pointer + stored.values;
  if (stored.encoding === 'hex') {
    const { hexBytes = 0 } = stored;
    return { encoding: 'hex', type, length, validity, values, offsets: 0, hexBytes };
  }
  if (stored.encoding === 'plain' || stored.dictionary === undefined) {
    return { encoding: 'plain', type, length, validity, values, offsets };
  }
  const { codeBytes = 1 } = stored;
  const dictionary: PlainColumn = {
    encoding: 'plain',
    type,
    length: stored.dictionary.length,
    validity: 0,
    values: pointer + stored.dictionary.values,
    offsets: pointer + stored.dictionary.offsets,
  };
  const codes = { length, validity, values, offsets: 0, codeBytes };
  return { encoding: 'dictionary', type, ...codes, dictionary };
}

function loadSlot(slot: number, source: ColumnSource, found: (isRead: boolean) => void): number {
  const { i32, u32 } = heap();
  const word = slot >>> 2;
  const head = headOf(slot) >>> 2;
  u32[word + lastUseWord] = Atomics.add(u32, head + clockWord, 1);
  for (;;) {
    const state = Atomics.load(i32, word + stateWord);
    if (state === ready) {
      found(false);
      return u32[word + pointerWord] as number;
    }
    if (state !== empty) Atomics.wait(i32, word + stateWord, state, 100);
    else if (Atomics.compareExchange(i32, word + stateWord, empty, loading) === empty) {
      const pointer = fillSlot(slot, source);
      found(true);
      return pointer;
    }
  }
}

function fillSlot(slot: number, source: ColumnSource): number {
  const { i32 } = heap();
  const word = slot >>> 2;
  let pointer = 0;
  try {
    pointer = readColumn(headOf(slot), source);
  } finally {
    if (pointer === 0) {
      Atomics.store(i32, word + stateWord, empty);
      Atomics.notify(i32, word + stateWord);
    }
  }
  publish(slot, pointer, source.stored.byteSize);
  return pointer;
}

function publish(slot: number, pointer: number, byteSize: number): void {
  const { i32, u32 } = heap();
  const word = slot >>> 2;
  const pages = blockBytes(byteSize) / pageBytes;
  u32[word + pointerWord] = pointer;
  u32[word + pagesWord] = pages;
  Atomics.add(u32, (headOf(slot) >>> 2) + loadedWord, pages);
  Atomics.store(i32, word + stateWord, ready);
  Atomics.notify(i32, word + stateWord);
}

function readColumn(head: number, source: ColumnSource): number {
  const { byteSize, at, crc } = source.stored;
  makeRoom(head, blockBytes(byteSize) / pageBytes);
  const pointer = allocateBlock(byteSize);
  let isWhole = false;
  try {
    const bytes = heap().u8.subarray(pointer, pointer + byteSize);
    readInto(source.path, bytes, at);
    if (crc32(bytes) !== crc) throw damaged(source.path, 'checksum mismatch');
    isWhole = true;
  } finally {
    if (!isWhole) freeBlock(pointer, byteSize);
  }
  return pointer;
}

function openSegment(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const words = `could not open file "${path}": ${(error as Error).message}`;
    throw new SqlError('io_error', words);
  }
}

/** Fills `target` from byte `at` of the file. Errors: 58030, XX001. */
export function readInto(path: string, target: Uint8Array, at: number): void {
  const file = openSegment(path);
  try {
    let done = 0;
    while (done < target.length) {
      const count = readSync(file, target, done, target.length - done, at + done);
      if (count === 0) throw damaged(path, 'missing bytes');
      done += count;
    }
  } finally {
    closeSync(file);
  }
}

function makeRoom(head: number, pages: number): void {
  const { i32, u32 } = heap();
  const word = head >>> 2;
  const excess = () =>
    Atomics.load(u32, word + loadedWord) + pages - (u32[word + budgetWord] as number);
  if (excess() <= 0 || Atomics.compareExchange(i32, word + lockWord, 0, 1) !== 0) return;
  // A sixteenth more than needed, so that the next columns do not search again.
  const spare = Math.floor((u32[word + budgetWord] as number) / 16);
  for (const slot of leastRecentlyUsed(word)) {
    if (excess() + spare <= 0) break;
    evict(slot);
  }
  Atomics.store(i32, word + lockWord, 0);
}

function leastRecentlyUsed(headIndex: number): number[] {
  const { i32, u32 } = heap();
  const found: number[] = [];
  for (let page = u32[headIndex + firstPageWord] as number; page !== 0;) {
    for (let slot = page + slotBytes; slot < page + pageBytes; slot += slotBytes) {
      const word = slot >>> 2;
      if (i32[word + stateWord] === ready && i32[word + pinsWord] === 0) found.push(slot);
    }
    page = u32[(page >>> 2) + nextPageWord] as number;
  }
  const lastUse = (slot: number) => u32[(slot >>> 2) + lastUseWord] as number;
  return found.toSorted((a, b) => lastUse(a) - lastUse(b));
}

function evict(slot: number): void {
  const { i32, u32 } = heap();
  const word = slot >>> 2;
  if (Atomics.compareExchange(i32, word + stateWord, ready, leaving) !== ready) return;
  const isPinned = Atomics.load(i32, word + pinsWord) > 0;
  if (!isPinned) {
    const pages = u32[word + pagesWord] as number;
    freeBlock(u32[word + pointerWord] as number, pages * pageBytes);
    Atomics.sub(u32, (headOf(slot) >>> 2) + loadedWord, pages);
  }
  Atomics.store(i32, word + stateWord, isPinned ? ready : empty);
  Atomics.notify(i32, word + stateWord);
}

/** The main thread's side: hands out slots and pins them. */
export class ColumnCache {
  readonly #head: number;
  #free: number[] = [];

  constructor(bytesMax: number) {
    this.#head = allocateBlock(pageBytes);
    const { u32 } = heap();
    const word = this.#head >>> 2;
    u32.fill(0, word, word + slotBytes / 4);
    u32[word + budgetWord] = Math.floor(bytesMax / pageBytes);
  }

  get loadedBytes(): number {
    return Atomics.load(heap().u32, (this.#head >>> 2) + loadedWord) * pageBytes;
  }

  takeSlot(): number {
    if (this.#free.length === 0) this.#addPage();
    const slot = this.#free.pop() as number;
    const word = slot >>> 2;
    heap().u32.fill(0, word, word + slotBytes / 4);
    return slot;
  }

  #addPage(): void {
    const { u32 } = heap();
    const page = allocateBlock(pageBytes);
    u32.fill(0, page >>> 2, (page + pageBytes) >>> 2);
    u32[(page >>> 2) + headWord] = this.#head;
    u32[(page >>> 2) + nextPageWord] = u32[(this.#head >>> 2) + firstPageWord] as number;
    for (let slot = page + pageBytes - slotBytes; slot > page; slot -= slotBytes) {
      this.#free.push(slot);
    }
    Atomics.store(u32, (this.#head >>> 2) + firstPageWord, page);
  }

  /** Puts a column that is in memory already into its slot. */
  fill(slot: number, pointer: number, byteSize: number): void {
    const { u32 } = heap();
    u32[(slot >>> 2) + lastUseWord] = Atomics.add(u32, (this.#head >>> 2) + clockWord, 1);
    publish(slot, pointer, byteSize);
    makeRoom(this.#head, 0);
  }

  pin(slot: number): void {
    Atomics.add(heap().i32, (slot >>> 2) + pinsWord, 1);
  }

  unpin(slot: number): void {
    Atomics.sub(heap().i32, (slot >>> 2) + pinsWord, 1);
  }

  /** Ends a slot that no snapshot names: its memory is freed. */
  giveSlot(slot: number): void {
    evict(slot);
    assert(heap().i32[(slot >>> 2) + stateWord] === empty, 'slot in use');
    this.#free.push(slot);
  }

  /** Frees all columns and slots; nothing may be pinned. */
  close(): void {
    const { u32 } = heap();
    const first = u32[(this.#head >>> 2) + firstPageWord] as number;
    for (const slot of leastRecentlyUsed(this.#head >>> 2)) evict(slot);
    for (let page = first; page !== 0;) {
      const next = u32[(page >>> 2) + nextPageWord] as number;
      freeBlock(page, pageBytes);
      page = next;
    }
    freeBlock(this.#head, pageBytes);
    this.#free = [];
  }
}
