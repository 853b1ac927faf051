/**
 * A piece of arena memory that doubles when full. Its pointer changes when it grows, and what it
 * pointed to before is gone.
 */
import { kernels } from '../../kernels/kernels.ts';
import type { Arena } from '../../memory/arena.ts';
import { inByteSlices } from '../checkpoint.ts';

const bytesAtFirst = 1024;

export class Growable {
  readonly #arena: Arena;
  #pointer = 0;
  #capacity = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  get pointer(): number {
    return this.#pointer;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Makes room for `byteSize` bytes in all and keeps the first `usedBytes`. */
  reserve(byteSize: number, usedBytes: number): void {
    if (byteSize <= this.#capacity) return;
    const capacity = Math.max(byteSize, this.#capacity * 2, bytesAtFirst);
    const pointer = this.#arena.allocateReleasable(capacity);
    if (usedBytes > 0) {
      const before = this.#pointer;
      const { copyBytes } = kernels();
      inByteSlices(usedBytes, (from, size) => copyBytes(before + from, size, pointer + from));
    }
    this.#arena.release(this.#pointer);
    this.#pointer = pointer;
    this.#capacity = capacity;
  }
}
