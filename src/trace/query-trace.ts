/**
 * What the session tells the tracer about one query, as it goes. Calls only take notes; spans,
 * log lines and metrics are made after the client has its last byte. With tracing off the
 * null tracer answers: nothing is noted and no OpenTelemetry module is loaded.
 */
import type { PlanNode } from '../plan/physical.ts';
import type { CloseReason, NodeStatistics } from './node-statistics.ts';

export type PhaseName =
  | 'pgwire.receive'
  | 'queue.wait'
  | 'parse'
  | 'bind'
  | 'plan'
  | 'create_logical_plan'
  | 'analyze_logical_plan'
  | 'optimize_logical_plan'
  | 'create_physical_plan'
  | 'execute_plan'
  | 'result.encode'
  | 'client.write_wait'
  | 'commit'
  | 'copy.receive';

export type AttributeValue = string | number | boolean | readonly string[];

export interface PhaseNote {
  readonly name: PhaseName;
  readonly startNs: number;
  readonly endNs: number;
  /** Real time within the interval, for phases that alternate with others. */
  readonly activeNs?: number;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

export interface RuleNote {
  readonly rule: string;
  readonly phase: 'analyze_logical_plan' | 'optimize_logical_plan' | 'create_physical_plan';
  readonly startNs: number;
  readonly endNs: number;
  readonly modified: boolean;
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
  /** Session's trace.* settings, by name. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface QueryTrace {
  readonly traceId: string;
  readonly spanId: string;
  readonly queryId: string;
  /** Whether the executor should wrap and count plan nodes. */
  readonly wantsNodes: boolean;
  /** `SELECT otel_logs_and_spans`, operation and tables once they are known. */
  describe(operation: string, tables: readonly string[]): void;
  phase(note: PhaseNote): void;
  rule(note: RuleNote): void;
  nodes(root: PlanNode, statistics: readonly NodeStatistics[]): void;
  event(name: string, atNs: number, attributes?: Readonly<Record<string, AttributeValue>>): void;
  /** `nodeId`: the operator in which the error arose, when it was one. */
  fail(code: string, errorClass: string, nodeId: number | undefined): void;
  /** The last bytes went out; builds and hands over spans and lines, after the current turn. */
  end(note: { readonly endNs: number; readonly rows: number; readonly reason: CloseReason }): void;
}

export interface Tracer {
  begin(start: QueryStart): QueryTrace;
  /** Spans of a session's start: `pgwire.session`. */
  sessionStarted(start: {
    readonly sessionId: string;
    readonly startNs: number;
    readonly endNs: number;
    readonly attributes: Readonly<Record<string, AttributeValue>>;
  }): void;
  /** produced = exported + dropped + queued, per exporter. */
  counters(): Readonly<Record<string, number>>;
  flush(): Promise<void>;
  shutdown(): Promise<void>;
}
