/** Whether a user who proved to be one may open a session: PostgreSQL's InitializeSessionUserId. */
import { AccessRights, databaseObject } from '../../catalog/access-rights.ts';
import type { RoleRecord } from '../../catalog/access-records.ts';
import type { DatabaseFact } from '../../catalog/databases.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { environmentOf } from '../databases.ts';
import type { SessionEnvironment } from '../environment.ts';
import type { SessionStart } from '../session.ts';

/**
 * What the session's database shares. `first`: the environment of the first one. Errors: 28000,
 * 28P01, 3D000, 42501, 53300, 55000.
 */
export function checkLogin(first: SessionEnvironment, start: SessionStart): SessionEnvironment {
  const rights = AccessRights.of(first.store.records(undefined), first);
  const role = rights.roleNamed(start.user);
  if (role === undefined) {
    const message = `role "${start.user}" does not exist`;
    throw new SqlError('invalid_authorization_specification', message);
  }
  if (start.authentication === 'scram-sha-256') checkNotExpired(role);
  if (!role.canLogin) {
    const message = `role "${start.user}" is not permitted to log in`;
    throw new SqlError('invalid_authorization_specification', message);
  }
  checkConnectionLimit(first, role);
  const database = rights.databaseNamed(start.database);
  if (database === undefined || first.directory.closing.has(database.id)) {
    const message = `database "${start.database}" does not exist`;
    throw new SqlError('invalid_catalog_name', message);
  }
  checkDatabase(first, rights, { database, role });
  return environmentOf(first, database);
}

interface Arrival {
  readonly database: DatabaseFact;
  readonly role: RoleRecord;
}

/** Whether the database takes the role's session: PostgreSQL's CheckMyDatabase. */
function checkDatabase(
  { directory }: SessionEnvironment,
  rights: AccessRights,
  { database, role }: Arrival,
): void {
  const { id, name, connectionLimit } = database;
  if (!database.allowsConnections) {
    const message = `database "${name}" is not currently accepting connections`;
    throw new SqlError('object_not_in_prerequisite_state', message);
  }
  if (!rights.may(role.oid, databaseObject(database), 'c')) {
    throw new SqlError('insufficient_privilege', `permission denied for database "${name}"`, {
      detail: 'User does not have CONNECT privilege.',
    });
  }
  if (role.superuser || connectionLimit < 0) return;
  if (directory.sessionsOf(id).length < connectionLimit) return;
  throw new SqlError('too_many_connections', `too many connections for database "${name}"`);
}

/** A password that is no longer valid is a wrong one. */
function checkNotExpired({ name, validUntil }: RoleRecord): void {
  if (validUntil === undefined || validUntil === 'infinity') return;
  if (validUntil !== '-infinity' && Date.parse(validUntil.replace(/\+00$/, 'Z')) > Date.now())
    return;
  throw new SqlError('invalid_password', `password authentication failed for user "${name}"`);
}

function checkConnectionLimit(
  { directory }: SessionEnvironment,
  { name, connectionLimit, superuser }: RoleRecord,
): void {
  if (superuser || connectionLimit < 0) return;
  const open = directory.activity().filter(({ user }) => user === name).length;
  if (open < connectionLimit) return;
  throw new SqlError('too_many_connections', `too many connections for role "${name}"`);
}
