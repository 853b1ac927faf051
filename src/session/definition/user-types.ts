/** Types of users in statements: where they are, where new ones go, and what their change moves. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import {
  arrayTypeName,
  isCompositeRecord,
  isDomainRecord,
  isEnumRecord,
  keptCast,
  sqlTypeOf,
  userTypesOf,
  type CompositeRecord,
  type DomainRecord,
  type EnumRecord,
  type UserTypeRecord,
} from '../../catalog/type-records.ts';
import { lockNames } from '../../catalog/locks.ts';
import type { TableDefinition } from '../../catalog/table.ts';
import type { Expr } from '../../expr/expr.ts';
import { mapExpr } from '../../expr/walk.ts';
import { expressionOf } from '../../plan/binder/assignments.ts';
import { bindCheck, bindExpression, bindRowExpression } from '../../plan/binder/bind-statement.ts';
import { exprText } from '../../plan/explain/expr-text.ts';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { fromStorageBytes, storageBytes } from '../../types/type-binary.ts';
import { findTypeByName, layoutOf } from '../../types/type-table.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import { showTypes, userTypeOid } from '../../types/user-type.ts';
import { mustOwn } from '../roles/session-roles.ts';
import { lockRelation, waitForLock } from '../transaction/locks.ts';
import { definedViews } from './defined-views.ts';
import type { SqlSession } from '../sql-session.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { displayRelation, relationNames } from './relation-names.ts';
import { creationSchema, displayName, findRelation, type QualifiedName } from './relation.ts';

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
  const { temporarySchema, searchPath } = session;
  const stored = schema === 'pg_temp' ? temporarySchema : schema;
  for (const candidate of stored === undefined ? [temporarySchema, ...searchPath] : [stored]) {
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
    const message = `relation "${displayName(name)}" does not exist`;
    return new SqlError('undefined_table', message);
  });
  if (isCompositeRecord(type)) return type;
  throw new SqlError('undefined_table', `relation "${displayName(name)}" does not exist`);
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

/**
 * Replaces the type, and its name in the tables that have columns of it: rows stay as they are.
 * Statements that are under way go on with the labels that they began with.
 */
export async function putType(
  session: SqlSession,
  before: UserTypeRecord,
  after: UserTypeRecord,
): Promise<void> {
  const transaction = session.transaction.forWriting();
  // Tables name a domain by its OID, and have its base type.
  if (isDomainRecord(before)) {
    transaction.putRecord(after);
    return;
  }
  for (const domain of domainsOver(session, before.oid)) {
    await putBase(session, domain, sqlTypeOf(after).name);
  }
  for (const composite of compositesOver(session, before.oid)) {
    const attributes = composite.attributes.map((attribute) => {
      const [old, now] = [sqlTypeOf(before).name, sqlTypeOf(after).name];
      return { ...attribute, type: retyped(attribute.type, { before: old, after: now }) };
    });
    await putType(session, composite, { ...composite, attributes });
  }
  for (const { table } of columnsOver(session, before.oid)) {
    await lockRelation(session, table.oid, 'share update exclusive');
  }
  const names = {
    ...{ before: sqlTypeOf(before).name, after: sqlTypeOf(after).name },
    cast: keptCast(before),
  };
  for (const { table } of columnsOver(session, before.oid)) {
    transaction.alterTable(withType(session, table, names));
  }
  transaction.putRecord(after);
}

/** Composite types with an attribute of it, or of arrays over it. */
export function compositesOver(session: SqlSession, oid: number): readonly CompositeRecord[] {
  return userTypes(session)
    .filter(isCompositeRecord)
    .filter(({ attributes }) => attributes.some(({ type }) => userTypeOid(type.name) === oid));
}

/** Domains whose base type it is. */
export function domainsOver(session: SqlSession, oid: number): readonly DomainRecord[] {
  return userTypes(session)
    .filter(isDomainRecord)
    .filter(({ base }) => (base.domain ?? userTypeOid(base.name)) === oid);
}

/** Errors: 0A000: tables of the domain would have to be told, too. */
async function putBase(session: SqlSession, domain: DomainRecord, name: TypeName): Promise<void> {
  const isUsed = columnsOver(session, domain.oid).length > 0;
  if (isUsed || domainsOver(session, domain.oid).length > 0 || domain.checks.length > 0) {
    throw unsupported('changing a type that a domain in use is over');
  }
  const base = { ...domain.base, name };
  session.transaction.forWriting().putRecord({ ...domain, base });
}

interface Names {
  readonly before: TypeName;
  readonly after: TypeName;
  /** How kept text names it. */
  readonly cast: string;
}

/** Text is printed anew where it names the type: labels in it may be called otherwise now. */
function withType(session: SqlSession, table: TableDefinition, names: Names): TableDefinition {
  const options = session.plannerOptions({ positionOf: () => 0 });
  const isNaming = (sql: string): boolean => sql.includes(names.cast);
  const print = (expr: Expr): string => {
    return exprText(retypedExpr(expr, names), { maskLiterals: false, isStored: true });
  };
  return {
    ...table,
    columns: table.columns.map((column) => {
      const { defaultSql } = column;
      const type = retyped(column.type, names);
      if (defaultSql === undefined || !isNaming(defaultSql)) return { ...column, type };
      const tree = expressionOf(defaultSql);
      const expr =
        column.generated === undefined
          ? bindExpression(tree, options)
          : bindRowExpression(tree, options, table);
      return { ...column, type, defaultSql: print(expr) };
    }),
    constraints: table.constraints.map((constraint) => {
      const { checkSql } = constraint;
      if (checkSql === undefined || !isNaming(checkSql)) return constraint;
      const expr = bindCheck(expressionOf(checkSql), options, table);
      return { ...constraint, checkSql: print(expr) };
    }),
  };
}

function retyped(type: SqlType, { before, after }: Omit<Names, 'cast'>): SqlType {
  if (type.name === before) return { ...type, name: after };
  return type.name === `_${before}` ? { ...type, name: `_${after}` as TypeName } : type;
}

function retypedExpr(expr: Expr, names: Names): Expr {
  return mapExpr(expr, (part) => {
    const type = retyped(part.type, names);
    if (part.kind !== 'constant' || part.value === null || type === part.type) {
      return { ...part, type };
    }
    if (layoutOf(type.name) !== 'varlen') return { ...part, type };
    // Values of composite types have the fields of now.
    return { ...part, type, value: fromStorageBytes(type, storageBytes(part.type, part.value)) };
  });
}

/** Views are kept as they were written. Errors: 0A000. */
export function refuseNamedInViews(session: SqlSession, word: string, what: string): void {
  if (definedViews(session).some(({ sql }) => sql.includes(word)))
    throw unsupported(`${what} that views name`);
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
  const isVisible = findUserType(session, { schema: undefined, name })?.schema === schema;
  const quoted = quoteIdentifier(name);
  return isVisible ? quoted : `${quoteIdentifier(schema)}.${quoted}`;
}
