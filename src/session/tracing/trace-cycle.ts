/**
 * The traces of one message cycle: notes of phases before a query's root is open, the roots that
 * wait for their last byte, and the errors that have no root yet.
 *
 *     first byte ─ notes (receive, parse, plan, bind) ─▶ open() ─ run ─▶ finish() ─▶ end() at flush
 */
import type { CommitReport } from '../../catalog/table.ts';
import { SqlError } from '../../errors/sql-error.ts';
import type { PlannedStatement, PlanObserver } from '../../plan/planner.ts';
import { clockNs, type CloseReason } from '../../trace/node-statistics.ts';
import type {
  ConnectionFacts,
  PhaseNote,
  QueryStart,
  QueryTrace,
  RuleNote,
} from '../../trace/query-trace.ts';
import type { Prepared } from '../statement/prepared.ts';
import { Arrivals } from './arrivals.ts';
import { commitPhases } from './commit-phases.ts';
import { planObserver, type ContextInstrumentation } from './plan-observer.ts';
import { TransactionTraces } from './transaction-traces.ts';
import { InterleavedTime } from './interleaved-time.ts';
import type { Notice, ResultWriter, SessionStart } from '../session.ts';
import type { WriteObserver } from '../statement/result-writers.ts';
import type { Settings } from '../settings/settings.ts';
import type { SqlSession } from '../sql-session.ts';
import { statementSummary } from './statement-summary.ts';

/** Before a root is open: a cycle may parse any number of statements, and run none. */
const notesMax = 512;

interface Finished {
  readonly trace: QueryTrace;
  readonly rows: number;
  readonly reason: CloseReason;
  readonly endNs: number;
}

export class TraceCycle implements WriteObserver {
  readonly #session: SqlSession;
  readonly #connection: ConnectionFacts | undefined;
  readonly #transactions: TransactionTraces;
  /** A cycle ends with ReadyForQuery. */
  #cycles = 0;
  readonly #sessionId: string;
  #protocol: 'simple' | 'extended' | 'library' = 'simple';
  #sql = '';
  readonly arrivals = new Arrivals();
  /** A message began what the next root is of. */
  #hasBegun = false;
  #notes: PhaseNote[] = [];
  #rules: RuleNote[] = [];
  #lost = 0;
  #open: QueryTrace | undefined;
  /** The last root of the cycle: it ends when its bytes are out, or when the next one begins. */
  #finished: Finished | undefined;
  /** Text whose comments may carry the caller's context. */
  #commentSql = '';
  /** Statements parsed, and planned, in this cycle: their plan is none from a cache. */
  readonly #parsed = new Set<Prepared>();
  readonly #planned = new Set<Prepared>();
  #hasWarned = false;
  #isAbandoned = false;
  readonly #writeWait = new InterleavedTime('client.write_wait');
  readonly #copyReceive = new InterleavedTime('copy.receive');
  /** Waits of the cycle that belong to statements already. */
  #notedWaitNs = 0;
  /** Traceparent of the library user's span around the queries. */
  enclosing = '';
  /** What the library's user wants in spans. */
  instrumentation: ContextInstrumentation = {};

  constructor(session: SqlSession) {
    this.#session = session;
    const { start, environment, settings, startedMicros, processId } = session;
    this.#sessionId = `${startedMicros.toString(16)}-${processId.toString(16)}`;
    this.#connection = connectionOf(start);
    this.#transactions = new TransactionTraces(session);
    if (start.acceptedNs === undefined) return;
    environment.tracer.sessionStarted({
      user: start.user,
      sessionId: this.#sessionId,
      startNs: start.acceptedNs,
      endNs: clockNs(),
      attributes: {
        'user.name': start.user,
        'db.namespace': start.database,
        'backend.pid': processId,
        'client.address': start.clientAddress,
        'pgwire.protocol_version': '3.0',
        'pgwire.tls': start.tls,
        'pgwire.authentication': start.authentication ?? 'trust',
        application_name: settings.get('application_name'),
      },
    });
  }

  /** The trace of the statement that runs. */
  get current(): QueryTrace | undefined {
    return this.#open;
  }

  /** A message with a statement. */
  begin(protocol: 'simple' | 'extended' | 'library', sql: string): void {
    this.#protocol = protocol;
    this.#sql = sql;
    if (protocol !== 'extended') this.#commentSql = sql;
    this.#hasBegun = true;
  }

  /** Parse made this statement: its comments speak for the cycle. */
  parsed(prepared: Prepared): void {
    this.#parsed.add(prepared);
    this.#commentSql = prepared.sql;
  }

  /** Bind uses it. A named one that an earlier cycle parsed had another caller then. */
  bound(prepared: Prepared): void {
    const isFresh = prepared.name === '' || this.#parsed.has(prepared);
    this.#commentSql = isFresh ? prepared.sql : '';
  }

  note(phase: PhaseNote): void {
    if (this.#open !== undefined) this.#open.phase(phase);
    else if (this.#notes.length < notesMax) this.#notes.push(phase);
    else this.#lost += 1;
  }

  /** The commit of a transaction with writes; that of an implicit one comes after its statement. */
  committed(startNs: number, report: CommitReport): void {
    const trace = this.#open ?? this.#finished?.trace;
    if (trace === undefined) return;
    for (const phase of commitPhases(startNs, report)) trace.phase(phase);
  }

  /** Plans the statement unless its plan is kept, and notes phases and rules. */
  plan(prepared: Prepared): void {
    if (this.#plan(prepared).isMade) this.#planned.add(prepared);
  }

  /** The plan of a statement that runs: the kept one, or a new one when that does not hold. */
  planned(prepared: Prepared): PlannedStatement {
    const { planned, isMade } = this.#plan(prepared);
    const isHit = !isMade && !this.#planned.has(prepared);
    this.#open?.attributes({ 'plan.cache': isHit ? 'hit' : 'miss' });
    return planned;
  }

  #plan(prepared: Prepared): { readonly planned: PlannedStatement; readonly isMade: boolean } {
    const startNs = clockNs();
    let failed = true;
    let isMade = false;
    const observer = this.observer();
    const phase: PlanObserver['phase'] = (...note) => {
      isMade = true;
      observer.phase(...note);
    };
    try {
      const planned = prepared.plan(this.#session, { ...observer, phase });
      failed = false;
      return { planned, isMade };
    } finally {
      if (isMade || failed) this.note({ name: 'plan', startNs, endNs: clockNs(), failed });
    }
  }

  observer(): PlanObserver {
    return planObserver(this.#session, this.instrumentation.rules, {
      phase: (note) => this.note(note),
      rule: (note) => {
        if (this.#open !== undefined) this.#open.rule(note);
        else if (this.#rules.length < notesMax) this.#rules.push(note);
        else this.#lost += 1;
      },
    });
  }

  /** Opens the root of a statement that is about to run. */
  open(sql: string): QueryTrace {
    this.#endRoot();
    const { environment, settings, start, processId, roles } = this.#session;
    const { operators: instrumentation } = this.instrumentation;
    const trace = environment.tracer.begin({
      protocol: this.#protocol,
      startNs: this.arrivals.startNs > 0 ? this.arrivals.startNs : clockNs(),
      sessionId: this.#sessionId,
      backendPid: processId,
      user: roles.sessionUser,
      database: start.database,
      applicationName: settings.get('application_name'),
      sql,
      ...this.#context(sql),
      settings: settings.derived(traceSettings),
      schema: this.#session.searchPath.find((name) => name !== start.user) ?? '',
      ...(this.#connection === undefined ? {} : { connection: this.#connection }),
      cycle: this.#cycles,
      ...(instrumentation === undefined ? {} : { instrumentation }),
      mayForce: () => roles.isSuperuser,
    });
    for (const note of this.arrivals.take()) trace.phase(note);
    for (const note of this.#notes) trace.phase(note);
    for (const rule of this.#rules) trace.rule(rule);
    if (this.#lost > 0) trace.lost(this.#lost);
    this.#forget();
    this.#hasBegun = false;
    this.#open = trace;
    return trace;
  }

  /** The statement of a root: a root of another cycle that parsed it is linked. */
  uses(prepared: Prepared): void {
    const trace = this.#open;
    if (trace === undefined || trace.traceId === '') return;
    if (this.#parsed.has(prepared)) {
      const { traceId, spanId } = trace;
      prepared.origin = { traceId, spanId };
    } else if (prepared.origin !== undefined) trace.link(prepared.origin, 'prepared');
  }

  /** The root of a PREPARE: those of its EXECUTEs link it. */
  prepares(prepared: Prepared): void {
    const trace = this.#open;
    if (trace === undefined || trace.traceId === '') return;
    prepared.origin = { traceId: trace.traceId, spanId: trace.spanId };
  }

  #context(sql: string): Pick<QueryStart, 'commentSql' | 'inheritedTraceparent' | 'transaction'> {
    const { isMultiple } = this.#session.transaction;
    // Of several statements each has its own comments; the text of one begins behind those before it.
    const commentSql = isMultiple && sql.includes('/*') ? sql : this.#commentSql;
    return { commentSql, ...this.#transactions.next(this.enclosing) };
  }

  /** A comment carried a traceparent that is none: the statement runs untied. */
  warnOfContext(out: ResultWriter): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const message = 'traceparent comment is invalid and has been ignored';
    out.notice({ severity: 'WARNING', code: '01000', message, fields: {} });
  }

  /** The client reads slowly. */
  waited(startNs: number, endNs: number): void {
    this.#writeWait.add(startNs, endNs);
  }

  received(startNs: number, endNs: number): void {
    this.#copyReceive.add(startNs, endNs);
  }

  /** A notice without its words, which may hold values. */
  noticed({ severity, code }: Notice): void {
    this.#open?.event('notice', clockNs(), { severity, code });
  }

  #noteInterleaved(trace: QueryTrace): void {
    this.#notedWaitNs += this.#writeWait.activeNs;
    for (const time of [this.#writeWait, this.#copyReceive]) {
      const phase = time.take();
      if (phase !== undefined) trace.phase(phase);
    }
  }

  /** The statement is over; its root ends when its bytes are out, or when the next one begins. */
  finish(rows: number, reason: CloseReason): void {
    const trace = this.#open;
    if (trace === undefined) return;
    this.#open = undefined;
    this.#noteInterleaved(trace);
    const endNs = clockNs();
    this.arrivals.startNs = endNs;
    this.#finished = { trace, rows, reason, endNs };
    const { settings } = this.#session;
    settings.setFixed('trace.last_trace_id', trace.traceId);
    if (settings.get('trace.echo') === 'on') settings.tell('trace_id', trace.traceId);
    this.#transactions.follow(trace);
    if (this.#isAbandoned) this.end(0, 0);
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

  /** An error of a cycle whose statement never ran: parsing, planning or binding it failed. */
  failUnopened(error: unknown): void {
    if (error === undefined || this.#open !== undefined || !this.#hasBegun) return;
    const statement = [...this.#parsed].at(-1)?.statement;
    const trace = this.open(this.#sql);
    if (statement !== undefined) {
      const { operation, tables } = statementSummary(statement.node);
      trace.describe(operation, tables);
    }
    this.fail(error, 'error');
  }

  /** A cycle that parsed and ran nothing is a root of its own; its Executes come later. */
  #openPrepared(): void {
    const prepared = [...this.#parsed].at(-1);
    if (prepared?.statement === undefined || this.#finished !== undefined) return;
    const { operation, tables } = statementSummary(prepared.statement.node);
    this.open(prepared.sql).describe(`PREPARE ${operation}`, tables);
    this.uses(prepared);
    this.finish(0, 'exhausted');
  }

  /** All bytes of the cycle are handed to the socket. */
  end(writeWaitNs: number, bytes: number): void {
    this.#openPrepared();
    const endNs = clockNs();
    const last = this.#finished;
    for (const note of this.arrivals.take()) last?.trace.phase(note);
    const waitNs = writeWaitNs - this.#notedWaitNs;
    this.#notedWaitNs = 0;
    if (last !== undefined && waitNs > 0) {
      const attributes = { 'result.bytes': bytes };
      last.trace.phase({
        name: 'client.write_wait',
        startNs: endNs - waitNs,
        endNs,
        activeNs: waitNs,
        attributes,
      });
    }
    this.#endRoot(endNs);
    this.#forget();
    this.#transactions.flushed(endNs);
    this.#hasBegun = false;
    this.#cycles += 1;
    this.arrivals.startNs = 0;
    this.#parsed.clear();
    this.#planned.clear();
  }

  #forget(): void {
    this.#notes = [];
    this.#rules = [];
    this.#lost = 0;
  }

  #endRoot(endNs?: number): void {
    const root = this.#finished;
    this.#finished = undefined;
    root?.trace.end({ endNs: endNs ?? root.endNs, rows: root.rows, reason: root.reason });
  }

  /** The connection is gone: a root that is open ends when its statement has stopped. */
  abandon(reason: string): void {
    this.#isAbandoned = true;
    if (this.#open === undefined) this.end(0, 0);
    else if (reason !== 'terminate') this.#open.fail('08006', 'SqlError', undefined);
    this.#transactions.abandon(clockNs());
  }
}

function connectionOf(start: SessionStart): ConnectionFacts | undefined {
  const { clientAddress, clientPort = 0, serverAddress = '', serverPort = 0 } = start;
  if (clientAddress === '') return undefined;
  return { clientAddress, clientPort, serverAddress, serverPort };
}

/** What the tracer may ask for; trace.last_trace_id may be an older one. */
function traceSettings(settings: Settings): Readonly<Record<string, string>> {
  return {
    ...settings.withPrefix('trace.'),
    ...settings.withPrefix('log.filter'),
    ...settings.withPrefix('pg_tracing.'),
  };
}
