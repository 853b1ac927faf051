/** A session's prepared statements by name; the unnamed one is ''. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Prepared } from './prepared.ts';

const statementsMax = 10_000;

export class PreparedStatements extends Map<string, Prepared> {
  /** Errors: 54000. */
  keep(name: string, prepared: Prepared): void {
    if (this.size >= statementsMax) {
      const message = `a session has at most ${statementsMax} prepared statements`;
      throw new SqlError('program_limit_exceeded', message);
    }
    this.set(name, prepared);
  }

  /** Errors: 26000. */
  named(name: string): Prepared {
    const prepared = this.get(name);
    if (prepared !== undefined) return prepared;
    const what = name === '' ? 'unnamed prepared statement' : `prepared statement "${name}"`;
    throw new SqlError('invalid_sql_statement_name', `${what} does not exist`, {
      routine: name === '' ? 'exec_bind_message' : 'FetchPreparedStatement',
    });
  }
}
