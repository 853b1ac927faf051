/** ON COMMIT DELETE ROWS and DROP of temporary tables, done when a transaction is about to end. */
import { SqlError } from '../../errors/sql-error.ts';
import type { TableDefinition } from '../../catalog/table.ts';
import { dropTriggersOf } from '../definition/trigger/table-triggers.ts';
import type { SqlSession } from '../sql-session.ts';

type Action = 'delete rows' | 'drop';

const actions = new WeakMap<SqlSession, Map<number, Action>>();

const words: Readonly<Record<string, Action>> = {
  ONCOMMIT_DELETE_ROWS: 'delete rows',
  ONCOMMIT_DROP: 'drop',
};

/** Errors: 42P16 for a table that is not temporary. */
export function noteOnCommit(
  session: SqlSession,
  { oid, temporary }: TableDefinition,
  clause: string | undefined,
): void {
  const action = words[clause ?? ''];
  if (action === undefined) return;
  if (!temporary) {
    const message = 'ON COMMIT can only be used on temporary tables';
    throw new SqlError('invalid_table_definition', message);
  }
  const own = actions.get(session) ?? new Map<number, Action>();
  actions.set(session, own.set(oid, action));
}

/** Before the commit of each transaction. */
export function obeyOnCommit(session: SqlSession): void {
  const own = actions.get(session);
  if (own === undefined || own.size === 0) return;
  const { store } = session.environment;
  for (const [oid, action] of own) {
    const { storeTransaction } = session.transaction;
    if (store.tableByOid(oid, storeTransaction) === undefined) {
      own.delete(oid);
      continue;
    }
    const writes = session.transaction.forWriting();
    if (action === 'drop') {
      dropTriggersOf(session, oid);
      writes.dropTable(oid);
    } else writes.write(oid).truncate();
  }
}
