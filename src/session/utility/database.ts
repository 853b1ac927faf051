/** ALTER DATABASE of the one that there is: its settings, owner, limit of connections. */
import { giveTo } from '../definition/owner.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { DatabaseRecord } from '../../catalog/access-records.ts';
import { publicRole } from '../../catalog/access-rights.ts';
import { checkConnectionLimit } from '../roles/role-options.ts';
import { namedRole, type RoleSpec } from '../roles/role-spec.ts';
import { mustOwn } from '../roles/session-roles.ts';
import { changeKept } from '../settings/kept-settings.ts';
import type { SqlSession } from '../sql-session.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import type { Utility, UtilityBody } from './utility.ts';

const templates = ['template0', 'template1'];

/** Errors: 3D000; 0A000 for the templates, which exist by name only. */
export function requireDatabase({ environment }: SqlSession, name: string): void {
  if (name === environment.database) return;
  if (templates.includes(name)) throw unsupported(`ALTER DATABASE ${name}`);
  throw new SqlError('invalid_catalog_name', `database "${name}" does not exist`);
}

/** Errors: 42501. */
export function requireDatabaseOwner({ roles }: SqlSession): void {
  if (!roles.owns(roles.database)) throw mustOwn(`database ${roles.database.id}`);
}

/** Errors: 3D000, 42501, 0A000. */
function requireOwn(session: SqlSession, name: string): void {
  requireDatabase(session, name);
  requireDatabaseOwner(session);
}

export const alterDatabaseSetting: Utility = {
  kind: 'AlterDatabaseSetStmt',
  writes: () => 'ALTER DATABASE',
  run(body, context) {
    requireOwn(context.session, String(body['dbname']));
    const place = { role: publicRole, inDatabase: true };
    changeKept(context, place, body['setstmt'] as UtilityBody);
    context.out.commandComplete('ALTER DATABASE');
    return 0;
  },
};

interface OptionNode {
  readonly DefElem: {
    readonly defname: string;
    readonly arg?: {
      readonly Integer?: { readonly ival?: number };
      readonly Boolean?: { readonly boolval?: boolean };
      readonly String?: { readonly sval?: string };
    };
    readonly location?: number;
  };
}

export const alterDatabase: Utility = {
  kind: 'AlterDatabaseStmt',
  writes: () => 'ALTER DATABASE',
  run(body, context) {
    const { session, out } = context;
    const changes = databaseOptions(body, context);
    requireOwn(session, String(body['dbname']));
    if (body['dbname'] !== undefined && changes.isClosed) {
      const message = 'cannot disallow connections for current database';
      throw new SqlError('invalid_parameter_value', message);
    }
    changeDatabase(session, changes.record);
    out.commandComplete('ALTER DATABASE');
    return 0;
  },
};

interface DatabaseChanges {
  readonly record: Partial<DatabaseRecord>;
  /** ALLOW_CONNECTIONS false. */
  readonly isClosed: boolean;
}

/** Errors: 42601, 22023; 55006 for SET TABLESPACE. */
function databaseOptions(body: UtilityBody, { statement }: StatementContext): DatabaseChanges {
  let record: Partial<DatabaseRecord> = {};
  let isClosed = false;
  const seen = new Set<string>();
  for (const { DefElem: option } of (body['options'] ?? []) as readonly OptionNode[]) {
    const { defname: name, arg, location = -1 } = option;
    const place = { position: statement.positionOf(location) };
    if (seen.has(name)) {
      throw new SqlError('syntax_error', 'conflicting or redundant options', place);
    }
    seen.add(name);
    if (name === 'connection_limit') {
      record = { ...record, connectionLimit: checkConnectionLimit(arg?.Integer?.ival ?? 0) };
    } else if (name === 'is_template') record = { ...record, isTemplate: isOn(option) };
    else if (name === 'allow_connections') isClosed = !isOn(option);
    else if (name === 'tablespace') {
      const message = 'cannot change the tablespace of the currently open database';
      throw new SqlError('object_in_use', message);
    } else throw new SqlError('syntax_error', `option "${name}" not recognized`, place);
  }
  return { record, isClosed };
}

/** Errors: 42601. */
function isOn({ defname, arg }: OptionNode['DefElem']): boolean {
  if (arg === undefined) return true;
  const text = (
    arg.String?.sval ?? String(arg.Boolean?.boolval ?? arg.Integer?.ival)
  ).toLowerCase();
  if (['true', 'on', '1'].includes(text)) return true;
  if (['false', 'off', '0'].includes(text)) return false;
  throw new SqlError('syntax_error', `${defname} requires a Boolean value`);
}

function changeDatabase(
  { roles, transaction }: SqlSession,
  changes: Partial<DatabaseRecord>,
): void {
  transaction.forWriting().putRecord({ ...roles.rights.database, ...changes });
}

/** ALTER DATABASE … OWNER TO. Errors: 3D000, 42704, 42501, 0A000. */
export function changeDatabaseOwner(
  { session }: StatementContext,
  name: string,
  spec: RoleSpec,
): void {
  requireDatabase(session, name);
  const { roles } = session;
  const owner = namedRole(roles, spec);
  if (owner.oid === roles.database.owner) return;
  giveTo(session, { access: roles.database, shown: `database ${name}` }, owner);
  const mayCreate = roles.rights.roleByOid(roles.currentOid)?.createsDatabases === true;
  if (!roles.isSuperuser && !mayCreate) {
    const message = 'permission denied to change owner of database';
    throw new SqlError('insufficient_privilege', message);
  }
  changeDatabase(session, { owner: owner.oid });
}

/** The database in use keeps its name, as in PostgreSQL. Errors: 3D000, 42501, 42P04, 0A000. */
export function refuseDatabaseName(session: SqlSession, name: string, newName: string): never {
  requireOwn(session, name);
  const { roles } = session;
  const mayCreate = roles.rights.roleByOid(roles.currentOid)?.createsDatabases === true;
  if (!roles.isSuperuser && !mayCreate) {
    throw new SqlError('insufficient_privilege', 'permission denied to rename database');
  }
  if (newName === name || templates.includes(newName)) {
    throw new SqlError('duplicate_database', `database "${newName}" already exists`);
  }
  throw new SqlError('feature_not_supported', 'current database cannot be renamed');
}
