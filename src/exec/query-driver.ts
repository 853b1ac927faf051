/**
 * One query on the thread that drives it: pulls the plan's root and writes what comes out.
 *
 *     allow(rows), credit(bytes) ──▶ step(): pull ▸ encode ▸ chunk … ──▶ end(report)
 *
 * `step` works for a slice of time and returns; between steps the query holds no thread, only its
 * operators' state and the batch that is partly read.
 */
import { engineLimit } from '../errors/engine-limits.ts';
import { clockNs, type CloseReason } from '../trace/node-statistics.ts';
import type { Batch } from '../columns/batch.ts';
import type { PlanNode } from '../plan/physical.ts';
import type { Chunk, QueryReport, QueryRequest, RunProgress } from './execution.ts';
import type { BatchStream, QueryContext } from './operator.ts';
import { setCheckpoint } from './checkpoint.ts';
import { QueryScope, type QueryFacts, type ThreadServices } from './query-scope.ts';
import { makeSink, type ResultSink } from './result-sink.ts';

export interface DriverStart {
  readonly facts: QueryFacts;
  readonly root: PlanNode;
  readonly output: QueryRequest['output'];
  /** Process clock at `Executor.start`. */
  readonly startNs: number;
}

/** Who gets the results: the session's side of the query. */
export interface DriverClient {
  chunk(chunk: Chunk): void;
  /** The rows that were allowed are out; told with counting on. */
  paused(progress: RunProgress): void;
  end(report: QueryReport, error: unknown): void;
}

/** `more`: call again soon; `wait`: rows or credit must come first; `ended`: never again. */
export type StepOutcome = 'more' | 'wait' | 'ended';

/** Runs a fragment's plan on other threads while the driver runs its own. */
export type RunParallel = (node: PlanNode, context: QueryContext, scope: QueryScope) => BatchStream;

export interface DriverServices extends Omit<ThreadServices, 'parallel'> {
  readonly parallel: RunParallel | undefined;
}

export class QueryDriver {
  readonly #start: DriverStart;
  readonly #client: DriverClient;
  readonly #scope: QueryScope;
  readonly #sink: ResultSink;
  readonly #beganNs = clockNs();
  #root: Iterator<Batch> | undefined;
  #batch: Batch | undefined;
  #position = 0;
  #allowedRows = 0;
  #rowCount = 0;
  /** When its last turn ended, and how long it had none: for its reader's sake, or others'. */
  #leftNs = 0;
  #isBlocked = false;
  #blockedNs = 0;
  #yieldedNs = 0;
  #ended = false;
  #stepping = false;
  #closeWanted: CloseReason | undefined;

  constructor(start: DriverStart, services: DriverServices, client: DriverClient) {
    this.#start = start;
    this.#client = client;
    const { parallel } = services;
    this.#scope = new QueryScope(
      start.facts,
      {
        ...services,
        parallel: parallel && ((node, context) => parallel(node, context, this.#scope)),
      },
      0,
    );
    this.#sink = makeSink(start, this.#scope.budget, (chunk) => client.chunk(chunk));
  }

  get scope(): QueryScope {
    return this.#scope;
  }

  get ended(): boolean {
    return this.#ended;
  }

  allow(rowCount: number): void {
    this.#allowedRows += rowCount;
  }

  /** `spares`: memory of chunks that were read. */
  credit(amount: number, spares: readonly ArrayBuffer[] = []): void {
    this.#sink.credit += amount;
    this.#sink.reuse?.(spares);
  }

  get canWork(): boolean {
    return !this.#ended && this.#allowedRows > 0 && this.#sink.credit > 0;
  }

  /** Works until `untilNs` or until it must wait. */
  step(untilNs: number): StepOutcome {
    this.#stepping = true;
    if (this.#leftNs > 0) this.#countAway(clockNs() - this.#leftNs);
    try {
      this.#work(untilNs);
    } catch (error) {
      this.#stepping = false;
      return this.#finish(this.#closeWanted ?? 'error', this.#closeWanted ? undefined : error);
    } finally {
      setCheckpoint(undefined);
    }
    this.#stepping = false;
    if (this.#closeWanted !== undefined) return this.#finish(this.#closeWanted);
    const mayGoOn = this.canWork;
    if (this.#start.facts.instrument) this.#pause(mayGoOn);
    return mayGoOn ? 'more' : 'wait';
  }

  #pause(mayGoOn: boolean): void {
    this.#leftNs = clockNs();
    this.#isBlocked = !mayGoOn;
    if (this.#allowedRows === 0) this.#client.paused(copyOf(this.#progress()));
  }

  /** What lies between its last turn and now was its reader's. */
  resume(): void {
    if (this.#leftNs === 0) return;
    const now = clockNs();
    this.#blockedNs += now - this.#leftNs;
    this.#leftNs = now;
  }

  #countAway(ns: number): void {
    if (this.#isBlocked) this.#blockedNs += ns;
    else this.#yieldedNs += ns;
    this.#leftNs = 0;
  }

  #work(untilNs: number): void {
    while (this.canWork && this.#closeWanted === undefined) {
      if (this.#batch === undefined && !this.#pull()) {
        this.#closeWanted = 'exhausted';
        break;
      }
      this.#write();
      if (clockNs() >= untilNs) break;
    }
    this.#sink.flush();
  }

  /** The next batch with rows; false at the end. */
  #pull(): boolean {
    this.#root ??= this.#open();
    for (;;) {
      const result = this.#root.next();
      if (result.done === true) return false;
      if (result.value.rowCount === 0) continue;
      this.#batch = result.value;
      this.#position = 0;
      this.#sink.begin(result.value);
      return true;
    }
  }

  #open(): Iterator<Batch> {
    const { facts, root } = this.#start;
    return this.#scope.context(facts.parameters).open(root)[Symbol.iterator]();
  }

  #write(): void {
    const batch = this.#batch;
    if (batch === undefined) return;
    const to = Math.min(batch.rowCount, this.#position + this.#allowedRows);
    const rowCount = this.#sink.write(this.#position, to);
    this.#allowedRows -= rowCount;
    this.#rowCount += rowCount;
    this.#position += rowCount;
    if (this.#position === batch.rowCount) this.#batch = undefined;
  }

  /** Ends the query, whether rows are left or not, now or at the end of the running step. */
  close(reason: CloseReason): void {
    this.#closeWanted ??= reason;
    if (!this.#stepping) this.#finish(this.#closeWanted);
  }

  #finish(reason: CloseReason, error?: unknown): 'ended' {
    if (this.#ended) return 'ended';
    this.#ended = true;
    let failure = engineLimit(error) ?? error;
    if (reason !== 'exhausted') this.#scope.closeAs(reason);
    try {
      this.#root?.return?.();
      this.#scope.release();
    } catch (releaseError) {
      failure ??= releaseError;
    }
    this.#sink.free();
    this.#client.end(this.#report(), failure);
    return 'ended';
  }

  #report(): QueryReport {
    const { startNs } = this.#start;
    const queueNs = Math.max(0, this.#beganNs - startNs);
    return { ...this.#progress(), queueNs, startNs, endNs: clockNs() };
  }

  #progress(): RunProgress {
    const scope = this.#scope;
    const { encodeNs, encodeBytes, encodeFirstNs, encodeLastNs } = this.#sink.statistics;
    return {
      encodeNs,
      encodeBytes,
      encodeFirstNs,
      encodeLastNs,
      nodes: [...scope.statistics.values(), ...scope.remoteStatistics],
      rows: this.#rowCount,
      peakBytes: scope.budget.peakBytes,
      blockedNs: this.#blockedNs,
      yieldedNs: this.#yieldedNs,
    };
  }
}

/** Counters that go on counting, as they are now. */
function copyOf(progress: RunProgress): RunProgress {
  const nodes = progress.nodes.map((node) => ({
    ...node,
    facts: { ...node.facts },
    ...(node.preview && { preview: [...node.preview] }),
    ...(node.longReads && { longReads: node.longReads.map((read) => ({ ...read })) }),
  }));
  return { ...progress, nodes };
}
