/** The binder's face: a statement's syntax tree to a logical plan with types and names. */
import type { Node } from '@pgsql/types';
import type { TableDefinition } from '../../catalog/table.ts';
import { SqlError } from '../../errors/sql-error.ts';
import type { Expr } from '../../expr/expr.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { LogicalColumn, LogicalNode, LogicalPlan } from '../logical.ts';
import type { Field } from '../physical.ts';
import type { PlannerOptions } from '../planner.ts';
import { astAs, kindOf, visitAst } from './ast.ts';
import { BindContext } from './bind-context.ts';
import { coerceTo, resolveUnknown } from './coerce.ts';
import { bindExpr } from './expressions.ts';
import { bindInsert } from './insert.ts';
import { sqlNameOf } from './literals.ts';
import { bindQuery } from './query.ts';
import { envOf, QueryLevel, type BoundQuery } from './scope.ts';
import { bindDelete, bindUpdate, type WriteParts } from './writes.ts';

export interface BoundSelect {
  readonly kind: 'query';
  readonly plan: LogicalPlan;
  readonly fields: readonly Field[];
}

/** As WriteStatement, before planning: `returning` is over column ids of `source`'s output. */
export interface BoundWrite {
  readonly kind: 'write';
  readonly operation: 'insert' | 'update' | 'delete';
  readonly table: TableDefinition;
  readonly source: LogicalPlan;
  readonly returning: readonly Expr[];
  readonly fields: readonly Field[];
  readonly onConflictDoNothing: boolean;
  readonly arbiters?: readonly string[];
}

export type BoundStatement = BoundSelect | BoundWrite;

/**
 * Binds SELECT, VALUES, TABLE, WITH, INSERT, UPDATE, DELETE. Errors: PostgreSQL's, with position;
 * 54001 when the statement nests too deep.
 */
export function bindStatement(statement: Node, options: PlannerOptions): BoundStatement {
  const context = new BindContext(options);
  try {
    noteSystemColumns(context, statement);
    return bindNode(context, statement);
  } catch (error) {
    // V8 has no other sign of an exhausted stack.
    if (!(error instanceof RangeError) || !/call stack/.test(error.message)) throw error;
    throw new SqlError('statement_too_complex', 'stack depth limit exceeded');
  }
}

function bindNode(context: BindContext, statement: Node): BoundStatement {
  const select = astAs(statement, 'SelectStmt');
  if (select !== undefined) return boundSelect(context, bindQuery(context, select, undefined));
  const insert = astAs(statement, 'InsertStmt');
  if (insert !== undefined) return boundWrite(context, bindInsert(context, insert));
  const update = astAs(statement, 'UpdateStmt');
  if (update !== undefined) return boundWrite(context, bindUpdate(context, update));
  const remove = astAs(statement, 'DeleteStmt');
  if (remove !== undefined) return boundWrite(context, bindDelete(context, remove));
  throw context.unsupported(`planning ${kindOf(statement) ?? 'this statement'}`, undefined);
}

function boundSelect(context: BindContext, { node, output }: BoundQuery): BoundSelect {
  const fields = output.map(({ name, column }): Field => fieldOf(name, column));
  const columns = output.map(({ name, column }) => ({ id: column.id, name }));
  return { kind: 'query', plan: planOf(context, node, columns), fields };
}

function fieldOf(name: string, column: LogicalColumn): Field {
  const { type, nullable, tableOid, columnNumber } = column;
  const origin =
    tableOid === undefined || columnNumber === undefined ? {} : { tableOid, columnNumber };
  return { name, type, nullable, ...origin };
}

function boundWrite(context: BindContext, { source, ...rest }: WriteParts): BoundWrite {
  const columns = source.columns.map(({ id, name }) => ({ id, name }));
  return { kind: 'write', ...rest, source: planOf(context, source, columns) };
}

function planOf(
  context: BindContext,
  root: LogicalNode,
  output: LogicalPlan['output'],
): LogicalPlan {
  const { subqueries, ctes, parameters, nextColumnId } = context;
  return { root, output, subqueries, ctes, parameterTypes: parameters.resolved(), nextColumnId };
}

const systemNames = new Set(['tableoid', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax']);

/** Scans give system columns only in statements that mention them. */
function noteSystemColumns(context: BindContext, statement: Node): void {
  visitAst(statement, 'sval', (content) => {
    if (typeof content === 'string' && systemNames.has(content)) context.systemColumns.add(content);
  });
}

export interface ExpressionColumn {
  readonly name: string;
  readonly type: SqlType;
}

/**
 * A lone expression: DEFAULT, CHECK, arguments of EXECUTE. With `wanted` its value is cast as if
 * assigned (42804 when it cannot be). `ColumnExpr.index` is a place in `columns`.
 * Subqueries, aggregates and set-returning functions are refused.
 */
export function bindExpression(
  node: Node,
  options: PlannerOptions,
  wanted?: SqlType,
  columns: readonly ExpressionColumn[] = [],
): Expr {
  const context = new BindContext(options);
  const level = new QueryLevel(undefined);
  const scope = columns.map(({ name, type }) => ({ name, column: context.newColumn(name, type) }));
  const relation = { name: undefined, columns: scope };
  level.relations.push(relation);
  level.namespace = [{ relation, relationVisible: false, columnsVisible: true }];
  const clause = columns.length > 0 ? 'check' : 'default';
  refuseSubqueries(context, node, clause);
  const expr = bindExpr(envOf(context, level, clause), node);
  if (wanted === undefined) return resolveUnknown(context, expr);
  const coerced = coerceTo(context, expr, wanted, 'assignment');
  if (coerced !== undefined) return coerced;
  const types = `type ${sqlNameOf(wanted)} but default expression is of type ${sqlNameOf(expr.type)}`;
  const hint = 'You will need to rewrite or cast the expression.';
  throw context.error('datatype_mismatch', `column is of ${types}`, node, { hint });
}

function refuseSubqueries(context: BindContext, node: Node, clause: 'check' | 'default'): void {
  visitAst(node, 'SubLink', () => {
    const where = clause === 'check' ? 'check constraint' : 'DEFAULT expression';
    throw context.error('feature_not_supported', `cannot use subquery in ${where}`, node);
  });
}

export { bindTypeName } from './type-names.ts';
