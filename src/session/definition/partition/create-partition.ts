/** CREATE TABLE … PARTITION OF: columns, constraints and indexes of the parent; rows of a bound. */
import type { ColumnDefinition, TableDefinition } from '../../../catalog/table.ts';
import { leavesMax, type PartitionPlace } from '../../../catalog/partitions.ts';
import { SqlError } from '../../../errors/sql-error.ts';
import type { StatementContext } from '../../statement/statement-context.ts';
import { mustOwn } from '../../roles/session-roles.ts';
import { rootOf, withPartitions } from '../../write/partitions/partition-tree.ts';
import type { DraftColumn, KeyMarks, TableDraft } from '../table-draft.ts';
import { chooseName, relationNames } from '../relation-names.ts';
import { findTable, nameOf, type RangeVar } from '../relation.ts';
import { boundOf, refuseOverlap, type BoundNode } from './partition-bound.ts';
import { checkDefaultRows, partitionsOf } from './partition-lookup.ts';

/** What CREATE TABLE … PARTITION OF says of the parent. */
export interface NewPlace {
  readonly parent: TableDefinition;
  readonly place: PartitionPlace;
}

export interface PlaceNode {
  readonly parent: RangeVar | undefined;
  readonly bound: BoundNode;
}

/** Errors: 42P01, 42809, 42501, those of the bound; 23514 for rows of the default partition. */
export async function newPlace(
  context: StatementContext,
  target: { readonly schema: string; readonly name: string },
  { parent: node, bound: boundNode }: PlaceNode,
): Promise<NewPlace> {
  const { session } = context;
  const parent = findTable(context, nameOf(node)).definition;
  const { roles } = session;
  if (!roles.owns(roles.table({ ...parent, noun: 'table' }))) {
    throw mustOwn(`table ${parent.name}`);
  }
  if (parent.partitionBy === undefined) {
    throw new SqlError('invalid_object_definition', `"${parent.name}" is not partitioned`);
  }
  refusePersistence(context, target, parent);
  const bound = boundOf(context, parent, boundNode);
  const children = partitionsOf(session, parent);
  refuseOverlap(context, parent, children, {
    ...{ name: target.name, bound },
    location: locationOf(boundNode),
  });
  refuseMany(context, parent);
  const place: PartitionPlace = { parent: parent.oid, bound };
  const added: TableDefinition = { ...parent, oid: 0, name: target.name, partitionOf: place };
  await checkDefaultRows(session, { parent, children }, added);
  return { parent, place };
}

/** PostgreSQL points at the first value of the bound. */
export function locationOf({ lowerdatums, listdatums, location }: BoundNode): number | undefined {
  const [first] = lowerdatums ?? listdatums ?? [];
  const [content] = Object.values(first ?? {}) as { readonly location?: number }[];
  return content?.location ?? location;
}

/** Errors: 42809. */
function refusePersistence(
  { session }: StatementContext,
  { schema }: { readonly schema: string },
  parent: TableDefinition,
): void {
  const isTemporary = schema === session.temporarySchema;
  if (isTemporary === parent.temporary) return;
  const [own, other] = isTemporary ? ['temporary', 'permanent'] : ['permanent', 'temporary'];
  const message = `cannot create a ${own} relation as partition of ${other} relation`;
  throw new SqlError('wrong_object_type', `${message} "${parent.name}"`);
}

/** Errors: 54000. */
export function refuseMany({ session }: StatementContext, { oid }: TableDefinition): void {
  const all = withPartitions(session, rootOf(session, oid));
  if (all.length <= leavesMax) return;
  const message = `a partitioned table has at most ${leavesMax} partitions`;
  throw new SqlError('program_limit_exceeded', message);
}

/** What a partition's column has of its parent's: sequences and comments stay there. */
export function inheritedColumn({
  name,
  type,
  notNull,
  defaultSql,
  identity,
  generated,
}: ColumnDefinition): ColumnDefinition {
  return {
    ...{ name, type, notNull },
    ...(defaultSql === undefined || identity !== undefined ? {} : { defaultSql }),
    ...(generated === undefined ? {} : { generated }),
  };
}

/** The parent's columns, before those that the statement says more of. */
export function inheritColumns(draft: TableDraft, parent: TableDefinition): void {
  for (const column of parent.columns) draft.addColumn(inheritedColumn(column));
}

/** The parent's checks, keys, foreign keys and indexes. */
export function inheritRules(draft: TableDraft, { constraints, indexes }: TableDefinition): void {
  const at = (positions: readonly number[]): DraftColumn[] =>
    positions.flatMap((position) => draft.columns[position] ?? []);
  for (const { columns, comment: _own, indexComment: _its, ...definition } of constraints) {
    if (definition.kind === 'primaryKey' || definition.kind === 'unique') {
      inheritKey(draft, definition, at(columns));
    } else {
      const inherited = { ...definition, isInherited: true as const };
      draft.constraints.push({ definition: inherited, columns: at(columns), isNew: true });
    }
  }
  for (const { columns, uses = [], comment: _own, ...definition } of indexes ?? []) {
    const own = columns.map((position) => draft.columns[position]);
    inheritIndex(draft, { definition, columns: own, uses: at(uses) });
  }
}

export function inheritKey(
  draft: TableDraft,
  { kind, ...marks }: KeyMarks & Pick<TableDefinition['constraints'][number], 'kind'>,
  columns: readonly DraftColumn[],
): void {
  if (kind !== 'primaryKey' && kind !== 'unique') return;
  draft.addKey(kind, undefined, columns, marks);
  const added = draft.constraints.at(-1);
  if (added !== undefined) added.definition = { ...added.definition, isInherited: true };
}

/** An index like the parent's, under a name of its own. */
export function inheritIndex(draft: TableDraft, index: TableDraft['indexes'][number]): void {
  const { schema, name: table } = draft.target;
  const taken = relationNames(draft.context.session, schema).add(table);
  for (const { definition } of [...draft.indexes, ...draft.constraints]) taken.add(definition.name);
  const { expressions = [], include = [] } = index.definition;
  const rest = expressions.values();
  const parts = index.columns.map((column) => {
    return column?.definition.name ?? rest.next().value?.name ?? 'expr';
  });
  const name = chooseName([table, [...parts, ...include].join('_')], 'idx', (each) =>
    taken.has(each),
  );
  draft.indexes.push({ ...index, definition: { ...index.definition, name } });
}
