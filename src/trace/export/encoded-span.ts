/**
 * A span in its encoded form, as OpenTelemetry's batch processor and exporters take it. Who sends
 * bytes on uses `bytes`; only who asks for names and values has them decoded, once.
 */
import {
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type HrTime,
  type Link,
  type SpanContext,
  type SpanStatus,
} from '@opentelemetry/api';
import { TraceState } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-node';
import { version } from '../../version.ts';
import { decodeSpan, type DecodedSpan } from '../encoding/span-decoder.ts';
import { statusPrefix } from '../encoding/span-encoder.ts';

export const instrumentationScope = { name: 'timefusion', version };

export class EncodedSpan implements ReadableSpan {
  /** A Span of OTLP. */
  readonly bytes: Buffer;
  readonly resource: Resource;
  readonly ended = true;
  readonly instrumentationScope = instrumentationScope;
  #decoded: DecodedSpan | undefined;

  constructor(bytes: Buffer, resource: Resource) {
    this.bytes = bytes;
    this.resource = resource;
  }

  get #span(): DecodedSpan {
    return (this.#decoded ??= decodeSpan(this.bytes));
  }

  spanContext(): SpanContext {
    return new EncodedContext(this);
  }

  get identity(): Pick<DecodedSpan, 'traceId' | 'spanId' | 'traceState'> {
    return this.#span;
  }

  /** Undefined for a root: OpenTelemetry's types know no getter of an optional property. */
  get parentSpanContext(): SpanContext {
    const { traceId, parentSpanId: spanId } = this.#span;
    const parent = spanId === '' ? undefined : { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
    return parent as SpanContext;
  }

  get name(): string {
    return this.#span.name;
  }

  get kind(): SpanKind {
    return this.#span.isServer ? SpanKind.SERVER : SpanKind.INTERNAL;
  }

  get startTime(): HrTime {
    return hrTime(this.#span.startUs);
  }

  get endTime(): HrTime {
    return hrTime(this.#span.endUs);
  }

  get duration(): HrTime {
    return hrTime(this.#span.endUs - this.#span.startUs);
  }

  get status(): SpanStatus {
    const { error } = this.#span;
    if (error === undefined) return { code: SpanStatusCode.UNSET };
    return { code: SpanStatusCode.ERROR, message: `${statusPrefix}${error}` };
  }

  get attributes(): ReadableSpan['attributes'] {
    return this.#span.attributes as ReadableSpan['attributes'];
  }

  get events(): TimedEvent[] {
    return this.#span.events.map(({ name, timeUs, attributes }) => ({
      name,
      time: hrTime(timeUs),
      attributes: attributes as ReadableSpan['attributes'],
    }));
  }

  get links(): Link[] {
    return this.#span.links.map(({ traceId, spanId, attributes }) => ({
      context: { traceId, spanId, traceFlags: TraceFlags.SAMPLED },
      attributes: attributes as ReadableSpan['attributes'],
    }));
  }

  get droppedAttributesCount(): number {
    return this.#span.droppedAttributes;
  }

  get droppedEventsCount(): number {
    return this.#span.droppedEvents;
  }

  get droppedLinksCount(): number {
    return this.#span.droppedLinks;
  }
}

/** The batch processor asks each span for its flags alone. */
class EncodedContext implements SpanContext {
  readonly traceFlags = TraceFlags.SAMPLED;
  readonly #span: EncodedSpan;

  constructor(span: EncodedSpan) {
    this.#span = span;
  }

  get traceId(): string {
    return this.#span.identity.traceId;
  }

  get spanId(): string {
    return this.#span.identity.spanId;
  }

  /** Undefined when there is none. */
  get traceState(): TraceState {
    const { traceState } = this.#span.identity;
    return (traceState === '' ? undefined : new TraceState(traceState)) as TraceState;
  }
}

function hrTime(micros: number): HrTime {
  const seconds = Math.floor(micros / 1e6);
  return [seconds, (micros - seconds * 1e6) * 1000];
}
