/** What was made of the texts that were used last: the one used longest ago leaves first. */

export interface RecentTextsLimits {
  readonly countMax: number;
  /** Characters of all texts together: what is made of a text takes memory by its length. */
  readonly lengthMax: number;
}

export class RecentTexts<T> {
  readonly #limits: RecentTextsLimits;
  readonly #kept = new Map<string, T>();
  #length = 0;

  constructor(limits: RecentTextsLimits) {
    this.#limits = limits;
  }

  find(text: string): T | undefined {
    const found = this.#kept.get(text);
    if (found === undefined) return undefined;
    this.#kept.delete(text);
    this.#kept.set(text, found);
    return found;
  }

  keep(text: string, made: T): void {
    this.#forget(text);
    this.#kept.set(text, made);
    this.#length += text.length;
    for (const oldest of this.#kept.keys()) {
      const { countMax, lengthMax } = this.#limits;
      if (this.#kept.size <= countMax && this.#length <= lengthMax) return;
      this.#forget(oldest);
    }
  }

  #forget(text: string): void {
    if (this.#kept.delete(text)) this.#length -= text.length;
  }

  clear(): void {
    this.#kept.clear();
    this.#length = 0;
  }
}
