/** BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, ROLLBACK TO, with PostgreSQL's warnings. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { makeNotice, type StatementContext } from '../statement-context.ts';
import type { Utility, UtilityBody } from './utility.ts';

type Action = (context: StatementContext, body: UtilityBody) => Promise<string> | string;

const actions: Readonly<Record<string, Action>> = {
  TRANS_STMT_BEGIN: (context, body) => begin(context, body, 'BEGIN'),
  TRANS_STMT_START: (context, body) => begin(context, body, 'START TRANSACTION'),
  TRANS_STMT_COMMIT: commit,
  TRANS_STMT_ROLLBACK: rollback,
  TRANS_STMT_SAVEPOINT: savepoint,
  TRANS_STMT_RELEASE: release,
  TRANS_STMT_ROLLBACK_TO: rollbackTo,
};

export const transactionStatement: Utility = {
  kind: 'TransactionStmt',
  async run(body, context) {
    const action = actions[String(body['kind'])];
    if (action === undefined) throw unsupported('two-phase commit');
    context.out.commandComplete(await action(context, body));
    return 0;
  },
  worksWhenFailed: (body) =>
    ['TRANS_STMT_COMMIT', 'TRANS_STMT_ROLLBACK', 'TRANS_STMT_ROLLBACK_TO'].includes(
      String(body['kind']),
    ),
};

function begin(context: StatementContext, body: UtilityBody, tag: string): string {
  const { session, out } = context;
  const options = transactionOptions(body);
  if (options['transaction_isolation'] === 'serializable') {
    throw unsupported('isolation level SERIALIZABLE');
  }
  if (!session.transaction.begin()) {
    const message = 'there is already a transaction in progress';
    out.notice(makeNotice('WARNING', '25001', message));
  }
  for (const [name, value] of Object.entries(options)) session.settings.set(name, value, true);
  return tag;
}

/** Options of BEGIN and SET TRANSACTION as settings. */
export function transactionOptions(body: UtilityBody): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const options = (body['options'] ?? []) as readonly {
    readonly DefElem?: { readonly defname?: string; readonly arg?: { readonly A_Const?: Constant } };
  }[];
  for (const { DefElem } of options) {
    if (DefElem?.defname === undefined) continue;
    const constant = DefElem.arg?.A_Const;
    const word = constant?.sval?.sval ?? (constant?.ival?.ival === 1 ? 'on' : 'off');
    found[DefElem.defname] = word;
  }
  return found;
}

interface Constant {
  readonly sval?: { readonly sval?: string };
  readonly ival?: { readonly ival?: number };
}

async function commit(context: StatementContext, body: UtilityBody): Promise<string> {
  const { session, out } = context;
  const wasFailed = session.transaction.state === 'failed';
  if (!session.transaction.inBlock) {
    out.notice(makeNotice('WARNING', '25P01', 'there is no transaction in progress'));
  }
  await session.commitNow();
  await session.closePortalsOutsideBlock();
  if (body['chain'] === true) session.transaction.begin();
  return wasFailed ? 'ROLLBACK' : 'COMMIT';
}

async function rollback(context: StatementContext, body: UtilityBody): Promise<string> {
  const { session, out } = context;
  if (!session.transaction.inBlock) {
    out.notice(makeNotice('WARNING', '25P01', 'there is no transaction in progress'));
  }
  session.transaction.rollback();
  await session.closePortalsOutsideBlock();
  if (body['chain'] === true) session.transaction.begin();
  return 'ROLLBACK';
}

function requireBlock(context: StatementContext, what: string): void {
  if (context.session.transaction.inBlock) return;
  const message = `${what} can only be used in transaction blocks`;
  throw new SqlError('no_active_sql_transaction', message);
}

function savepoint(context: StatementContext, body: UtilityBody): string {
  requireBlock(context, 'SAVEPOINT');
  context.session.transaction.savepoint(String(body['savepoint_name']));
  return 'SAVEPOINT';
}

function release(context: StatementContext, body: UtilityBody): string {
  requireBlock(context, 'RELEASE SAVEPOINT');
  context.session.transaction.release(String(body['savepoint_name']));
  return 'RELEASE';
}

function rollbackTo(context: StatementContext, body: UtilityBody): string {
  requireBlock(context, 'ROLLBACK TO SAVEPOINT');
  context.session.transaction.rollbackTo(String(body['savepoint_name']));
  return 'ROLLBACK';
}
