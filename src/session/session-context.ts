/** A session for users of the library: SQL in, data frames out. */
import { SqlError } from '../errors/sql-error.ts';
import type { Datum } from '../types/datum.ts';
import { clockNs } from '../trace/node-statistics.ts';
import { DataFrame, type ColumnSource } from './data-frame.ts';
import { Prepared } from './prepared.ts';
import { startQuery } from './query-runner.ts';
import type { ResultWriter } from './session.ts';
import type { SqlSession } from './sql-session.ts';
import { StatementExecution } from './statement-execution.ts';
import { statementSummary } from './statement-summary.ts';
import type { QueryStatement } from '../plan/planner.ts';

export class SessionContext {
  readonly #session: SqlSession;

  constructor(session: SqlSession) {
    this.#session = session;
  }

  /**
   * Plans a query, or runs any other statement to its end (its data frame is empty).
   * `parameters` are the values of $1, $2, … Errors: SqlError.
   */
  async sql(text: string, parameters: readonly (Datum | null)[] = []): Promise<DataFrame> {
    const session = this.#session;
    const now = clockNs();
    session.cycle.begin('library', text, { firstByteNs: now, lastByteNs: now });
    const [statement, ...others] = session.parseText(text);
    if (statement === undefined || others.length > 0) {
      throw new SqlError('syntax_error', 'sql() takes one statement');
    }
    const prepared = new Prepared('', text, statement, []);
    if (!prepared.isPlannable) return this.#runNow(prepared);
    session.transaction.ensure();
    session.cycle.plan(prepared);
    const planned = prepared.plan(session);
    if (planned.kind === 'write') return this.#runNow(prepared);
    const summary = statementSummary(statement.node);
    return new DataFrame(session, planned.fields, this.#source(text, planned, { parameters, summary }));
  }

  #source(
    text: string,
    planned: QueryStatement,
    options: {
      readonly parameters: readonly (Datum | null)[];
      readonly summary: ReturnType<typeof statementSummary>;
    },
  ): ColumnSource {
    const session = this.#session;
    return async function* () {
      session.transaction.ensure();
      const trace = session.cycle.open(text);
      trace.describe(options.summary.operation, options.summary.tables);
      const running = startQuery(session, planned.plan, {
        parameters: options.parameters,
        output: { kind: 'columns' },
        instrument: trace.wantsNodes,
      });
      let rows = 0;
      try {
        for (;;) {
          const chunk = await running.run.next(0);
          if (chunk === undefined) break;
          rows += chunk.rowCount;
          if (chunk.kind === 'columns') yield chunk;
        }
        running.exhausted = true;
      } catch (error) {
        await running.close('error', trace);
        session.cycle.fail(error, 'error');
        throw error;
      } finally {
        await finish(session, running.close(running.exhausted ? 'exhausted' : 'limit', trace), rows);
      }
    };
  }

  async #runNow(prepared: Prepared): Promise<DataFrame> {
    const session = this.#session;
    session.transaction.ensure();
    try {
      await new StatementExecution(session, prepared, silentWriter).runSimple();
      if (!session.transaction.inBlock) await session.commitNow();
    } catch (error) {
      await session.failed();
      throw error;
    } finally {
      session.flushed(0, 0);
    }
    return new DataFrame(session, [], async function* () {});
  }

  /** Ends the session; an open transaction is rolled back. */
  async close(): Promise<void> {
    await this.#session.close('terminate');
  }
}

async function finish(session: SqlSession, closed: Promise<unknown>, rows: number): Promise<void> {
  await closed;
  session.cycle.finish(rows, 'exhausted');
  if (session.transaction.state === 'implicit') await session.commitNow();
  session.flushed(0, 0);
}

/** Rows of statements that are not queries go nowhere in the library. */
const silentWriter: ResultWriter = {
  rowDescription: () => undefined,
  rows: () => undefined,
  commandComplete: () => undefined,
  emptyQuery: () => undefined,
  notice: () => undefined,
  copyIn: () => {
    throw new SqlError('feature_not_supported', 'COPY FROM STDIN needs a client connection');
  },
  copyOut: () => {
    throw new SqlError('feature_not_supported', 'COPY TO STDOUT needs a client connection');
  },
  copyData: () => undefined,
  copyDone: () => undefined,
};

