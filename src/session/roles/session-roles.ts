/**
 * Who a session is, and what that may do.
 *
 *     user of the login ──SET SESSION AUTHORIZATION──▶ session user ──SET ROLE──▶ current user
 */
import { SqlError } from '../../errors/sql-error.ts';
import { AccessRights, databaseObject, type AccessObject } from '../../catalog/access-rights.ts';
import type { RoleRecord } from '../../catalog/access-records.ts';
import { currentUserOf } from '../settings/search-path.ts';
import type { SqlSession } from '../sql-session.ts';

interface Owned {
  readonly oid: number;
  readonly owner: string;
}

export class SessionRoles {
  readonly #session: SqlSession;
  #rights: { readonly key: string; readonly value: AccessRights } | undefined;

  constructor(session: SqlSession) {
    this.#session = session;
  }

  get rights(): AccessRights {
    const { environment } = this.#session;
    const { store } = environment;
    const { storeTransaction } = this.#session.transaction;
    const key = `${store.definitionVersion} ${storeTransaction?.id ?? 0}`;
    if (this.#rights?.key !== key) {
      const value = AccessRights.of(store.records(storeTransaction), environment);
      this.#rights = { key, value };
    }
    return this.#rights.value;
  }

  get sessionUser(): string {
    return this.#session.settings.get('session_authorization');
  }

  get currentUser(): string {
    return this.#session.settings.derived(currentUserOf);
  }

  /** Of no role when it was dropped meanwhile. */
  get currentOid(): number {
    return this.rights.roleNamed(this.currentUser)?.oid ?? -1;
  }

  get isSuperuser(): boolean {
    const name = this.currentUser;
    return name === this.#session.environment.superuser || this.#isSuperuser(name);
  }

  /** The setting that clients are told. */
  refreshSuperuser(): void {
    const { settings } = this.#session;
    const now = this.isSuperuser ? 'on' : 'off';
    if (settings.get('is_superuser') !== now) settings.assume('is_superuser', now);
  }

  mayUseSchema(name: string): boolean {
    return this.isSuperuser || this.may(this.schema(name), 'U');
  }

  #isSuperuser(name: string): boolean {
    return this.rights.roleNamed(name)?.superuser === true;
  }

  /** Errors: 42704. */
  roleNamed(name: string): RoleRecord {
    const role = this.rights.roleNamed(name);
    if (role !== undefined) return role;
    throw new SqlError('undefined_object', `role "${name}" does not exist`);
  }

  may(object: AccessObject, letter: string): boolean {
    return this.isSuperuser || this.rights.may(this.currentOid, object, letter);
  }

  owns(object: Pick<AccessObject, 'owner'>): boolean {
    return this.isSuperuser || this.rights.owns(this.currentOid, object);
  }

  /** Errors: 42501 with the noun and name of the object. */
  require(object: AccessObject, letter: string, shown: string): void {
    if (!this.may(object, letter)) throw denied(shown);
  }

  get database(): AccessObject {
    return databaseObject(this.rights.database);
  }

  schema(name: string): AccessObject {
    return { kind: 'schema', id: name, owner: this.rights.schemaOwner(name) };
  }

  routine({ oid, owner }: Owned): AccessObject {
    return { kind: 'function', id: oid, owner: this.rights.ownerOid(owner) };
  }

  /** A table, a view or a sequence. */
  table({ oid, owner, noun }: Owned & { readonly noun?: string }): AccessObject {
    const kind = noun === 'sequence' ? 'sequence' : 'table';
    return { kind, id: oid, owner: this.rights.ownerOid(owner) };
  }

  type({ oid, owner }: Owned): AccessObject {
    return { kind: 'type', id: oid, owner: this.rights.ownerOid(owner) };
  }

  /** SET ROLE. Errors: 22023, 42501. */
  checkSettable(name: string): void {
    const role = this.#knownRole(name);
    const sessionOid = this.rights.roleNamed(this.sessionUser)?.oid ?? -1;
    if (this.rights.isMember(sessionOid, role.oid)) return;
    throw new SqlError('insufficient_privilege', `permission denied to set role "${name}"`);
  }

  /** SET SESSION AUTHORIZATION: for superusers at login, or back to oneself. */
  checkAuthorization(name: string): void {
    this.#knownRole(name);
    const { user } = this.#session.start;
    if (name === user || user === this.#session.environment.superuser) return;
    if (this.#isSuperuser(user)) return;
    const message = 'permission denied to set session authorization';
    throw new SqlError('insufficient_privilege', message);
  }

  #knownRole(name: string): RoleRecord {
    const role = this.rights.roleNamed(name);
    if (role !== undefined) return role;
    throw new SqlError('invalid_parameter_value', `role "${name}" does not exist`);
  }
}

export function denied(shown: string, position?: number): SqlError {
  const fields = position === undefined ? {} : { position };
  return new SqlError('insufficient_privilege', `permission denied for ${shown}`, fields);
}

export function mustOwn(shown: string): SqlError {
  return new SqlError('insufficient_privilege', `must be owner of ${shown}`);
}
