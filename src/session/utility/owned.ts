/** DROP OWNED BY and REASSIGN OWNED BY: everything of a role at once. */
import { listedObjects } from '../roles/listed-objects.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { withoutGrant } from '../../catalog/access-lists.ts';
import type { AccessItem, DefaultAccessRecord, RoleRecord } from '../../catalog/access-records.ts';
import {
  accessKey,
  databaseObject,
  superuserOid,
  type AccessObject,
} from '../../catalog/access-rights.ts';
import { firstItems, sameItems, sortedItems } from '../../catalog/default-access.ts';
import type { DatabaseObject } from '../definition/dependents.ts';
import { dropFromPolicies } from '../definition/policy/table-policies.ts';
import { dropAll } from '../definition/drop.ts';
import { giveAccess, giveTo } from '../definition/owner.ts';
import { giveSchema } from '../definition/schema-owner.ts';
import { ownedObjects, setOwner, type OwnedObject } from '../roles/owned-objects.ts';
import { namedRole, type RoleSpec, type RoleSpecs } from '../roles/role-spec.ts';
import type { SqlSession } from '../sql-session.ts';
import { giveDatabase } from './alter-database.ts';
import type { Utility, UtilityBody } from './utility.ts';

export const dropOwned: Utility = {
  kind: 'DropOwnedStmt',
  writes: () => 'DROP OWNED',
  async run(body, context) {
    const { session, out } = context;
    const roles = ownersNamed(session, body, 'drop objects');
    for (const role of roles) refuseSuperuser(role, 'drop objects owned by');
    const own = new Set(roles.map(({ oid }) => oid));
    for (const { oid } of roles) {
      takePrivileges(session, oid);
      dropFromPolicies(session, oid);
    }
    const objects = ownedObjects(session)
      .filter(({ access, object }) => own.has(access.owner) && !isLinked(session, object))
      .toSorted((left, right) => right.oid - left.oid)
      .map(({ object }) => object);
    const isSchema = ({ kind }: DatabaseObject): boolean => kind === 'schema';
    const ordered = [...objects.filter((each) => !isSchema(each)), ...objects.filter(isSchema)];
    dropRecords(session, own);
    if (ordered.length > 0) await dropAll(context, ordered, body['behavior'] === 'DROP_CASCADE');
    out.commandComplete('DROP OWNED');
    return 0;
  },
};

/** Errors: 42704, 42501. */
function ownersNamed({ roles }: SqlSession, body: UtilityBody, what: string): RoleRecord[] {
  const specs = (body['roles'] ?? []) as RoleSpecs;
  const named = specs.map(({ RoleSpec: spec = {} }) => namedRole(roles, spec));
  for (const { oid } of named) requireRightsOf(roles, oid, what);
  return named;
}

/** Errors: 42501. */
function requireRightsOf(roles: SqlSession['roles'], oid: number, what: string): void {
  if (roles.rights.hasRightsOf(roles.currentOid, oid)) return;
  throw new SqlError('insufficient_privilege', `permission denied to ${what}`);
}

/** Errors: 2BP01. */
function refuseSuperuser({ oid, name }: RoleRecord, what: string): void {
  if (oid !== superuserOid && !name.startsWith('pg_')) return;
  const words = 'because they are required by the database system';
  const message = `cannot ${what} role ${name} ${words}`;
  throw new SqlError('dependent_objects_still_exist', message);
}

/** A column's sequence goes with its table. */
function isLinked({ environment, transaction }: SqlSession, object: DatabaseObject): boolean {
  if (object.kind !== 'sequence') return false;
  const { oid } = object.sequence;
  return environment.store
    .tables(transaction.storeTransaction)
    .some(({ definition: { columns } }) =>
      columns.some(({ owns }) => owns?.includes(oid) === true),
    );
}

/** What others' objects give to the role. */
function takePrivileges(session: SqlSession, role: number): void {
  const { roles } = session;
  const databases = roles.rights.databases.map(databaseObject);
  const system = listedObjects(roles.rights).map(({ access }) => access);
  const objects = [...ownedObjects(session).map(({ access }) => access), ...system, ...databases];
  for (const object of objects) if (object.owner !== role) takeFrom(session, object, role);
}

function takeFrom({ roles, transaction }: SqlSession, object: AccessObject, role: number): void {
  const list = roles.rights.listOf(object);
  if (list === undefined) return;
  const grantor = roles.owns(object) ? object.owner : roles.currentOid;
  const take = (items: readonly AccessItem[]): readonly AccessItem[] =>
    withoutRole(items, { role, grantor, owner: object.owner });
  const columns = Object.entries(list.columns ?? {}).flatMap(([name, items]) => {
    const left = take(items);
    return left.length === 0 ? [] : [[name, left] as const];
  });
  transaction.forWriting().putRecord({
    ...list,
    key: accessKey(object),
    ...(list.items && { items: take(list.items) }),
    ...(list.columns && { columns: Object.fromEntries(columns) }),
  });
}

interface Taken {
  readonly role: number;
  readonly grantor: number;
  readonly owner: number;
}

/** Everything that the grantor gave the role, and what the role gave on. */
function withoutRole(items: readonly AccessItem[], { role, grantor, owner }: Taken): AccessItem[] {
  const letters = items
    .filter((item) => item.grantee === role && item.grantor === grantor)
    .map(({ privileges }) => privileges.replaceAll('*', ''))
    .join('');
  const revocation = { letters, grantee: role, grantor, owner, onlyOption: false, cascades: true };
  return withoutGrant(items, revocation);
}

/** Its default privileges, what others' give it, and its extensions. */
function dropRecords({ environment, transaction }: SqlSession, own: ReadonlySet<number>): void {
  const writes = transaction.forWriting();
  for (const record of environment.store.records(writes)) {
    if (record.kind === 'extension' && own.has(record.owner)) writes.dropRecord(record);
    if (record.kind !== 'default access') continue;
    const left = [...own].reduce<readonly AccessItem[]>(
      (items, role) => withoutRole(items, { role, grantor: record.role, owner: record.role }),
      record.items,
    );
    if (own.has(record.role) || isFirst(record, left)) writes.dropRecord(record);
    else if (left.length < record.items.length) {
      writes.putRecord({ ...record, items: sortedItems(left) });
    }
  }
}

function isFirst({ of, role, schema }: DefaultAccessRecord, items: readonly AccessItem[]): boolean {
  return sameItems(items, schema === undefined ? firstItems(of, role) : []);
}

export const reassignOwned: Utility = {
  kind: 'ReassignOwnedStmt',
  writes: () => 'REASSIGN OWNED',
  run(body, { session, out }) {
    const { roles } = session;
    const owners = ownersNamed(session, body, 'reassign objects');
    const to = namedRole(roles, (body['newrole'] ?? {}) as RoleSpec);
    requireRightsOf(roles, to.oid, 'reassign objects');
    for (const owner of owners) refuseSuperuser(owner, 'reassign ownership of objects owned by');
    const own = new Set(owners.map(({ oid }) => oid));
    for (const owned of ownedObjects(session)) {
      if (own.has(owned.access.owner) && owned.access.owner !== to.oid) give(session, owned, to);
    }
    for (const database of roles.rights.databases) {
      if (own.has(database.owner)) giveDatabase(session, database, to);
    }
    const writes = session.transaction.forWriting();
    for (const record of session.environment.store.records(writes)) {
      if (record.kind !== 'extension' || !own.has(record.owner)) continue;
      writes.putRecord({ ...record, owner: to.oid });
    }
    out.commandComplete('REASSIGN OWNED');
    return 0;
  },
};

/** Of routines alone PostgreSQL asks whether they may be given. Errors: 42501. */
function give(session: SqlSession, { object, access }: OwnedObject, to: RoleRecord): void {
  if (object.kind === 'schema') {
    giveSchema(session, object.name, to);
    return;
  }
  if (object.kind === 'routine') {
    const { routine } = object;
    const shown = `${routine.isProcedure ? 'procedure' : 'function'} ${routine.name}`;
    giveTo(session, { access, shown, schema: routine.schema }, to);
  } else giveAccess(session, access, to.oid);
  setOwner(session, object, to);
}
