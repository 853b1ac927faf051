/** Whether a user who proved to be one may open a session: PostgreSQL's InitializeSessionUserId. */
import { AccessRights } from '../../catalog/access-rights.ts';
import type { RoleRecord } from '../../catalog/access-records.ts';
import { SqlError } from '../../errors/sql-error.ts';
import type { SessionEnvironment } from '../environment.ts';
import type { SessionStart } from '../session.ts';

/** Errors: 28000, 28P01, 3D000, 42501, 53300. */
export function checkLogin(environment: SessionEnvironment, start: SessionStart): void {
  const { store, superuser, database } = environment;
  const rights = new AccessRights(store.records(undefined), superuser);
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
  checkConnectionLimit(environment, role);
  if (start.database !== database) {
    const message = `database "${start.database}" does not exist`;
    throw new SqlError('invalid_catalog_name', message);
  }
  const own = { kind: 'database', id: database, owner: rights.databaseOwner } as const;
  if (!rights.may(role.oid, own, 'c')) {
    const message = `permission denied for database "${database}"`;
    throw new SqlError('insufficient_privilege', message, {
      detail: 'User does not have CONNECT privilege.',
    });
  }
  checkDatabaseLimit(environment, rights, role);
}

/** Errors: 53300. */
function checkDatabaseLimit(
  { directory, database }: SessionEnvironment,
  rights: AccessRights,
  { superuser }: RoleRecord,
): void {
  const { connectionLimit = -1 } = rights.database;
  if (superuser || connectionLimit < 0 || directory.activity().length < connectionLimit) return;
  const message = `too many connections for database "${database}"`;
  throw new SqlError('too_many_connections', message);
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
