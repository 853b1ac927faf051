/**
 * What depends on what: views on the relations in their text, defaults on sequences, everything
 * in a schema on it. DROP refuses, or with CASCADE takes the dependents along.
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { SequenceDefinition, StoredView, TableDefinition } from '../../catalog/table.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import type { SqlSession } from '../sql-session.ts';
import type { CastDefinition } from '../../catalog/cast-records.ts';
import type { RoutineRecord } from '../../catalog/routine-records.ts';
import {
  isCompositeRecord,
  type CompositeRecord,
  type UserTypeRecord,
} from '../../catalog/type-records.ts';
import { rowTypeRecord } from '../../catalog/system/row-types.ts';
import type { PolicyRecord } from '../../catalog/policy-records.ts';
import type { TriggerRecord } from '../../catalog/trigger-records.ts';
import { catalogOids } from '../../catalog/comment-records.ts';
import { schemaOid } from '../../catalog/system/object-ids.ts';
import { foreignKeysTo } from '../write/references/foreign-key.ts';
import { dropLargeObject } from '../large-objects/large-object.ts';
import { definedViews, viewNoun } from './view/defined-views.ts';
import { putComment } from './comment-object.ts';
import { dropAttribute } from './type/composite-type.ts';
import { viewsOverColumn, viewsOverKey } from './view/dependent-views.ts';
import { dropColumnOf } from './new-rows.ts';
import { partitionsOf } from './partition/partition-lookup.ts';
import { describeCast, userCasts } from './routine/create-cast.ts';
import {
  dropRoutine,
  routinesNaming,
  routinesOverType,
  usersOf,
} from './routine/routine-dependents.ts';
import { describeRoutine, userRoutines } from './routine/routine-lookup.ts';
import {
  dropTrigger,
  dropTriggersOf,
  triggersOverColumn,
  userTriggers,
} from './trigger/table-triggers.ts';
import {
  dropPoliciesOf,
  dropPolicy,
  policiesNaming,
  policiesOverColumn,
} from './policy/table-policies.ts';
import { policiesAs } from './policy/policy-objects.ts';
import { attributesOf, columnsOf, usesOf } from './type/type-dependents.ts';
import { displayType, userTypes } from './type/user-types.ts';
import { displayRelation } from './relation-names.ts';

export type DatabaseObject =
  | { readonly kind: 'table'; readonly table: TableDefinition }
  | { readonly kind: 'view'; readonly view: StoredView }
  | { readonly kind: 'sequence'; readonly sequence: SequenceDefinition }
  | { readonly kind: 'default'; readonly table: TableDefinition; readonly column: string }
  | { readonly kind: 'constraint'; readonly table: TableDefinition; readonly name: string }
  | { readonly kind: 'column'; readonly table: TableDefinition; readonly column: string }
  | { readonly kind: 'type'; readonly type: UserTypeRecord }
  | { readonly kind: 'attribute'; readonly type: CompositeRecord; readonly name: string }
  /** Goes with the type: nobody is told of it. */
  | { readonly kind: 'arrayType'; readonly type: UserTypeRecord }
  /** The type of a relation's rows, in the same way. */
  | { readonly kind: 'rowType'; readonly type: CompositeRecord }
  | { readonly kind: 'routine'; readonly routine: RoutineRecord }
  | { readonly kind: 'cast'; readonly cast: CastDefinition }
  | { readonly kind: 'trigger'; readonly trigger: TriggerRecord; readonly table: TableDefinition }
  | { readonly kind: 'policy'; readonly policy: PolicyRecord; readonly table: TableDefinition }
  | { readonly kind: 'largeObject'; readonly oid: number }
  | { readonly kind: 'schema'; readonly name: string };

export interface Dependent {
  readonly object: DatabaseObject;
  /** What it depends on. */
  readonly on: string;
}

export function keyOf(object: DatabaseObject): string {
  switch (object.kind) {
    case 'table':
      return `relation ${object.table.oid}`;
    case 'view':
      return `relation ${object.view.oid}`;
    case 'sequence':
      return `relation ${object.sequence.oid}`;
    case 'default':
      return `default ${object.table.oid} ${object.column}`;
    case 'constraint':
      return `constraint ${object.table.oid} ${object.name}`;
    case 'column':
      return `column ${object.table.oid} ${object.column}`;
    case 'type':
    case 'rowType':
      return `type ${object.type.oid}`;
    case 'attribute':
      return `attribute ${object.type.oid} ${object.name}`;
    case 'arrayType':
      return `type ${object.type.arrayOid}`;
    case 'cast':
      return `cast ${object.cast.key}`;
    case 'trigger':
      return `trigger ${object.trigger.oid}`;
    case 'policy':
      return `policy ${object.policy.oid}`;
    case 'routine':
      return `routine ${object.routine.oid}`;
    case 'largeObject':
      return `large object ${object.oid}`;
    case 'schema':
      return `schema ${object.name}`;
  }
}

export function describe(session: SqlSession, object: DatabaseObject): string {
  switch (object.kind) {
    case 'table':
      return `table ${displayRelation(session, object.table)}`;
    case 'view':
      return `${viewNoun(object.view)} ${displayRelation(session, object.view)}`;
    case 'sequence':
      return `sequence ${displayRelation(session, object.sequence)}`;
    case 'default': {
      const table = displayRelation(session, object.table);
      return `default value for column ${object.column} of table ${table}`;
    }
    case 'constraint':
      return `constraint ${object.name} on table ${displayRelation(session, object.table)}`;
    case 'column':
      return `column ${object.column} of table ${displayRelation(session, object.table)}`;
    case 'type':
    case 'rowType':
      return `type ${displayType(session, object.type)}`;
    case 'attribute':
      return `column ${object.name} of composite type ${displayType(session, object.type)}`;
    case 'arrayType':
      return `type ${displayType(session, object.type)}[]`;
    case 'cast':
      return describeCast(session, object.cast);
    case 'trigger':
      return `trigger ${object.trigger.name} on table ${displayRelation(session, object.table)}`;
    case 'policy':
      return `policy ${object.policy.name} on table ${displayRelation(session, object.table)}`;
    case 'routine':
      return describeRoutine(session, object.routine);
    case 'largeObject':
      return `large object ${object.oid}`;
    case 'schema':
      return `schema ${object.name}`;
  }
}

/**
 * What depends on the objects, directly or through others; objects' own parts left out. In
 * PostgreSQL's order (findDependentObjects): the newest are looked at first, and told last.
 */
export function dependentsOf(
  session: SqlSession,
  objects: readonly DatabaseObject[],
): readonly Dependent[] {
  const found: Dependent[] = [];
  const known = new Set(objects.flatMap((object) => [keyOf(object), ...ownParts(object)]));
  const visit = (object: DatabaseObject): void => {
    const on = describe(session, object);
    const direct = directDependents(session, object);
    for (const dependent of direct.toSorted((a, b) => oidOf(b) - oidOf(a))) {
      if (known.has(keyOf(dependent))) continue;
      known.add(keyOf(dependent));
      for (const part of ownParts(dependent)) known.add(part);
      visit(dependent);
      if (dependent.kind === 'arrayType' || dependent.kind === 'rowType') continue;
      found.push({ object: dependent, on });
    }
  };
  for (const object of objects) visit(object);
  const wholes = new Set([...objects, ...found.map(({ object }) => object)].map(keyOf));
  return found
    .filter(({ object }) => !wholesOf(object).some((whole) => wholes.has(whole)))
    .toReversed();
}

/** Keys of what an object is a part of: who goes as a whole takes its parts along untold. */
function wholesOf(object: DatabaseObject): readonly string[] {
  switch (object.kind) {
    case 'table': {
      const parent = object.table.partitionOf?.parent;
      return parent === undefined ? [] : [`relation ${parent}`];
    }
    case 'default':
      return [`relation ${object.table.oid}`, `column ${object.table.oid} ${object.column}`];
    case 'constraint':
    case 'column':
    case 'policy':
    case 'trigger':
      return [`relation ${object.table.oid}`];
    case 'attribute':
      return [`type ${object.type.oid}`];
    default:
      return [];
  }
}

/** Sequences that go with a table's columns. */
function ownParts(object: DatabaseObject): readonly string[] {
  if (object.kind !== 'table') return [];
  const { oid, columns, constraints } = object.table;
  return [
    ...columns.flatMap(({ owns = [] }) => owns.map((sequence) => `relation ${sequence}`)),
    ...constraints.map(({ name }) => `constraint ${oid} ${name}`),
  ];
}

function directDependents(session: SqlSession, object: DatabaseObject): readonly DatabaseObject[] {
  switch (object.kind) {
    case 'table':
      return [
        ...viewsOver(session, object.table.oid),
        ...policiesAs(session, policiesNaming(session, object.table.oid)),
        ...routinesAs(routinesNaming(session, object.table.oid)),
        { kind: 'rowType', type: rowTypeRecord(object.table) },
        ...partitionsOf(session, object.table).map((table): DatabaseObject => {
          return { kind: 'table', table };
        }),
        ...foreignKeysTo(session, object.table.oid).map(({ table, name }): DatabaseObject => {
          return { kind: 'constraint', table, name };
        }),
      ];
    case 'view':
      return [
        ...viewsOver(session, object.view.oid),
        ...policiesAs(session, policiesNaming(session, object.view.oid)),
        ...routinesAs(routinesNaming(session, object.view.oid)),
        { kind: 'rowType', type: rowTypeRecord({ columns: [], ...object.view }) },
      ];
    case 'sequence':
      return [
        ...defaultsOver(session, object.sequence.oid),
        ...viewsOver(session, object.sequence.oid),
      ];
    case 'constraint':
      return viewsAs(viewsOverKey(session, object.table, object.name));
    case 'default':
    case 'attribute':
    case 'cast':
    case 'policy':
    case 'trigger':
    case 'largeObject':
      return [];
    case 'column':
      return [
        ...viewsAs(viewsOverColumn(session, object.table, object.column)),
        ...triggersOverColumn(session, object.table.oid, object.column).map(
          (trigger): DatabaseObject => ({ kind: 'trigger', trigger, table: object.table }),
        ),
        ...policiesAs(session, policiesOverColumn(session, object.table.oid, object.column)),
      ];
    case 'type':
    case 'rowType':
      return [
        ...columnsOf(session, object.type, false),
        ...attributesOf(session, object.type, false),
        ...usesOf(session, object.type),
        ...routinesAs(routinesOverType(session, [object.type.oid])),
        ...castsOver(session, [object.type.oid, object.type.arrayOid]),
        { kind: 'arrayType', type: object.type },
      ];
    case 'arrayType':
      return [
        ...columnsOf(session, object.type, true),
        ...attributesOf(session, object.type, true),
        ...routinesAs(routinesOverType(session, [object.type.arrayOid])),
      ];
    case 'routine':
      return [
        ...usersOf(session, object.routine),
        ...castsOver(session, [object.routine.oid]),
        ...triggersBy(session, object.routine.oid),
      ];
    case 'schema':
      return contentsOf(session, object.name);
  }
}

function routinesAs(routines: readonly RoutineRecord[]): readonly DatabaseObject[] {
  return routines.map((routine) => ({ kind: 'routine', routine }));
}

/** Casts between the types, or by the function. */
function castsOver(session: SqlSession, oids: readonly number[]): readonly DatabaseObject[] {
  return userCasts(session)
    .filter(({ source, target, routine = 0 }) => {
      return [source, target, routine].some((oid) => oids.includes(oid));
    })
    .map((cast) => ({ kind: 'cast', cast }));
}

function triggersBy(session: SqlSession, routine: number): readonly DatabaseObject[] {
  const { store } = session.environment;
  const transaction = session.transaction.storeTransaction;
  return userTriggers(session)
    .filter((trigger) => trigger.routine === routine)
    .flatMap((trigger): readonly DatabaseObject[] => {
      const table = store.tableByOid(trigger.table, transaction)?.definition;
      return table === undefined ? [] : [{ kind: 'trigger', trigger, table }];
    });
}

function viewsOver(session: SqlSession, oid: number): readonly DatabaseObject[] {
  return viewsAs(definedViews(session).filter(({ uses }) => uses?.includes(oid) === true));
}

function viewsAs(views: readonly StoredView[]): readonly DatabaseObject[] {
  return views.map((view) => ({ kind: 'view', view }));
}

function defaultsOver(session: SqlSession, oid: number): readonly DatabaseObject[] {
  const tables = session.environment.store.tables(session.transaction.storeTransaction);
  return tables.flatMap(({ definition: table }) =>
    table.columns
      .filter(({ defaultSql }) => defaultSql?.includes(`'${oid}'::regclass`) === true)
      .map(({ name }): DatabaseObject => ({ kind: 'default', table, column: name })),
  );
}

export function contentsOf(session: SqlSession, schema: string): readonly DatabaseObject[] {
  const { store } = session.environment;
  const transaction = session.transaction.storeTransaction;
  const tables = store
    .tables(transaction)
    .filter(({ definition }) => definition.materialized === undefined)
    .map(({ definition: table }): DatabaseObject => ({ kind: 'table', table }));
  const views = definedViews(session).map((view): DatabaseObject => ({ kind: 'view', view }));
  const sequences = store.sequences(transaction).map(({ definition }): DatabaseObject => {
    return { kind: 'sequence', sequence: definition };
  });
  const types = userTypes(session).map((type): DatabaseObject => ({ kind: 'type', type }));
  const all = [...tables, ...views, ...sequences, ...types, ...routinesAs(userRoutines(session))];
  return all
    .filter((object) => schemaOf(object) === schema)
    .toSorted((a, b) => oidOf(a) - oidOf(b));
}

function schemaOf(object: DatabaseObject): string | undefined {
  if (object.kind === 'table') return object.table.schema;
  if (object.kind === 'view') return object.view.schema;
  if (object.kind === 'type') return object.type.schema;
  if (object.kind === 'routine') return object.routine.schema;
  return object.kind === 'sequence' ? object.sequence.schema : undefined;
}

function oidOf(object: DatabaseObject): number {
  if (object.kind === 'table') return object.table.oid;
  if (object.kind === 'view') return object.view.oid;
  if (object.kind === 'type' || object.kind === 'attribute') return object.type.oid;
  if (object.kind === 'largeObject') return object.oid;
  if (object.kind === 'cast') return object.cast.oid;
  if (object.kind === 'trigger') return object.trigger.oid;
  if (object.kind === 'policy') return object.policy.oid;
  if (object.kind === 'routine') return object.routine.oid;
  if (object.kind === 'rowType') return object.type.relationOid + 0.2;
  if (object.kind === 'arrayType') {
    return isCompositeRecord(object.type) ? object.type.relationOid + 0.1 : object.type.arrayOid;
  }
  if (object.kind === 'column') return object.table.oid;
  // Both are younger than their table.
  if (object.kind === 'default') return object.table.oid + 0.25;
  if (object.kind === 'constraint') return object.table.oid + 0.5;
  return object.kind === 'sequence' ? object.sequence.oid : 0;
}

/** PostgreSQL's name for several objects. */
export const desiredObjects = 'desired object(s)';

/** PostgreSQL lists so many in a message. */
const listedMax = 100;

export interface Dropping {
  /** `table t`, or what stands for several objects. */
  readonly subject: string;
  readonly dependents: readonly Dependent[];
  readonly cascades: boolean;
  /** Those that are named, and dropped by who asks. */
  readonly leaves?: (dependent: Dependent) => boolean;
}

/** Drops the dependents and says so, or refuses. Errors: 2BP01. */
export async function dropDependents(context: StatementContext, dropping: Dropping): Promise<void> {
  const { session, out } = context;
  const { subject, dependents, cascades, leaves } = dropping;
  if (dependents.length === 0) return;
  const names = dependents.map(({ object }) => describe(session, object));
  if (!cascades) {
    const lines = dependents.map(({ on }, index) => `${names[index]} depends on ${on}`);
    const object = subject === desiredObjects ? 'them' : 'it';
    const message = `cannot drop ${subject} because other objects depend on ${object}`;
    throw new SqlError('dependent_objects_still_exist', message, {
      detail: shortened(lines, 'other object').join('\n'),
      hint: 'Use DROP ... CASCADE to drop the dependent objects too.',
    });
  }
  const lines = names.map((name) => `drop cascades to ${name}`);
  const [only = ''] = lines;
  const notice =
    lines.length === 1
      ? makeNotice('NOTICE', '00000', only)
      : makeNotice('NOTICE', '00000', `drop cascades to ${lines.length} other objects`, {
          detail: shortened(lines, 'other object').join('\n'),
        });
  out.notice(notice);
  for (const dependent of dependents) {
    if (leaves?.(dependent) !== true) await dropObject(context, dependent.object);
  }
}

/** Errors and notices tell of so many. */
export function shortened(lines: readonly string[], what: string): readonly string[] {
  const more = lines.length - listedMax;
  if (more <= 0) return lines;
  return [
    ...lines.slice(0, listedMax),
    `and ${more} ${what}${more === 1 ? '' : 's'} (see server log for list)`,
  ];
}

export async function dropObject(context: StatementContext, object: DatabaseObject): Promise<void> {
  const { session } = context;
  const transaction = session.transaction.forWriting();
  const { store } = session.environment;
  switch (object.kind) {
    case 'table': {
      if (store.tableByOid(object.table.oid, transaction) === undefined) return;
      for (const table of partitionsOf(session, object.table)) {
        await dropObject(context, { kind: 'table', table });
      }
      const owned = object.table.columns.flatMap(({ owns = [] }) => owns);
      dropTriggersOf(session, object.table.oid);
      dropPoliciesOf(session, object.table.oid);
      transaction.dropTable(object.table.oid);
      for (const oid of owned) transaction.dropSequence(oid);
      return;
    }
    case 'view':
      if (object.view.isMaterialized === true) transaction.dropTable(object.view.oid);
      else transaction.dropView(object.view.oid);
      return;
    case 'sequence':
      transaction.dropSequence(object.sequence.oid);
      return;
    case 'default': {
      const table = store.tableByOid(object.table.oid, transaction)?.definition;
      if (table === undefined) return;
      const columns = table.columns.map((column) => {
        if (column.name !== object.column) return column;
        const { defaultSql: _gone, ...rest } = column;
        return rest;
      });
      transaction.alterTable({ ...table, columns });
      return;
    }
    case 'constraint': {
      const table = store.tableByOid(object.table.oid, transaction)?.definition;
      if (table === undefined) return;
      const constraints = table.constraints.filter(({ name }) => name !== object.name);
      transaction.alterTable({ ...table, constraints });
      return;
    }
    case 'column':
      return dropColumnOf(context, object.table, object.column);
    case 'arrayType':
    case 'rowType':
      return;
    case 'attribute':
      return dropAttribute(context, object.type, object.name);
    case 'type':
      transaction.dropRecord({ kind: 'type', key: object.type.key });
      return;
    case 'cast':
      transaction.dropRecord({ kind: 'cast', key: object.cast.key });
      return;
    case 'trigger':
      return dropTrigger(session, object.trigger);
    case 'policy':
      return dropPolicy(session, object.policy);
    case 'routine':
      return dropRoutine(session, object.routine);
    case 'largeObject':
      return dropLargeObject(session, object.oid);
    case 'schema':
      dropSchema(session, object.name);
  }
}

/** An empty schema, and the comment that it came with. */
export function dropSchema(session: SqlSession, name: string): void {
  session.transaction.forWriting().dropSchema(name);
  const object = { catalog: catalogOids.schema, oid: schemaOid(name), column: 0 };
  putComment(session, object, undefined);
}
