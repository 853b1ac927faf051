/** OpenTelemetry's exporters, each behind its own queue. Loaded in the export worker only. */
import type * as Jaeger from '@opentelemetry/exporter-jaeger';
import type * as OtlpProto from '@opentelemetry/exporter-trace-otlp-proto';
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import {
  BatchSpanProcessor,
  ConsoleSpanExporter,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-node';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { unreachable } from '../errors/assert.ts';
import { PatientExporter } from './patient-exporter.ts';
import { readableSpan } from './readable-span.ts';
import type { SpanData } from './span-data.ts';
import { makeThriftConstructorsOfClosures } from './thrift-constructors.ts';
import type { ExporterName, ExportOptions } from './trace-options.ts';

const load = createRequire(import.meta.url);
const batchMax = 64;
/** The outlet's bound holds; the processor never drops. */
const processorQueueMax = 1 << 20;
/** PatientExporter limits its own time. */
const processorTimeoutMs = 2 ** 31 - 1;
const httpTimeoutMs = 4000;

export interface ExporterReports {
  settled(exporter: ExporterName, exported: number, dropped: number, tookMs: number): void;
  failure(exporter: ExporterName, message: string): void;
}

export class ExporterPipe {
  readonly name: ExporterName;
  readonly #resource: Resource;
  readonly #exporter: PatientExporter;
  readonly #processor: BatchSpanProcessor;

  constructor(name: ExporterName, options: ExportOptions, reports: ExporterReports) {
    this.name = name;
    this.#resource = resourceFor(name, options);
    this.#exporter = new PatientExporter({
      make: makerOf(name, options),
      settled: (exported, dropped, tookMs) => reports.settled(name, exported, dropped, tookMs),
      failure: (message) => reports.failure(name, message),
    });
    this.#processor = new BatchSpanProcessor(this.#exporter, {
      maxQueueSize: processorQueueMax,
      maxExportBatchSize: batchMax,
      scheduledDelayMillis: options.scheduleDelayMs,
      exportTimeoutMillis: processorTimeoutMs,
    });
  }

  take(span: SpanData): void {
    this.#processor.onEnd(readableSpan(span, this.#resource));
  }

  async flush(last: boolean): Promise<void> {
    if (last) this.#exporter.hasten();
    await (last ? this.#processor.shutdown() : this.#processor.forceFlush());
    await this.#exporter.forceFlush();
  }
}

function processFacts(options: ExportOptions): Record<string, string | number> {
  return {
    'service.version': options.serviceVersion,
    'host.name': hostname(),
    'process.pid': process.pid,
    ...options.resource,
  };
}

/**
 * The Jaeger exporter copies the resource onto every span; what describes the process goes into
 * the batch's process tags instead, once.
 */
function resourceFor(name: ExporterName, options: ExportOptions): Resource {
  const service = { 'service.name': options.serviceName };
  return resourceFromAttributes(
    name === 'jaeger' ? service : { ...processFacts(options), ...service },
  );
}

function makerOf(name: ExporterName, options: ExportOptions): () => SpanExporter {
  switch (name) {
    case 'jaeger': {
      makeThriftConstructorsOfClosures();
      const { JaegerExporter } = load('@opentelemetry/exporter-jaeger') as typeof Jaeger;
      const { jaegerEndpoint } = options;
      const tags = Object.entries(processFacts(options)).map(([key, value]) => ({ key, value }));
      const endpoint = jaegerEndpoint === '' ? {} : { endpoint: jaegerEndpoint };
      return () => new JaegerExporter({ ...endpoint, tags, flushTimeout: 2000 });
    }
    case 'otlp': {
      const { OTLPTraceExporter } = load(
        '@opentelemetry/exporter-trace-otlp-proto',
      ) as typeof OtlpProto;
      const { otlpEndpoint: url } = options;
      return () => new OTLPTraceExporter({ url, timeoutMillis: httpTimeoutMs });
    }
    case 'console':
      return () => new ConsoleSpanExporter();
    default:
      return unreachable(name);
  }
}
