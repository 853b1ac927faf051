/** Spans out of their encoded form, for whoever needs names and values: the console, SQL, JSON. */
import type { AttributeValue } from '../query-trace.ts';
import type { Attributes, SpanEvent, SpanLink } from '../spans/span-data.ts';
import { ProtobufReader } from './protobuf-reader.ts';
import { spanKinds, statusPrefix, type EncodableSpan } from './span-encoder.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface DecodedSpan extends Omit<EncodableSpan, 'sql' | 'fixed'> {
  readonly droppedAttributes: number;
  readonly droppedEvents: number;
  readonly droppedLinks: number;
}

export function decodeSpan(bytes: Buffer): DecodedSpan {
  const reader = new ProtobufReader(bytes);
  const events: SpanEvent[] = [];
  const links: SpanLink[] = [];
  const attributes: Attributes = {};
  const span: Mutable<DecodedSpan> = {
    ...{ traceId: '', spanId: '', parentSpanId: '', traceState: '', name: '', isServer: false },
    ...{ startUs: 0, endUs: 0, attributes, events, links, error: undefined },
    ...{ droppedAttributes: 0, droppedEvents: 0, droppedLinks: 0 },
  };
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        span.traceId = reader.hex();
        break;
      case 2:
        span.spanId = reader.hex();
        break;
      case 3:
        span.traceState = reader.text();
        break;
      case 4:
        span.parentSpanId = reader.hex();
        break;
      case 5:
        span.name = reader.text();
        break;
      case 6:
        span.isServer = reader.varint() === spanKinds.server;
        break;
      case 7:
        span.startUs = reader.micros();
        break;
      case 8:
        span.endUs = reader.micros();
        break;
      case 9:
        decodeAttribute(reader, attributes);
        break;
      case 10:
        span.droppedAttributes = reader.varint();
        break;
      case 11:
        events.push(decodeEvent(part(reader)));
        break;
      case 12:
        span.droppedEvents = reader.varint();
        break;
      case 13:
        links.push(decodeLink(part(reader)));
        break;
      case 14:
        span.droppedLinks = reader.varint();
        break;
      case 15:
        span.error = decodeStatus(part(reader));
        break;
      default:
        reader.skip();
    }
  }
  return span;
}

/** A reader of the message that begins here, which this one passes. */
function part(reader: ProtobufReader): ProtobufReader {
  const end = reader.limit();
  const inner = new ProtobufReader(reader.bytes, reader.at, end);
  reader.at = end;
  return inner;
}

function decodeEvent(reader: ProtobufReader): SpanEvent {
  let [name, timeUs] = ['', 0];
  const attributes: Attributes = {};
  while (reader.next()) {
    if (reader.field === 1) timeUs = reader.micros();
    else if (reader.field === 2) name = reader.text();
    else if (reader.field === 3) decodeAttribute(reader, attributes);
    else reader.skip();
  }
  return { name, timeUs, attributes };
}

function decodeLink(reader: ProtobufReader): SpanLink {
  let [traceId, spanId] = ['', ''];
  const attributes: Attributes = {};
  while (reader.next()) {
    if (reader.field === 1) traceId = reader.hex();
    else if (reader.field === 2) spanId = reader.hex();
    else if (reader.field === 4) decodeAttribute(reader, attributes);
    else reader.skip();
  }
  return { traceId, spanId, attributes };
}

function decodeStatus(reader: ProtobufReader): string | undefined {
  let error: string | undefined;
  while (reader.next()) {
    if (reader.field === 2) error = reader.text().slice(statusPrefix.length);
    else reader.skip();
  }
  return error;
}

function decodeAttribute(reader: ProtobufReader, found: Attributes): void {
  const pair = part(reader);
  let key = '';
  while (pair.next()) {
    if (pair.field === 1) key = pair.text();
    else if (pair.field === 2) found[key] = decodeValue(part(pair));
    else pair.skip();
  }
}

function decodeValue(reader: ProtobufReader): AttributeValue {
  if (!reader.next()) return '';
  switch (reader.field) {
    case 1:
      return reader.text();
    case 2:
      return reader.varint() === 1;
    case 3:
      return reader.integer();
    case 4:
      return reader.double();
    default:
      return decodeTexts(part(reader));
  }
}

function decodeTexts(reader: ProtobufReader): readonly string[] {
  const texts: string[] = [];
  while (reader.next()) texts.push(String(decodeValue(part(reader))));
  return texts;
}
