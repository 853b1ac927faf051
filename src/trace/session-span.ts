/** The one span of a session's start; every query root links to it. */
import { newSpanId, newTraceId } from './ids.ts';
import type { AttributeValue } from './query-trace.ts';
import { epochMicros, type SpanData } from './span-data.ts';

export function sessionSpan(start: {
  readonly sessionId: string;
  readonly startNs: number;
  readonly endNs: number;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}): SpanData {
  const startUs = epochMicros(start.startNs);
  return {
    traceId: newTraceId(),
    spanId: newSpanId(),
    parentSpanId: '',
    traceState: '',
    queryId: '',
    name: 'pgwire.session',
    isServer: true,
    startUs,
    endUs: Math.max(startUs, epochMicros(start.endNs)),
    attributes: { 'session.id': start.sessionId, ...start.attributes },
    events: [],
    links: [],
    error: undefined,
    target: 'pgwire::session',
    level: 'info',
    line: { name: 'pgwire.session', phase: 'session', fields: {} },
    sql: undefined,
  };
}
