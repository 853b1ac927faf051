/** Types of users in statements: where they are, where new ones go, and what their change moves. */
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import {
  arrayTypeName,
  isCompositeRecord,
  isDomainRecord,
  isEnumRecord,
  userTypesOf,
  type CompositeRecord,
  type DomainRecord,
  type EnumRecord,
  type UserTypeRecord,
} from '../../../catalog/type-records.ts';
import { lockNames } from '../../../catalog/locks.ts';
import type { TableDefinition } from '../../../catalog/table.ts';
import { quoteIdentifier } from '../../../functions/text/quote.ts';
import { findTypeByName } from '../../../types/type-table.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { showTypes, userTypeOid } from '../../../types/user-type.ts';
import { mustOwn } from '../../roles/session-roles.ts';
import { waitForLock } from '../../transaction/locks.ts';
import { conditionsOf } from '../../../catalog/policy-records.ts';
import { userPolicies } from '../policy/table-policies.ts';
import { definedViews } from '../view/defined-views.ts';
import type { SqlSession } from '../../sql-session.ts';
import type { StatementContext } from '../../statement/statement-context.ts';
import { displayRelation, relationNames } from '../relation-names.ts';
import { creationSchema, displayName, findRelation, type QualifiedName } from '../relation.ts';

export function userTypes(session: SqlSession): readonly UserTypeRecord[] {
  const { store } = session.environment;
  return userTypesOf(store.records(session.transaction.storeTransaction));
}

/** The first user's type of the name along the search path. */
export function findUserType(
  session: SqlSession,
  { schema, name }: QualifiedName,
): UserTypeRecord | undefined {
  const types = userTypes(session);
  const { temporarySchema, relationPath } = session;
  const stored = schema === 'pg_temp' ? temporarySchema : schema;
  for (const candidate of stored === undefined ? relationPath : [stored]) {
    const found = types.find((type) => type.schema === candidate && type.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether PostgreSQL has a type of the name, or one behind it. */
export function isSystemType({ schema, name }: QualifiedName): boolean {
  return (schema === undefined || schema === 'pg_catalog') && findTypeByName(name) !== undefined;
}

export function missingType(name: QualifiedName): SqlError {
  return new SqlError('undefined_object', `type "${displayName(name)}" does not exist`);
}

/** Errors: 3F000, 42501. */
export function typeSchema(context: StatementContext, given: string | undefined): string {
  return creationSchema(context, given === undefined ? {} : { schemaname: given });
}

/** The lock on the name is held to the transaction's end. Errors: 42710, 40P01, 55P03. */
export async function checkNewType(
  session: SqlSession,
  { schema, name }: { readonly schema: string; readonly name: string },
): Promise<void> {
  const transaction = session.transaction.forWriting();
  await waitForLock(session, transaction.lock(lockNames.type(schema, name), 'exclusive'));
  const isTaken = userTypes(session).some((type) => {
    return type.schema === schema && (type.name === name || arrayTypeName(type.name) === name);
  });
  if (!isTaken && !relationNames(session, schema).has(name)) return;
  throw new SqlError('duplicate_object', `type "${name}" already exists`);
}

/** A relation has a row type of its name. Errors: 42710. */
export function refuseTypeName(
  session: SqlSession,
  { schema, name }: { readonly schema: string; readonly name: string },
): void {
  const isTaken = userTypes(session).some((type) => type.schema === schema && type.name === name);
  if (!isTaken) return;
  const words = 'A relation has an associated type of the same name, so you must use a name that';
  throw new SqlError('duplicate_object', `type "${name}" already exists`, {
    hint: `${words} doesn't conflict with any existing type.`,
  });
}

/** Errors: 42704, 42809, 42501. */
export async function enumNamed(session: SqlSession, name: QualifiedName): Promise<EnumRecord> {
  const type = await lockedType(session, name, () => notOfKind(session, name, 'an enum'));
  if (isEnumRecord(type)) return type;
  throw new SqlError('wrong_object_type', `${displayType(session, type)} is not an enum`);
}

/** Errors: 42704, 42809, 42501. */
export async function domainNamed(session: SqlSession, name: QualifiedName): Promise<DomainRecord> {
  const type = await lockedType(session, name, () => notOfKind(session, name, 'a domain'));
  if (isDomainRecord(type)) return type;
  throw new SqlError('wrong_object_type', `${displayType(session, type)} is not a domain`);
}

/** Errors: 42704, 42809, 42501. */
export async function compositeNamed(
  session: SqlSession,
  name: QualifiedName,
): Promise<CompositeRecord> {
  const type = await lockedType(session, name, () => {
    if (rowsNamed(session, name) !== undefined) {
      return new SqlError('wrong_object_type', `"${name.name}" is not a composite type`);
    }
    const message = `relation "${displayName(name)}" does not exist`;
    return new SqlError('undefined_table', message);
  });
  if (isCompositeRecord(type)) return type;
  throw new SqlError('undefined_table', `relation "${displayName(name)}" does not exist`);
}

interface RowOwner {
  /** `table`, `view`. */
  readonly noun: string;
  readonly schema: string;
  readonly name: string;
}

/** The relation whose row type has the name. */
export function rowsNamed(session: SqlSession, name: QualifiedName): RowOwner | undefined {
  const relation = findRelation(session, name);
  switch (relation?.kind) {
    case 'table':
    case 'materialized view':
    case 'view':
      return { noun: relation.kind, schema: relation.schema, name: name.name };
    default:
      return undefined;
  }
}

/** 42704, or 42809 for what only goes with its relation. */
export function notOwnType(session: SqlSession, name: QualifiedName): SqlError {
  const rows = rowsNamed(session, name);
  if (rows === undefined) return missingType(name);
  const message = `${displayRelation(session, rows)} is a table's row type`;
  return new SqlError('wrong_object_type', message, { hint: 'Use ALTER TABLE instead.' });
}

/** What is no user's type may be PostgreSQL's, or the row type of a relation. */
function notOfKind(session: SqlSession, name: QualifiedName, kind: string): SqlError {
  const system = isSystemType(name) ? findTypeByName(name.name) : undefined;
  const relation = system === undefined ? findRelation(session, name) : undefined;
  const shown = system?.sqlName ?? (relation && displayRelation(session, { ...name, ...relation }));
  if (shown === undefined) return missingType(name);
  return new SqlError('wrong_object_type', `${shown} is not ${kind}`);
}

/** The type, its name locked and its owner checked. Errors: 42704 or `missing`, 42501. */
export async function lockedType(
  session: SqlSession,
  name: QualifiedName,
  missing = (): SqlError => missingType(name),
): Promise<UserTypeRecord> {
  const before = findUserType(session, name);
  if (before === undefined) throw missing();
  const transaction = session.transaction.forWriting();
  const resource = lockNames.type(before.schema, before.name);
  await waitForLock(session, transaction.lock(resource, 'exclusive'));
  const type = findUserType(session, name);
  if (type === undefined) throw missing();
  requireTypeOwner(session, type);
  return type;
}

/** Errors: 42501. */
export function requireTypeOwner(session: SqlSession, type: UserTypeRecord): void {
  const { roles } = session;
  if (roles.owns(roles.type(type))) return;
  throw mustOwn(`type ${displayType(session, type)}`);
}

/** Tables with a column of the type, or of arrays over it, with the columns' names. */
export function columnsOver(
  session: SqlSession,
  typeOid: number,
): readonly { readonly table: TableDefinition; readonly columns: readonly string[] }[] {
  const { store } = session.environment;
  return store.tables(session.transaction.storeTransaction).flatMap(({ definition: table }) => {
    const columns = table.columns.filter(({ type: { name, domain } }) => {
      return domain === undefined ? userTypeOid(name) === typeOid : domain === typeOid;
    });
    return columns.length === 0 ? [] : [{ table, columns: columns.map(({ name }) => name) }];
  });
}

/** Composite types with an attribute of it, or of arrays over it. */
export function compositesOver(session: SqlSession, oid: number): readonly CompositeRecord[] {
  return userTypes(session)
    .filter(isCompositeRecord)
    .filter(({ attributes }) => attributes.some(({ type }) => isOver(type, oid)));
}

/** Whether it is the type, or of arrays over it; a domain is known by its own OID. */
export function isOver({ name, domain }: SqlType, oid: number): boolean {
  return (domain ?? userTypeOid(name)) === oid;
}

/** Domains whose base type it is. */
export function domainsOver(session: SqlSession, oid: number): readonly DomainRecord[] {
  return userTypes(session)
    .filter(isDomainRecord)
    .filter(({ base }) => (base.domain ?? userTypeOid(base.name)) === oid);
}

/** Views are kept as they were written, and conditions of policies as they are. Errors: 0A000. */
export function refuseNamedInViews(session: SqlSession, word: string, what: string): void {
  if (definedViews(session).some(({ sql }) => hasWord(sql, word)))
    throw unsupported(`${what} that views name`);
  const conditions = userPolicies(session).flatMap(conditionsOf);
  if (conditions.some(({ sql }) => hasWord(sql, word))) {
    throw unsupported(`${what} that policies name`);
  }
}

const partOfWord = /[\p{L}\p{N}_$]/u;

/** Whether the text has it, not within a longer name. */
export function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const around = [text[at - 1], text[at + word.length]];
    if (around.every((each) => each === undefined || !partOfWord.test(each))) return true;
  }
  return false;
}

/** The name alone where it means this type, else with its schema. */
export function displayType(session: SqlSession, { schema, name }: UserTypeRecord): string {
  return shownType(session, schema, name);
}

/** A text with types in it, each as its name means it in this session. */
export function typesShown(session: SqlSession, text: string): string {
  return showTypes(text, (schema, name) => {
    if (schema !== '') return shownType(session, schema, name);
    const domain = userTypes(session).find(({ oid }) => String(oid) === name);
    return domain === undefined ? '???' : displayType(session, domain);
  });
}

function shownType(session: SqlSession, schema: string, name: string): string {
  const plain = { schema: undefined, name };
  const found = [findUserType(session, plain)?.schema, findRelation(session, plain)?.schema];
  const path = session.relationPath;
  const isVisible = path.find((each) => found.includes(each)) === schema;
  const quoted = quoteIdentifier(name);
  return isVisible ? quoted : `${quoteIdentifier(schema)}.${quoted}`;
}
