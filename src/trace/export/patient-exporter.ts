/**
 * One exporter behind patience: one batch at a time, a time limit on each attempt, retries one
 * interval after a failure and at once after silence, and an account of every span.
 *
 *     BatchSpanProcessor ─▶ export(batch) ─▶ attempt ─ failed ─▶ pause ─▶ attempt … ─▶ settled
 *
 * The pauses do not grow: one small request an interval harms nobody, and a collector that comes
 * back has its first spans within that interval. Who asks for a longer pause gets it. One that
 * takes connections and keeps silent is asked once an interval, beside the request that waits.
 */
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import { ExportFailure } from './export-failure.ts';
import type { EncodedSpan } from './encoded-span.ts';
import type { SpanShipper } from './span-shipper.ts';

type ExportDone = Parameters<SpanExporter['export']>[1];

export interface PatientOptions {
  readonly shipper: SpanShipper;
  /** Most time of one attempt. */
  readonly attemptMs: number;
  /** Time between attempts. */
  readonly intervalMs: number;
  readonly settled: (exported: number, dropped: number, tookMs: number) => void;
  readonly failure: (message: string) => void;
}

const attemptsMax = 5;
/** Half of what gRPC servers take when nobody tells them otherwise. */
const requestBytesMax = 2 * 1024 * 1024;

export class PatientExporter implements SpanExporter {
  readonly #options: PatientOptions;
  #queue: Promise<void> = Promise.resolve();
  /** Before the next attempt; 0 while the last one succeeded. */
  #pauseMs = 0;
  /** The last attempt ended by its time. */
  #wasSilent = false;
  readonly #hurry = new AbortController();

  constructor(options: PatientOptions) {
    this.#options = options;
  }

  export(spans: ReadableSpan[], done: ExportDone): void {
    this.#queue = this.#queue.then(async () => {
      for (const part of requestsOf(spans as readonly ReadableSpan[] as readonly EncodedSpan[])) {
        const began = performance.now();
        const exported = await this.#deliver(part);
        this.#options.settled(exported, part.length - exported, performance.now() - began);
      }
      done({ code: 0 });
    });
  }

  /** Resolves with how many of the spans the collector took. */
  async #deliver(spans: readonly EncodedSpan[]): Promise<number> {
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      await this.#pause();
      try {
        const refused = await this.#attempt(spans);
        this.#pauseMs = 0;
        if (refused > 0) this.#options.failure(`the collector refuses ${refused} spans`);
        return spans.length - refused;
      } catch (error) {
        const advice = error instanceof ExportFailure ? error : undefined;
        this.#options.failure(oneLine(messageOf(error)));
        this.#pauseMs = this.#pauseAfter(advice);
        if (advice?.isFinal === true || this.#hurry.signal.aborted) break;
      }
    }
    return 0;
  }

  /** Who was silent for a whole attempt has been left alone long enough. */
  #pauseAfter(advice: ExportFailure | undefined): number {
    const { attemptMs, intervalMs } = this.#options;
    if (this.#wasSilent && attemptMs >= intervalMs) return 0;
    return Math.max(intervalMs, advice?.retryAfterMs ?? 0);
  }

  async #pause(): Promise<void> {
    const { signal } = this.#hurry;
    if (this.#pauseMs === 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, this.#pauseMs);
      signal.addEventListener('abort', end);
    });
  }

  /**
   * While a collector that was silent before is silent again, it is asked every interval whether it
   * is back; if so, the request that hangs is given up and sent anew.
   */
  async #attempt(spans: readonly EncodedSpan[]): Promise<number> {
    const { shipper, attemptMs } = this.#options;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), attemptMs);
    let isBack = false;
    const asking = this.#wasSilent
      ? this.#askAgain(() => {
          isBack = true;
          limit.abort();
        })
      : undefined;
    try {
      const refused = await untilAborted(
        shipper.ship(spans, limit.signal),
        limit.signal,
        attemptMs,
      );
      this.#wasSilent = false;
      return refused;
    } catch (error) {
      this.#wasSilent = limit.signal.aborted && !isBack;
      if (!isBack) throw error;
    } finally {
      clearTimeout(timer);
      clearInterval(asking);
    }
    return this.#attempt(spans);
  }

  #askAgain(isBack: () => void): NodeJS.Timeout | undefined {
    const { shipper, intervalMs } = this.#options;
    const probe = shipper.probe?.bind(shipper);
    if (probe === undefined) return undefined;
    return setInterval(() => {
      probe(AbortSignal.timeout(intervalMs)).then(isBack, () => undefined);
    }, intervalMs);
  }

  /** No pause and no further attempt from now on: the process ends. */
  hasten(): void {
    this.#hurry.abort();
  }

  async forceFlush(): Promise<void> {
    await this.#queue;
  }

  async shutdown(): Promise<void> {
    await this.#queue;
    this.#options.shipper.close();
  }
}

/** In order, each of so many bytes at most: collectors refuse larger messages. */
function* requestsOf(spans: readonly EncodedSpan[]): Generator<readonly EncodedSpan[]> {
  let from = 0;
  let bytes = 0;
  for (const [index, { bytes: encoded }] of spans.entries()) {
    const byteSize = encoded.length;
    if (index > from && bytes + byteSize > requestBytesMax) {
      yield spans.slice(from, index);
      from = index;
      bytes = 0;
    }
    bytes += byteSize;
  }
  if (from < spans.length) yield spans.slice(from);
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal, limitMs: number): Promise<T> {
  const late = new ExportFailure(`no answer within ${limitMs} ms`);
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(late), { once: true });
    work.then(resolve, (error: unknown) => reject(signal.aborted ? late : error));
  });
}

/** Node's errors of several attempts to connect say nothing themselves. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return String(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

function oneLine(message: string): string {
  return message.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, 200);
}
