/** The values of `SET (a, b) = ROW(…)` and `SET (a, b) = (SELECT …)`. */
import type { Expr } from '../../../expr/expr.ts';
import { astAs, type Ast } from '../ast.ts';
import { bindRowFields } from '../rows.ts';
import type { Env } from '../scope.ts';
import { scalarColumns } from '../subqueries.ts';

const wrongCount = 'number of columns does not match number of values';

/** Errors: 42601 when the number of values differs. */
export function rowValues(env: Env, node: Ast<'MultiAssignRef'>): readonly (Expr | 'default')[] {
  const { context } = env;
  const count = node.ncolumns ?? 0;
  const subquery = astAs(node.source, 'SubLink');
  if (subquery !== undefined) return scalarColumns(env, subquery, count, () => wrongCount);
  const row = astAs(node.source, 'RowExpr');
  if (row === undefined) {
    const message =
      'source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression';
    throw context.error('feature_not_supported', message, node.source);
  }
  const values = (row.args ?? []).flatMap((arg): readonly (Expr | 'default')[] =>
    'SetToDefault' in arg ? ['default'] : bindRowFields(env, [arg]),
  );
  if (values.length !== count) {
    throw context.error('syntax_error', wrongCount, node.source);
  }
  return values;
}
