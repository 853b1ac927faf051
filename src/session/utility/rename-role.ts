/** ALTER ROLE … RENAME TO: owners are kept by name, so what the role owns is told. */
import type { RoleRecord } from '../../catalog/access-records.ts';
import { superuserOid } from '../../catalog/superuser.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { ownedObjects, setOwner } from '../roles/owned-objects.ts';
import { checkNewRoleName } from '../roles/role-spec.ts';
import { lockRecord } from '../transaction/locks.ts';
import type { SqlSession } from '../sql-session.ts';
import { mayMakeRoles, roleExists } from './role.ts';

/** Errors: 42704, 42710, 42939, 42501, 0A000. */
export async function renameRole(
  session: SqlSession,
  name: string,
  newName: string,
): Promise<void> {
  const { roles, transaction } = session;
  for (const each of [name, newName].toSorted()) await lockRecord(session, 'role name', each);
  const role = roles.roleNamed(name);
  if (name === roles.sessionUser) throw inUse('session');
  if (name === roles.currentUser) throw inUse('current');
  checkNewRoleName(name);
  checkNewRoleName(newName);
  if (roles.rights.roleNamed(newName) !== undefined) throw roleExists(newName);
  checkMayRename(session, role);
  if (role.oid === superuserOid) throw unsupported('another name for the role of PGWIRE_USER');
  refuseOwnerElsewhere(session, role);
  const own = ownedObjects(session).filter(({ access }) => access.owner === role.oid);
  for (const { object } of own) setOwner(session, object, { ...role, name: newName });
  transaction.forWriting().putRecord({ ...role, name: newName });
}

function inUse(which: string): SqlError {
  return new SqlError('feature_not_supported', `${which} user cannot be renamed`);
}

/** Errors: 42501. */
function checkMayRename(session: SqlSession, { superuser }: RoleRecord): void {
  if (session.roles.isSuperuser) return;
  if (superuser) {
    throw new SqlError('insufficient_privilege', 'must be superuser to rename superusers');
  }
  if (mayMakeRoles(session)) return;
  throw new SqlError('insufficient_privilege', 'permission denied to rename role');
}

/** A transaction changes definitions of its own database alone. Errors: 0A000. */
function refuseOwnerElsewhere({ environment, roles }: SqlSession, { name }: RoleRecord): void {
  for (const { id } of roles.rights.databases) {
    if (id === environment.databaseId) continue;
    const store = environment.store.ofDatabase(id);
    const objects = [
      ...store.tables(undefined).map(({ definition }) => definition),
      ...store.views(undefined),
      ...store.sequences(undefined).map(({ definition }) => definition),
      ...store.records(undefined),
    ];
    if (!objects.some((object) => 'owner' in object && object.owner === name)) continue;
    throw unsupported('renaming a role that owns objects of another database');
  }
}
