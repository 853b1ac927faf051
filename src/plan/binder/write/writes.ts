/** INSERT, UPDATE, DELETE: their source rows as a query, and RETURNING over them. */
import type { Node } from '@pgsql/types';
import { must } from '../../../errors/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import { exprColumns } from '../../../expr/walk.ts';
import type { LogicalColumn, LogicalNode } from '../../logical.ts';
import type { Field } from '../../physical.ts';
import { bindPartAssignment } from './part-assignment.ts';
import { assignTo, defaultOf, namedColumn, writtenPosition } from './assignments.ts';
import { astAs, stringsOf, visitAst, type Ast } from '../ast.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import { coerceToBoolean, resolveUnknown } from '../coerce.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { checkedAgain } from '../domains.ts';
import { bindExpr } from '../expressions.ts';
import { policyChecks } from './policy-checks.ts';
import { nullOf } from '../literals.ts';
import { filter, project, type Item } from '../nodes.ts';
import { rowValues } from './row-assignment.ts';
import { bindTargets } from '../select/select.ts';
import type { Env, Relation } from '../scope.ts';
import {
  bindTarget,
  readsRows,
  mayMoveRows,
  replaceRelation,
  unread,
  watchedItems,
  type Target,
  type WriteParts,
} from './write-target.ts';
import { overRow, shownOver, type ShownRow, type WrittenRelation } from './written-relation.ts';

export function bindDelete(
  context: BindContext,
  statement: Ast<'DeleteStmt'>,
  outer?: Env,
): WriteParts {
  const others = statement.usingClause;
  const target = bindTarget(context, { operation: 'delete', statement, others, outer });
  const { env, rowId, table, joined } = target;
  const rows = onePerRow(
    target,
    filter(joined, whereOf(env, statement.whereClause)),
    statement.usingClause,
  );
  const returning = bindReturning(env, statement.returningClause);
  const extras = extraItems(rows, returning, [rowId.id]);
  const watched = watchedItems(context, target, 'delete');
  const items = [...extras, ...watched.items];
  const source = project(rows, [{ column: rowId, expr: columnOf(rowId) }, ...items]);
  const ruled = readsRows(context, target) ? source : unread(target, source);
  const parts = { operation: 'delete', table: table.definition, source: ruled } as const;
  return { ...parts, ...watched.old, ...returning };
}

export function bindUpdate(
  context: BindContext,
  statement: Ast<'UpdateStmt'>,
  outer?: Env,
): WriteParts {
  const others = statement.fromClause;
  const target = bindTarget(context, { operation: 'update', statement, others, outer });
  const { env, rowId, table, written, joined, columns, relation } = target;
  const { definition } = table;
  const assigned = assignments(env, { written, old: columns }, statement.targetList);
  const filtered = filter(joined, whereOf(env, statement.whereClause));
  const rows = onePerRow(target, filtered, statement.fromClause);
  const items = definition.columns.map((column, i): Item => {
    const old = must(columns[i], 'column');
    const expr = assigned.get(i) ?? columnOf(old);
    return { column: { ...old, id: context.newColumn(column.name, column.type).id }, expr };
  });
  const renewed = items.map(({ column }) => column);
  const shown = shownOver(context, written, renewed);
  const moves = mayMoveRows(table, [...assigned.keys()]);
  replaceRelation(env, relation, { ...shown, moves });
  refuseNewPlace(context, statement.returningClause, relation);
  const returning = bindReturning(env, statement.returningClause, shown);
  const extras = extraItems(rows, returning, [rowId.id, ...renewed.map(({ id }) => id)]);
  const watched = watchedItems(context, target, 'update');
  const all = [...items, ...extras, ...watched.items];
  const source = project(rows, [{ column: rowId, expr: columnOf(rowId) }, ...all]);
  const checks = viewChecks(written, renewed);
  const isRead = readsRows(context, target, renewed);
  const policies = policyChecks(context, written, {
    update: [['update', 'check'], ...(isRead ? ([['select', 'using']] as const) : [])],
  });
  return {
    operation: 'update',
    table: definition,
    source: isRead ? source : unread(target, source),
    ...policies,
    assigned: [...assigned.keys()],
    ...watched.old,
    ...returning,
    ...checks,
  };
}

function whereOf(env: Env, node: Node | undefined): Expr | undefined {
  if (node === undefined) return undefined;
  return coerceToBoolean(env.context, bindExpr({ ...env, asFilter: true }, node), 'WHERE');
}

/** A row that joins with several others is written once, for one of them. */
function onePerRow(
  { rowId }: Target,
  node: LogicalNode,
  others: readonly Node[] | undefined,
): LogicalNode {
  if (others === undefined || others.length === 0) return node;
  const { columns } = node;
  const keys = [{ expr: columnOf(rowId), descending: false, nullsFirst: false }];
  const sorted: LogicalNode = { kind: 'sort', input: node, columns, keys };
  return { kind: 'distinctOn', input: sorted, columns, keys: [columnOf(rowId)] };
}

/** What WITH CHECK OPTION asks of the new rows. */
export function viewChecks(
  { checks, row }: WrittenRelation,
  columns: readonly LogicalColumn[],
): Pick<WriteParts, 'viewChecks'> {
  if (checks.length === 0) return {};
  const renewed = checks.map(({ view, expr }) => ({ view, expr: overRow(expr, row, columns) }));
  return { viewChecks: renewed };
}

export interface AssignedTable {
  readonly written: WrittenRelation;
  /** The rows before: elements of their arrays may be set. */
  readonly old: readonly LogicalColumn[];
}

/** The new values by position. Errors: 42601, 42703, 42804, 428C9. */
export function assignments(
  env: Env,
  { written, old }: AssignedTable,
  targets: readonly Node[] | undefined,
): ReadonlyMap<number, Expr> {
  const { context } = env;
  const table = written.table.definition;
  const assigned = new Map<number, Expr>();
  const parted = new Set<number>();
  const typeAt = (position: number): SqlType => must(table.columns[position], 'column').type;
  const inSet: Env = { ...env, clause: 'updateSource' };
  const rows = new Map<unknown, readonly (Expr | 'default')[]>();
  for (const item of targets ?? []) {
    const target = astAs(item, 'ResTarget') ?? {};
    const position = writtenPosition(namedColumn(context, written, target), 'update');
    const column = must(table.columns[position], 'column');
    const subscripts = target.indirection ?? [];
    if (subscripts.length > 0) {
      const before = assigned.get(position) ?? columnOf(must(old[position], 'column'));
      const value = assignedValue(inSet, target, rows);
      if (value === 'default') {
        const message = 'cannot set an array element to DEFAULT';
        throw context.error('feature_not_supported', message, target.location);
      }
      const element = { subscripts, value, column: column.name, place: target.location };
      assigned.set(position, bindPartAssignment(inSet, before, element));
      parted.add(position);
      continue;
    }
    if (assigned.has(position)) {
      const message = `multiple assignments to same column "${column.name}"`;
      throw context.error('syntax_error', message, undefined);
    }
    const value = assignedValue(inSet, target, rows);
    const isGenerated = column.generated !== undefined;
    if (value !== 'default' && (column.identity === 'always' || isGenerated)) {
      const kind = isGenerated ? 'a generated column' : alwaysIdentity;
      const message = `column "${column.name}" can only be updated to DEFAULT`;
      throw context.error('generated_always', message, undefined, {
        detail: `Column "${column.name}" is ${kind}.`,
      });
    }
    if (value === 'default') {
      // Views have defaults of their own: none.
      const isView = written.oid !== table.oid;
      assigned.set(position, isView ? nullOf(column.type) : defaultOf(context, column));
    } else assigned.set(position, assignTo(context, column, value));
  }
  for (const [position, expr] of assigned) {
    if (parted.has(position)) assigned.set(position, checkedAgain(context, expr, typeAt(position)));
  }
  return assigned;
}

const alwaysIdentity = 'an identity column defined as GENERATED ALWAYS';

/** `SET (a, b) = (…)` comes as one reference per column to the same source. */
function assignedValue(
  env: Env,
  target: Ast<'ResTarget'>,
  rows: Map<unknown, readonly (Expr | 'default')[]>,
): Expr | 'default' {
  if (target.val !== undefined && 'SetToDefault' in target.val) return 'default';
  const many = astAs(target.val, 'MultiAssignRef');
  if (many === undefined) return bindExpr(env, target.val);
  const key = many.source === undefined ? target : JSON.stringify(many.source);
  const values = rows.get(key) ?? rowValues(env, many);
  rows.set(key, values);
  return must(values[(many.colno ?? 1) - 1], 'assigned value');
}

/** Where a new row lies is known when it is stored. Errors: 0A000 for its ctid. */
export function refuseNewPlace(
  context: BindContext,
  clause: Ast<'ReturningClause'> | undefined,
  { name }: Relation,
): void {
  if (clause === undefined || !context.systemColumns.has('ctid')) return;
  visitAst(clause.exprs, 'ColumnRef', (content) => {
    const { fields, location } = content as Ast<'ColumnRef'>;
    const names = stringsOf(fields);
    const isOwn = names.length === 1 || names.at(-2) === name;
    if (names.at(-1) === 'ctid' && isOwn)
      throw context.unsupported('ctid of a new row in RETURNING', location);
  });
}

interface Returning {
  readonly returning: readonly Expr[];
  readonly fields: readonly Field[];
}

export function bindReturning(
  env: Env,
  clause: Ast<'ReturningClause'> | undefined,
  shown?: ShownRow,
): Returning {
  const { context } = env;
  if ((clause?.options?.length ?? 0) > 0) throw context.unsupported('RETURNING WITH', undefined);
  const targets = bindTargets({ ...env, clause: 'returning' }, clause?.exprs);
  const returning = targets.map(({ expr }) => resolveUnknown(context, expr));
  const fields = targets.map(({ name }, i) => fieldOf(env, name, must(returning[i], 'expression')));
  return { returning: shown === undefined ? returning : returning.map(shown.expand), fields };
}

function fieldOf(env: Env, name: string, expr: Expr): Field {
  const columns = env.level.relations.flatMap((relation) => relation.columns);
  const source =
    expr.kind === 'column' ? columns.find(({ column }) => column.id === expr.index) : undefined;
  const { tableOid, columnNumber, nullable = true } = source?.column ?? {};
  const origin =
    tableOid === undefined || columnNumber === undefined ? {} : { tableOid, columnNumber };
  return { name, type: expr.type, nullable, ...origin };
}

/** Columns of other relations that RETURNING uses. */
function extraItems(
  rows: LogicalNode,
  { returning }: Returning,
  known: readonly number[],
): readonly Item[] {
  const wanted = exprColumns(...returning).filter((id) => !known.includes(id));
  return wanted.flatMap((id): Item[] => {
    const column = rows.columns.find((each) => each.id === id);
    return column === undefined ? [] : [{ column, expr: columnOf(column) }];
  });
}
