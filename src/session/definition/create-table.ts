/** CREATE TABLE. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { noteOnCommit } from '../transaction/on-commit.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import type { TableDefinition } from '../../catalog/table.ts';
import type { RelationLock, Utility, UtilityBody } from '../utility/utility.ts';
import {
  addColumn,
  addConstraint,
  refineColumn,
  type ColumnNode,
  type ConstraintNode,
} from './column-definition.ts';
import { itself } from './foreign-key.ts';
import { referencedLock } from './referenced-lock.ts';
import { copyTable, type LikeNode } from './copy-table.ts';
import type { BoundNode } from './partition/partition-bound.ts';
import {
  inheritColumns,
  inheritRules,
  newPlace,
  type PlaceNode,
} from './partition/create-partition.ts';
import { partitionKeyOf, type PartitionSpec } from './partition/partition-key.ts';
import { creationSchema, findTable, nameOf, relationExists, type RangeVar } from './relation.ts';
import { TableDraft } from './table-draft.ts';
import { refuseTypeName } from './type/user-types.ts';

const partitionCommand = 'CREATE TABLE .. PARTITION OF';

export const createTable: Utility = {
  kind: 'CreateStmt',
  writes: () => 'CREATE TABLE',
  locks: (body) => {
    const parent = partitionNode(body)?.parent;
    const own = nameOf(parent);
    return [
      ...(parent === undefined
        ? []
        : [{ name: own, mode: 'access exclusive', command: partitionCommand } as const]),
      ...referencedLocks((body['tableElts'] ?? []) as readonly ElementNode[]),
    ];
  },
  async run(body, context) {
    const { session, out } = context;
    const relation = (body['relation'] ?? {}) as RangeVar;
    const schema = creationSchema(context, relation);
    const name = relation.relname ?? '';
    refuseUnoffered(body);
    const parent = partitionNode(body)?.parent;
    if (parent !== undefined) findTable(context, nameOf(parent));
    if (relationExists(session, schema, name)) {
      const message = `relation "${name}" already exists`;
      if (body['if_not_exists'] !== true) throw new SqlError('duplicate_table', message);
      out.notice(makeNotice('NOTICE', '42P07', `${message}, skipping`));
    } else await create(context, body, { schema, name });
    out.commandComplete('CREATE TABLE');
    return 0;
  },
};

function refuseUnoffered(body: UtilityBody): void {
  const isPartition = body['partbound'] !== undefined;
  if (body['inhRelations'] !== undefined && !isPartition) throw unsupported('table inheritance');
  if (body['ofTypename'] !== undefined) throw unsupported('CREATE TABLE OF a type');
}

interface ElementNode {
  readonly ColumnDef?: ColumnNode;
  readonly Constraint?: ConstraintNode;
  readonly TableLikeClause?: LikeNode;
}

async function create(
  context: StatementContext,
  body: UtilityBody,
  target: { readonly schema: string; readonly name: string },
): Promise<void> {
  const { session } = context;
  refuseTypeName(session, target);
  const draft = new TableDraft(context, target);
  draft.isUnlogged = (body['relation'] as RangeVar | undefined)?.relpersistence === 'u';
  const node = partitionNode(body);
  const place = node && (await newPlace(context, target, node));
  if (place !== undefined) inheritColumns(draft, place.parent);
  const copies: (() => void)[] = [];
  for (const element of (body['tableElts'] ?? []) as readonly ElementNode[]) {
    const { ColumnDef, Constraint, TableLikeClause } = element;
    if (ColumnDef !== undefined && place !== undefined) refineColumn(draft, ColumnDef);
    else if (ColumnDef !== undefined) addColumn(draft, ColumnDef);
    else if (Constraint !== undefined) addConstraint(draft, Constraint);
    else if (TableLikeClause !== undefined) copies.push(copyTable(draft, TableLikeClause));
    else throw unsupported('this element of CREATE TABLE');
  }
  const spec = body['partspec'] as PartitionSpec | undefined;
  if (spec !== undefined) draft.partitionBy = partitionKeyOf(draft, spec);
  if (place !== undefined) inheritRules(draft, place.parent);
  draft.addWaiting();
  for (const copy of copies) copy();
  const definition = session.transaction.forWriting().createTable({
    ...target,
    ...draft.finish(),
    ...(draft.partitionBy === undefined ? {} : { partitionBy: draft.partitionBy }),
    ...(place === undefined ? {} : { partitionOf: place.place }),
    owner: session.roles.currentUser,
    temporary: target.schema === session.temporarySchema,
  });
  const whole = withOwnOid(definition);
  if (whole !== definition) session.transaction.forWriting().alterTable(whole);
  noteOnCommit(session, definition, body['oncommit'] as string | undefined);
}

/** Of PARTITION OF; undefined: the table is none. */
function partitionNode(body: UtilityBody): PlaceNode | undefined {
  const bound = body['partbound'] as BoundNode | undefined;
  if (bound === undefined) return undefined;
  const [parent] = (body['inhRelations'] ?? []) as readonly { readonly RangeVar?: RangeVar }[];
  return { parent: parent?.RangeVar, bound };
}

/** A table that references itself learns its OID. */
function withOwnOid(definition: TableDefinition): TableDefinition {
  if (!definition.constraints.some(({ references }) => references?.table === itself)) {
    return definition;
  }
  const constraints = definition.constraints.map((constraint) => {
    const { references } = constraint;
    return references?.table === itself
      ? { ...constraint, references: { ...references, table: definition.oid } }
      : constraint;
  });
  return { ...definition, constraints };
}

/** Rows of referenced tables must not go while the foreign key is made. */
function referencedLocks(elements: readonly ElementNode[]): readonly RelationLock[] {
  const nodes = elements.flatMap(({ ColumnDef, Constraint }) => [
    ...(ColumnDef?.constraints ?? []).map((each) => each.Constraint),
    ...(Constraint === undefined ? [] : [Constraint]),
  ]);
  return nodes.flatMap(referencedLock);
}
