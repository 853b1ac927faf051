/**
 * Distinct keys to dense ids 0, 1, 2 … in order of first appearance.
 *
 *     keys ──hash──▶ slot ──▶ id ──▶ key again
 *
 * The table is shared memory that kernels probe (kernels/assembly/hash.ts); this side only makes
 * it grow. `intern` gives every key an id; `find` answers 0xFFFFFFFF for keys without one.
 * NULL is a key of its own, or has no id where the interner skips NULLs.
 */
import { kernels } from '../../kernels/kernels.ts';
import { heap } from '../../memory/heap.ts';
import type { Arena } from '../../memory/arena.ts';
import { inByteSlices, inSlices } from '../checkpoint.ts';
import { Growable } from './growable.ts';

/** The id of a key that is not there, or of a skipped NULL. */
export const noId = 0xffffffff;
const skipNulls = 0xfffffffc;
const slotsAtFirst = 1024;
const recentBytes = 4096 * 8;

/** Word numbers in the state record. */
const at = {
  count: 0,
  limit: 1,
  mask: 2,
  slots: 3,
  keys: 4,
  heap: 5,
  heapUsed: 6,
  heapBytes: 7,
  nullId: 8,
  hashes: 9,
  nullBytes: 10,
  recent: 11,
} as const;

/** Positions to intern: `rows` points to u32 row numbers (0: all), `validity` is by row. */
export interface KeyRows {
  readonly validity: number;
  readonly rows: number;
  readonly count: number;
}

class InternerState {
  readonly pointer: number;
  readonly arena: Arena;

  constructor(arena: Arena, skipsNulls: boolean) {
    this.arena = arena;
    this.pointer = arena.allocate(64);
    heap().u32.fill(0, this.pointer >>> 2, (this.pointer + 64) >>> 2);
    this.write(at.nullId, skipsNulls ? skipNulls : noId);
  }

  read(word: number): number {
    return heap().u32[(this.pointer >>> 2) + word] as number;
  }

  write(word: number, value: number): void {
    heap().u32[(this.pointer >>> 2) + word] = value;
  }

  /** Empty slots of `slotBytes`; every id may come up to half of their number. */
  replaceSlots(slotCount: number, slotBytes: number): void {
    const pointer = this.arena.allocateReleasable(slotCount * slotBytes);
    inByteSlices(slotCount * slotBytes, (from, size) => {
      kernels().fillBytes(pointer + from, 0, size);
    });
    this.write(at.slots, pointer);
    this.write(at.mask, slotCount - 1);
    this.write(at.limit, slotCount / 2);
  }
}

abstract class KeyTable {
  protected readonly state: InternerState;

  constructor(arena: Arena, skipsNulls: boolean) {
    this.state = new InternerState(arena, skipsNulls);
  }

  get count(): number {
    return this.state.read(at.count);
  }

  /** The id of NULL, or `noId` when NULL has none. */
  get nullId(): number {
    const id = this.state.read(at.nullId);
    return id === skipNulls ? noId : id;
  }

  protected abstract grow(): void;

  /** Runs an interning kernel until it has done all positions, growing the table in between. */
  protected complete(count: number, run: (from: number) => number): void {
    let done = run(0) >>> 0;
    while (done < count) {
      this.grow();
      done = run(done) >>> 0;
    }
  }
}

/** Keys of 8 bytes: one u64 word per position. */
export class WordInterner extends KeyTable {
  readonly #keys: Growable;

  constructor(arena: Arena, skipsNulls = false) {
    super(arena, skipsNulls);
    this.#keys = new Growable(arena);
    this.#resize(slotsAtFirst);
  }

  /** Pointer to the u64 keys by id; valid until the next `intern`. */
  get keys(): number {
    return this.#keys.pointer;
  }

  intern(words: number, key: KeyRows, out: number): void {
    const { validity, rows, count } = key;
    const k = kernels();
    const state = this.state.pointer;
    this.complete(count, (from) => k.internWords(state, words, validity, rows, count, from, out));
  }

  /** As `intern`, over u64 values by row, of which none is NULL. */
  internValues(values: number, { rows, count }: KeyRows, out: number): void {
    const k = kernels();
    const state = this.state.pointer;
    this.complete(count, (from) => k.internValues(state, values, rows, count, from, out));
  }

  find(words: number, key: KeyRows, out: number): void {
    kernels().findWords(this.state.pointer, words, key.validity, key.rows, key.count, out);
  }

  protected override grow(): void {
    this.#resize((this.state.read(at.mask) + 1) * 4);
  }

  #resize(slotCount: number): void {
    this.#keys.reserve((slotCount / 2 + 1) * 8, this.count * 8);
    this.state.write(at.keys, this.#keys.pointer);
    this.state.arena.release(this.state.read(at.slots));
    this.state.replaceSlots(slotCount, 16);
    inSlices(this.count, (from, count) => {
      kernels().rehashWords(this.state.pointer, from, from + count);
    });
  }
}

/** Keys that are byte strings: texts, or values of one width, as which NULL is kept as zeros. */
export class TextInterner extends KeyTable {
  readonly #offsets: Growable;
  readonly #hashes: Growable;
  readonly #heap: Growable;

  constructor(arena: Arena, skipsNulls = false, width = 0) {
    super(arena, skipsNulls);
    const recent = arena.allocate(recentBytes);
    kernels().fillBytes(recent, 0, recentBytes);
    this.state.write(at.recent, recent);
    this.state.write(at.nullBytes, width);
    this.#offsets = new Growable(arena);
    this.#hashes = new Growable(arena);
    this.#heap = new Growable(arena);
    this.#resize(slotsAtFirst);
    heap().u32[this.#offsets.pointer >>> 2] = 0;
    this.#growHeap(16_384);
  }

  /** Offsets and bytes of the keys by id; valid until the next `intern`. */
  get offsets(): number {
    return this.#offsets.pointer;
  }

  get bytes(): number {
    return this.#heap.pointer;
  }

  get byteLength(): number {
    return this.state.read(at.heapUsed);
  }

  /** `offsets` 0: rows of `width` bytes. `hashes` is scratch of 8 bytes per position. */
  intern(texts: TextKeys, key: KeyRows, out: number): void {
    const { values, offsets, width, hashes } = texts;
    const { validity, rows, count } = key;
    const k = kernels();
    const state = this.state.pointer;
    if (width === 16) {
      this.complete(count, (from) => k.internWide(state, values, validity, rows, count, from, out));
      return;
    }
    k.hashTexts(values, offsets, width, rows, count, hashes);
    this.complete(count, (from) =>
      k.internTexts(state, values, offsets, width, validity, rows, count, from, hashes, out),
    );
  }

  find(texts: TextKeys, key: KeyRows, out: number): void {
    const { values, offsets, width, hashes } = texts;
    const { validity, rows, count } = key;
    const k = kernels();
    const state = this.state.pointer;
    if (width === 16) {
      k.findWide(state, values, validity, rows, count, out);
      return;
    }
    k.hashTexts(values, offsets, width, rows, count, hashes);
    k.findTexts(state, values, offsets, width, validity, rows, count, hashes, out);
  }

  /** Ids of the dictionary entries named by `count` codes go to `map`, by code. */
  internEntries(entries: Entries, map: number): void {
    const { values, offsets, codes, count } = entries;
    const k = kernels();
    const state = this.state.pointer;
    this.complete(count, (from) =>
      k.internEntries(state, values, offsets, codes, count, from, map),
    );
  }

  findEntries(entries: Entries, map: number): void {
    const { values, offsets, codes, count } = entries;
    kernels().findEntries(this.state.pointer, values, offsets, codes, count, map);
  }

  /** A kernel stops for want of ids or of bytes; whichever is short is doubled. */
  protected override grow(): void {
    if (this.count >= this.state.read(at.limit)) this.#resize((this.state.read(at.mask) + 1) * 4);
    else this.#growHeap(this.state.read(at.heapBytes) * 2);
  }

  #resize(slotCount: number): void {
    const { state, count } = this;
    const ids = slotCount / 2 + 1;
    this.#offsets.reserve((ids + 1) * 4, (count + 1) * 4);
    this.#hashes.reserve(ids * 4, count * 4);
    state.write(at.keys, this.#offsets.pointer);
    state.write(at.hashes, this.#hashes.pointer);
    const oldSlots = state.read(at.slots);
    const oldCount = state.read(at.mask) + 1;
    state.replaceSlots(slotCount, 8);
    if (count === 0) return;
    inSlices(oldCount, (from, some) => {
      kernels().rehashTexts(state.pointer, oldSlots + from * 8, some);
    });
    state.arena.release(oldSlots);
  }

  #growHeap(byteSize: number): void {
    this.#heap.reserve(byteSize, this.byteLength);
    this.state.write(at.heap, this.#heap.pointer);
    this.state.write(at.heapBytes, this.#heap.capacity);
  }
}

export interface TextKeys {
  readonly values: number;
  readonly offsets: number;
  readonly width: number;
  readonly hashes: number;
}

export interface Entries {
  readonly values: number;
  readonly offsets: number;
  readonly codes: number;
  readonly count: number;
}

const cellsMax = 1 << 20;

/**
 * Pairs of ids: through an array while the product of their numbers is small, else by hash.
 * A pair with an absent half is absent.
 */
export class PairInterner extends KeyTable {
  readonly #arena: Arena;
  readonly #keys: Growable;
  #table = 0;
  #cells = 0;
  #stride = 0;
  #hashed: WordInterner | undefined;

  constructor(arena: Arena) {
    super(arena, true);
    this.#arena = arena;
    this.#keys = new Growable(arena);
    this.grow();
  }

  override get count(): number {
    return this.#hashed === undefined ? super.count : this.#hashed.count;
  }

  /** Pointer to the pairs by id: u64, `high` in the upper half. */
  get keys(): number {
    return this.#hashed === undefined ? this.#keys.pointer : this.#hashed.keys;
  }

  intern(pairs: Pairs, out: number, scratch: Arena): void {
    this.#fit(pairs);
    if (this.#hashed !== undefined) {
      const { words, key } = hashedPairs(pairs, scratch);
      this.#hashed.intern(words, key, out);
      return;
    }
    const { high, low, count } = pairs;
    const k = kernels();
    const state = this.state.pointer;
    this.complete(count, (from) =>
      k.internPairs(state, this.#table, this.#stride, high, low, count, from, out),
    );
  }

  find(pairs: Pairs, out: number, scratch: Arena): void {
    const { high, low, count } = pairs;
    if (this.#hashed === undefined) {
      this.#fit(pairs);
      kernels().findPairs(this.#table, this.#stride, high, low, count, out);
      return;
    }
    const { words, key } = hashedPairs(pairs, scratch);
    this.#hashed.find(words, key, out);
  }

  protected override grow(): void {
    const ids = Math.max(slotsAtFirst, super.count * 4);
    this.#keys.reserve(ids * 8, super.count * 8);
    this.state.write(at.keys, this.#keys.pointer);
    this.state.write(at.limit, ids);
  }

  /** Makes the array hold `highCount` × `lowCount` cells, or goes over to the hash. */
  #fit(pairs: Pairs): void {
    if (this.#hashed !== undefined) return;
    const { highCount, lowCount } = pairs;
    if (lowCount <= this.#stride && highCount * this.#stride <= this.#cells) return;
    const stride = Math.max(this.#stride, roundUp(lowCount));
    const cells = roundUp(highCount) * stride;
    if (cells > cellsMax) {
      this.#startHashing();
      return;
    }
    this.#table = this.#arena.allocate(cells * 4);
    this.#stride = stride;
    this.#cells = cells;
    const k = kernels();
    k.fillBytes(this.#table, 0, cells * 4);
    k.rehashPairs(this.state.pointer, this.#table, stride);
  }

  #startHashing(): void {
    const hashed = new WordInterner(this.#arena, true);
    const count = super.count;
    const out = this.#arena.allocate(count * 4);
    hashed.intern(this.#keys.pointer, { validity: 0, rows: 0, count }, out);
    this.#hashed = hashed;
  }
}

export interface Pairs {
  /** u32 ids by position, or `noId`. */
  readonly high: number;
  readonly low: number;
  readonly count: number;
  /** Every id is below these. */
  readonly highCount: number;
  readonly lowCount: number;
}

function hashedPairs(pairs: Pairs, scratch: Arena): { words: number; key: KeyRows } {
  const { high, low, count } = pairs;
  const k = kernels();
  const words = scratch.allocate(count * 8);
  const validity = scratch.allocate(count / 8 + 8);
  k.pairWords(high, low, count, words);
  k.presentPairs(high, low, count, validity);
  return { words, key: { validity, rows: 0, count } };
}

function roundUp(count: number): number {
  let power = 16;
  while (power < count) power *= 2;
  return power;
}
