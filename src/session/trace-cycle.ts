/**
 * The traces of one message cycle: notes of phases before a query's root is open, the roots that
 * wait for their last byte, and the errors that have no root yet.
 *
 *     first byte ─ notes (receive, parse, plan, bind) ─▶ open() ─ run ─▶ finish() ─▶ end() at flush
 */
import { SqlError } from '../errors/sql-error.ts';
import type { PlanObserver } from '../plan/planner.ts';
import { clockNs, type CloseReason } from '../trace/node-statistics.ts';
import type { PhaseNote, QueryTrace, RuleNote } from '../trace/query-trace.ts';
import type { Prepared } from './prepared.ts';
import type { CycleTimes } from './session.ts';
import type { SqlSession } from './sql-session.ts';

interface Finished {
  readonly trace: QueryTrace;
  readonly rows: number;
  readonly reason: CloseReason;
  readonly endNs: number;
}

export class TraceCycle {
  readonly #session: SqlSession;
  #protocol: 'simple' | 'extended' | 'library' = 'simple';
  #sql = '';
  /** Start of the next root: the first byte, or the end of the root before. */
  #startNs = 0;
  #notes: PhaseNote[] = [];
  #rules: RuleNote[] = [];
  #open: QueryTrace | undefined;
  #finished: Finished[] = [];

  constructor(session: SqlSession) {
    this.#session = session;
  }

  /** A message arrived. The first one since the last root sets the start of the next root. */
  begin(protocol: 'simple' | 'extended' | 'library', sql: string, times: CycleTimes): void {
    this.#protocol = protocol;
    this.#sql = sql;
    if (this.#notes.length > 0) return;
    const lastEnd = this.#finished.at(-1)?.endNs ?? 0;
    this.#startNs = Math.max(times.firstByteNs, lastEnd);
    const endNs = Math.max(times.lastByteNs, this.#startNs);
    this.note({ name: 'pgwire.receive', startNs: this.#startNs, endNs });
  }

  note(phase: PhaseNote): void {
    if (this.#open !== undefined) this.#open.phase(phase);
    else this.#notes.push(phase);
  }

  /** A phase after the statement's end: the commit of its implicit transaction. */
  noteLate(phase: PhaseNote): void {
    const last = this.#open ?? this.#finished.at(-1)?.trace;
    last?.phase(phase);
  }

  /** Plans the statement and notes phases and rules. */
  plan(prepared: Prepared): void {
    const startNs = clockNs();
    let failed = true;
    try {
      prepared.plan(this.#session, this.observer());
      failed = false;
    } finally {
      this.note({ name: 'plan', startNs, endNs: clockNs(), failed });
    }
  }

  observer(): PlanObserver {
    return {
      nowNs: clockNs,
      phase: (name, startNs, endNs) => this.note({ name, startNs, endNs }),
      rule: (rule, startNs, endNs, modified) => {
        const note: RuleNote = { rule, phase: 'optimize_logical_plan', startNs, endNs, modified };
        if (this.#open !== undefined) this.#open.rule(note);
        else this.#rules.push(note);
      },
    };
  }

  /** Opens the root of a statement that is about to run. */
  open(sql: string): QueryTrace {
    const { environment, settings, start, processId } = this.#session;
    const startNs = this.#startNs > 0 ? this.#startNs : clockNs();
    const trace = environment.tracer.begin({
      protocol: this.#protocol,
      startNs,
      sessionId: `${this.#session.startedMicros.toString(16)}-${processId.toString(16)}`,
      backendPid: processId,
      user: start.user,
      database: start.database,
      applicationName: settings.get('application_name'),
      sql,
      settings: {
        ...settings.withPrefix('trace.'),
        ...settings.withPrefix('log.filter'),
        ...settings.withPrefix('pg_tracing.'),
      },
      schema: this.#session.searchPath[0] ?? '',
      clientAddress: start.clientAddress,
    });
    for (const note of this.#notes) trace.phase(note);
    for (const rule of this.#rules) trace.rule(rule);
    this.#notes = [];
    this.#rules = [];
    this.#open = trace;
    return trace;
  }

  /** The statement is over; its root ends when its bytes are out, or when the next one begins. */
  finish(rows: number, reason: CloseReason): void {
    const trace = this.#open;
    if (trace === undefined) return;
    this.#open = undefined;
    const endNs = clockNs();
    this.#startNs = endNs;
    this.#finished.push({ trace, rows, reason, endNs });
    this.#session.settings.setFixed('trace.last_trace_id', trace.traceId);
  }

  /** An error: marks the open root, or makes one for a statement that never ran. */
  fail(error: unknown, reason: CloseReason): void {
    const trace = this.#open ?? this.open(this.#sql);
    const isSqlError = error instanceof SqlError;
    const code = isSqlError ? error.code : 'XX000';
    const nodeId = (error as { readonly nodeId?: number }).nodeId;
    trace.fail(code, isSqlError ? 'SqlError' : 'InternalError', nodeId);
    this.finish(0, reason);
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  get hasNotes(): boolean {
    return this.#notes.length > 0;
  }

  /** All bytes of the cycle are handed to the socket. */
  end(writeWaitNs: number, bytes: number): void {
    const endNs = clockNs();
    const last = this.#finished.at(-1);
    if (last !== undefined && writeWaitNs > 0) {
      last.trace.phase({
        name: 'client.write_wait',
        startNs: endNs - writeWaitNs,
        endNs,
        activeNs: writeWaitNs,
        attributes: { 'result.bytes': bytes },
      });
    }
    for (const each of this.#finished) {
      const traceEnd = each === last ? endNs : each.endNs;
      each.trace.end({ endNs: traceEnd, rows: each.rows, reason: each.reason });
    }
    this.#finished = [];
    this.#notes = [];
    this.#rules = [];
    this.#startNs = 0;
  }

  /** The connection is gone: open roots end as they are. */
  abandon(reason: string): void {
    if (this.#open !== undefined) {
      if (reason !== 'terminate') this.#open.fail('08006', 'SqlError', undefined);
      this.finish(0, 'disconnect');
    }
    this.end(0, 0);
  }
}
