/** What keeps a role from being dropped: what it owns, and lists that name it. */
import { isNaming } from '../../catalog/access-rights.ts';
import type {
  DefaultAccessRecord,
  DefaultObjectKind,
  RoleRecord,
} from '../../catalog/access-records.ts';
import { databaseOid } from '../../catalog/system/object-ids.ts';
import { describe, shortened } from '../definition/dependents.ts';
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
    ...databaseLines(session, role.oid),
    ...recordLines(session, role.oid),
  ];
  const texts = lines.toSorted((left, right) => left.oid - right.oid).map(({ text }) => text);
  return shortened(texts, 'other object');
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

function databaseLines({ roles }: SqlSession, role: number): readonly Line[] {
  const { database, rights } = roles;
  const name = String(database.id);
  const oid = databaseOid(name);
  if (database.owner === role) return [{ oid, text: `owner of database ${name}` }];
  if (!isNaming(rights.listOf(database)?.items ?? [], role)) return [];
  return [{ oid, text: `privileges for database ${name}` }];
}

function recordLines({ environment, transaction, roles }: SqlSession, role: number): Line[] {
  const records = environment.store.records(transaction.storeTransaction);
  return records.flatMap((record): Line[] => {
    if (record.kind === 'extension' && record.owner === role) {
      return [{ oid: record.oid, text: `owner of extension ${record.key}` }];
    }
    if (record.kind !== 'default access') return [];
    const isOwn = record.role === role;
    if (!isOwn && !isNaming(record.items, role)) return [];
    const name = roles.rights.roleByOid(record.role)?.name ?? '';
    const word = isOwn ? 'owner of' : 'privileges for';
    return [{ oid: record.oid, text: `${word} ${describeDefaults(record, name)}` }];
  });
}

const plurals: Readonly<Record<DefaultObjectKind, string>> = {
  table: 'relations',
  sequence: 'sequences',
  function: 'functions',
  type: 'types',
  schema: 'schemas',
};

function describeDefaults({ of, schema }: DefaultAccessRecord, role: string): string {
  const place = schema === undefined ? '' : ` in schema ${schema}`;
  return `default privileges on new ${plurals[of]} belonging to role ${role}${place}`;
}
