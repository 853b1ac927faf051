/**
 * The executor: literal rows need no operators, small plans run on the calling thread, the others
 * on worker threads. A small plan that takes long after all moves to a worker, and begins there at
 * once the next time.
 */
import { CellPool } from './cell-pool.ts';
import { Budget } from '../memory/arena.ts';
import { heap } from '../memory/heap.ts';
import { questionsOf } from '../plan/physical/plan-questions.ts';
import { clockNs } from '../trace/node-statistics.ts';
import type { SegmentReader } from '../catalog/table.ts';
import type { PhysicalPlan } from '../plan/physical.ts';
import type { Executor, QueryRequest, QueryRun } from './execution.ts';
import { provideKernelFormats } from './kernel-formats.ts';
import { LiveRows, nodeCountOf } from './live-rows.ts';
import { LiteralRun, literalRows } from './literal-run.ts';
import { LocalRun } from './local-run.ts';
import { MovingRun } from './moving-run.ts';
import type { DriverStart } from './query-driver.ts';
import { isPointLookup } from './point-lookup.ts';
import { RemoteRun } from './remote-run.ts';
import { StagedRun } from './staged/staged-run.ts';
import { WorkerPool } from './worker-pool.ts';

export interface ExecutorOptions {
  /** Threads; 0 runs everything on the calling thread. */
  readonly workers: number;
  /** The shared memory, attached and with its allocator initialized. */
  readonly memory: WebAssembly.Memory;
  /** The module that workers run: it calls `attachWorker` and `runWorker`. */
  readonly workerUrl: URL;
  /** For plans that run on this thread. */
  readonly segments: SegmentReader;
  /** What workers need for their own reader; structured-cloneable. */
  readonly environment?: unknown;
  /** Told when a worker thread ended by itself; it is replaced. */
  readonly workerLost?: (failure: Error | undefined) => void;
}

export function createExecutor(options: ExecutorOptions): Executor {
  provideKernelFormats();
  return new ThreadedExecutor(options);
}

const budgetWordsAt = 64;

class ThreadedExecutor implements Executor {
  readonly #options: ExecutorOptions;
  readonly #cells = new CellPool();
  readonly #pool: WorkerPool;
  /** Small plans that took long. */
  readonly #long = new WeakSet<PhysicalPlan>();

  constructor(options: ExecutorOptions) {
    this.#options = options;
    const { workers, workerUrl, memory, environment, workerLost } = options;
    const cells = this.#cells;
    this.#pool = new WorkerPool({ workers, workerUrl, memory, environment, cells, workerLost });
  }

  start(request: QueryRequest): QueryRun {
    const { plan } = request;
    if (plan.callsRoutines === true) return new StagedRun(request, (part) => this.start(part));
    const literal = literalRows(request);
    if (literal !== undefined) {
      return new LiteralRun(driverStart(request, 0, undefined), literal, request.turns);
    }
    if (this.#pool.size === 0) return this.#startLocal(request, false);
    if (!this.#isForThisThread(request)) return this.#startRemote(request);
    const local = this.#startLocal(request, plan.movable === true);
    if (plan.movable !== true) return local;
    return new MovingRun(local, () => {
      this.#long.add(plan);
      return this.#startRemote(request);
    });
  }

  #isForThisThread(request: QueryRequest): boolean {
    const { plan } = request;
    if (this.#long.has(plan)) return false;
    return plan.small || isPointLookup(request, this.#options.segments);
  }

  #startLocal(request: QueryRequest, givesUp: boolean): LocalRun {
    const stopCell = this.#takeStopCell();
    const services = { segments: this.#options.segments, givesUp };
    const released = () => this.#cells.give(stopCell);
    const liveRows = liveRowsOf(request);
    const start = driverStart(request, stopCell, liveRows);
    const { turns } = request;
    return new LocalRun(start, services, { stopCell, released, liveRows, turns });
  }

  #startRemote(request: QueryRequest): QueryRun {
    const stopCell = this.#takeStopCell();
    const liveRows = liveRowsOf(request);
    const start = driverStart(request, stopCell, liveRows);
    const released = () => this.#cells.give(stopCell);
    return this.#pool.start(asPlainData(start), ({ post, ended }) => {
      const end = () => {
        ended();
        released();
      };
      const { startNs } = start;
      const { turns } = request;
      return new RemoteRun({ startNs, stopCell, liveRows, turns, post, ended: end });
    });
  }

  async ready(): Promise<void> {
    const runs = Array.from({ length: this.#pool.size }, () => this.start(oneRow));
    for (const run of runs) {
      await run.next(0);
      await run.close('exhausted');
    }
  }

  /** The query's stop flag, and the words of its budget in another cache line. */
  #takeStopCell(): number {
    const cell = this.#cells.take();
    Atomics.store(heap().i32, cell >>> 2, 0);
    Budget.clear(cell + budgetWordsAt);
    return cell;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}

function liveRowsOf({ instrument, plan }: QueryRequest): LiveRows | undefined {
  return instrument ? new LiveRows(nodeCountOf(plan)) : undefined;
}

/** The least plan that a worker runs. */
const oneRow: QueryRequest = {
  plan: {
    root: { kind: 'PlaceholderRowExec', id: 0, fields: [], estimatedRows: 1, estimatedCost: 0 },
    subplans: [],
    parameterTypes: [],
    tables: [],
    small: false,
  },
  parameters: [],
  snapshots: new Map(),
  evaluation: {
    timeZone: 'UTC',
    transactionMicros: 0n,
    statementMicros: 0n,
    session: {},
    formats: {},
  },
  output: { kind: 'rows', formats: [] },
  instrument: false,
  memoryBytesMax: 1 << 26,
};

/** Effects on the session and its catalog are functions of this thread: workers do without. */
function asPlainData(start: DriverStart): DriverStart {
  const { evaluation, subplans } = start.facts;
  const { timeZone, transactionMicros, statementMicros, formats, catalog } = evaluation;
  const questions = questionsOf([start.root, ...subplans.map(({ plan }) => plan)]);
  const { readsCatalog, readsSession, traceRelations } = questions;
  const catalogState = readsCatalog ? catalog?.sent?.(traceRelations) : undefined;
  const asked = catalogState === undefined ? {} : { catalogState };
  const session = readsSession ? ownFacts(evaluation.session) : {};
  const times = { timeZone, transactionMicros, statementMicros };
  return {
    ...start,
    facts: { ...start.facts, evaluation: { ...times, formats, ...asked, session } },
  };
}

/** Settings stand in the prototype of a session's facts. */
function ownFacts(facts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const own: Record<string, string> = {};
  for (const name in facts) own[name] = facts[name] ?? '';
  return own;
}

function driverStart(
  request: QueryRequest,
  stopCell: number,
  liveRows: LiveRows | undefined,
): DriverStart {
  const { plan, parameters, snapshots, instrument, memoryBytesMax } = request;
  const { subplans } = plan;
  return {
    facts: {
      subplans,
      parameters,
      snapshots,
      get evaluation() {
        return request.evaluation;
      },
      instrument,
      previewRows: request.previewRows ?? 0,
      memoryBytesMax,
      budgetWords: stopCell + budgetWordsAt,
      stopCells: [stopCell],
      ...(liveRows && { liveRows: liveRows.share }),
    },
    root: plan.root,
    output: request.output,
    startNs: clockNs(),
  };
}
