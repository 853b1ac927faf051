/** RENAME TO, RENAME COLUMN, RENAME CONSTRAINT, SET SCHEMA. */
import { renameRole } from '../utility/rename-role.ts';
import { defaultAccessKey } from '../../catalog/default-access.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { accessKey, isOpenSchema } from '../../catalog/access-rights.ts';
import { catalogOids, commentKey } from '../../catalog/comment-records.ts';
import { schemaOid } from '../../catalog/system/object-ids.ts';
import { fixedComment } from '../../catalog/system/rows/descriptions.ts';
import { isKey, type StoredView, type TableDefinition } from '../../catalog/table.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import type { SqlSession } from '../sql-session.ts';
import type { RelationLock, Utility, UtilityBody } from '../utility/utility.ts';
import { viewShapes } from './dependent-views.ts';
import { viewColumns } from '../facts/session-state.ts';
import { putComment } from './comment-object.ts';
import { renameAttribute } from './composite-type.ts';
import { renameDomainCheck } from './domain.ts';
import { moveType, renameType } from './alter-type.ts';
import { contentsOf, dropSchema } from './dependents.ts';
import {
  moveRoutine,
  moveWithSchema,
  renameRoutine,
  routineWord,
} from './routine/alter-routine.ts';
import { refuseSystemName } from './column-rules.ts';
import { renameInGenerated } from './generated-column.ts';
import {
  checkSchemaExists,
  displayName,
  findRelation,
  missingRelation,
  nameOf,
  relationExists,
  type RangeVar,
  type Relation,
} from './relation.ts';
import { renameDatabase } from '../utility/alter-database.ts';
import { renameInViews, type NewNames, type RelationName } from './renamed-in-views.ts';
import { TableDraft } from './table-draft.ts';
import { expressionOf } from '../../plan/binder/assignments.ts';
import { withColumn } from './stored-expression.ts';
import { renameTrigger, triggersOverColumn } from './trigger/table-triggers.ts';
import { triggerCondition } from './trigger/trigger-condition.ts';
import { queryText } from './view-text.ts';
import { putType } from './put-type.ts';
import { changeViewRows, renameRowType } from './row-type-uses.ts';
import { refuseNamedInViews } from './user-types.ts';

const relationWords: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'TABLE',
  OBJECT_VIEW: 'VIEW',
  OBJECT_MATVIEW: 'MATERIALIZED VIEW',
  OBJECT_SEQUENCE: 'SEQUENCE',
  OBJECT_INDEX: 'INDEX',
};

export const rename: Utility = {
  kind: 'RenameStmt',
  writes: (body) => `ALTER ${wordsOf(body)}`,
  locks: lockRelationOf,
  async run(body, context) {
    const kind = String(body['renameType']);
    const newName = String(body['newname']);
    const word = routineWord(kind);
    if (word !== undefined) await renameRoutine(context, body, word);
    else if (kind === 'OBJECT_ROLE') renameRole(context.session, String(body['subname']), newName);
    else if (kind === 'OBJECT_SCHEMA')
      await renameSchema(context, String(body['subname']), newName);
    else if (kind === 'OBJECT_DATABASE') {
      await renameDatabase(context, String(body['subname']), newName);
    } else if (kind === 'OBJECT_TYPE') await renameType(context, body, newName);
    else if (kind === 'OBJECT_ATTRIBUTE') {
      const names = [String(body['subname']), newName] as const;
      await renameAttribute(context, body['relation'] as RangeVar | undefined, names);
    } else if (kind === 'OBJECT_DOMAIN') await renameType(context, body, newName);
    else if (kind === 'OBJECT_DOMCONSTRAINT') {
      const { List } = body['object'] as { readonly List?: { readonly items?: unknown } };
      await renameDomainCheck(context, List?.items ?? [], [String(body['subname']), newName]);
    } else {
      const found = findOrSkip(context, body);
      if (found !== undefined) await renameWithin(context, body, found);
    }
    context.out.commandComplete(`ALTER ${wordsOf(body)}`);
    return 0;
  },
};

function lockRelationOf(body: UtilityBody): readonly RelationLock[] {
  const relation = body['relation'] as RangeVar | undefined;
  return relation === undefined ? [] : [{ name: nameOf(relation), mode: 'access exclusive' }];
}

function wordsOf(body: UtilityBody): string {
  const kind = String(body['renameType']);
  if (kind === 'OBJECT_DOMCONSTRAINT') return 'DOMAIN';
  if (kind === 'OBJECT_ATTRIBUTE') return 'TYPE';
  const isPart = kind === 'OBJECT_COLUMN' || kind === 'OBJECT_TABCONSTRAINT';
  const relation = kind === 'OBJECT_COLUMN' ? String(body['relationType']) : 'OBJECT_TABLE';
  const shown = isPart ? relation : kind;
  return relationWords[shown] ?? shown.replace('OBJECT_', '').replaceAll('_', ' ');
}

/** Errors: 42P01 unless IF EXISTS. */
function findOrSkip(context: StatementContext, body: UtilityBody): Relation | undefined {
  const relation = body['relation'] as RangeVar | undefined;
  if (relation === undefined) throw unsupported(`ALTER ${wordsOf(body)} ... RENAME`);
  const name = nameOf(relation);
  const found = findRelation(context.session, name);
  if (found !== undefined) return found;
  const missing = missingRelation(context, name);
  if (body['missing_ok'] !== true) throw missing;
  const message = `relation "${name.name}" does not exist, skipping`;
  context.out.notice(makeNotice('NOTICE', '00000', message));
  return undefined;
}

async function renameWithin(
  context: StatementContext,
  body: UtilityBody,
  found: Relation,
): Promise<void> {
  const kind = String(body['renameType']);
  const newName = String(body['newname']);
  if (kind === 'OBJECT_COLUMN') {
    await renameColumn(context, found, [String(body['subname']), newName]);
  } else if (kind === 'OBJECT_TABCONSTRAINT') {
    renameConstraint(context, found, [String(body['subname']), newName]);
  } else if (kind === 'OBJECT_TRIGGER') {
    if (found.kind !== 'table') throw unsupported(`triggers of a ${found.kind}`);
    const names = [String(body['subname']), newName] as const;
    renameTrigger(context.session, found.table.definition, names);
  } else await renameRelation(context, found, { kind, newName });
}

type Names = readonly [before: string, after: string];

/** Errors: 42P07, 42809. */
async function renameRelation(
  { session }: StatementContext,
  found: Relation,
  { kind, newName }: { readonly kind: string; readonly newName: string },
): Promise<void> {
  refuseOtherKind(found, kind);
  if (relationExists(session, found.schema, newName)) {
    throw new SqlError('duplicate_table', `relation "${newName}" already exists`);
  }
  const transaction = session.transaction.forWriting();
  if (found.kind === 'table' || found.kind === 'materialized view') {
    const { definition } = found.table;
    const after = { ...definition, name: newName };
    const putTexts = renameInViews(session, new Map([[after.oid, { before: definition, after }]]));
    await renameRowType(session, definition, after);
    transaction.alterTable(after);
    putTexts();
  } else if (found.kind === 'view') {
    const { view } = found;
    const after = { ...view, name: newName };
    const putTexts = renameInViews(session, new Map([[view.oid, { before: view, after }]]));
    await changeViewRows(session, view, after);
    transaction.alterView(after);
    putTexts();
  } else if (found.kind === 'sequence') {
    transaction.alterSequence({ ...found.sequence.definition, name: newName });
  } else renameIndex(session, found, newName);
}

/** ALTER TABLE renames every kind; the others only their own. Errors: 42809. */
function refuseOtherKind(found: Relation, kind: string): void {
  const wanted = relationWords[kind];
  if (wanted === undefined) throw unsupported(`ALTER ${kind.replace('OBJECT_', '')} ... RENAME`);
  if (wanted === 'TABLE' || wanted === found.kind.toUpperCase()) return;
  const article = wanted === 'INDEX' ? 'an' : 'a';
  const message = `"${relationName(found)}" is not ${article} ${wanted.toLowerCase()}`;
  throw new SqlError('wrong_object_type', message);
}

function relationName(found: Relation): string {
  switch (found.kind) {
    case 'table':
    case 'materialized view':
      return found.table.definition.name;
    case 'view':
      return found.view.name;
    case 'sequence':
      return found.sequence.definition.name;
    case 'index':
      return found.index;
  }
}

function renameIndex(
  session: StatementContext['session'],
  found: Relation & { readonly kind: 'index' },
  newName: string,
): void {
  const { definition } = found.table;
  const renamed = <T extends { readonly name: string }>(each: T): T =>
    each.name === found.index ? { ...each, name: newName } : each;
  session.transaction.forWriting().alterTable({
    ...definition,
    constraints: definition.constraints.map(renamed),
    ...(definition.indexes === undefined ? {} : { indexes: definition.indexes.map(renamed) }),
  });
}

/** Errors: 42703, 42701; 0A000 while views show the column. */
async function renameColumn(
  context: StatementContext,
  found: Relation,
  [before, after]: Names,
): Promise<void> {
  const { session } = context;
  if (found.kind !== 'table' && found.kind !== 'materialized view') {
    throw unsupported(`renaming a column of a ${found.kind}`);
  }
  const { definition } = found.table;
  const draft = new TableDraft(context, definition, found.table);
  const column = draft.find(before);
  if (column === undefined) {
    throw new SqlError('undefined_column', `column "${before}" does not exist`);
  }
  refuseSystemName(after);
  if (draft.find(after) !== undefined) {
    const message = `column "${after}" of relation "${definition.name}" already exists`;
    throw new SqlError('duplicate_column', message);
  }
  const shapes = viewShapes(session, definition.oid);
  draft.rebindChecks(column, { ...column.definition, name: after });
  renameInGenerated(draft, before, after);
  renameColumnAccess(session, definition.oid, [before, after]);
  const shown = renameShown(session, definition, [before, after]);
  const renamed = { ...definition, ...draft.finish(), ...shown };
  await renameRowType(session, definition, renamed);
  session.transaction.forWriting().alterTable(renamed);
  renameReferenced(context, definition.oid, [before, after]);
  renameInTriggers(context, { ...definition, ...draft.finish() }, [before, after]);
  for (const { view, columns } of shapes) {
    const now = viewColumns(session, view);
    const isSame = columns.every(({ name }, i) => now[i]?.name === name);
    if (!isSame || now.length !== columns.length) {
      throw unsupported('renaming a column that views use');
    }
  }
}

/** Privileges on the column stay with it. */
function renameColumnAccess(
  { roles, transaction }: SqlSession,
  id: number,
  [before, after]: Names,
): void {
  const list = roles.rights.listOf({ kind: 'table', id });
  if (list?.columns === undefined) return;
  const columns = Object.entries(list.columns).map(([name, items]) => {
    return [name === before ? after : name, items] as const;
  });
  transaction.forWriting().putRecord({ ...list, columns: Object.fromEntries(columns) });
}

/** The query of a materialized view is shown with the names of its columns. Errors: 0A000. */
function renameShown(
  session: SqlSession,
  { columns, materialized }: TableDefinition,
  [before, after]: Names,
): Pick<TableDefinition, 'materialized'> {
  if (materialized === undefined) return {};
  const names = columns.map(({ name }) => (name === before ? after : name));
  const { deparsed } = queryText(session, materialized.sql, names);
  if (deparsed === undefined) throw unsupported('renaming a column of this materialized view');
  return { materialized: { ...materialized, definition: deparsed.text } };
}

/** UPDATE OF and WHEN of triggers name columns. */
function renameInTriggers(
  context: StatementContext,
  table: TableDefinition,
  [before, after]: Names,
): void {
  const { session } = context;
  for (const trigger of triggersOverColumn(session, table.oid, before)) {
    const columns = trigger.columns.map((name) => (name === before ? after : name));
    const { when } = trigger;
    const node = when && withColumn(expressionOf(when.sql), before, after);
    const condition = node && triggerCondition(context, node, { table, trigger });
    const renamed = {
      ...trigger,
      columns,
      ...(condition === undefined ? {} : { when: condition }),
    };
    session.transaction.forWriting().putRecord(renamed);
  }
}

/** Foreign keys name the columns that they reference. */
function renameReferenced(
  { session }: StatementContext,
  oid: number,
  [before, after]: Names,
): void {
  const transaction = session.transaction.forWriting();
  for (const { definition } of session.environment.store.tables(transaction)) {
    let isTouched = false;
    const constraints = definition.constraints.map((constraint) => {
      const { references } = constraint;
      if (references?.table !== oid || !references.columns.includes(before)) return constraint;
      isTouched = true;
      const columns = references.columns.map((name) => (name === before ? after : name));
      return { ...constraint, references: { ...references, columns } };
    });
    if (isTouched) transaction.alterTable({ ...definition, constraints });
  }
}

/** Errors: 42704, 42710, 42P07. */
function renameConstraint(
  { session }: StatementContext,
  found: Relation,
  [before, after]: Names,
): void {
  if (found.kind !== 'table') throw unsupported(`renaming a constraint of a ${found.kind}`);
  const { definition } = found.table;
  const constraint = definition.constraints.find(({ name }) => name === before);
  if (constraint === undefined) {
    const message = `constraint "${before}" for table "${definition.name}" does not exist`;
    throw new SqlError('undefined_object', message);
  }
  if (definition.constraints.some(({ name }) => name === after)) {
    const message = `constraint "${after}" for relation "${definition.name}" already exists`;
    throw new SqlError('duplicate_object', message);
  }
  if (isKey(constraint) && relationExists(session, definition.schema, after)) {
    throw new SqlError('duplicate_table', `relation "${after}" already exists`);
  }
  const constraints = definition.constraints.map((each) =>
    each === constraint ? { ...each, name: after } : each,
  );
  session.transaction.forWriting().alterTable({ ...definition, constraints });
}

/** Errors: 3F000, 42P06; 0A000 while views use what is in it. */
async function renameSchema(
  { session }: StatementContext,
  before: string,
  after: string,
): Promise<void> {
  checkSchemaExists(session, before);
  const transaction = session.transaction.forWriting();
  const inside = contentsOf(session, before);
  const relations = inside.flatMap((object): readonly NamedRelation[] => {
    if (object.kind === 'table') return [object.table];
    return object.kind === 'view' ? [object.view] : [];
  });
  const putTexts = renameInViews(session, movedNames(relations, after));
  transaction.createSchema(after);
  for (const object of inside) {
    if (object.kind === 'type') {
      refuseNamedInViews(session, object.type.name, 'moving a type');
      await putType(session, object.type, { ...object.type, schema: after });
    }
  }
  for (const object of contentsOf(session, before)) {
    if (object.kind === 'table') await moveTable(session, object.table.oid, after);
    if (object.kind === 'view') await moveView(session, object.view, after);
    if (object.kind === 'sequence') {
      transaction.alterSequence({ ...object.sequence, schema: after });
    }
    if (object.kind === 'routine') moveWithSchema(session, object.routine, after);
  }
  putTexts();
  moveAccess(session, before, after);
  moveDefaultAccess(session, before, after);
  moveComment(session, schemaOid(before), schemaOid(after));
  dropSchema(session, before);
}

type NamedRelation = RelationName & { readonly oid: number };

function movedNames(relations: readonly NamedRelation[], schema: string): NewNames {
  return new Map(
    relations.map((before) => [before.oid, { before, after: { schema, name: before.name } }]),
  );
}

/** Moving others may have changed what its columns are called. */
async function moveTable(session: SqlSession, oid: number, schema: string): Promise<void> {
  const transaction = session.transaction.forWriting();
  const table = session.environment.store.tableByOid(oid, transaction)?.definition;
  if (table === undefined) return;
  await renameRowType(session, table, { ...table, schema });
  transaction.alterTable({ ...table, schema });
}

async function moveView(session: SqlSession, { oid }: StoredView, schema: string): Promise<void> {
  const transaction = session.transaction.forWriting();
  const { store } = session.environment;
  const view = store.views(transaction).find((each) => each.oid === oid);
  if (view === undefined) return moveTable(session, oid, schema);
  await changeViewRows(session, view, { ...view, schema });
  transaction.alterView({ ...view, schema });
}

/** The OID of a schema follows from its name. */
function moveComment(session: SqlSession, from: number, to: number): void {
  const { environment, transaction } = session;
  const before = { catalog: catalogOids.schema, oid: from, column: 0 };
  const records = environment.store.records(transaction.forWriting());
  const kept = [...records].find(
    ({ kind, key }) => kind === 'comment' && key === commentKey(before),
  );
  const text = kept?.kind === 'comment' ? kept.text : fixedComment(from, catalogOids.schema);
  putComment(session, { ...before, oid: to }, text);
}

/** What is given to new objects of the schema stays so. */
function moveDefaultAccess(
  { environment, transaction }: SqlSession,
  from: string,
  to: string,
): void {
  const writes = transaction.forWriting();
  for (const record of environment.store.records(writes)) {
    if (record.kind !== 'default access' || record.schema !== from) continue;
    writes.putRecord({ ...record, key: defaultAccessKey({ ...record, schema: to }), schema: to });
  }
}

/** Owner and privileges stay those of the schema. */
function moveAccess({ roles, transaction }: SqlSession, from: string, to: string): void {
  const { rights } = roles;
  const owner = rights.schemaOwner(from);
  const object = { kind: 'schema', id: from, owner } as const;
  const items = isOpenSchema(object) ? rights.itemsOf(object) : rights.listOf(object)?.items;
  const key = accessKey({ kind: 'schema', id: to });
  const record = { kind: 'access', key, owner } as const;
  transaction.forWriting().putRecord(items === undefined ? record : { ...record, items });
}

export const setSchema: Utility = {
  kind: 'AlterObjectSchemaStmt',
  writes: (body) => `ALTER ${schemaWords(body)}`,
  locks: lockRelationOf,
  async run(body, context) {
    const { session, out } = context;
    const word = routineWord(body['objectType']);
    if (word !== undefined) {
      await moveRoutine(context, body, word);
      out.commandComplete(`ALTER ${schemaWords(body)}`);
      return 0;
    }
    if (body['objectType'] === 'OBJECT_TYPE' || body['objectType'] === 'OBJECT_DOMAIN') {
      await moveType(context, body);
      out.commandComplete(`ALTER ${schemaWords(body)}`);
      return 0;
    }
    const relation = body['relation'] as RangeVar | undefined;
    if (relation === undefined) throw unsupported(`ALTER ${schemaWords(body)} ... SET SCHEMA`);
    const name = nameOf(relation);
    const found = findRelation(session, name);
    const schema = String(body['newschema']);
    if (found === undefined) {
      const message = `relation "${displayName(name)}" does not exist`;
      if (body['missing_ok'] !== true) throw new SqlError('undefined_table', message);
      const skipped = `relation "${name.name}" does not exist, skipping`;
      out.notice(makeNotice('NOTICE', '00000', skipped));
    } else await moveRelation(context, found, schema);
    out.commandComplete(`ALTER ${schemaWords(body)}`);
    return 0;
  },
};

function schemaWords(body: UtilityBody): string {
  const kind = String(body['objectType']);
  return relationWords[kind] ?? kind.replace('OBJECT_', '').replaceAll('_', ' ');
}

/** Sequences of its columns move with a table. Errors: 3F000, 42P07. */
async function moveRelation(
  { session }: StatementContext,
  found: Relation,
  schema: string,
): Promise<void> {
  checkSchemaExists(session, schema);
  if (found.schema === schema) return;
  const name = relationName(found);
  if (relationExists(session, schema, name)) {
    const message = `relation "${name}" already exists in schema "${schema}"`;
    throw new SqlError('duplicate_table', message);
  }
  const transaction = session.transaction.forWriting();
  if (found.kind === 'table' || found.kind === 'materialized view') {
    const { definition } = found.table;
    const putTexts = renameInViews(session, movedNames([definition], schema));
    await moveTable(session, definition.oid, schema);
    putTexts();
    for (const oid of ownedSequences(definition)) {
      const sequence = transaction.sequence(oid)?.definition;
      if (sequence !== undefined) transaction.alterSequence({ ...sequence, schema });
    }
  } else if (found.kind === 'view') {
    const putTexts = renameInViews(session, movedNames([found.view], schema));
    await moveView(session, found.view, schema);
    putTexts();
  } else if (found.kind === 'sequence') {
    transaction.alterSequence({ ...found.sequence.definition, schema });
  } else throw unsupported('ALTER INDEX ... SET SCHEMA');
}

function ownedSequences({ columns }: TableDefinition): readonly number[] {
  return columns.flatMap(({ owns = [] }) => owns);
}
