/**
 * Metrics as OTLP, in the export worker: what was counted since the start, each interval. An attempt
 * that fails is not repeated, since the next one says the same and more; one at a time goes out.
 */
import { ValueType, type HrTime } from '@opentelemetry/api';
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { must } from '../../errors/assert.ts';
import { processFacts } from './exporters.ts';
import type { Labels, MetricFamily } from '../metrics/metric-families.ts';
import { openOtlpClient, readAnswer, type OtlpClient } from './otlp-client.ts';
import type { ExportOptions } from '../choice/trace-options.ts';

const grpcPath = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';

interface Answer {
  readonly partialSuccess?: { readonly rejectedDataPoints?: number | string };
}

export class MetricsShipper {
  readonly #options: ExportOptions;
  readonly #failed: (message: string) => void;
  readonly #client: OtlpClient;
  readonly #startTime: HrTime;
  /** The attempt that is under way. */
  #sending: Promise<void> | undefined;
  /** Came meanwhile: the newest replaces what was before. */
  #next: readonly MetricFamily[] | undefined;

  constructor(options: ExportOptions, failed: (message: string) => void) {
    this.#options = options;
    this.#failed = failed;
    this.#client = openOtlpClient(options.metrics.target, grpcPath);
    this.#startTime = hrTime(Date.now());
  }

  take(families: readonly MetricFamily[]): void {
    this.#next = families;
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined));
  }

  async flush(): Promise<void> {
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (this.#next !== undefined) {
      const families = this.#next;
      this.#next = undefined;
      try {
        await this.#send(families);
      } catch (error) {
        this.#failed(error instanceof Error ? error.message : String(error));
      }
    }
  }

  async #send(families: readonly MetricFamily[]): Promise<void> {
    const { target, timeoutMs } = this.#options.metrics;
    const isJson = target.protocol === 'http/json';
    const form = isJson ? JsonMetricsSerializer : ProtobufMetricsSerializer;
    const message = must(form.serializeRequest(this.#request(families)), 'bytes of metrics');
    const patience = AbortSignal.timeout(Math.min(timeoutMs, target.timeoutMs));
    const bytes = await this.#client.exchange(message, patience);
    if (bytes.length === 0) return;
    const { partialSuccess }: Answer = readAnswer(
      isJson
        ? (answer) => JSON.parse(Buffer.from(answer).toString()) as Answer
        : (answer): Answer => ProtobufMetricsSerializer.deserializeResponse(answer),
      bytes,
    );
    const refused = Number(partialSuccess?.rejectedDataPoints ?? 0);
    if (refused > 0) this.#failed(`the collector refuses ${refused} numbers`);
  }

  #request(families: readonly MetricFamily[]): ResourceMetrics {
    const { serviceName, serviceVersion } = this.#options;
    const facts = { ...processFacts(this.#options), 'service.name': serviceName };
    const times = { startTime: this.#startTime, endTime: hrTime(Date.now()) };
    const metrics = families
      .filter(({ points }) => points.length > 0)
      .map((family) => metricData(family, times));
    return {
      resource: resourceFromAttributes(facts),
      scopeMetrics: [{ scope: { name: 'timefusion', version: serviceVersion }, metrics }],
    };
  }
}

interface Times {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

function hrTime(epochMs: number): HrTime {
  const seconds = Math.floor(epochMs / 1000);
  return [seconds, Math.round((epochMs - seconds * 1000) * 1e6)];
}

function metricData(family: MetricFamily, times: Times): MetricData {
  const { name, help: description } = family;
  const descriptor = { name, description, unit: unitOf(name), valueType: ValueType.DOUBLE };
  const form = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
  const placed = ({ labels }: { readonly labels: Labels }) => ({ ...times, attributes: labels });
  switch (family.kind) {
    case 'histogram': {
      const { bounds } = family;
      const dataPoints = family.points.map((point) => {
        const buckets = { boundaries: [...bounds], counts: [...point.counts] };
        return { ...placed(point), value: { buckets, sum: point.sum, count: point.count } };
      });
      return { ...form, dataPointType: DataPointType.HISTOGRAM, dataPoints };
    }
    case 'counter':
      return {
        ...form,
        dataPointType: DataPointType.SUM,
        isMonotonic: true,
        dataPoints: family.points.map((point) => ({ ...placed(point), value: point.value })),
      };
    case 'gauge':
      return {
        ...form,
        dataPointType: DataPointType.GAUGE,
        dataPoints: family.points.map((point) => ({ ...placed(point), value: point.value })),
      };
  }
}

/** By UCUM, from the name. */
function unitOf(name: string): string {
  const base = name.replace(/_total$/, '');
  if (base.endsWith('_seconds')) return 's';
  if (base.endsWith('_bytes')) return 'By';
  return '1';
}
