/**
 * Runs planned queries: takes snapshots, starts the executor, moves chunks to the client, and
 * tells the tracer what was counted.
 *
 *     plan ──snapshots──▶ executor.start ──chunks──▶ out.rows ──▶ report ──▶ trace
 */
import type {
  Leaves,
  SnapshotMoment,
  StoreMoment,
  TableDefinition,
  TableSnapshot,
} from '../../catalog/table.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { QueryReport, QueryRequest, QueryRun, RunProgress } from '../../exec/execution.ts';
import { childrenOf, type PhysicalPlan, type PlanNode } from '../../plan/physical.ts';
import { clockNs, type CloseReason } from '../../trace/node-statistics.ts';
import type { QueryTrace, SpanIdentity } from '../../trace/query-trace.ts';
import { statisticsSince } from '../../trace/statistics-since.ts';
import type { Datum } from '../../types/datum.ts';
import { stableMoment, stableSince } from '../routines/running-function.ts';
import { wasWrittenSince } from '../write/write-moments.ts';
import { routineCaller } from '../routines/called-routines.ts';
import type { ResultWriter } from '../session.ts';
import type { SqlSession } from '../sql-session.ts';

/** Of a query's budget; more is told. */
const pressureShare = 0.8;

/** Rows of a query that is running, as a portal holds it between fetches. */
export class RunningQuery {
  readonly plan: PhysicalPlan;
  readonly #snapshots: PlanSnapshots;
  readonly run: QueryRun;
  readonly startNs: number;
  /** Root of the Execute that opened the portal. */
  readonly #first: SpanIdentity | undefined;
  readonly #counts: boolean;
  readonly #memoryBytesMax: number;
  /** What traces have been told of so far, and since when they were not. */
  #told = nothingTold;
  #sinceNs: number;
  #closed: Promise<QueryReport> | undefined;
  exhausted = false;

  constructor(session: SqlSession, request: QueryRequest, snapshots: PlanSnapshots) {
    this.#first = session.cycle.current;
    this.plan = request.plan;
    this.#snapshots = snapshots;
    this.startNs = clockNs();
    this.#sinceNs = this.startNs;
    this.#counts = request.instrument;
    this.#memoryBytesMax = request.memoryBytesMax;
    this.run = session.environment.executor.start(request);
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

  /** The portal waits for its next Execute: tells what this one did. */
  async suspend(trace: QueryTrace): Promise<void> {
    const reason = this.exhausted ? 'exhausted' : 'suspended';
    if (!this.#counts) {
      const attributes = { 'op.close_reason': reason };
      trace.phase({ name: 'execute_plan', startNs: this.#sinceNs, endNs: clockNs(), attributes });
      return;
    }
    const progress = await this.run.progress();
    if (progress === this.#told) return;
    this.#notePhases(progress, trace, reason);
    this.#told = progress;
  }

  /** Another Execute goes on with the rows. */
  resume(trace: QueryTrace): void {
    if (this.#first === undefined || this.#first === trace) return;
    this.#sinceNs = clockNs();
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
    if (trace !== undefined) {
      if (this.#told === nothingTold) this.#noteQueue(report, trace);
      this.#notePhases(report, trace, reason);
      const { endNs: startNs, seenNs: endNs = 0 } = report;
      if (endNs > startNs) trace.phase({ name: 'queue.wait', startNs, endNs, waitsFor: 'thread' });
    }
    return report;
  }

  #noteQueue({ queueNs, startNs, movedNs }: QueryReport, trace: QueryTrace): void {
    if (movedNs !== undefined) {
      trace.phase({ name: 'execute_trial', startNs: this.startNs, endNs: movedNs });
    }
    const endNs = startNs + queueNs;
    trace.phase({ name: 'queue.wait', startNs, endNs, waitsFor: 'worker' });
  }

  /** What was done since the last time that somebody was told. */
  #notePhases(
    progress: RunProgress & Partial<QueryReport>,
    trace: QueryTrace,
    reason: CloseReason,
  ): void {
    const told = this.#told;
    const isFirst = told === nothingTold;
    const nodes = isFirst && reason !== 'suspended' ? progress.nodes : this.#nodesSince(progress);
    const root = nodes.find(
      ({ nodeId, partition }) => nodeId === this.plan.root.id && partition === 0,
    );
    const startNs = root?.firstPullNs ?? this.#sinceNs + (isFirst ? (progress.queueNs ?? 0) : 0);
    const lastNs = root && Math.max(root.lastNs, progress.encodeLastNs);
    const endNs = Math.max(startNs, lastNs ?? progress.endNs ?? clockNs());
    const readerNs = progress.blockedNs - told.blockedNs;
    const turnsNs = progress.yieldedNs - told.yieldedNs;
    const encodeNs = progress.encodeNs - told.encodeNs;
    trace.phase({
      name: 'execute_plan',
      startNs,
      endNs,
      activeNs: root?.busyNs ?? Math.max(0, endNs - startNs - encodeNs - readerNs - turnsNs),
      readerNs,
      turnsNs,
      attributes: {
        'execute.rows': progress.rows - told.rows,
        'execute.peak_mem_bytes': progress.peakBytes,
        'execute.blocked_ns': readerNs,
        ...(reason === 'exhausted' ? {} : { 'op.close_reason': reason }),
      },
    });
    trace.nodes(this.plan, nodes, !isFirst);
    this.#notePressure(progress.peakBytes, trace, endNs);
    const bytes = progress.encodeBytes - told.encodeBytes;
    if (bytes === 0) return;
    trace.phase({
      name: 'result.encode',
      startNs: Math.max(startNs, progress.encodeFirstNs),
      endNs: progress.encodeLastNs,
      activeNs: encodeNs,
      attributes: { 'result.bytes': bytes },
    });
  }

  /** The query came near the end of its memory. */
  #notePressure(peakBytes: number, trace: QueryTrace, atNs: number): void {
    const limitBytes = this.#memoryBytesMax;
    if (peakBytes < limitBytes * pressureShare) return;
    trace.event('memory.pressure', atNs, { peak_bytes: peakBytes, limit_bytes: limitBytes });
  }

  #nodesSince({ nodes }: RunProgress): RunProgress['nodes'] {
    return statisticsSince(nodes, this.#told.nodes, this.#sinceNs);
  }
}

const nothingTold: RunProgress = {
  nodes: [],
  encodeNs: 0,
  encodeBytes: 0,
  encodeFirstNs: 0,
  encodeLastNs: 0,
  rows: 0,
  peakBytes: 0,
  blockedNs: 0,
  yieldedNs: 0,
};

/** What the plan reads of a stored table, in all its scans. */
interface ScannedTable {
  readonly oid: number;
  readonly columns: readonly number[];
  /** Of a partitioned table. */
  readonly leaves: ReadonlySet<number> | undefined;
}

/** Kept, as plans run again and again. */
const knownScans = new WeakMap<PhysicalPlan, readonly ScannedTable[]>();

function scannedTables(plan: PhysicalPlan): readonly ScannedTable[] {
  const tables = knownScans.get(plan) ?? collectScans(plan);
  knownScans.set(plan, tables);
  return tables;
}

function collectScans(plan: PhysicalPlan): readonly ScannedTable[] {
  const found = new Map<number, { columns: Set<number>; leaves: Set<number> | undefined }>();
  const visit = (node: PlanNode): void => {
    if (node.kind === 'SeqScanExec') {
      const { leaves } = node;
      const scan = found.get(node.tableOid) ?? {
        columns: new Set<number>(),
        leaves: leaves && new Set<number>(),
      };
      for (const column of node.columns) if (column >= 0) scan.columns.add(column);
      for (const { column } of node.pruning) scan.columns.add(column);
      for (const oid of leaves?.keys() ?? []) scan.leaves?.add(oid);
      found.set(node.tableOid, scan);
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(plan.root);
  for (const subplan of plan.subplans) visit(subplan.plan);
  return [...found].map(([oid, { columns, leaves }]) => ({ oid, columns: [...columns], leaves }));
}

/** What one run of a plan sees of the stored tables. */
export interface PlanSnapshots {
  readonly byTable: ReadonlyMap<number, TableSnapshot>;
  /** When they were taken; of plans that call functions which are to see this moment, too. */
  readonly moment?: StoreMoment;
  /** Lets go of all of them. */
  readonly release: () => void;
}

/**
 * Of every stored table that the plan reads, and of partitioned ones of no other leaf than the
 * `wanted`. Errors: 0A000, 55000, 40001.
 */
export function takeSnapshots(
  session: SqlSession,
  plan: PhysicalPlan,
  moment: SnapshotMoment = 'transaction',
  wanted?: Leaves,
): PlanSnapshots {
  const byTable = new Map<number, TableSnapshot>();
  const taken: (() => void)[] = [];
  const release = (): void => taken.forEach((each) => each());
  const own = momentOf(session, plan);
  if (own !== undefined) taken.push(() => own.release());
  const seen = moment === 'transaction' ? (stableMoment(session) ?? moment) : moment;
  const { storeTransaction } = session.transaction;
  try {
    for (const { oid, columns, leaves = wanted } of scannedTables(plan)) {
      const table = session.environment.store.tableByOid(oid, storeTransaction);
      if (table === undefined) continue;
      checkReadable(session, table.definition);
      for (const { definition } of table.leaves ?? []) {
        if (leaves?.has(definition.oid) !== false) checkReadable(session, definition);
      }
      const snapshot = table.snapshot(columns, storeTransaction, seen, wanted ?? leaves);
      byTable.set(oid, snapshot);
      taken.push(() => table.release(snapshot));
    }
  } catch (error) {
    release();
    throw error;
  }
  return { byTable, release, ...(own && { moment: own }) };
}

/** Of a plan's own: repeatable reads and functions that are not volatile have one already. */
function momentOf(session: SqlSession, plan: PhysicalPlan): StoreMoment | undefined {
  const { transaction, environment } = session;
  const isOwn = plan.callsStable === true && !transaction.isRepeatable;
  return isOwn && stableMoment(session) === undefined ? environment.store.moment() : undefined;
}

/** A function that is not volatile sees tables as they were when its statement began. */
function checkReadable(session: SqlSession, table: TableDefinition): void {
  requirePopulated(table);
  const since = stableSince(session);
  if (since === undefined || !wasWrittenSince(session, table.oid, since)) return;
  const what = `reading "${table.name}", to which its statement wrote,`;
  throw unsupported(`${what} in a function that is not volatile`);
}

/** Errors: 55000. */
function requirePopulated({ name, materialized }: TableDefinition): void {
  if (materialized?.isPopulated !== false) return;
  const message = `materialized view "${name}" has not been populated`;
  throw new SqlError('object_not_in_prerequisite_state', message, {
    hint: 'Use the REFRESH MATERIALIZED VIEW command.',
  });
}

export interface RunOptions {
  readonly parameters: readonly (Datum | null)[];
  readonly output: QueryRequest['output'];
  readonly instrument: boolean;
  readonly moment?: SnapshotMoment;
  /** Taken before; the run lets go of them. */
  readonly snapshots?: PlanSnapshots;
  /** Its rows are written, each before the next is computed. */
  readonly isWrite?: boolean;
}

export function startQuery(
  session: SqlSession,
  plan: PhysicalPlan,
  options: RunOptions,
): RunningQuery {
  const { parameters, output, instrument, moment = 'transaction' } = options;
  session.transaction.takeSnapshot();
  const snapshots = options.snapshots ?? takeSnapshots(session, plan, moment);
  let evaluation: QueryRequest['evaluation'] | undefined;
  const request: QueryRequest = {
    plan,
    parameters,
    snapshots: snapshots.byTable,
    /** Rows of literals never ask. */
    get evaluation() {
      return (evaluation ??= session.evaluationFacts());
    },
    output,
    instrument,
    previewRows: instrument ? Number(session.settings.get('trace.preview_rows')) : 0,
    memoryBytesMax: session.environment.queryMemoryBytesMax,
    turns: session.turns,
    ...(plan.callsRoutines === true
      ? { callRoutine: routineCaller(session, snapshots.moment) }
      : {}),
    ...(options.isWrite === true ? { isWrite: true } : {}),
  };
  return new RunningQuery(session, request, snapshots);
}
