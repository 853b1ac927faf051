/** pg_shdepend: what roles own, and lists that name them, but for roles that are always there. */
import type { AccessObject } from '../../access-rights.ts';
import { databaseObject } from '../../access-rights.ts';
import { catalogOids } from '../../comment-records.ts';
import type { AccessItem } from '../../access-records.ts';
import { relationObject, schemaObject } from '../access-facts.ts';
import type { Fields } from '../fact-rows.ts';
import type { Moment } from '../moment.ts';
import { allProcs } from '../proc-facts.ts';
import { largeObjectAccess } from './large-objects.ts';
import { languageNames } from './procs.ts';
import type { FactSource } from './fact-table.ts';

const roles = catalogOids.role;
const defaultAccess = 826;
const firstUserOid = 16_384;

interface Place {
  readonly classid: number;
  readonly objid: number;
  readonly objsubid?: number;
}

/** Whose object it is, and who stands in its list beside the owner. */
function dependences(
  { classid, objid, objsubid = 0 }: Place,
  owner: number,
  items: readonly AccessItem[] = [],
): readonly Fields[] {
  const row = (refobjid: number, deptype: string): Fields => {
    return { classid, objid, objsubid, refclassid: roles, refobjid, deptype };
  };
  const named = new Set(items.flatMap(({ grantee, grantor }) => [grantee, grantor]));
  named.delete(owner);
  return [
    ...(owner >= firstUserOid && objsubid === 0 ? [row(owner, 'o')] : []),
    ...[...named].filter((oid) => oid >= firstUserOid).map((oid) => row(oid, 'a')),
  ];
}

function ofObject({ access }: Moment, place: Place, object: AccessObject): readonly Fields[] {
  return dependences(place, object.owner, access.listOf(object)?.items);
}

function relations(moment: Moment): readonly Fields[] {
  return moment.relations.flatMap((relation) => {
    const { oid, kind, rowTypeOid, columns } = relation;
    const owner = moment.ownerOid(relation.owner);
    // A composite type is its type's, not its relation's.
    if (kind === 'c') {
      const type = { kind: 'type', id: rowTypeOid, owner } as const;
      return ofObject(moment, { classid: catalogOids.type, objid: rowTypeOid }, type);
    }
    const object = relationObject(moment, relation);
    const place = { classid: catalogOids.class, objid: oid };
    const ofColumns = columns.flatMap(({ name, number }) => {
      const items = moment.access.columnItems(object, name);
      return dependences({ ...place, objsubid: number }, owner, items);
    });
    return [...ofObject(moment, place, object), ...ofColumns];
  });
}

function typesAndRoutines(moment: Moment): readonly Fields[] {
  const types = moment.types.flatMap(({ record: { oid, owner } }) => {
    const object = { kind: 'type', id: oid, owner: moment.ownerOid(owner) } as const;
    return ofObject(moment, { classid: catalogOids.type, objid: oid }, object);
  });
  const procs = moment.procs.flatMap(({ oid, record }) => {
    const object = { kind: 'function', id: oid, owner: moment.ownerOid(record.owner) } as const;
    return ofObject(moment, { classid: catalogOids.function, objid: oid }, object);
  });
  return [...types, ...procs];
}

/** Lists of PostgreSQL's own functions and languages. */
function listed(moment: Moment): readonly Fields[] {
  const owner = moment.ownerOid('');
  const functions = allProcs().flatMap(({ oid }) => {
    const object = { kind: 'function', id: oid, owner } as const;
    return ofObject(moment, { classid: catalogOids.function, objid: oid }, object);
  });
  const languages = languageNames.flatMap(([oid, id]) => {
    const object = { kind: 'language', id, owner } as const;
    return ofObject(moment, { classid: catalogOids.language, objid: oid }, object);
  });
  return [...functions, ...languages];
}

function records(moment: Moment): readonly Fields[] {
  return moment.state.records.flatMap((record) => {
    if (record.kind === 'extension') {
      return dependences({ classid: catalogOids.extension, objid: record.oid }, record.owner);
    }
    if (record.kind === 'policy') {
      const place = { classid: catalogOids.policy, objid: record.oid, objsubid: 0 };
      return record.roles.flatMap((refobjid) => {
        const row = { ...place, refclassid: roles, refobjid, deptype: 'r' };
        return refobjid < firstUserOid ? [] : [row];
      });
    }
    if (record.kind === 'largeobject') {
      const place = { classid: catalogOids.largeObject, objid: record.oid };
      return ofObject(moment, place, largeObjectAccess(record));
    }
    if (record.kind !== 'default access') return [];
    return dependences({ classid: defaultAccess, objid: record.oid }, record.role, record.items);
  });
}

function roleDependences(moment: Moment): readonly Fields[] {
  const schemas = moment.schemas.flatMap(({ oid, name }) => {
    const place = { classid: catalogOids.schema, objid: oid };
    return ofObject(moment, place, schemaObject(moment, name));
  });
  const here = [
    ...relations(moment),
    ...typesAndRoutines(moment),
    ...schemas,
    ...listed(moment),
    ...records(moment),
  ];
  const databases = moment.access.databases.flatMap((database) => {
    const place = { classid: catalogOids.database, objid: database.oid };
    return ofObject(moment, place, databaseObject(database));
  });
  const dbid = moment.access.database.oid;
  return [
    ...here.map((fields) => ({ ...fields, dbid })),
    ...databases.map((fields) => ({ ...fields, dbid: 0 })),
  ];
}

export const roleDependenceSources: readonly FactSource[] = [
  { name: 'pg_shdepend', current: roleDependences },
];
