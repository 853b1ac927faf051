/**
 * The instrumented wrapper: every plan node's operator runs inside one.
 *
 *     parent ──next()──▶ OperatorStream ──next()──▶ operator's generator ──next()──▶ child's …
 *                        stop flag, scratch reset, counters, turns, release
 *
 * Turns: at any moment one node of a query runs on a thread. Each clock reading ends one node's
 * turn and begins the next one's, so self times add up to the root's busy time exactly.
 *
 * With counting off the same stream has no meter: no clock is read, nothing is counted; the stop
 * flag is still read at every pull and memory is still released.
 */
import { Arena } from '../memory/arena.ts';
import {
  clockNs,
  loopMarksMax,
  type CloseReason,
  type NodeStatistics,
} from '../trace/node-statistics.ts';
import type { Batch } from '../columns/batch.ts';
import type { PlanNode } from '../plan/physical.ts';
import type { BatchStream } from './operator.ts';
import type { LiveCell } from './live-rows.ts';
import { previewRows } from './row-previews.ts';
import type { QueryScope } from './query-scope.ts';

/** Whose turn it is on this thread, in one query. */
export class TurnClock {
  #lastNs = 0;
  #pausedNs = 0;
  #owner: NodeStatistics | undefined;

  /** Begins the turn of `node`; returns who had it. */
  enter(node: NodeStatistics): NodeStatistics | undefined {
    const before = this.#owner;
    this.#read();
    this.#owner = node;
    return before;
  }

  /** Ends the turn and gives it back; returns the time. */
  leave(before: NodeStatistics | undefined): number {
    this.#read();
    this.#owner = before;
    return this.#lastNs;
  }

  /** The node whose turn it is. */
  get owner(): NodeStatistics | undefined {
    return this.#owner;
  }

  /** The node stops working, for a read or another thread; returns the time. */
  away(): number {
    this.#read();
    return this.#lastNs;
  }

  /** It goes on; returns how long it was away. */
  back(): number {
    const sinceNs = this.#lastNs;
    this.#lastNs = clockNs();
    return this.#lastNs - sinceNs;
  }

  get lastNs(): number {
    return this.#lastNs;
  }

  /** Time that the thread gave to other queries meanwhile, in all: it is nobody's turn. */
  get pausedNs(): number {
    return this.#pausedNs;
  }

  /** Leaves out the last `ns`, which other queries had. */
  pause(ns: number): void {
    this.#pausedNs += ns;
    this.#lastNs += ns;
  }

  #read(): void {
    const now = clockNs();
    if (this.#owner !== undefined) this.#owner.selfNs += now - this.#lastNs;
    this.#lastNs = now;
  }
}

export function newStatistics(nodeId: number, partition: number): NodeStatistics {
  return {
    nodeId,
    partition,
    rows: 0,
    batches: 0,
    loops: 0,
    busyNs: 0,
    selfNs: 0,
    ioNs: 0,
    waitNs: 0,
    reads: 0,
    readBytes: 0,
    cacheHits: 0,
    firstPullNs: 0,
    firstRowNs: 0,
    lastNs: 0,
    peakBytes: 0,
    closeReason: 'open',
    facts: {},
  };
}

function beginLoop(meter: NodeStatistics): void {
  meter.loops++;
  meter.closeReason = 'open';
  if (meter.loops === 1 || meter.loops > loopMarksMax + 1) return;
  const { rows, busyNs, selfNs, lastNs: endNs } = meter;
  (meter.loopMarks ??= []).push({ rows, busyNs, selfNs, endNs });
}

/** One running operator. Iterating twice continues, it does not start again. */
export class OperatorStream implements Iterable<Batch>, Iterator<Batch> {
  readonly #scope: QueryScope;
  readonly #scratch: Arena;
  readonly #state: Arena;
  readonly #body: Iterator<Batch>;
  readonly #meter: NodeStatistics | undefined;
  readonly #live: LiveCell | undefined;
  #closed = false;

  constructor(scope: QueryScope, node: PlanNode, open: (stream: OperatorStream) => BatchStream) {
    this.#scope = scope;
    this.#scratch = new Arena(scope.budget);
    this.#state = new Arena(scope.budget);
    this.#meter = scope.meterOf(node.id);
    if (this.#meter !== undefined) beginLoop(this.#meter);
    this.#live = scope.liveCell(node.id);
    this.#live?.tell(this.#meter?.rows ?? 0);
    scope.streams.add(this);
    this.#body = open(this)[Symbol.iterator]();
  }

  get scratch(): Arena {
    return this.#scratch;
  }

  get state(): Arena {
    return this.#state;
  }

  get facts(): Record<string, number> {
    return this.#meter?.facts ?? {};
  }

  [Symbol.iterator](): Iterator<Batch> {
    return this;
  }

  next(): IteratorResult<Batch> {
    if (this.#closed) return { done: true, value: undefined };
    const meter = this.#meter;
    return meter === undefined ? this.#pull() : this.#timedPull(meter);
  }

  #timedPull(meter: NodeStatistics): IteratorResult<Batch> {
    const { clock } = this.#scope;
    const before = clock.enter(meter);
    const startNs = clock.lastNs;
    const pausedNs = clock.pausedNs;
    if (meter.firstPullNs === 0) meter.firstPullNs = startNs;
    try {
      const result = this.#pull();
      if (result.done !== true) {
        meter.rows += result.value.rowCount;
        meter.batches++;
        this.#live?.tell(meter.rows);
        const { previewRows: most } = this.#scope.facts;
        if (most > 0) previewRows(meter, result.value, most);
      }
      return result;
    } finally {
      const endNs = clock.leave(before);
      meter.busyNs += endNs - startNs - (clock.pausedNs - pausedNs);
      meter.lastNs = endNs;
      if (meter.firstRowNs === 0 && meter.rows > 0) meter.firstRowNs = endNs;
    }
  }

  #pull(): IteratorResult<Batch> {
    let reason: CloseReason = 'error';
    const closedBefore = this.#scope.closedEarly.length;
    try {
      this.#scope.checkStop();
      this.#scratch.reset();
      const result = this.#body.next();
      reason = result.done === true ? 'exhausted' : 'open';
      this.#scope.closedEarly.length = closedBefore;
      return result;
    } finally {
      if (reason === 'error') this.#scope.fail(closedBefore);
      if (reason !== 'open') this.#end(reason);
    }
  }

  /** Closes early: the parent wants no more rows, or the query ends. */
  return(): IteratorResult<Batch> {
    if (!this.#closed) this.#end('limit');
    return { done: true, value: undefined };
  }

  #end(reason: CloseReason): void {
    this.#closed = true;
    this.#scope.streams.delete(this);
    const meter = this.#meter;
    if (meter !== undefined) {
      const held = this.#scratch.reservedBytes + this.#state.reservedBytes;
      meter.peakBytes = Math.max(meter.peakBytes, held);
      meter.closeReason = this.#scope.closeReason(reason);
      if (meter.closeReason === 'limit') this.#scope.closedEarly.push(meter);
    }
    try {
      this.#body.return?.();
    } finally {
      this.#scratch.free();
      this.#state.free();
    }
  }
}
