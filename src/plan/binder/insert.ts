/** INSERT: the source's rows as rows of the table, defaults filled in. */
import type { Node } from '@pgsql/types';
import type { TableDefinition } from '../../catalog/table.ts';
import { must } from '../../errors/assert.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalColumn, LogicalNode } from '../logical.ts';
import { assignTo, columnPosition, defaultOf } from './assignments.ts';
import { astAs, type Ast } from './ast.ts';
import type { BindContext } from './bind-context.ts';
import { bindExpr } from './expressions.ts';
import { expandSets } from './expand-sets.ts';
import { oneRow, project } from './nodes.ts';
import { outputExpr } from './outputs.ts';
import { bindQueryKeepingUnknown } from './query.ts';
import { plainColumns, tableColumns } from './relations.ts';
import { envOf, QueryLevel, type Env } from './scope.ts';
import { withEnv } from './with-clause.ts';
import { bindReturning, writtenTable, type WriteParts } from './writes.ts';

export function bindInsert(context: BindContext, statement: Ast<'InsertStmt'>): WriteParts {
  const parent =
    statement.withClause === undefined ? undefined : withEnv(context, statement, undefined);
  const table = writtenTable(context, statement.relation).definition;
  if (statement.override !== undefined && statement.override !== 'OVERRIDING_NOT_SET') {
    throw context.unsupported('OVERRIDING', undefined);
  }
  const arbiters = conflictArbiters(context, table, statement.onConflictClause);
  const onConflictDoNothing = statement.onConflictClause !== undefined;
  const positions = targetPositions(context, table, statement.cols);
  const columns = tableColumns(context, table);
  const source = sourceOf(context, { statement, table, positions, columns, parent });
  const level = new QueryLevel(parent);
  const env = envOf(context, level, 'returning');
  const alias = statement.relation?.alias?.aliasname;
  const relation = {
    name: alias ?? table.name,
    schema: alias === undefined ? table.schema : undefined,
    tableName: table.name,
    columns: plainColumns(columns),
  };
  level.relations.push(relation);
  level.namespace = [{ relation, relationVisible: true, columnsVisible: true }];
  const returning = bindReturning(env, statement.returningClause);
  const conflict = { onConflictDoNothing, ...(arbiters === undefined ? {} : { arbiters }) };
  return { operation: 'insert', table, source, ...returning, ...conflict };
}

/**
 * The constraints that ON CONFLICT names; undefined: none or all. Errors: 0A000 for DO UPDATE;
 * 42P10 when no constraint covers the named columns.
 */
function conflictArbiters(
  context: BindContext,
  table: TableDefinition,
  clause: Ast<'OnConflictClause'> | undefined,
): readonly string[] | undefined {
  if (clause === undefined) return undefined;
  if (clause.action !== 'ONCONFLICT_NOTHING') {
    throw context.unsupported('ON CONFLICT DO UPDATE', clause.location);
  }
  const { infer } = clause;
  if (infer === undefined) return undefined;
  const unique = table.constraints.filter(({ kind }) => kind !== 'check');
  if (infer.conname !== undefined) {
    if (unique.some(({ name }) => name === infer.conname)) return [infer.conname];
    const message = `constraint "${infer.conname}" for table "${table.name}" does not exist`;
    throw context.error('undefined_object', message, infer.location);
  }
  const wanted = (infer.indexElems ?? []).map((item) => {
    const name = astAs(item, 'IndexElem')?.name ?? '';
    return columnPosition(context, table, { name, location: infer.location ?? -1 });
  });
  const covering = unique.filter(
    ({ columns }) =>
      columns.length === wanted.length && columns.every((column) => wanted.includes(column)),
  );
  if (covering.length > 0) return covering.map(({ name }) => name);
  const message =
    'there is no unique or exclusion constraint matching the ON CONFLICT specification';
  throw context.error('invalid_column_reference', message, undefined);
}

function targetPositions(
  context: BindContext,
  table: TableDefinition,
  cols: readonly Node[] | undefined,
): readonly number[] | undefined {
  if (cols === undefined) return undefined;
  const seen = new Set<number>();
  return cols.map((item) => {
    const target = astAs(item, 'ResTarget') ?? {};
    const position = columnPosition(context, table, target);
    if (seen.has(position)) {
      const message = `column "${target.name}" specified more than once`;
      throw context.error('duplicate_column', message, target.location);
    }
    seen.add(position);
    return position;
  });
}

interface InsertParts {
  readonly statement: Ast<'InsertStmt'>;
  readonly table: TableDefinition;
  readonly positions: readonly number[] | undefined;
  readonly columns: readonly LogicalColumn[];
  readonly parent: Env | undefined;
}

function sourceOf(context: BindContext, parts: InsertParts): LogicalNode {
  const { statement, table, columns } = parts;
  const select = astAs(statement.selectStmt, 'SelectStmt');
  if (select === undefined) {
    const items = table.columns.map((column, i) => ({
      column: must(columns[i], 'column'),
      expr: defaultOf(context, column),
    }));
    return project(oneRow, items);
  }
  const isPlainValues =
    select.valuesLists !== undefined &&
    select.withClause === undefined &&
    select.sortClause === undefined &&
    select.limitCount === undefined &&
    select.limitOffset === undefined;
  return isPlainValues ? valuesSource(context, select, parts) : querySource(context, select, parts);
}

/** The positions that `count` values go to. Errors: 42601. */
function positionsFor(
  context: BindContext,
  { statement, table, positions }: InsertParts,
  count: number,
  place: Node | undefined,
): readonly number[] {
  const wanted = positions ?? table.columns.map((_, i) => i);
  if (count > wanted.length) {
    throw context.error('syntax_error', 'INSERT has more expressions than target columns', place);
  }
  if (positions !== undefined && count < wanted.length) {
    const column = astAs(statement.cols?.[count], 'ResTarget');
    const message = 'INSERT has more target columns than expressions';
    throw context.error('syntax_error', message, column?.location);
  }
  return wanted.slice(0, count);
}

function valuesSource(
  context: BindContext,
  select: Ast<'SelectStmt'>,
  parts: InsertParts,
): LogicalNode {
  const { table, columns, parent } = parts;
  const lists = (select.valuesLists ?? []).map((list) => astAs(list, 'List')?.items ?? []);
  const isSingle = lists.length === 1;
  const clause = isSingle ? 'insertRow' : 'insertValues';
  const env = envOf(context, new QueryLevel(parent), clause);
  const width = lists[0]?.length ?? 0;
  const uneven = lists.find((list) => list.length !== width);
  if (uneven !== undefined) {
    throw context.error('syntax_error', 'VALUES lists must all be the same length', uneven[0]);
  }
  const extra = lists[0]?.[Math.min(width - 1, parts.positions?.length ?? table.columns.length)];
  const positions = positionsFor(context, parts, width, extra);
  const rows = lists.map((list) =>
    table.columns.map((column, position): Expr => {
      const node = list[positions.indexOf(position)];
      if (node === undefined || 'SetToDefault' in node) return defaultOf(context, column);
      return assignTo(context, column, bindExpr(env, node));
    }),
  );
  if (env.level.sets.length === 0) return { kind: 'values', columns, rows };
  const expanded = expandSets(env, oneRow, env.level.sets, (expr) => expr);
  const [row = []] = rows;
  return project(
    expanded,
    row.map((expr, i) => ({ column: must(columns[i], 'column'), expr })),
  );
}

function querySource(
  context: BindContext,
  select: Ast<'SelectStmt'>,
  parts: InsertParts,
): LogicalNode {
  const { table, columns, parent } = parts;
  const query = bindQueryKeepingUnknown(context, select, parent);
  const extra = query.output[parts.positions?.length ?? table.columns.length]?.origin;
  const positions = positionsFor(context, parts, query.output.length, extra);
  const items = table.columns.map((column, position) => {
    const output = query.output[positions.indexOf(position)];
    const expr =
      output === undefined
        ? defaultOf(context, column)
        : assignTo(context, column, outputExpr(context, output));
    return { column: must(columns[position], 'column'), expr };
  });
  return project(query.node, items);
}
