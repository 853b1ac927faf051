/** Values for table columns: assignment casts, defaults, and names of columns to write. */
import type { Node } from '@pgsql/types';
import type { ColumnDefinition } from '../../../catalog/table.ts';
import { must } from '../../../errors/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import { parseSql } from '../../../sql/parse.ts';
import type { Ast } from '../ast.ts';
import { astAs } from '../ast.ts';
import type { BindContext } from '../bind-context.ts';
import { coerceTo } from '../coerce.ts';
import { domainRules, domainValue } from '../domains.ts';
import { bindExpr } from '../expressions.ts';
import { nullOf, sqlNameOf } from '../literals.ts';
import { envOf, QueryLevel } from '../scope.ts';
import type { ShownColumn, WrittenRelation } from './written-relation.ts';

/** The value as the column's type. Errors: 42804. */
export function assignTo(context: BindContext, column: ColumnDefinition, expr: Expr): Expr {
  const coerced = coerceTo(context, expr, column.type, 'assignment');
  if (coerced !== undefined) return coerced;
  const types = `is of type ${sqlNameOf(column.type)} but expression is of type ${sqlNameOf(expr.type)}`;
  const hint = 'You will need to rewrite or cast the expression.';
  throw context.error('datatype_mismatch', `column "${column.name}" ${types}`, expr, {
    hint,
    routine: 'transformAssignedExpr',
  });
}

/** The column's DEFAULT, or NULL. */
export function defaultOf(context: BindContext, column: ColumnDefinition): Expr {
  const tree = defaultTree(column) ?? domainDefault(context, column);
  if (tree === undefined) {
    const isPlain = column.type.domain === undefined || column.generated !== undefined;
    return isPlain ? nullOf(column.type) : domainValue(context, nullOf(column.type), column.type);
  }
  return context.insideView(column.name, () => {
    const expr = bindExpr(envOf(context, new QueryLevel(undefined), 'default'), tree);
    return assignTo(context, column, expr);
  });
}

function domainDefault({ options }: BindContext, column: ColumnDefinition): Node | undefined {
  const { type, generated } = column;
  if (type.domain === undefined || generated !== undefined) return undefined;
  const { defaultSql } = domainRules(options, type);
  return defaultSql === undefined ? undefined : expressionOf(defaultSql);
}

/** A definition is never changed, but replaced. */
const defaultTrees = new WeakMap<ColumnDefinition, Node>();

function defaultTree(column: ColumnDefinition): Node | undefined {
  const { defaultSql, generated } = column;
  // What is generated is computed when the row is written.
  if (defaultSql === undefined || generated !== undefined) return undefined;
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

/** The relation's column of that name. Errors: 42703. */
export function namedColumn(
  context: BindContext,
  { name: relation, shown }: Pick<WrittenRelation, 'name' | 'shown'>,
  { name = '', location }: Ast<'ResTarget'>,
): ShownColumn {
  const column = shown.find((each) => each.name === name);
  if (column !== undefined) return column;
  const message = `column "${name}" of relation "${relation}" does not exist`;
  throw context.error('undefined_column', message, location);
}

/** The column's position in the table. Errors: 0A000 for a computed column of a view. */
export function writtenPosition(
  { position, refusal }: ShownColumn,
  operation: 'insert' | 'update',
): number {
  if (position === undefined) throw must(refusal, 'a reason')(operation);
  return position;
}
