/** All utility statements. One line each. */
import type { Node } from '@pgsql/types';
import { reindex } from './reindex.ts';
import { unsupported } from '../../errors/sql-error.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { FieldDescription } from '../session.ts';
import { refuseOtherDatabases } from '../roles/other-databases.ts';
import { checkUtilityAccess } from '../roles/utility-access.ts';
import type { SqlSession } from '../sql-session.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { isPlannable, nodeBody, nodeKind } from '../statement/statement-kind.ts';
import { alterDatabase, alterDatabaseSetting } from './alter-database.ts';
import { createDatabase, dropDatabase } from './database.ts';
import { call } from './call.ts';
import { copyStatement } from './copy.ts';
import { createTableAs } from '../definition/create-table-as.ts';
import { alterOwner } from '../definition/type/alter-type.ts';
import { alterDomain, createDomain } from '../definition/type/domain.ts';
import { createComposite } from '../definition/type/composite-type.ts';
import { alterEnum, createEnum } from '../definition/type/enum-type.ts';
import { alterPolicy, createPolicy } from '../definition/policy/create-policy.ts';
import { createTrigger } from '../definition/trigger/create-trigger.ts';
import { createCast } from '../definition/routine/create-cast.ts';
import { alterRoutine } from '../definition/routine/alter-routine.ts';
import { createRoutine } from '../definition/routine/create-routine.ts';
import { createTable } from '../definition/create-table.ts';
import { closeCursor, declareCursor, fetchCursor } from './cursor.ts';
import { createRole, alterRole, alterRoleSetting, dropRole } from './role.ts';
import { alterDefaultPrivileges } from './default-privileges.ts';
import { grant } from './grant.ts';
import { grantRole } from './grant-role.ts';
import { discard } from './discard.ts';
import { doBlock } from './do.ts';
import { createExtension } from './extension.ts';
import { createIndex } from '../definition/create-index.ts';
import { drop } from '../definition/drop.ts';
import { rename } from '../definition/rename.ts';
import { setSchema } from '../definition/set-schema.ts';
import { alterSequence, createSequence } from '../definition/sequence.ts';
import { truncate } from '../definition/truncate.ts';
import { explain } from './explain.ts';
import { listen, notify, unlisten } from './listen.ts';
import { dropOwned, reassignOwned } from './owned.ts';
import { deallocate, executePrepared, prepare } from './prepare.ts';
import { alterTable } from '../definition/alter-table.ts';
import { comment } from '../definition/comment.ts';
import { createSchema } from '../definition/create-schema.ts';
import { refreshMaterializedView } from '../definition/view/materialized-view.ts';
import { createView } from '../definition/view/create-view.ts';
import { lockNamed, lockStatement } from './lock-table.ts';
import { setConstraints } from './set-constraints.ts';
import { acceptedStatements } from './accepted.ts';
import { setSetting, showSetting } from './setting.ts';
import { transactionStatement } from './transaction.ts';
import type { NamesInStatement, Utility } from './utility.ts';

const utilities: readonly Utility[] = [
  alterDatabase,
  alterDatabaseSetting,
  alterDefaultPrivileges,
  alterDomain,
  createComposite,
  createDomain,
  alterEnum,
  alterOwner,
  createEnum,
  alterRole,
  alterRoutine,
  alterRoleSetting,
  alterSequence,
  alterTable,
  call,
  closeCursor,
  comment,
  copyStatement,
  createDatabase,
  dropDatabase,
  createRole,
  createIndex,
  createCast,
  alterPolicy,
  createPolicy,
  createTrigger,
  createRoutine,
  createSchema,
  createSequence,
  createTable,
  createTableAs,
  createView,
  deallocate,
  declareCursor,
  discard,
  doBlock,
  createExtension,
  drop,
  dropOwned,
  dropRole,
  executePrepared,
  explain,
  fetchCursor,
  grant,
  grantRole,
  listen,
  lockStatement,
  notify,
  prepare,
  refreshMaterializedView,
  reassignOwned,
  reindex,
  rename,
  setConstraints,
  setSchema,
  setSetting,
  showSetting,
  transactionStatement,
  truncate,
  unlisten,
  ...acceptedStatements,
];

const byKind = new Map(utilities.map((utility) => [utility.kind, utility]));

/** `SELECT … INTO t` is CREATE TABLE AS in another dress. */
function utilityOf(node: Node): Utility {
  const kind = nodeKind(node);
  const utility = kind === 'SelectStmt' ? createTableAs : byKind.get(kind);
  if (utility === undefined) throw unsupported(statementWords(kind, nodeBody(node)));
  return utility;
}

const otherWords: ReadonlyMap<string, string> = new Map([
  ['RuleStmt', 'CREATE RULE'],
  ['CreateEventTrigStmt', 'CREATE EVENT TRIGGER'],
  ['CreatePLangStmt', 'CREATE LANGUAGE'],
  ['CreateFdwStmt', 'CREATE FOREIGN DATA WRAPPER'],
]);

/** `CreateFunctionStmt` → `CREATE FUNCTION`; of DefineStmt by what it makes. */
function statementWords(kind: string, { kind: object }: Readonly<Record<string, unknown>>): string {
  if (kind === 'DefineStmt') {
    return `CREATE ${String(object)
      .replace('OBJECT_TS', 'TEXT SEARCH ')
      .replace(/OBJECT_|_/g, '')}`;
  }
  const words = otherWords.get(kind);
  if (words !== undefined) return words;
  return kind
    .replace(/Stmt$/, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toUpperCase();
}

export function describeUtility(names: NamesInStatement): readonly FieldDescription[] | undefined {
  const { node } = names.statement;
  return utilityOf(node).fields?.(nodeBody(node), names);
}

/** Types of parameters that the statement itself tells of. */
export function utilityParameters(names: NamesInStatement): readonly SqlType[] | undefined {
  const { node } = names.statement;
  return utilityOf(node).parameters?.(nodeBody(node), names);
}

export function worksInFailedTransaction(node: Node): boolean {
  return utilityOf(node).worksWhenFailed?.(nodeBody(node)) ?? false;
}

export function seesData(node: Node): boolean {
  return utilityOf(node).seesNoData !== true;
}

/** What a read-only transaction refuses about the statement. */
export function writtenCommand(session: SqlSession, node: Node): string | undefined {
  return utilityOf(node).writes?.(nodeBody(node), session);
}

/** The plannable query inside: EXPLAIN, DECLARE, CREATE TABLE AS. */
export function innerQuery(node: Node): Node | undefined {
  const inner = utilityOf(node).query?.(nodeBody(node));
  if (inner === undefined) return undefined;
  return isPlannable(inner) ? inner : innerQuery(inner);
}

export async function runUtility(context: StatementContext): Promise<number> {
  const { node } = context.statement;
  refuseOtherDatabases(context.session, context.statement);
  checkUtilityAccess(context.session, context.statement);
  const utility = utilityOf(node);
  for (const lock of utility.locks?.(nodeBody(node)) ?? []) await lockNamed(context.session, lock);
  return utility.run(nodeBody(node), context);
}
