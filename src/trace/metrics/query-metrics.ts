/**
 * Metrics of queries and of the tracer itself, counted for every query: traces are sampled, rates
 * must not be. Labels come from fixed sets: no SQL, no names that users choose.
 */
import type { PlanNode } from '../../plan/physical.ts';
import { childrenOf } from '../../plan/physical.ts';
import { totalsByNode } from '../spans/operator-totals.ts';
import { CounterFamily, HistogramFamily, type MetricFamily } from './metric-families.ts';
import type { ExecutedPlan, QueryEnd, QueryNotes, SamplingReason } from '../query-notes.ts';
import type { PhaseNote } from '../query-trace.ts';

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
    'Time in queues: for the event loop, locks, workers, a turn, messages of threads.',
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
  /** Before an exporter sees them; exporters' own losses are added when somebody asks. */
  readonly dropped = new CounterFamily('trace_spans_dropped_total', 'Spans lost, by cause.');
  readonly #spilled = new CounterFamily(
    'db_server_operator_spilled_bytes_total',
    'Bytes that operators wrote to files for want of memory: none can yet.',
  );
  readonly #readBytes = new CounterFamily(
    'db_server_storage_read_bytes_total',
    'Bytes of columns read from files, by queries that were counted.',
  );
  readonly #columns = new CounterFamily(
    'db_server_storage_cache_requests_total',
    'Columns of segments found in memory (hit) or read (miss), by queries that were counted.',
  );
  readonly #lockWait = new CounterFamily(
    'db_server_lock_wait_seconds_total',
    'Time that statements waited for locks.',
  );

  constructor() {
    for (const reason of ['budget', 'rate']) this.dropped.set({ reason }, 0);
    for (const operator of ['AggregateExec', 'HashJoinExec', 'SortExec']) {
      this.#spilled.set({ operator }, 0);
    }
    for (const family of [this.#readBytes, this.#lockWait, this.#writeWait, this.#walBytes]) {
      family.set({}, 0);
    }
    for (const result of ['hit', 'miss']) this.#columns.set({ result }, 0);
  }

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

  #countPhase({ name, startNs, endNs, activeNs, waitsFor, attributes }: PhaseNote): void {
    const seconds = (activeNs ?? Math.max(0, endNs - startNs)) / 1e9;
    this.#phases.observe({ phase: name }, seconds);
    if (name === 'queue.wait') this.#queueWait.observe({}, seconds);
    if (waitsFor === 'lock') this.#lockWait.add({}, seconds);
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
        this.#readBytes.add({}, counted.readBytes);
        this.#columns.add({ result: 'hit' }, counted.cacheHits);
        this.#columns.add({ result: 'miss' }, counted.reads);
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
  decided(reason: SamplingReason | undefined): void {
    if (reason !== undefined) this.#decisions.add({ decision: 'exported', reason });
    else this.#decisions.add({ decision: 'dropped', reason: 'sampler' });
  }

  /** Wanted, and more than may be exported in its second. */
  refused({ phases, plans }: QueryNotes): void {
    this.#decisions.add({ decision: 'dropped', reason: 'rate' });
    const nodes = plans.reduce((sum, { statistics }) => sum + statistics.length, 0);
    this.dropped.add({ reason: 'rate' }, 1 + phases.length + nodes);
  }

  spansElided(count: number): void {
    if (count > 0) this.dropped.add({ reason: 'budget' }, count);
  }

  get now(): readonly MetricFamily[] {
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
      this.#spilled,
      this.#writeWait,
      this.#lockWait,
      this.#walBytes,
      this.#readBytes,
      this.#columns,
      this.#cancelled,
      this.#planCache,
      this.#decisions,
    ];
    return families.map((family) => family.now);
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
