/** ALTER SCHEMA … OWNER TO. */
import { ownedBy } from '../../catalog/access-lists.ts';
import { accessKey, isOpenSchema } from '../../catalog/access-rights.ts';
import { namedRole, type RoleSpec } from '../roles/role-spec.ts';
import { denied } from '../roles/session-roles.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import type { RoleRecord } from '../../catalog/access-records.ts';
import type { SqlSession } from '../sql-session.ts';
import { checkMayGive, giveAccess } from './owner.ts';
import { checkSchemaExists } from './relation.ts';

/** Who gives it must be allowed to make schemas. Errors: 3F000, 42704, 42501. */
export function changeSchemaOwner(
  { session }: StatementContext,
  object: unknown,
  role: RoleSpec,
): void {
  const name = (object as { readonly String?: { readonly sval?: string } }).String?.sval ?? '';
  checkSchemaExists(session, name);
  const { roles } = session;
  const to = namedRole(roles, role);
  const access = roles.schema(name);
  if (access.owner === to.oid) return;
  checkMayGive(session, { access, shown: `schema ${name}` }, to);
  if (!roles.may(roles.database, 'C')) throw denied(`database ${roles.database.id}`);
  giveSchema(session, name, to);
}

export function giveSchema(session: SqlSession, name: string, to: RoleRecord): void {
  const { roles, transaction } = session;
  const access = roles.schema(name);
  const change = { from: access.owner, to: to.oid };
  const first = isOpenSchema(access) ? ownedBy(roles.rights.itemsOf(access), change) : undefined;
  giveAccess(session, access, to.oid);
  const list = roles.rights.listOf(access);
  const items = list?.items ?? first;
  const record = { kind: 'access', key: accessKey(access), owner: to.oid } as const;
  transaction.forWriting().putRecord({ ...record, ...(items && { items }) });
}
