/** ALTER DATABASE: what it allows, what its sessions begin with, its owner, its name. */
import { accessKey, databaseObject, publicRole } from '../../catalog/access-rights.ts';
import { databaseRecord, template0, type DatabaseFact } from '../../catalog/databases.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { databaseNamed } from '../databases.ts';
import type { RoleRecord } from '../../catalog/access-records.ts';
import { checkMayGive, giveAccess } from '../definition/owner.ts';
import { namedRole, type RoleSpec } from '../roles/role-spec.ts';
import { mustOwn } from '../roles/session-roles.ts';
import { changeKept } from '../settings/kept-settings.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import type { SqlSession } from '../sql-session.ts';
import { lockRecord } from '../transaction/locks.ts';
import { refuseTaken, requireDatabaseMaker } from './database.ts';
import { databaseTraits } from './database-options.ts';
import { untilEmpty } from './database-sessions.ts';
import type { Utility, UtilityBody } from './utility.ts';

export const alterDatabase: Utility = {
  kind: 'AlterDatabaseStmt',
  writes: () => 'ALTER DATABASE',
  run(body, context) {
    const { session, out } = context;
    const name = String(body['dbname']);
    const isCurrent = name === session.start.database;
    const traits = databaseTraits(body, context, isCurrent);
    const database = ownDatabase(session, name);
    if (isCurrent && traits.allowsConnections === false) {
      const message = 'cannot disallow connections for current database';
      throw new SqlError('invalid_parameter_value', message);
    }
    session.transaction.forWriting().putRecord(databaseRecord({ ...database, ...traits }));
    out.commandComplete('ALTER DATABASE');
    return 0;
  },
};

export const alterDatabaseSetting: Utility = {
  kind: 'AlterDatabaseSetStmt',
  writes: () => 'ALTER DATABASE',
  async run(body, context) {
    const { id } = ownDatabase(context.session, String(body['dbname']));
    const place = { role: publicRole, inDatabase: id };
    await changeKept(context, place, body['setstmt'] as UtilityBody);
    context.out.commandComplete('ALTER DATABASE');
    return 0;
  },
};

/** Errors: 3D000, 42501; 0A000 for template0, which exists by name only. */
export function ownDatabase(session: SqlSession, name: string): DatabaseFact {
  if (name === template0.name) throw unsupported('ALTER DATABASE template0');
  const database = databaseNamed(session, name);
  if (session.roles.owns(databaseObject(database))) return database;
  throw mustOwn(`database ${name}`);
}

/** ALTER DATABASE … OWNER TO. Errors: 3D000, 42501, 42704, 0A000. */
export function changeDatabaseOwner(
  { session }: StatementContext,
  name: string,
  spec: RoleSpec,
): void {
  if (name === template0.name) throw unsupported('ALTER DATABASE template0');
  const database = databaseNamed(session, name);
  const owner = namedRole(session.roles, spec);
  if (database.owner === owner.oid) return;
  checkMayGive(session, { access: databaseObject(database), shown: `database ${name}` }, owner);
  requireDatabaseMaker(session, 'change owner of database');
  giveDatabase(session, database, owner);
}

export function giveDatabase(session: SqlSession, database: DatabaseFact, owner: RoleRecord): void {
  giveAccess(session, databaseObject(database), owner.oid);
  const transaction = session.transaction.forWriting();
  transaction.putRecord(databaseRecord({ ...database, owner: owner.oid }));
}

/** Errors: 3D000, 42501, 42P04, 55006, 0A000. */
export async function renameDatabase(
  { session }: StatementContext,
  name: string,
  newName: string,
): Promise<void> {
  const { environment, roles } = session;
  const database = ownDatabase(session, name);
  requireDatabaseMaker(session, 'rename database');
  await lockRecord(session, 'database name', newName);
  refuseTaken(session, newName);
  if (database.id === environment.databaseId) {
    throw new SqlError('feature_not_supported', 'current database cannot be renamed');
  }
  if (name === environment.firstDatabase) {
    throw unsupported('another name for the database that PGWIRE_DATABASE names');
  }
  await untilEmpty(session, database, false, async () => {
    const transaction = session.transaction.forWriting();
    transaction.putRecord(databaseRecord({ ...database, name: newName }));
    const list = roles.rights.listOf(databaseObject(database));
    if (list === undefined) return;
    transaction.dropRecord(list);
    transaction.putRecord({ ...list, key: accessKey({ kind: 'database', id: newName }) });
  });
}
