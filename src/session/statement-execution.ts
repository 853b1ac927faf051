/**
 * Runs one statement: opens its trace, watches its time, sends rows and the command tag.
 *
 *     plannable ─▶ query or write plan ─▶ executor        utility ─▶ the table of utilities
 */
import { SqlError } from '../errors/sql-error.ts';
import type { ParsedStatement } from '../sql/statement.ts';
import { clockNs, type CloseReason } from '../trace/node-statistics.ts';
import type { QueryTrace } from '../trace/query-trace.ts';
import type { QueryStatement, WriteStatement } from '../plan/planner.ts';
import { describeFields, expandFormats } from './fields.ts';
import { Portal } from './portal.ts';
import type { Prepared } from './prepared.ts';
import { startQuery } from './query-runner.ts';
import type { ExecuteOutcome, ResultWriter } from './session.ts';
import type { SqlSession } from './sql-session.ts';
import { describeUtility, runUtility, worksInFailedTransaction } from './utility/all.ts';
import { runWrite } from './write-runner.ts';
import { statementSummary } from './statement-summary.ts';

export class StatementExecution {
  readonly #session: SqlSession;
  readonly #prepared: Prepared;
  readonly #out: ResultWriter;
  #rows = 0;

  constructor(session: SqlSession, prepared: Prepared, out: ResultWriter) {
    this.#session = session;
    this.#prepared = prepared;
    this.#out = out;
  }

  /** A statement of the simple protocol: describes, runs to the end. */
  async runSimple(): Promise<void> {
    const portal = new Portal('', this.#prepared, [], []);
    await this.#traced((trace) => this.#run(portal, 0, true, trace));
  }

  /** Execute of a portal: at most `rowsMax` rows, 0 = all. */
  async runPortal(portal: Portal, rowsMax: number): Promise<ExecuteOutcome> {
    let suspended = false;
    await this.#traced(async (trace) => {
      suspended = await this.#run(portal, rowsMax, false, trace);
    });
    return { suspended };
  }

  /** The statement behind EXECUTE, inside the trace of the EXECUTE itself. Returns its rows. */
  async runInside(portal: Portal, trace: QueryTrace): Promise<number> {
    await this.#run(portal, 0, false, trace);
    return this.#rows;
  }

  async #traced(body: (trace: QueryTrace) => Promise<unknown>): Promise<void> {
    const { cycle } = this.#session;
    const statement = this.#prepared.statement as ParsedStatement;
    const trace = cycle.open(statement.text);
    const timer = this.#startTimer();
    try {
      const { operation, tables } = statementSummary(statement.node);
      trace.describe(operation, tables);
      if (trace.hasInvalidContext) this.#session.cycle.warnOfContext(this.#out);
      await body(trace);
      cycle.finish(this.#rows, 'exhausted');
    } catch (error) {
      cycle.fail(error, closeReasonOf(error));
      throw error;
    } finally {
      clearTimeout(timer);
      this.#session.current = undefined;
    }
  }

  #startTimer(): NodeJS.Timeout | undefined {
    const timeout = millisOf(this.#session.settings.get('statement_timeout'));
    if (timeout === 0) return undefined;
    return setTimeout(() => {
      this.#session.stop('timeout', 'canceling statement due to statement timeout');
    }, timeout);
  }

  /** Returns whether the portal is suspended. */
  async #run(
    portal: Portal,
    rowsMax: number,
    describes: boolean,
    trace: QueryTrace,
  ): Promise<boolean> {
    const session = this.#session;
    const statement = this.#prepared.statement as ParsedStatement;
    if (!this.#prepared.isPlannable) {
      return this.#runUtility(portal, rowsMax, describes, trace);
    }
    session.checkNotFailed();
    session.transaction.ensure();
    if (portal.finished) throw this.#alreadyRun(portal);
    if (portal.running !== undefined) return this.#continueQuery(portal, rowsMax, trace);
    if (describes) session.cycle.plan(this.#prepared);
    const planned = session.cycle.planned(this.#prepared);
    if (planned.kind === 'write') {
      this.#rows = await runWrite(session, planned, this.#writeOptions(portal, describes, trace));
      portal.finished = true;
      this.#out.commandComplete(writeTag(planned, this.#rows));
      return false;
    }
    return this.#startQuery(portal, planned, { rowsMax, describes, trace, statement });
  }

  #writeOptions(portal: Portal, describes: boolean, trace: QueryTrace) {
    const { parameters, formats } = portal;
    return { parameters, formats, describes, trace, out: this.#out };
  }

  #alreadyRun(portal: Portal): SqlError {
    const message = `portal "${portal.name}" cannot be run`;
    return new SqlError('object_not_in_prerequisite_state', message);
  }

  async #startQuery(
    portal: Portal,
    planned: QueryStatement,
    options: { rowsMax: number; describes: boolean; trace: QueryTrace; statement: ParsedStatement },
  ): Promise<boolean> {
    const formats = expandFormats(portal.formats, planned.fields.length);
    portal.running = startQuery(this.#session, planned.plan, {
      parameters: portal.parameters,
      output: { kind: 'rows', formats },
      instrument: options.trace.wantsNodes,
    });
    const describe = (): void => {
      if (options.describes) this.#out.rowDescription(describeFields(planned.fields, formats));
    };
    return this.#continueQuery(portal, options.rowsMax, options.trace, describe);
  }

  async #continueQuery(
    portal: Portal,
    rowsMax: number,
    trace: QueryTrace,
    describe?: () => void,
  ): Promise<boolean> {
    const running = portal.running;
    if (running === undefined) return false;
    this.#session.current = running;
    const startNs = clockNs();
    running.resume(trace);
    try {
      this.#session.checkNotCancelled();
      this.#rows = await running.send(rowsMax, this.#out, describe);
    } catch (error) {
      await portal.close(closeReasonOf(error), trace);
      throw error;
    }
    const suspended = !running.exhausted && rowsMax > 0 && this.#rows >= rowsMax;
    if (suspended) running.suspend(trace, this.#rows, startNs);
    else {
      await running.close('exhausted', trace);
      this.#out.commandComplete(`SELECT ${this.#rows}`);
    }
    return suspended;
  }

  async #runUtility(
    portal: Portal,
    rowsMax: number,
    describes: boolean,
    trace: QueryTrace,
  ): Promise<boolean> {
    const session = this.#session;
    const statement = this.#prepared.statement as ParsedStatement;
    if (!worksInFailedTransaction(statement.node)) session.checkNotFailed();
    if (portal.finished) throw this.#alreadyRun(portal);
    session.transaction.ensure();
    const fields = describeUtility(session, statement);
    if (describes && fields !== undefined) this.#out.rowDescription(fields);
    portal.finished = true;
    const { parameters, formats } = portal;
    const out = this.#out;
    this.#rows = await runUtility({
      session, statement, parameters, formats, rowsMax, describes, trace, out,
    });
    return false;
  }
}

function writeTag(planned: WriteStatement, rows: number): string {
  if (planned.operation === 'insert') return `INSERT 0 ${rows}`;
  return `${planned.operation.toUpperCase()} ${rows}`;
}

/** Why a statement that failed with this error ended. */
export function closeReasonOf(error: unknown): CloseReason {
  if (!(error instanceof SqlError) || error.code !== '57014') return 'error';
  return error.message.includes('timeout') ? 'timeout' : 'cancelled';
}

/** A setting of milliseconds as SHOW prints it: `0`, `500ms`, `2s`, `1min`. */
export function millisOf(text: string): number {
  const match = /^(\d+)(ms|s|min|h|d)?$/.exec(text);
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1e3, min: 6e4, h: 3.6e6, d: 8.64e7 };
  return Number(match?.[1] ?? 0) * (units[match?.[2] ?? 'ms'] ?? 1);
}

