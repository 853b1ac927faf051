/** The spans that ended last, whatever became of them elsewhere. */
import type { SpanData } from './span-data.ts';

export const ringMax = 10_000;

export class SpanRing {
  readonly #spans: SpanData[] = [];
  /** Place of the oldest, once the ring is full. */
  #next = 0;

  add(spans: readonly SpanData[]): void {
    for (const span of spans) {
      if (this.#spans.length < ringMax) this.#spans.push(span);
      else {
        this.#spans[this.#next] = span;
        this.#next = (this.#next + 1) % ringMax;
      }
    }
  }

  /** The oldest first. */
  get all(): readonly SpanData[] {
    return [...this.#spans.slice(this.#next), ...this.#spans.slice(0, this.#next)];
  }
}
