/**
 * What the first catalog query of a client would wait for, done when a server starts: views are
 * parsed, rows that never change are made, on this thread and on the worker that such a query goes
 * to when it takes long.
 */
import type { SessionEnvironment } from './session/environment.ts';
import { SessionDirectory } from './session/session-directory.ts';
import { SqlSession } from './session/sql-session.ts';
import { queryDatums } from './session/statement/internal-query.ts';
import { nullTracer } from './trace/null-tracer.ts';

/** Read the relations that drivers ask of most, and those that take longest to make. */
const statements = [
  `SELECT c.column_name, c.data_type, t.table_type
  FROM information_schema.columns c
  JOIN information_schema.tables t USING (table_schema, table_name)
  WHERE table_name = ''`,
  `SELECT p.proname, o.oprname FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_operator o
  ON o.oprcode = p.oid WHERE p.oid = 0`,
];

/** Of a session that nobody sees. Plans the first at once; resolves when all have run. */
export async function warmUp(environment: SessionEnvironment): Promise<void> {
  const unseen = { ...environment, tracer: nullTracer, directory: new SessionDirectory() };
  const session = new SqlSession(unseen, {
    user: environment.superuser,
    database: environment.database,
    settings: [],
    clientAddress: '',
    tls: false,
  });
  try {
    for (const sql of statements) await queryDatums(session, { sql, parameters: [], types: [] });
  } finally {
    await session.close('shutdown');
  }
}
