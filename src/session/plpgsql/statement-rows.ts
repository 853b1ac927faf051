/**
 * Rows of statements within PL/pgSQL as values. A query's come from the executor as they are asked
 * for; those of everything else are there when the statement is over.
 */
import { columnReader } from '../../columns/read.ts';
import type { RecordShape } from '../../plan/binder/bind-context.ts';
import type { PlannedStatement, QueryStatement } from '../../plan/planner.ts';
import type { Datum } from '../../types/datum.ts';
import { decodeBinary } from '../../types/type-binary.ts';
import { Portal } from '../portal/portal.ts';
import { StoredRows } from '../portal/stored-rows.ts';
import { takesAdvisoryLocks } from '../statement/advisory-waits.ts';
import type { Prepared } from '../statement/prepared.ts';
import { startQuery } from '../statement/query-runner.ts';
import { StatementExecution } from '../statement/statement-execution.ts';
import { lockedPlan } from '../transaction/locks.ts';
import type { KeptText } from './compiled.ts';
import type { Chunk } from '../../exec/execution.ts';
import type { Notice } from '../session.ts';
import { withHost } from '../routines/routine-host.ts';
import { callOutputs } from './call-targets.ts';
import type { PlRun } from './run.ts';
import { LocatingWriter, RowsWriter } from './rows-writer.ts';

export type Row = readonly (Datum | null)[];

/** A statement with the values of its parameters. */
export interface Runnable {
  readonly prepared: Prepared;
  readonly parameters: () => readonly (Datum | null)[];
  /** As contexts of errors tell it. */
  readonly sql: string;
  /** An expression alone: contexts do not tell it. */
  readonly isExpression?: boolean;
}

export function runnable(run: PlRun, kept: KeptText): Runnable {
  const { prepared, sql } = kept;
  return { prepared, sql, parameters: () => kept.used?.values(run.frame) ?? [] };
}

export interface Outcome {
  readonly fields: RecordShape;
  readonly rows: readonly Row[];
  readonly rowCount: number;
  readonly tag: string;
}

/** The first rows of a kept query. */
export async function readRows(
  run: PlRun,
  kept: KeptText,
  { rowsMax, isExpression }: { readonly rowsMax: number; readonly isExpression: boolean },
): Promise<readonly Row[]> {
  const statement = { ...runnable(run, kept), isExpression };
  const { rows } = await runStatement(run, statement, rowsMax);
  return rows;
}

/**
 * Runs any statement. Of a query's rows at most `rowsMax` are read. Errors: those of the statement.
 */
export async function runStatement(
  run: PlRun,
  statement: Runnable,
  rowsMax: number,
): Promise<Outcome> {
  run.evaluator.forget();
  const { prepared } = statement;
  const query = prepared.isPlannable ? await plainQuery(run, prepared) : undefined;
  if (query === undefined) return runWhole(run, statement);
  const rows: Row[] = [];
  for await (const row of queryRows(run, query, statement, { atOnce: rowsMax })) {
    rows.push(row);
    if (rows.length >= rowsMax) break;
  }
  return { fields: query.fields, rows, rowCount: rows.length, tag: `SELECT ${rows.length}` };
}

/** Runs a query to its end and keeps none of its rows. */
export async function countRows(run: PlRun, statement: Runnable): Promise<number> {
  run.evaluator.forget();
  const query = await plainQuery(run, statement.prepared);
  if (query === undefined) return (await runWhole(run, statement)).rowCount;
  const { session } = run;
  const running = startQuery(session, query.plan, {
    parameters: statement.parameters(),
    ...{ output: { kind: 'columns' }, instrument: false },
  });
  session.interrupts.current = running;
  try {
    let count = 0;
    for (;;) {
      const chunk = await nextChunk(run, statement, () => running.run.next(0));
      if (chunk === undefined) return count;
      count += chunk.rowCount;
    }
  } finally {
    session.interrupts.current = undefined;
    await running.close('limit', undefined);
  }
}

/** The rows one after the other, as they are asked for. */
export async function* eachRow(
  run: PlRun,
  statement: Runnable,
  described: (fields: RecordShape) => void,
): AsyncGenerator<Row> {
  run.evaluator.forget();
  const { prepared } = statement;
  const query = prepared.isPlannable ? await plainQuery(run, prepared) : undefined;
  if (query === undefined) {
    const { fields, rows } = await runWhole(run, statement);
    described(fields);
    yield* rows;
    return;
  }
  described(query.fields);
  yield* queryRows(run, query, statement, { atOnce: 0 });
}

/** A query that neither writes nor locks; undefined: it is another statement. */
async function plainQuery(run: PlRun, prepared: Prepared): Promise<QueryStatement | undefined> {
  const { session } = run;
  const node = prepared.statement?.node;
  if (node !== undefined && takesAdvisoryLocks(node)) return undefined;
  const isPlain = (planned: PlannedStatement): planned is QueryStatement => {
    return planned.kind === 'query' && planned.locks === undefined && planned.earlier === undefined;
  };
  if (!isPlain(prepared.plan(session))) return undefined;
  const planned = await lockedPlan(session, () => prepared.plan(session));
  if (planned.constantError !== undefined) throw planned.constantError.copy();
  return isPlain(planned) ? planned : undefined;
}

/** The next rows; functions that they call tell their notices with this run's context. */
function nextChunk(
  run: PlRun,
  { sql, isExpression = false }: Runnable,
  next: () => Promise<Chunk | undefined>,
): Promise<Chunk | undefined> {
  const located = (notice: Notice): Notice => run.located(notice, isExpression ? undefined : sql);
  const out = new LocatingWriter(run.context.out, located);
  return withHost({ ...run.context, out }, next);
}

/** Rows that a loop over a query with calls has before its round: at first, later. */
const fetches = [10, 50] as const;
const oneByOne = [1, 1] as const;

async function* queryRows(
  run: PlRun,
  { plan }: QueryStatement,
  statement: Runnable,
  { atOnce }: { readonly atOnce: number },
): AsyncGenerator<Row> {
  const { session } = run;
  const running = startQuery(session, plan, {
    parameters: statement.parameters(),
    ...{ output: { kind: 'columns' }, instrument: false },
  });
  const { interrupts } = session;
  const fetched: Row[] = [];
  const isPlain = plan.callsRoutines !== true || atOnce > 0;
  const [first, later] = isPlain || session.transaction.mayEndInside ? oneByOne : fetches;
  let wanted: number = first;
  try {
    for (;;) {
      interrupts.check();
      interrupts.current = running;
      const max = isPlain ? atOnce : wanted - fetched.length;
      const chunk = await nextChunk(run, statement, () => running.run.next(max));
      interrupts.current = undefined;
      if (chunk === undefined) break;
      if (chunk.kind !== 'columns') continue;
      const readers = chunk.columns.map((column) => columnReader(column));
      for (let row = 0; row < chunk.rowCount; row++) fetched.push(readers.map((read) => read(row)));
      if (wanted > fetched.length) continue;
      wanted = later;
      yield* fetched.splice(0);
    }
    yield* fetched;
  } finally {
    interrupts.current = undefined;
    await running.close('limit', undefined);
  }
}

/** Rows are sent as bytes, which are read again. */
async function runWhole(run: PlRun, statement: Runnable): Promise<Outcome> {
  const { session, context } = run;
  const { prepared } = statement;
  if (prepared.isPlannable) prepared.plan(session);
  const stored = new StoredRows(session.environment.queryMemoryBytesMax);
  const writer = new RowsWriter(context.out, stored, (notice) =>
    run.located(notice, statement.sql),
  );
  const portal = new Portal({
    name: '',
    prepared,
    parameters: statement.parameters(),
    formats: [1],
  });
  const execution = new StatementExecution(session, prepared, writer);
  const rowCount = await execution.runInside(portal, context.trace);
  const known = prepared.fields ?? callOutputs(run, prepared);
  const fields = known.map(({ name, type }) => ({ name, type }));
  const rows = stored.cells().map((cells) => {
    return cells.map((bytes, i) => {
      const type = fields[i]?.type;
      return bytes === null || type === undefined ? null : decodeBinary(type, bytes);
    });
  });
  return { fields, rows, rowCount, tag: writer.tag };
}
