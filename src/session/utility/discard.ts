/** DISCARD ALL, PLANS, TEMP, SEQUENCES. */
import { SqlError } from '../../errors/sql-error.ts';
import { applySetting } from '../settings/apply-setting.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { dropTemporary } from '../definition/temporary.ts';
import { forgetSequences } from '../facts/sequence-effects.ts';
import type { Utility } from './utility.ts';

export const discard: Utility = {
  kind: 'DiscardStmt',
  async run(body, context) {
    const target = String(body['target']).replace('DISCARD_', '');
    if (target === 'ALL') await discardAll(context);
    if (target === 'PLANS') context.session.texts.clear();
    if (target === 'TEMP') dropTemporaryOf(context);
    if (target === 'SEQUENCES') forgetSequences(context.session);
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
  forgetSequences(session);
  dropTemporaryOf(context);
}

function dropTemporaryOf({ session }: StatementContext): void {
  const inside = { store: session.environment.store, schema: session.temporarySchema };
  dropTemporary(inside, session.transaction.forWriting());
}
