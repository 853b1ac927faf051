/**
 * MERGE: source and target joined, each row with the number of the first WHEN clause that takes it.
 *
 *     source ⟕ target ─▶ action (CASE over the clauses) ─▶ without those that do nothing
 *            ─▶ row id, new row (CASE over the action), values from before, action
 */
import type { Node } from '@pgsql/types';
import { must } from '../../../errors/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { sqlType } from '../../../types/type-table.ts';
import type { LogicalColumn, LogicalNode } from '../../logical.ts';
import type { MergeAction } from '../../planner.ts';
import { astAs, type Ast } from '../ast.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import { coerceToBoolean } from '../coerce.ts';
import { bindExpr } from '../expressions.ts';
import { bindFromItem, type FromItem } from '../from/from-clause.ts';
import { insertedRow, insertTargets } from './insert.ts';
import { defaultOf } from './assignments.ts';
import { boolType, constant, nullOf } from '../literals.ts';
import { filter, join, project } from '../nodes.ts';
import { bindOperator } from '../calls/operator-calls.ts';
import type { Env } from '../scope.ts';
import { policyChecks } from './policy-checks.ts';
import {
  openTarget,
  readsRows,
  unread,
  watchedItems,
  type OpenTarget,
  type WriteParts,
} from './write-target.ts';
import { assignments } from './writes.ts';

const actionType = sqlType('int4');

/** A WHEN clause; `row`: what an insert or update writes, by column of the table. */
interface MergeClause {
  readonly isMatched: boolean;
  readonly action: MergeAction | 'nothing';
  readonly condition: Expr | undefined;
  readonly row: readonly Expr[] | undefined;
}

/** Errors: 42601 for clauses that nothing reaches, 42712, and those of its parts. */
export function bindMerge(context: BindContext, statement: Ast<'MergeStmt'>): WriteParts {
  if (statement.withClause?.recursive === true) {
    const message = 'WITH RECURSIVE is not supported for MERGE statement';
    throw context.error('syntax_error', message, undefined);
  }
  const written = (statement.mergeWhenClauses ?? []).map(
    (item) => astAs(item, 'MergeWhenClause') ?? {},
  );
  refuseUnreachable(context, written);
  const target = openTarget(context, { operation: 'merge', statement, outer: undefined });
  const source = bindSource(target, statement.sourceRelation);
  const joined = joinedRows(target, source, statement);
  const clauses = written.map((clause) => bindClause(target, source, clause));
  const merged = mergedRows(context, target, joined, clauses);
  const ruled = readsRows(context, target) ? merged.source : unread(target, merged.source);
  const policies = policyChecks(context, target.written, {
    insert: [['insert', 'check']],
    update: [['update', 'check']],
    mergeUpdate: [['update', 'using']],
    mergeDelete: [['delete', 'using']],
  });
  return { ...merged, source: ruled, ...policies, returning: [], fields: [] };
}

function isMatched({ matchKind }: Ast<'MergeWhenClause'>): boolean {
  return matchKind === 'MERGE_WHEN_MATCHED';
}

function refuseUnreachable(context: BindContext, clauses: readonly Ast<'MergeWhenClause'>[]): void {
  const unconditional = new Set<boolean>();
  for (const clause of clauses) {
    if (unconditional.has(isMatched(clause))) {
      const message = 'unreachable WHEN clause specified after unconditional WHEN clause';
      throw context.error('syntax_error', message, undefined);
    }
    if (clause.condition === undefined) unconditional.add(isMatched(clause));
  }
}

function bindSource({ env, relation }: OpenTarget, node: Node | undefined): FromItem {
  const { context } = env;
  const source = bindFromItem({ ...env, clause: 'select' }, must(node, 'the source'));
  const same = source.items.find(
    (item) => item.relationVisible && item.relation.name === relation.name,
  );
  if (same === undefined) return source;
  const message = `name "${relation.name}" specified more than once`;
  throw context.error('duplicate_alias', message, undefined, {
    detail: 'The name is used both as MERGE target table and data source.',
  });
}

function joinedRows(
  { env, scan }: OpenTarget,
  source: FromItem,
  { joinCondition, mergeWhenClauses }: Ast<'MergeStmt'>,
): LogicalNode {
  const { context, level } = env;
  level.namespace = [...scan.items, ...source.items];
  const predicate = bindExpr({ ...env, clause: 'join', asFilter: true }, joinCondition);
  const condition = coerceToBoolean(context, predicate, 'JOIN/ON');
  const inserts = (mergeWhenClauses ?? []).some(
    (item) => !isMatched(astAs(item, 'MergeWhenClause') ?? {}),
  );
  const joinType = inserts ? 'left' : 'inner';
  return join(source.node, scan.node, { joinType, condition, lateral: false });
}

const actions: Readonly<Record<string, MergeClause['action']>> = {
  CMD_INSERT: 'insert',
  CMD_UPDATE: 'update',
  CMD_DELETE: 'delete',
  CMD_NOTHING: 'nothing',
};

/** Without a match only the source's columns are in scope. */
function bindClause(
  target: OpenTarget,
  source: FromItem,
  clause: Ast<'MergeWhenClause'>,
): MergeClause {
  const { env, scan } = target;
  const { context, level } = env;
  const matched = isMatched(clause);
  level.namespace = matched ? [...scan.items, ...source.items] : source.items;
  const inWhen: Env = { ...env, clause: 'mergeWhen' };
  const condition =
    clause.condition === undefined
      ? undefined
      : coerceToBoolean(context, bindExpr(inWhen, clause.condition), 'WHEN');
  const action = must(actions[clause.commandType ?? ''], 'action');
  return { isMatched: matched, action, condition, row: rowOf(target, action, clause) };
}

function rowOf(
  { env, written, columns }: OpenTarget,
  action: MergeClause['action'],
  clause: Ast<'MergeWhenClause'>,
): readonly Expr[] | undefined {
  const { context } = env;
  const table = written.table.definition;
  if (action === 'update') {
    const assigned = assignments(env, { written, old: columns }, clause.targetList);
    return columns.map((column, i) => assigned.get(i) ?? columnOf(column));
  }
  if (action !== 'insert') return undefined;
  if (clause.values === undefined) {
    return table.columns.map((column) => defaultOf(context, column));
  }
  const cols = clause.targetList;
  const targets = insertTargets(context, written, cols);
  const parts = { written, targets, ...(cols === undefined ? {} : { cols }) };
  const { override } = clause;
  const { level } = env;
  const row = insertedRow(
    { ...env, clause: 'insertRow' },
    override === undefined ? parts : { ...parts, override },
    clause.values,
  );
  if (level.sets.length > 0) refuseSets(context, clause.values);
  return row;
}

/** PostgreSQL finds out when it runs. */
function refuseSets(context: BindContext, values: readonly Node[]): void {
  const message = 'set-valued function called in context that cannot accept a set';
  throw context.error(
    'feature_not_supported',
    message,
    values.find((value) => 'FuncCall' in value),
  );
}

function mergedRows(
  context: BindContext,
  target: OpenTarget,
  joined: LogicalNode,
  clauses: readonly MergeClause[],
): Pick<WriteParts, 'operation' | 'table' | 'source' | 'actions' | 'old'> {
  const { table, rowId } = target;
  const writing = clauses.filter(({ action }) => action !== 'nothing');
  const action = context.newColumn('action', actionType);
  const passed = joined.columns.map((column) => ({ column, expr: columnOf(column) }));
  const chosen = project(joined, [
    ...passed,
    { column: action, expr: actionOf(rowId, clauses, writing) },
  ]);
  const rows = filter(chosen, isNotNull(action));
  const renewed = table.definition.columns.map(({ name, type }, i) => {
    const expr = newValue(context, action, writing, { position: i, type });
    return { column: context.newColumn(name, type), expr };
  });
  const hasUpdates = writing.some((clause) => clause.action === 'update');
  const isRuled = target.written.policies !== undefined;
  const watched = hasUpdates ? 'update' : 'delete';
  const { items, old } = watchedItems(context, target, isRuled ? 'all' : watched);
  const places = [{ column: rowId, expr: columnOf(rowId) }, ...renewed, ...items];
  const source = project(rows, [...places, { column: action, expr: columnOf(action) }]);
  const done = writing.map((clause) => clause.action as MergeAction);
  return { operation: 'merge', table: table.definition, source, actions: done, ...old };
}

/** The clause's number among those that write; NULL: the row stays as it is. */
function actionOf(
  rowId: LogicalColumn,
  clauses: readonly MergeClause[],
  writing: readonly MergeClause[],
): Expr {
  const chosen = (matched: boolean): Expr => {
    const own = clauses.filter((clause) => clause.isMatched === matched);
    return own.toReversed().reduce<Expr>((otherwise, clause) => {
      const place = writing.indexOf(clause);
      const then = place < 0 ? nullOf(actionType) : numbered(place);
      const { condition } = clause;
      if (condition === undefined) return then;
      return { kind: 'case', whens: [{ when: condition, then }], otherwise, type: actionType };
    }, nullOf(actionType));
  };
  const whens = [{ when: isNotNull(rowId), then: chosen(true) }];
  return { kind: 'case', whens, otherwise: chosen(false), type: actionType };
}

function isNotNull(column: LogicalColumn): Expr {
  return { kind: 'isNotNull', arg: columnOf(column), type: boolType };
}

function numbered(place: number): Expr {
  return constant(actionType, place);
}

/** A column of the row that the chosen clause writes. */
function newValue(
  context: BindContext,
  action: LogicalColumn,
  writing: readonly MergeClause[],
  { position, type }: { readonly position: number; readonly type: SqlType },
): Expr {
  const [only, ...others] = writing;
  const value = only?.row?.[position];
  if (value !== undefined && others.length === 0) return value;
  const whens = writing.flatMap(({ row }, place) => {
    const then = row?.[position];
    if (then === undefined) return [];
    return [{ when: bindOperator(context, '=', [columnOf(action), numbered(place)], -1), then }];
  });
  const otherwise = nullOf(type);
  return whens.length === 0 ? otherwise : { kind: 'case', whens, otherwise, type };
}
