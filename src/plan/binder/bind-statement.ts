/** The binder's face: a statement's syntax tree to a logical plan with types and names. */
import type { Node } from '@pgsql/types';
import type { Table, TableDefinition } from '../../catalog/table.ts';
import { must } from '../../errors/assert.ts';
import { SqlError } from '../../errors/sql-error.ts';
import type { Expr } from '../../expr/expr.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { sqlType } from '../../types/type-table.ts';
import type { LogicalColumn, LogicalNode, LogicalPlan } from '../logical.ts';
import type { Field } from '../physical.ts';
import type {
  ComputedUpdate,
  OnConflict,
  PlannerOptions,
  EarlierRows,
  QueriedUpdate,
  RowLocks,
  WritePolicies,
} from '../planner.ts';
import { astAs, kindOf, visitAst, type Ast } from './ast.ts';
import { BindContext } from './bind-context.ts';
import { coerceTo, coerceToBoolean, convertTo, resolveUnknown } from './coerce.ts';
import { checkedAgain } from './domains.ts';
import { bindExpr } from './expressions.ts';
import { bindInsert } from './write/insert.ts';
import { bindMerge } from './write/merge.ts';
import { sqlNameOf } from './literals.ts';
import { Mentions } from './from/mentions.ts';
import { bindPartAssignment } from './write/part-assignment.ts';
import { assignedOutput } from './select/outputs.ts';
import { bindQuery, bindQueryKeepingUnknown } from './select/query.ts';
import { lockedSelect } from './from/row-locks.ts';
import { envOf, QueryLevel, type BoundQuery, type Env } from './scope.ts';
import { bindRewrite, type RewrittenColumn } from './write/rewrite.ts';
import { withSubqueryColumns } from './write/returning-subqueries.ts';
import { noteSystemColumns } from './from/system-columns.ts';
import type { WriteParts } from './write/write-target.ts';
import { bindDelete, bindUpdate } from './write/writes.ts';

export interface BoundSelect {
  readonly kind: 'query';
  readonly plan: LogicalPlan;
  readonly fields: readonly Field[];
  readonly locks?: RowLocks;
  readonly earlier: readonly BoundEarlier[];
}

/** As WriteStatement, before planning: `returning` is over column ids of `source`'s output. */
export interface BoundWrite extends Omit<WriteParts, 'source' | 'conflict' | 'policies'> {
  readonly kind: 'write';
  readonly source: LogicalPlan;
  readonly conflict?: OnConflict<ComputedUpdate | QueriedUpdate<LogicalPlan>>;
  readonly policies?: WritePolicies<LogicalPlan>;
  readonly earlier: readonly BoundEarlier[];
}

/** A statement inside this one that runs before it, and where the rows that it returns go. */
export type BoundEarlier = { readonly rows: EarlierRows } & (
  | { readonly write: Omit<BoundWrite, 'earlier'> }
  | { readonly locking: Omit<BoundSelect, 'earlier'> & { readonly locks: RowLocks } }
);

export type BoundStatement = BoundSelect | BoundWrite;

/**
 * Binds SELECT, VALUES, TABLE, WITH, INSERT, UPDATE, DELETE, MERGE. Errors: PostgreSQL's, with position;
 * 54001 when the statement nests too deep.
 */
export function bindStatement(statement: Node, options: PlannerOptions): BoundStatement {
  const context = new BindContext(options);
  try {
    noteSystemColumns(context, statement);
    if (isPlainSelect(statement, options)) context.mentions = new Mentions(statement);
    context.topLevel = Object.values(statement)[0];
    return bindNode(context, statement);
  } catch (error) {
    // V8 has no other sign of an exhausted stack.
    if (!(error instanceof RangeError) || !/call stack/.test(error.message)) throw error;
    throw new SqlError('statement_too_complex', 'stack depth limit exceeded');
  }
}

/** A query of which nobody wants to know more than its rows. */
function isPlainSelect(statement: Node, { record, references }: PlannerOptions): boolean {
  const select = astAs(statement, 'SelectStmt');
  const isAsked = record !== undefined || references !== undefined;
  return select !== undefined && select.lockingClause === undefined && !isAsked;
}

function bindNode(context: BindContext, statement: Node): BoundStatement {
  const { options } = context;
  const select = astAs(statement, 'SelectStmt');
  if (select?.lockingClause !== undefined) return boundLocked(context, select);
  const assigned = options.variables?.assigned;
  if (select !== undefined && assigned !== undefined) {
    const query = bindQueryKeepingUnknown(context, select, undefined);
    return boundSelect(context, assignedOutput(context, query, assigned));
  }
  if (select !== undefined) return boundSelect(context, bindQuery(context, select, undefined));
  const insert = astAs(statement, 'InsertStmt');
  const update = astAs(statement, 'UpdateStmt');
  const remove = astAs(statement, 'DeleteStmt');
  const merge = astAs(statement, 'MergeStmt');
  context.written = (insert ?? update ?? remove ?? merge)?.relation?.relname;
  if (insert !== undefined) return boundWrite(context, bindInsert(context, insert));
  if (update !== undefined) return boundWrite(context, bindUpdate(context, update));
  if (remove !== undefined) return boundWrite(context, bindDelete(context, remove));
  if (merge !== undefined) return boundWrite(context, bindMerge(context, merge));
  throw context.unsupported(`planning ${kindOf(statement) ?? 'this statement'}`, undefined);
}

function boundLocked(context: BindContext, written: Ast<'SelectStmt'>): BoundSelect {
  const { select, locks, hidden } = lockedSelect(context, written);
  context.locksRows = true;
  const bound = boundSelect(context, bindQuery(context, select, undefined));
  return { ...bound, fields: bound.fields.slice(0, bound.fields.length - hidden), locks };
}

function boundSelect(context: BindContext, query: BoundQuery): BoundSelect {
  return { ...ownSelect(context, query), earlier: earlierParts(context) };
}

function ownSelect(
  context: BindContext,
  { node, output }: BoundQuery,
): Omit<BoundSelect, 'earlier'> {
  const fields = output.map(({ name, column }): Field => fieldOf(name, column));
  const columns = output.map(({ name, column }) => ({ id: column.id, name }));
  return { kind: 'query', plan: planOf(context, node, columns), fields };
}

/** Errors: 0A000 for a subquery in RETURNING that an ON CONFLICT DO UPDATE may change. */
function earlierParts(context: BindContext): BoundSelect['earlier'] {
  return context.earlier.map(({ rows, ...part }): BoundEarlier => {
    if ('write' in part) return { write: ownWrite(context, part.write), rows };
    const { query, locks, hidden } = part.locking;
    const { fields, ...select } = ownSelect(context, query);
    const shown = fields.slice(0, fields.length - hidden);
    return { locking: { ...select, fields: shown, locks }, rows };
  });
}

function fieldOf(name: string, column: LogicalColumn): Field {
  const { type, nullable, tableOid, columnNumber } = column;
  const origin =
    tableOid === undefined || columnNumber === undefined ? {} : { tableOid, columnNumber };
  return { name, type, nullable, ...origin };
}

function boundWrite(context: BindContext, parts: WriteParts): BoundWrite {
  return { ...ownWrite(context, parts), earlier: earlierParts(context) };
}

function ownWrite(context: BindContext, parts: WriteParts): Omit<BoundWrite, 'earlier'> {
  const { source, returning, conflict, policies, ...rest } = withSubqueryColumns(context, parts);
  const ruled =
    policies === undefined
      ? {}
      : { policies: mapPolicies(policies, (node) => wholePlan(context, node)) };
  const own = { ...rest, ...ruled, returning, source: wholePlan(context, source) };
  if (conflict === undefined) return { kind: 'write', ...own };
  return { kind: 'write', ...own, conflict: plannedConflict(context, conflict) };
}

function plannedConflict(
  context: BindContext,
  { update, ...conflict }: NonNullable<WriteParts['conflict']>,
): NonNullable<BoundWrite['conflict']> {
  if (update === undefined) return conflict;
  if (!('plan' in update)) return { ...conflict, update };
  return { ...conflict, update: { ...update, plan: wholePlan(context, update.plan) } };
}

/** The same over other plans. */
export function mapPolicies<From, To>(
  policies: WritePolicies<From>,
  map: (plan: From) => To,
): WritePolicies<To> {
  const entries = Object.entries(policies).map(([moment, rows]) => {
    return [moment, { ...rows, plan: map(rows.plan) }];
  });
  return Object.fromEntries(entries) as WritePolicies<To>;
}

/** With all of its columns. */
function wholePlan(context: BindContext, node: LogicalNode): LogicalPlan {
  return planOf(
    context,
    node,
    node.columns.map(({ id, name }) => ({ id, name })),
  );
}

function planOf(
  context: BindContext,
  root: LogicalNode,
  output: LogicalPlan['output'],
): LogicalPlan {
  const { subqueries, ctes, parameters, nextColumnId } = context;
  const called = context.called.length === 0 ? {} : { called: context.called };
  const parameterTypes = parameters.resolved();
  return { root, output, subqueries, ctes, parameterTypes, nextColumnId, ...called };
}

export interface ExpressionColumn {
  readonly name: string;
  readonly type: SqlType;
}

/** What an expression is for, in the words of errors. */
export interface ExpressionTarget {
  readonly column?: string;
  /** 42804 in words of its own. */
  readonly mismatch?: (actual: SqlType, location: number) => SqlError;
}

/**
 * A lone expression: DEFAULT, arguments of EXECUTE. With `wanted` its value is cast as if assigned
 * (42804 when it cannot be). Subqueries, aggregates and set-returning functions are refused.
 */
export function bindExpression(
  node: Node,
  options: PlannerOptions,
  wanted?: SqlType,
  target: ExpressionTarget = {},
): Expr {
  const context = new BindContext(options);
  const env = envOf(context, new QueryLevel(undefined), 'default');
  refuseSubqueries(context, node, 'DEFAULT expression');
  if (target.column !== undefined) refuseColumns(context, node);
  const expr = bindExpr(env, node);
  if (wanted === undefined) return resolveUnknown(context, expr);
  const coerced = coerceTo(context, expr, wanted, 'assignment');
  if (coerced !== undefined) return coerced;
  if (target.mismatch !== undefined) throw target.mismatch(expr.type, context.locationOf(expr));
  throw defaultMismatch(context, target.column, [wanted, expr.type]);
}

function defaultMismatch(
  context: BindContext,
  name: string | undefined,
  [wanted, actual]: readonly [wanted: SqlType, actual: SqlType],
): SqlError {
  const types = `type ${sqlNameOf(wanted)} but default expression is of type ${sqlNameOf(actual)}`;
  const column = name === undefined ? 'column' : `column "${name}"`;
  const hint = 'You will need to rewrite or cast the expression.';
  return context.error('datatype_mismatch', `${column} is of ${types}`, undefined, { hint });
}

export interface RowShape {
  readonly name: string | undefined;
  readonly columns: readonly ExpressionColumn[];
}

/** The condition of a CHECK over a row. `ColumnExpr.index` is a place in the row's columns. */
export function bindCheck(node: Node, options: PlannerOptions, row: RowShape): Expr {
  const env = rowEnv(options, row);
  refuseSubqueries(env.context, node, 'check constraint');
  return coerceToBoolean(env.context, bindExpr(env, node), 'CHECK');
}

/** COPY FROM … WHERE, over the rows as they will be. Errors: 0A000, 42803, 42804. */
export function bindCopyWhere(node: Node, options: PlannerOptions, row: RowShape): Expr {
  const env: Env = { ...rowEnv(options, row), clause: 'copyWhere' };
  refuseSubqueries(env.context, node, 'COPY FROM WHERE condition');
  return coerceToBoolean(env.context, bindExpr(env, node), 'WHERE');
}

/** A part of an index: any expression over a row. */
export function bindRowExpression(node: Node, options: PlannerOptions, row: RowShape): Expr {
  const env = rowEnv(options, row);
  refuseSubqueries(env.context, node, 'index expression');
  return resolveUnknown(env.context, bindExpr(env, node));
}

export interface Generation {
  readonly row: RowShape;
  readonly column: ExpressionColumn;
}

/** The expression of a generated column, of the column's type. Errors: 42804. */
export function bindGeneration(
  node: Node,
  options: PlannerOptions,
  { row, column }: Generation,
): Expr {
  const env: Env = { ...rowEnv(options, row), clause: 'generated' };
  const { context } = env;
  refuseSubqueries(context, node, 'column generation expression');
  const expr = bindExpr(env, node);
  const coerced = coerceTo(context, expr, column.type, 'assignment');
  if (coerced !== undefined) return coerced;
  throw defaultMismatch(context, column.name, [column.type, expr.type]);
}

/** WHEN of a trigger: `old` has the columns 0 …, `new` those behind. Errors: 42702, 42P17. */
export function bindTriggerCondition(
  node: Node,
  options: PlannerOptions,
  row: RowShape,
): { readonly expr: Expr; readonly level: QueryLevel } {
  const context = new BindContext(options);
  const level = new QueryLevel(undefined);
  for (const name of ['old', 'new']) {
    const columns = row.columns.map((column) => {
      return { name: column.name, column: context.newColumn(column.name, column.type) };
    });
    const relation = { name, columns };
    level.relations.push(relation);
    level.namespace = [
      ...level.namespace,
      { relation, relationVisible: true, columnsVisible: true },
    ];
  }
  refuseSubqueries(context, node, "trigger's WHEN condition");
  const expr = coerceToBoolean(context, bindExpr(envOf(context, level, 'check'), node), 'WHEN');
  return { expr, level };
}

/** A policy's condition over a table's row, in the words of a definition. Errors: 42803, 42P20, 42804. */
export function bindPolicy(
  node: Node,
  options: PlannerOptions,
  { name, schema, oid, ...table }: TableDefinition,
): QueryLevel {
  const context = new BindContext(options);
  const level = new QueryLevel(undefined);
  const columns = table.columns.map((column, at) => {
    const own = { tableOid: oid, columnNumber: at + 1 };
    return {
      name: column.name,
      column: { ...context.newColumn(column.name, column.type), ...own },
    };
  });
  const relation = { name, schema, tableName: name, oid, columns };
  level.relations.push(relation);
  level.namespace = [{ relation, relationVisible: true, columnsVisible: true }];
  coerceToBoolean(context, bindExpr(envOf(context, level, 'policy'), node), 'POLICY');
  return level;
}

function rowEnv(options: PlannerOptions, row: RowShape): Env {
  const context = new BindContext(options);
  const level = new QueryLevel(undefined);
  const columns = row.columns.map(({ name, type }) => {
    return { name, column: context.newColumn(name, type) };
  });
  const relation = { name: row.name, columns };
  level.relations.push(relation);
  level.namespace = [{ relation, relationVisible: true, columnsVisible: true }];
  return envOf(context, level, 'check');
}

function refuseColumns(context: BindContext, node: Node): void {
  visitAst(node, 'ColumnRef', (reference) => {
    const { location } = reference as { readonly location?: number };
    const message = 'cannot use column reference in DEFAULT expression';
    throw context.error('feature_not_supported', message, location);
  });
}

function refuseSubqueries(context: BindContext, node: Node, where: string): void {
  visitAst(node, 'SubLink', (link) => {
    const { location } = link as { readonly location?: number };
    throw context.error('feature_not_supported', `cannot use subquery in ${where}`, location);
  });
}

/** The rows of a table as ALTER TABLE makes them. */
export function bindNewRows(
  table: Table,
  columns: readonly RewrittenColumn[],
  options: PlannerOptions,
): LogicalPlan {
  const context = new BindContext(options);
  const node = bindRewrite(context, table, columns);
  return planOf(context, node, node.columns);
}

/**
 * The parameter $1 as a value of another type, as if assigned; where there is no such cast, by way
 * of its text.
 */
export function bindConversion(options: PlannerOptions, from: SqlType, to: SqlType): Expr {
  const context = new BindContext({ ...options, parameterTypes: [from] });
  const value: Expr = { kind: 'parameter', index: 0, type: from };
  return convertTo(context, value, to);
}

/** A part of a value; subscripts are numbers of parameters. */
export interface PartChange {
  /** Of the variable. */
  readonly name: string;
  readonly steps: readonly (
    { readonly field: string } | { readonly to: number; readonly from?: number }
  )[];
}

/** The parameter $1 with $2 as a part; `options` has the types of all. Errors: 42804, 42703. */
export function bindPartChange(options: PlannerOptions, { name, steps }: PartChange): Expr {
  const context = new BindContext(options);
  const env = envOf(context, new QueryLevel(undefined), 'default');
  const [before, value] = options.parameterTypes.map((type, index): Expr => {
    return { kind: 'parameter', index, type: type ?? sqlType('text') };
  });
  const number = (place: number): Node => ({ ParamRef: { number: place } });
  const subscripts = steps.map((step): Node => {
    if ('field' in step) return { String: { sval: step.field } };
    const { from, to } = step;
    if (from === undefined) return { A_Indices: { uidx: number(to) } };
    return { A_Indices: { is_slice: true, lidx: number(from), uidx: number(to) } };
  });
  const whole = must(before, 'a value');
  const changed = bindPartAssignment(env, whole, {
    ...{ subscripts, value: must(value, 'a part'), column: name, place: undefined },
  });
  return checkedAgain(context, changed, whole.type);
}

export { bindTypeName, typesOf } from './type-names.ts';
