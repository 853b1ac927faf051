/** VALUES lists as a query: columns column1, column2, … of the common types. */
import { must } from '../../../errors/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import type { LogicalNode } from '../../logical.ts';
import { astAs, type Ast } from '../ast.ts';
import type { BindContext } from '../bind-context.ts';
import { commonType, coerceCommon } from '../coerce.ts';
import { bindExpr } from '../expressions.ts';
import { limited } from './limit.ts';
import { sortedOutputs } from './order-by.ts';
import { spreadRecords } from '../variables.ts';
import { envOf, QueryLevel, type BoundQuery, type Env, type OutputColumn } from '../scope.ts';

export function bindValues(
  context: BindContext,
  select: Ast<'SelectStmt'>,
  parent: Env | undefined,
): BoundQuery {
  const level = new QueryLevel(parent);
  const env = envOf(context, level, 'values');
  const rows = bindRows(env, select);
  const width = rows[0]?.length ?? 0;
  const types = Array.from({ length: width }, (_, i) => {
    const column = rows.map((row) => must(row[i], 'value'));
    return must(commonType(context, column, 'VALUES'), 'type');
  });
  const coerced = rows.map((row) =>
    row.map((expr, i) => coerceCommon(context, expr, must(types[i], 'type'), 'VALUES')),
  );
  const columns = types.map((type, i) => {
    const isNull = coerced.some((row) => row[i]?.kind !== 'constant' || row[i].value === null);
    return context.newColumn(`column${i + 1}`, type, isNull);
  });
  const node: LogicalNode = { kind: 'values', columns, rows: coerced };
  const output = columns.map((column): OutputColumn => ({ name: column.name, column }));
  const sorted = sortedOutputs(env, { node, output }, select);
  return { node: limited(env, sorted, select), output };
}

/** Errors: 42601 for lists of different lengths. */
export function bindRows(env: Env, select: Ast<'SelectStmt'>): readonly (readonly Expr[])[] {
  const rows = (select.valuesLists ?? []).map((list) => {
    const items = astAs(list, 'List')?.items ?? [];
    return spreadRecords(env, items).map((item) => bindExpr(env, item));
  });
  const width = rows[0]?.length ?? 0;
  const ragged = rows.findIndex((row) => row.length !== width);
  if (ragged !== -1) {
    const first = astAs(select.valuesLists?.[ragged], 'List')?.items?.[0];
    throw env.context.error('syntax_error', 'VALUES lists must all be the same length', first);
  }
  return rows;
}
