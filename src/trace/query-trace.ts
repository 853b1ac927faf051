/**
 * What the session tells the tracer about one query, as it goes. Calls only take notes; spans,
 * log lines and metrics are made after the client has its last byte. With tracing off the
 * null tracer answers: nothing is noted and no OpenTelemetry module is loaded.
 */
import type { SentSpans } from '../catalog/catalog-state.ts';
import type { PhysicalPlan } from '../plan/physical.ts';
import type { RuleOutcome } from '../plan/planner.ts';
import type { CloseReason, NodeStatistics } from './node-statistics.ts';
import type { InstrumentationOptions } from './instrumentation.ts';
import type { MetricFamily } from './metrics/metric-families.ts';
import type { ServerCounts } from './metrics/server-counts.ts';
import type { SpanData } from './spans/span-data.ts';
import type { StatementStatistics } from './metrics/statement-statistics.ts';

export type PhaseName =
  | 'pgwire.receive'
  | 'queue.wait'
  | 'session.begin'
  | 'parse'
  | 'bind'
  | 'plan'
  | 'create_logical_plan'
  | 'analyze_logical_plan'
  | 'optimize_logical_plan'
  | 'create_physical_plan'
  | 'optimize_physical_plan'
  | 'execute_trial'
  | 'execute_plan'
  | 'execute_utility'
  | 'dml.execute'
  | 'result.encode'
  | 'client.write_wait'
  | 'session.end'
  | 'commit'
  | 'log.append'
  | 'log.sync'
  | 'copy.receive';

export type AttributeValue = string | number | boolean | readonly string[];

/** The event loop, a worker, a lock, another thread's message, the thread that others have. */
export type WaitsFor = 'loop' | 'worker' | 'lock' | 'thread' | 'turn';

export interface PhaseNote {
  readonly name: PhaseName;
  readonly startNs: number;
  readonly endNs: number;
  /** Real time within the interval, for phases that alternate with others. */
  readonly activeNs?: number;
  /** Of queue.wait. */
  readonly waitsFor?: WaitsFor;
  /** Of an execution: time between its turns, for its reader, and for others on its thread. */
  readonly readerNs?: number;
  readonly turnsNs?: number;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** The statement's error arose in this phase. */
  readonly failed?: boolean;
}

export type RuleNote = RuleOutcome & {
  readonly phase: 'analyze_logical_plan' | 'optimize_logical_plan' | 'create_physical_plan';
  /** INFO when the library's user asked for rules; else DEBUG. */
  readonly level: 'info' | 'debug';
};

export interface SpanIdentity {
  readonly traceId: string;
  readonly spanId: string;
}

/** Both ends of a connection; a port of 0 is not known. */
export interface ConnectionFacts {
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly serverAddress: string;
  readonly serverPort: number;
}

export interface QueryStart {
  readonly protocol: 'simple' | 'extended' | 'library';
  readonly startNs: number;
  readonly sessionId: string;
  readonly backendPid: number;
  readonly user: string;
  readonly database: string;
  readonly applicationName: string;
  /** The statement's text: for the fingerprint and for traceparent comments; never exported. */
  readonly sql: string;
  /** Text in whose comments the caller's context is looked for; default `sql`. */
  readonly commentSql?: string;
  /** Session's trace.*, log.* and pg_tracing.* settings, by name. */
  readonly settings: Readonly<Record<string, string>>;
  /** Traceparent that the transaction's BEGIN carried. */
  readonly inheritedTraceparent?: string;
  readonly transaction?: {
    readonly id: string;
    /** Statements since BEGIN. */
    readonly sequence: number;
    readonly begin: SpanIdentity;
  };
  readonly schema?: string;
  readonly connection?: ConnectionFacts;
  /** Number of the messages' cycle in its session. */
  readonly cycle: number;
  /** What a user of the library wants in operators' spans. */
  readonly instrumentation?: InstrumentationOptions;
  /** Whether a comment may force the trace: asked for when one would. */
  readonly mayForce: () => boolean;
}

export interface QueryTrace {
  readonly traceId: string;
  readonly spanId: string;
  readonly queryId: string;
  /** Operation and tables, once they are known. */
  readonly summary: string;
  readonly startNs: number;
  /** Whether the executor should wrap and count plan nodes. */
  readonly wantsNodes: boolean;
  /** Whether the trace is exported, as far as its beginning says. */
  readonly isSampled: boolean;
  /** The caller's span; empty: none. */
  readonly callerSpanId: string;
  /** The statement's own traceparent, which a BEGIN hands on; empty when there is none. */
  readonly ownTraceparent: string;
  /** A comment carries a traceparent that is none: the client is warned once. */
  readonly hasInvalidContext: boolean;
  /** `SELECT otel_logs_and_spans`, operation and tables once they are known. */
  describe(operation: string, tables: readonly string[]): void;
  phase(note: PhaseNote): void;
  rule(note: RuleNote): void;
  /**
   * What was counted of a plan that ran; belongs to the last `execute_plan` noted. `isContinued`:
   * an earlier fetch of the portal began it.
   */
  nodes(plan: PhysicalPlan, statistics: readonly NodeStatistics[], isContinued?: boolean): void;
  /** Attributes of the root. */
  attributes(values: Readonly<Record<string, AttributeValue>>): void;
  /** Links the root to another one: `kind` says why. */
  link(to: SpanIdentity, kind: string): void;
  /** Hangs the root under this span instead of the caller's. */
  nest(parentSpanId: string): void;
  /** So many notes were given up before the root was open, for want of room. */
  lost(count: number): void;
  /** The trace is exported, whatever was sampled. */
  keep(): void;
  event(name: string, atNs: number, attributes?: Readonly<Record<string, AttributeValue>>): void;
  /** `nodeId`: the operator in which the error arose, when it was one. */
  fail(code: string, errorClass: string, nodeId: number | undefined): void;
  /** The last bytes went out; builds and hands over spans and lines, after the current turn. */
  end(note: { readonly endNs: number; readonly rows: number; readonly reason: CloseReason }): void;
}

/** A span that a user of the library opens around queries. */
export interface CustomSpan {
  /** Context of the queries inside; empty with tracing off. */
  readonly traceparent: string;
  end(failed: boolean): void;
}

export interface CustomSpanStart {
  readonly name: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** Traceparent of the span around it; empty: none. */
  readonly parent: string;
}

export interface TransactionSpan extends SpanIdentity {
  readonly parentSpanId: string;
  readonly user: string;
  readonly startNs: number;
  readonly endNs: number;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export interface SpanCounts {
  readonly produced: number;
  readonly exported: number;
  readonly queued: number;
  readonly dropped: number;
}

/** Who gets every exported span within the process. */
export interface SpanListener {
  offer(spans: readonly SpanData[]): void;
  readonly counts: SpanCounts;
}

export interface Tracer {
  /** Spans go to this listener too; its counts are `self` among the exporters'. */
  listen(listener: SpanListener): void;
  begin(start: QueryStart): QueryTrace;
  /** Whether a session's directives ask for the planner's rules: then every text is planned. */
  wantsRules(directives: string): boolean;
  openSpan(start: CustomSpanStart): CustomSpan;
  /** A transaction block that was asked to be a span: its statements hang under it. */
  transactionEnded(block: TransactionSpan): void;
  /** A CancelRequest: a trace of its own, linked to the statement that it stopped, if any. */
  cancelRequested(request: {
    /** Whose statement it stopped. */
    readonly user: string;
    readonly startNs: number;
    readonly endNs: number;
    readonly processId: number;
    readonly victim: SpanIdentity | undefined;
  }): void;
  /** Spans of a session's start: `pgwire.session`. */
  sessionStarted(start: {
    readonly user: string;
    readonly sessionId: string;
    readonly startNs: number;
    readonly endNs: number;
    readonly attributes: Readonly<Record<string, AttributeValue>>;
  }): void;
  /** Spans that ended lately, of users that may be seen, the oldest first. */
  recentSpans(isVisible: (user: string) => boolean): SentSpans;
  /** What statements did, by their text without literals. */
  readonly statements: StatementStatistics;
  /** produced = exported + dropped + queued, per exporter. */
  counters(): Readonly<Record<string, number>>;
  /** Connections and transactions, told by who sees them end. */
  readonly server: ServerCounts;
  /** The queries', the process's and the tracer's own metrics. */
  metrics(): readonly MetricFamily[];
  /** Where the settings want it, sends what `collect` gives by OTLP, each interval. */
  exportMetrics(collect: () => readonly MetricFamily[]): void;
  /** Takes directives, samplers and limits anew; exporters and lines stay as they are. */
  reload(setting: (name: string) => string): void;
  flush(): Promise<void>;
  shutdown(): Promise<void>;
}
