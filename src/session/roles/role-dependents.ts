/** What keeps a role from being dropped: what it owns, and lists that name it. */
import { listedObjects } from './listed-objects.ts';
import { AccessRights, databaseObject, isNaming } from '../../catalog/access-rights.ts';
import type { RoleRecord } from '../../catalog/access-records.ts';
import { describedDefaults } from '../../catalog/default-access.ts';
import { isShared } from '../../catalog/databases.ts';
import { describe, shortened } from '../definition/dependents.ts';
import { policiesAs } from '../definition/policy/policy-objects.ts';
import type { SessionEnvironment } from '../environment.ts';
import type { SqlSession } from '../sql-session.ts';
import { ownedObjects, type OwnedObject } from './owned-objects.ts';

/** PostgreSQL sorts by the OIDs of the objects. */
interface Line {
  readonly oid: number;
  readonly text: string;
}

/** As DROP ROLE lists them: `owner of table t`. */
export function dependentsOf(session: SqlSession, role: RoleRecord): readonly string[] {
  const lines = [
    ...ownedObjects(session).flatMap((owned) => objectLines(session, owned, role.oid)),
    ...systemLines(session, role.oid),
    ...databaseLines(session, role.oid),
    ...recordLines(session, role.oid),
  ];
  const texts = lines.toSorted((left, right) => left.oid - right.oid).map(({ text }) => text);
  return [...shortened(texts, 'other object'), ...otherDatabases(session, role)];
}

function objectLines(
  session: SqlSession,
  { object, oid, access }: OwnedObject,
  role: number,
): readonly Line[] {
  const shown = (): string => describe(session, object);
  if (access.owner === role) return [{ oid, text: `owner of ${shown()}` }];
  const { items = [], columns = {} } = session.roles.rights.listOf(access) ?? {};
  const whole = isNaming(items, role) ? [{ oid, text: `privileges for ${shown()}` }] : [];
  const named = Object.entries(columns).filter(([, own]) => isNaming(own, role));
  return [
    ...whole,
    ...named.map(([column]) => ({ oid, text: `privileges for column ${column} of ${shown()}` })),
  ];
}

function systemLines({ roles: { rights } }: SqlSession, role: number): readonly Line[] {
  return listedObjects(rights)
    .filter(({ access }) => isNaming(rights.listOf(access)?.items ?? [], role))
    .map(({ oid, shown }) => ({ oid, text: `privileges for ${shown}` }));
}

function databaseLines({ roles: { rights } }: SqlSession, role: number): readonly Line[] {
  return rights.databases.flatMap((database): readonly Line[] => {
    const { oid, name, owner } = database;
    if (owner === role) return [{ oid, text: `owner of database ${name}` }];
    const items = rights.listOf(databaseObject(database))?.items ?? [];
    return isNaming(items, role) ? [{ oid, text: `privileges for database ${name}` }] : [];
  });
}

/** Of other databases only the number of objects is told. */
function otherDatabases({ environment, roles }: SqlSession, role: RoleRecord): readonly string[] {
  const others = roles.rights.databases.filter(({ id }) => id !== environment.databaseId);
  return others.flatMap(({ id, name }) => {
    const count = countIn({ ...environment, databaseId: id }, role);
    const noun = count === 1 ? 'object' : 'objects';
    return count === 0 ? [] : [`${count} ${noun} in database ${name}`];
  });
}

/** Objects that the role owns, and lists that name it beside their owner. */
function countIn(environment: SessionEnvironment, { oid, name }: RoleRecord): number {
  const store = environment.store.ofDatabase(environment.databaseId);
  const records = store.records(undefined).filter((record) => !isShared(record));
  const rights = new AccessRights(records, environment);
  const relations = [
    ...store.tables(undefined).map(({ definition }) => definition),
    ...store.views(undefined),
    ...store.sequences(undefined).map(({ definition }) => definition),
  ];
  const owned = [...relations, ...records].filter((each) => {
    if ('owner' in each && each.owner === (typeof each.owner === 'number' ? oid : name))
      return true;
    return 'kind' in each && each.kind === 'default access' && each.role === oid;
  });
  const ownOids = new Set(owned.map((each) => ('oid' in each ? String(each.oid) : '')));
  const listed = rights.lists
    .filter(({ key, owner }) => owner !== oid && !ownOids.has(key.split(' ')[1] ?? ''))
    .flatMap(({ items = [], columns = {} }) => [items, ...Object.values(columns)])
    .filter((items) => isNaming(items, oid));
  return owned.length + listed.length;
}

function recordLines(session: SqlSession, role: number): Line[] {
  const { environment, transaction, roles } = session;
  const records = environment.store.records(transaction.storeTransaction);
  return records.flatMap((record): Line[] => {
    if (record.kind === 'extension' && record.owner === role) {
      return [{ oid: record.oid, text: `owner of extension ${record.key}` }];
    }
    if (record.kind === 'policy' && record.roles.includes(role)) {
      const { oid } = record;
      return policiesAs(session, [record]).map((object) => ({
        oid,
        text: `target of ${describe(session, object)}`,
      }));
    }
    if (record.kind !== 'default access') return [];
    const isOwn = record.role === role;
    if (!isOwn && !isNaming(record.items, role)) return [];
    const name = roles.rights.roleByOid(record.role)?.name ?? '';
    const word = isOwn ? 'owner of' : 'privileges for';
    return [{ oid: record.oid, text: `${word} ${describedDefaults(record, name)}` }];
  });
}
