/** CREATE EXTENSION: what some extensions offer is built in; nothing can be installed. */
import { SqlError } from '../../errors/sql-error.ts';
import { makeNotice } from '../statement/statement-context.ts';
import type { Utility, UtilityBody } from './utility.ts';

/** Those whose functions and views that clients ask for are there: gen_random_uuid() and so on. */
const builtIn = new Set(['uuid-ossp', 'pgcrypto', 'pg_stat_statements']);

export const createExtension: Utility = {
  kind: 'CreateExtensionStmt',
  run(body: UtilityBody, { out }) {
    const name = String(body['extname']);
    if (name === 'plpgsql') {
      const message = 'extension "plpgsql" already exists';
      if (body['if_not_exists'] !== true) throw new SqlError('duplicate_object', message);
      out.notice(makeNotice('NOTICE', '42710', `${message}, skipping`));
    } else if (builtIn.has(name)) {
      out.notice(makeNotice('NOTICE', '00000', `extension "${name}" is built in`));
    } else {
      throw new SqlError('feature_not_supported', `extension "${name}" is not available`, {
        hint: 'The extension must first be installed on the system where PostgreSQL is running.',
      });
    }
    out.commandComplete('CREATE EXTENSION');
    return 0;
  },
};
