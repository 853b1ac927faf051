/**
 * The databases of one data folder: the first, which the server is started with, and those that
 * users made. A definition or record belongs to one of them; roles, memberships and what is said
 * about databases belong to all.
 */
import type { AccessListRecord, AccessRecord } from './access-records.ts';
import { catalogOids } from './comment-records.ts';
import { superuserOid } from './superuser.ts';
import { databaseOid } from './system/object-ids.ts';

/** What definitions are marked with: 0 or absent for the first database, else its OID. */
export type DatabaseId = number;

export const firstDatabase: DatabaseId = 0;

/** CREATE DATABASE, and ALTER DATABASE of the first one, whose key is 0. */
export interface DatabaseRecord {
  readonly kind: 'database';
  /** The DatabaseId as text. */
  readonly key: string;
  /** Not of the first database: PGWIRE_DATABASE names it. */
  readonly name?: string;
  /** OID of the role. */
  readonly owner: number;
  /** -1: no limit. */
  readonly connectionLimit: number;
  readonly allowsConnections: boolean;
  readonly isTemplate: boolean;
}

export interface DatabaseFact {
  readonly id: DatabaseId;
  readonly oid: number;
  readonly name: string;
  readonly owner: number;
  readonly connectionLimit: number;
  readonly allowsConnections: boolean;
  readonly isTemplate: boolean;
}

/** The first database, then the others by OID. `firstName`: what PGWIRE_DATABASE says. */
export function databasesOf(
  records: readonly AccessRecord[],
  firstName: string,
): readonly DatabaseFact[] {
  const made = records.filter((record) => record.kind === 'database');
  const own = made.find(({ key }) => Number(key) === firstDatabase);
  const others = made
    .filter((record) => record !== own)
    .map(({ key, name, ...traits }) => factOf(Number(key), name ?? '', traits))
    .toSorted((a, b) => a.id - b.id);
  return [factOf(firstDatabase, firstName, own ?? {}), ...others];
}

function factOf(id: DatabaseId, name: string, traits: Partial<DatabaseRecord>): DatabaseFact {
  const { owner, connectionLimit, allowsConnections, isTemplate } = traits;
  return {
    id,
    oid: id === firstDatabase ? databaseOid(name) : id,
    name,
    owner: owner ?? superuserOid,
    connectionLimit: connectionLimit ?? -1,
    allowsConnections: allowsConnections ?? true,
    isTemplate: isTemplate ?? false,
  };
}

export function databaseRecord(database: DatabaseFact): DatabaseRecord {
  const { id, name, owner, connectionLimit, allowsConnections, isTemplate } = database;
  return {
    kind: 'database',
    key: String(id),
    ...(id === firstDatabase ? {} : { name }),
    owner,
    connectionLimit,
    allowsConnections,
    isTemplate,
  };
}

const sharedCatalogs = [catalogOids.database, catalogOids.role, catalogOids.tablespace];

const sharedKinds = new Set<AccessRecord['kind']>(['role', 'membership', 'database', 'settings']);

/** It exists by name only: nobody can connect to it. */
export const template0 = { oid: 4, name: 'template0' } as const;

/** Whose records a store has from its first start: what is in it is in databases made from it. */
export const template1: DatabaseFact = {
  id: 1,
  oid: 1,
  name: 'template1',
  owner: superuserOid,
  connectionLimit: -1,
  allowsConnections: true,
  isTemplate: true,
};

/** PostgreSQL's list of the templates: others may connect to it. */
export const template1Access: AccessListRecord = {
  kind: 'access',
  key: `database ${template1.name}`,
  items: [
    { grantee: 0, grantor: superuserOid, privileges: 'c' },
    { grantee: superuserOid, grantor: superuserOid, privileges: 'CTc' },
  ],
};

/** Whether all databases see the record: roles, and what is said about databases. */
export function isShared({ kind, key }: Pick<AccessRecord, 'kind' | 'key'>): boolean {
  if (kind === 'comment') return sharedCatalogs.some((oid) => key.startsWith(`${oid}.`));
  if (kind === 'access') return key.startsWith('database ');
  return sharedKinds.has(kind);
}
