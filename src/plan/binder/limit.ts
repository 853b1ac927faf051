/** LIMIT, OFFSET, FETCH FIRST. */
import type { Expr } from '../../expr/expr.ts';
import { someExpr } from '../../expr/walk.ts';
import { sqlType } from '../../types/type-table.ts';
import type { LogicalNode } from '../logical.ts';
import type { Node } from '@pgsql/types';
import type { Ast } from './ast.ts';
import { coerceArgument } from './coerce.ts';
import { bindExpr } from './expressions.ts';
import { isNullConstant } from './literals.ts';
import type { Env } from './scope.ts';

/** Errors: 2201W and 2201X for negative constants, 42P10 for columns, 0A000 for WITH TIES. */
export function limited(env: Env, node: LogicalNode, select: Ast<'SelectStmt'>): LogicalNode {
  if (select.limitOption === 'LIMIT_OPTION_WITH_TIES') {
    throw env.context.unsupported('FETCH FIRST ... WITH TIES', select.limitCount);
  }
  const skip = bindBound({ ...env, clause: 'offset' }, select.limitOffset, 'OFFSET');
  const fetch = bindBound({ ...env, clause: 'limit' }, select.limitCount, 'LIMIT');
  if (skip === undefined && fetch === undefined) return node;
  return { kind: 'limit', input: node, columns: node.columns, skip, fetch };
}

function bindBound(
  env: Env,
  node: Node | undefined,
  construct: 'LIMIT' | 'OFFSET',
): Expr | undefined {
  if (node === undefined) return undefined;
  const { context, level } = env;
  const expr = coerceArgument(context, bindExpr(env, node), sqlType('int8'), construct);
  if (isNullConstant(expr)) return undefined;
  if (expr.kind === 'constant' && (expr.value as bigint) < 0n) {
    const state =
      construct === 'LIMIT'
        ? 'invalid_row_count_in_limit_clause'
        : 'invalid_row_count_in_result_offset_clause';
    throw context.error(state, `${construct} must not be negative`, undefined);
  }
  const usesOwn = someExpr(expr, (part) => part.kind === 'column' && !level.outer.has(part.index));
  if (usesOwn) {
    const message = `argument of ${construct} must not contain variables`;
    throw context.error('invalid_column_reference', message, expr);
  }
  return expr;
}
