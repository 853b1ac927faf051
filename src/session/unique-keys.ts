/**
 * Primary keys and unique constraints, on small tables: after a write, the statement's table is
 * asked for a key that occurs twice. A table too large for that refuses writes (0A000) rather
 * than letting a duplicate in.
 */
import { SqlError, unsupported } from '../errors/sql-error.ts';
import type { ConstraintDefinition, TableDefinition } from '../catalog/table.ts';
import { parseSql } from '../sql/parse.ts';
import type { ParsedStatement } from '../sql/statement.ts';
import { startQuery } from './query-runner.ts';
import type { SqlSession } from './sql-session.ts';

const checkedRowsMax = 200_000;

/** Errors: 23505 with PostgreSQL's detail; 0A000 above 200,000 rows. */
export async function checkUniqueKeys(session: SqlSession, table: TableDefinition): Promise<void> {
  const keys = table.constraints.filter(({ kind }) => kind === 'primaryKey' || kind === 'unique');
  if (keys.length === 0) return;
  const transaction = session.transaction.storeTransaction;
  const stored = session.environment.store.tableByOid(table.oid, transaction);
  if ((stored?.statistics().rowCount ?? 0) > checkedRowsMax) {
    throw unsupported(`a key on a table of more than ${checkedRowsMax} rows`);
  }
  for (const key of keys) await checkKey(session, table, key);
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

async function checkKey(
  session: SqlSession,
  table: TableDefinition,
  key: ConstraintDefinition,
): Promise<void> {
  const names = key.columns.map((position) => table.columns[position]?.name ?? '');
  const list = names.map(quoted).join(', ');
  const notNull = names.map((name) => `${quoted(name)} IS NOT NULL`).join(' AND ');
  const from = `${quoted(table.schema)}.${quoted(table.name)}`;
  const text = `concat_ws(', ', ${names.map((name) => `${quoted(name)}::text`).join(', ')})`;
  const sql = `SELECT ${text} FROM ${from} WHERE ${notNull} GROUP BY ${list} HAVING count(*) > 1 LIMIT 1`;
  const duplicate = await firstText(session, sql);
  if (duplicate === undefined) return;
  throw new SqlError(
    'unique_violation',
    `duplicate key value violates unique constraint "${key.name}"`,
    {
      detail: `Key (${names.join(', ')})=(${duplicate}) already exists.`,
      schema: table.schema,
      table: table.name,
      constraint: key.name,
    },
  );
}

/** The first value of the first row of a query with one text column. */
async function firstText(session: SqlSession, sql: string): Promise<string | undefined> {
  const { planned } = session.planNode(parseSql(sql)[0] as ParsedStatement, []);
  if (planned.kind !== 'query') return undefined;
  const running = startQuery(session, planned.plan, {
    parameters: [],
    output: { kind: 'rows', formats: [0] },
    instrument: false,
  });
  try {
    const chunk = await running.run.next(1);
    if (chunk?.kind !== 'rows') return undefined;
    const bytes = Buffer.from(chunk.bytes);
    return bytes.toString('utf8', 11, 11 + bytes.readInt32BE(7));
  } finally {
    await running.close('limit', undefined);
  }
}
