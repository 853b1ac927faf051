/** pg_database, pg_namespace, pg_authid, pg_tablespace, pg_collation and what belongs to them. */
import { arrayOf, type Fields } from '../fact-rows.ts';
import type { Moment } from '../moment.ts';
import type { FactSource } from './fact-table.ts';

const superuser = 10;
const databaseOwner = 6171;
const utf8 = 6;

export function databaseComments(
  moment: Moment,
): readonly (readonly [oid: number, text: string])[] {
  const isDefault = moment.state.database === 'postgres';
  return [
    [1, 'default template for new databases'],
    [4, 'unmodifiable empty database'],
    ...(isDefault ? ([[5, 'default administrative connection database']] as const) : []),
  ];
}

export function databaseOids(moment: Moment): readonly (readonly [oid: number, name: string])[] {
  return [
    [5, moment.state.database],
    [1, 'template1'],
    [4, 'template0'],
  ];
}

/** The template databases exist by name only: nobody can connect to them. */
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
  const template: Fields = { ...shared, datistemplate: true, datacl: access };
  return databaseOids(moment).map(([oid, datname]) => {
    const isOwn = datname === state.database;
    return { ...(isOwn ? shared : template), oid, datname, datallowconn: isOwn };
  });
}

function ownerName(moment: Moment): string {
  return moment.state.roles.find(({ superuser: isSuper }) => isSuper)?.name ?? 'postgres';
}

function namespaces(moment: Moment): readonly Fields[] {
  const owner = ownerName(moment);
  return moment.schemas.map(({ oid, name }) => {
    const isPublic = name === 'public';
    const isSystem = name === 'pg_catalog' || name === 'information_schema';
    const grantor = isPublic ? 'pg_database_owner' : owner;
    const access = [`${grantor}=UC/${grantor}`, `=U/${grantor}`];
    return {
      oid,
      nspname: name,
      nspowner: isPublic ? databaseOwner : superuser,
      nspacl: isPublic || isSystem ? arrayOf('aclitem', access) : null,
    };
  });
}

const predefinedRoles: readonly (readonly [oid: number, name: string])[] = [
  [databaseOwner, 'pg_database_owner'],
  [6181, 'pg_read_all_data'],
  [6182, 'pg_write_all_data'],
  [3373, 'pg_monitor'],
  [3374, 'pg_read_all_settings'],
  [3375, 'pg_read_all_stats'],
  [3377, 'pg_stat_scan_tables'],
  [4569, 'pg_read_server_files'],
  [4570, 'pg_write_server_files'],
  [4571, 'pg_execute_server_program'],
  [4200, 'pg_signal_backend'],
  [4544, 'pg_checkpoint'],
];

function roles(moment: Moment): readonly Fields[] {
  const own = moment.state.roles.map(({ oid, name, superuser: isSuper, canLogin }): Fields => ({
    oid,
    rolname: name,
    rolsuper: isSuper,
    rolinherit: true,
    rolcreaterole: isSuper,
    rolcreatedb: isSuper,
    rolcanlogin: canLogin,
    rolreplication: isSuper,
    rolbypassrls: isSuper,
    rolconnlimit: -1,
  }));
  const predefined = predefinedRoles.map(([oid, rolname]): Fields => ({
    oid,
    rolname,
    rolinherit: true,
    rolconnlimit: -1,
  }));
  return [...own, ...predefined];
}

/** Every role there is, by OID. */
export function roleNames(moment: Moment): ReadonlyMap<number, string> {
  const own = moment.state.roles.map(({ oid, name }) => [oid, name] as const);
  return new Map([...own, ...predefinedRoles]);
}

const monitorMembers = [3374, 3375, 3377];

function memberships(): readonly Fields[] {
  return monitorMembers.map((roleid) => ({ roleid, member: 3373, grantor: superuser }));
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
  { name: 'pg_database', current: databases },
  { name: 'pg_namespace', current: namespaces },
  { name: 'pg_authid', current: roles },
  { name: 'pg_auth_members', fixed: memberships },
  { name: 'pg_collation', fixed: collations },
  { name: 'pg_tablespace', fixed: tablespaces },
  {
    name: 'pg_shdescription',
    current: (moment) =>
      databaseComments(moment).map(([objoid, description]) => ({
        objoid,
        classoid: 1262,
        description,
      })),
  },
];
