/** What keeps a role from being dropped: what it owns, and lists that name it. */
import type { RoleRecord } from '../../catalog/access-records.ts';
import { describeRoutine, userRoutines } from '../definition/routine/routine-lookup.ts';
import type { SqlSession } from '../sql-session.ts';

/** As DROP ROLE lists them: `owner of table t`. */
export function dependentsOf(session: SqlSession, { oid, name }: RoleRecord): readonly string[] {
  const { environment, transaction, roles } = session;
  const writes = transaction.storeTransaction;
  const tables = environment.store.tables(writes).map(({ definition }) => definition);
  const views = environment.store.views(writes);
  const relations = [
    ...tables.map((table) => {
      return { ...table, noun: table.materialized === undefined ? 'table' : 'materialized view' };
    }),
    ...views.map((view) => ({ ...view, noun: 'view' })),
  ];
  const owned = relations
    .filter(({ owner }) => owner === name)
    .map((relation) => `owner of ${relation.noun} ${relation.name}`);
  const routines = userRoutines(session);
  const ownedRoutines = routines
    .filter(({ owner }) => owner === name)
    .map((routine) => `owner of ${describeRoutine(session, routine)}`);
  const schemas = roles.rights.schemasOwnedBy(oid).map((schema) => `owner of schema ${schema}`);
  const lists = roles.rights.listsNaming(oid).filter(({ owner }) => owner !== oid);
  const listed = lists.map(({ key }) => {
    const [kind, id = ''] = splitKey(key);
    const routine = routines.find((each) => kind === 'function' && String(each.oid) === id);
    if (routine !== undefined) return `privileges for ${describeRoutine(session, routine)}`;
    const relation = relations.find((each) => String(each.oid) === id);
    return relation === undefined || kind === 'schema' || kind === 'database'
      ? `privileges for ${kind} ${id}`
      : `privileges for ${relation.noun} ${relation.name}`;
  });
  const columns = roles.rights.columnsNaming(oid).map(([key, column]) => {
    const [, id] = splitKey(key);
    const relation = relations.find((each) => String(each.oid) === id);
    return `privileges for column ${column} of ${relation?.noun} ${relation?.name}`;
  });
  return [...owned, ...ownedRoutines, ...schemas, ...listed, ...columns];
}

function splitKey(key: string): readonly [kind: string, id: string] {
  const space = key.indexOf(' ');
  return [key.slice(0, space), key.slice(space + 1)];
}
