/** Rows of `trace.spans`, made on the thread that reads them. */
import type { SentSpans, TraceRow } from '../../catalog/catalog-state.ts';
import { jsonbOf } from '../../types/json-value.ts';
import { readSpans, type RecentSpan } from './span-ring.ts';

export function spanRows(spans: SentSpans): readonly TraceRow[] {
  return Array.from(readSpans(spans), spanRow);
}

function spanRow(span: RecentSpan): TraceRow {
  const whole = (name: string): bigint | null => {
    const value = span.attributes[name];
    return typeof value === 'number' ? BigInt(Math.round(value)) : null;
  };
  const nodeId = span.attributes['plan.node_id'];
  return {
    trace_id: span.traceId,
    span_id: span.spanId,
    parent_span_id: span.parentSpanId === '' ? null : span.parentSpanId,
    name: span.name,
    kind: span.isServer ? 'SERVER' : 'INTERNAL',
    start_time: BigInt(span.startUs),
    end_time: BigInt(span.endUs),
    duration_ns: BigInt(span.endUs - span.startUs) * 1000n,
    status: span.error === undefined ? 'UNSET' : 'ERROR',
    error_type: span.error ?? null,
    target: span.target,
    level: span.level.toUpperCase(),
    query_id: span.queryId === '' ? null : span.queryId,
    node_id: typeof nodeId === 'number' ? nodeId : null,
    rows: whole('datafusion.metrics.output_rows') ?? whole('db.response.returned_rows'),
    self_ns: whole('op.self_ns'),
    attributes: jsonbOf(span.attributes),
    events: jsonbOf(span.events),
    links: jsonbOf(span.links),
  };
}
