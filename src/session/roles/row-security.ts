/** Which policies rule what a session does with a table. */
import { policiesOfTable, type PolicyRecord } from '../../catalog/policy-records.ts';
import { isRuled } from '../../catalog/row-security.ts';
import type { TableDefinition } from '../../catalog/table.ts';
import { SqlError } from '../../errors/sql-error.ts';
import type { SqlSession } from '../sql-session.ts';

/** Those of the reader's roles; undefined: he sees all. Errors: 42501 with row_security off. */
export function policiesFor(
  session: SqlSession,
  table: TableDefinition,
  reader: string | undefined,
): readonly PolicyRecord[] | undefined {
  if (table.rowSecurity?.isEnabled !== true) return undefined;
  const { environment, roles, settings, transaction } = session;
  const { rights } = roles;
  const role = reader === undefined ? roles.currentOid : rights.ownerOid(reader);
  if (reader === undefined && roles.isSuperuser) return undefined;
  if (!isRuled(rights, table, role)) return undefined;
  if (settings.get('row_security') === 'off') throw wouldBeAffected(session, table, role);
  const records = environment.store.records(transaction.storeTransaction);
  return policiesOfTable(records, table.oid).filter((policy) => {
    return policy.roles.some((each) => each === 0 || rights.hasRightsOf(role, each));
  });
}

function wouldBeAffected(
  { roles: { rights } }: SqlSession,
  { name, owner }: TableDefinition,
  role: number,
): SqlError {
  const message = `query would be affected by row-level security policy for table "${name}"`;
  const isOwner = rights.owns(role, { owner: rights.ownerOid(owner) });
  const hint =
    "To disable the policy for the table's owner, use ALTER TABLE NO FORCE ROW LEVEL SECURITY.";
  return new SqlError('insufficient_privilege', message, isOwner ? { hint } : {});
}

/** Errors do not tell of the table's rows to whom policies may hide some. */
export function hidesRows({ roles }: SqlSession, table: TableDefinition): boolean {
  return !roles.isSuperuser && isRuled(roles.rights, table, roles.currentOid);
}

/** The table, or each of the columns: none named means the table alone. */
export function mayRead(
  { roles }: SqlSession,
  table: TableDefinition,
  names: readonly string[],
): boolean {
  const object = roles.table(table);
  if (roles.may(object, 'r')) return true;
  const { rights, currentOid } = roles;
  return (
    names.length > 0 && names.every((name) => rights.mayColumn(currentOid, object, [name, 'r']))
  );
}
