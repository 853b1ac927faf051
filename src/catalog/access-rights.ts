/**
 * Who may do what: roles, memberships and access lists of one moment, with PostgreSQL's rules
 * (acl.c): a superuser may everything, an owner what the list leaves the owner, a member what its
 * roles may.
 *
 *     role ──inherits──▶ roles it is a member of ──▶ their items in the object's list
 */
import { isRestrictedProc, procMember } from './system/system-access.ts';
import { must } from '../errors/assert.ts';
import type {
  AccessItem,
  AccessListRecord,
  AccessObjectKind,
  AccessRecord,
  MembershipRecord,
  RoleRecord,
} from './access-records.ts';
import { databasesOf, type DatabaseFact, type DatabaseId } from './databases.ts';
import { superuserOid } from './superuser.ts';

export { superuserOid };

/** Everybody: the role of no name. */
export const publicRole = 0;
const databaseOwnerOid = 6171;
const readAllOid = 6181;
const writeAllOid = 6182;

export const predefinedRoles: readonly (readonly [oid: number, name: string])[] = [
  [databaseOwnerOid, 'pg_database_owner'],
  [readAllOid, 'pg_read_all_data'],
  [writeAllOid, 'pg_write_all_data'],
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

const monitorMemberships: readonly MembershipRecord[] = [3374, 3375, 3377].map((role) => ({
  kind: 'membership',
  key: `${role}.3373`,
  role,
  member: 3373,
  grantor: superuserOid,
  isAdmin: false,
}));

/** Whose rights: PGWIRE_USER and PGWIRE_DATABASE, and the database that is looked at. */
export interface RightsScope {
  /** The name of the role that is always there. */
  readonly superuser: string;
  readonly firstDatabase: string;
  readonly databaseId: DatabaseId;
}

export interface AccessObject {
  readonly kind: AccessObjectKind;
  /** OID of most objects; name of a schema, database or language. */
  readonly id: number | string;
  readonly owner: number;
}

/** All privileges of a kind of object, in the order of PostgreSQL's bits. */
export const privilegeLetters: Readonly<Record<AccessObjectKind, string>> = {
  table: 'arwdDxt',
  sequence: 'rwU',
  schema: 'UC',
  database: 'CTc',
  function: 'X',
  type: 'U',
  language: 'U',
  largeobject: 'rw',
};

export function emptyRole(oid: number, name: string): RoleRecord {
  return {
    kind: 'role',
    key: String(oid),
    oid,
    name,
    superuser: false,
    inherits: true,
    createsRoles: false,
    createsDatabases: false,
    canLogin: false,
    replicates: false,
    bypassesPolicies: false,
    connectionLimit: -1,
  };
}

/** By list of records, which a store gives again as long as it holds. */
const known = new WeakMap<readonly AccessRecord[], AccessRights>();

export class AccessRights {
  /** As the constructor, of records that are all that one database sees. */
  static of(records: readonly AccessRecord[], scope: RightsScope): AccessRights {
    const made = known.get(records) ?? new AccessRights(records, scope);
    known.set(records, made);
    return made;
  }

  readonly #byOid = new Map<number, RoleRecord>();
  readonly #byName = new Map<string, RoleRecord>();
  readonly #lists = new Map<string, AccessListRecord>();
  readonly memberships: readonly MembershipRecord[];
  readonly databases: readonly DatabaseFact[];
  readonly #databaseId: DatabaseId;

  constructor(records: readonly AccessRecord[], scope: RightsScope) {
    const { superuser, firstDatabase } = scope;
    this.databases = databasesOf(records, firstDatabase);
    this.#databaseId = scope.databaseId;
    this.#add(builtInRole(superuser));
    for (const [oid, name] of predefinedRoles) this.#add(emptyRole(oid, name));
    const memberships = [...monitorMemberships];
    for (const record of records) {
      if (record.kind === 'membership') memberships.push(record);
      else if (record.kind === 'access') this.#lists.set(record.key, record);
      else if (record.kind !== 'role') continue;
      else if (record.oid === superuserOid) this.#add({ ...record, name: superuser });
      else this.#add(record);
    }
    this.memberships = memberships;
  }

  #add(role: RoleRecord): void {
    this.#byOid.set(role.oid, role);
    this.#byName.set(role.name, role);
  }

  /** The one that is looked at. */
  get database(): DatabaseFact {
    return must(
      this.databases.find(({ id }) => id === this.#databaseId),
      'the database',
    );
  }

  databaseNamed(name: string): DatabaseFact | undefined {
    return this.databases.find((each) => each.name === name);
  }

  get roles(): readonly RoleRecord[] {
    return [...this.#byOid.values()];
  }

  roleNamed(name: string): RoleRecord | undefined {
    return this.#byName.get(name);
  }

  roleByOid(oid: number): RoleRecord | undefined {
    return this.#byOid.get(oid);
  }

  /** Owners are kept by name; the superuser stands in for one that is gone. */
  ownerOid(name: string): number {
    return this.#byName.get(name)?.oid ?? superuserOid;
  }

  isSuperuser(oid: number): boolean {
    return this.#byOid.get(oid)?.superuser === true;
  }

  /** Whether `member` may become `role`: SET ROLE. */
  isMember(member: number, role: number): boolean {
    return this.isSuperuser(member) || this.memberOf(member, role);
  }

  /** Membership alone, also of a superuser. */
  memberOf(member: number, role: number): boolean {
    return this.#reach(member, false).has(role);
  }

  /** Whether `member` has what `role` may, without becoming it. */
  hasRightsOf(member: number, role: number): boolean {
    return this.isSuperuser(member) || this.#reach(member, true).has(role);
  }

  /** Whether `member` may add members to `role`. */
  isAdmin(member: number, role: number): boolean {
    if (this.isSuperuser(member)) return true;
    const own = this.#reach(member, false);
    return this.memberships.some(
      (each) => each.isAdmin && each.role === role && own.has(each.member),
    );
  }

  /** The role itself and those above it. */
  #reach(from: number, onlyInherited: boolean): ReadonlySet<number> {
    const found = new Set([from]);
    const { owner } = this.database;
    for (const oid of found) {
      if (onlyInherited && this.#byOid.get(oid)?.inherits === false) continue;
      for (const { role, member } of this.memberships) if (member === oid) found.add(role);
      if (oid === owner) found.add(databaseOwnerOid);
    }
    return found;
  }

  /** The object's list: the one it was made with, unless there is another. */
  itemsOf(object: AccessObject): readonly AccessItem[] {
    return this.#lists.get(accessKey(object))?.items ?? initialItems(object);
  }

  get lists(): readonly AccessListRecord[] {
    return [...this.#lists.values()];
  }

  listOf(object: Pick<AccessObject, 'kind' | 'id'>): AccessListRecord | undefined {
    return this.#lists.get(accessKey(object));
  }

  schemaOwner(name: string): number {
    const owner = this.#lists.get(accessKey({ kind: 'schema', id: name }))?.owner;
    return owner ?? (name === 'public' ? databaseOwnerOid : superuserOid);
  }

  /** `letter` is one of PostgreSQL's; with `*` it must be one that may be granted on. */
  may(role: number, object: AccessObject, letter: string): boolean {
    if (this.isSuperuser(role)) return true;
    const own = this.#reach(role, true);
    if (own.has(object.owner) && letter.length > 1) return true;
    const matches = ({ grantee, privileges }: AccessItem): boolean =>
      (grantee === publicRole || own.has(grantee)) && privileges.includes(letter);
    return this.itemsOf(object).some(matches) || mayByPredefined(own, object, letter);
  }

  /** A column's own list; empty: nobody was given anything. */
  columnItems(object: Pick<AccessObject, 'kind' | 'id'>, column: string): readonly AccessItem[] {
    const { columns = {} } = this.listOf(object) ?? {};
    return Object.hasOwn(columns, column) ? (columns[column] ?? []) : [];
  }

  /** By the column's own list alone. */
  mayColumn(
    role: number,
    object: AccessObject,
    [column, letter]: readonly [column: string, letter: string],
  ): boolean {
    return this.#holds(role, this.columnItems(object, column), letter);
  }

  mayAnyColumn(role: number, object: AccessObject, letter: string): boolean {
    const { columns = {} } = this.listOf(object) ?? {};
    return Object.values(columns).some((items) => this.#holds(role, items, letter));
  }

  #holds(role: number, items: readonly AccessItem[], letter: string): boolean {
    const own = this.#reach(role, true);
    return items.some(({ grantee, privileges }) => {
      return (grantee === publicRole || own.has(grantee)) && privileges.includes(letter);
    });
  }

  /** Whether the role has any privilege on the object. */
  mayAnything(role: number, object: AccessObject): boolean {
    return [...privilegeLetters[object.kind]].some((letter) => this.may(role, object, letter));
  }

  owns(role: number, object: Pick<AccessObject, 'owner'>): boolean {
    return this.hasRightsOf(role, object.owner);
  }

  /** As relacl shows it: `{postgres=arwdDxt/postgres,=r/postgres}`. */
  aclTexts(object: AccessObject): readonly string[] {
    return this.itemTexts(this.itemsOf(object));
  }

  itemTexts(items: readonly AccessItem[]): readonly string[] {
    return items.map(({ grantee, grantor, privileges }) => {
      return `${this.#aclName(grantee)}=${privileges}/${this.#aclName(grantor)}`;
    });
  }

  #aclName(oid: number): string {
    if (oid === publicRole) return '';
    const name = this.#byOid.get(oid)?.name ?? String(oid);
    return /^\w+$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
  }
}

/** Whether the role is given something in the list, or gives. */
export function isNaming(items: readonly AccessItem[], role: number): boolean {
  return items.some(({ grantee, grantor }) => grantee === role || grantor === role);
}

export function accessKey({ kind, id }: Pick<AccessObject, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}

export function databaseObject({ name, owner }: DatabaseFact): AccessObject {
  return { kind: 'database', id: name, owner };
}

function builtInRole(name: string): RoleRecord {
  return {
    ...emptyRole(superuserOid, name),
    superuser: true,
    createsRoles: true,
    createsDatabases: true,
    canLogin: true,
    replicates: true,
    bypassesPolicies: true,
  };
}

const everybodysLetters: Readonly<Record<AccessObjectKind, string>> = {
  table: '',
  sequence: '',
  schema: '',
  database: 'Tc',
  function: 'X',
  type: 'U',
  language: 'U',
  largeobject: '',
};

/** Everybody may use PostgreSQL's own schemas; one that is called `public` later is not its. */
export function isOpenSchema({ kind, id, owner }: AccessObject): boolean {
  if (kind !== 'schema') return false;
  if (id === 'public') return owner === databaseOwnerOid;
  return id === 'pg_catalog' || id === 'information_schema';
}

/** What an object has that nobody granted anything on. */
export function initialItems({ kind, id, owner }: AccessObject): readonly AccessItem[] {
  const own = { grantee: owner, grantor: owner, privileges: privilegeLetters[kind] };
  if (isOpenSchema({ kind, id, owner }))
    return [own, { grantee: publicRole, grantor: owner, privileges: 'U' }];
  if (kind === 'function' && isRestrictedProc(Number(id))) return restrictedItems(own, Number(id));
  const everybody = everybodysLetters[kind];
  if (everybody === '') return [own];
  return [{ grantee: publicRole, grantor: owner, privileges: everybody }, own];
}

/** Of PostgreSQL's functions that not everybody may call. */
function restrictedItems(own: AccessItem, oid: number): readonly AccessItem[] {
  const member = procMember(oid);
  if (member === undefined) return [own];
  return [own, { grantee: member, grantor: own.grantor, privileges: 'X' }];
}

function mayByPredefined(own: ReadonlySet<number>, object: AccessObject, letter: string): boolean {
  const reads = own.has(readAllOid);
  const writes = own.has(writeAllOid);
  if (object.kind === 'schema') return letter === 'U' && (reads || writes);
  if (!['table', 'sequence'].includes(object.kind)) return false;
  return (reads && letter === 'r') || (writes && 'awd'.includes(letter));
}
