/** pg_database, pg_namespace, pg_authid, pg_tablespace, pg_collation and what belongs to them. */
import { template0 } from '../../databases.ts';
import { databaseObject, isOpenSchema } from '../../access-rights.ts';
import type { Datum } from '../../../types/datum.ts';
import { defaultFormats } from '../../../types/format-settings.ts';
import { parseText } from '../../../types/type-text.ts';
import { arrayOf, type Fields } from '../fact-rows.ts';
import type { Moment } from '../moment.ts';
import type { FactSource } from './fact-table.ts';

const superuser = 10;
const utf8 = 6;

export function databaseOids(moment: Moment): readonly (readonly [oid: number, name: string])[] {
  const { databases } = moment.access;
  return [...databases, template0].map(({ oid, name }) => [oid, name] as const);
}

function databases(moment: Moment): readonly Fields[] {
  const { state } = moment;
  const setting = (name: string): string =>
    state.settings.find((each) => each.name === name)?.value ?? 'C';
  const shared: Fields = {
    datdba: superuser,
    encoding: utf8,
    datlocprovider: 'c',
    datconnlimit: -1,
    datfrozenxid: 716,
    datminmxid: 1,
    dattablespace: 1663,
    datcollate: setting('lc_collate'),
    datctype: setting('lc_ctype'),
  };
  const owner = ownerName(moment);
  const access = arrayOf('aclitem', [`=c/${owner}`, `${owner}=CTc/${owner}`]);
  const template: Fields = {
    ...shared,
    oid: template0.oid,
    datname: template0.name,
    datistemplate: true,
    datallowconn: false,
    datacl: access,
  };
  const made = moment.access.databases.map((database): Fields => {
    const object = databaseObject(database);
    const hasItems = moment.access.listOf(object)?.items !== undefined;
    return {
      ...shared,
      oid: database.oid,
      datname: database.name,
      datdba: database.owner,
      datistemplate: database.isTemplate,
      datallowconn: database.allowsConnections,
      datconnlimit: database.connectionLimit,
      datacl: hasItems ? arrayOf('aclitem', moment.access.aclTexts(object)) : null,
    };
  });
  return [...made, template];
}

function ownerName({ access }: Moment): string {
  return access.roleByOid(superuser)?.name ?? 'postgres';
}

function namespaces(moment: Moment): readonly Fields[] {
  const { access } = moment;
  return moment.schemas.map(({ oid, name }) => {
    const object = { kind: 'schema', id: name, owner: access.schemaOwner(name) } as const;
    const hasItems = isOpenSchema(object) || access.listOf(object)?.items !== undefined;
    return {
      oid,
      nspname: name,
      nspowner: object.owner,
      nspacl: hasItems ? arrayOf('aclitem', access.aclTexts(object)) : null,
    };
  });
}

function roles({ access }: Moment): readonly Fields[] {
  return access.roles.map((role): Fields => ({
    oid: role.oid,
    rolname: role.name,
    rolsuper: role.superuser,
    rolinherit: role.inherits,
    rolcreaterole: role.createsRoles,
    rolcreatedb: role.createsDatabases,
    rolcanlogin: role.canLogin,
    rolreplication: role.replicates,
    rolbypassrls: role.bypassesPolicies,
    rolconnlimit: role.connectionLimit,
    rolpassword: role.verifier ?? null,
    rolvaliduntil: role.validUntil === undefined ? null : momentOf(role.validUntil),
  }));
}

function momentOf(text: string): Datum {
  return parseText({ name: 'timestamptz', typmod: -1 }, text, defaultFormats);
}

/** Settings that sessions begin with. */
function keptSettings({ state, access }: Moment): readonly Fields[] {
  return state.records.flatMap((record): Fields[] => {
    if (record.kind !== 'settings') return [];
    const { role, inDatabase, settings } = record;
    const texts = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    const database = access.databases.find(({ id }) => id === inDatabase);
    const setdatabase = database?.oid ?? 0;
    return [{ setdatabase, setrole: role, setconfig: arrayOf('text', texts) }];
  });
}

/** Every role there is, by OID. */
export function roleNames({ access }: Moment): ReadonlyMap<number, string> {
  return new Map(access.roles.map(({ oid, name }) => [oid, name] as const));
}

function memberships({ access }: Moment): readonly Fields[] {
  return access.memberships.map(({ role, member, grantor, isAdmin }) => ({
    roleid: role,
    member,
    grantor,
    admin_option: isAdmin,
  }));
}

export const collationNames: readonly (readonly [oid: number, name: string])[] = [
  [100, 'default'],
  [950, 'C'],
  [951, 'POSIX'],
  [12_340, 'ucs_basic'],
];

function collations(): readonly Fields[] {
  return collationNames.map(([oid, collname]) => {
    const locale = collname === 'POSIX' ? 'POSIX' : 'C';
    const isDefault = collname === 'default';
    return {
      oid,
      collname,
      collnamespace: 11,
      collowner: superuser,
      collprovider: isDefault ? 'd' : 'c',
      collisdeterministic: true,
      collencoding: collname === 'ucs_basic' ? utf8 : -1,
      collcollate: isDefault ? null : locale,
      collctype: isDefault ? null : locale,
    };
  });
}

export const tablespaceNames: readonly (readonly [oid: number, name: string])[] = [
  [1663, 'pg_default'],
  [1664, 'pg_global'],
];

function tablespaces(): readonly Fields[] {
  return tablespaceNames.map(([oid, spcname]) => ({
    oid,
    spcname,
    spcowner: superuser,
  }));
}

export const databaseSources: readonly FactSource[] = [
  { name: 'pg_database', dependsOn: 'session', current: databases },
  { name: 'pg_namespace', current: namespaces },
  { name: 'pg_authid', current: roles },
  { name: 'pg_auth_members', current: memberships },
  { name: 'pg_db_role_setting', current: keptSettings },
  { name: 'pg_collation', fixed: collations },
  { name: 'pg_tablespace', fixed: tablespaces },
];
