/**
 * Runs one statement: opens its trace, watches its time, sends rows and the command tag.
 *
 *     plannable ─▶ query or write plan ─▶ executor        utility ─▶ the table of utilities
 *
 * A query's rows are sent as they come. Rows of RETURNING, and those of a utility statement under
 * a row limit, are kept until the statement is over, as PostgreSQL does.
 */
import { cellText } from '../../exec/row-previews.ts';
import { sqlType } from '../../types/type-table.ts';
import type { ParsedStatement } from '../../sql/statement.ts';
import { clockNs } from '../../trace/node-statistics.ts';
import type { QueryTrace } from '../../trace/query-trace.ts';
import type { PlannedStatement, QueryStatement, WriteStatement } from '../../plan/planner.ts';
import { lockedPlan } from '../transaction/locks.ts';
import { closeReasonOf } from '../tracing/close-reason.ts';
import { describeFields, expandFormats } from './fields.ts';
import { statementTimeoutMs } from '../settings/derived-settings.ts';
import { Portal } from '../portal/portal.ts';
import { allRows, PortalRows } from '../portal/portal-rows.ts';
import type { Prepared } from './prepared.ts';
import { runEarlierWrites, withEarlierWrites } from '../write/earlier-writes.ts';
import { takesAdvisoryLocks, withAdvisoryLocks } from './advisory-waits.ts';
import { startQuery, type PlanSnapshots } from './query-runner.ts';
import { DescribingWriter, KeepingWriter, ObservedWriter } from './result-writers.ts';
import type { ExecuteOutcome, ResultWriter } from '../session.ts';
import type { SqlSession } from '../sql-session.ts';
import type { StatementContext } from './statement-context.ts';
import { StoredRows } from '../portal/stored-rows.ts';
import { checkReadOnly } from '../transaction/read-only.ts';
import { describeUtility, runUtility, seesData, worksInFailedTransaction } from '../utility/all.ts';
import { withHost } from '../routines/routine-host.ts';
import { runLocking, type LockingQuery } from '../write/locked-rows.ts';
import { planAtCursor } from '../write/current-row.ts';
import { runWrite } from '../write/write-runner.ts';
import { statementSummary } from '../tracing/statement-summary.ts';

/** How one Execute, or one statement of the simple protocol, runs. */
interface Turn {
  /** 0 = all. */
  readonly rowsMax: number;
  /** The simple protocol: RowDescription comes before the rows. */
  readonly describes: boolean;
  readonly trace: QueryTrace;
}

/** Snapshots that were taken before the statement's WITH clause wrote. */
interface Seen {
  readonly snapshots?: PlanSnapshots;
}

export class StatementExecution {
  readonly #session: SqlSession;
  readonly #prepared: Prepared;
  readonly #out: ResultWriter;
  #rows = 0;

  constructor(session: SqlSession, prepared: Prepared, out: ResultWriter) {
    this.#session = session;
    this.#prepared = prepared;
    this.#out = new ObservedWriter(out, session.cycle);
  }

  /** A statement of the simple protocol: describes, runs to the end. */
  async runSimple(): Promise<void> {
    const portal = new Portal({ name: '', prepared: this.#prepared, parameters: [], formats: [] });
    await this.#traced((trace) => this.#run(portal, { rowsMax: 0, describes: true, trace }));
  }

  /** Execute of a portal: at most `rowsMax` rows, 0 = all. */
  async runPortal(portal: Portal, rowsMax: number): Promise<ExecuteOutcome> {
    let suspended = false;
    await this.#traced(async (trace) => {
      this.#tellParameters(portal, trace);
      suspended = await this.#run(portal, { rowsMax, describes: false, trace });
    });
    return { suspended };
  }

  /** Values of parameters, where the session asks for them in spans. */
  #tellParameters({ given, prepared }: Portal, trace: QueryTrace): void {
    if (given.length === 0) return;
    if (this.#session.settings.get('trace.parameters') !== 'on') return;
    const texts = given.map((value, index): [string, string] => {
      const type = prepared.parameterTypes[index] ?? sqlType('text');
      return [`db.query.parameter.${index}`, value === null ? 'NULL' : cellText(type, value)];
    });
    trace.attributes(Object.fromEntries(texts));
  }

  /** The statement behind EXECUTE, inside the trace of the EXECUTE itself. Returns its rows. */
  async runInside(portal: Portal, trace: QueryTrace): Promise<number> {
    await this.#run(portal, { rowsMax: 0, describes: false, trace });
    return this.#rows;
  }

  async #traced(body: (trace: QueryTrace) => Promise<unknown>): Promise<void> {
    const { cycle, interrupts } = this.#session;
    const statement = this.#prepared.statement as ParsedStatement;
    const trace = cycle.open(statement.text);
    cycle.uses(this.#prepared);
    const timer = this.#startTimer(trace);
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
      interrupts.current = undefined;
    }
  }

  #startTimer(trace: QueryTrace): NodeJS.Timeout | undefined {
    const timeout = this.#session.settings.derived(statementTimeoutMs);
    if (timeout === 0) return undefined;
    return setTimeout(() => {
      trace.event('statement_timeout', clockNs());
      this.#session.interrupts.stop('timeout', 'canceling statement due to statement timeout');
    }, timeout);
  }

  /** Returns whether the portal is suspended. */
  #run(portal: Portal, turn: Turn): Promise<boolean> {
    const context = this.#context(portal, turn, this.#out);
    return withHost(context, () => this.#runHosted(portal, turn));
  }

  async #runHosted(portal: Portal, turn: Turn): Promise<boolean> {
    const session = this.#session;
    const prepared = this.#prepared;
    const { node } = prepared.statement as ParsedStatement;
    if (prepared.isPlannable || !worksInFailedTransaction(node)) session.checkNotFailed();
    session.interrupts.check();
    portal.checkRunnable();
    session.transaction.ensure();
    if (portal.rows !== undefined) return this.#continue(portal, turn);
    checkReadOnly(session, node);
    if (!prepared.isPlannable) return this.#runUtility(portal, turn);
    if (turn.describes) session.cycle.plan(prepared);
    const first = planAtCursor(session, prepared) ?? session.cycle.planned(prepared);
    const planned = await this.#lockTables(first);
    if (planned.constantError !== undefined) throw planned.constantError;
    const fields = describeFields(
      planned.fields,
      expandFormats(portal.formats, planned.fields.length),
    );
    const isWrite = planned.kind === 'write';
    let seen: Seen = {};
    if (planned.earlier !== undefined) {
      seen = await withEarlierWrites(session, planned, () => this.#runParts(portal, planned, turn));
    } else if (isWrite) await this.#runWrite(portal, planned, turn);
    else if (planned.locks !== undefined) {
      await this.#runLocking(portal, { ...planned, locks: planned.locks }, turn);
    } else if (takesAdvisoryLocks(node)) await this.#runWaiting(portal, planned, turn);
    if (isWrite && portal.rows === undefined) return false;
    if (turn.describes) this.#out.rowDescription(fields);
    if (portal.rows === undefined && !isWrite)
      this.#startQuery(portal, planned, { ...turn, ...seen });
    return this.#continue(portal, turn);
  }

  async #lockTables(first: PlannedStatement): Promise<PlannedStatement> {
    let known: PlannedStatement | undefined = first;
    return lockedPlan(this.#session, () => {
      const planned = known ?? planAtCursor(this.#session, this.#prepared);
      known = undefined;
      return planned ?? this.#prepared.plan(this.#session);
    });
  }

  /** What its WITH clause writes, and what it writes itself. */
  async #runParts(portal: Portal, planned: PlannedStatement, turn: Turn): Promise<Seen> {
    const { parameters } = portal;
    const { trace } = turn;
    const snapshots = await runEarlierWrites(this.#session, planned, { parameters, trace });
    const seen = snapshots === undefined ? {} : { snapshots };
    if (planned.kind !== 'write') return seen;
    try {
      await this.#runWrite(portal, planned, { ...turn, ...seen });
    } finally {
      snapshots?.release();
    }
    return seen;
  }

  async #runWrite(
    portal: Portal,
    planned: WriteStatement,
    { trace, snapshots, describes }: Turn & Seen,
  ): Promise<void> {
    const session = this.#session;
    const { parameters, formats } = portal;
    const returnsRows = planned.fields.length > 0;
    const stored = returnsRows ? this.#newStoredRows() : undefined;
    const { rowCount } = await runWrite(session, planned, {
      ...{ parameters, formats, trace, stored },
      ...(snapshots === undefined ? {} : { snapshots }),
    });
    if (describes) await this.#settleAlone();
    portal.tag = (count) => writeTag(planned, count);
    if (stored !== undefined) {
      portal.rows = new PortalRows({ running: undefined, stored, scrolls: false });
      return;
    }
    this.#rows = rowCount;
    portal.isSpent = true;
    this.#out.commandComplete(writeTag(planned, rowCount));
  }

  async #runLocking(portal: Portal, planned: LockingQuery, { trace }: Turn): Promise<void> {
    const { parameters, formats } = portal;
    const stored = this.#newStoredRows();
    await runLocking(this.#session, planned, { parameters, formats, trace, stored });
    portal.tag = (count) => `SELECT ${count}`;
    portal.rows = new PortalRows({ running: undefined, stored, scrolls: false });
  }

  /** All its rows are there before the first is sent: the query may have to begin anew. */
  async #runWaiting(portal: Portal, planned: QueryStatement, turn: Turn): Promise<void> {
    const stored = this.#newStoredRows();
    await withAdvisoryLocks(this.#session, async () => {
      stored.clear();
      this.#startQuery(portal, planned, turn);
      const { running } = portal;
      if (running === undefined) return;
      this.#session.interrupts.current = running;
      try {
        await running.send(0, { rows: (bytes) => stored.append(bytes) });
      } catch (error) {
        await running.close(closeReasonOf(error), turn.trace);
        throw error;
      }
      await running.close('exhausted', turn.trace);
    });
    portal.running = undefined;
    portal.rows = new PortalRows({ running: undefined, stored, scrolls: false });
  }

  /** A simple query of one statement commits before its tag is sent. Errors: 23503. */
  async #settleAlone(): Promise<void> {
    const { transaction, references } = this.#session;
    if (transaction.state !== 'implicit' || transaction.isMultiple) return;
    await references.settle();
    await references.settleDeferred();
  }

  #newStoredRows(): StoredRows {
    return new StoredRows(this.#session.environment.queryMemoryBytesMax);
  }

  #startQuery(portal: Portal, planned: QueryStatement, { trace, snapshots }: Turn & Seen): void {
    const running = startQuery(this.#session, planned.plan, {
      parameters: portal.parameters,
      output: { kind: 'rows', formats: expandFormats(portal.formats, planned.fields.length) },
      instrument: trace.wantsNodes,
      ...(snapshots === undefined ? {} : { snapshots }),
    });
    portal.running = running;
    portal.rows = new PortalRows({ running, stored: undefined, scrolls: false });
    portal.tag = (count) => `SELECT ${count}`;
  }

  /** Sends the next rows of the portal, and the tag when they were the last. */
  async #continue(portal: Portal, { rowsMax, trace }: Turn): Promise<boolean> {
    const { running, rows } = portal;
    if (rows === undefined) return false;
    const { interrupts } = this.#session;
    interrupts.current = running;
    running?.resume(trace);
    try {
      interrupts.check();
      this.#rows = await rows.forward(rowsMax <= 0 ? allRows : rowsMax, this.#out);
    } catch (error) {
      await portal.close(closeReasonOf(error), trace);
      throw error;
    }
    if (!rows.isAtEnd) {
      await running?.suspend(trace);
      return true;
    }
    await running?.close('exhausted', trace);
    this.#out.commandComplete(portal.tag?.(this.#rows) ?? '');
    return false;
  }

  async #runUtility(portal: Portal, turn: Turn): Promise<boolean> {
    const session = this.#session;
    const statement = this.#prepared.statement as ParsedStatement;
    if (seesData(statement.node)) session.transaction.takeSnapshot();
    const { parameterTypes, variables } = this.#prepared;
    const named = variables?.();
    const names = { session, statement, parameterTypes, ...(named && { variables: named }) };
    const fields = describeUtility(names);
    if (fields !== undefined && turn.rowsMax > 0) return this.#keepUtility(portal, turn);
    const described = turn.describes ? fields : undefined;
    const writer = new DescribingWriter(this.#out, described);
    this.#rows = await this.#timedUtility(this.#utilityContext(portal, turn, writer));
    if (fields === undefined) portal.isSpent = true;
    else {
      portal.rows = new PortalRows({ running: undefined, stored: undefined, scrolls: false });
      portal.tag = () => writer.tag.replace(/\d+$/, '0');
    }
    return false;
  }

  /** A utility statement with rows, under a row limit. */
  async #keepUtility(portal: Portal, turn: Turn): Promise<boolean> {
    const stored = this.#newStoredRows();
    const writer = new KeepingWriter(this.#out, stored);
    await this.#timedUtility(this.#utilityContext(portal, turn, writer));
    portal.rows = new PortalRows({ running: undefined, stored, scrolls: false });
    portal.tag = (count) => writer.tag.replace(/\d+$/, String(count));
    return this.#continue(portal, turn);
  }

  async #timedUtility(context: StatementContext): Promise<number> {
    const startNs = clockNs();
    let failed = true;
    try {
      const rows = await runUtility(context);
      failed = false;
      return rows;
    } finally {
      context.trace.phase({ name: 'execute_utility', startNs, endNs: clockNs(), failed });
    }
  }

  #utilityContext(portal: Portal, turn: Turn, out: ResultWriter): StatementContext {
    const variables = this.#prepared.variables?.();
    const context = this.#context(portal, turn, out);
    return variables === undefined ? context : { ...context, variables };
  }

  #context(portal: Portal, { trace }: Turn, out: ResultWriter): StatementContext {
    const { parameters, formats } = portal;
    return {
      session: this.#session,
      statement: this.#prepared.statement as ParsedStatement,
      parameters,
      parameterTypes: this.#prepared.parameterTypes,
      formats,
      trace,
      out,
    };
  }
}

function writeTag(planned: WriteStatement, rows: number): string {
  if (planned.operation === 'insert') return `INSERT 0 ${rows}`;
  return `${planned.operation.toUpperCase()} ${rows}`;
}
