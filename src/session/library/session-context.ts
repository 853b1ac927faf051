/**
 * A session for users of the library: SQL in, data frames out.
 *
 * A query is planned at once and runs when its rows are asked for, as columns. Any other statement
 * runs to its end at once; rows that it returns (RETURNING, SHOW, EXPLAIN) are kept in its frame.
 */
import { refuseEarlierWrites } from '../write/earlier-writes.ts';
import { must } from '../../errors/assert.ts';
import { SqlError } from '../../errors/sql-error.ts';
import type { QueryStatement } from '../../plan/planner.ts';
import { clockNs } from '../../trace/node-statistics.ts';
import type { AttributeValue } from '../../trace/query-trace.ts';
import type { Datum } from '../../types/datum.ts';
import { CollectedRows } from './collected-rows.ts';
import { DataFrame, type ColumnSource } from './data-frame.ts';
import { sessionFormats } from '../facts/evaluation-facts.ts';
import { encodeParameters, parameterDatums, type Parameter } from './library-parameters.ts';
import { Prepared } from '../statement/prepared.ts';
import { startQuery } from '../statement/query-runner.ts';
import { parseNow } from '../statement/parse-phase.ts';
import type { SqlSession } from '../sql-session.ts';
import { statementSummary } from '../tracing/statement-summary.ts';

export class SessionContext {
  readonly #session: SqlSession;
  /** A query whose rows are being read: a session runs one at a time. */
  #isReading = false;

  constructor(session: SqlSession) {
    this.#session = session;
  }

  /**
   * Plans a query, or runs any other statement. `parameters` are the values of $1, $2, …:
   * JavaScript values or datums of the parameters' types. Errors: SqlError.
   */
  async sql(text: string, parameters: readonly Parameter[] = []): Promise<DataFrame> {
    this.#checkIdle();
    const planned = await this.#guarded(async () => this.#planQuery(text, parameters));
    if (planned !== undefined) return planned;
    return this.#runNow(text, parameters);
  }

  /**
   * Runs a COPY … FROM STDIN statement with these bytes as its data; returns the rows loaded.
   * Errors: SqlError; nothing is loaded then.
   */
  async copyFrom(text: string, data: AsyncIterable<Uint8Array>): Promise<number> {
    this.#checkIdle();
    const rows = new CollectedRows(data);
    await this.#guarded(() => this.#execute(text, [], rows));
    return rows.rowsOfTag;
  }

  /**
   * Runs `fn`; queries inside are children of a span of this name. Spans nest.
   */
  async span<T>(
    name: string,
    attributes: Readonly<Record<string, AttributeValue>>,
    fn: () => Promise<T> | T,
  ): Promise<T> {
    const { cycle, environment } = this.#session;
    const { enclosing: parent } = cycle;
    const span = environment.tracer.openSpan({ name, attributes, parent });
    cycle.enclosing = span.traceparent;
    let failed = true;
    try {
      const result = await fn();
      failed = false;
      return result;
    } finally {
      cycle.enclosing = parent;
      span.end(failed);
    }
  }

  #checkIdle(): void {
    if (!this.#isReading) return;
    throw new SqlError('object_in_use', 'a query of this session is still being read', {
      hint: 'Read it to its end, leave its loop, or use another session.',
    });
  }

  /** Runs `body`; an error ends the transaction, or makes it a failed one. */
  async #guarded<T>(body: () => Promise<T>): Promise<T> {
    const session = this.#session;
    try {
      return await body();
    } catch (error) {
      await session.failed(error);
      if (session.transactionStatus === 'I') await session.sync();
      throw error;
    } finally {
      session.flushed(0, 0);
    }
  }

  /** undefined: no query. */
  async #planQuery(text: string, parameters: readonly Parameter[]): Promise<DataFrame | undefined> {
    const session = this.#session;
    const now = clockNs();
    session.arrivals.arrived({ firstByteNs: now, lastByteNs: now });
    session.cycle.begin('library', text);
    const [statement, ...others] = parseNow(session, text);
    if (statement === undefined || others.length > 0) {
      throw new SqlError('syntax_error', 'sql() takes one statement');
    }
    const prepared = new Prepared('', text, statement, []);
    if (!prepared.isPlannable) return undefined;
    session.checkNotFailed();
    session.transaction.ensure();
    session.cycle.parsed(prepared);
    session.cycle.plan(prepared);
    const planned = prepared.plan(session);
    refuseEarlierWrites(planned);
    if (planned.kind === 'write') return undefined;
    const formats = sessionFormats(session);
    const datums = parameterDatums(prepared.parameterTypes, parameters, formats);
    if (session.transaction.state === 'implicit') await session.commitNow();
    return new DataFrame(session, planned.fields, this.#source(prepared, datums));
  }

  #source(prepared: Prepared, parameters: readonly (Datum | null)[]): ColumnSource {
    const read = this.#read.bind(this);
    return async function* () {
      yield* read(prepared, parameters);
    };
  }

  async *#read(
    prepared: Prepared,
    parameters: readonly (Datum | null)[],
  ): ReturnType<ColumnSource> {
    this.#checkIdle();
    this.#isReading = true;
    const session = this.#session;
    let rows = 0;
    let isWhole = false;
    try {
      const { planned, trace } = this.#open(prepared);
      const running = startQuery(session, planned.plan, {
        parameters,
        output: { kind: 'columns' },
        instrument: trace.wantsNodes,
      });
      try {
        for (;;) {
          const chunk = await running.run.next(0);
          if (chunk === undefined) break;
          rows += chunk.rowCount;
          if (chunk.kind !== 'columns') continue;
          const givenNs = clockNs();
          yield chunk;
          session.cycle.waited(givenNs, clockNs());
        }
        isWhole = true;
      } catch (error) {
        await running.close('error', trace);
        session.cycle.fail(error, 'error');
        await session.failed(error);
        throw error;
      } finally {
        await running.close(isWhole ? 'exhausted' : 'limit', trace);
      }
    } finally {
      session.cycle.finish(rows, isWhole ? 'exhausted' : 'limit');
      if (session.transactionStatus === 'I') await session.sync();
      session.flushed(0, 0);
      this.#isReading = false;
    }
  }

  /** The plan of now: definitions may have changed since the query was made. */
  #open(prepared: Prepared) {
    const session = this.#session;
    const now = clockNs();
    session.arrivals.arrived({ firstByteNs: now, lastByteNs: now });
    session.cycle.begin('library', prepared.sql);
    session.checkNotFailed();
    session.transaction.ensure();
    const planned = prepared.plan(session) as QueryStatement;
    const trace = session.cycle.open(prepared.sql);
    session.cycle.uses(prepared);
    const { operation, tables } = statementSummary(must(prepared.statement, 'a statement').node);
    trace.describe(operation, tables);
    return { planned, trace };
  }

  async #runNow(text: string, parameters: readonly Parameter[]): Promise<DataFrame> {
    const rows = new CollectedRows(undefined);
    await this.#guarded(() => this.#execute(text, parameters, rows));
    return rows.frame(this.#session);
  }

  /** The extended protocol's steps, without a wire. */
  async #execute(
    text: string,
    parameters: readonly Parameter[],
    rows: CollectedRows,
  ): Promise<void> {
    const session = this.#session;
    const now = clockNs();
    session.arrivals.arrived({ firstByteNs: now, lastByteNs: now });
    await session.parse({ name: '', sql: text, parameterOids: [] }, rows.writer);
    const { parameterOids, fields } = await session.describeStatement('');
    const encoded = encodeParameters(parameterOids, parameters, sessionFormats(session));
    await session.bind({
      portal: '',
      statement: '',
      parameterFormats: [],
      parameters: encoded,
      resultFormats: [],
    });
    rows.describe(fields ?? []);
    await session.execute('', 0, rows.writer);
    await session.sync();
  }

  /** Ends the session; an open transaction is rolled back. */
  async close(): Promise<void> {
    await this.#session.close('terminate');
  }
}
