/**
 * One exporter behind patience: one batch at a time, a time limit on each attempt, retries with
 * doubling pauses, and an account of every span.
 *
 *     BatchSpanProcessor ─▶ export(batch) ─▶ attempt ─ failed ─▶ pause ─▶ attempt … ─▶ settled
 *
 * JaegerExporter never gives up on a collector that accepts and does not answer; so after the time
 * limit it is shut down, which ends its connection, and made anew.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';

type ExportDone = Parameters<SpanExporter['export']>[1];
type ExportResult = Parameters<ExportDone>[0];

const succeeded = 0;
const failed = 1;

export interface PatientOptions {
  readonly make: () => SpanExporter;
  readonly settled: (exported: number, dropped: number, tookMs: number) => void;
  readonly failure: (message: string) => void;
}

const attemptMs = 5000;
const attemptsMax = 5;
const firstPauseMs = 500;
const pauseMaxMs = 30_000;

export class PatientExporter implements SpanExporter {
  readonly #options: PatientOptions;
  #exporter: SpanExporter;
  #queue: Promise<void> = Promise.resolve();
  /** 0 while the last attempt succeeded. */
  #pauseMs = 0;
  #hurry = new AbortController();

  constructor(options: PatientOptions) {
    this.#options = options;
    this.#exporter = options.make();
  }

  export(spans: ReadableSpan[], done: ExportDone): void {
    this.#queue = this.#queue.then(async () => {
      const began = performance.now();
      const isExported = await this.#deliver(spans);
      const tookMs = performance.now() - began;
      this.#options.settled(isExported ? spans.length : 0, isExported ? 0 : spans.length, tookMs);
      done({ code: succeeded });
    });
  }

  async #deliver(spans: ReadableSpan[]): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      const { error, code } = await this.#attempt(spans);
      if (code === succeeded) {
        this.#pauseMs = 0;
        return true;
      }
      const message = error?.message ?? 'the exporter failed';
      this.#options.failure(oneLine(message));
      if (attempt >= attemptsMax || isFinal(message) || this.#hurry.signal.aborted) return false;
      this.#pauseMs = Math.min(pauseMaxMs, Math.max(firstPauseMs, this.#pauseMs * 2));
      await pause(this.#pauseMs, undefined, { signal: this.#hurry.signal }).then(none, none);
    }
  }

  #attempt(spans: ReadableSpan[]): Promise<ExportResult> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#renew();
        resolve({ code: failed, error: new Error(`no answer within ${attemptMs} ms`) });
      }, attemptMs);
      this.#exporter.export(spans, (result) => {
        clearTimeout(timer);
        resolve(result);
      });
    });
  }

  #renew(): void {
    this.#exporter.shutdown().then(none, none);
    this.#exporter = this.#options.make();
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
    await this.#exporter.shutdown().then(none, none);
  }
}

const none = (): void => undefined;

/** The collector read the batch and refuses it: sending it again would not help. */
function isFinal(message: string): boolean {
  return /\bHTTP 4(?!08|29)\d\d\b/.test(message);
}

function oneLine(message: string): string {
  return message.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, 200);
}
