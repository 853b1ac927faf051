/**
 * CREATE DOMAIN and ALTER DOMAIN. A domain's rules are kept with it and bound where a value becomes
 * one of it; tables name the domain by its OID, so that no change of it touches them.
 */
import { requireTypeUsage } from '../../roles/type-access.ts';
import type { Node, TypeName } from '@pgsql/types';
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import type { DomainRecord, StoredDomainCheck } from '../../../catalog/type-records.ts';
import { bindTypeName } from '../../../plan/binder/bind-statement.ts';
import { sqlNameOf } from '../../../plan/binder/literals.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { typeRecord } from '../../../types/type-table.ts';
import { userTypeOid } from '../../../types/user-type.ts';
import type { SqlSession } from '../../sql-session.ts';
import { makeNotice, type StatementContext } from '../../statement/statement-context.ts';
import type { Utility } from '../../utility/utility.ts';
import type { ConstraintNode } from '../column-definition.ts';
import { defaultText } from '../default-text.ts';
import { checkDomainValues } from './domain-values.ts';
import { chooseName } from '../relation-names.ts';
import { qualifiedName } from '../relation.ts';
import { storedDomainCheck } from '../stored-expression.ts';
import { refuseTemporaryTypes } from './temporary-types.ts';
import { checkNewType, displayType, domainNamed, typeSchema, userTypes } from './user-types.ts';

type ConstraintItem = {
  readonly Constraint: ConstraintNode & { readonly is_no_inherit?: boolean };
};

export const createDomain: Utility = {
  kind: 'CreateDomainStmt',
  writes: () => 'CREATE DOMAIN',
  async run(body, context) {
    const { session, out } = context;
    const { schema: given, name } = qualifiedName(body['domainname']);
    const schema = typeSchema(context, given);
    await checkNewType(session, { schema, name });
    const base = baseType(context, body['typeName'] as TypeName);
    const transaction = session.transaction.forWriting();
    const arrayOid = transaction.takeOid();
    const oid = transaction.takeOid();
    let domain: DomainRecord = {
      ...{ kind: 'type', key: String(oid), oid, arrayOid, schema, name },
      owner: session.roles.currentUser,
      ...{ base, notNull: false, checks: [] },
    };
    domain = withInherited(session, domain);
    const items = (body['constraints'] ?? []) as readonly ConstraintItem[];
    for (const { Constraint } of inOrder(items)) domain = withRule(context, domain, Constraint);
    const texts = [domain.defaultSql, ...domain.checks.map(({ sql }) => sql)];
    refuseTemporaryTypes(session, { schema, types: [base], texts });
    transaction.putRecord(domain);
    out.commandComplete('CREATE DOMAIN');
    return 0;
  },
};

/** A domain over another begins with its default. */
function withInherited(session: SqlSession, domain: DomainRecord): DomainRecord {
  const { domain: below } = domain.base;
  if (below === undefined) return domain;
  const defaultSql = session.catalog().findDomain(below)?.defaultSql;
  return defaultSql === undefined ? domain : { ...domain, defaultSql };
}

/** Errors: 42704, 42804 for pseudo-types, 0A000. */
function baseType({ session }: StatementContext, node: TypeName): SqlType {
  const catalog = session.catalog();
  const base = bindTypeName(node, { find: (schema, name) => catalog.findType(schema, name) });
  const oid = base.domain ?? userTypeOid(base.name);
  if (oid !== undefined && !userTypes(session).some((type) => type.oid === oid)) {
    throw unsupported("a domain over a table's row type");
  }
  if (typeRecord(base.name).category !== 'P') {
    requireTypeUsage(session, base);
    return base;
  }
  const message = `"${sqlNameOf(base)}" is not a valid base type for a domain`;
  throw new SqlError('datatype_mismatch', message);
}

/** PostgreSQL looks at conditions when all else is known. Errors: 42601. */
function inOrder(items: readonly ConstraintItem[]): readonly ConstraintItem[] {
  const kinds = items.map(({ Constraint: { contype } }) => contype);
  if (kinds.includes('CONSTR_NULL') && kinds.includes('CONSTR_NOTNULL')) {
    throw new SqlError('syntax_error', 'conflicting NULL/NOT NULL constraints');
  }
  if (kinds.filter((kind) => kind === 'CONSTR_DEFAULT').length > 1) {
    throw new SqlError('syntax_error', 'multiple default expressions');
  }
  const isCheck = ({ Constraint: { contype } }: ConstraintItem): boolean =>
    contype === 'CONSTR_CHECK';
  return [...items.filter((item) => !isCheck(item)), ...items.filter(isCheck)];
}

const impossible: Readonly<Record<string, string>> = {
  CONSTR_UNIQUE: 'unique',
  CONSTR_PRIMARY: 'primary key',
  CONSTR_EXCLUSION: 'exclusion',
  CONSTR_FOREIGN: 'foreign key',
};

/** Errors: 42601, 42P17, 42710, 0A000 and those of the expression. */
function withRule(
  context: StatementContext,
  domain: DomainRecord,
  constraint: ConstraintItem['Constraint'],
): DomainRecord {
  const { contype = '', raw_expr: expr } = constraint;
  switch (contype) {
    case 'CONSTR_NULL':
      return domain;
    case 'CONSTR_NOTNULL':
      return { ...domain, notNull: true };
    case 'CONSTR_DEFAULT':
      return withDefault(context, domain, expr);
    case 'CONSTR_CHECK':
      return withCheck(context, domain, constraint);
    default: {
      const words = impossible[contype];
      if (words === undefined) {
        throw unsupported('this constraint of a domain');
      }
      throw new SqlError('syntax_error', `${words} constraints not possible for domains`);
    }
  }
}

/** Errors: those of the expression. */
function withDefault(
  { session }: StatementContext,
  { defaultSql: _before, ...domain }: DomainRecord,
  node: Node | undefined,
): DomainRecord {
  if (node === undefined) return domain;
  const { name, base } = domain;
  const options = session.plannerOptions({ positionOf: () => 0 });
  const column = { name, type: { name: base.name, typmod: base.typmod } };
  const text = defaultText(node, column, options);
  return text === undefined ? domain : { ...domain, defaultSql: text };
}

/** Errors: 42710, 42P17 and those of the condition. */
function withCheck(
  { session }: StatementContext,
  domain: DomainRecord,
  constraint: ConstraintItem['Constraint'],
): DomainRecord {
  const { conname, raw_expr: node } = constraint;
  if (constraint.is_no_inherit === true) {
    const message = 'check constraints for domains cannot be marked NO INHERIT';
    throw new SqlError('invalid_object_definition', message);
  }
  if (node === undefined) return domain;
  const taken = new Set(domain.checks.map(({ name }) => name));
  if (conname !== undefined && taken.has(conname)) {
    const message = `constraint "${conname}" for domain "${domain.name}" already exists`;
    throw new SqlError('duplicate_object', message);
  }
  const options = session.plannerOptions({ positionOf: () => 0 });
  const sql = withoutPlace(() => storedDomainCheck(node, options, domain.base));
  const check: StoredDomainCheck = {
    oid: session.transaction.forWriting().takeOid(),
    name: conname ?? chooseName([domain.name, ''], 'check', (name) => taken.has(name)),
    sql,
    ...(constraint.skip_validation === true ? { isUnchecked: true as const } : {}),
  };
  return { ...domain, checks: [...domain.checks, check] };
}

/** PostgreSQL points at nothing in a domain's condition. */
function withoutPlace<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SqlError) {
      const { position: _gone, ...fields } = error.fields;
      error.fields = fields;
    }
    throw error;
  }
}

export const alterDomain: Utility = {
  kind: 'AlterDomainStmt',
  writes: () => 'ALTER DOMAIN',
  async run(body, context) {
    const { session, out } = context;
    const domain = await domainNamed(session, qualifiedName(body['typeName']));
    const change: Change = {
      name: String(body['name'] ?? ''),
      isMissingOk: body['missing_ok'] === true,
      node: body['def'] as Node | undefined,
    };
    const altered = changes[String(body['subtype'])]?.(context, domain, change);
    if (altered === undefined) throw unsupported('this form of ALTER DOMAIN');
    session.transaction.forWriting().putRecord(altered);
    await checkDomainValues(session, domain, altered);
    out.commandComplete('ALTER DOMAIN');
    return 0;
  },
};

interface Change {
  /** Of a constraint. */
  readonly name: string;
  readonly isMissingOk: boolean;
  readonly node: Node | undefined;
}

type Apply = (context: StatementContext, domain: DomainRecord, change: Change) => DomainRecord;

/** By AlterDomainStmt.subtype. */
const changes: Readonly<Record<string, Apply>> = {
  T: (context, domain, { node }) => withDefault(context, domain, node),
  N: (_context, domain) => ({ ...domain, notNull: false }),
  O: (_context, domain) => ({ ...domain, notNull: true }),
  C: (context, domain, { node }) => {
    const { Constraint } = node as unknown as ConstraintItem;
    if (Constraint.contype === 'CONSTR_CHECK') return withCheck(context, domain, Constraint);
    return withRule(context, domain, Constraint);
  },
  X: withoutCheck,
  V: validated,
};

/** Errors: 42704. */
function withoutCheck(
  { out, session }: StatementContext,
  domain: DomainRecord,
  { name, isMissingOk }: Change,
): DomainRecord {
  const checks = domain.checks.filter((check) => check.name !== name);
  if (checks.length < domain.checks.length) return { ...domain, checks };
  const message = `constraint "${name}" of domain "${displayType(session, domain)}" does not exist`;
  if (!isMissingOk) throw new SqlError('undefined_object', message);
  out.notice(makeNotice('NOTICE', '00000', `${message}, skipping`));
  return domain;
}

/** Errors: 42704. */
function validated(
  { session }: StatementContext,
  domain: DomainRecord,
  { name }: Change,
): DomainRecord {
  if (!domain.checks.some((check) => check.name === name)) {
    const shown = displayType(session, domain);
    const message = `constraint "${name}" of domain "${shown}" does not exist`;
    throw new SqlError('undefined_object', message);
  }
  const checks = domain.checks.map((check) => {
    if (check.name !== name) return check;
    const { isUnchecked: _open, ...valid } = check;
    return valid;
  });
  return { ...domain, checks };
}

/** ALTER DOMAIN … RENAME CONSTRAINT. Errors: 42704, 42710. */
export async function renameDomainCheck(
  { session }: StatementContext,
  name: unknown,
  [before, after]: readonly [before: string, after: string],
): Promise<void> {
  const domain = await domainNamed(session, qualifiedName(name));
  const shown = displayType(session, domain);
  if (!domain.checks.some((check) => check.name === before)) {
    const message = `constraint "${before}" for domain ${shown} does not exist`;
    throw new SqlError('undefined_object', message);
  }
  if (domain.checks.some((check) => check.name === after)) {
    const message = `constraint "${after}" for domain ${shown} already exists`;
    throw new SqlError('duplicate_object', message);
  }
  const checks = domain.checks.map((check) =>
    check.name === before ? { ...check, name: after } : check,
  );
  session.transaction.forWriting().putRecord({ ...domain, checks });
}

/** COMMENT ON CONSTRAINT … ON DOMAIN. Errors: 42704. */
export async function commentDomainCheck(
  { session }: StatementContext,
  { type, name }: { readonly type: unknown; readonly name: string },
  text: string | undefined,
): Promise<void> {
  const domain = await domainNamed(session, qualifiedName(type));
  if (!domain.checks.some((check) => check.name === name)) {
    const shown = displayType(session, domain);
    const message = `constraint "${name}" for domain ${shown} does not exist`;
    throw new SqlError('undefined_object', message);
  }
  const checks = domain.checks.map((check) => {
    if (check.name !== name) return check;
    const { comment: _before, ...rest } = check;
    return text === undefined ? rest : { ...rest, comment: text };
  });
  session.transaction.forWriting().putRecord({ ...domain, checks });
}
