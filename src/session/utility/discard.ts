/** DISCARD ALL, PLANS, TEMP, SEQUENCES. */
import { SqlError } from '../../errors/sql-error.ts';
import { applySetting } from '../apply-setting.ts';
import type { StatementContext } from '../statement-context.ts';
import type { Utility } from './utility.ts';

export const discard: Utility = {
  kind: 'DiscardStmt',
  async run(body, context) {
    const target = String(body['target']).replace('DISCARD_', '');
    if (target === 'ALL') await discardAll(context);
    if (target === 'PLANS') context.session.texts.clear();
    if (target === 'TEMP') dropTemporary(context);
    context.out.commandComplete(`DISCARD ${target}`);
    return 0;
  },
};

async function discardAll(context: StatementContext): Promise<void> {
  const { session } = context;
  if (session.transaction.inSomeBlock) {
    const message = 'DISCARD ALL cannot run inside a transaction block';
    throw new SqlError('active_sql_transaction', message);
  }
  await session.portals.dropAll();
  session.statements.clear();
  session.texts.clear();
  session.channels.clear();
  session.settings.resetAll();
  applySetting(session, 'session_authorization', undefined, false);
  dropTemporary(context);
}

function dropTemporary({ session }: StatementContext): void {
  const { store } = session.environment;
  const writes = session.transaction.forWriting();
  for (const { definition } of store.tables(writes)) {
    if (definition.schema === session.temporarySchema) writes.dropTable(definition.oid);
  }
  for (const view of store.views(writes)) {
    if (view.schema === session.temporarySchema) writes.dropView(view.oid);
  }
}
