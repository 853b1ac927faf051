/** OTLP metrics, in protobuf and JSON: opentelemetry/proto/metrics/v1. */
import {
  attributesOf,
  bytesOf,
  messages,
  numberOf,
  readMessage,
  textOf,
  type Message,
} from './protobuf-reader.ts';

export interface DecodedMetric {
  readonly name: string;
  readonly unit: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly service: string;
  readonly points: readonly DecodedPoint[];
}

export interface DecodedPoint {
  readonly labels: Readonly<Record<string, string>>;
  /** A histogram's is its count. */
  readonly value: number;
  /** Of a histogram. */
  readonly sum: number;
  readonly buckets: readonly number[];
}

function labelsOf(message: Message, field: number): Readonly<Record<string, string>> {
  return Object.fromEntries([...attributesOf(message, field)].map(([k, v]) => [k, String(v)]));
}

function doubleOf(message: Message, field: number): number {
  const bytes = bytesOf(message, field);
  return bytes.length === 8 ? bytes.readDoubleLE() : 0;
}

/** fixed64: packed, or one at a time. */
function fixedOf(message: Message, field: number): readonly number[] {
  const bytes = Buffer.concat((message.get(field) ?? []) as Buffer[]);
  return Array.from({ length: bytes.length / 8 }, (_, at) => Number(bytes.readBigUInt64LE(at * 8)));
}

function numberPoint(point: Message): DecodedPoint {
  return { labels: labelsOf(point, 7), value: doubleOf(point, 4), sum: 0, buckets: [] };
}

function histogramPoint(point: Message): DecodedPoint {
  const [value = 0] = fixedOf(point, 4);
  const buckets = fixedOf(point, 6);
  return { labels: labelsOf(point, 9), value, sum: doubleOf(point, 5), buckets };
}

function metricOf(metric: Message, service: string): DecodedMetric {
  const common = { name: textOf(metric, 1), unit: textOf(metric, 3), service };
  const data = (field: number): readonly Message[] =>
    messages(readMessage(bytesOf(metric, field)), 1);
  if (metric.has(9)) {
    return { ...common, kind: 'histogram', points: data(9).map(histogramPoint) };
  }
  const isSum = metric.has(7) && numberOf(readMessage(bytesOf(metric, 7)), 3) === 1n;
  const points = data(isSum ? 7 : 5).map(numberPoint);
  return { ...common, kind: isSum ? 'counter' : 'gauge', points };
}

/** The body of POST /v1/metrics: ExportMetricsServiceRequest. */
export function decodeMetrics(body: Buffer): readonly DecodedMetric[] {
  if (body.subarray(0, 1).toString() === '{') return decodeJson(body);
  return messages(readMessage(body), 1).flatMap((resourceMetrics) => {
    const resource = labelsOf(readMessage(bytesOf(resourceMetrics, 1)), 1);
    return messages(resourceMetrics, 2).flatMap((scope) =>
      messages(scope, 2).map((metric) => metricOf(metric, resource['service.name'] ?? '')),
    );
  });
}

interface JsonAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface JsonPoint {
  readonly attributes: readonly JsonAttribute[];
  readonly asDouble?: number;
  readonly count?: number;
  readonly sum?: number;
  readonly bucketCounts?: readonly number[];
}

interface JsonMetric {
  readonly name: string;
  readonly unit: string;
  readonly gauge?: { readonly dataPoints: readonly JsonPoint[] };
  readonly sum?: { readonly dataPoints: readonly JsonPoint[]; readonly isMonotonic: boolean };
  readonly histogram?: { readonly dataPoints: readonly JsonPoint[] };
}

interface JsonRequest {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly JsonAttribute[] };
    readonly scopeMetrics: readonly { readonly metrics: readonly JsonMetric[] }[];
  }[];
}

function jsonLabels(attributes: readonly JsonAttribute[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, String(Object.values(value)[0])]),
  );
}

function decodeJson(body: Buffer): readonly DecodedMetric[] {
  const { resourceMetrics } = JSON.parse(body.toString()) as JsonRequest;
  return resourceMetrics.flatMap(({ resource, scopeMetrics }) => {
    const service = jsonLabels(resource.attributes)['service.name'] ?? '';
    return scopeMetrics.flatMap(({ metrics }) =>
      metrics.map((metric): DecodedMetric => {
        const { name, unit, gauge, sum, histogram } = metric;
        const { dataPoints = [] } = histogram ?? sum ?? gauge ?? {};
        const points = dataPoints.map((point) => ({
          labels: jsonLabels(point.attributes),
          value: point.count ?? point.asDouble ?? 0,
          sum: point.sum ?? 0,
          buckets: point.bucketCounts ?? [],
        }));
        const kind = histogram ? 'histogram' : sum?.isMonotonic ? 'counter' : 'gauge';
        return { name, unit, kind, service, points };
      }),
    );
  });
}
