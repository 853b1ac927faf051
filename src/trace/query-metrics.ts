/**
 * Metrics of queries and of the tracer itself, counted for every query: traces are sampled, rates
 * must not be. Labels come from fixed sets: no SQL, no names that users choose.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { PlanNode } from '../plan/physical.ts';
import { childrenOf } from '../plan/physical.ts';
import { totalsByNode } from './operator-totals.ts';
import { CounterFamily, HistogramFamily, type TextForm } from './prometheus-text.ts';
import type { ExecutedPlan, QueryEnd, QueryNotes, SamplingReason } from './query-notes.ts';
import type { PhaseNote } from './query-trace.ts';
import type { SinkCounts } from './span-outlet.ts';
import type { SinkName } from './worker-messages.ts';

const secondBounds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
const rowBounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
const ratioBounds = [1, 1.5, 2, 5, 10, 100, 1000, 10_000];

export class QueryMetrics {
  readonly #duration = new HistogramFamily(
    'db_server_query_duration_seconds',
    'Time from first byte in to last byte out.',
    secondBounds,
  );
  readonly #rows = new HistogramFamily(
    'db_server_returned_rows',
    'Rows returned or written.',
    rowBounds,
  );
  readonly #firstRow = new HistogramFamily(
    'db_server_time_to_first_row_seconds',
    'Time until the plan gave its first row.',
    secondBounds,
  );
  readonly #phases = new HistogramFamily(
    'db_server_phase_duration_seconds',
    'Time in each phase.',
    secondBounds,
  );
  readonly #queueWait = new HistogramFamily(
    'db_server_queue_wait_seconds',
    'Time until a worker was free.',
    secondBounds,
  );
  readonly #fsync = new HistogramFamily(
    'db_server_wal_fsync_seconds',
    'Time of log syncs that commits waited for.',
    secondBounds,
  );
  readonly #misestimate = new HistogramFamily(
    'db_server_rows_misestimate_ratio',
    'Estimated to actual rows, the larger over the smaller.',
    ratioBounds,
  );
  readonly #selfSeconds = new CounterFamily(
    'db_server_operator_self_seconds_total',
    'Time in operators themselves, of queries that were counted.',
  );
  readonly #operatorRows = new CounterFamily(
    'db_server_operator_rows_total',
    'Rows that operators produced, of queries that were counted.',
  );
  readonly #writeWait = new CounterFamily(
    'db_server_client_write_wait_seconds_total',
    'Time that results waited for clients to read.',
  );
  readonly #walBytes = new CounterFamily(
    'db_server_wal_bytes_total',
    'Bytes of log written by commits.',
  );
  readonly #cancelled = new CounterFamily('db_server_cancelled_total', 'Queries stopped early.');
  readonly #planCache = new CounterFamily(
    'db_server_plan_cache_requests_total',
    'Plans taken from a prepared statement (hit) or made (miss).',
  );
  readonly #decisions = new CounterFamily(
    'trace_queries_total',
    'Queries by what became of their trace.',
  );
  readonly #elided = new CounterFamily(
    'trace_spans_elided_total',
    'Spans left out by the budget of their query.',
  );
  #loopDelay: ReturnType<typeof monitorEventLoopDelay> | undefined;

  /** `isExported`: its trace can be found by its id. */
  count(notes: QueryNotes, end: QueryEnd, isExported: boolean): void {
    const { failure, phases, plans, start } = notes;
    const seconds = Math.max(0, end.endNs - start.startNs) / 1e9;
    this.#duration.observe(
      {
        operation: operationLabel(notes.operation),
        status: failure === undefined ? 'ok' : 'error',
        error_type: failure?.code ?? '',
      },
      seconds,
      isExported ? notes.traceId : '',
    );
    if (failure === undefined) this.#rows.observe({}, end.rows);
    if (stopped.has(end.reason)) this.#cancelled.add({ reason: end.reason });
    const cache = notes.rootAttributes['plan.cache'];
    if (typeof cache === 'string') this.#planCache.add({ result: cache });
    for (const phase of phases) this.#countPhase(phase);
    for (const plan of plans) this.#countPlan(plan, start.startNs);
  }

  #countPhase({ name, startNs, endNs, activeNs, attributes }: PhaseNote): void {
    const seconds = (activeNs ?? Math.max(0, endNs - startNs)) / 1e9;
    this.#phases.observe({ phase: name }, seconds);
    if (name === 'queue.wait') this.#queueWait.observe({}, seconds);
    if (name === 'client.write_wait') this.#writeWait.add({}, seconds);
    const bytes = attributes?.['wal.bytes'];
    const syncNs = attributes?.['wal.sync_ns'];
    if (typeof bytes === 'number') this.#walBytes.add({}, bytes);
    if (typeof syncNs === 'number') this.#fsync.observe({}, syncNs / 1e9);
  }

  #countPlan({ plan, statistics }: ExecutedPlan, startNs: number): void {
    if (statistics.length === 0) return;
    const totals = totalsByNode(statistics);
    const firstRowNs = totals.get(plan.root.id)?.firstRowNs ?? 0;
    if (firstRowNs > 0) this.#firstRow.observe({}, Math.max(0, firstRowNs - startNs) / 1e9);
    const visit = (node: PlanNode): void => {
      const counted = totals.get(node.id);
      if (counted !== undefined) {
        const operator = { operator: node.kind };
        this.#selfSeconds.add(operator, counted.selfNs / 1e9);
        this.#operatorRows.add(operator, counted.rows);
        const [least, most] = [node.estimatedRows, counted.rows].toSorted((a, b) => a - b);
        this.#misestimate.observe(operator, (most ?? 0) / Math.max(1, least ?? 0));
      }
      for (const child of childrenOf(node)) visit(child);
    };
    visit(plan.root);
    for (const subplan of plan.subplans) visit(subplan.plan);
  }

  /** What became of one query's trace; undefined: not exported. */
  decided(reason: SamplingReason | undefined, isRefused: boolean): void {
    if (reason !== undefined) this.#decisions.add({ decision: 'exported', reason });
    else this.#decisions.add({ decision: 'dropped', reason: isRefused ? 'rate' : 'sampler' });
  }

  spansElided(count: number): void {
    if (count > 0) this.#elided.add({}, count);
  }

  text(sinks: ReadonlyMap<SinkName, SinkCounts>, form: TextForm): string {
    const families = [
      this.#duration,
      this.#rows,
      this.#firstRow,
      this.#phases,
      this.#queueWait,
      this.#fsync,
      this.#misestimate,
      this.#selfSeconds,
      this.#operatorRows,
      this.#writeWait,
      this.#walBytes,
      this.#cancelled,
      this.#planCache,
      this.#decisions,
      this.#elided,
      ...sinkFamilies(sinks),
      ...this.#processFamilies(),
    ];
    return families.map((family) => family.text(form)).join('');
  }

  /** The event loop is watched from the first time that somebody asks. */
  #processFamilies(): readonly CounterFamily[] {
    if (this.#loopDelay === undefined) {
      this.#loopDelay = monitorEventLoopDelay({ resolution: 20 });
      this.#loopDelay.enable();
    }
    const lag = new CounterFamily(
      'nodejs_eventloop_lag_seconds',
      'Event loop delay since the last reading.',
      'gauge',
    );
    const delay = this.#loopDelay;
    const seconds = (ns: number): number => (Number.isFinite(ns) ? ns / 1e9 : 0);
    lag.set({ quantile: '0.5' }, seconds(delay.percentile(50)));
    lag.set({ quantile: '0.99' }, seconds(delay.percentile(99)));
    lag.set({ quantile: '1' }, seconds(delay.max));
    delay.reset();
    const heap = new CounterFamily('nodejs_heap_bytes', 'Heap of the JavaScript engine.', 'gauge');
    const { heapUsed, heapTotal } = process.memoryUsage();
    heap.set({ state: 'used' }, heapUsed);
    heap.set({ state: 'total' }, heapTotal);
    return [lag, heap];
  }
}

const stopped = new Set<string>(['cancelled', 'timeout', 'disconnect']);

// prettier-ignore
const operations = new Set([
  'SELECT', 'INSERT', 'UPDATE', 'DELETE', 'COPY', 'EXPLAIN', 'BEGIN', 'START', 'COMMIT', 'ROLLBACK',
  'SET', 'SHOW', 'PREPARE', 'EXECUTE', 'DEALLOCATE', 'FETCH', 'DECLARE CURSOR', 'CREATE TABLE',
  'CREATE TABLE AS', 'CREATE VIEW', 'DROP', 'TRUNCATE',
]);

function operationLabel(operation: string): string {
  return operations.has(operation) ? operation : 'OTHER';
}

function sinkFamilies(sinks: ReadonlyMap<SinkName, SinkCounts>): readonly CounterFamily[] {
  const exported = new CounterFamily(
    'trace_spans_exported_total',
    'Spans that an exporter accepted.',
  );
  const dropped = new CounterFamily('trace_spans_dropped_total', 'Spans lost, by cause.');
  const failures = new CounterFamily('trace_export_failures_total', 'Failed attempts to export.');
  const seconds = new CounterFamily('trace_export_duration_seconds_total', 'Time spent exporting.');
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
    failures.set({ exporter }, counts.failures);
    seconds.set({ exporter }, counts.exportMs / 1000);
  }
  return [exported, dropped, failures, seconds, queued, lines];
}
