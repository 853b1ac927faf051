/** OTLP traces as JSON: the body of POST /v1/traces with content type application/json. */
import type { DecodedSpan, DecodedValue } from './decoded-span.ts';

interface Value {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values: readonly Value[] };
}
type Pairs = readonly { readonly key: string; readonly value: Value }[];

interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: Pairs;
  readonly events: readonly { readonly name: string; readonly attributes: Pairs }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code: number };
}

interface JsonRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Pairs };
    readonly scopeSpans: readonly { readonly spans: readonly JsonSpan[] }[];
  }[];
}

function valueOf(value: Value): DecodedValue {
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(valueOf).join(',');
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? '';
}

const attributesOf = (pairs: Pairs): ReadonlyMap<string, DecodedValue> =>
  new Map(pairs.map(({ key, value }) => [key, valueOf(value)]));
const micros = (nanos: string): number => Number(BigInt(nanos) / 1000n);

export function decodeOtlpJson(body: Buffer): readonly DecodedSpan[] {
  const { resourceSpans } = JSON.parse(body.toString()) as JsonRequest;
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(attributesOf(resource.attributes).get('service.name'));
    return scopeSpans
      .flatMap(({ spans }) => spans)
      .map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? '',
        name: span.name,
        startUs: micros(span.startTimeUnixNano),
        endUs: micros(span.endTimeUnixNano),
        attributes: attributesOf(span.attributes),
        events: span.events.map(({ name, attributes }) => ({
          name,
          attributes: attributesOf(attributes),
        })),
        links: span.links.map(({ traceId, spanId }) => `${traceId}-${spanId}`),
        isServer: span.kind === 2,
        isError: span.status.code === 2,
        service,
      }));
  });
}
