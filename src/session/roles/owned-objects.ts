/** Everything of users that has an owner and may have an access list. */
import type { RoleRecord } from '../../catalog/access-records.ts';
import type { AccessObject } from '../../catalog/access-rights.ts';
import { largeObjectsOf } from '../../catalog/large-object-records.ts';
import { accessOf } from '../large-objects/large-object.ts';
import { schemaOid } from '../../catalog/system/object-ids.ts';
import { definedViews } from '../definition/view/defined-views.ts';
import type { DatabaseObject } from '../definition/dependents.ts';
import { userRoutines } from '../definition/routine/routine-lookup.ts';
import { userTypes } from '../definition/type/user-types.ts';
import type { SqlSession } from '../sql-session.ts';

export interface OwnedObject {
  readonly object: DatabaseObject;
  readonly oid: number;
  readonly access: AccessObject;
}

export function ownedObjects(session: SqlSession): readonly OwnedObject[] {
  const { environment, transaction, roles } = session;
  const { store } = environment;
  const writes = transaction.storeTransaction;
  const tables = store
    .tables(writes)
    .filter(({ definition }) => definition.materialized === undefined)
    .map(({ definition: table }): OwnedObject => {
      return { object: { kind: 'table', table }, oid: table.oid, access: roles.table(table) };
    });
  const views = definedViews(session).map((view): OwnedObject => {
    return { object: { kind: 'view', view }, oid: view.oid, access: roles.table(view) };
  });
  const sequences = store.sequences(writes).map(({ definition: sequence }): OwnedObject => {
    const access = roles.table({ ...sequence, noun: 'sequence' });
    return { object: { kind: 'sequence', sequence }, oid: sequence.oid, access };
  });
  const types = userTypes(session).map((type): OwnedObject => {
    return { object: { kind: 'type', type }, oid: type.oid, access: roles.type(type) };
  });
  const routines = userRoutines(session).map((routine): OwnedObject => {
    const access = roles.routine(routine);
    return { object: { kind: 'routine', routine }, oid: routine.oid, access };
  });
  const schemas = store.schemas(writes).map((name): OwnedObject => {
    return { object: { kind: 'schema', name }, oid: schemaOid(name), access: roles.schema(name) };
  });
  const largeObjects = largeObjectsOf(store.records(writes)).map((record): OwnedObject => {
    const { oid } = record;
    return { object: { kind: 'largeObject', oid }, oid, access: accessOf(record) };
  });
  return [...tables, ...views, ...sequences, ...types, ...routines, ...schemas, ...largeObjects];
}

/** Another owner, the role's access left as it is. Schemas are given by another function. */
export function setOwner(session: SqlSession, object: DatabaseObject, to: RoleRecord): void {
  const owner = to.name;
  const writes = session.transaction.forWriting();
  switch (object.kind) {
    case 'table':
      writes.alterTable({ ...object.table, owner });
      return;
    case 'view':
      if (object.view.isMaterialized !== true) writes.alterView({ ...object.view, owner });
      else setMaterializedOwner(session, object.view.oid, owner);
      return;
    case 'sequence':
      writes.alterSequence({ ...object.sequence, owner });
      return;
    case 'type':
      writes.putRecord({ ...object.type, owner });
      return;
    case 'routine':
      writes.putRecord({ ...object.routine, owner });
      return;
    case 'largeObject': {
      const { oid } = object;
      writes.putRecord({ kind: 'largeobject', key: String(oid), oid, owner: to.oid });
      return;
    }
    default:
      return;
  }
}

function setMaterializedOwner(session: SqlSession, oid: number, owner: string): void {
  const writes = session.transaction.forWriting();
  const definition = session.environment.store.tableByOid(oid, writes)?.definition;
  if (definition !== undefined) writes.alterTable({ ...definition, owner });
}
