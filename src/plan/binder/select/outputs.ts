/** Result columns of queries: types decided late for literals and parameters of unknown type. */
import type { Expr } from '../../../expr/expr.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { sqlType } from '../../../types/type-table.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import { coerceTo, convertTo } from '../coerce.ts';
import type { CoercionContext } from '../coercion-rules.ts';
import { itemFor, project, type Item } from '../nodes.ts';
import type { BoundQuery, OutputColumn } from '../scope.ts';

/** The value of an output column: the literal itself where its type is still open. */
export function outputExpr(context: BindContext, output: OutputColumn): Expr {
  const expr = output.literal ?? columnOf(output.column);
  context.shape(expr, output.shape);
  return context.place(expr, output.origin);
}

/** Open types become text. */
export function resolveOutputs(context: BindContext, query: BoundQuery): BoundQuery {
  if (query.output.every(({ column }) => column.type.name !== 'unknown')) return query;
  const exprs = query.output.map((output) => {
    if (output.column.type.name !== 'unknown') return columnOf(output.column);
    return (
      coerceTo(context, outputExpr(context, output), sqlType('text')) ?? columnOf(output.column)
    );
  });
  return replaced(context, query, exprs);
}

/**
 * Columns coerced to `types` by position; undefined entries stay. `fail` makes the error for a
 * column that cannot be coerced.
 */
export function coerceOutputs(
  context: BindContext,
  query: BoundQuery,
  types: readonly (SqlType | undefined)[],
  rules: { readonly how: CoercionContext; readonly fail: (index: number, expr: Expr) => Error },
): BoundQuery {
  const exprs = query.output.map((output, i) => {
    const type = types[i];
    const expr = outputExpr(context, output);
    if (type === undefined) return expr;
    const coerced = coerceTo(context, expr, type, rules.how);
    if (coerced === undefined) throw rules.fail(i, expr);
    return coerced;
  });
  return replaced(context, query, exprs);
}

/** The query's one column as a value of the type that it is assigned to. Errors: 42601. */
export function assignedOutput(context: BindContext, query: BoundQuery, type: SqlType): BoundQuery {
  const [output, ...more] = query.output;
  if (output !== undefined && more.length === 0) {
    return replaced(context, query, [convertTo(context, outputExpr(context, output), type)]);
  }
  const count = query.output.length;
  const message = `assignment source returned ${count} columns`;
  throw context.error('syntax_error', message, undefined);
}

/** A projection above the query where an expression is more than the column. */
function replaced(context: BindContext, query: BoundQuery, exprs: readonly Expr[]): BoundQuery {
  const isSame = exprs.every(
    (expr, i) => expr.kind === 'column' && expr.index === query.output[i]?.column.id,
  );
  if (isSame) return query;
  const taken = new Set<number>();
  const items = exprs.map((expr, i): Item => {
    const item = itemFor(context, query.node, expr, query.output[i]?.name ?? '', taken);
    taken.add(item.column.id);
    return item;
  });
  const output = query.output.map((old, i): OutputColumn => {
    const column = items[i]?.column ?? old.column;
    return { name: old.name, column, shape: old.shape, origin: old.origin };
  });
  return { node: project(query.node, items), output };
}
