/**
 * Pages of large objects: rows of pg_largeobject, read by queries of the session's own and written
 * like rows of any table.
 *
 *     bytes [from, to) of an object ──▶ pages from/2048 … ──query──▶ rows
 *     bytes written ──▶ rows of the same pages deleted, new rows inserted
 */
import { pagesDefinition } from '../../catalog/large-object-records.ts';
import type { SnapshotMoment, Store, Table } from '../../catalog/table.ts';
import { makeBatch } from '../../columns/batch.ts';
import { buildColumn } from '../../columns/builder.ts';
import { must } from '../../errors/assert.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import type { PhysicalPlan } from '../../plan/physical.ts';
import type { Datum } from '../../types/datum.ts';
import { sqlType } from '../../types/type-table.ts';
import { planInternal, planRows } from '../statement/internal-query.ts';
import type { PlanSnapshots } from '../statement/query-runner.ts';
import type { SqlSession } from '../sql-session.ts';
import { noteWrite } from '../write/write-moments.ts';

/** What a reader sees: a moment that it keeps, or what is committed when it reads. */
export type Seen = PlanSnapshots | undefined;

export interface Page {
  readonly number: number;
  readonly data: Uint8Array;
}

/** Bytes of an arena that holds the pages of one write. */
const writeBytesMax = 1 << 28;

const source = 'FROM pg_catalog.pg_largeobject WHERE loid = $1';
const inRange = 'pageno >= $2 AND pageno <= $3';
const types = [sqlType('oid'), sqlType('int4'), sqlType('int4')];

const making = new WeakMap<Store, Promise<unknown>>();

/** The table of a database's pages, made now if it is not there: that stays, whoever rolls back. */
export async function makePages({ environment, transaction }: SqlSession): Promise<void> {
  const { store, superuser } = environment;
  const find = (): Table | undefined => store.largeObjectPages(transaction.storeTransaction);
  if (find() !== undefined) return;
  let made = making.get(store);
  if (made === undefined) {
    const own = store.begin();
    own.createTable(pagesDefinition(superuser));
    made = own.commit().finally(() => making.delete(store));
    making.set(store, made);
  }
  await made;
}

function pagesOf({ environment, transaction }: SqlSession): Table {
  return must(environment.store.largeObjectPages(transaction.storeTransaction), 'pages');
}

/** What the statement sees now, until it is released: later changes do not show. */
export function takeMoment(session: SqlSession): PlanSnapshots {
  const { transaction } = session;
  transaction.takeSnapshot();
  const table = pagesOf(session);
  const snapshot = table.snapshot([0, 1, 2], transaction.storeTransaction);
  return {
    byTable: new Map([[table.definition.oid, snapshot]]),
    release: () => table.release(snapshot),
  };
}

interface Asked {
  readonly oid: number;
  readonly first: number;
  readonly last: number;
  readonly seen: Seen;
}

async function rowsOf(
  session: SqlSession,
  plan: PhysicalPlan,
  { oid, first, last, seen }: Asked,
): Promise<readonly (readonly (Datum | null)[])[]> {
  const moment: SnapshotMoment = 'latest';
  const snapshots = seen && { byTable: seen.byTable, release: () => undefined };
  const options = snapshots === undefined ? { moment } : { snapshots };
  return planRows(session, plan, [oid, first, last], options);
}

/** Pages `first` to `last` that there are, in their order. */
export async function readPages(session: SqlSession, asked: Asked): Promise<readonly Page[]> {
  const sql = `SELECT pageno, data ${source} AND ${inRange} ORDER BY pageno`;
  const planned = planInternal(session, { sql, parameters: [], types });
  if (planned.kind !== 'query') return [];
  const rows = await rowsOf(session, planned.plan, asked);
  return rows.map(([number, data]) => ({ number: number as number, data: data as Uint8Array }));
}

/** Number and bytes of the last page; undefined: there is none. */
export async function lastPage(
  session: SqlSession,
  oid: number,
  seen: Seen,
): Promise<{ readonly number: number; readonly byteSize: number } | undefined> {
  const columns = 'pageno, pg_catalog.octet_length(data)';
  const sql = `SELECT ${columns} ${source} AND ${inRange} ORDER BY pageno DESC LIMIT 1`;
  const planned = planInternal(session, { sql, parameters: [], types });
  if (planned.kind !== 'query') return undefined;
  const asked = { oid, first: 0, last: 2 ** 31 - 1, seen };
  const [row] = await rowsOf(session, planned.plan, asked);
  return row && { number: row[0] as number, byteSize: row[1] as number };
}

/** Deletes pages `first` to `last`, and returns them. */
export async function takePages(
  session: SqlSession,
  range: Omit<Asked, 'seen'>,
): Promise<readonly Page[]> {
  return (await deleted(session, range, ['pageno', 'data'])).map(([number, data]) => {
    return { number: number as number, data: data as Uint8Array };
  });
}

export async function dropPages(session: SqlSession, range: Omit<Asked, 'seen'>): Promise<void> {
  await deleted(session, range, ['pageno']);
}

/** The columns of the rows that were there. */
async function deleted(
  session: SqlSession,
  range: Omit<Asked, 'seen'>,
  columns: readonly string[],
): Promise<readonly (readonly (Datum | null)[])[]> {
  const sql = `DELETE ${source} AND ${inRange} RETURNING ${columns.join()}`;
  const planned = planInternal(session, { sql, parameters: [], types });
  if (planned.kind !== 'write') return [];
  const rows = await rowsOf(session, planned.source, { ...range, seen: undefined });
  if (rows.length === 0) return [];
  const { oid } = pagesOf(session).definition;
  const ids = BigInt64Array.from(rows, ([id]) => id as bigint);
  session.transaction.forWriting().write(oid).delete(ids);
  noteWrite(session, oid);
  const places = planned.returning.map((expr) => (expr.kind === 'column' ? expr.index : 0));
  return rows.map((row) => places.map((place) => row[place] ?? null));
}

/** Pages that are not there yet. */
export async function insertPages(
  session: SqlSession,
  oid: number,
  pages: readonly Page[],
): Promise<void> {
  if (pages.length === 0) return;
  const arena = new Arena(new Budget(writeBytesMax));
  try {
    const columns = [
      buildColumn(sqlType('oid'), Array<Datum>(pages.length).fill(oid), arena),
      buildColumn(
        sqlType('int4'),
        pages.map(({ number }) => number),
        arena,
      ),
      buildColumn(
        sqlType('bytea'),
        pages.map(({ data }) => data),
        arena,
      ),
    ];
    const table = pagesOf(session).definition.oid;
    const write = session.transaction.forWriting().write(table);
    await write.ready();
    write.insert(makeBatch(columns, pages.length));
    noteWrite(session, table);
  } finally {
    arena.free();
  }
}
