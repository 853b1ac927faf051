/**
 * The one shared WebAssembly memory, as this thread sees it.
 *
 * Every column, hash table and encoded row lives here; an address ("pointer") is an unsigned
 * byte offset, kept in a JavaScript number. The memory is created at its full size (pages are
 * committed on first touch), so it never grows and these views never go stale.
 *
 * Pointers are unsigned: index views with `>>>`, never `>>`, which goes negative above 2 GiB.
 * Address 0 is never handed out and stands for "none".
 */
import { assert, must } from '../errors/assert.ts';

export const pageBytes = 65_536;

export interface Heap {
  readonly memory: WebAssembly.Memory;
  readonly u8: Uint8Array<SharedArrayBuffer>;
  readonly i8: Int8Array<SharedArrayBuffer>;
  readonly u16: Uint16Array<SharedArrayBuffer>;
  readonly i16: Int16Array<SharedArrayBuffer>;
  readonly u32: Uint32Array<SharedArrayBuffer>;
  readonly i32: Int32Array<SharedArrayBuffer>;
  readonly f32: Float32Array<SharedArrayBuffer>;
  readonly f64: Float64Array<SharedArrayBuffer>;
  readonly i64: BigInt64Array<SharedArrayBuffer>;
  readonly u64: BigUint64Array<SharedArrayBuffer>;
  /**
   * The same bytes as `u8`, as a Buffer: for copies, comparisons, latin1 and UTF-8 text. `write`
   * needs its length argument: without it Node writes nothing where over 2 GiB are left.
   */
  readonly bytes: Buffer<SharedArrayBuffer>;
}

let current: Heap | undefined;

/** Makes the shared memory of the process; the main thread calls it once. */
export function createSharedMemory(byteSize: number): WebAssembly.Memory {
  const pages = Math.min(65_536, Math.ceil(byteSize / pageBytes));
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/** Binds this thread to the shared memory; each thread calls it once, before anything else. */
export function attachHeap(memory: WebAssembly.Memory): Heap {
  assert(current === undefined || current.memory === memory, 'heap attached twice');
  const buffer = memory.buffer as unknown as SharedArrayBuffer;
  current = {
    memory,
    u8: new Uint8Array(buffer),
    i8: new Int8Array(buffer),
    u16: new Uint16Array(buffer),
    i16: new Int16Array(buffer),
    u32: new Uint32Array(buffer),
    i32: new Int32Array(buffer),
    f32: new Float32Array(buffer),
    f64: new Float64Array(buffer),
    i64: new BigInt64Array(buffer),
    u64: new BigUint64Array(buffer),
    bytes: Buffer.from(buffer),
  };
  return current;
}

/** This thread's views of the shared memory. */
export function heap(): Heap {
  return must(current, 'attachHeap was not called on this thread');
}
