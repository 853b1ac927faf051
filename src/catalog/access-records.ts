/**
 * What the store keeps of users: roles, who is a member of what, access lists, and the types and
 * extensions that they make. A record is plain JSON with a key of its own among those of its kind.
 */
import type { CastDefinition } from './cast-records.ts';
import type { DatabaseId, DatabaseRecord } from './databases.ts';
import type { PolicyRecord } from './policy-records.ts';
import type { LargeObjectRecord } from './large-object-records.ts';
import type { RoutineRecord } from './routine-records.ts';
import type { TriggerRecord } from './trigger-records.ts';
import type { UserTypeRecord } from './type-records.ts';

export interface RoleRecord {
  readonly kind: 'role';
  /** The OID as text. */
  readonly key: string;
  readonly oid: number;
  readonly name: string;
  readonly superuser: boolean;
  readonly inherits: boolean;
  readonly createsRoles: boolean;
  readonly createsDatabases: boolean;
  readonly canLogin: boolean;
  readonly replicates: boolean;
  readonly bypassesPolicies: boolean;
  /** -1: no limit. */
  readonly connectionLimit: number;
  /** Until when the password holds, as timestamptz text; absent: for ever. */
  readonly validUntil?: string;
  /** SCRAM verifier; absent: no password. */
  readonly verifier?: string;
}

export interface MembershipRecord {
  readonly kind: 'membership';
  /** `role.member` */
  readonly key: string;
  readonly role: number;
  readonly member: number;
  readonly grantor: number;
  readonly isAdmin: boolean;
}

export type AccessObjectKind =
  'table' | 'sequence' | 'schema' | 'database' | 'function' | 'type' | 'language' | 'largeobject';

export interface AccessItem {
  /** 0: everybody. */
  readonly grantee: number;
  readonly grantor: number;
  /** PostgreSQL's letters; one that may be granted on is followed by `*`. */
  readonly privileges: string;
}

/** An object's owner and privileges where they are not those that it was made with. */
export interface AccessListRecord {
  readonly kind: 'access';
  /** `table 16384`, `schema mon`, `function 16390`, `type 16392`, `language sql`, `largeobject 5` */
  readonly key: string;
  /** Of a schema; tables and views know their own. */
  readonly owner?: number;
  readonly items?: readonly AccessItem[];
  /** Of a table's or view's columns, by name. */
  readonly columns?: Readonly<Record<string, readonly AccessItem[]>>;
}

export type DefaultObjectKind = Exclude<AccessObjectKind, 'database' | 'language' | 'largeobject'>;

/** ALTER DEFAULT PRIVILEGES: what objects are given that the role makes later. */
export interface DefaultAccessRecord {
  readonly kind: 'default access';
  /** See default-access.ts. */
  readonly key: string;
  readonly oid: number;
  readonly role: number;
  readonly of: DefaultObjectKind;
  /** Absent: in every schema, and the whole list; else what it has more in this one. */
  readonly schema?: string;
  readonly items: readonly AccessItem[];
}

/** ALTER ROLE and ALTER DATABASE … SET: what sessions begin with. */
export interface SettingsRecord {
  readonly kind: 'settings';
  /** `16384`, `16384 in database 0` */
  readonly key: string;
  /** 0: every role. */
  readonly role: number;
  /** Absent: in all of them. */
  readonly inDatabase?: DatabaseId;
  readonly settings: Readonly<Record<string, string>>;
}

/** CREATE EXTENSION: that it was made; what it offers is built in. */
export interface ExtensionRecord {
  readonly kind: 'extension';
  /** Its name. */
  readonly key: string;
  readonly oid: number;
  readonly owner: number;
  readonly schema: string;
}

/** A comment on an object that keeps none itself: see comment-records.ts. */
export interface CommentRecord {
  readonly kind: 'comment';
  /** `2615.2200.0`: OID of the catalog, of the object, number of the column. */
  readonly key: string;
  /** Absent: the comment that the object came with was taken away. */
  readonly text?: string;
}

export type AccessRecord =
  | RoleRecord
  | MembershipRecord
  | DatabaseRecord
  | AccessListRecord
  | DefaultAccessRecord
  | SettingsRecord
  | UserTypeRecord
  | RoutineRecord
  | CastDefinition
  | TriggerRecord
  | PolicyRecord
  | ExtensionRecord
  | LargeObjectRecord
  | CommentRecord;
