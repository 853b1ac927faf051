/** What became of spans and lines, by where they went. */
import { CounterFamily, type MetricFamily } from './metric-families.ts';
import type { SinkCounts } from '../export/span-outlet.ts';
import type { SinkName } from '../export/worker-messages.ts';

/** `dropped`: by all other causes, before spans are made for an exporter. */
export function sinkFamilies(
  sinks: ReadonlyMap<SinkName, SinkCounts>,
  dropped: CounterFamily,
): readonly MetricFamily[] {
  const exported = new CounterFamily(
    'trace_spans_exported_total',
    'Spans that an exporter accepted.',
  );
  const failures = new CounterFamily('trace_export_failures_total', 'Failed attempts to export.');
  const queued = new CounterFamily('trace_queue_length', 'Spans that wait.', 'gauge');
  const lines = new CounterFamily(
    'log_lines_dropped_total',
    'Lines lost because output was blocked.',
  );
  for (const [exporter, counts] of sinks) {
    const { exported: done, queued: waiting, droppedFull, droppedFailed } = counts;
    queued.set({ exporter }, waiting);
    if (exporter === 'lines') {
      lines.set({}, droppedFull + droppedFailed);
      continue;
    }
    exported.set({ exporter }, done);
    dropped.set({ exporter, reason: 'queue_full' }, droppedFull);
    dropped.set({ exporter, reason: 'export_failed' }, droppedFailed);
    // Too large a span is cut until it fits.
    dropped.set({ exporter, reason: 'too_large' }, 0);
    failures.set({ exporter }, counts.failures);
  }
  return [exported, dropped, failures, queued, lines].map((family) => family.now);
}
