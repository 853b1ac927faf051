/**
 * Jaeger's batches in bytes, from the spans that JaegerExporter makes: exact sizes, so that a
 * datagram is filled and never overflows.
 *
 *     Batch { 1 Process { 1 service 2 tags } 2 list<Span> }    emitBatch(1 Batch) on UDP
 *
 * https://github.com/jaegertracing/jaeger-idl/blob/main/thrift/jaeger.thrift
 */
import { ThriftWriter } from './thrift-writer.ts';

/** JaegerExporter's forms. */
export interface JaegerTag {
  readonly key: string;
  readonly vType: string;
  readonly vStr: string;
  readonly vDouble: number;
  readonly vBool: boolean;
}

export interface JaegerSpan {
  readonly traceIdLow: Buffer;
  readonly traceIdHigh: Buffer;
  readonly spanId: Buffer;
  readonly parentSpanId: Buffer;
  readonly operationName: string;
  readonly references: readonly {
    readonly traceIdLow: Buffer;
    readonly traceIdHigh: Buffer;
    readonly spanId: Buffer;
  }[];
  readonly flags: number;
  readonly startTime: Buffer;
  readonly duration: Buffer;
  readonly tags: readonly JaegerTag[];
  readonly logs: readonly { readonly timestamp: Buffer; readonly fields: readonly JaegerTag[] }[];
}

export interface JaegerProcess {
  readonly serviceName: string;
  readonly tags: readonly JaegerTag[];
}

export const tagTypes = { string: 0, double: 1, bool: 2, long: 3 };
export const followsFrom = 1;
const onewayCall = 4;

function writeTag(out: ThriftWriter, { key, vType, vStr, vDouble, vBool }: JaegerTag): void {
  out.string(1, key);
  if (vType === 'BOOL') {
    out.i32(2, tagTypes.bool);
    out.bool(5, vBool);
  } else if (vType === 'DOUBLE' && Number.isSafeInteger(vDouble)) {
    // JaegerExporter calls every number a double.
    out.i32(2, tagTypes.long);
    out.i64(6, vDouble);
  } else if (vType === 'DOUBLE') {
    out.i32(2, tagTypes.double);
    out.double(4, vDouble);
  } else {
    out.i32(2, tagTypes.string);
    out.string(3, vStr);
  }
  out.stop();
}

function writeTags(out: ThriftWriter, id: number, tags: readonly JaegerTag[]): void {
  out.list(id, tags.length);
  for (const tag of tags) writeTag(out, tag);
}

/** One struct of the batch's list. */
export function writeSpan(out: ThriftWriter, span: JaegerSpan): void {
  out.raw64(1, span.traceIdLow);
  out.raw64(2, span.traceIdHigh);
  out.raw64(3, span.spanId);
  out.raw64(4, span.parentSpanId);
  out.string(5, span.operationName);
  out.list(6, span.references.length);
  for (const reference of span.references) {
    out.i32(1, followsFrom);
    out.raw64(2, reference.traceIdLow);
    out.raw64(3, reference.traceIdHigh);
    out.raw64(4, reference.spanId);
    out.stop();
  }
  out.i32(7, span.flags);
  out.raw64(8, span.startTime);
  out.raw64(9, span.duration);
  writeTags(out, 10, span.tags);
  out.list(11, span.logs.length);
  for (const { timestamp, fields } of span.logs) {
    out.raw64(1, timestamp);
    writeTags(out, 2, fields);
    out.stop();
  }
  out.stop();
}

export interface EncodedSpans {
  readonly count: number;
  readonly bytes: Uint8Array;
}

function writeBatch(out: ThriftWriter, process: JaegerProcess, spans: EncodedSpans): void {
  out.struct(1);
  out.string(1, process.serviceName);
  writeTags(out, 2, process.tags);
  out.stop();
  out.list(2, spans.count);
  out.append(spans.bytes);
  out.stop();
}

/** The body of POST /api/traces. */
export function batchBody(process: JaegerProcess, spans: EncodedSpans): Buffer {
  const out = new ThriftWriter();
  writeBatch(out, process, spans);
  return out.bytes;
}

/** A datagram to the agent: a call of emitBatch that wants no answer. */
export function batchDatagram(process: JaegerProcess, spans: EncodedSpans): Buffer {
  const out = new ThriftWriter();
  out.message(onewayCall, 'emitBatch');
  out.struct(1);
  writeBatch(out, process, spans);
  out.stop();
  return out.bytes;
}
