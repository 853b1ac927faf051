/** Names in FROM: CTEs, stored tables, fact tables, views. */
import type { Table } from '../../catalog/table.ts';
import type { SqlErrorFields } from '../../errors/sql-error.ts';
import type { Expr } from '../../expr/expr.ts';
import { parseSql } from '../../sql/parse.ts';
import type { Datum } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { sqlType } from '../../types/type-table.ts';
import type { LogicalColumn, LogicalNode } from '../logical.ts';
import type { FactTable, ViewDefinition } from '../planner.ts';
import { astAs, type Ast } from './ast.ts';
import { columnOf, type BindContext } from './bind-context.ts';
import { aliasedColumns, relationItem, type FromItem } from './from-clause.ts';
import { constant } from './literals.ts';
import { project, type Item } from './nodes.ts';
import { bindQuery } from './query.ts';
import type { FoundRelation } from './recording.ts';
import { rowIdName, rowIdText } from './row-identity.ts';
import { envsOf, type BoundQuery, type Env, type ScopeColumn } from './scope.ts';
import { cteItem } from './with-clause.ts';

export function bindRangeVar(env: Env, node: Ast<'RangeVar'>): FromItem {
  const { schemaname: schema, relname: name = '' } = node;
  if (schema === undefined) {
    for (const { level } of envsOf(env)) {
      const cte = level.ctes.get(name);
      if (cte !== undefined) return cteItem(env, cte, node);
    }
  }
  const source = findSource(env, node);
  const { alias } = node;
  return relationItem(env, {
    name: alias?.aliasname ?? name,
    node: source.node,
    columns: aliasedColumns(env.context, source.columns, alias, alias?.aliasname ?? name),
    schema: alias === undefined ? source.schema : undefined,
    tableName: name,
    keyIds: source.keyIds,
  });
}

interface Source {
  readonly node: LogicalNode;
  readonly columns: readonly ScopeColumn[];
  readonly schema: string;
  readonly keyIds?: readonly number[];
}

/** pg_catalog comes first in every search path. Errors: 42P01. */
function findSource(env: Env, node: Ast<'RangeVar'>): Source {
  const { context } = env;
  const { schemaname: schema, relname: name = '', location } = node;
  const { catalog } = context.options;
  const told = (found: FoundRelation): void => {
    context.record?.relations.set(node, found);
  };
  const note = (found: FoundRelation): void => {
    told(found);
    const { oid, schema: own } = found;
    context.references?.relation(oid, own, schema === undefined ? location : undefined);
  };
  const view = catalog.findView(schema, name);
  const facts = catalog.findFacts(schema, name);
  if (view !== undefined && view.schema === 'pg_catalog') {
    told(view);
    return viewSource(context, view);
  }
  if (facts !== undefined && facts.schema === 'pg_catalog') {
    told(facts);
    return factSource(context, facts);
  }
  const table = catalog.findTable(schema, name);
  if (table !== undefined) {
    note(table.definition);
    return tableSource(context, table);
  }
  if (view !== undefined) {
    note(view);
    return viewSource(context, view);
  }
  if (facts !== undefined) {
    told(facts);
    return factSource(context, facts);
  }
  const written = [node.catalogname, schema, name].filter((part) => part !== undefined).join('.');
  const message = `relation "${written}" does not exist`;
  throw context.error('undefined_table', message, node.location, laterCte(env, written));
}

/** What is said when the name is that of a later query of a WITH clause around. */
function laterCte(env: Env, name: string): SqlErrorFields {
  if (![...envsOf(env)].some(({ level }) => level.laterCtes.has(name))) return {};
  const item = `There is a WITH item named "${name}"`;
  return {
    detail: `${item}, but it cannot be referenced from this part of the query.`,
    hint: 'Use WITH RECURSIVE, or re-order the WITH items to remove forward references.',
  };
}

export function tableColumns(
  context: BindContext,
  table: Table['definition'],
): readonly LogicalColumn[] {
  return table.columns.map((column, i) => ({
    ...context.newColumn(column.name, column.type, !column.notNull),
    tableOid: table.oid,
    columnNumber: i + 1,
  }));
}

export function plainColumns(columns: readonly LogicalColumn[]): readonly ScopeColumn[] {
  return columns.map((column) => ({ name: column.name, column }));
}

function tableSource(context: BindContext, table: Table): Source {
  const { definition } = table;
  const columns = tableColumns(context, definition);
  const key = definition.constraints.find(({ kind }) => kind === 'primaryKey')?.columns ?? [];
  const keyIds = key.flatMap((position) => columns[position]?.id ?? []);
  const positions = columns.map((_, i) => i);
  const needsRow = context.systemColumns.has('ctid') || context.locksRows;
  const rowId = needsRow ? [context.newColumn('rowid', sqlType('int8'), false)] : [];
  const scan: LogicalNode = {
    kind: 'scan',
    table,
    columns: [...columns, ...rowId],
    positions: [...positions, ...rowId.map(() => -1)],
  };
  const [id] = rowId;
  const place = id === undefined ? undefined : rowIdText(context, columnOf(id));
  const { node, hidden } = withSystemColumns(context, scan, definition.oid, place);
  const keys = keyIds.length === 0 ? {} : { keyIds };
  const ids = context.locksRows && id !== undefined ? [rowIdColumn(id)] : [];
  return {
    node,
    columns: [...plainColumns(columns), ...hidden, ...ids],
    schema: definition.schema,
    ...keys,
  };
}

function rowIdColumn(column: LogicalColumn): ScopeColumn {
  return { name: rowIdName, column, hidden: true };
}

function factSource(context: BindContext, facts: FactTable): Source {
  const columns = facts.columns.map(({ name, type }, i) => ({
    ...context.newColumn(name, type),
    tableOid: facts.oid,
    columnNumber: i + 1,
  }));
  const positions = columns.map((_, i) => i);
  const scan: LogicalNode = { kind: 'factScan', facts, columns, positions };
  const { node, hidden } = withSystemColumns(context, scan, facts.oid, undefined);
  return { node, columns: [...plainColumns(columns), ...hidden], schema: facts.schema };
}

function viewSource(context: BindContext, view: ViewDefinition): Source {
  const query = context.insideView(view.name, () => bindViewText(context, view));
  const { node: inner, output } = withOrigin(context, query, view.oid);
  const columns = output.map(({ name, column, shape }) => ({ name, column, shape }));
  if (view.schema !== 'pg_catalog') return { node: inner, columns, schema: view.schema };
  const { node, hidden } = withSystemColumns(context, inner, view.oid, undefined);
  return { node, columns: [...columns, ...hidden], schema: view.schema };
}

function bindViewText(context: BindContext, view: ViewDefinition): BoundQuery {
  const select = parsedView(view.sql);
  if (select === undefined) throw context.unsupported(`view "${view.name}"`, undefined);
  return bindQuery(context, select, undefined);
}

const parsedViewsMax = 256;
const parsedViews = new Map<string, Ast<'SelectStmt'> | undefined>();

/** Views are parsed once: their text is bound by every statement that names them. */
function parsedView(sql: string): Ast<'SelectStmt'> | undefined {
  if (parsedViews.has(sql)) return parsedViews.get(sql);
  const [statement] = parseSql(sql);
  const select = astAs(statement?.node, 'SelectStmt');
  if (parsedViews.size >= parsedViewsMax) parsedViews.clear();
  parsedViews.set(sql, select);
  return select;
}

/** The view's columns as columns of the view: RowDescription names it, not what is behind. */
function withOrigin(context: BindContext, query: BoundQuery, oid: number): BoundQuery {
  const items = query.output.map(({ name, column }, i): Item => {
    const own = context.newColumn(name, column.type, column.nullable);
    return { column: { ...own, tableOid: oid, columnNumber: i + 1 }, expr: columnOf(column) };
  });
  const output = query.output.map((old, i) => ({ ...old, column: items[i]?.column ?? old.column }));
  return { node: project(query.node, items), output };
}

const systemColumns: readonly (readonly [
  name: string,
  type: TypeName,
  value: (oid: number) => Datum,
])[] = [
  ['tableoid', 'oid', (oid) => oid],
  ['xmin', 'xid', () => 2],
  ['xmax', 'xid', () => 0],
  ['cmin', 'cid', () => 0],
  ['cmax', 'cid', () => 0],
];

/** The system columns that the statement mentions, below everything that may make them NULL. */
function withSystemColumns(
  context: BindContext,
  input: LogicalNode,
  oid: number,
  place: Expr | undefined,
): { readonly node: LogicalNode; readonly hidden: readonly ScopeColumn[] } {
  const wanted = systemColumns.filter(([name]) => context.systemColumns.has(name));
  const added = wanted.map(([name, type, value]): Item => ({
    column: context.newColumn(name, sqlType(type), false),
    expr: constant(sqlType(type), value(oid)),
  }));
  if (context.systemColumns.has('ctid')) {
    const expr = place ?? constant(sqlType('tid'), '(0,1)');
    added.push({ column: context.newColumn('ctid', sqlType('tid'), false), expr });
  }
  if (added.length === 0) return { node: input, hidden: [] };
  const passed = input.columns.map((column): Item => ({ column, expr: columnOf(column) }));
  const hidden = added.map(({ column }) => ({ name: column.name, column, hidden: true }));
  return { node: project(input, [...passed, ...added]), hidden };
}
