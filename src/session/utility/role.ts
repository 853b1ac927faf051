/** CREATE, ALTER and DROP of ROLE, USER and GROUP. */
import { lockRecord } from '../transaction/locks.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { RoleRecord } from '../../catalog/access-records.ts';
import { emptyRole, publicRole, superuserOid } from '../../catalog/access-rights.ts';
import { addMember, removeMember } from '../roles/memberships.ts';
import { roleOptions, type RoleAttributes, type RoleOptions } from '../roles/role-options.ts';
import {
  checkNewRoleName,
  checkNotReserved,
  namedRole,
  specName,
  type RoleSpec,
  type RoleSpecs,
} from '../roles/role-spec.ts';
import { dependentsOf } from '../roles/role-dependents.ts';
import { changeKept, settingsKey } from '../settings/kept-settings.ts';
import { databaseNamed } from '../databases.ts';
import { ownDatabase } from './alter-database.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import type { SqlSession } from '../sql-session.ts';
import type { Utility, UtilityBody } from './utility.ts';

export const createRole: Utility = {
  kind: 'CreateRoleStmt',
  writes: () => 'CREATE ROLE',
  async run(body, context) {
    const { session, out } = context;
    const { roles, transaction } = session;
    const name = String(body['role']);
    const options = roleOptions(body, context);
    checkMayCreate(session, options.attributes);
    checkNewRoleName(name);
    await lockRecord(session, 'role name', name);
    if (roles.rights.roleNamed(name) !== undefined) throw roleExists(name);
    const canLogin = body['stmt_type'] === 'ROLESTMT_USER';
    const writes = transaction.forWriting();
    const base = { ...emptyRole(writes.takeOid(), name), canLogin };
    const role = withAttributes(base, options.attributes);
    writes.putRecord(role);
    addMembers(context, role, options);
    out.commandComplete('CREATE ROLE');
    return 0;
  },
};

export function roleExists(name: string): SqlError {
  return new SqlError('duplicate_object', `role "${name}" already exists`);
}

function addMembers(context: StatementContext, role: RoleRecord, options: RoleOptions): void {
  const { roles } = context.session;
  const own = (specs: RoleSpecs) => specs.map(({ RoleSpec: spec = {} }) => namedRole(roles, spec));
  for (const above of own(options.addTo)) {
    addMember(context, { role: above, member: role, isAdmin: false });
  }
  for (const member of own(options.members)) addMember(context, { role, member, isAdmin: false });
  for (const member of own(options.admins)) addMember(context, { role, member, isAdmin: true });
}

/** Records leave fields out that have no value. */
function withAttributes(role: RoleRecord, attributes: Partial<RoleAttributes>): RoleRecord {
  const whole = { ...role, ...attributes };
  const { verifier, validUntil, ...rest } = whole;
  return {
    ...rest,
    ...(verifier === undefined ? {} : { verifier }),
    ...(validUntil === undefined ? {} : { validUntil }),
  };
}

/** Errors: 42501. */
function checkMayCreate({ roles }: SqlSession, attributes: Partial<RoleAttributes>): void {
  if (roles.isSuperuser) return;
  if (attributes.superuser === true) throw refused('must be superuser to create superusers');
  if (attributes.replicates === true)
    throw refused('must be superuser to create replication users');
  if (attributes.bypassesPolicies === true) {
    throw refused('must be superuser to create bypassrls users');
  }
  if (!mayMakeRoles({ roles })) throw refused('permission denied to create role');
}

export function mayMakeRoles({ roles }: Pick<SqlSession, 'roles'>): boolean {
  return roles.isSuperuser || roles.rights.roleByOid(roles.currentOid)?.createsRoles === true;
}

function refused(message: string): SqlError {
  return new SqlError('insufficient_privilege', message);
}

export const alterRole: Utility = {
  kind: 'AlterRoleStmt',
  writes: () => 'ALTER ROLE',
  async run(body, context) {
    const { session, out } = context;
    const spec = (body['role'] ?? {}) as RoleSpec;
    const name = specName(session.roles, spec);
    checkNotReserved(name, 'alter');
    const options = roleOptions(body, context);
    await lockRecord(session, 'role', String(namedRole(session.roles, spec).oid));
    const role = namedRole(session.roles, spec);
    if (options.members.length > 0) alterGroup(context, role, body, options.members);
    else {
      checkMayAlter(session, role, options.attributes);
      session.transaction.forWriting().putRecord(withAttributes(role, options.attributes));
    }
    out.commandComplete('ALTER ROLE');
    return 0;
  },
};

/** ALTER GROUP … ADD USER, DROP USER. */
function alterGroup(
  context: StatementContext,
  role: RoleRecord,
  body: UtilityBody,
  members: RoleSpecs,
): void {
  const { roles } = context.session;
  for (const { RoleSpec: spec = {} } of members) {
    const member = namedRole(roles, spec);
    if (body['action'] === 1) addMember(context, { role, member, isAdmin: false });
    else removeMember(context, { role, member, onlyAdmin: false });
  }
}

/** Errors: 42501. */
function checkMayAlter(
  session: SqlSession,
  role: RoleRecord,
  attributes: Partial<RoleAttributes>,
): void {
  const { roles, environment } = session;
  if (role.oid === superuserOid && attributes.superuser === false) {
    throw unsupported(`NOSUPERUSER for role "${environment.superuser}"`);
  }
  if (role.oid === superuserOid && 'verifier' in attributes && environment.hasOwnPassword) {
    throw unsupported('changing the password that PGWIRE_PASSWORD sets');
  }
  if (roles.isSuperuser) return;
  if (role.superuser || attributes.superuser !== undefined) {
    throw refused('must be superuser to alter superuser roles or change superuser attribute');
  }
  if (role.replicates || attributes.replicates !== undefined) {
    throw refused('must be superuser to alter replication roles or change replication attribute');
  }
  if (attributes.bypassesPolicies !== undefined) {
    throw refused('must be superuser to change bypassrls attribute');
  }
  if (mayMakeRoles(session)) return;
  const isOwnPassword =
    role.oid === roles.currentOid && Object.keys(attributes).every((key) => key === 'verifier');
  if (!isOwnPassword) throw refused('permission denied');
}

export const alterRoleSetting: Utility = {
  kind: 'AlterRoleSetStmt',
  writes: () => 'ALTER ROLE',
  async run(body, context) {
    const { session, out } = context;
    const spec = body['role'] as RoleSpec | undefined;
    const role = spec === undefined ? publicRole : settableRole(session, spec).oid;
    const database = body['database'] as string | undefined;
    if (spec === undefined) checkMaySetForAll(session, database);
    const inDatabase =
      database === undefined ? {} : { inDatabase: databaseNamed(session, database).id };
    const place = { role, ...inDatabase };
    await changeKept(context, place, body['setstmt'] as UtilityBody);
    out.commandComplete('ALTER ROLE');
    return 0;
  },
};

/** Errors: 42704, 42501. */
function settableRole(session: SqlSession, spec: RoleSpec): RoleRecord {
  const { roles } = session;
  const role = namedRole(roles, spec);
  if (role.superuser && !roles.isSuperuser) throw refused('must be superuser to alter superusers');
  if (!mayMakeRoles(session) && role.oid !== roles.currentOid) throw refused('permission denied');
  return role;
}

/** Errors: 42501. */
function checkMaySetForAll(session: SqlSession, database: string | undefined): void {
  if (database !== undefined) ownDatabase(session, database);
  else if (!session.roles.isSuperuser)
    throw refused('must be superuser to alter settings globally');
}

export const dropRole: Utility = {
  kind: 'DropRoleStmt',
  writes: () => 'DROP ROLE',
  run(body, context) {
    const { session, out } = context;
    const { roles } = session;
    if (!mayMakeRoles(session)) throw refused('permission denied to drop role');
    for (const { RoleSpec: spec = {} } of (body['roles'] ?? []) as RoleSpecs) {
      const name = specName(roles, spec);
      const role = roles.rights.roleNamed(name);
      if (role !== undefined) dropOne(context, role);
      else if (body['missing_ok'] !== true) throw missingRole(name);
      else out.notice(makeNotice('NOTICE', '00000', `role "${name}" does not exist, skipping`));
    }
    out.commandComplete('DROP ROLE');
    return 0;
  },
};

function missingRole(name: string): SqlError {
  return new SqlError('undefined_object', `role "${name}" does not exist`);
}

function dropOne({ session }: StatementContext, role: RoleRecord): void {
  const { roles, transaction } = session;
  const { name, oid } = role;
  if (name === roles.currentUser) {
    throw new SqlError('object_in_use', 'current user cannot be dropped');
  }
  if (name === roles.sessionUser) {
    throw new SqlError('object_in_use', 'session user cannot be dropped');
  }
  if (role.superuser && !roles.isSuperuser) throw refused('must be superuser to drop superusers');
  if (oid === superuserOid || name.startsWith('pg_')) {
    const message = `cannot drop role ${name} because it is required by the database system`;
    throw new SqlError('dependent_objects_still_exist', message);
  }
  const dependents = dependentsOf(session, role);
  if (dependents.length > 0) {
    const message = `role "${name}" cannot be dropped because some objects depend on it`;
    throw new SqlError('dependent_objects_still_exist', message, { detail: dependents.join('\n') });
  }
  const writes = transaction.forWriting();
  for (const membership of roles.rights.memberships) {
    if (membership.role === oid || membership.member === oid) writes.dropRecord(membership);
  }
  writes.dropRecord({ kind: 'settings', key: settingsKey({ role: oid }) });
  for (const { id: inDatabase } of roles.rights.databases) {
    writes.dropRecord({ kind: 'settings', key: settingsKey({ role: oid, inDatabase }) });
  }
  writes.dropRecord(role);
}
