/**
 * One query on one thread: what its operators share, and what must be let go at its end.
 *
 * A QueryContext is a view of a scope under one set of parameters: lateral joins and correlated
 * subplans run their inner plan under more parameters, parallel fragments under another source of
 * morsels, all in the same scope.
 */
import { Budget } from '../memory/arena.ts';
import type { ColumnFound, SegmentReader, TableSnapshot } from '../catalog/table.ts';
import type { EvaluationContext } from '../functions/function-record.ts';
import type { PhysicalPlan, PlanKind, PlanNode } from '../plan/physical.ts';
import type { CloseReason, NodeStatistics } from '../trace/node-statistics.ts';
import type { Datum } from '../types/datum.ts';
import { catalogOf } from './catalog-of.ts';
import { evaluateScalar } from './expressions.ts';
import { computedRows } from './fragment-state.ts';
import { setCheckpoint } from './checkpoint.ts';
import { countColumn } from './column-reads.ts';
import { newStatistics, OperatorStream, TurnClock } from './instrument.ts';
import { LiveCell, type LiveRowsShare } from './live-rows.ts';
import { operators } from './operators.ts';
import { stopError, stopReason } from './stop-flag.ts';
import type { QueryRequest } from './execution.ts';
import type { BatchStream, Operator, OperatorContext, QueryContext } from './operator.ts';
import type { ScopedContext } from './scoped-context.ts';

/** What a query needs on every thread that runs a part of it; plain data. */
export interface QueryFacts {
  readonly subplans: PhysicalPlan['subplans'];
  readonly parameters: readonly (Datum | null)[];
  readonly snapshots: ReadonlyMap<number, TableSnapshot>;
  readonly evaluation: QueryRequest['evaluation'];
  readonly instrument: boolean;
  readonly previewRows: number;
  readonly memoryBytesMax: number;
  /** Shared words of the query's Budget. */
  readonly budgetWords: number;
  /** Where nodes tell their rows while they run; undefined: nobody may look. */
  readonly liveRows?: LiveRowsShare;
  /** Shared words, see stop-flag.ts: the query's, and in a helper the fragment's. */
  readonly stopCells: readonly number[];
}

/** What the thread gives. */
export interface ThreadServices {
  readonly segments: SegmentReader;
  /** Lets waiting queries work for a moment; returns the time they took. */
  readonly giveWay: (() => number) | undefined;
  /** Runs a fragment on other threads too; undefined where there are none. */
  readonly parallel: ((node: PlanNode, context: QueryContext) => BatchStream) | undefined;
}

type NextMorsel = QueryContext['nextMorsel'];

export class QueryScope {
  readonly facts: QueryFacts;
  readonly budget: Budget;
  readonly clock = new TurnClock();
  readonly streams = new Set<OperatorStream>();
  readonly statistics = new Map<number, NodeStatistics>();
  /** Counters that came home from other threads. */
  readonly remoteStatistics: NodeStatistics[] = [];
  /** Nodes whose parent wanted no more rows, as far as it looked. */
  readonly closedEarly: NodeStatistics[] = [];
  readonly #services: ThreadServices;
  readonly #partition: number;
  readonly #evaluation: ScopedContext['evaluation'];
  readonly #shared = new Map<string, unknown>();
  readonly #segments: SegmentReader;
  readonly #check = (): void => this.checkStop();
  #closing: CloseReason | undefined;
  #failed = false;

  constructor(facts: QueryFacts, services: ThreadServices, partition: number) {
    this.facts = facts;
    this.budget = new Budget(facts.memoryBytesMax, facts.budgetWords);
    this.#services = services;
    this.#segments = facts.instrument ? this.#countingReader(services) : services.segments;
    this.#partition = partition;
    const { timeZone, transactionMicros, statementMicros, session, formats, effects } =
      facts.evaluation;
    this.#evaluation = {
      timeZone,
      transactionMicros,
      statementMicros,
      session,
      formats,
      catalog: catalogOf(facts.evaluation),
      checkCancelled: this.#check,
      ...(effects === undefined ? {} : { effects }),
    };
  }

  /** Counters of a node; undefined when nothing is counted. */
  meterOf(nodeId: number): NodeStatistics | undefined {
    if (!this.facts.instrument) return undefined;
    let meter = this.statistics.get(nodeId);
    if (meter === undefined) {
      meter = newStatistics(nodeId, this.#partition);
      this.statistics.set(nodeId, meter);
    }
    return meter;
  }

  /** Where a node tells its rows as it goes. */
  liveCell(nodeId: number): LiveCell | undefined {
    const { instrument, liveRows } = this.facts;
    if (!instrument || liveRows === undefined) return undefined;
    return new LiveCell(liveRows, nodeId, this.#partition);
  }

  /** Loads columns and counts that for the node whose turn it is. */
  #countingReader({ segments }: ThreadServices): SegmentReader {
    return {
      zone: (segment, position) => segments.zone(segment, position),
      mayContain: (segment, position, value) => segments.mayContain(segment, position, value),
      column: (segment, position) => {
        const { owner } = this.clock;
        if (owner === undefined) return segments.column(segment, position);
        let found: ColumnFound | undefined;
        const startNs = this.clock.away();
        const loaded = segments.column(segment, position, (told) => (found = told));
        const ns = this.clock.back();
        owner.ioNs += ns;
        if (found !== undefined) countColumn(owner, found, { startNs, ns });
        return loaded;
      },
    };
  }

  /** Waits for other threads, on behalf of the node whose turn it is. */
  waiting(wait: () => void): void {
    const { owner } = this.clock;
    if (owner === undefined) return wait();
    this.clock.away();
    wait();
    owner.waitNs += this.clock.back();
  }

  /** Takes the counters of a helper that is done. */
  addRemote(statistics: readonly NodeStatistics[]): void {
    this.remoteStatistics.push(...statistics);
  }

  /** What `reason` means for a node, given how the whole query ends. */
  closeReason(reason: CloseReason): CloseReason {
    if (reason === 'exhausted') return reason;
    if (this.#closing !== undefined && this.#closing !== 'error') return this.#closing;
    if (reason === 'error') return reason;
    return this.#failed ? 'aborted' : reason;
  }

  /**
   * An operator failed. What it closed on its way out, from entry `from` of `closedEarly` on, was
   * aborted by the error, which at that moment nobody knew of.
   */
  fail(from: number): void {
    if (this.#failed) return;
    this.#failed = true;
    for (const meter of this.closedEarly.slice(from)) meter.closeReason = 'aborted';
  }

  /** Says why the query ends, before its streams are closed. */
  closeAs(reason: CloseReason): void {
    this.#closing ??= reason;
  }

  /**
   * At every pull and checkpoint: lets other queries have the thread for a moment, when they wait for it.
   * Errors: 57014 when the query, or this part of it, is to stop.
   */
  checkStop(): void {
    const givenNs = this.#services.giveWay?.() ?? 0;
    setCheckpoint(this.#check);
    if (givenNs > 0) this.clock.pause(givenNs);
    for (const cell of this.facts.stopCells) {
      const reason = stopReason(cell);
      if (reason === undefined) continue;
      this.closeAs(reason);
      throw stopError(reason);
    }
  }

  /** Closes every stream that is still open and gives all memory back. */
  release(): void {
    for (const stream of [...this.streams]) stream.return();
    for (const value of this.#shared.values()) if (isOwner(value)) value.free();
    this.#shared.clear();
  }

  context(parameters: readonly (Datum | null)[], nextMorsel?: NextMorsel): ScopedContext {
    const services = this.#services;
    const context: ScopedContext = {
      parameters,
      snapshots: this.facts.snapshots,
      budget: this.budget,
      partition: this.#partition,
      segments: this.#segments,
      factParts: (schema, name) => catalogOf(this.facts.evaluation).factParts(schema, name),
      open: (node) => this.#open(node, context),
      openParallel: (node) =>
        services.parallel === undefined
          ? this.context(parameters, countingMorsels()).open(node)
          : services.parallel(node, context),
      nextMorsel: nextMorsel ?? countingMorsels(),
      scalar: (expr) => evaluateScalar(expr, context),
      statementParameters: this.facts.parameters.length,
      subplans: this.facts.subplans,
      evaluation: this.#evaluation,
      withParameters: (more) => this.context(more, nextMorsel),
      withMorsels: (morsels) => this.context(parameters, morsels),
      shared: this.#shared,
      statistics: this.statistics,
    };
    return context;
  }

  #open(node: PlanNode, query: ScopedContext): BatchStream {
    const computed = computedRows(node, this.#shared);
    if (computed !== undefined) return computed;
    const operator = operators[node.kind] as Operator<PlanKind>;
    return new OperatorStream(this, node, (stream) => {
      const { scratch, state, facts } = stream;
      const evaluation: EvaluationContext = { ...query.evaluation, arena: scratch };
      const context: OperatorContext = { query, scratch, state, facts, evaluation };
      return operator(node, context);
    });
  }
}

/** State shared by nodes of the query that holds memory until the query's end. */
function isOwner(value: unknown): value is { free(): void } {
  return typeof value === 'object' && value !== null && 'free' in value;
}

/** Morsels 0, 1, 2 … of each scan, for one thread. */
function countingMorsels(): NextMorsel {
  const taken = new Map<number, number>();
  return (scan, morselCount) => {
    const next = taken.get(scan.id) ?? 0;
    taken.set(scan.id, next + 1);
    return next < morselCount ? next : -1;
  };
}
