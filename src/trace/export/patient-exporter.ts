/**
 * One exporter behind patience: one batch at a time, a time limit on each attempt, retries half an
 * interval after a failure and at once after silence, and an account of every span.
 *
 *     BatchSpanProcessor ─▶ export(batch) ─▶ attempt ─ failed ─▶ pause ─▶ attempt … ─▶ settled
 *
 * The pauses do not grow: two small requests an interval harm nobody, and a collector that comes
 * back has its first spans within that interval. Who asks for a longer pause gets it. While a
 * request hangs, a watch stands beside it: when the collector was away and is back, the request is
 * given up and sent anew.
 */
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import { CollectorWatch } from './collector-watch.ts';
import { ExportFailure } from './export-failure.ts';
import type { EncodedSpan } from './encoded-span.ts';
import { pause } from './pause.ts';
import type { SpanShipper } from './span-shipper.ts';

type ExportDone = Parameters<SpanExporter['export']>[1];

export interface PatientOptions {
  readonly shipper: SpanShipper;
  /** Most time of one attempt. */
  readonly attemptMs: number;
  /** A collector that comes back has its first spans within this time. */
  readonly intervalMs: number;
  readonly settled: (exported: number, dropped: number, tookMs: number) => void;
  readonly failure: (message: string) => void;
}

const attemptsMax = 10;
/** Half of what gRPC servers take when nobody tells them otherwise. */
const requestBytesMax = 2 * 1024 * 1024;

export class PatientExporter implements SpanExporter {
  readonly #options: PatientOptions;
  #queue: Promise<void> = Promise.resolve();
  /** Before the next attempt; 0 while the last one succeeded. */
  #pauseMs = 0;
  readonly #watch: CollectorWatch | undefined;
  readonly #hurry = new AbortController();

  constructor(options: PatientOptions) {
    const { shipper, intervalMs } = options;
    const probe = shipper.probe?.bind(shipper);
    this.#options = options;
    this.#watch = probe && new CollectorWatch(probe, intervalMs);
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
      await pause(this.#pauseMs, this.#hurry.signal);
      try {
        const refused = await this.#attempt(spans);
        this.#pauseMs = 0;
        if (refused > 0) this.#options.failure(`the collector refuses ${refused} spans`);
        return spans.length - refused;
      } catch (error) {
        this.#options.failure(oneLine(messageOf(error)));
        this.#pauseMs = this.#pauseAfter(error);
        const isFinal = error instanceof ExportFailure && error.isFinal;
        if (isFinal || this.#hurry.signal.aborted) break;
      }
    }
    return 0;
  }

  /** Who was silent for a whole attempt has been left alone long enough. */
  #pauseAfter(error: unknown): number {
    const { attemptMs, intervalMs } = this.#options;
    if (error instanceof SilentAttempt && attemptMs >= intervalMs) return 0;
    const askedMs = error instanceof ExportFailure ? error.retryAfterMs : 0;
    return Math.max(intervalMs / 2, askedMs);
  }

  async #attempt(spans: readonly EncodedSpan[]): Promise<number> {
    const { shipper, attemptMs } = this.#options;
    const limit = new AbortController();
    const ended = new AbortController();
    const timer = setTimeout(() => limit.abort(new SilentAttempt(attemptMs)), attemptMs);
    let isBack = false;
    void this.#watch?.untilBack(ended.signal).then(() => {
      isBack = !ended.signal.aborted;
      if (isBack) limit.abort();
    });
    try {
      const refused = await untilAborted(shipper.ship(spans, limit.signal), limit.signal);
      this.#watch?.heard();
      return refused;
    } catch (error) {
      if (!(error instanceof SilentAttempt)) this.#watch?.heard();
      if (!isBack) throw error;
    } finally {
      clearTimeout(timer);
      ended.abort();
    }
    return this.#attempt(spans);
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

class SilentAttempt extends ExportFailure {
  constructor(attemptMs: number) {
    super(`no answer within ${attemptMs} ms`);
  }
}

/** Errors: the reason of the signal, or what the work says. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', end, { once: true });
    work.then(resolve, (error: unknown) =>
      reject((signal.aborted ? signal.reason : error) as Error),
    );
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
