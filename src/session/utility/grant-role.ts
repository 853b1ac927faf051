/** GRANT role TO role, REVOKE role FROM role. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { RoleRecord } from '../../catalog/access-records.ts';
import { addMember, removeMember } from '../roles/memberships.ts';
import { namedRole, type RoleSpecs } from '../roles/role-spec.ts';
import type { SessionRoles } from '../roles/session-roles.ts';
import type { Utility, UtilityBody } from './utility.ts';

export const grantRole: Utility = {
  kind: 'GrantRoleStmt',
  writes: (body) => (body['is_grant'] === true ? 'GRANT ROLE' : 'REVOKE ROLE'),
  run(body, context) {
    const { roles } = context.session;
    const isGrant = body['is_grant'] === true;
    const isAdmin = adminOption(body);
    const granted = (body['granted_roles'] ?? []) as readonly {
      readonly AccessPriv?: { readonly priv_name?: string };
    }[];
    const members = ((body['grantee_roles'] ?? []) as RoleSpecs).map(({ RoleSpec: spec = {} }) =>
      namedRole(roles, spec),
    );
    for (const { AccessPriv: privilege } of granted) {
      const role = roles.roleNamed(privilege?.priv_name ?? '');
      checkAdmin(roles, role);
      for (const member of members) {
        if (isGrant) addMember(context, { role, member, isAdmin });
        else removeMember(context, { role, member, onlyAdmin: body['opt'] !== undefined });
      }
    }
    context.out.commandComplete(isGrant ? 'GRANT ROLE' : 'REVOKE ROLE');
    return 0;
  },
};

/** WITH ADMIN OPTION; INHERIT and SET options are of later releases. */
function adminOption(body: UtilityBody): boolean {
  const options = (body['opt'] ?? []) as readonly {
    readonly DefElem?: {
      readonly defname?: string;
      readonly arg?: { readonly Boolean?: { readonly boolval?: boolean } };
    };
  }[];
  for (const { DefElem: option } of options) {
    if (option?.defname !== 'admin') {
      throw unsupported(`the option ${String(option?.defname).toUpperCase()} of GRANT`);
    }
    if (option.arg?.Boolean?.boolval === true) return true;
  }
  return false;
}

/** Errors: 42501. */
function checkAdmin(roles: SessionRoles, role: RoleRecord): void {
  if (roles.isSuperuser) return;
  if (role.superuser) {
    throw new SqlError('insufficient_privilege', 'must be superuser to alter superusers');
  }
  const own = roles.rights.roleByOid(roles.currentOid);
  if (own?.createsRoles === true || roles.rights.isAdmin(roles.currentOid, role.oid)) return;
  const message = `must have admin option on role "${role.name}"`;
  throw new SqlError('insufficient_privilege', message);
}
