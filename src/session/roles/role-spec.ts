/** Names of roles in statements: a name, CURRENT_USER and its like, PUBLIC. */
import { SqlError } from '../../errors/sql-error.ts';
import type { RoleRecord } from '../../catalog/access-records.ts';
import { publicRole } from '../../catalog/access-rights.ts';
import type { SessionRoles } from './session-roles.ts';

/** libpg-query's RoleSpec. */
export interface RoleSpec {
  readonly roletype?: string;
  readonly rolename?: string;
}

export type RoleSpecs = readonly { readonly RoleSpec?: RoleSpec }[];

export function specName(roles: SessionRoles, spec: RoleSpec): string {
  switch (spec.roletype) {
    case 'ROLESPEC_CURRENT_ROLE':
    case 'ROLESPEC_CURRENT_USER':
      return roles.currentUser;
    case 'ROLESPEC_SESSION_USER':
      return roles.sessionUser;
    case 'ROLESPEC_PUBLIC':
      return 'public';
    default:
      return spec.rolename ?? '';
  }
}

/** Errors: 42704. */
export function namedRole(roles: SessionRoles, spec: RoleSpec): RoleRecord {
  return roles.roleNamed(specName(roles, spec));
}

/** Whether the current role may give objects to this one. Errors: 42501. */
export function requireMember(roles: SessionRoles, role: RoleRecord): void {
  if (roles.rights.isMember(roles.currentOid, role.oid)) return;
  throw new SqlError('insufficient_privilege', `must be member of role "${role.name}"`);
}

/** OID of a grantee; everybody is 0. Errors: 42704. */
export function granteeOid(roles: SessionRoles, spec: RoleSpec): number {
  return spec.roletype === 'ROLESPEC_PUBLIC' ? publicRole : namedRole(roles, spec).oid;
}

/** Errors: 42939 for names that PostgreSQL keeps for itself. */
export function checkNewRoleName(name: string): void {
  if (name.startsWith('pg_')) {
    throw new SqlError('reserved_name', `role name "${name}" is reserved`, {
      detail: 'Role names starting with "pg_" are reserved.',
    });
  }
}

/** Errors: 42939 for the roles that are always there. */
export function checkNotReserved(name: string, verb: string): void {
  if (!name.startsWith('pg_')) return;
  throw new SqlError('reserved_name', `role name "${name}" is reserved`, {
    detail: `Cannot ${verb} reserved roles.`,
  });
}
