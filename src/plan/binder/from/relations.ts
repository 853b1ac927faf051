/** Names in FROM: CTEs, stored tables, fact tables, views. */
import type { Table } from '../../../catalog/table.ts';
import { must } from '../../../errors/assert.ts';
import type { SqlErrorFields } from '../../../errors/sql-error.ts';
import type { Expr } from '../../../expr/expr.ts';
import { parseSql } from '../../../sql/parse.ts';
import type { Datum } from '../../../types/datum.ts';
import type { TypeName } from '../../../types/sql-type.ts';
import { sqlType } from '../../../types/type-table.ts';
import type { LogicalColumn, LogicalNode } from '../../logical.ts';
import type { FactTable, ViewDefinition } from '../../planner.ts';
import { astAs, type Ast } from '../ast.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import { aliasedColumns, relationItem, type FromItem } from './from-clause.ts';
import { constant } from '../literals.ts';
import { ViewQuery } from './mentions.ts';
import { barrier, project, type Item } from '../nodes.ts';
import { rowPolicies, visibleRows } from './row-security.ts';
import { bindQuery } from '../select/query.ts';
import type { FoundRelation } from '../recording.ts';
import { rowIdName, rowIdText } from './row-identity.ts';
import { envsOf, type BoundQuery, type Env, type ScopeColumn } from '../scope.ts';
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
    oid: source.oid,
    keyIds: source.keyIds,
    allNames: source.allNames,
  });
}

interface Source {
  readonly node: LogicalNode;
  /** Those that the statement, or the view around, may mean. */
  readonly columns: readonly ScopeColumn[];
  /** Names of all columns, where `columns` are not all. */
  readonly allNames?: readonly string[] | undefined;
  readonly schema: string;
  readonly oid: number;
  readonly keyIds?: readonly number[];
}

/** pg_catalog comes first in every search path. Errors: 42P01. */
function findSource(env: Env, node: Ast<'RangeVar'>): Source {
  const { context } = env;
  const { schemaname: schema, relname: name = '', location } = node;
  const { catalog } = context.options;
  const shown = node.alias?.aliasname ?? name;
  const told = (found: FoundRelation): void => {
    context.record?.relations.set(node, found);
  };
  const note = (found: FoundRelation): void => {
    told(found);
    const { oid, schema: own } = found;
    context.references?.relation(oid, own, schema === undefined ? location : undefined);
  };
  const named = schema === undefined ? context.variables?.relation?.(name) : undefined;
  if (named !== undefined) return factSource(context, named, shown);
  const stored = catalog.findSystemTable?.(schema, name);
  if (stored !== undefined) {
    told(stored.definition);
    return tableSource(context, stored, node);
  }
  const view = catalog.findView(schema, name);
  const facts = catalog.findFacts(schema, name);
  if (view !== undefined && view.schema === 'pg_catalog') {
    told(view);
    return viewSource(context, view, shown);
  }
  if (facts !== undefined && facts.schema === 'pg_catalog') {
    told(facts);
    return factSource(context, facts, shown);
  }
  const table = catalog.findTable(schema, name);
  if (table !== undefined) {
    note(table.definition);
    return tableSource(context, table, node);
  }
  if (view !== undefined) {
    note(view);
    return viewSource(context, view, shown);
  }
  if (facts !== undefined) {
    note(facts);
    return factSource(context, facts, shown);
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

/** The columns at the positions; all of them by default. */
export function tableColumns(
  context: BindContext,
  table: Table['definition'],
  positions: readonly number[] = [...table.columns.keys()],
): readonly LogicalColumn[] {
  return positions.map((at) => {
    const { name, type, notNull } = must(table.columns[at], 'column');
    return {
      ...context.newColumn(name, type, !notNull),
      tableOid: table.oid,
      columnNumber: at + 1,
    };
  });
}

interface RelationPart {
  readonly positions: readonly number[];
  readonly allNames?: readonly string[] | undefined;
}

/** The columns that the text around may mean, and those that are needed `always`. */
function partOf(
  { mentions }: BindContext,
  relation: string,
  columns: readonly { readonly name: string }[],
  always: readonly number[] = [],
): RelationPart {
  const allNames = columns.map(({ name }) => name);
  const found = mentions?.positionsOf(relation, allNames);
  if (found === undefined) return { positions: [...columns.keys()] };
  const positions = [...new Set([...found, ...always])].toSorted((a, b) => a - b);
  return { positions, allNames };
}

export function plainColumns(columns: readonly LogicalColumn[]): readonly ScopeColumn[] {
  return columns.map((column) => ({ name: column.name, column }));
}

/** Whether ONLY leaves the partitions, and with them all rows, out. */
export function isOnly(table: Table, { inh }: Pick<Ast<'RangeVar'>, 'inh'>): boolean {
  return table.partitions !== undefined && inh !== true;
}

/** Of a partitioned table, where the statement asks for it: which partition each row is in. */
export function leafColumns(context: BindContext, table: Table): readonly LogicalColumn[] {
  const isAsked = table.partitions !== undefined && context.systemColumns.has('tableoid');
  return isAsked ? [context.newColumn('leaf', sqlType('oid'), false)] : [];
}

function tableSource(context: BindContext, table: Table, source: Ast<'RangeVar'>): Source {
  const shown = source.alias?.aliasname ?? source.relname ?? '';
  const { definition } = table;
  const key = definition.constraints.find(({ kind }) => kind === 'primaryKey')?.columns ?? [];
  const policies = rowPolicies(context, definition);
  const part: RelationPart =
    policies === undefined
      ? partOf(context, shown, definition.columns, key)
      : { positions: [...definition.columns.keys()] };
  const { positions } = part;
  const columns = tableColumns(context, definition, positions);
  const keyIds = key.flatMap((position) => columns[positions.indexOf(position)]?.id ?? []);
  const needsRow = context.systemColumns.has('ctid') || context.locksRows;
  const rowId = needsRow ? [context.newColumn('rowid', sqlType('int8'), false)] : [];
  const leaf = leafColumns(context, table);
  const all = [...columns, ...rowId, ...leaf];
  const scan: LogicalNode = isOnly(table, source)
    ? { kind: 'empty', columns: all }
    : {
        kind: 'scan',
        table,
        columns: all,
        positions: [...positions, ...rowId.map(() => -1), ...leaf.map(() => -2)],
      };
  const [id] = rowId;
  const place = id === undefined ? 'none' : rowIdText(context, columnOf(id));
  const isLocked = context.locked.has(source);
  const commands = isLocked ? (['select', 'update'] as const) : (['select'] as const);
  const visible =
    policies === undefined
      ? scan
      : visibleRows(context, scan, { table: definition, policies, row: columns, commands });
  const { node, hidden } = withSystemColumns(context, visible, leaf[0] ?? definition.oid, place);
  const keys = keyIds.length === 0 ? {} : { keyIds };
  const ids = context.locksRows && id !== undefined ? [rowIdColumn(id)] : [];
  return {
    node,
    columns: [...plainColumns(columns), ...hidden, ...ids],
    schema: definition.schema,
    oid: definition.oid,
    ...keys,
    allNames: part.allNames,
  };
}

export function rowIdColumn(column: LogicalColumn): ScopeColumn {
  return { name: rowIdName, column, hidden: true };
}

function factSource(context: BindContext, facts: FactTable, shown: string): Source {
  const { positions, allNames } = partOf(context, shown, facts.columns);
  const columns = positions.map((at) => {
    const { name, type } = must(facts.columns[at], 'column');
    return { ...context.newColumn(name, type), tableOid: facts.oid, columnNumber: at + 1 };
  });
  const scan: LogicalNode =
    facts.isEmpty === true
      ? { kind: 'empty', columns }
      : { kind: 'factScan', facts, columns, positions };
  const { node, hidden } = withSystemColumns(context, scan, facts.oid, undefined);
  const { schema, oid } = facts;
  return { node, columns: [...plainColumns(columns), ...hidden], schema, oid, allNames };
}

function viewSource(context: BindContext, view: ViewDefinition, shown: string): Source {
  const { schema, oid } = view;
  const parsed = parsedView(view.sql);
  if (parsed === undefined) throw context.unsupported(`view "${view.name}"`, undefined);
  const narrow = parsed.narrowed(shown, context.mentions, namesOf(view));
  const query = context.insideView(
    view.name,
    () => bindQuery(context, narrow?.select ?? parsed.select, undefined),
    { mentions: parsed.mentions, reader: readerOf(view) },
  );
  const shownQuery = isBarrier(view) ? { ...query, node: barrier(query.node) } : query;
  const { node: inner, output } = withOrigin(context, shownQuery, {
    ...{ oid, names: namesOf(view), positions: narrow?.positions },
  });
  const columns = output.map(({ name, column, shape }) => ({ name, column, shape }));
  const allNames = narrow === undefined ? undefined : (namesOf(view) ?? parsed.names);
  if (schema !== 'pg_catalog') return { node: inner, columns, schema, oid, allNames };
  const { node, hidden } = withSystemColumns(context, inner, oid, undefined);
  return { node, columns: [...columns, ...hidden], schema, oid, allNames };
}

/** Whose policies rule what a view reads: its owner's, or the current user's (security_invoker). */
export function readerOf({ owner, options = [] }: ViewDefinition): string | undefined {
  return options.includes('security_invoker=true') ? undefined : owner;
}

function isBarrier({ options = [] }: ViewDefinition): boolean {
  return options.includes('security_barrier=true');
}

function namesOf({ columns }: ViewDefinition): readonly string[] | undefined {
  return columns?.map(({ name }) => name);
}

const parsedViewsMax = 256;
const parsedViews = new Map<string, ViewQuery | undefined>();

/** Views are parsed once: their text is bound by every statement that names them. */
export function parsedView(sql: string): ViewQuery | undefined {
  if (parsedViews.has(sql)) return parsedViews.get(sql);
  const [statement] = parseSql(sql);
  const select = astAs(statement?.node, 'SelectStmt');
  const view = select === undefined ? undefined : new ViewQuery(select);
  if (parsedViews.size >= parsedViewsMax) parsedViews.clear();
  parsedViews.set(sql, view);
  return view;
}

/** A view, and which of its columns its query yields; undefined: all. */
interface ViewOrigin {
  readonly oid: number;
  /** Of its columns, where they are not those of the query. */
  readonly names: readonly string[] | undefined;
  readonly positions: readonly number[] | undefined;
}

/** The view's columns as columns of the view: RowDescription names it, not what is behind. */
function withOrigin(
  context: BindContext,
  query: BoundQuery,
  { oid, names, positions }: ViewOrigin,
): BoundQuery {
  const items = query.output.map(({ name, column }, i): Item => {
    const at = positions?.[i] ?? i;
    const own = context.newColumn(names?.[at] ?? name, column.type, column.nullable);
    const columnNumber = at + 1;
    return { column: { ...own, tableOid: oid, columnNumber }, expr: columnOf(column) };
  });
  const output = query.output.map((old, i) => {
    const column = items[i]?.column ?? old.column;
    return { ...old, name: column.name, column };
  });
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

/**
 * The system columns that the statement mentions, below everything that may make them NULL.
 * `place`: ctid; undefined where rows are not stored, `none` where nobody knows or asks. `oid`: the
 * relation's, a column with each row's, or why there is none.
 *
 * Programs compare xmin to see whether somebody has written a row since: a stored row has none
 * rather than one that says no.
 */
export function withSystemColumns(
  context: BindContext,
  input: LogicalNode,
  oid: number | LogicalColumn | string,
  place: Expr | 'none' | undefined,
): { readonly node: LogicalNode; readonly hidden: readonly ScopeColumn[] } {
  const wanted = systemColumns.filter(([name]) => context.systemColumns.has(name));
  const added = wanted.map(([name, type, value]): Item => {
    const column = context.newColumn(name, sqlType(type), false);
    if (typeof oid === 'object' && name === 'tableoid') return { column, expr: columnOf(oid) };
    return { column, expr: constant(sqlType(type), value(typeof oid === 'number' ? oid : 0)) };
  });
  if (context.systemColumns.has('ctid') && place !== 'none') {
    const expr = place ?? constant(sqlType('tid'), '(0,1)');
    added.push({ column: context.newColumn('ctid', sqlType('tid'), false), expr });
  }
  if (added.length === 0) return { node: input, hidden: [] };
  const passed = input.columns.map((column): Item => ({ column, expr: columnOf(column) }));
  const unkeptOf = (name: string): string | undefined => {
    if (name === 'tableoid' && typeof oid === 'string') return oid;
    return name === 'xmin' && place !== undefined ? 'xmin of a stored row' : undefined;
  };
  const hidden = added.map(({ column }): ScopeColumn => {
    const { name } = column;
    const unkept = unkeptOf(name);
    return { name, column, hidden: true, ...(unkept === undefined ? {} : { unkept }) };
  });
  return { node: project(input, [...passed, ...added]), hidden };
}
