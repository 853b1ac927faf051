/** Values for table columns: assignment casts, defaults, and names of columns to write. */
import type { Node } from '@pgsql/types';
import type { ColumnDefinition, TableDefinition } from '../../catalog/table.ts';
import { must } from '../../errors/assert.ts';
import type { Expr } from '../../expr/expr.ts';
import { parseSql } from '../../sql/parse.ts';
import type { Ast } from './ast.ts';
import { astAs } from './ast.ts';
import type { BindContext } from './bind-context.ts';
import { coerceTo } from './coerce.ts';
import { bindExpr } from './expressions.ts';
import { nullOf, sqlNameOf } from './literals.ts';
import { envOf, QueryLevel, type Clause } from './scope.ts';

/** The value as the column's type. Errors: 42804. */
export function assignTo(context: BindContext, column: ColumnDefinition, expr: Expr): Expr {
  const coerced = coerceTo(context, expr, column.type, 'assignment');
  if (coerced !== undefined) return coerced;
  const types = `is of type ${sqlNameOf(column.type)} but expression is of type ${sqlNameOf(expr.type)}`;
  const hint = 'You will need to rewrite or cast the expression.';
  throw context.error('datatype_mismatch', `column "${column.name}" ${types}`, expr, { hint });
}

/** The column's DEFAULT, or NULL. */
export function defaultOf(context: BindContext, column: ColumnDefinition): Expr {
  const tree = defaultTree(column);
  if (tree === undefined) return nullOf(column.type);
  return context.insideView(column.name, () => {
    const expr = bindExpr(envOf(context, new QueryLevel(undefined), 'default'), tree);
    return assignTo(context, column, expr);
  });
}

/** A definition is never changed, but replaced. */
const defaultTrees = new WeakMap<ColumnDefinition, Node>();

function defaultTree(column: ColumnDefinition): Node | undefined {
  const { defaultSql } = column;
  if (defaultSql === undefined) return undefined;
  let tree = defaultTrees.get(column);
  if (tree === undefined) {
    tree = expressionOf(defaultSql);
    defaultTrees.set(column, tree);
  }
  return tree;
}

/** The tree of an expression's text. */
export function expressionOf(sql: string): Node {
  const [statement] = parseSql(`SELECT ${sql}`);
  const target = astAs(statement?.node, 'SelectStmt')?.targetList?.[0];
  return must(astAs(target, 'ResTarget')?.val, 'an expression');
}

/** Positions of the named columns. Errors: 42703, 42701. */
export function columnPosition(
  context: BindContext,
  table: TableDefinition,
  target: Ast<'ResTarget'>,
): number {
  const { name = '', location } = target;
  const position = table.columns.findIndex((column) => column.name === name);
  if (position === -1) {
    const message = `column "${name}" of relation "${table.name}" does not exist`;
    throw context.error('undefined_column', message, location);
  }
  return position;
}

export type WriteClause = Extract<Clause, 'insertValues' | 'updateSource' | 'returning'>;
