/** ALTER TABLE … ATTACH PARTITION, DETACH PARTITION; ALTER INDEX … ATTACH PARTITION. */
import { parentIndexes, sameIndex, indexesOf } from '../../../catalog/partition-indexes.ts';
import { conditionText, levelTests } from '../../../catalog/partition-text.ts';
import { isKey, type ConstraintDefinition, type TableDefinition } from '../../../catalog/table.ts';
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import { expressionOf } from '../../../plan/binder/write/assignments.ts';
import { sessionFormats } from '../../facts/evaluation-facts.ts';
import { mustOwn } from '../../roles/session-roles.ts';
import type { StatementContext } from '../../statement/statement-context.ts';
import { refuseInBlock } from '../../transaction/in-block.ts';
import { lockTree } from '../../transaction/locks.ts';
import { foreignKeysTo } from '../../write/references/foreign-key.ts';
import { ancestorsOf, withPartitions } from '../../write/partitions/partition-tree.ts';
import { findRelation, findTable, nameOf, type RangeVar, type Relation } from '../relation.ts';
import { TableDraft, type DraftColumn } from '../table-draft.ts';
import { tableTriggers } from '../trigger/table-triggers.ts';
import { checkNewRules } from '../new-rows.ts';
import { inheritIndex, inheritKey, locationOf, refuseMany } from './create-partition.ts';
import { boundOf, refuseOverlap, type BoundNode } from './partition-bound.ts';
import { checkDefaultRows, hasOnlyRowsOf, partitionsOf } from './partition-lookup.ts';

export interface PartitionCommand {
  readonly name?: RangeVar;
  readonly bound?: BoundNode;
  readonly concurrent?: boolean;
}

/** Errors: 42P01, 42501, 42804, 42809, 42P07, 42P17, 23514, 0A000. */
export async function attachPartition(
  context: StatementContext,
  parent: TableDefinition,
  { name, bound: node = {} }: PartitionCommand,
): Promise<void> {
  const { session } = context;
  const named = findTable(context, nameOf(name)).definition;
  const { roles } = session;
  if (!roles.owns(roles.table({ ...named, noun: 'table' }))) throw mustOwn(`table ${named.name}`);
  await lockTree(session, named.oid, 'access exclusive');
  refuseAttached(context, parent, named);
  refuseShape(parent, named);
  const bound = boundOf(context, parent, node);
  const children = partitionsOf(session, parent);
  const location = locationOf(node);
  refuseOverlap(context, parent, children, { name: named.name, bound, location });
  refuseMany(context, parent);
  const place = { parent: parent.oid, bound, isAttached: true as const };
  const attached: TableDefinition = { ...named, partitionOf: place };
  await checkRows(context, parent, attached);
  await checkDefaultRows(session, { parent, children }, attached);
  session.transaction.forWriting().alterTable(attached);
  await joinRules(context, parent, attached);
}

/** Errors: 42809, 42P07, 0A000. */
function refuseAttached(
  { session }: StatementContext,
  parent: TableDefinition,
  child: TableDefinition,
): void {
  if (child.partitionOf !== undefined) {
    throw new SqlError('wrong_object_type', `"${child.name}" is already a partition`);
  }
  const above = [parent, ...ancestorsOf(session, parent)];
  if (above.some(({ oid }) => oid === child.oid)) {
    const detail = `"${parent.name}" is already a child of "${child.name}".`;
    throw new SqlError('duplicate_table', 'circular inheritance not allowed', { detail });
  }
  if (child.temporary !== parent.temporary) {
    const [own, other] = child.temporary ? ['temporary', 'permanent'] : ['permanent', 'temporary'];
    const message = `cannot attach a ${own} relation as partition of ${other} relation`;
    throw new SqlError('wrong_object_type', `${message} "${parent.name}"`);
  }
  const all = withPartitions(session, child.oid);
  if (all.some(({ oid }) => tableTriggers(session, oid).some(({ level }) => level === 'row'))) {
    throw unsupported('attaching a table that has triggers for each row');
  }
  if (foreignKeysTo(session, child.oid).length > 0) {
    throw unsupported('attaching a table that foreign keys reference');
  }
}

function mismatch(message: string, detail?: string): SqlError {
  return new SqlError('datatype_mismatch', message, detail === undefined ? {} : { detail });
}

/** Errors: 42804; 0A000 for columns in another order. */
function refuseShape(parent: TableDefinition, child: TableDefinition): void {
  const inParent = new Set(parent.columns.map(({ name }) => name));
  const foreign = child.columns.find(({ name }) => !inParent.has(name));
  if (foreign !== undefined) {
    const message = `table "${child.name}" contains column "${foreign.name}" not found in parent`;
    const detail = 'The new partition may contain only the columns present in parent.';
    throw mismatch(`${message} "${parent.name}"`, detail);
  }
  for (const { name, type, notNull, generated } of parent.columns) {
    const own = child.columns.find((column) => column.name === name);
    if (own === undefined) throw mismatch(`child table is missing column "${name}"`);
    const { type: ownType } = own;
    const isSame = ownType.name === type.name && ownType.domain === type.domain;
    if (!isSame || ownType.typmod !== type.typmod) {
      throw mismatch(`child table "${child.name}" has different type for column "${name}"`);
    }
    if (notNull && !own.notNull) {
      throw mismatch(`column "${name}" in child table must be marked NOT NULL`);
    }
    if (generated !== undefined && own.generated === undefined) {
      throw mismatch(`column "${name}" in child table must be a generated column`);
    }
    if (generated === undefined && own.generated !== undefined) {
      throw mismatch(`column "${name}" in child table must not be a generated column`);
    }
  }
  for (const { kind, name, checkSql } of parent.constraints) {
    if (kind !== 'check') continue;
    const own = child.constraints.find((each) => each.kind === 'check' && each.name === name);
    if (own === undefined) throw mismatch(`child table is missing constraint "${name}"`);
    if (own.checkSql === checkSql) continue;
    const what = `has different definition for check constraint "${name}"`;
    throw mismatch(`child table "${child.name}" ${what}`);
  }
  if (parent.columns.every(({ name }, at) => child.columns[at]?.name === name)) return;
  throw unsupported('attaching a table whose columns are in another order');
}

/** Errors: 23514. */
async function checkRows(
  { session }: StatementContext,
  parent: TableDefinition,
  attached: TableDefinition,
): Promise<void> {
  const chain = [attached, parent, ...ancestorsOf(session, parent)];
  const leaves = withPartitions(session, attached.oid).filter(({ partitionBy }) => !partitionBy);
  for (const [at, above] of chain.slice(1).entries()) {
    const child = chain[at] ?? attached;
    const others = partitionsOf(session, above).filter(({ oid }) => oid !== child.oid);
    const level = { parent: above, children: [...others, child] };
    for (const leaf of leaves) {
      if (await hasOnlyRowsOf(session, leaf, level, child)) continue;
      const { schema, name } = leaf;
      const message = `partition constraint of relation "${name}" is violated by some row`;
      throw new SqlError('check_violation', message, { schema, table: name });
    }
  }
}

/** The parent's keys, foreign keys and indexes that a partition has none like. */
async function joinRules(
  context: StatementContext,
  parent: TableDefinition,
  { oid }: TableDefinition,
): Promise<void> {
  const { session } = context;
  const { store } = session.environment;
  const transaction = session.transaction.forWriting();
  const table = store.tableByOid(oid, transaction);
  if (table === undefined) return;
  const { definition } = table;
  const draft = new TableDraft(context, definition, table);
  const parts = new Set(parentIndexes(parent, definition).values());
  const at = (positions: readonly number[]): DraftColumn[] =>
    positions.flatMap((position) => draft.columns[position] ?? []);
  for (const constraint of parent.constraints) {
    const { columns, comment: _own, indexComment: _its, ...rest } = constraint;
    if (isKey(constraint)) {
      if (!parts.has(constraint.name)) addKey(draft, constraint, at(columns));
    } else if (rest.references !== undefined && !hasForeignKey(definition, constraint)) {
      const name = draft.constraints.some((each) => each.definition.name === rest.name)
        ? draft.constraintName(undefined, at(columns).map(nameIn).join('_'), 'fkey')
        : rest.name;
      const whole = { ...rest, name, isInherited: true as const };
      draft.constraints.push({ definition: whole, columns: at(columns), isNew: true });
    }
  }
  for (const { columns, uses = [], comment: _own, ...index } of parent.indexes ?? []) {
    if (parts.has(index.name)) continue;
    const own = columns.map((position) => draft.columns[position]);
    inheritIndex(draft, { definition: index, columns: own, uses: at(uses) });
  }
  transaction.alterTable({ ...definition, ...draft.finish() });
  if (definition.partitionBy === undefined) await checkNewRules(draft);
  const now = store.tableByOid(oid, transaction)?.definition ?? definition;
  for (const child of partitionsOf(session, now)) await joinRules(context, now, child);
}

function nameIn({ definition }: DraftColumn): string {
  return definition.name;
}

/** Errors: 42P16. */
function addKey(
  draft: TableDraft,
  constraint: ConstraintDefinition,
  columns: readonly DraftColumn[],
): void {
  if (constraint.kind === 'primaryKey' && draft.hasPrimaryKey) {
    const message = `multiple primary keys for table "${draft.target.name}" are not allowed`;
    throw new SqlError('invalid_table_definition', message);
  }
  inheritKey(draft, constraint, columns);
}

function hasForeignKey(
  { constraints }: TableDefinition,
  { columns, references }: ConstraintDefinition,
): boolean {
  const shape = (each: Pick<ConstraintDefinition, 'columns' | 'references'>): string =>
    JSON.stringify([each.columns, each.references]);
  return constraints.some(
    (each) => shape(each) === shape({ columns, ...(references && { references }) }),
  );
}

/** Errors: 42P01, 25001, 55000. */
export async function detachPartition(
  context: StatementContext,
  parent: TableDefinition,
  { name, concurrent }: PartitionCommand,
): Promise<void> {
  const { session } = context;
  if (concurrent === true) refuseConcurrent(context, parent);
  const table = findTable(context, nameOf(name));
  const { definition } = table;
  await lockTree(session, definition.oid, 'access exclusive');
  if (definition.partitionOf?.parent !== parent.oid) {
    const message = `relation "${definition.name}" is not a partition of relation "${parent.name}"`;
    throw new SqlError('undefined_table', message);
  }
  const siblings = partitionsOf(session, parent);
  const { partitionOf: _place, ...rest } = definition;
  const constraints = rest.constraints.map(({ isInherited: _flag, ...own }) => own);
  const detached: TableDefinition = { ...rest, constraints };
  const transaction = session.transaction.forWriting();
  transaction.alterTable(detached);
  if (concurrent !== true) return;
  const tests = levelTests(parent, definition, siblings, sessionFormats(session));
  const condition = conditionText(tests);
  const now = session.environment.store.tableByOid(definition.oid, transaction);
  if (condition === undefined || now === undefined) return;
  const draft = new TableDraft(context, detached, now);
  draft.addCheck(undefined, expressionOf(condition));
  transaction.alterTable({ ...detached, ...draft.finish() });
}

function refuseConcurrent({ session }: StatementContext, parent: TableDefinition): void {
  refuseInBlock(session, 'ALTER TABLE ... DETACH CONCURRENTLY');
  if (parent.partitionBy?.strategy === 'hash') {
    throw unsupported('DETACH PARTITION CONCURRENTLY of a partition by hash');
  }
  const hasDefault = partitionsOf(session, parent).some(({ partitionOf }) => {
    return partitionOf?.bound.kind === 'default';
  });
  if (!hasDefault) return;
  const message = 'cannot detach partitions concurrently when a default partition exists';
  throw new SqlError('object_not_in_prerequisite_state', message);
}

/** Indexes that are alike are parts of one another already. Errors: 42P01, 42809, 42P17. */
export function attachIndex(
  { session }: StatementContext,
  whole: Relation & { readonly kind: 'index' },
  { name }: PartitionCommand,
): void {
  const part = findRelation(session, nameOf(name));
  const shown = name?.relname ?? '';
  if (part === undefined) {
    throw new SqlError('undefined_table', `relation "${shown}" does not exist`);
  }
  if (part.kind !== 'index') {
    throw new SqlError('wrong_object_type', `"${shown}" is not an index`);
  }
  const parent = whole.table.definition;
  const child = part.table.definition;
  const refuse = (detail: string): SqlError => {
    const message = `cannot attach index "${shown}" as a partition of index "${whole.index}"`;
    return new SqlError('invalid_object_definition', message, { detail });
  };
  if (child.partitionOf?.parent !== parent.oid) {
    throw refuse(`Index "${shown}" is not an index on any partition of table "${parent.name}".`);
  }
  const [one] = indexesOf(parent).filter((each) => each.name === whole.index);
  const [other] = indexesOf(child).filter((each) => each.name === part.index);
  const isSame = one !== undefined && other !== undefined && sameIndex(one, other);
  if (!isSame) throw refuse('The index definitions do not match.');
}
