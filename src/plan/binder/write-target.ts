/** The table that a statement writes: found by name, its rows with their ids, its scope. */
import type { Node } from '@pgsql/types';
import type { Table, TableDefinition } from '../../catalog/table.ts';
import { must } from '../../errors/assert.ts';
import type { Expr } from '../../expr/expr.ts';
import { sqlType } from '../../types/type-table.ts';
import type { LogicalColumn, LogicalNode } from '../logical.ts';
import type { Field } from '../physical.ts';
import type { MergeAction, OnConflict, WriteOperation } from '../planner.ts';
import type { Ast } from './ast.ts';
import { columnOf, type BindContext } from './bind-context.ts';
import { asLateral, bindFromItem, combineItems, type FromItem } from './from-clause.ts';
import type { Item } from './nodes.ts';
import { plainColumns, tableColumns } from './relations.ts';
import { envOf, QueryLevel, type Env, type Relation } from './scope.ts';
import { notUpdatable } from './view-updates.ts';
import { withEnv } from './with-clause.ts';

/** What a write is before it has a plan of its own. */
export interface WriteParts {
  readonly operation: WriteOperation;
  readonly table: TableDefinition;
  readonly source: LogicalNode;
  readonly returning: readonly Expr[];
  readonly fields: readonly Field[];
  readonly conflict?: OnConflict;
  /** Ids of the source's columns with values from before, by position in the table. */
  readonly old?: ReadonlyMap<number, number>;
  readonly actions?: readonly MergeAction[];
}

/** The table that is written. Errors: 42P01; 42809 for views and catalogs. */
export function writtenTable(
  context: BindContext,
  node: Ast<'RangeVar'> | undefined,
  operation: WriteOperation,
): Table {
  const { schemaname: schema, relname: name = '' } = node ?? {};
  const { catalog } = context.options;
  const table = catalog.findTable(schema, name);
  if (table !== undefined) return table;
  const other = catalog.findView(schema, name) ?? catalog.findFacts(schema, name);
  if (other?.schema === 'pg_catalog') {
    const message = `permission denied: "${name}" is a system catalog`;
    throw context.error('insufficient_privilege', message, undefined);
  }
  if (other !== undefined) {
    throw notUpdatable(context, other, operation);
  }
  const written = schema === undefined ? name : `${schema}.${name}`;
  throw context.error('undefined_table', `relation "${written}" does not exist`, node?.location);
}

interface Watched {
  readonly items: readonly Item[];
  readonly old: Pick<WriteParts, 'old'>;
}

/** Values from before that foreign keys ask for. */
export function watchedItems(
  context: BindContext,
  { table, columns }: Pick<Target, 'table' | 'columns'>,
  operation: 'update' | 'delete',
): Watched {
  const { catalog } = context.options;
  const positions = catalog.watchedColumns?.(table.definition, operation) ?? [];
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
  readonly table: Table;
  readonly rowId: LogicalColumn;
  readonly columns: readonly LogicalColumn[];
  readonly relation: Relation;
  readonly scan: FromItem;
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
  const table = writtenTable(context, statement.relation, operation);
  const columns = tableColumns(context, table.definition);
  const rowId = context.newColumn('rowid', sqlType('int8'), false);
  const positions = [...columns.map((_, i) => i), -1];
  const node: LogicalNode = { kind: 'scan', table, columns: [...columns, rowId], positions };
  const alias = statement.relation?.alias?.aliasname;
  const relation: Relation = {
    name: alias ?? table.definition.name,
    schema: alias === undefined ? table.definition.schema : undefined,
    tableName: table.definition.name,
    columns: plainColumns(columns),
  };
  level.relations.push(relation);
  const own = { relation, relationVisible: true, columnsVisible: true };
  return { env, table, rowId, columns, relation, scan: { node, items: [own] } };
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
    level.namespace = bound.items.map(asLateral);
    bound = combineItems(env, bound, bindFromItem({ ...env, clause: 'select' }, node));
  }
  level.namespace = bound.items;
  return { ...opened, joined: bound.node };
}

export function replaceRelation(env: Env, old: Relation, columns: readonly LogicalColumn[]): void {
  const { level } = env;
  const relation: Relation = { ...old, columns: plainColumns(columns) };
  level.relations[level.relations.indexOf(old)] = relation;
  level.namespace = level.namespace.map((item) =>
    item.relation === old ? { ...item, relation } : item,
  );
}
