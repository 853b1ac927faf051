/**
 * Who still reads what: memory that a writer has replaced is freed when the last snapshot that
 * may know it is released.
 *
 *     generation 1 (2 pins) ─▶ generation 2 (0 pins, frees buffer A) ─▶ generation 3 (now)
 *
 * A snapshot pins the current generation. What is retired was visible in the current generation
 * and all before it, so it is freed when none of these is pinned.
 */
export interface Generation {
  pins: number;
  readonly frees: (() => void)[];
}

export class Generations {
  #current: Generation = { pins: 0, frees: [] };
  #older: Generation[] = [];

  get isPinned(): boolean {
    return this.#current.pins > 0 || this.#older.length > 0;
  }

  pin(): Generation {
    this.#current.pins++;
    return this.#current;
  }

  /** Of a generation that somebody else keeps pinned meanwhile. */
  pinAgain(generation: Generation): Generation {
    generation.pins++;
    return generation;
  }

  unpin(generation: Generation): void {
    generation.pins--;
    if (generation.pins === 0) this.#drain();
  }

  /** Calls `free` once no snapshot can know the memory any more; now, when there is none. */
  retire(free: () => void): void {
    if (!this.isPinned) {
      free();
      return;
    }
    this.#current.frees.push(free);
    this.#older.push(this.#current);
    this.#current = { pins: 0, frees: [] };
  }

  #drain(): void {
    let done = 0;
    for (const generation of this.#older) {
      if (generation.pins > 0) break;
      for (const free of generation.frees) free();
      done++;
    }
    if (done > 0) this.#older = this.#older.slice(done);
  }
}
