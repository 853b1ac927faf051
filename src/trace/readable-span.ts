/** Plain spans as OpenTelemetry's exporters take them, strings cut to what transports carry. */
import {
  SpanStatusCode,
  TraceFlags,
  SpanKind,
  type Attributes as ExportedAttributes,
  type HrTime,
  type Link,
} from '@opentelemetry/api';
import { TraceState } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-node';
import { version } from '../version.ts';
import type { Attributes, SpanData } from './span-data.ts';
import { statementAttributes } from './statement-attributes.ts';

/** A datagram to the Jaeger agent holds 65,000 bytes, whole spans only. */
const spanBytesMax = 48 * 1024;
const stringMax = 4096;
/** Documents are of use only whole; who makes them keeps them this short. */
const documentMax = 16 * 1024;
const instrumentationScope = { name: 'timefusion', version };

export function readableSpan(span: SpanData, resource: Resource): ReadableSpan {
  const { traceId, spanId, parentSpanId, traceState } = span;
  const flags = {
    traceFlags: TraceFlags.SAMPLED,
    ...(traceState === '' ? {} : { traceState: new TraceState(traceState) }),
  };
  const context = { traceId, spanId, ...flags };
  return {
    name: cut(span.name, stringMax),
    kind: span.isServer ? SpanKind.SERVER : SpanKind.INTERNAL,
    spanContext: () => context,
    ...(parentSpanId === ''
      ? {}
      : { parentSpanContext: { traceId, spanId: parentSpanId, ...flags } }),
    startTime: hrTime(span.startUs),
    endTime: hrTime(span.endUs),
    duration: hrTime(span.endUs - span.startUs),
    status:
      span.error === undefined
        ? { code: SpanStatusCode.UNSET }
        : { code: SpanStatusCode.ERROR, message: `SQLSTATE ${span.error}` },
    attributes: fitted({ ...span.attributes, ...statementAttributes(span.sql) }),
    events: span.events.map(timedEvent),
    links: span.links.map(linkOf),
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function hrTime(micros: number): HrTime {
  const seconds = Math.floor(micros / 1e6);
  return [seconds, (micros - seconds * 1e6) * 1000];
}

function timedEvent(event: SpanData['events'][number]): TimedEvent {
  return { name: event.name, time: hrTime(event.timeUs), attributes: exported(event.attributes) };
}

function exported(attributes: Attributes): ExportedAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key,
      typeof value === 'object' ? [...value] : value,
    ]),
  );
}

function linkOf({ traceId, spanId, attributes }: SpanData['links'][number]): Link {
  const context = { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
  return { context, attributes: exported(attributes) };
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Cuts long strings, and leaves out what does not fit into one datagram at all. */
function fitted(attributes: Attributes): ExportedAttributes {
  const found: ExportedAttributes = {};
  let bytes = 0;
  for (const [key, value] of Object.entries(attributes)) {
    const max = key.endsWith('.json') ? documentMax : stringMax;
    const short = typeof value === 'string' ? cut(value, max) : value;
    const size = key.length + 16 + Buffer.byteLength(String(short));
    if (bytes + size > spanBytesMax) {
      found['attributes.dropped'] = Number(found['attributes.dropped'] ?? 0) + 1;
      continue;
    }
    bytes += size;
    found[key] = typeof short === 'object' ? [...short] : short;
    if (short !== value) found[`${key}.truncated_from`] = String(value).length;
  }
  return found;
}
