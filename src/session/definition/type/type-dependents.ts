/** What depends on a type: columns, attributes, domains over it, and texts that cast to it. */
import type { UserTypeRecord } from '../../../catalog/type-records.ts';
import type { SqlSession } from '../../sql-session.ts';
import { policiesAs } from '../policy/policy-objects.ts';
import type { DatabaseObject } from '../dependents.ts';
import { castsTo, policiesCasting, viewsNaming } from './type-uses.ts';
import { columnsOver, compositesOver, domainsOver, isOver } from './user-types.ts';

/** Attributes of composite types that are of it, or of arrays over it. */
export function attributesOf(
  session: SqlSession,
  { oid }: UserTypeRecord,
  isOfArrays: boolean,
): readonly DatabaseObject[] {
  return compositesOver(session, oid).flatMap((type) =>
    type.attributes
      .filter(
        ({ type }) =>
          isOver(type, oid) &&
          (type.domain === undefined && type.name.startsWith('_')) === isOfArrays,
      )
      .map(({ name }): DatabaseObject => ({ kind: 'attribute', type, name })),
  );
}

/** Domains over a type, views, and expressions that cast to it. */
export function usesOf(session: SqlSession, type: UserTypeRecord): readonly DatabaseObject[] {
  const domains = domainsOver(session, type.oid).map((each): DatabaseObject => {
    return { kind: 'type', type: each };
  });
  const views = viewsNaming(session, type).map((view): DatabaseObject => ({ kind: 'view', view }));
  const casts = castsTo(session, type).map((use): DatabaseObject => {
    return use.kind === 'domain' ? { kind: 'type', type: use.type } : use;
  });
  const policies = policiesAs(session, policiesCasting(session, type));
  return [...domains, ...casts, ...views, ...policies];
}

/** Columns of tables in the same way. */
export function columnsOf(
  session: SqlSession,
  type: UserTypeRecord,
  isOfArrays: boolean,
): readonly DatabaseObject[] {
  return columnsOver(session, type.oid).flatMap(({ table, columns }) =>
    columns
      .filter((column) => {
        const { name, domain } = table.columns.find((each) => each.name === column)?.type ?? {};
        return (name?.startsWith('_') === true && domain === undefined) === isOfArrays;
      })
      .map((column): DatabaseObject => ({ kind: 'column', table, column })),
  );
}
