/** Queries that the session asks itself, about keys and NULLs; their plans are kept. */
import { must } from '../../errors/assert.ts';
import type { SnapshotMoment } from '../../catalog/table.ts';
import { columnReader } from '../../columns/read.ts';
import type { PhysicalPlan } from '../../plan/physical.ts';
import type { PlannedStatement } from '../../plan/planner.ts';
import { parseSql } from '../../sql/parse.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { Prepared } from './prepared.ts';
import { startQuery, type RunOptions } from './query-runner.ts';
import type { SqlSession } from '../sql-session.ts';

export interface InternalQuery {
  readonly sql: string;
  readonly parameters: readonly Datum[];
  readonly types: readonly SqlType[];
}

/** Plans of one session and one state of the definitions. */
interface KeptPlans {
  readonly definitionVersion: number;
  readonly bySql: Map<string, Prepared>;
}

const keptMax = 50;
const kept = new WeakMap<SqlSession, KeptPlans>();

function preparedFor(session: SqlSession, { sql, types }: InternalQuery): Prepared {
  const { definitionVersion } = session.environment.store;
  let plans = kept.get(session);
  if (plans?.definitionVersion !== definitionVersion || plans.bySql.size >= keptMax) {
    plans = { definitionVersion, bySql: new Map() };
    kept.set(session, plans);
  }
  const known = plans.bySql.get(sql);
  if (known !== undefined) return known;
  const prepared = new Prepared('', sql, parseSql(sql)[0], types, 'fixed');
  prepared.isInternal = true;
  plans.bySql.set(sql, prepared);
  return prepared;
}

export interface RowsQuery {
  /** The table, quoted. */
  readonly from: string;
  readonly where: string;
  readonly parameters: readonly Datum[];
  readonly types: readonly SqlType[];
}

export interface StoredRow {
  readonly rowId: bigint;
  /** By column of the table. */
  readonly values: readonly (Datum | null)[];
}

/** The statement's plan; its parameters are those of the query. */
export function planInternal(session: SqlSession, query: InternalQuery): PlannedStatement {
  return preparedFor(session, query).plan(session);
}

/** Stored rows with their ids: what a DELETE of them would read. Sees what `queryDatums` sees. */
export async function queryRows(
  session: SqlSession,
  { from, where, parameters, types }: RowsQuery,
  moment: SnapshotMoment = 'latest',
): Promise<readonly StoredRow[]> {
  const sql = `DELETE FROM ${from} WHERE ${where} RETURNING *`;
  const planned = preparedFor(session, { sql, parameters, types }).plan(session);
  if (planned.kind !== 'write') return [];
  const places = planned.returning.map((expr) => (expr.kind === 'column' ? expr.index : 0));
  const rows = await planRows(session, planned.source, parameters, { moment });
  return rows.map((row) => ({
    rowId: row[0] as bigint,
    values: places.map((place) => row[place] ?? null),
  }));
}

/** Another open transaction that deletes, or updates, one of the rows. */
export async function deleterOfRows(
  session: SqlSession,
  tableOid: number,
  query: RowsQuery,
): Promise<number | undefined> {
  const transaction = session.transaction.forWriting();
  if (transaction.writersOf(tableOid).length === 0) return undefined;
  const rows = await queryRows(session, query);
  const deleters = rows.map(({ rowId }) => transaction.deleterOf(tableOid, rowId));
  return deleters.find((deleter) => deleter !== undefined);
}

/** All rows as datums. Sees the transaction's own changes, and what is committed now. */
export async function queryDatums(
  session: SqlSession,
  query: InternalQuery,
  moment: SnapshotMoment = 'latest',
): Promise<readonly (readonly (Datum | null)[])[]> {
  const planned = preparedFor(session, query).plan(session);
  if (planned.kind !== 'query') return [];
  return planRows(session, planned.plan, query.parameters, { moment });
}

/** The first value of the first row. */
export async function queryValue(
  session: SqlSession,
  query: InternalQuery,
): Promise<{ readonly type: SqlType; readonly value: Datum | null }> {
  const planned = preparedFor(session, query).plan(session);
  const type = must(planned.fields[0], 'a field').type;
  const [row] = await queryDatums(session, query);
  return { type, value: row?.[0] ?? null };
}

/** All rows of a plan as datums. */
export async function planRows(
  session: SqlSession,
  plan: PhysicalPlan,
  parameters: readonly (Datum | null)[],
  seen: Pick<RunOptions, 'moment' | 'snapshots'> = { moment: 'latest' },
): Promise<readonly (readonly (Datum | null)[])[]> {
  const running = startQuery(session, plan, {
    parameters,
    output: { kind: 'columns' },
    instrument: false,
    ...seen,
  });
  session.interrupts.current = running;
  const rows: (Datum | null)[][] = [];
  try {
    for (;;) {
      const chunk = await running.run.next(0);
      if (chunk === undefined) return rows;
      if (chunk.kind !== 'columns') continue;
      const readers = chunk.columns.map((column) => columnReader(column));
      for (let row = 0; row < chunk.rowCount; row++) rows.push(readers.map((read) => read(row)));
    }
  } finally {
    await running.close('limit', undefined);
    session.interrupts.current = undefined;
  }
}
