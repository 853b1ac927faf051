/**
 * CREATE and DROP DATABASE. Both write the shared log once: a database's record and schema, or the
 * end of all that was in it.
 */
import type { AccessRecord } from '../../catalog/access-records.ts';
import { databaseObject } from '../../catalog/access-rights.ts';
import { catalogOids, commentKey } from '../../catalog/comment-records.ts';
import {
  databaseRecord,
  template0,
  template1,
  type DatabaseFact,
} from '../../catalog/databases.ts';
import type { StoreTransaction } from '../../catalog/table.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { requireMember } from '../roles/role-spec.ts';
import { mustOwn } from '../roles/session-roles.ts';
import { makeNotice } from '../statement/statement-context.ts';
import type { SqlSession } from '../sql-session.ts';
import { refuseInBlock } from '../transaction/in-block.ts';
import { lockRecord } from '../transaction/locks.ts';
import { untilEmpty } from './database-sessions.ts';
import { creationOptions } from './database-options.ts';
import type { Utility, UtilityBody } from './utility.ts';

export const createDatabase: Utility = {
  kind: 'CreatedbStmt',
  writes: () => 'CREATE DATABASE',
  async run(body, context) {
    const { session, out } = context;
    refuseInBlock(session, 'CREATE DATABASE');
    const name = String(body['dbname']);
    const { owner, template = template1.name, ...traits } = creationOptions(body, context);
    const { roles, environment } = session;
    const ownerRole = roles.roleNamed(owner ?? roles.currentUser);
    requireDatabaseMaker(session, 'create database');
    requireMember(roles, ownerRole);
    requireEmpty(session, template);
    await lockRecord(session, 'database name', name);
    refuseTaken(session, name);
    const oid = session.transaction.forWriting().takeOid();
    const transaction = environment.store.ofDatabase(oid).begin();
    const database: DatabaseFact = {
      id: oid,
      oid,
      name,
      owner: ownerRole.oid,
      connectionLimit: -1,
      allowsConnections: true,
      isTemplate: false,
      ...traits,
    };
    transaction.putRecord(databaseRecord(database));
    transaction.createSchema('public');
    await transaction.commit();
    out.commandComplete('CREATE DATABASE');
    return 0;
  },
};

/** Errors: 42501. */
export function requireDatabaseMaker({ roles }: SqlSession, what: string): void {
  const mayMake = roles.rights.roleByOid(roles.currentOid)?.createsDatabases === true;
  if (roles.isSuperuser || mayMake) return;
  throw new SqlError('insufficient_privilege', `permission denied to ${what}`);
}

/** Errors: 3D000, 42501, 0A000: nothing is copied from one database to another. */
function requireEmpty(session: SqlSession, template: string): void {
  if (template === template0.name) return;
  const { roles, environment } = session;
  const found = roles.rights.databaseNamed(template);
  if (found === undefined) {
    const message = `template database "${template}" does not exist`;
    throw new SqlError('invalid_catalog_name', message);
  }
  if (!found.isTemplate && !roles.owns(databaseObject(found))) {
    const message = `permission denied to copy database "${template}"`;
    throw new SqlError('insufficient_privilege', message);
  }
  const store = environment.store.ofDatabase(found.id);
  const relations = [store.tables(undefined), store.views(undefined), store.sequences(undefined)];
  const isEmpty = relations.every((each) => each.length === 0);
  if (isEmpty && store.schemas().every((name) => name === 'public')) return;
  throw unsupported('a template database that is not empty');
}

/** Errors: 42P04. */
export function refuseTaken({ roles }: SqlSession, name: string): void {
  if (name !== template0.name && roles.rights.databaseNamed(name) === undefined) return;
  throw new SqlError('duplicate_database', `database "${name}" already exists`);
}

export const dropDatabase: Utility = {
  kind: 'DropdbStmt',
  writes: () => 'DROP DATABASE',
  async run(body, { session, out }) {
    refuseInBlock(session, 'DROP DATABASE');
    const name = String(body['dbname']);
    await lockRecord(session, 'database name', name);
    const database = session.roles.rights.databaseNamed(name);
    if (database !== undefined) await dropOne(session, database, isForced(body));
    else if (name === template0.name) {
      throw new SqlError('wrong_object_type', 'cannot drop a template database');
    } else {
      const message = `database "${name}" does not exist`;
      if (body['missing_ok'] !== true) throw new SqlError('invalid_catalog_name', message);
      out.notice(makeNotice('NOTICE', '00000', `${message}, skipping`));
    }
    out.commandComplete('DROP DATABASE');
    return 0;
  },
};

function isForced(body: UtilityBody): boolean {
  const options = (body['options'] ?? []) as readonly {
    readonly DefElem?: { readonly defname?: string };
  }[];
  return options.some(({ DefElem: option }) => option?.defname === 'force');
}

/** Errors: 42501, 42809, 55006, 0A000. */
async function dropOne(
  session: SqlSession,
  database: DatabaseFact,
  isForced: boolean,
): Promise<void> {
  const { environment, roles } = session;
  const { id, name } = database;
  if (!roles.owns(databaseObject(database))) throw mustOwn(`database ${name}`);
  if (database.isTemplate) {
    throw new SqlError('wrong_object_type', 'cannot drop a template database');
  }
  if (id === environment.databaseId) {
    throw new SqlError('object_in_use', 'cannot drop the currently open database');
  }
  if (name === environment.firstDatabase) {
    throw unsupported('DROP DATABASE of the database that PGWIRE_DATABASE names');
  }
  await untilEmpty(session, database, isForced, async () => {
    const transaction = environment.store.ofDatabase(id).begin();
    transaction.dropAll();
    dropFacts(transaction, environment.store.records(undefined), database);
    await transaction.commit();
    environment.directory.forget(id);
  });
}

/** What all databases know of it. */
function dropFacts(
  transaction: StoreTransaction,
  records: readonly AccessRecord[],
  database: DatabaseFact,
): void {
  const { id, oid, name } = database;
  transaction.dropRecord(databaseRecord(database));
  transaction.dropRecord({ kind: 'access', key: `database ${name}` });
  for (const record of records) {
    if (record.kind === 'settings' && record.inDatabase === id) transaction.dropRecord(record);
  }
  const key = commentKey({ catalog: catalogOids.database, oid, column: 0 });
  transaction.dropRecord({ kind: 'comment', key });
}
