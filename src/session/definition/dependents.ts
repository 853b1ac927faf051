/**
 * What depends on what: views on the relations in their text, defaults on sequences, everything
 * in a schema on it. DROP refuses, or with CASCADE takes the dependents along.
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { SequenceDefinition, StoredView, TableDefinition } from '../../catalog/table.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import type { SqlSession } from '../sql-session.ts';
import { displayRelation } from './relation-names.ts';

export type DatabaseObject =
  | { readonly kind: 'table'; readonly table: TableDefinition }
  | { readonly kind: 'view'; readonly view: StoredView }
  | { readonly kind: 'sequence'; readonly sequence: SequenceDefinition }
  | { readonly kind: 'default'; readonly table: TableDefinition; readonly column: string }
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
    case 'schema':
      return `schema ${object.name}`;
  }
}

export function describe(session: SqlSession, object: DatabaseObject): string {
  switch (object.kind) {
    case 'table':
      return `table ${displayRelation(session, object.table)}`;
    case 'view':
      return `view ${displayRelation(session, object.view)}`;
    case 'sequence':
      return `sequence ${displayRelation(session, object.sequence)}`;
    case 'default': {
      const table = displayRelation(session, object.table);
      return `default value for column ${object.column} of table ${table}`;
    }
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
      found.push({ object: dependent, on });
    }
  };
  for (const object of objects) visit(object);
  return found.toReversed();
}

/** Sequences that go with a table's columns. */
function ownParts(object: DatabaseObject): readonly string[] {
  if (object.kind !== 'table') return [];
  return object.table.columns.flatMap(({ owns = [] }) => owns.map((oid) => `relation ${oid}`));
}

function directDependents(session: SqlSession, object: DatabaseObject): readonly DatabaseObject[] {
  switch (object.kind) {
    case 'table':
      return viewsOver(session, object.table.oid);
    case 'view':
      return viewsOver(session, object.view.oid);
    case 'sequence':
      return [
        ...defaultsOver(session, object.sequence.oid),
        ...viewsOver(session, object.sequence.oid),
      ];
    case 'default':
      return [];
    case 'schema':
      return contentsOf(session, object.name);
  }
}

function viewsOver(session: SqlSession, oid: number): readonly DatabaseObject[] {
  const views = session.environment.store.views(session.transaction.storeTransaction);
  return views
    .filter(({ uses }) => uses?.includes(oid) === true)
    .map((view) => ({ kind: 'view', view }));
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
  const tables = store.tables(transaction).map(({ definition: table }): DatabaseObject => {
    return { kind: 'table', table };
  });
  const views = store.views(transaction).map((view): DatabaseObject => ({ kind: 'view', view }));
  const sequences = store.sequences(transaction).map(({ definition }): DatabaseObject => {
    return { kind: 'sequence', sequence: definition };
  });
  const all = [...tables, ...views, ...sequences];
  return all
    .filter((object) => schemaOf(object) === schema)
    .toSorted((a, b) => oidOf(a) - oidOf(b));
}

function schemaOf(object: DatabaseObject): string | undefined {
  if (object.kind === 'table') return object.table.schema;
  if (object.kind === 'view') return object.view.schema;
  return object.kind === 'sequence' ? object.sequence.schema : undefined;
}

function oidOf(object: DatabaseObject): number {
  if (object.kind === 'table') return object.table.oid;
  if (object.kind === 'view') return object.view.oid;
  return object.kind === 'sequence' ? object.sequence.oid : 0;
}

/** PostgreSQL lists so many in a message. */
const listedMax = 100;

export interface Dropping {
  /** `table t`, or what stands for several objects. */
  readonly subject: string;
  readonly dependents: readonly Dependent[];
  readonly cascades: boolean;
}

/** Drops the dependents and says so, or refuses. Errors: 2BP01. */
export function dropDependents(context: StatementContext, dropping: Dropping): void {
  const { session, out } = context;
  const { subject, dependents, cascades } = dropping;
  if (dependents.length === 0) return;
  const names = dependents.map(({ object }) => describe(session, object));
  if (!cascades) {
    const lines = dependents.map(({ on }, index) => `${names[index]} depends on ${on}`);
    const message = `cannot drop ${subject} because other objects depend on it`;
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
  for (const { object } of dependents) dropObject(session, object);
}

function shortened(lines: readonly string[], what: string): readonly string[] {
  const more = lines.length - listedMax;
  if (more <= 0) return lines;
  return [
    ...lines.slice(0, listedMax),
    `and ${more} ${what}${more === 1 ? '' : 's'} (see server log for list)`,
  ];
}

export function dropObject(session: SqlSession, object: DatabaseObject): void {
  const transaction = session.transaction.forWriting();
  const { store } = session.environment;
  switch (object.kind) {
    case 'table': {
      const owned = object.table.columns.flatMap(({ owns = [] }) => owns);
      transaction.dropTable(object.table.oid);
      for (const oid of owned) transaction.dropSequence(oid);
      return;
    }
    case 'view':
      transaction.dropView(object.view.oid);
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
    case 'schema':
      transaction.dropSchema(object.name);
  }
}
