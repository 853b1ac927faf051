/** Whose rows policies may hide (PostgreSQL's check_enable_rls). */
import type { AccessRights } from './access-rights.ts';
import type { TableDefinition } from './table.ts';

type Ruled = Partial<Pick<TableDefinition, 'rowSecurity'>> & Pick<TableDefinition, 'owner'>;

/**
 * Whether policies rule what the role does with the table: not what superusers do, roles with
 * BYPASSRLS, and the table's owner unless that is forced.
 */
export function isRuled(
  rights: AccessRights,
  { rowSecurity, owner }: Ruled,
  role: number,
): boolean {
  if (rowSecurity?.isEnabled !== true) return false;
  if (rights.isSuperuser(role) || rights.roleByOid(role)?.bypassesPolicies === true) return false;
  return rowSecurity.isForced || !rights.owns(role, { owner: rights.ownerOid(owner) });
}
