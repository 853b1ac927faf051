/** The table that a statement writes: found by name, its rows with their ids, its scope. */
import type { Node } from '@pgsql/types';
import { keyColumnsOf } from '../../../catalog/partitions.ts';
import type { PolicyCommand } from '../../../catalog/policy-records.ts';
import type { Table, TableDefinition } from '../../../catalog/table.ts';
import { must } from '../../../errors/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import { sqlType } from '../../../types/type-table.ts';
import type { LogicalColumn, LogicalNode } from '../../logical.ts';
import type { Field } from '../../physical.ts';
import { transformNode } from '../../rules/logical-tree.ts';
import type {
  ComputedUpdate,
  MergeAction,
  OnConflict,
  QueriedUpdate,
  WriteOperation,
  WritePolicies,
} from '../../planner.ts';
import type { Ast } from '../ast.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import { asLateral, bindFromItem, combineItems, type FromItem } from '../from/from-clause.ts';
import { filter, project, type Item } from '../nodes.ts';
import { isOnly, leafColumns, rowIdColumn, withSystemColumns } from '../from/relations.ts';
import { rowIdText } from '../from/row-identity.ts';
import { visibleRows } from '../from/row-security.ts';
import { envOf, QueryLevel, type Env, type Relation, type ScopeColumn } from '../scope.ts';
import { withEnv } from '../from/with-clause.ts';
import {
  shownOver,
  writtenRelation,
  type ShownRow,
  type ViewCheck,
  type WrittenRelation,
} from './written-relation.ts';

/** What a write is before it has a plan of its own. */
export interface WriteParts {
  readonly operation: WriteOperation;
  readonly table: TableDefinition;
  readonly source: LogicalNode;
  readonly returning: readonly Expr[];
  readonly fields: readonly Field[];
  readonly conflict?: OnConflict<ComputedUpdate | QueriedUpdate<LogicalNode>>;
  /** Ids of the source's columns with values from before, by position in the table. */
  readonly old?: ReadonlyMap<number, number>;
  readonly assigned?: readonly number[];
  readonly given?: readonly number[];
  readonly actions?: readonly MergeAction[];
  /** Over ids of the table's row in the source. */
  readonly viewChecks?: readonly ViewCheck[];
  readonly policies?: WritePolicies<LogicalNode>;
}

interface Watched {
  readonly items: readonly Item[];
  readonly old: Pick<WriteParts, 'old'>;
}

/** Values from before that foreign keys ask for, and policies of rows that MERGE changes. */
export function watchedItems(
  context: BindContext,
  { table, columns }: Pick<Target, 'table' | 'columns'>,
  operation: 'update' | 'delete' | 'all',
): Watched {
  const { catalog } = context.options;
  const positions =
    operation === 'all'
      ? [...columns.keys()]
      : (catalog.watchedColumns?.(table.definition, operation) ?? []);
  if (positions.length === 0) return { items: [], old: {} };
  const old = new Map<number, number>();
  const items = positions.map((position): Item => {
    const column = must(columns[position], 'column');
    const { id } = context.newColumn(column.name, column.type);
    old.set(position, id);
    return { column: { ...column, id }, expr: columnOf(column) };
  });
  return { items, old: { old } };
}

/** The rows of the table that a statement writes, with their ids, and its name in scope. */
export interface OpenTarget {
  readonly env: Env;
  readonly written: WrittenRelation;
  readonly table: Table;
  readonly rowId: LogicalColumn;
  /** Of the table. */
  readonly columns: readonly LogicalColumn[];
  readonly relation: Relation;
  readonly scan: FromItem;
  /** The table's rows, and those that policies for SELECT show. */
  readonly ruled: { readonly rows: LogicalNode; readonly readable: LogicalNode };
}

export interface Target extends OpenTarget {
  /** The table's rows joined with those of FROM or USING. */
  readonly joined: LogicalNode;
}

interface TargetStatement {
  readonly relation?: Ast<'RangeVar'>;
  readonly withClause?: Ast<'WithClause'>;
}

export interface OpenedParts {
  readonly operation: Exclude<WriteOperation, 'insert'>;
  readonly statement: TargetStatement;
  readonly outer: Env | undefined;
}

export function openTarget(
  context: BindContext,
  { operation, statement, outer }: OpenedParts,
): OpenTarget {
  const parent = statement.withClause === undefined ? outer : withEnv(context, statement, outer);
  const level = new QueryLevel(parent);
  const env = envOf(context, level, 'where');
  const written = writtenRelation(context, { node: statement.relation, operation });
  const { table, row: columns } = written;
  const rowId = context.newColumn('rowid', sqlType('int8'), false);
  const leaf = leafColumns(context, table);
  const positions = [...columns.map((_, i) => i), -1, ...leaf.map(() => -2)];
  const all = [...columns, rowId, ...leaf];
  const rows: LogicalNode = isOnly(table, statement.relation ?? {})
    ? { kind: 'empty', columns: all }
    : { kind: 'scan', table, columns: all, positions };
  const shown = shownOver(context, written, columns);
  const readable = policedRows(context, written, { rows, command: 'select' });
  const writable =
    operation === 'merge'
      ? readable
      : policedRows(context, written, { rows: readable, command: operation });
  const visible = written.quals.reduce<LogicalNode>(filter, writable);
  const places = { node: visible, rowId, leaf: leaf[0] };
  const { node: whole, hidden } = systemColumnsOf(context, written, places);
  const columnsShown = [...shown.columns, ...hidden];
  const relation = relationOf(written, statement.relation, { ...shown, columns: columnsShown });
  level.relations.push(relation);
  const own = { relation, relationVisible: true, columnsVisible: true };
  const node = withComputed(whole, shown);
  const ruled = { readable, rows };
  return { env, written, table, rowId, columns, relation, ruled, scan: { node, items: [own] } };
}

interface RuledRows {
  readonly rows: LogicalNode;
  readonly command: PolicyCommand;
}

function policedRows(
  context: BindContext,
  { table: { definition: table }, policies, reader, row }: WrittenRelation,
  { rows, command }: RuledRows,
): LogicalNode {
  if (policies === undefined) return rows;
  return context.readAs(reader, () => {
    return visibleRows(context, rows, { table, policies, row, commands: [command] });
  });
}

/** Whether the statement reads what it writes: policies for SELECT rule it, too. */
export function readsRows(
  context: BindContext,
  { written: { oid, table, row } }: Pick<OpenTarget, 'written'>,
  renewed: readonly LogicalColumn[] = [],
): boolean {
  if (oid !== table.definition.oid) return true;
  return [...row, ...renewed].some(({ id }) => context.reads.has(id));
}

/** The source without the policies for SELECT. */
export function unread({ ruled }: OpenTarget, source: LogicalNode): LogicalNode {
  return transformNode(source, (node) => (node === ruled.readable ? ruled.rows : node));
}

interface RowPlaces {
  readonly node: LogicalNode;
  readonly rowId: LogicalColumn;
  /** Which partition a row is in. */
  readonly leaf: LogicalColumn | undefined;
}

/** A view has none of its own. */
function systemColumnsOf(
  context: BindContext,
  { oid, table }: WrittenRelation,
  { node, rowId, leaf }: RowPlaces,
): { readonly node: LogicalNode; readonly hidden: readonly ScopeColumn[] } {
  if (oid !== table.definition.oid) return { node, hidden: [] };
  const { node: whole, hidden } = withSystemColumns(
    context,
    node,
    leaf ?? oid,
    rowIdText(context, columnOf(rowId)),
  );
  return { node: whole, hidden: [...hidden, rowIdColumn(rowId)] };
}

/** The relation's names in scope. */
export function relationOf(
  { schema, name, oid }: WrittenRelation,
  node: Ast<'RangeVar'> | undefined,
  { columns }: ShownRow,
): Relation {
  const alias = node?.alias?.aliasname;
  const own = alias === undefined ? schema : undefined;
  return { name: alias ?? name, schema: own, tableName: name, oid, columns };
}

function withComputed(node: LogicalNode, { computed }: ShownRow): LogicalNode {
  if (computed.length === 0) return node;
  return project(node, [
    ...node.columns.map((column) => ({ column, expr: columnOf(column) })),
    ...computed,
  ]);
}

interface TargetParts extends OpenedParts {
  /** FROM or USING. */
  readonly others: readonly Node[] | undefined;
}

export function bindTarget(context: BindContext, parts: TargetParts): Target {
  const opened = openTarget(context, parts);
  const { env, scan } = opened;
  const { level } = env;
  let bound: FromItem = scan;
  for (const node of parts.others ?? []) {
    level.namespace = bound.items.map((item) => {
      const isTarget = item.relation === opened.relation;
      return isTarget ? { ...item, lateralOnly: true, isTarget } : asLateral(item);
    });
    bound = combineItems(env, bound, bindFromItem({ ...env, clause: 'select' }, node));
  }
  level.namespace = bound.items;
  return { ...opened, joined: bound.node };
}

/** Whether new values of these columns may bring rows to other partitions. */
export function mayMoveRows(
  { definition, partitions }: Table,
  assigned: readonly number[],
): boolean {
  if (partitions === undefined) return false;
  const isKey = keyColumnsOf(definition).some(({ position }) => assigned.includes(position));
  return isKey || partitions.some((table) => mayMoveRows(table, assigned));
}

/**
 * The new row's columns for the old one's, which keeps its system columns but for its place.
 * `moves`: it may come to another partition.
 */
export function replaceRelation(
  env: Env,
  old: Relation,
  { columns, moves = false }: Pick<ShownRow, 'columns'> & { readonly moves?: boolean },
): void {
  const { level } = env;
  const kept = old.columns.filter(({ name, hidden: is }) => is === true && name !== 'ctid');
  const hidden = kept.map((column) => {
    const isLost = moves && column.name === 'tableoid';
    return isLost ? { ...column, unkept: 'tableoid of a row that may change partitions' } : column;
  });
  const relation: Relation = { ...old, columns: [...columns, ...hidden] };
  level.relations[level.relations.indexOf(old)] = relation;
  level.namespace = level.namespace.map((item) =>
    item.relation === old ? { ...item, relation } : item,
  );
}
