/** Membership in roles: GRANT role TO role and what does the same. */
import { SqlError } from '../../errors/sql-error.ts';
import type { RoleRecord } from '../../catalog/access-records.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';

export interface NewMember {
  readonly role: RoleRecord;
  readonly member: RoleRecord;
  readonly isAdmin: boolean;
}

/** Errors: 0LP01 for a circle. A member that is one already is told so. */
export function addMember(
  { session, out }: StatementContext,
  { role, member, isAdmin }: NewMember,
): void {
  const { rights } = session.roles;
  if (role.oid === member.oid || rights.memberOf(role.oid, member.oid)) {
    const message = `role "${role.name}" is a member of role "${member.name}"`;
    throw new SqlError('invalid_grant_operation', message);
  }
  const key = `${role.oid}.${member.oid}`;
  const before = rights.memberships.find((each) => each.key === key);
  if (before !== undefined && (before.isAdmin || !isAdmin)) {
    const message = `role "${member.name}" is already a member of role "${role.name}"`;
    out.notice(makeNotice('NOTICE', '00000', message));
    return;
  }
  const grantor = session.roles.currentOid;
  session.transaction
    .forWriting()
    .putRecord({ kind: 'membership', key, role: role.oid, member: member.oid, grantor, isAdmin });
}

export function removeMember(
  { session, out }: StatementContext,
  { role, member, onlyAdmin }: Omit<NewMember, 'isAdmin'> & { readonly onlyAdmin: boolean },
): void {
  const key = `${role.oid}.${member.oid}`;
  const membership = session.roles.rights.memberships.find((each) => each.key === key);
  if (membership === undefined) {
    const message = `role "${member.name}" is not a member of role "${role.name}"`;
    out.notice(makeNotice('WARNING', '01000', message));
    return;
  }
  const writes = session.transaction.forWriting();
  if (onlyAdmin) writes.putRecord({ ...membership, isAdmin: false });
  else writes.dropRecord(membership);
}
