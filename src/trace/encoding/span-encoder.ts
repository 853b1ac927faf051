/**
 * Spans as OTLP has them: the message Span, field by field in the order of its numbers, byte for byte
 * what OpenTelemetry's own serializer makes of the same span.
 *
 *     Span { 1 trace_id 2 span_id 3 trace_state 4 parent_span_id 5 name 6 kind 7 start 8 end
 *            9 attributes* 10 dropped 11 events* 12 dropped 13 links* 14 dropped 15 status 16 flags }
 *     KeyValue { 1 key 2 AnyValue { 1 string 2 bool 3 int 4 double 5 array } }
 *
 * https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
 */
import type { AttributeValue } from '../query-trace.ts';
import type { Attributes, SpanData, SpanEvent, SpanLink } from '../spans/span-data.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import {
  cut,
  eventsBytesMax,
  eventsMax,
  fixedBytes,
  linkBytes,
  linksMax,
  nameBytesMax,
  Room,
  spanBytesMax,
  statementBytesMax,
} from './span-limits.ts';

export type EncodableSpan = Omit<SpanData, 'queryId' | 'target' | 'level' | 'line'>;

export const spanKinds = { internal: 1, server: 2 } as const;
export const statusCodes = { unset: 0, error: 2 } as const;
export const spanAttributesField = 9;
/** Sampled, and it is known whether the parent is remote. */
const flags = 0x101;

/** Writes the fields of a Span; returns where its attributes end. */
export function encodeSpan(out: ProtobufWriter, span: EncodableSpan): number {
  const links = firstOf(span.links, linksMax);
  const eventRoom = new Room(eventsBytesMax);
  const events = firstOf(span.events, eventsMax).map((event) => fittedEvent(event, eventRoom));
  const taken = fixedBytes + eventRoom.used + links.length * linkBytes;
  const room = new Room(spanBytesMax - taken - (span.sql === undefined ? 0 : statementBytesMax));
  out.hex(1, span.traceId);
  out.hex(2, span.spanId);
  if (span.traceState !== '') out.text(3, span.traceState);
  if (span.parentSpanId !== '') out.hex(4, span.parentSpanId);
  out.text(5, cut(span.name, nameBytesMax));
  out.integer(6, span.isServer ? spanKinds.server : spanKinds.internal);
  out.nanos(7, span.startUs);
  out.nanos(8, span.endUs);
  if (span.fixed !== undefined) {
    room.take(span.fixed.byteSize);
    out.raw(span.fixed.bytes);
  }
  encodeAttributes(out, spanAttributesField, room.fitted(span.attributes));
  const attributesEnd = out.size;
  out.integer(10, room.dropped);
  for (const event of events) encodeEvent(out, event);
  out.integer(12, span.events.length - events.length);
  for (const link of links) encodeLink(out, link);
  out.integer(14, span.links.length - links.length);
  encodeStatus(out, span.error);
  out.fixed32(16, flags);
  return attributesEnd;
}

function firstOf<T>(list: readonly T[], max: number): readonly T[] {
  return list.length > max ? list.slice(0, max) : list;
}

function fittedEvent({ name, timeUs, attributes }: SpanEvent, room: Room): SpanEvent {
  room.takeName(name);
  return { name, timeUs, attributes: room.fitted(attributes) };
}

function encodeEvent(out: ProtobufWriter, { name, timeUs, attributes }: SpanEvent): void {
  const start = out.begin(11);
  out.nanos(1, timeUs);
  out.text(2, name);
  encodeAttributes(out, 3, attributes);
  out.integer(4, 0);
  out.end(start);
}

function encodeLink(out: ProtobufWriter, { traceId, spanId, attributes }: SpanLink): void {
  const start = out.begin(13);
  out.hex(1, traceId);
  out.hex(2, spanId);
  encodeAttributes(out, 4, attributes);
  out.integer(5, 0);
  out.fixed32(6, flags);
  out.end(start);
}

/** What the status of a failed span says. */
export const statusPrefix = 'SQLSTATE ';

function encodeStatus(out: ProtobufWriter, error: string | undefined): void {
  const start = out.begin(15);
  if (error !== undefined) out.text(2, `${statusPrefix}${error}`);
  out.integer(3, error === undefined ? statusCodes.unset : statusCodes.error);
  out.end(start);
}

/** Repeated KeyValue. What is no number is left out. */
export function encodeAttributes(out: ProtobufWriter, field: number, attributes: Attributes): void {
  for (const key in attributes) {
    const value = attributes[key];
    if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) continue;
    const encoded = encodedKey(key);
    if (typeof value === 'string') out.textPair(field, encoded, value);
    else if (isInt64(value)) out.integerPair(field, encoded, value);
    else {
      const start = out.begin(field);
      out.raw(encoded);
      const valueStart = out.begin(2);
      encodeValue(out, value);
      out.end(valueStart);
      out.end(start);
    }
  }
}

function isInt64(value: AttributeValue): value is number {
  return (
    Number.isInteger(value) && (value as number) >= int64Least && (value as number) < int64Beyond
  );
}

const int64Least = -(2 ** 63);
const int64Beyond = 2 ** 63;

function encodeValue(out: ProtobufWriter, value: Exclude<AttributeValue, string>): void {
  if (typeof value === 'boolean') out.integer(2, value ? 1 : 0);
  else if (typeof value === 'object') encodeTexts(out, value);
  else out.double(4, value);
}

function encodeTexts(out: ProtobufWriter, texts: readonly string[]): void {
  const start = out.begin(5);
  for (const text of texts) {
    const item = out.begin(1);
    out.text(1, text);
    out.end(item);
  }
  out.end(start);
}

/** Names of attributes come again and again: their field is kept as bytes. */
const encodedKeys = new Map<string, Uint8Array>();
/** Users of the library choose names, too. */
const encodedKeysMax = 1024;

function encodedKey(key: string): Uint8Array {
  const known = encodedKeys.get(key);
  if (known !== undefined) return known;
  const out = new ProtobufWriter();
  out.text(1, key);
  const encoded = new Uint8Array(out.bytes);
  if (encodedKeys.size >= encodedKeysMax) encodedKeys.clear();
  encodedKeys.set(key, encoded);
  return encoded;
}
