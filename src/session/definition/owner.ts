/** OWNER TO: the role must be there. */
import type { SqlSession } from '../sql-session.ts';
import type { RoleNode } from './alter-command.ts';
import type { TableDraft } from './table-draft.ts';

/** Errors: 42704. */
export function roleNamed(session: SqlSession, role: RoleNode | undefined): string {
  if (role?.roletype !== 'ROLESPEC_CSTRING') return session.roles.currentUser;
  return session.roles.roleNamed(role.rolename ?? '').name;
}

export function changeOwner(draft: TableDraft, role: RoleNode | undefined): void {
  draft.owner = { owner: roleNamed(draft.context.session, role) };
}
