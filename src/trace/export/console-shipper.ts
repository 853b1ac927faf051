/** Spans on standard output, one JSON object a line. */
import type { HrTime } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { OutputBuffer } from './output-buffer.ts';
import type { SpanShipper } from './span-shipper.ts';

const statusNames = ['UNSET', 'OK', 'ERROR'];
const kindNames = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

const micros = ([seconds, nanos]: HrTime): number => seconds * 1e6 + nanos / 1000;

function spanText(span: ReadableSpan): string {
  const { traceId, spanId } = span.spanContext();
  const { parentSpanContext: parent, status } = span;
  return JSON.stringify({
    name: span.name,
    traceId,
    id: spanId,
    ...(parent === undefined ? {} : { parentId: parent.spanId }),
    kind: kindNames[span.kind],
    timestamp: micros(span.startTime),
    duration: micros(span.duration),
    status: { ...status, code: statusNames[status.code] },
    attributes: span.attributes,
    events: span.events.map(({ name, time, attributes }) => ({
      name,
      timestamp: micros(time),
      attributes,
    })),
    links: span.links.map(({ context, attributes }) => ({
      traceId: context.traceId,
      id: context.spanId,
      attributes,
    })),
    resource: span.resource.attributes,
  });
}

/** A reader that does not read makes attempts end by time; then the spans are lost and counted. */
export function consoleShipper(output: OutputBuffer): SpanShipper {
  return {
    async ship(spans) {
      const written = await output.write(spans.map((span) => `${spanText(span)}\n`));
      return spans.length - written;
    },
    close: () => undefined,
  };
}
