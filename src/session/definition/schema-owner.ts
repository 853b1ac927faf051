/** ALTER SCHEMA … OWNER TO. */
import { ownedBy } from '../../catalog/access-lists.ts';
import { accessKey, isOpenSchema } from '../../catalog/access-rights.ts';
import { namedRole, type RoleSpec } from '../roles/role-spec.ts';
import { denied } from '../roles/session-roles.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { giveTo } from './owner.ts';
import { checkSchemaExists } from './relation.ts';

/** Who gives it must be allowed to make schemas. Errors: 3F000, 42704, 42501. */
export function changeSchemaOwner(
  { session }: StatementContext,
  object: unknown,
  role: RoleSpec,
): void {
  const name = (object as { readonly String?: { readonly sval?: string } }).String?.sval ?? '';
  checkSchemaExists(session, name);
  const { roles, transaction } = session;
  const to = namedRole(roles, role);
  const access = roles.schema(name);
  if (access.owner === to.oid) return;
  const change = { from: access.owner, to: to.oid };
  const first = isOpenSchema(access) ? ownedBy(roles.rights.itemsOf(access), change) : undefined;
  giveTo(session, { access, shown: `schema ${name}` }, to);
  if (!roles.may(roles.database, 'C')) throw denied(`database ${roles.database.id}`);
  const list = roles.rights.listOf(access);
  const items = list?.items ?? first;
  const record = { kind: 'access', key: accessKey(access), owner: to.oid } as const;
  transaction.forWriting().putRecord({ ...record, ...(items && { items }) });
}
