/** Spans as OTLP: protobuf or JSON over HTTP, protobuf over gRPC. */
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { must } from '../../errors/assert.ts';
import { answered } from './export-failure.ts';
import type { EncodedSpan } from './encoded-span.ts';
import { openOtlpClient, readAnswer } from './otlp-client.ts';
import { otlpRequest } from './otlp-request.ts';
import type { OtlpTarget } from './otlp-target.ts';
import type { SpanShipper } from './span-shipper.ts';

const grpcPath = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

type Answer = { readonly partialSuccess?: { readonly rejectedSpans?: number | string } };

export function otlpShipper(target: OtlpTarget): SpanShipper {
  const client = openOtlpClient(target, grpcPath);
  const isJson = target.protocol === 'http/json';
  const encode = isJson ? jsonRequest : otlpRequest;
  const read = isJson
    ? (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()) as Answer
    : (bytes: Uint8Array): Answer => ProtobufTraceSerializer.deserializeResponse(bytes);
  return {
    async ship(spans, signal) {
      const bytes = await client.exchange(encode(spans), signal);
      const { partialSuccess } = bytes.length === 0 ? {} : readAnswer(read, bytes);
      return refusedOf(partialSuccess?.rejectedSpans, spans.length);
    },
    async probe(signal) {
      const once = openOtlpClient(target, grpcPath);
      try {
        await answered(once.exchange(isJson ? Buffer.from('{}') : Buffer.alloc(0), signal));
      } finally {
        once.close();
      }
    },
    close: () => client.close(),
  };
}

function jsonRequest(spans: readonly EncodedSpan[]): Uint8Array {
  return must(JsonTraceSerializer.serializeRequest([...spans]), 'bytes of spans');
}

/** JSON gives 64-bit numbers as strings. */
function refusedOf(count: number | string | undefined, most: number): number {
  const refused = Number(count ?? 0);
  return refused >= 0 ? Math.min(most, refused) : 0;
}
