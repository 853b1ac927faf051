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
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-node';
import { version } from '../../version.ts';
import type { Attributes, SpanData } from '../spans/span-data.ts';
import type { ExportSpan } from './worker-messages.ts';
import { statementAttributes } from './statement-attributes.ts';

/**
 * What a span may take of a datagram to the Jaeger agent, which holds 65,000 bytes, whole spans
 * only, process tags included.
 */
export const spanBytesMax = 60_000;
const fixedBytes = 1024;
const stringBytesMax = 4096;
/** Documents are of use only whole; who makes them keeps them this short. */
const documentBytesMax = 16 * 1024;
const documents = /\.json$|^datafusion\.(preview|plan_diff)$/;
const eventsBytesMax = 16 * 1024;
const linkBytes = 64;
const linksMax = 128;
const instrumentationScope = { name: 'timefusion', version };

/** A span without the resource, which differs between exporters. */
export interface ExportedSpan extends Omit<ReadableSpan, 'resource'> {
  /** About what it takes of a message, at most. */
  readonly byteSize: number;
}

export function exportedSpan(span: ExportSpan): ExportedSpan {
  const { traceId, spanId, parentSpanId, traceState } = span;
  const flags = {
    traceFlags: TraceFlags.SAMPLED,
    ...(traceState === '' ? {} : { traceState: new TraceState(traceState) }),
  };
  const context = { traceId, spanId, ...flags };
  const events = new Room(eventsBytesMax);
  const links = span.links.slice(0, linksMax);
  const timedEvents = span.events.map((event) => timedEvent(event, events));
  const room = new Room(spanBytesMax - fixedBytes - events.used - links.length * linkBytes);
  return {
    name: cut(span.name, stringBytesMax),
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
    attributes: room.fitted(
      span.sql === undefined
        ? span.attributes
        : { ...span.attributes, ...statementAttributes(span.sql) },
    ),
    events: timedEvents,
    links: links.map(linkOf),
    ended: true,
    instrumentationScope,
    droppedAttributesCount: room.dropped,
    droppedEventsCount: 0,
    droppedLinksCount: span.links.length - links.length,
    byteSize: fixedBytes + events.used + links.length * linkBytes + room.used,
  };
}

function hrTime(micros: number): HrTime {
  const seconds = Math.floor(micros / 1e6);
  return [seconds, (micros - seconds * 1e6) * 1000];
}

function timedEvent(
  { name, timeUs, attributes }: SpanData['events'][number],
  room: Room,
): TimedEvent {
  room.take(fixedTagBytes * 2 + name.length * 3);
  return { name, time: hrTime(timeUs), attributes: room.fitted(attributes) };
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

/** At most that many bytes of UTF-8, the mark of the cut included. */
function cut(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= bytesMax) return text;
  return `${bytes.toString('utf8', 0, bytesMax - 3).replace(/\ufffd$/, '')}…`;
}

/** What a tag takes in Thrift besides its name and its text. */
const fixedTagBytes = 24;
/** A number as text. */
const scalarBytes = 24;
const markBytes = '.truncated_from'.length + 8;

/** An upper bound that is quick to tell; infinite where a value may have to be cut. */
function bytesAtMost(attributes: Attributes): number {
  let bytes = 0;
  for (const key in attributes) {
    const value = attributes[key];
    const size = typeof value === 'string' ? value.length * 3 : scalarBytes;
    if (size > stringBytesMax || typeof value === 'object') return Infinity;
    bytes += fixedTagBytes + key.length * 3 + size;
  }
  return bytes;
}

/** Room for attributes: long strings are cut to it, and what has no room at all is counted. */
class Room {
  #left: number;
  used = 0;
  dropped = 0;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  take(bytes: number): void {
    this.#left -= bytes;
    this.used += bytes;
  }

  fitted(attributes: Attributes): ExportedAttributes {
    const most = bytesAtMost(attributes);
    if (most > this.#left) return this.#cutToFit(attributes);
    this.take(most);
    return attributes as ExportedAttributes;
  }

  #cutToFit(attributes: Attributes): ExportedAttributes {
    const found: ExportedAttributes = {};
    for (const [key, value] of Object.entries(attributes)) {
      // JSON's word for what is no number.
      if (value === null) continue;
      const keyBytes = Buffer.byteLength(key);
      const most = documents.test(key) ? documentBytesMax : stringBytesMax;
      const free = this.#left - (fixedTagBytes + keyBytes) * 2 - markBytes;
      const short =
        typeof value === 'string' ? cut(value, Math.max(4, Math.min(most, free))) : value;
      const bytes = fixedTagBytes + keyBytes + Buffer.byteLength(String(short));
      if (bytes > this.#left || (short !== value && free < 4)) {
        this.dropped += 1;
        continue;
      }
      this.take(bytes);
      found[key] = typeof short === 'object' ? [...short] : short;
      if (short === value) continue;
      this.take(fixedTagBytes + keyBytes + markBytes);
      found[`${key}.truncated_from`] = String(value).length;
    }
    return found;
  }
}
