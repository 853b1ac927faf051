/** The spans that ended last, whatever became of them elsewhere. */
import type { SpanData } from './span-data.ts';

/** A span and the session user whose query it is of; empty: nobody's. */
export interface OwnedSpan {
  readonly user: string;
  readonly span: SpanData;
}

export const ringMax = 10_000;

export class SpanRing {
  readonly #spans: OwnedSpan[] = [];
  /** Place of the oldest, once the ring is full. */
  #next = 0;

  add(spans: readonly SpanData[], user: string): void {
    for (const span of spans) {
      if (this.#spans.length < ringMax) this.#spans.push({ user, span });
      else {
        this.#spans[this.#next] = { user, span };
        this.#next = (this.#next + 1) % ringMax;
      }
    }
  }

  /** The oldest first. */
  get all(): readonly OwnedSpan[] {
    return [...this.#spans.slice(this.#next), ...this.#spans.slice(0, this.#next)];
  }
}
