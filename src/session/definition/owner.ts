/** OWNER TO: who may give what to whom, and what of its access list goes with it. */
import { must } from '../../errors/assert.ts';
import { ownedBy } from '../../catalog/access-lists.ts';
import type { RoleRecord } from '../../catalog/access-records.ts';
import { accessKey, type AccessObject } from '../../catalog/access-rights.ts';
import { namedRole, requireMember, type RoleSpec } from '../roles/role-spec.ts';
import { denied, mustOwn } from '../roles/session-roles.ts';
import type { SqlSession } from '../sql-session.ts';
import type { TableDraft } from './table-draft.ts';

export interface Given {
  readonly access: AccessObject;
  /** `table t` */
  readonly shown: string;
  /** Where the new owner must be allowed to make such an object. */
  readonly schema?: string;
}

/** Checks that it may be given, and gives its access list. Errors: 42501. */
export function giveTo(session: SqlSession, given: Given, to: RoleRecord): void {
  if (given.access.owner === to.oid) return;
  checkMayGive(session, given, to);
  giveAccess(session, given.access, to.oid);
}

/** Errors: 42501. */
export function checkMayGive(
  { roles, temporarySchema }: SqlSession,
  { access, shown, schema }: Given,
  to: RoleRecord,
): void {
  if (roles.isSuperuser) return;
  if (!roles.owns(access)) throw mustOwn(shown);
  requireMember(roles, to);
  if (schema === undefined || schema === temporarySchema) return;
  if (!roles.rights.may(to.oid, roles.schema(schema), 'C')) throw denied(`schema ${schema}`);
}

/** The new owner stands where the old one stood: PostgreSQL's aclnewowner. */
export function giveAccess(
  { roles, transaction }: SqlSession,
  object: AccessObject,
  to: number,
): void {
  const list = roles.rights.listOf(object);
  if (list === undefined) return;
  const change = { from: object.owner, to };
  const columns = Object.entries(list.columns ?? {}).map(([name, items]) => {
    return [name, ownedBy(items, change)] as const;
  });
  transaction.forWriting().putRecord({
    ...list,
    key: accessKey(object),
    ...(list.items && { items: ownedBy(list.items, change) }),
    ...(list.columns && { columns: Object.fromEntries(columns) }),
  });
}

/** Errors: 42704. */
export function newOwner(session: SqlSession, role: RoleSpec | undefined): RoleRecord {
  return namedRole(session.roles, role ?? {});
}

/** Sequences of the table's columns go with it. Errors: 42704, 42501. */
export function changeOwner(draft: TableDraft, role: RoleSpec | undefined): void {
  const { context, before, target } = draft;
  const { session } = context;
  const { definition } = must(before, 'the table');
  const to = newOwner(session, role);
  const noun = definition.materialized === undefined ? 'table' : 'materialized view';
  const given = { access: session.roles.table(definition), shown: `${noun} ${target.name}` };
  giveTo(session, { ...given, schema: target.schema }, to);
  const owned = definition.columns.flatMap(({ owns = [] }) => owns);
  for (const oid of owned) giveSequence(session, oid, to);
  draft.owner = { owner: to.name };
}

function giveSequence(session: SqlSession, oid: number, to: RoleRecord): void {
  const transaction = session.transaction.forWriting();
  const definition = transaction.sequence(oid)?.definition;
  if (definition === undefined) return;
  const access = session.roles.table({ ...definition, noun: 'sequence' });
  if (access.owner !== to.oid) giveAccess(session, access, to.oid);
  transaction.alterSequence({ ...definition, owner: to.name });
}
