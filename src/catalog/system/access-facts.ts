/** Privileges as texts that functions compute with, on any thread. */
import { isRuled } from '../row-security.ts';
import { languageNames } from './rows/procs.ts';
import { databaseObject, superuserOid, type AccessObject } from '../access-rights.ts';
import { findSystemRelationNoun } from '../protected-relations.ts';
import type { Moment } from './moment.ts';
import type { UserRelation } from './user-relations.ts';
import { databaseOids } from './rows/databases.ts';
import { systemRelationByOid } from './system-relations.ts';

/** Rights of pg_read_all_data and pg_write_all_data, as items of every list. */
const predefinedItems: Readonly<Record<string, string>> = {
  table: '6181=r,6182=awd',
  schema: '6181=U,6182=U',
};

export function relationObject(moment: Moment, relation: UserRelation): AccessObject {
  const kind = relation.kind === 'S' ? 'sequence' : 'table';
  return { kind, id: relation.oid, owner: moment.ownerOid(relation.owner) };
}

export function schemaObject({ access }: Moment, name: string): AccessObject {
  return { kind: 'schema', id: name, owner: access.schemaOwner(name) };
}

/** `owner|grantee=letters,…` of `table OID`, `schema OID` or `database OID`. */
export function objectAccess(moment: Moment, key: string): string | undefined {
  const [kind = '', id = ''] = key.split(' ');
  if (kind === 'columns') return columnAccess(moment, id);
  const object = findObject(moment, kind, Number(id));
  if (object === undefined) {
    if (kind === 'type') return moment.typeByOid(Number(id)) && `${superuserOid}|0=U`;
    return kind === 'table' ? systemAccess(Number(id)) : undefined;
  }
  const items = moment.access
    .itemsOf(object)
    .map(({ grantee, privileges }) => `${grantee}=${privileges}`);
  const predefined = predefinedItems[kind];
  return `${object.owner}|${[...items, ...(predefined === undefined ? [] : [predefined])].join(',')}`;
}

/** Items of a column's own list: `OID.number`; of all columns: `OID`. */
function columnAccess(moment: Moment, id: string): string | undefined {
  const [oid, number] = id.split('.').map(Number);
  const relation = moment.relationByOid(oid ?? 0);
  if (relation === undefined) return undefined;
  const object = relationObject(moment, relation);
  const items = relation.columns
    .filter((column) => number === undefined || column.number === number)
    .flatMap(({ name }) => moment.access.columnItems(object, name))
    .map(({ grantee, privileges }) => `${grantee}=${privileges}`);
  return `${object.owner}|${items.join(',')}`;
}

function findObject(moment: Moment, kind: string, oid: number): AccessObject | undefined {
  if (kind === 'table') {
    const relation = moment.relationByOid(oid);
    return relation === undefined ? undefined : relationObject(moment, relation);
  }
  if (kind === 'schema') {
    const schema = moment.schemas.find((each) => each.oid === oid);
    return schema === undefined ? undefined : schemaObject(moment, schema.name);
  }
  if (kind === 'function') {
    const proc = moment.userProc(oid);
    if (proc === undefined && moment.procByOid(oid) === undefined) return undefined;
    const owner = proc === undefined ? superuserOid : moment.ownerOid(proc.record.owner);
    return { kind: 'function', id: oid, owner };
  }
  if (kind === 'language') {
    const name = languageNames.find(([each]) => each === oid)?.[1];
    return name === undefined ? undefined : { kind, id: name, owner: superuserOid };
  }
  if (kind === 'type') {
    const made = moment.types.find((type) => type.record.oid === oid)?.record;
    const own = made ?? moment.relations.find(({ rowTypeOid }) => rowTypeOid === oid);
    return own && { kind: 'type', id: oid, owner: moment.ownerOid(own.owner) };
  }
  const [, name] = databaseOids(moment).find(([each]) => each === oid) ?? [];
  if (name === undefined) return undefined;
  const database = moment.access.databaseNamed(name);
  return database ? databaseObject(database) : { kind: 'database', id: name, owner: superuserOid };
}

function systemAccess(oid: number): string | undefined {
  const relation = systemRelationByOid(oid);
  if (relation === undefined) return undefined;
  const isOpen = findSystemRelationNoun(relation.name) === undefined;
  return `${superuserOid}|${isOpen ? '0=r' : ''}`;
}

/** `*` for a superuser, else OIDs of the roles whose rights the role has. */
export function roleRights({ access }: Moment, key: string): string | undefined {
  return reachOf(access, Number(key), (role, other) => access.hasRightsOf(role, other));
}

/** `*` for a superuser, else OIDs of the roles that it is a member of. */
export function roleMemberships({ access }: Moment, key: string): string | undefined {
  return reachOf(access, Number(key), (role, other) => access.isMember(role, other));
}

/** Whether policies hide rows of the relation from the current user; undefined: there is none. */
export function rowSecurity(moment: Moment, oid: number): string | undefined {
  const relation = moment.relationByOid(oid);
  if (relation === undefined) return undefined;
  return String(isRuled(moment.access, relation, moment.state.currentRole));
}

function reachOf(
  access: Moment['access'],
  role: number,
  reaches: (role: number, other: number) => boolean,
): string | undefined {
  if (access.roleByOid(role) === undefined) return undefined;
  if (access.isSuperuser(role)) return '*';
  return access.roles.flatMap(({ oid }) => (reaches(role, oid) ? [oid] : [])).join(',');
}
