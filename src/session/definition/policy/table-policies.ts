/** A table's policies, and what becomes of them when what they name changes. */
import { catalogOids, commentKey } from '../../../catalog/comment-records.ts';
import {
  conditionsOf,
  policiesOf,
  policiesOfTable,
  type PolicyCondition,
  type PolicyRecord,
} from '../../../catalog/policy-records.ts';
import type { RowSecurity, TableDefinition } from '../../../catalog/table.ts';
import { SqlError } from '../../../errors/sql-error.ts';
import type { SqlSession } from '../../sql-session.ts';
import type { AlterCommand } from '../alter-command.ts';
import type { TableDraft } from '../table-draft.ts';

export function userPolicies({ environment, transaction }: SqlSession): readonly PolicyRecord[] {
  return policiesOf(environment.store.records(transaction.storeTransaction));
}

export function tablePolicies(session: SqlSession, table: number): readonly PolicyRecord[] {
  const { environment, transaction } = session;
  return policiesOfTable(environment.store.records(transaction.storeTransaction), table);
}

interface NamedTable {
  readonly oid: number;
  readonly name: string;
}

/** Errors: 42704. */
export function policyNamed(session: SqlSession, table: NamedTable, name: string): PolicyRecord {
  const found = tablePolicies(session, table.oid).find((policy) => policy.name === name);
  if (found !== undefined) return found;
  const message = `policy "${name}" for table "${table.name}" does not exist`;
  throw new SqlError('undefined_object', message);
}

export function refuseSecondPolicy(session: SqlSession, table: NamedTable, name: string): void {
  if (!tablePolicies(session, table.oid).some((policy) => policy.name === name)) return;
  const message = `policy "${name}" for table "${table.name}" already exists`;
  throw new SqlError('duplicate_object', message);
}

/** ALTER TABLE … ENABLE, DISABLE, FORCE, NO FORCE ROW LEVEL SECURITY. */
export function setRowSecurity(change: Partial<RowSecurity>) {
  return (draft: TableDraft, _command: AlterCommand): void => {
    draft.rowSecurity = { isEnabled: false, isForced: false, ...draft.rowSecurity, ...change };
  };
}

export function putPolicy(session: SqlSession, policy: PolicyRecord): void {
  session.transaction.forWriting().putRecord(policy);
}

/** ALTER POLICY … RENAME TO. Errors: 42710, 42704. */
export function renamePolicy(
  session: SqlSession,
  table: NamedTable,
  [before, after]: readonly [before: string, after: string],
): void {
  refuseSecondPolicy(session, table, after);
  putPolicy(session, { ...policyNamed(session, table, before), name: after });
}

/** The table goes, and its policies with it. */
export function dropPoliciesOf(session: SqlSession, table: number): void {
  for (const policy of tablePolicies(session, table)) dropPolicy(session, policy);
}

/** With its comment. */
export function dropPolicy(session: SqlSession, { kind, key, oid }: PolicyRecord): void {
  const transaction = session.transaction.forWriting();
  transaction.dropRecord({ kind, key });
  const object = { catalog: catalogOids.policy, oid, column: 0 };
  transaction.dropRecord({ kind: 'comment', key: commentKey(object) });
}

/** Those whose conditions name the relation or function; its own table's are not among them. */
export function policiesNaming(session: SqlSession, oid: number): readonly PolicyRecord[] {
  return userPolicies(session).filter((policy) => {
    return policy.table !== oid && conditionsOf(policy).some(({ uses }) => uses.includes(oid));
  });
}

export function policiesOverColumn(
  session: SqlSession,
  table: number,
  column: string,
): readonly PolicyRecord[] {
  return userPolicies(session).filter((policy) => {
    return conditionsOf(policy).some(({ columns }) => {
      return columns.some(([oid, name]) => oid === table && name === column);
    });
  });
}

/** DROP OWNED BY: a policy for nobody else goes. */
export function dropFromPolicies(session: SqlSession, role: number): void {
  for (const policy of userPolicies(session)) {
    if (!policy.roles.includes(role)) continue;
    const roles = policy.roles.filter((each) => each !== role);
    if (roles.length === 0) dropPolicy(session, policy);
    else putPolicy(session, { ...policy, roles });
  }
}

interface SavedRelation extends NamedTable {
  readonly schema: string;
  readonly columns?: readonly { readonly name: string }[];
}

export function findSavedRelation(session: SqlSession, oid: number): SavedRelation | undefined {
  const { store } = session.environment;
  const transaction = session.transaction.storeTransaction;
  const table = store.tableByOid(oid, transaction)?.definition;
  return table ?? store.views(transaction).find((view) => view.oid === oid);
}

export function policyTable(
  session: SqlSession,
  { table }: PolicyRecord,
): TableDefinition | undefined {
  const { environment, transaction } = session;
  return environment.store.tableByOid(table, transaction.storeTransaction)?.definition;
}

/** With each condition changed. */
export function mapConditions(
  { using, check, ...policy }: PolicyRecord,
  map: (condition: PolicyCondition) => PolicyCondition,
): PolicyRecord {
  return {
    ...policy,
    ...(using === undefined ? {} : { using: map(using) }),
    ...(check === undefined ? {} : { check: map(check) }),
  };
}
