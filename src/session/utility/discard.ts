/** DISCARD ALL, PLANS, TEMP, SEQUENCES. */
import { SqlError } from '../../errors/sql-error.ts';
import type { StatementContext } from '../statement-context.ts';
import type { Utility } from './utility.ts';

export const discard: Utility = {
  kind: 'DiscardStmt',
  async run(body, context) {
    const target = String(body['target']).replace('DISCARD_', '');
    if (target === 'ALL') await discardAll(context);
    context.out.commandComplete(`DISCARD ${target}`);
    return 0;
  },
};

async function discardAll({ session }: StatementContext): Promise<void> {
  if (session.transaction.inBlock) {
    const message = 'DISCARD ALL cannot run inside a transaction block';
    throw new SqlError('active_sql_transaction', message);
  }
  for (const portal of session.portals.values()) await portal.close('aborted');
  session.portals.clear();
  session.statements.clear();
  session.channels.clear();
  session.settings.resetAll();
}
