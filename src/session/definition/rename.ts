/** RENAME TO, RENAME COLUMN, RENAME CONSTRAINT. */
import { renameRole } from '../utility/rename-role.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { isKey, type TableDefinition } from '../../catalog/table.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import type { SqlSession } from '../sql-session.ts';
import type { Utility, UtilityBody } from '../utility/utility.ts';
import { viewShapes } from './view/dependent-views.ts';
import { viewColumns } from '../facts/session-state.ts';
import { renameAttribute } from './type/composite-type.ts';
import { renameDomainCheck } from './type/domain.ts';
import { renameType } from './type/alter-type.ts';
import { lockRelationOf, relationName, relationWords } from './named-relation.ts';
import { renameRoutine, routineWord } from './routine/alter-routine.ts';
import { refuseSystemName } from './column-rules.ts';
import { renameInGenerated } from './generated-column.ts';
import {
  findRelation,
  missingRelation,
  nameOf,
  relationExists,
  type RangeVar,
  type Relation,
} from './relation.ts';
import { partitionsOf } from './partition/partition-lookup.ts';
import { lockRelation } from '../transaction/locks.ts';
import { renameDatabase } from '../utility/alter-database.ts';
import { renameInViews } from './view/renamed-in-views.ts';
import { renameSchema } from './set-schema.ts';
import { ownTable } from './policy/create-policy.ts';
import { renamePolicy } from './policy/table-policies.ts';
import { renameInPolicies } from './policy/renamed-in-policies.ts';
import { TableDraft } from './table-draft.ts';
import { expressionOf } from '../../plan/binder/write/assignments.ts';
import { withColumn } from './stored-expression.ts';
import { renameTrigger, triggersOverColumn } from './trigger/table-triggers.ts';
import { triggerCondition } from './trigger/trigger-condition.ts';
import { queryText } from './view/view-text.ts';
import { changeViewRows, renameRowType } from './type/row-type-uses.ts';

export const rename: Utility = {
  kind: 'RenameStmt',
  writes: (body) => `ALTER ${wordsOf(body)}`,
  locks: lockRelationOf,
  async run(body, context) {
    const kind = String(body['renameType']);
    const newName = String(body['newname']);
    const word = routineWord(kind);
    if (word !== undefined) await renameRoutine(context, body, word);
    else if (kind === 'OBJECT_ROLE')
      await renameRole(context.session, String(body['subname']), newName);
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
  } else if (kind === 'OBJECT_POLICY') {
    const names = [String(body['subname']), newName] as const;
    renamePolicy(context.session, ownTable(context, nameOf(body['relation'] as RangeVar)), names);
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
  isNamed = true,
): Promise<void> {
  const { session } = context;
  if (found.kind !== 'table' && found.kind !== 'materialized view') {
    throw unsupported(`renaming a column of a ${found.kind}`);
  }
  const { definition } = found.table;
  const isChild = definition.partitionOf !== undefined;
  if (isChild && isNamed && definition.columns.some(({ name }) => name === before)) {
    const message = `cannot rename inherited column "${before}"`;
    throw new SqlError('invalid_table_definition', message);
  }
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
  const shapes = viewShapes(session, [definition.oid]);
  const renaming = { oid: definition.oid, column: { before, after } };
  const putPolicies = renameInPolicies(session, [renaming]);
  draft.rebindChecks(column, { ...column.definition, name: after });
  renameInGenerated(draft, before, after);
  renameColumnAccess(session, definition.oid, [before, after]);
  const shown = renameShown(session, definition, [before, after]);
  const key = renamedKey(definition, [before, after]);
  const renamed = { ...definition, ...draft.finish(), ...shown, ...key };
  await renameRowType(session, definition, renamed);
  session.transaction.forWriting().alterTable(renamed);
  putPolicies();
  renameReferenced(context, definition.oid, [before, after]);
  renameInTriggers(context, { ...definition, ...draft.finish() }, [before, after]);
  for (const { view, columns } of shapes) {
    const now = viewColumns(session, view);
    const isSame = columns.every(({ name }, i) => now[i]?.name === name);
    if (!isSame || now.length !== columns.length) {
      throw unsupported('renaming a column that views use');
    }
  }
  for (const { oid } of partitionsOf(session, definition)) {
    const { store } = session.environment;
    const table = store.tableByOid(oid, session.transaction.storeTransaction);
    if (table === undefined) continue;
    await lockRelation(session, oid, 'access exclusive');
    const partition = { kind: 'table', schema: table.definition.schema, table } as const;
    await renameColumn(context, partition, [before, after], false);
  }
}

/** Of a partitioned table, whose key names columns. */
function renamedKey(
  { partitionBy }: TableDefinition,
  [before, after]: Names,
): Pick<TableDefinition, 'partitionBy'> {
  if (partitionBy === undefined) return {};
  const columns = partitionBy.columns.map((name) => (name === before ? after : name));
  return { partitionBy: { ...partitionBy, columns } };
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
  context: StatementContext,
  found: Relation,
  [before, after]: Names,
  isNamed = true,
): void {
  const { session } = context;
  if (found.kind !== 'table') throw unsupported(`renaming a constraint of a ${found.kind}`);
  const { definition } = found.table;
  const constraint = definition.constraints.find(({ name }) => name === before);
  if (constraint === undefined) {
    const message = `constraint "${before}" for table "${definition.name}" does not exist`;
    throw new SqlError('undefined_object', message);
  }
  if (isNamed && constraint.isInherited === true) {
    const message = `cannot rename inherited constraint "${before}"`;
    throw new SqlError('invalid_table_definition', message);
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
  if (constraint.kind !== 'check') return;
  for (const { oid } of partitionsOf(session, definition)) {
    const { store } = session.environment;
    const table = store.tableByOid(oid, session.transaction.storeTransaction);
    if (table === undefined) continue;
    const partition = { kind: 'table', schema: table.definition.schema, table } as const;
    renameConstraint(context, partition, [before, after], false);
  }
}
