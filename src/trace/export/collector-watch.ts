/**
 * Beside a request that hangs: is its collector away, and is it back?
 *
 *     request ──────────────────────────────────────────────▶ given up
 *               step    probe ─ silent    probe ─ answered · ┘
 *
 * One that answers probes all along is merely slow: its request is never given up.
 */
import { ExportFailure } from './export-failure.ts';
import { pause } from './pause.ts';
import type { SpanShipper } from './span-shipper.ts';

type Probe = NonNullable<SpanShipper['probe']>;

/** Who answers within this is not away, however short the interval. */
const stepMsMin = 100;

export class CollectorWatch {
  readonly #probe: Probe;
  readonly #stepMs: number;
  #isAway = false;

  /** Knows of a return within two thirds of the interval. */
  constructor(probe: Probe, intervalMs: number) {
    this.#probe = probe;
    this.#stepMs = Math.max(stepMsMin, intervalMs / 3);
  }

  /** Of the collector: an answer, or that nobody is there. */
  heard(): void {
    this.#isAway = false;
  }

  /**
   * Resolves when the collector was away and is back, and has had the rest of a step to answer
   * the request that it may still have; or when the signal fires.
   */
  async untilBack(signal: AbortSignal): Promise<void> {
    if (!this.#isAway) await pause(this.#stepMs, signal);
    while (!signal.aborted) {
      const [answer] = await Promise.all([this.#ask(signal), pause(this.#stepMs, signal)]);
      if (answer === 'well' && this.#isAway) return;
      if (answer === 'none' && !signal.aborted) this.#isAway = true;
    }
  }

  async #ask(signal: AbortSignal): Promise<'well' | 'unwell' | 'none'> {
    const limit = new AbortController();
    const end = (): void => limit.abort();
    const timer = setTimeout(end, this.#stepMs);
    signal.addEventListener('abort', end);
    try {
      await this.#probe(limit.signal);
      return 'well';
    } catch (error) {
      return error instanceof ExportFailure ? 'unwell' : 'none';
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  }
}
