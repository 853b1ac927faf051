/**
 * The relation that a statement writes: a table, or one through views each of which shows the rows
 * of a single relation (PostgreSQL manual, CREATE VIEW, Updatable Views).
 *
 *     view v: select a as x, b + 1 as y from t where c > 0
 *         shown   x ─▶ column a of t, y ─▶ computed
 *         quals   c > 0
 *         checks  with check option: a new row must satisfy c > 0
 */
import type { PolicyRecord } from '../../../catalog/policy-records.ts';
import type { Table } from '../../../catalog/table.ts';
import type { SqlError } from '../../../errors/sql-error.ts';
import { must } from '../../../errors/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import { mapExpr } from '../../../expr/walk.ts';
import type { LogicalColumn } from '../../logical.ts';
import type { ViewDefinition, WriteOperation } from '../../planner.ts';
import { astAs, type Ast } from '../ast.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import { coerceToBoolean, resolveUnknown } from '../coerce.ts';
import { bindExpr } from '../expressions.ts';
import { aliasedColumns } from '../from/from-clause.ts';
import { parsedView, readerOf, tableColumns } from '../from/relations.ts';
import { rowPolicies } from '../from/row-security.ts';
import { envOf, QueryLevel, type ScopeColumn } from '../scope.ts';
import { bindTargets } from '../select/select.ts';
import { notChangeable, notUpdatable, refuseComputed, viewRefusal } from './view-updates.ts';

/** A column of the relation. */
export interface ShownColumn {
  readonly name: string;
  /** Of the table; undefined: the value is computed. */
  readonly position: number | undefined;
  /** Computed from the table's row. */
  readonly expr: Expr | undefined;
  /** Why it cannot be written, where `position` is undefined. */
  readonly refusal?: (operation: 'insert' | 'update') => SqlError;
}

/** What WITH CHECK OPTION asks of a new row of the table. */
export interface ViewCheck {
  readonly view: string;
  readonly expr: Expr;
}

export interface WrittenRelation {
  readonly table: Table;
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** The table's row, which `quals`, `checks` and computed columns are over. */
  readonly row: readonly LogicalColumn[];
  readonly shown: readonly ShownColumn[];
  readonly quals: readonly Expr[];
  /** Of the table; undefined: none rules its rows. */
  readonly policies: readonly PolicyRecord[] | undefined;
  /** Whose they are: the owner of the view around. */
  readonly reader: string | undefined;
  readonly checks: readonly ViewCheck[];
}

export interface WantedRelation {
  readonly node: Ast<'RangeVar'> | undefined;
  readonly operation: WriteOperation;
  /** A view around has a cascaded check option. */
  readonly isChecked?: boolean;
}

/** Errors: 42P01; 42809, 55000 for what cannot be written; 42501 for system catalogs. */
export function writtenRelation(context: BindContext, wanted: WantedRelation): WrittenRelation {
  const { schemaname: schema, relname: name = '', location } = wanted.node ?? {};
  const { catalog } = context.options;
  const table = catalog.findTable(schema, name);
  if (table !== undefined) {
    if (table.definition.materialized !== undefined) {
      throw notChangeable(context, name, wanted.operation);
    }
    return wholeTable(context, table);
  }
  const view = catalog.findView(schema, name);
  const other = view ?? catalog.findFacts(schema, name);
  if (other?.schema === 'pg_catalog') {
    const message = `permission denied: "${name}" is a system catalog`;
    throw context.error('insufficient_privilege', message, undefined);
  }
  if (view !== undefined && wanted.operation !== 'merge') return throughView(context, view, wanted);
  if (other !== undefined) throw notUpdatable(context, other, wanted.operation);
  const written = schema === undefined ? name : `${schema}.${name}`;
  throw context.error('undefined_table', `relation "${written}" does not exist`, location);
}

function isMaterialized(
  { options }: BindContext,
  { schemaname, relname = '' }: Ast<'RangeVar'> = {},
): boolean {
  const table = options.catalog.findTable(schemaname, relname);
  return table?.definition.materialized !== undefined;
}

function wholeTable(context: BindContext, table: Table): WrittenRelation {
  const { oid, schema, name, columns } = table.definition;
  const row = tableColumns(context, table.definition);
  const shown = columns.map((column, position) => {
    return { name: column.name, position, expr: undefined };
  });
  const policies = rowPolicies(context, table.definition);
  const { reader } = context;
  return { table, oid, schema, name, row, shown, quals: [], policies, reader, checks: [] };
}

function throughView(
  context: BindContext,
  view: ViewDefinition,
  { operation, isChecked = false }: WantedRelation,
): WrittenRelation {
  const select = parsedView(view.sql)?.select ?? {};
  const reason = viewRefusal(select);
  if (reason !== undefined) throw notUpdatable(context, view, operation, reason);
  const option = checkOptionOf(view);
  const isCascaded = isChecked || option === 'cascaded';
  return context.insideView(
    view.name,
    () => {
      const node = astAs(select.fromClause?.[0], 'RangeVar');
      if (isMaterialized(context, node)) {
        const what = 'Views that do not select from a single table or view';
        throw notUpdatable(context, view, operation, what);
      }
      const base = writtenRelation(context, { node, operation, isChecked: isCascaded });
      const { shown, where } = boundView(context, view, { select, base, node });
      const isWritable = shown.some(({ position }) => position !== undefined);
      if (!isWritable && operation !== 'delete') {
        throw notUpdatable(context, view, operation, 'Views that have no updatable columns');
      }
      const { oid, schema, name } = view;
      const quals = where === undefined ? [] : [where];
      const hasCheck = option !== undefined || isChecked;
      const checks = hasCheck ? quals.map((expr) => ({ view: name, expr })) : [];
      return {
        ...base,
        ...{ oid, schema, name, shown },
        quals: [...base.quals, ...quals],
        checks: [...base.checks, ...checks],
      };
    },
    { reader: readerOf(view) },
  );
}

/** `check_option=local`, as in pg_class.reloptions. */
function checkOptionOf({ options = [] }: ViewDefinition): string | undefined {
  return options.find((text) => text.startsWith('check_option='))?.replace(/^.*=/, '');
}

interface ViewParts {
  readonly select: Ast<'SelectStmt'>;
  readonly base: WrittenRelation;
  readonly node: Ast<'RangeVar'> | undefined;
}

function boundView(
  context: BindContext,
  view: ViewDefinition,
  { select, base, node }: ViewParts,
): { readonly shown: readonly ShownColumn[]; readonly where: Expr | undefined } {
  const level = new QueryLevel(undefined);
  const env = envOf(context, level, 'select');
  const over = shownOver(context, base, base.row);
  const alias = node?.alias;
  const name = alias?.aliasname ?? base.name;
  const relation = {
    name,
    schema: alias === undefined ? base.schema : undefined,
    tableName: base.name,
    oid: base.oid,
    columns: aliasedColumns(context, over.columns, alias, name),
  };
  level.relations.push(relation);
  level.namespace = [{ relation, relationVisible: true, columnsVisible: true }];
  const shown = bindTargets(env, select.targetList).map((target, i): ShownColumn => {
    const shownName = view.columns?.[i]?.name ?? target.name;
    const { expr: bound } = target;
    const at = over.columns.findIndex(
      ({ column }) => bound.kind === 'column' && column.id === bound.index,
    );
    const inner = base.shown[at];
    if (inner !== undefined) return { ...inner, name: shownName };
    const expr = over.expand(resolveUnknown(context, bound));
    const refusal = refuseComputed(context, { view, column: shownName, expr });
    return { name: shownName, position: undefined, expr, refusal };
  });
  if (select.whereClause === undefined) return { shown, where: undefined };
  const inWhere = { ...env, clause: 'where', asFilter: true } as const;
  const where = coerceToBoolean(context, bindExpr(inWhere, select.whereClause), 'WHERE');
  return { shown, where: over.expand(where) };
}

/** The relation's columns over one row of the table. */
export interface ShownRow {
  readonly columns: readonly ScopeColumn[];
  readonly computed: readonly { readonly column: LogicalColumn; readonly expr: Expr }[];
  /** Puts computed columns in their place. */
  readonly expand: (expr: Expr) => Expr;
}

export function shownOver(
  context: BindContext,
  { oid, row, shown }: WrittenRelation,
  columns: readonly LogicalColumn[],
): ShownRow {
  const computed: { readonly column: LogicalColumn; readonly expr: Expr }[] = [];
  const own = shown.map(({ name, position, expr }, i): ScopeColumn => {
    const origin = { tableOid: oid, columnNumber: i + 1 };
    if (position !== undefined) {
      return { name, column: { ...must(columns[position], 'column'), ...origin } };
    }
    const value = overRow(must(expr, 'a computed column'), row, columns);
    const column = { ...context.newColumn(name, value.type), ...origin };
    computed.push({ column, expr: value });
    return { name, column };
  });
  const expand = (expr: Expr): Expr =>
    computed.length === 0 ? expr : mapExpr(expr, (part) => expanded(part, computed));
  return { columns: own, computed, expand };
}

function expanded(part: Expr, computed: ShownRow['computed']): Expr {
  if (part.kind !== 'column') return part;
  return computed.find(({ column }) => column.id === part.index)?.expr ?? part;
}

/** The expression over other columns for the table's row. */
export function overRow(
  expr: Expr,
  row: readonly LogicalColumn[],
  columns: readonly LogicalColumn[],
): Expr {
  if (row === columns) return expr;
  return mapExpr(expr, (part) => {
    if (part.kind !== 'column') return part;
    const position = row.findIndex(({ id }) => id === part.index);
    const column = columns[position];
    return column === undefined ? part : columnOf(column);
  });
}
