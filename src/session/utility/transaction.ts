/** BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, ROLLBACK TO, with PostgreSQL's warnings. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import { setCharacteristic } from '../settings/transaction-settings.ts';
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
  TRANS_STMT_PREPARE: prepareTransaction,
  TRANS_STMT_COMMIT_PREPARED: (context, body) => endPrepared(context, body, 'COMMIT PREPARED'),
  TRANS_STMT_ROLLBACK_PREPARED: (context, body) => endPrepared(context, body, 'ROLLBACK PREPARED'),
};

const worksWhenFailed: readonly unknown[] = [
  'TRANS_STMT_COMMIT',
  'TRANS_STMT_ROLLBACK',
  'TRANS_STMT_ROLLBACK_TO',
  'TRANS_STMT_PREPARE',
];

export const transactionStatement: Utility = {
  kind: 'TransactionStmt',
  seesNoData: true,
  async run(body, context) {
    const kind = String(body['kind']);
    const action = actions[kind];
    if (action === undefined) throw unsupported(kind);
    context.out.commandComplete(await action(context, body));
    return 0;
  },
  worksWhenFailed: ({ kind }) => worksWhenFailed.includes(kind),
};

function begin({ session, out }: StatementContext, body: UtilityBody, tag: string): string {
  if (!session.transaction.begin()) {
    const message = 'there is already a transaction in progress';
    out.notice(makeNotice('WARNING', '25001', message));
  }
  for (const [name, value] of transactionOptions(body)) setCharacteristic(session, name, value);
  return tag;
}

/** Options of BEGIN and SET TRANSACTION as settings. */
export function transactionOptions(body: UtilityBody): readonly (readonly [string, string])[] {
  const options = (body['options'] ?? []) as readonly {
    readonly DefElem?: {
      readonly defname?: string;
      readonly arg?: { readonly A_Const?: Constant };
    };
  }[];
  return options.flatMap(({ DefElem: option }): (readonly [string, string])[] => {
    if (option?.defname === undefined) return [];
    const constant = option.arg?.A_Const;
    const word = constant?.sval?.sval ?? (constant?.ival?.ival === 1 ? 'on' : 'off');
    return [[option.defname, word]];
  });
}

interface Constant {
  readonly sval?: { readonly sval?: string };
  readonly ival?: { readonly ival?: number };
}

async function commit(context: StatementContext, body: UtilityBody): Promise<string> {
  const { session } = context;
  const chains = checkEnd(context, body, 'COMMIT');
  const wasFailed = session.transaction.state === 'failed';
  await session.commitNow();
  await session.closePortalsOutsideBlock();
  if (chains !== undefined) session.transaction.chain(chains);
  return wasFailed ? 'ROLLBACK' : 'COMMIT';
}

async function rollback(context: StatementContext, body: UtilityBody): Promise<string> {
  const { session } = context;
  const chains = checkEnd(context, body, 'ROLLBACK');
  session.transaction.rollback();
  await session.closePortalsOutsideBlock();
  if (chains !== undefined) session.transaction.chain(chains);
  return 'ROLLBACK';
}

/**
 * What AND CHAIN takes over, with AND CHAIN. Outside of a block it is an error (25P01), and
 * without it a warning.
 */
function checkEnd(
  { session, out }: StatementContext,
  body: UtilityBody,
  command: string,
): readonly (readonly [string, string])[] | undefined {
  const { transaction } = session;
  const chains = body['chain'] === true;
  if (transaction.inBlock) return chains ? transaction.characteristics() : undefined;
  if (chains) {
    const message = `${command} AND CHAIN can only be used in transaction blocks`;
    throw new SqlError('no_active_sql_transaction', message);
  }
  out.notice(makeNotice('WARNING', '25P01', 'there is no transaction in progress'));
  return undefined;
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

async function rollbackTo(context: StatementContext, body: UtilityBody): Promise<string> {
  const { session } = context;
  requireBlock(context, 'ROLLBACK TO SAVEPOINT');
  const serial = session.transaction.rollbackTo(String(body['savepoint_name']));
  await session.portals.dropAfter(serial);
  return 'ROLLBACK';
}

/**
 * No transaction can be prepared, as with PostgreSQL's max_prepared_transactions = 0: the block ends
 * undone. Errors: 55000.
 */
async function prepareTransaction(context: StatementContext): Promise<string> {
  const { session, out } = context;
  const { transaction } = session;
  const { inBlock, state } = transaction;
  if (!inBlock) out.notice(makeNotice('WARNING', '25P01', 'there is no transaction in progress'));
  if (!inBlock || state === 'failed') return inBlock ? rollback(context, {}) : 'ROLLBACK';
  await rollback(context, {});
  throw new SqlError('object_not_in_prerequisite_state', 'prepared transactions are disabled', {
    hint: 'Set max_prepared_transactions to a nonzero value.',
  });
}

/** Errors: 25001, 42704. */
function endPrepared({ session }: StatementContext, body: UtilityBody, command: string): never {
  if (session.transaction.inSomeBlock) {
    const message = `${command} cannot run inside a transaction block`;
    throw new SqlError('active_sql_transaction', message);
  }
  const name = String(body['gid']);
  const message = `prepared transaction with identifier "${name}" does not exist`;
  throw new SqlError('undefined_object', message);
}
