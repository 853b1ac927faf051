/** CREATE SCHEMA. */
import { SqlError } from '../../errors/sql-error.ts';
import { makeNotice } from '../statement/statement-context.ts';
import type { Utility } from '../utility/utility.ts';

export const createSchema: Utility = {
  kind: 'CreateSchemaStmt',
  writes: () => 'CREATE SCHEMA',
  run(body, { session, out }) {
    const name = String(body['schemaname'] ?? session.roles.currentUser);
    const { store } = session.environment;
    if (name.startsWith('pg_')) {
      throw new SqlError('reserved_name', `unacceptable schema name "${name}"`, {
        detail: 'The prefix "pg_" is reserved for system schemas.',
      });
    }
    if (
      store.schemas(session.transaction.storeTransaction).includes(name) ||
      name === 'information_schema'
    ) {
      const message = `schema "${name}" already exists`;
      if (body['if_not_exists'] !== true) throw new SqlError('duplicate_schema', message);
      out.notice(makeNotice('NOTICE', '42P06', `${message}, skipping`));
    } else session.transaction.forWriting().createSchema(name);
    out.commandComplete('CREATE SCHEMA');
    return 0;
  },
};
