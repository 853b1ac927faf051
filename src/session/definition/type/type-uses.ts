/** What uses a type beside columns of it: expressions that cast to it, views, domains over it. */
import { isDomainRecord, keptCast, type UserTypeRecord } from '../../../catalog/type-records.ts';
import { conditionsOf, type PolicyRecord } from '../../../catalog/policy-records.ts';
import type { StoredView, TableDefinition } from '../../../catalog/table.ts';
import { userTypeOid } from '../../../types/user-type.ts';
import type { SqlSession } from '../../sql-session.ts';
import { userPolicies } from '../policy/table-policies.ts';
import { definedViews } from '../view/defined-views.ts';
import { unsupported } from '../../../errors/sql-error.ts';
import { hasWord, userTypes } from './user-types.ts';

/** An expression of a table or a domain: whose, and what is to be dropped with the type. */
export type Use =
  | { readonly kind: 'default'; readonly table: TableDefinition; readonly column: string }
  | { readonly kind: 'constraint'; readonly table: TableDefinition; readonly name: string }
  | { readonly kind: 'domain'; readonly type: UserTypeRecord };

/** Kept expressions that cast to the type. */
export function castsTo(session: SqlSession, type: UserTypeRecord): readonly Use[] {
  const cast = keptCast(type);
  const isNaming = (sql: string | undefined): boolean => sql?.includes(cast) === true;
  const { store } = session.environment;
  const ofTables = store
    .tables(session.transaction.storeTransaction)
    .flatMap(({ definition: table }): Use[] => [
      ...table.columns
        .filter(({ defaultSql }) => isNaming(defaultSql))
        .map(({ name }): Use => ({ kind: 'default', table, column: name })),
      ...table.constraints
        .filter(({ checkSql }) => isNaming(checkSql))
        .map(({ name }): Use => ({ kind: 'constraint', table, name })),
    ]);
  const ofDomains = userTypes(session).filter(
    (each) =>
      isDomainRecord(each) &&
      (isNaming(each.defaultSql) || each.checks.some(({ sql }) => isNaming(sql))),
  );
  return [...ofTables, ...ofDomains.map((each): Use => ({ kind: 'domain', type: each }))];
}

/** Whether it is the default of a column of the type. */
export function isDefaultOf(use: Use, { oid }: UserTypeRecord): boolean {
  if (use.kind !== 'default') return false;
  const column = use.table.columns.find(({ name }) => name === use.column);
  return column !== undefined && userTypeOid(column.type.name) === oid;
}

/** Views mean the fields that there were. Errors: 0A000. */
export function refuseTypeInViews(session: SqlSession, type: UserTypeRecord, what: string): void {
  const isNaming = ({ definition, sql }: StoredView): boolean => {
    return definition === undefined ? hasWord(sql, type.name) : definition.includes(keptCast(type));
  };
  if (definedViews(session).some(isNaming)) throw unsupported(`${what} that views name`);
  refuseTypeInPolicies(session, type, what);
}

/** Policies whose conditions cast to the type. */
export function policiesCasting(
  session: SqlSession,
  type: Pick<UserTypeRecord, 'schema' | 'name'>,
): readonly PolicyRecord[] {
  const cast = keptCast(type);
  return userPolicies(session).filter((policy) => {
    return conditionsOf(policy).some(({ sql }) => sql.includes(cast));
  });
}

/** Errors: 0A000. */
export function refuseTypeInPolicies(
  session: SqlSession,
  type: Pick<UserTypeRecord, 'schema' | 'name'>,
  what: string,
): void {
  if (policiesCasting(session, type).length > 0) throw unsupported(`${what} that policies name`);
}

/** Views that cast to the type; those that show columns of it depend on the columns. */
export function viewsNaming(session: SqlSession, type: UserTypeRecord): readonly StoredView[] {
  const cast = keptCast(type);
  return definedViews(session).filter(({ definition, sql }) => (definition ?? sql).includes(cast));
}
