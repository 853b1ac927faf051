/** OTLP traces in protobuf: opentelemetry/proto/collector/trace/v1 and trace/v1. */
import type { DecodedEvent, DecodedSpan } from './decoded-span.ts';
import {
  attributesOf,
  bytesOf,
  hexOf,
  messages,
  micros,
  numberOf,
  readMessage,
  textOf,
  type Message,
} from './protobuf-reader.ts';

function spanOf(span: Message, service: string): DecodedSpan {
  return {
    traceId: hexOf(span, 1),
    spanId: hexOf(span, 2),
    parentSpanId: hexOf(span, 4),
    name: textOf(span, 5),
    startUs: micros(span, 7),
    endUs: micros(span, 8),
    attributes: attributesOf(span, 9),
    events: messages(span, 11).map((event): DecodedEvent => ({
      name: textOf(event, 2),
      attributes: attributesOf(event, 3),
    })),
    links: messages(span, 13).map((link) => `${hexOf(link, 1)}-${hexOf(link, 2)}`),
    isServer: numberOf(span, 6) === 2n,
    isError: span.has(15) && numberOf(readMessage(bytesOf(span, 15)), 3) === 2n,
    service,
  };
}

/** The body of POST /v1/traces: ExportTraceServiceRequest. */
export function decodeOtlpRequest(body: Buffer): readonly DecodedSpan[] {
  return messages(readMessage(body), 1).flatMap((resourceSpans) => {
    const resource = attributesOf(readMessage(bytesOf(resourceSpans, 1)), 1);
    const service = String(resource.get('service.name'));
    return messages(resourceSpans, 2).flatMap((scopeSpans) =>
      messages(scopeSpans, 2).map((span) => spanOf(span, service)),
    );
  });
}
