/** ORDER BY items: direction, place of NULLs, and that the type has an order. */
import type { Node } from '@pgsql/types';
import type { Expr } from '../../../expr/expr.ts';
import { hasEquality, hasOrder } from '../../../types/type-orders.ts';
import type { SortKey } from '../../physical.ts';
import { stringsOf, type Ast } from '../ast.ts';
import type { BindContext } from '../bind-context.ts';
import { resolveUnknown } from '../coerce.ts';
import { sqlNameOf } from '../literals.ts';

export interface SortDirection {
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export function directionOf(context: BindContext, node: Ast<'SortBy'>): SortDirection {
  const using = node.useOp === undefined ? undefined : stringsOf(node.useOp).at(-1);
  if (using !== undefined && using !== '<' && using !== '>') {
    const message = `operator ${using} is not a valid ordering operator`;
    const hint = 'Ordering operators must be "<" or ">" members of btree operator families.';
    throw context.error('wrong_object_type', message, node.location, { hint });
  }
  const descending = node.sortby_dir === 'SORTBY_DESC' || using === '>';
  const nulls = node.sortby_nulls ?? 'SORTBY_NULLS_DEFAULT';
  const nullsFirst = nulls === 'SORTBY_NULLS_DEFAULT' ? descending : nulls === 'SORTBY_NULLS_FIRST';
  return { descending, nullsFirst };
}

export function sortKey(context: BindContext, expr: Expr, node: Ast<'SortBy'>): SortKey {
  const resolved = resolveUnknown(context, expr);
  requireOrder(context, resolved);
  return { expr: resolved, ...directionOf(context, node) };
}

/** 42883 for types without `<`. */
export function requireOrder(context: BindContext, expr: Expr, place: Node | Expr = expr): void {
  if (hasOrder(expr.type.name)) return;
  const message = `could not identify an ordering operator for type ${sqlNameOf(expr.type)}`;
  const hint = 'Use an explicit ordering operator or modify the query.';
  throw context.error('undefined_function', message, place, { hint });
}

/** 42883 for types without `=`: DISTINCT, GROUP BY, UNION. */
export function requireEquality(context: BindContext, expr: Expr, place: Node | Expr = expr): void {
  if (hasEquality(expr.type.name)) return;
  const message = `could not identify an equality operator for type ${sqlNameOf(expr.type)}`;
  throw context.error('undefined_function', message, place);
}
