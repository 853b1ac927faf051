/** LOCK TABLE: modes that keep writers out wait for them; weaker ones have nothing to wait for. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { denied } from '../roles/session-roles.ts';
import { findOwnRelation } from '../roles/own-relation.ts';
import type { StatementContext } from '../statement-context.ts';
import { lockTable } from '../write-runner.ts';
import { displayName, type RangeVar } from './relation.ts';
import type { Utility } from './utility.ts';

/** SHARE ROW EXCLUSIVE and above, in PostgreSQL's numbers. */
const firstWritersMode = 6;

export const lockTables: Utility = {
  kind: 'LockStmt',
  async run(body, context) {
    const { session, out } = context;
    if (!session.transaction.inSomeBlock) {
      const message = 'LOCK TABLE can only be used in transaction blocks';
      throw new SqlError('no_active_sql_transaction', message);
    }
    const mode = Number(body['mode'] ?? 0);
    if (body['nowait'] === true && mode >= firstWritersMode) throw unsupported('NOWAIT');
    for (const { RangeVar: relation = {} } of (body['relations'] ?? []) as readonly {
      readonly RangeVar?: RangeVar;
    }[]) {
      await lockOne(context, relation, mode);
    }
    out.commandComplete('LOCK TABLE');
    return 0;
  },
};

/** Errors: 42P01, 42501, 55P03. */
async function lockOne(
  { session, statement }: StatementContext,
  relation: RangeVar,
  mode: number,
): Promise<void> {
  const name = { schema: relation.schemaname, name: relation.relname ?? '' };
  const found = findOwnRelation(session, name.schema, name.name);
  if (found === undefined) {
    if (session.catalog().findView(name.schema, name.name) !== undefined) return;
    const message = `relation "${displayName(name)}" does not exist`;
    const position = statement.positionOf(relation.location ?? -1);
    throw new SqlError('undefined_table', message, { position });
  }
  const object = session.roles.table(found);
  const letters = mode === 1 ? 'rawdD' : 'wdD';
  if (![...letters].some((letter) => session.roles.may(object, letter))) {
    throw denied(`${found.noun} ${found.name}`);
  }
  if (mode >= firstWritersMode && found.noun === 'table') await lockTable(session, found.oid);
}
