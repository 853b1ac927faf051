/**
 * The main thread's end of export: queues with bounds, counts, and the worker that does the work.
 *
 *     spans ──room?──▶ postMessage ──▶ worker: exporters, lines ──settled──▶ counts
 *                └─ no: dropped, newest first
 *
 * Every span offered to a sink is at any time exactly one of exported, dropped or queued. The
 * worker starts with the first span; when it dies, what it had counts as dropped and the next
 * span starts another.
 */
import { Worker } from 'node:worker_threads';
import type { Log } from '../log.ts';
import { HistogramFamily, type MetricFamily } from '../metrics/metric-families.ts';
import { ProtobufWriter } from '../encoding/protobuf-writer.ts';
import type { SpanData } from '../spans/span-data.ts';
import type { ExporterName, TraceOptions } from '../choice/trace-options.ts';
import { gatherMs } from './worker-messages.ts';
import type {
  EventLine,
  FromExportWorker,
  SinkName,
  SpanLine,
  ToExportWorker,
} from './worker-messages.ts';

export const queueMax = 4096;
const lineQueueMax = 65_536;
const warnEveryMs = 60_000;
const flushPatienceMs = 5000;
const parcelBytesMax = 256 * 1024;
const turnSpansMax = 1024;
const exportBounds = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60];

export interface SinkCounts {
  produced: number;
  exported: number;
  queued: number;
  droppedFull: number;
  droppedFailed: number;
  failures: number;
}

function noCounts(): SinkCounts {
  return {
    produced: 0,
    exported: 0,
    queued: 0,
    droppedFull: 0,
    droppedFailed: 0,
    failures: 0,
  };
}

/** Spans of several queries with the same takers. */
interface Parcel {
  readonly frames: ProtobufWriter;
  readonly exporters: readonly ExporterName[];
  readonly lines: SpanLine[];
}

/** Spans of one query, and their encoded form, which is copied. */
export interface OfferedSpans {
  readonly spans: readonly SpanData[];
  readonly frames: Uint8Array;
}

/** Where they go: to every exporter, to standard output, or both. */
export interface SpanTakers {
  readonly exporters: boolean;
  readonly lines: boolean;
}

export class SpanOutlet {
  readonly #options: TraceOptions['export'];
  readonly #log: Log;
  readonly sinks: ReadonlyMap<SinkName, SinkCounts>;
  readonly exportSeconds = new HistogramFamily(
    'trace_export_duration_seconds',
    'Time until a batch of spans was exported or given up.',
    exportBounds,
  );
  #worker: Worker | undefined;
  #parcels: Parcel[] = [];
  /** Spans in them. */
  #waiting = 0;
  #isScheduled = false;
  #later: NodeJS.Timeout | undefined;
  #closed = false;
  readonly #flushes = new Map<number, () => void>();
  #flushNumber = 0;
  #warnedMs = Number.NEGATIVE_INFINITY;

  constructor(options: TraceOptions, log: Log) {
    this.#options = options.export;
    this.#log = log;
    const names: SinkName[] = [...options.export.exporters];
    if (options.lines) names.push('lines');
    this.sinks = new Map(names.map((name) => [name, noCounts()]));
  }

  offer({ spans, frames }: OfferedSpans, takers: SpanTakers): void {
    const count = spans.length;
    const { exporters: all } = this.#options;
    const exporters = takers.exporters
      ? all.filter((name) => this.#admit(name, count, queueMax))
      : [];
    const asLines = takers.lines && this.#admit('lines', count, lineQueueMax);
    if (exporters.length === 0 && !asLines) return;
    const parcel = this.#parcelFor(exporters);
    if (exporters.length > 0) parcel.frames.raw(frames);
    if (asLines) for (const span of spans) parcel.lines.push(lineOf(span));
    this.#waiting += count;
    this.#schedule();
  }

  #parcelFor(exporters: readonly ExporterName[]): Parcel {
    const last = this.#parcels.at(-1);
    const isFitting =
      last !== undefined &&
      last.frames.size < parcelBytesMax &&
      last.exporters.length === exporters.length &&
      last.exporters.every((name, index) => name === exporters[index]);
    if (isFitting) return last;
    const parcel = { frames: new ProtobufWriter(), exporters, lines: [] };
    this.#parcels.push(parcel);
    return parcel;
  }

  #admit(name: SinkName, count: number, most: number): boolean {
    const counts = this.sinks.get(name);
    if (counts === undefined) return false;
    counts.produced += count;
    const hasRoom = !this.#closed && counts.queued + count <= most;
    if (hasRoom) counts.queued += count;
    else counts.droppedFull += count;
    return hasRoom;
  }

  /** A line that is no span. */
  event(line: EventLine): void {
    if (!this.#admit('lines', 1, lineQueueMax)) return;
    this.#send();
    this.#post({ kind: 'event', line });
  }

  /** Sends metrics of now by OTLP. */
  metrics(families: readonly MetricFamily[]): void {
    this.#post({ kind: 'metrics', families });
  }

  /** Parcels are gathered for a moment. */
  #schedule(): void {
    if (this.#waiting < turnSpansMax) {
      this.#later ??= setTimeout(() => this.#send(), gatherMs).unref();
      return;
    }
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#send();
    });
  }

  #send(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#waiting = 0;
    if (this.#parcels.length === 0) return;
    const parcels = this.#parcels.map(({ frames, exporters, lines }) => ({
      frames: frames.take(),
      exporters,
      lines: lines.length === 0 ? '' : JSON.stringify(lines),
    }));
    this.#parcels = [];
    this.#post(
      { kind: 'spans', parcels },
      parcels.map(({ frames }) => frames.buffer),
    );
  }

  /** `moved`: memory that is the worker's from now on. */
  #post(message: ToExportWorker, moved: readonly ArrayBuffer[] = []): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(message, moved);
  }

  #start(): Worker {
    const url = new URL('./export-worker.js', import.meta.url);
    const worker = new Worker(url, { workerData: this.#options, name: 'trace export' });
    worker.unref();
    worker.on('message', (message: FromExportWorker) => this.#receive(message));
    worker.on('error', (error) => this.#warn(`the export worker failed: ${String(error)}`));
    worker.on('exit', () => this.#lost(worker));
    return worker;
  }

  #receive(message: FromExportWorker): void {
    if (message.kind === 'flushed') {
      this.#flushes.get(message.number)?.();
      return;
    }
    if (message.kind === 'metricsFailure') {
      this.#warn(`metrics export: ${message.message}`);
      return;
    }
    const counts = this.sinks.get(message.sink);
    if (counts === undefined) return;
    if (message.kind === 'failure') {
      counts.failures += 1;
      this.#warn(`trace export to ${message.sink}: ${message.message}`);
      return;
    }
    counts.exported += message.exported;
    counts.droppedFailed += message.dropped;
    counts.queued -= message.exported + message.dropped;
    if (message.tookMs > 0) {
      this.exportSeconds.observe({ exporter: message.sink }, message.tookMs / 1000);
    }
  }

  #lost(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const counts of this.sinks.values()) {
      counts.droppedFailed += counts.queued;
      counts.queued = 0;
    }
    for (const done of this.#flushes.values()) done();
  }

  /** At most one line a minute: an exporter that is down fails again and again. */
  #warn(message: string): void {
    const now = performance.now();
    if (now - this.#warnedMs < warnEveryMs) return;
    this.#warnedMs = now;
    const dropped = [...this.sinks].map(
      ([name, counts]) => `${name} ${counts.droppedFull + counts.droppedFailed}`,
    );
    this.#log.warn(`${message} (dropped so far: ${dropped.join(', ')})`);
  }

  /** Resolves when everything offered before is exported or dropped, at the latest after 5 s. */
  async flush(last = false): Promise<void> {
    this.#send();
    const worker = this.#worker;
    if (worker === undefined) return;
    const number = ++this.#flushNumber;
    worker.ref();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, flushPatienceMs);
      this.#flushes.set(number, () => {
        clearTimeout(timer);
        resolve();
      });
      this.#post({ kind: 'flush', number, last });
    });
    this.#flushes.delete(number);
    worker.unref();
  }

  /** Flushes and ends the worker; what is left counts as dropped. */
  async close(): Promise<void> {
    if (this.#closed) return;
    await this.flush(true);
    this.#closed = true;
    await this.#worker?.terminate();
  }
}

function lineOf(span: SpanData): SpanLine {
  const { traceId, spanId, queryId, startUs, endUs, error, target, level, line } = span;
  return { traceId, spanId, queryId, startUs, endUs, error, target, level, line };
}
