/**
 * A query that calls users' functions while it computes rows. Functions need their session, and
 * they wait for other things than this query: so it is no pull of operators, but a run of parts
 * of its plan (row-readers.ts) between which the session's thread calls.
 *
 *     next ──▶ some rows of the root's input ──▶ the root over them, as a query ──▶ chunks
 *                └─▶ rows of the plan below, a call for each, in order
 *
 * Rows between the parts are values in memory; what is kept counts against the query's memory.
 */
import { SqlError } from '../../errors/sql-error.ts';
import { childrenOf, type PhysicalPlan, type PlanNode } from '../../plan/physical.ts';
import type { FactRows } from '../../plan/planner.ts';
import { clockNs, type CloseReason } from '../../trace/node-statistics.ts';
import type { Chunk, QueryReport, QueryRequest, QueryRun, RunProgress } from '../execution.ts';
import type { RowReader } from './metered-reader.ts';
import { allRows, batchRows, openRows, withoutCalls } from './row-readers.ts';
import { isStaged, scanOf, StagedQuery } from './staged-query.ts';

const rowWise: ReadonlySet<PlanNode['kind']> = new Set<PlanNode['kind']>([
  'RoutineCallExec',
  'ProjectionExec',
  'FilterExec',
  'GlobalLimitExec',
  'UnionExec',
  'LateralJoinExec',
  'MaterializeExec',
  'RecursiveQueryExec',
]);

/** Whose rows are read some at a time; undefined: the plan wants all of them first. */
function inputOf(root: PlanNode): PlanNode | undefined {
  const input = root.kind === 'ProjectionExec' || root.kind === 'FilterExec' ? root.input : root;
  return rowWise.has(input.kind) && isStaged(input) ? input : undefined;
}

function callsVolatile({ root, subplans }: PhysicalPlan): boolean {
  const roots = [root, ...subplans.map(({ plan }) => plan)];
  const calls = (node: PlanNode): boolean => {
    const own = node.kind === 'RoutineCallExec' ? node.steps : [];
    const isVolatile = own.some((step) => {
      return 'call' in step && step.call.routine.record.volatility === 'volatile';
    });
    return isVolatile || childrenOf(node).some(calls);
  };
  return roots.some(calls);
}

/** Rows that are there. */
function readerOf(rows: FactRows): RowReader {
  let at = 0;
  return {
    next: (max) => {
      const some = rows.slice(at, at + max);
      at += some.length;
      return Promise.resolve(some.length === 0 ? undefined : some);
    },
    close: () => Promise.resolve(),
  };
}

export class StagedRun implements QueryRun {
  readonly liveRows = undefined;
  readonly #query: StagedQuery;
  readonly #startNs = clockNs();
  #source: RowReader | undefined;
  #run: QueryRun | undefined;
  #rowCount = 0;
  #isAtEnd = false;
  #report: QueryReport | undefined;

  constructor(request: QueryRequest, start: (request: QueryRequest) => QueryRun) {
    this.#query = new StagedQuery(request, start);
  }

  async next(rowsMax: number): Promise<Chunk | undefined> {
    const query = this.#query;
    const turn = query.turns.next();
    if (turn !== undefined) await turn;
    for (;;) {
      query.check();
      const chunk = await this.#run?.next(rowsMax);
      if (chunk !== undefined) {
        this.#rowCount += chunk.rowCount;
        return chunk;
      }
      if (this.#run !== undefined) await query.close(this.#run, 'exhausted');
      this.#run = this.#isAtEnd ? undefined : await this.#nextRun(rowsMax);
      if (this.#run === undefined) return undefined;
    }
  }

  /** The root over the next rows. */
  async #nextRun(rowsMax: number): Promise<QueryRun | undefined> {
    const query = this.#query;
    const { parameters, output, plan, isWrite = false } = query.request;
    const { root } = plan;
    const input = inputOf(root);
    if (input === undefined) {
      this.#isAtEnd = true;
      const whole = await withoutCalls({ query, parameters }, root);
      return query.run(whole, parameters, output);
    }
    this.#source ??= await this.#open(input);
    const max = isWrite ? 1 : batchRows;
    for (;;) {
      query.check();
      const rows = await this.#source.next(rowsMax > 0 ? Math.min(rowsMax, max) : max);
      if (rows === undefined) {
        this.#isAtEnd = true;
        return undefined;
      }
      if (rows.length === 0) continue;
      const scan = scanOf(input, rows);
      const over = input === root ? scan : ({ ...root, input: scan } as PlanNode);
      return query.run(over, parameters, output);
    }
  }

  /** Functions that are not volatile see nothing of what their statement writes. */
  async #open(input: PlanNode): Promise<RowReader> {
    const query = this.#query;
    const { parameters, isWrite = false, plan } = query.request;
    const place = { query, parameters };
    if (!isWrite || callsVolatile(plan)) return openRows(place, input);
    return readerOf(await allRows(place, input));
  }

  progress(): Promise<RunProgress> {
    return Promise.resolve(this.#report ?? this.#reportAs('open'));
  }

  cancel(reason: CloseReason, message: string): void {
    this.#query.stop(new SqlError('query_canceled', message), reason, message);
  }

  async close(reason: CloseReason): Promise<QueryReport> {
    if (this.#report !== undefined) return this.#report;
    await this.#source?.close();
    await this.#query.closeAll(reason);
    return (this.#report ??= this.#reportAs(reason));
  }

  #reportAs(reason: CloseReason): QueryReport {
    return this.#query.report(this.#startNs, this.#rowCount, reason);
  }
}
