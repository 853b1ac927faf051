/** What depends on a user's function, and functions that depend on something else. */
import { policiesAs } from '../policy/policy-objects.ts';
import { policiesNaming } from '../policy/table-policies.ts';
import type { RoutineRecord } from '../../../catalog/routine-records.ts';
import { commentKey, catalogOids } from '../../../catalog/comment-records.ts';
import { isDomainRecord } from '../../../catalog/type-records.ts';
import type { TableDefinition } from '../../../catalog/table.ts';
import { SqlError } from '../../../errors/sql-error.ts';
import { expressionOf } from '../../../plan/binder/write/assignments.ts';
import { bindRowExpression } from '../../../plan/binder/bind-statement.ts';
import { qualifiedName } from '../../../types/user-type.ts';
import type { SqlSession } from '../../sql-session.ts';
import { definedViews } from '../view/defined-views.ts';
import type { DatabaseObject } from '../dependents.ts';
import { userTypes } from '../type/user-types.ts';
import { userRoutines } from './routine-lookup.ts';

/** Views, expressions and other functions that name it. */
export function usersOf(session: SqlSession, routine: RoutineRecord): readonly DatabaseObject[] {
  const { oid } = routine;
  const views = definedViews(session)
    .filter(({ uses }) => uses?.includes(oid) === true)
    .map((view): DatabaseObject => ({ kind: 'view', view }));
  const routines = userRoutines(session)
    .filter(({ uses }) => uses?.includes(oid) === true)
    .map((each): DatabaseObject => ({ kind: 'routine', routine: each }));
  const policies = policiesAs(session, policiesNaming(session, oid));
  return [...expressionsNaming(session, routine), ...views, ...policies, ...routines];
}

/** Defaults, conditions and domains. */
function expressionsNaming(session: SqlSession, routine: RoutineRecord): readonly DatabaseObject[] {
  const { store } = session.environment;
  const tables = store.tables(session.transaction.storeTransaction);
  const ofTables = tables.flatMap(({ definition: table }): DatabaseObject[] => [
    ...table.columns
      .filter(({ defaultSql }) => isNaming(session, routine, { sql: defaultSql, table }))
      .map(({ name }): DatabaseObject => ({ kind: 'default', table, column: name })),
    ...table.constraints
      .filter(({ checkSql }) => isNaming(session, routine, { sql: checkSql, table }))
      .map(({ name }): DatabaseObject => ({ kind: 'constraint', table, name })),
  ]);
  const ofDomains = userTypes(session).flatMap((type): DatabaseObject[] => {
    if (!isDomainRecord(type)) return [];
    const all = [type.defaultSql, ...type.checks.map(({ sql }) => sql)];
    const text = keptCall(routine);
    return all.some((sql) => sql?.includes(text)) ? [{ kind: 'type', type }] : [];
  });
  return [...ofTables, ...ofDomains];
}

interface Kept {
  readonly sql: string | undefined;
  readonly table: TableDefinition;
}

/** Whether the text calls this function, not one that shares its name. */
function isNaming(session: SqlSession, routine: RoutineRecord, { sql, table }: Kept): boolean {
  if (sql?.includes(keptCall(routine)) !== true) return false;
  const same = userRoutines(session).filter(({ schema, name }) => {
    return schema === routine.schema && name === routine.name;
  });
  if (same.length === 1) return true;
  const options = session.plannerOptions({ positionOf: () => 0 });
  const catalog = session.catalog();
  try {
    bindRowExpression(expressionOf(sql), { ...options, catalog }, table);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return true;
  }
  return catalog.namedRoutines.has(routine.oid);
}

/** `"schema"."name"(`: a call in SQL that is kept. */
export function keptCall({ schema, name }: Pick<RoutineRecord, 'schema' | 'name'>): string {
  return `${qualifiedName(schema, name)}(`;
}

/** Functions with a parameter or a result of the type, or of arrays over it. */
export function routinesOverType(
  session: SqlSession,
  oids: readonly number[],
): readonly RoutineRecord[] {
  return userRoutines(session).filter((routine) => {
    const types = [routine.result, ...routine.parameters.map(({ type }) => type)];
    return types.some((oid) => oids.includes(oid));
  });
}

/** Functions whose text was bound to a relation. */
export function routinesNaming(session: SqlSession, oid: number): readonly RoutineRecord[] {
  return userRoutines(session).filter(({ uses }) => uses?.includes(oid) === true);
}

/** The routine with its comment and its privileges. */
export function dropRoutine(session: SqlSession, { oid, key }: RoutineRecord): void {
  const transaction = session.transaction.forWriting();
  transaction.dropRecord({ kind: 'routine', key });
  const comment = { catalog: catalogOids.function, oid, column: 0 };
  transaction.dropRecord({ kind: 'comment', key: commentKey(comment) });
}
