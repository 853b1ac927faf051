/** What goes between the main thread and the export worker. */
import type { MetricFamily } from '../metrics/metric-families.ts';
import type { SpanData } from '../spans/span-data.ts';
import type { ExporterName } from '../choice/trace-options.ts';

/** Spans wait so long for company on their way to the worker: waking it costs more than a span. */
export const gatherMs = 100;

/** Where spans can go: an exporter, or standard output as lines. */
export type SinkName = ExporterName | 'lines';

/** What the line of a span is made of. */
export type SpanLine = Pick<
  SpanData,
  'traceId' | 'spanId' | 'queryId' | 'startUs' | 'endUs' | 'error' | 'target' | 'level' | 'line'
>;

export interface SpanParcel {
  /** Encoded spans (`span-frames.ts`). */
  readonly frames: Uint8Array<ArrayBuffer>;
  /** The exporters that take these spans. */
  readonly exporters: readonly ExporterName[];
  /** SpanLines as JSON, which costs both threads half of a structured clone; empty: none. */
  readonly lines: string;
}

/** A line that is no span: a slow statement. `sql` becomes template and fingerprint. */
export interface EventLine {
  readonly timeUs: number;
  readonly level: 'WARN';
  readonly target: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly sql: string;
}

export type ToExportWorker =
  | { readonly kind: 'spans'; readonly parcels: readonly SpanParcel[] }
  | { readonly kind: 'event'; readonly line: EventLine }
  | { readonly kind: 'metrics'; readonly families: readonly MetricFamily[] }
  /** Exports what is queued, answers `flushed`. `last`: no retries, then the worker ends. */
  | { readonly kind: 'flush'; readonly number: number; readonly last: boolean };

export type FromExportWorker =
  | {
      /** Spans (or lines) that left the queue of a sink. */
      readonly kind: 'settled';
      readonly sink: SinkName;
      readonly exported: number;
      readonly dropped: number;
      readonly tookMs: number;
    }
  | { readonly kind: 'failure'; readonly sink: SinkName; readonly message: string }
  | { readonly kind: 'metricsFailure'; readonly message: string }
  | { readonly kind: 'flushed'; readonly number: number };
