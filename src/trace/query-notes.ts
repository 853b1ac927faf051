/** What the session told about one query, kept as it came until the query's last byte is out. */
import type { EventLoopUtilization } from 'node:perf_hooks';
import type { PhysicalPlan } from '../plan/physical.ts';
import type { Filter } from './choice/filter.ts';
import type { CloseReason, NodeStatistics } from './node-statistics.ts';
import type {
  AttributeValue,
  PhaseNote,
  QueryStart,
  QueryTrace,
  RuleNote,
  SpanIdentity,
} from './query-trace.ts';
import { newSpanId } from './spans/ids.ts';
import type { SpanLink } from './spans/span-data.ts';
import type { CallerContext } from './choice/trace-context.ts';

export type SamplingReason = 'head' | 'parent' | 'forced' | 'slow' | 'error';

export interface ExecutedPlan {
  readonly plan: PhysicalPlan;
  readonly statistics: readonly NodeStatistics[];
  /** Position in `phases` of the execution that it belongs to. */
  readonly phase: number;
  readonly isContinued: boolean;
}

export interface NotedEvent {
  readonly name: string;
  readonly atNs: number;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export interface Failure {
  readonly code: string;
  readonly errorClass: string;
}

export interface QueryEnd {
  readonly endNs: number;
  readonly rows: number;
  readonly reason: CloseReason;
}

/** What was decided when the query began. */
export interface QueryDecision {
  /** Empty: nothing can leave; the query has no ids. */
  readonly traceId: string;
  readonly wantsNodes: boolean;
  readonly ownTraceparent: string;
  readonly hasInvalidContext: boolean;
  readonly caller: CallerContext | undefined;
  /** Why the trace is exported, as far as its beginning says; undefined: only by its end. */
  readonly sampled: SamplingReason | undefined;
  readonly spanFilter: Filter;
  readonly lineFilter: Filter;
  readonly sessionLink: SpanLink | undefined;
}

const summaryMax = 255;
/** Of one query, each kind. A block of statements makes any number. */
export const notesMax = 1024;

export class QueryNotes implements QueryTrace {
  readonly start: QueryStart;
  readonly decision: QueryDecision;
  operation = '';
  tables: readonly string[] = [];
  readonly phases: PhaseNote[] = [];
  readonly rules: RuleNote[] = [];
  readonly plans: ExecutedPlan[] = [];
  readonly events: NotedEvent[] = [];
  readonly links: SpanLink[] = [];
  readonly rootAttributes: Record<string, AttributeValue> = {};
  failure: Failure | undefined;
  isKept = false;
  /** Notes that found no room: spans that do not exist. */
  dropped = 0;
  /** Instead of the caller's span. */
  parentSpanId: string | undefined;
  /** What the event loop had done when the root was opened; undefined: nobody asks. */
  loopBefore: EventLoopUtilization | undefined;
  /** Share of the query's time in which the session's event loop was busy. */
  utilization: number | undefined;
  readonly #ended: (notes: QueryNotes, end: QueryEnd) => void;
  #isEnded = false;
  #spanId = '';
  #queryId = '';

  constructor(
    start: QueryStart,
    decision: QueryDecision,
    ended: (notes: QueryNotes, end: QueryEnd) => void,
  ) {
    this.start = start;
    this.decision = decision;
    this.#ended = ended;
  }

  get traceId(): string {
    return this.decision.traceId;
  }

  /** Drawn when it is first asked for: most are not, when few queries are sampled. */
  get spanId(): string {
    if (this.#spanId === '' && this.traceId !== '') this.#spanId = newSpanId();
    return this.#spanId;
  }

  get startNs(): number {
    return this.start.startNs;
  }

  /** `SELECT lineitem`: operation and tables, cut between words. */
  get summary(): string {
    let summary = this.operation === '' ? 'postgresql' : this.operation;
    for (const table of this.tables) {
      if (summary.length + 1 + table.length > summaryMax) break;
      summary += ` ${table}`;
    }
    return summary;
  }

  get queryId(): string {
    if (this.#queryId === '' && this.traceId !== '') this.#queryId = newSpanId();
    return this.#queryId;
  }

  get wantsNodes(): boolean {
    return this.decision.wantsNodes;
  }

  get isSampled(): boolean {
    return this.decision.sampled !== undefined;
  }

  get callerSpanId(): string {
    return this.decision.caller?.spanId ?? '';
  }

  get ownTraceparent(): string {
    return this.decision.ownTraceparent;
  }

  get hasInvalidContext(): boolean {
    return this.decision.hasInvalidContext;
  }

  describe(operation: string, tables: readonly string[]): void {
    this.operation = operation;
    this.tables = tables;
  }

  phase(note: PhaseNote): void {
    if (this.phases.length < notesMax) this.phases.push(note);
    else this.dropped += 1;
  }

  rule(note: RuleNote): void {
    if (this.rules.length < notesMax) this.rules.push(note);
    else this.dropped += 1;
  }

  nodes(plan: PhysicalPlan, statistics: readonly NodeStatistics[], isContinued = false): void {
    const phase = this.phases.findLastIndex(({ name }) => name === 'execute_plan');
    if (this.plans.length < notesMax) this.plans.push({ plan, statistics, phase, isContinued });
    else this.dropped += statistics.length;
  }

  attributes(values: Readonly<Record<string, AttributeValue>>): void {
    Object.assign(this.rootAttributes, values);
  }

  link({ traceId, spanId }: SpanIdentity, kind: string): void {
    if (traceId !== '') this.links.push({ traceId, spanId, attributes: { link: kind } });
  }

  nest(parentSpanId: string): void {
    this.parentSpanId = parentSpanId;
  }

  keep(): void {
    this.isKept = true;
  }

  event(name: string, atNs: number, attributes: NotedEvent['attributes'] = {}): void {
    if (this.events.length < notesMax) this.events.push({ name, atNs, attributes });
  }

  lost(count: number): void {
    this.dropped += count;
  }

  fail(code: string, errorClass: string, _nodeId: number | undefined): void {
    this.failure ??= { code, errorClass };
  }

  end(note: QueryEnd): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#ended(this, note);
  }
}
