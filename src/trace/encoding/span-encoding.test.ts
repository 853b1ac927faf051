import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { SpanKind, SpanStatusCode, TraceFlags, type HrTime } from '@opentelemetry/api';
import { TraceState } from '@opentelemetry/core';
import type * as Jaeger from '@opentelemetry/exporter-jaeger';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import fc from 'fast-check';
import { EncodedSpan, instrumentationScope } from '../export/encoded-span.ts';
import { makeThriftConstructorsOfClosures } from '../export/thrift-constructors.ts';
import { otlpRequest } from '../export/otlp-request.ts';
import type { SpanData } from '../spans/span-data.ts';
import { writeSpan, type JaegerSpan } from './jaeger-batch.ts';
import { JaegerSpanWriter } from './jaeger-span.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import { decodeSpan } from './span-decoder.ts';
import { encodeSpan } from './span-encoder.ts';
import { encodeFrames, readFrames, wholeSpan } from './span-frames.ts';
import { spanBytesMax } from './span-limits.ts';
import { statementAttributes } from './statement-attributes.ts';
import { ThriftWriter } from './thrift-writer.ts';

const attributeValue = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.boolean(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(2 ** 53, -(2 ** 60), 2 ** 62, 2 ** 63, -(2 ** 63), 0.5, -1, 0, 127, 128, 16384),
  fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }), { maxLength: 4 }),
);
const attributes = fc.dictionary(
  fc
    .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 })
    .filter((key) => key !== '__proto__'),
  attributeValue,
  { maxKeys: 30 },
);
const digits = (count: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: count, maxLength: count })
    .map((list) => list.join(''));
/** Whole milliseconds: others JaegerExporter rounds. */
const eventTime = fc.integer({ min: 0, max: 4e9 }).map((ms) => 1.7e15 + ms * 1000);

const spanData: fc.Arbitrary<SpanData> = fc.record({
  traceId: digits(32),
  spanId: digits(16),
  parentSpanId: fc.oneof(fc.constant(''), digits(16)),
  traceState: fc.constantFrom('', 'vendor=1', 'a=b,c=d'),
  queryId: digits(16),
  name: fc.string({ unit: 'grapheme', maxLength: 200 }),
  isServer: fc.boolean(),
  startUs: fc.integer({ min: 0, max: 1e9 }).map((us) => 1.7e15 + us),
  endUs: fc.integer({ min: 0, max: 1e12 }).map((us) => 1.7e15 + 1e9 + us),
  attributes,
  events: fc.array(fc.record({ name: fc.string(), timeUs: eventTime, attributes }), {
    maxLength: 3,
  }),
  links: fc.array(fc.record({ traceId: digits(32), spanId: digits(16), attributes }), {
    maxLength: 3,
  }),
  error: fc.constantFrom(undefined, '57014', '22012'),
  target: fc.constantFrom('pgwire::query', 'datafusion::physical_plan::filter'),
  level: fc.constantFrom('error', 'info', 'trace'),
  line: fc.constant({ name: '', phase: '', fields: {} }),
  sql: fc.constant(undefined),
});

function hrTime(micros: number): HrTime {
  const seconds = Math.floor(micros / 1e6);
  return [seconds, (micros - seconds * 1e6) * 1000];
}

/** The span as OpenTelemetry's own objects, made from the same data on another way. */
function readable(span: SpanData, resource: ReadableSpan['resource']): ReadableSpan {
  const { traceId, spanId, parentSpanId, traceState, error } = span;
  const flags = {
    traceFlags: TraceFlags.SAMPLED,
    ...(traceState === '' ? {} : { traceState: new TraceState(traceState) }),
  };
  const mutable = (values: SpanData['attributes']) => values as ReadableSpan['attributes'];
  return {
    name: span.name,
    kind: span.isServer ? SpanKind.SERVER : SpanKind.INTERNAL,
    spanContext: () => ({ traceId, spanId, ...flags }),
    ...(parentSpanId === ''
      ? {}
      : { parentSpanContext: { traceId, spanId: parentSpanId, ...flags } }),
    startTime: hrTime(span.startUs),
    endTime: hrTime(span.endUs),
    duration: hrTime(span.endUs - span.startUs),
    status:
      error === undefined
        ? { code: SpanStatusCode.UNSET }
        : { code: SpanStatusCode.ERROR, message: `SQLSTATE ${error}` },
    attributes: mutable(span.attributes),
    events: span.events.map((event) => ({
      name: event.name,
      time: hrTime(event.timeUs),
      attributes: mutable(event.attributes),
    })),
    links: span.links.map((link) => ({
      context: { traceId: link.traceId, spanId: link.spanId, traceFlags: TraceFlags.SAMPLED },
      attributes: mutable(link.attributes),
    })),
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function encoded(span: SpanData): Buffer {
  const out = new ProtobufWriter();
  encodeSpan(out, span);
  return out.bytes;
}

function thriftOf(span: Buffer): Buffer {
  const out = new ThriftWriter();
  new JaegerSpanWriter(out).write(span);
  return out.bytes;
}

/** What JaegerExporter makes of the span. */
async function exporterThrift(span: ReadableSpan): Promise<Buffer> {
  makeThriftConstructorsOfClosures();
  const load = createRequire(import.meta.url);
  const { JaegerExporter } = load('@opentelemetry/exporter-jaeger') as typeof Jaeger;
  const out = new ThriftWriter();
  const exporter = new JaegerExporter();
  const sender = {
    append: (made: JaegerSpan, done: (count: number) => void) => {
      writeSpan(out, made);
      done(0);
    },
    flush: (done: (count: number) => void) => done(1),
  };
  Object.assign(exporter, { _sender: sender });
  await new Promise<void>((resolve) => exporter.export([span], () => resolve()));
  return out.bytes;
}

const simple: SpanData = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentSpanId: '',
  traceState: '',
  queryId: 'b7ad6b7169203332',
  name: 'SELECT',
  isServer: true,
  startUs: 1.7e15,
  endUs: 1.7e15 + 5,
  attributes: { a: 1 },
  events: [],
  links: [],
  error: undefined,
  target: 'pgwire::query',
  level: 'info',
  line: { name: '', phase: '', fields: {} },
  sql: undefined,
};

describe('an encoded span', () => {
  it('is, byte for byte, the request that OpenTelemetry makes of it', () => {
    const resource = resourceFromAttributes({ 'service.name': 'é', 'process.pid': 12 });
    fc.assert(
      fc.property(fc.array(spanData, { minLength: 1, maxLength: 3 }), (spans) => {
        const own = otlpRequest(spans.map((span) => new EncodedSpan(encoded(span), resource)));
        const theirs = spans.map((span) => readable(span, resource));
        assert.deepEqual(own, Buffer.from(ProtobufTraceSerializer.serializeRequest(theirs) ?? []));
      }),
      { numRuns: 300 },
    );
  });

  it('becomes the Thrift that JaegerExporter makes of it', async () => {
    const resource = resourceFromAttributes({});
    await fc.assert(
      fc.asyncProperty(spanData, async (span) => {
        assert.deepEqual(thriftOf(encoded(span)), await exporterThrift(readable(span, resource)));
      }),
      { numRuns: 300 },
    );
  });

  it('is what it was when it is decoded', () => {
    fc.assert(
      fc.property(spanData, (span) => {
        const { queryId: _query, target: _target, level: _level, line: _line, ...rest } = span;
        const { sql: _sql, ...expected } = rest;
        const found = decodeSpan(encoded(span));
        const counts = { droppedAttributes: 0, droppedEvents: 0, droppedLinks: 0 };
        assert.deepEqual(plain(found), plain({ ...expected, ...counts }));
      }),
      { numRuns: 300 },
    );
  });

  it('is for OpenTelemetry what its own objects are', async () => {
    const resource = resourceFromAttributes({});
    await fc.assert(
      fc.asyncProperty(spanData, async (span) => {
        const [own, theirs] = [new EncodedSpan(encoded(span), resource), readable(span, resource)];
        assert.deepEqual(await exporterThrift(own), await exporterThrift(theirs));
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the microseconds of events over Thrift', () => {
    const events = [{ name: 'e', timeUs: 1.7e15 + 123_457, attributes: {} }];
    const time = Buffer.alloc(8);
    time.writeBigInt64BE(BigInt(1.7e15 + 123_457));
    assert.ok(thriftOf(encoded({ ...simple, events })).includes(time));
  });

  it('says how long a text was that was cut, and leaves out what is no number', () => {
    const { attributes: found } = decodeSpan(
      encoded({ ...simple, attributes: { long: 'é'.repeat(5000), nothing: Number.NaN } }),
    );
    assert.equal(found['long.truncated_from'], 5000);
    assert.ok(Buffer.byteLength(String(found['long'])) <= 4096);
    assert.ok(String(found['long']).endsWith('é…'));
    assert.ok(!('nothing' in found));
  });

  it('has 128 events and links at most, and says how many it has not', async () => {
    const { traceId, spanId } = simple;
    const many = Array.from({ length: 130 }, (_, index) => index);
    const events = many.map((index) => ({ name: `${index}`, timeUs: 1.7e15, attributes: {} }));
    const links = many.map(() => ({ traceId, spanId, attributes: {} }));
    const span = new EncodedSpan(encoded({ ...simple, events, links }), resourceFromAttributes({}));
    assert.deepEqual([span.events.length, span.links.length], [128, 128]);
    assert.deepEqual([span.droppedEventsCount, span.droppedLinksCount], [2, 2]);
    assert.deepEqual(thriftOf(span.bytes), await exporterThrift(span));
  });

  it('fits a datagram whatever its attributes, and counts those left out', () => {
    const many = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [`key ${index}`, 'x'.repeat(1000)]),
    );
    const span = { ...simple, attributes: many, sql: `SELECT '${'y'.repeat(100_000)}'` };
    const [frame] = readFrames(encodeFrames([span]));
    assert.ok(frame !== undefined);
    const whole = wholeSpan(frame);
    assert.ok(thriftOf(whole).length <= spanBytesMax);
    const { attributes: found, droppedAttributes } = decodeSpan(whole);
    assert.ok(droppedAttributes > 300);
    assert.equal(found['db.query.text'], 'select ?');
    const kept = Object.keys(found).filter((key) => /^key \d+$/.test(key));
    assert.equal(kept.length, 400 - droppedAttributes);
  });
});

describe('frames', () => {
  it('hold spans in order, with level, target and the text of a statement', () => {
    const sql = 'SELECT 42';
    const spans = [simple, { ...simple, name: 'é', level: 'debug' as const, sql }];
    const frames = [...readFrames(Buffer.from(encodeFrames(spans)))];
    assert.deepEqual(
      frames.map(({ level, target, sql: text }) => ({ level, target, text })),
      [
        { level: 'info', target: 'pgwire::query', text: '' },
        { level: 'debug', target: 'pgwire::query', text: sql },
      ],
    );
    const attributes = { ...simple.attributes, ...statementAttributes(sql) };
    const [first, second] = frames.map(wholeSpan);
    assert.deepEqual(first, encoded(simple));
    assert.deepEqual(second, encoded({ ...simple, name: 'é', attributes }));
  });
});

/** A whole number is an int on the wire, which knows no minus zero. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
