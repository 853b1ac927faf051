/** OpenTelemetry's batch processor for each exporter, with its own queue. In the export worker only. */
import { hostname } from 'node:os';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { unreachable } from '../../errors/assert.ts';
import { consoleShipper } from './console-shipper.ts';
import { EncodedSpan } from './encoded-span.ts';
import { jaegerShipper } from './jaeger-shipper.ts';
import { otlpShipper } from './otlp-shipper.ts';
import type { OutputBuffer } from './output-buffer.ts';
import { PatientExporter } from './patient-exporter.ts';
import type { SpanShipper } from './span-shipper.ts';
import { gatherMs } from './worker-messages.ts';
import type { ExporterName, ExportOptions } from '../choice/trace-options.ts';

/** Of spans; the bytes of a request have a bound of their own. */
const batchMax = 512;
/** The outlet's bound holds; the processor never drops. */
const processorQueueMax = 1 << 20;
/** PatientExporter limits its own time. */
const processorTimeoutMs = 2 ** 31 - 1;
const attemptMs = 5000;

export interface ExporterReports {
  settled(exporter: ExporterName, exported: number, dropped: number, tookMs: number): void;
  failure(exporter: ExporterName, message: string): void;
}

/** What the worker gives to all its pipes. */
export interface Outside {
  readonly reports: ExporterReports;
  /** Standard output. */
  readonly output: OutputBuffer;
}

export class ExporterPipe {
  readonly name: ExporterName;
  readonly #resource: Resource;
  readonly #exporter: PatientExporter;
  readonly #processor: BatchSpanProcessor;

  constructor(name: ExporterName, options: ExportOptions, outside: Outside) {
    const { reports } = outside;
    const { scheduleDelayMs } = options;
    this.name = name;
    this.#resource = resourceFor(name, options);
    this.#exporter = new PatientExporter({
      shipper: shipperOf(name, options, outside.output),
      attemptMs: name === 'otlp' ? options.otlp.timeoutMs : attemptMs,
      intervalMs: scheduleDelayMs,
      settled: (exported, dropped, tookMs) => reports.settled(name, exported, dropped, tookMs),
      failure: (message) => reports.failure(name, message),
    });
    this.#processor = new BatchSpanProcessor(this.#exporter, {
      maxQueueSize: processorQueueMax,
      maxExportBatchSize: batchMax,
      scheduledDelayMillis: Math.max(scheduleDelayMs - 2 * gatherMs, scheduleDelayMs / 2),
      exportTimeoutMillis: processorTimeoutMs,
    });
  }

  /** A Span of OTLP. */
  take(span: Buffer): void {
    this.#processor.onEnd(new EncodedSpan(span, this.#resource));
  }

  async flush(last: boolean): Promise<void> {
    if (last) this.#exporter.hasten();
    await (last ? this.#processor.shutdown() : this.#processor.forceFlush());
    await this.#exporter.forceFlush();
  }
}

export function processFacts(options: ExportOptions): Record<string, string | number> {
  return {
    'service.version': options.serviceVersion,
    'host.name': hostname(),
    'process.pid': process.pid,
    ...options.resource,
  };
}

/**
 * The Jaeger exporter copies the resource onto every span; what describes the process goes into
 * the batch's process instead, once.
 */
function resourceFor(name: ExporterName, options: ExportOptions): Resource {
  const service = { 'service.name': options.serviceName };
  return resourceFromAttributes(name === 'jaeger' ? {} : { ...processFacts(options), ...service });
}

function shipperOf(name: ExporterName, options: ExportOptions, output: OutputBuffer): SpanShipper {
  switch (name) {
    case 'jaeger':
      return jaegerShipper(options.jaeger, options.serviceName, processFacts(options));
    case 'otlp':
      return otlpShipper(options.otlp);
    case 'console':
      return consoleShipper(output);
    default:
      return unreachable(name);
  }
}
