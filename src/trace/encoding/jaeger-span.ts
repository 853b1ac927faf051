/**
 * Spans of OTLP as Jaeger's Thrift, from bytes to bytes: texts are copied, no object is made.
 *
 *     Span (protobuf) ──places of its parts──▶ Span (Thrift): ids, references, times, tags, logs
 *
 * What comes out is what JaegerExporter's conversion and `writeSpan` (`jaeger-batch.ts`) make of the
 * same span, but for the times of events: the exporter cuts them to milliseconds and multiplies again.
 */
import { version } from '../../version.ts';
import { followsFrom, tagTypes } from './jaeger-batch.ts';
import { ProtobufReader } from './protobuf-reader.ts';
import { spanKinds } from './span-encoder.ts';
import type { ThriftWriter } from './thrift-writer.ts';

const noId = Buffer.alloc(8);
const sampled = 1;

export class JaegerSpanWriter {
  readonly #out: ThriftWriter;
  #reader = new ProtobufReader(noId);
  #bytes: Buffer = noId;
  /** Where each attribute, event and link lies: its beginning and its end. */
  readonly #attributes: number[] = [];
  readonly #events: number[] = [];
  readonly #links: number[] = [];
  #traceId = 0;
  #spanId = 0;
  #parentId = -1;
  #nameFrom = 0;
  #nameTo = 0;
  #startUs = 0;
  #endUs = 0;
  #isServer = false;
  #droppedAttributes = 0;
  #droppedEvents = 0;
  #droppedLinks = 0;
  #statusFrom = 0;
  #statusTo = 0;

  constructor(out: ThriftWriter) {
    this.#out = out;
  }

  /** Writes one struct of a batch's list. */
  write(span: Buffer): void {
    this.#bytes = span;
    this.#reader = new ProtobufReader(span);
    this.#findParts();
    const out = this.#out;
    out.raw64At(1, span, this.#traceId + 8);
    out.raw64At(2, span, this.#traceId);
    out.raw64At(3, span, this.#spanId);
    if (this.#parentId < 0) out.raw64(4, noId);
    else out.raw64At(4, span, this.#parentId);
    out.stringAt(5, span, this.#nameFrom, this.#nameTo);
    this.#writeReferences();
    out.i32(7, sampled);
    out.i64(8, this.#startUs);
    out.i64(9, this.#endUs - this.#startUs);
    this.#writeTags();
    this.#writeLogs();
    out.stop();
  }

  #findParts(): void {
    const reader = this.#reader;
    this.#attributes.length = this.#events.length = this.#links.length = 0;
    this.#parentId = -1;
    this.#isServer = false;
    while (reader.next()) {
      switch (reader.field) {
        case 1:
          this.#traceId = this.#place();
          break;
        case 2:
          this.#spanId = this.#place();
          break;
        case 4:
          this.#parentId = this.#place();
          break;
        case 5:
          this.#nameFrom = this.#place();
          this.#nameTo = reader.at;
          break;
        case 6:
          this.#isServer = reader.varint() === spanKinds.server;
          break;
        case 7:
          this.#startUs = reader.micros();
          break;
        case 8:
          this.#endUs = reader.micros();
          break;
        case 9:
          this.#attributes.push(this.#place(), reader.at);
          break;
        case 10:
          this.#droppedAttributes = reader.varint();
          break;
        case 11:
          this.#events.push(this.#place(), reader.at);
          break;
        case 12:
          this.#droppedEvents = reader.varint();
          break;
        case 13:
          this.#links.push(this.#place(), reader.at);
          break;
        case 14:
          this.#droppedLinks = reader.varint();
          break;
        case 15:
          this.#statusFrom = this.#place();
          this.#statusTo = reader.at;
          break;
        default:
          reader.skip();
      }
    }
  }

  /** Where the part that is read next begins; the reader is behind it afterwards. */
  #place(): number {
    const reader = this.#reader;
    const end = reader.limit();
    const start = reader.at;
    reader.at = end;
    return start;
  }

  #writeReferences(): void {
    const [out, links] = [this.#out, this.#links];
    out.list(6, links.length / 2);
    for (let index = 0; index < links.length; index += 2) {
      const reader = this.#reader.within(links[index] as number, links[index + 1] as number);
      let [traceId, spanId] = [0, 0];
      while (reader.next()) {
        if (reader.field === 1) traceId = this.#place();
        else if (reader.field === 2) spanId = this.#place();
        else reader.skip();
      }
      out.i32(1, followsFrom);
      out.raw64At(2, this.#bytes, traceId + 8);
      out.raw64At(3, this.#bytes, traceId);
      out.raw64At(4, this.#bytes, spanId);
      out.stop();
    }
  }

  #writeTags(): void {
    const [out, attributes] = [this.#out, this.#attributes];
    const status = this.#statusText();
    const hasFailed = status !== undefined;
    const own = (hasFailed ? 3 : 0) + (this.#isServer ? 1 : 0) + 2 + this.#droppedKinds();
    out.list(10, attributes.length / 2 + own);
    for (let index = 0; index < attributes.length; index += 2) {
      this.#writeTag(attributes[index] as number, attributes[index + 1] as number);
    }
    if (hasFailed) {
      this.#textTag('otel.status_code', 'ERROR');
      this.#textTag('otel.status_description', status);
      out.string(1, 'error');
      out.i32(2, tagTypes.bool);
      out.bool(5, true);
      out.stop();
    }
    if (this.#isServer) this.#textTag('span.kind', 'server');
    this.#textTag('otel.library.name', 'timefusion');
    this.#textTag('otel.library.version', version);
    if (this.#droppedAttributes > 0) {
      this.#numberTag('otel.dropped_attributes_count', this.#droppedAttributes);
    }
    if (this.#droppedEvents > 0) this.#numberTag('otel.dropped_events_count', this.#droppedEvents);
    if (this.#droppedLinks > 0) this.#numberTag('otel.dropped_links_count', this.#droppedLinks);
  }

  #droppedKinds(): number {
    const dropped = [this.#droppedAttributes, this.#droppedEvents, this.#droppedLinks];
    return dropped.filter((count) => count > 0).length;
  }

  /** The message of a failed span's status. */
  #statusText(): string | undefined {
    const reader = this.#reader.within(this.#statusFrom, this.#statusTo);
    let text: string | undefined;
    while (reader.next()) {
      if (reader.field === 2) text = reader.text();
      else reader.skip();
    }
    return text;
  }

  #textTag(key: string, text: string): void {
    const out = this.#out;
    out.string(1, key);
    out.i32(2, tagTypes.string);
    out.string(3, text);
    out.stop();
  }

  #numberTag(key: string, value: number): void {
    this.#out.string(1, key);
    this.#number(value);
    this.#out.stop();
  }

  /** KeyValue { 1 key 2 AnyValue }. */
  #writeTag(from: number, to: number): void {
    const [out, bytes] = [this.#out, this.#bytes];
    const reader = this.#reader.within(from, to);
    reader.next();
    const keyFrom = this.#place();
    out.stringAt(1, bytes, keyFrom, reader.at);
    reader.next();
    reader.limit();
    reader.next();
    switch (reader.field) {
      case 1: {
        const textFrom = this.#place();
        out.i32(2, tagTypes.string);
        out.stringAt(3, bytes, textFrom, reader.at);
        break;
      }
      case 2:
        out.i32(2, tagTypes.bool);
        out.bool(5, reader.varint() === 1);
        break;
      case 3:
        this.#number(reader.integer());
        break;
      case 4:
        this.#number(reader.double());
        break;
      default:
        out.i32(2, tagTypes.string);
        out.string(3, this.#joined());
    }
    out.stop();
  }

  #number(value: number): void {
    const out = this.#out;
    if (Number.isSafeInteger(value)) {
      out.i32(2, tagTypes.long);
      out.i64(6, value);
    } else {
      out.i32(2, tagTypes.double);
      out.double(4, value);
    }
  }

  /** Texts of an array, with commas between them. */
  #joined(): string {
    const reader = this.#reader;
    const end = reader.limit();
    const texts: string[] = [];
    while (reader.at < end && reader.next()) {
      reader.limit();
      reader.next();
      texts.push(reader.text());
    }
    return texts.join(',');
  }

  #writeLogs(): void {
    const [out, events] = [this.#out, this.#events];
    out.list(11, events.length / 2);
    for (let index = 0; index < events.length; index += 2) {
      this.#writeLog(events[index] as number, events[index + 1] as number);
      out.stop();
    }
  }

  #writeLog(from: number, to: number): void {
    const reader = this.#reader.within(from, to);
    const attributes: number[] = [];
    let [timeUs, nameFrom, nameTo] = [0, 0, 0];
    while (reader.next()) {
      if (reader.field === 1) timeUs = reader.micros();
      else if (reader.field === 2) {
        nameFrom = this.#place();
        nameTo = reader.at;
      } else if (reader.field === 3) attributes.push(this.#place(), reader.at);
      else reader.skip();
    }
    const out = this.#out;
    out.i64(1, timeUs);
    out.list(2, attributes.length / 2 + 1);
    out.string(1, 'event');
    out.i32(2, tagTypes.string);
    out.stringAt(3, this.#bytes, nameFrom, nameTo);
    out.stop();
    for (let index = 0; index < attributes.length; index += 2) {
      this.#writeTag(attributes[index] as number, attributes[index + 1] as number);
    }
  }
}
