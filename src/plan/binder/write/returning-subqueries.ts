/**
 * RETURNING with subqueries: they see the database as the statement found it, so the statement's
 * own source computes them, as columns beside the rows that it writes.
 */
import type { Expr } from '../../../expr/expr.ts';
import { someExpr } from '../../../expr/walk.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import { project, type Item } from '../nodes.ts';
import type { WriteParts } from './write-target.ts';

/** Errors: 0A000 where ON CONFLICT DO UPDATE may make other rows than the source has. */
export function withSubqueryColumns(context: BindContext, parts: WriteParts): WriteParts {
  const { source, returning, conflict } = parts;
  const added: Item[] = [];
  const exprs = returning.map((expr): Expr => {
    if (!someExpr(expr, (part) => part.kind === 'subplan')) return expr;
    const column = context.newColumn('returned', expr.type);
    added.push({ column, expr });
    return columnOf(column);
  });
  if (added.length === 0) return parts;
  if (parts.table.columns.some(({ generated }) => generated !== undefined)) {
    throw context.unsupported('a subquery in RETURNING of generated columns', undefined);
  }
  if (conflict?.update !== undefined) {
    throw context.unsupported('a subquery in RETURNING with ON CONFLICT DO UPDATE', undefined);
  }
  const passed = source.columns.map((column): Item => ({ column, expr: columnOf(column) }));
  return { ...parts, source: project(source, [...passed, ...added]), returning: exprs };
}
