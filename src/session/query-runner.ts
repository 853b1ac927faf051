/**
 * Runs planned queries: takes snapshots, starts the executor, moves chunks to the client, and
 * tells the tracer what was counted.
 *
 *     plan ──snapshots──▶ executor.start ──chunks──▶ out.rows ──▶ report ──▶ trace
 */
import type { SnapshotMoment, TableSnapshot } from '../catalog/table.ts';
import type { QueryReport, QueryRequest, QueryRun } from '../exec/execution.ts';
import { childrenOf, type PhysicalPlan, type PlanNode } from '../plan/physical.ts';
import { clockNs, type CloseReason } from '../trace/node-statistics.ts';
import type { QueryTrace, SpanIdentity } from '../trace/query-trace.ts';
import type { Datum } from '../types/datum.ts';
import type { ResultWriter } from './session.ts';
import type { SqlSession } from './sql-session.ts';

/** Rows of a query that is running, as a portal holds it between fetches. */
export class RunningQuery {
  readonly #plan: PhysicalPlan;
  readonly #snapshots: PlanSnapshots;
  readonly run: QueryRun;
  readonly #startNs: number;
  /** Root of the Execute that opened the portal. */
  readonly #first: SpanIdentity | undefined;
  #closed: Promise<QueryReport> | undefined;
  exhausted = false;

  constructor(
    session: SqlSession,
    request: Omit<QueryRequest, 'snapshots'>,
    snapshots: PlanSnapshots,
  ) {
    this.#first = session.cycle.current;
    this.#plan = request.plan;
    this.#snapshots = snapshots;
    this.#startNs = clockNs();
    const { byTable } = snapshots;
    this.run = session.environment.executor.start({ ...request, snapshots: byTable });
  }

  /**
   * Sends up to `rowsMax` rows (0 = all); returns how many. `exhausted` says whether more may come.
   */
  async send(rowsMax: number, out: Pick<ResultWriter, 'rows'>): Promise<number> {
    let sent = 0;
    while (rowsMax === 0 || sent < rowsMax) {
      const chunk = await this.run.next(rowsMax === 0 ? 0 : rowsMax - sent);
      if (chunk === undefined) {
        this.exhausted = true;
        break;
      }
      sent += chunk.rowCount;
      if (chunk.kind === 'rows') await out.rows(chunk.bytes);
    }
    return sent;
  }

  /** The portal waits for its next Execute: what this one did. */
  suspend(trace: QueryTrace, rows: number, startNs: number): void {
    const attributes = { 'execute.rows': rows, 'op.close_reason': 'suspended' };
    trace.phase({ name: 'execute_plan', startNs, endNs: clockNs(), attributes });
  }

  /** Another Execute goes on with the rows. */
  resume(trace: QueryTrace): void {
    if (this.#first === undefined || this.#first === trace) return;
    trace.attributes({ 'portal.resumed': true });
    trace.link(this.#first, 'portal');
  }

  /** Ends the run, once; lets go of snapshots; writes the phases of the trace. */
  async close(reason: CloseReason, trace: QueryTrace | undefined): Promise<QueryReport> {
    if (this.#closed === undefined) {
      this.#closed = this.run.close(reason);
      this.#closed.then(
        () => this.#snapshots.release(),
        () => this.#snapshots.release(),
      );
    }
    const report = await this.#closed;
    if (trace !== undefined) this.#notePhases(report, trace);
    return report;
  }

  #notePhases(report: QueryReport, trace: QueryTrace): void {
    const startNs = this.#startNs;
    const endNs = Math.max(clockNs(), report.endNs);
    trace.phase({ name: 'queue.wait', startNs, endNs: startNs + report.queueNs });
    const executeStart = report.startNs > 0 ? report.startNs : startNs + report.queueNs;
    const root = report.nodes.find((node) => node.nodeId === 0 && node.partition === 0);
    trace.phase({
      name: 'execute_plan',
      startNs: executeStart,
      endNs: report.endNs > 0 ? report.endNs : endNs,
      ...(root ? { activeNs: root.busyNs } : {}),
      attributes: { 'execute.rows': report.rows, 'execute.peak_mem_bytes': report.peakBytes },
    });
    if (report.encodeBytes > 0) {
      trace.phase({
        name: 'result.encode',
        startNs: report.encodeFirstNs,
        endNs: report.encodeLastNs,
        activeNs: report.encodeNs,
        attributes: { 'result.bytes': report.encodeBytes },
      });
    }
    trace.nodes(this.#plan, report.nodes);
  }
}

/** Columns of each stored table that the plan reads; kept, as plans run again and again. */
function scannedColumns(plan: PhysicalPlan): ScannedColumns {
  let columns = knownColumns.get(plan);
  if (columns === undefined) {
    columns = [...collectColumns(plan)].map(([oid, found]) => [oid, [...found]]);
    knownColumns.set(plan, columns);
  }
  return columns;
}

type ScannedColumns = readonly (readonly [oid: number, columns: readonly number[]])[];

const knownColumns = new WeakMap<PhysicalPlan, ScannedColumns>();

function collectColumns(plan: PhysicalPlan): Map<number, Set<number>> {
  const found = new Map<number, Set<number>>();
  const visit = (node: PlanNode): void => {
    if (node.kind === 'SeqScanExec') {
      const columns = found.get(node.tableOid) ?? new Set<number>();
      for (const column of node.columns) if (column >= 0) columns.add(column);
      for (const { column } of node.pruning) columns.add(column);
      found.set(node.tableOid, columns);
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(plan.root);
  for (const subplan of plan.subplans) visit(subplan.plan);
  return found;
}

/** What one run of a plan sees of the stored tables. */
interface PlanSnapshots {
  readonly byTable: ReadonlyMap<number, TableSnapshot>;
  /** Lets go of all of them. */
  readonly release: () => void;
}

function takeSnapshots(
  session: SqlSession,
  plan: PhysicalPlan,
  moment: SnapshotMoment,
): PlanSnapshots {
  const transaction = session.transaction.storeTransaction;
  const byTable = new Map<number, TableSnapshot>();
  const taken: (() => void)[] = [];
  for (const [oid, columns] of scannedColumns(plan)) {
    const table = session.environment.store.tableByOid(oid, transaction);
    if (table === undefined) continue;
    const snapshot = table.snapshot(columns, transaction, moment);
    byTable.set(oid, snapshot);
    taken.push(() => table.release(snapshot));
  }
  return { byTable, release: () => taken.forEach((release) => release()) };
}

export interface RunOptions {
  readonly parameters: readonly (Datum | null)[];
  readonly output: QueryRequest['output'];
  readonly instrument: boolean;
  readonly moment?: SnapshotMoment;
}

export function startQuery(
  session: SqlSession,
  plan: PhysicalPlan,
  options: RunOptions,
): RunningQuery {
  const { parameters, output, instrument, moment = 'transaction' } = options;
  session.transaction.takeSnapshot();
  const request = {
    plan,
    parameters,
    evaluation: session.evaluationFacts(),
    output,
    instrument,
    memoryBytesMax: session.environment.queryMemoryBytesMax,
  };
  return new RunningQuery(session, request, takeSnapshots(session, plan, moment));
}
