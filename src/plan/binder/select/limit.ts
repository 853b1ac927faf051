/** LIMIT, OFFSET, FETCH FIRST. */
import type { Expr } from '../../../expr/expr.ts';
import { someExpr } from '../../../expr/walk.ts';
import { sqlType } from '../../../types/type-table.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import type { LogicalNode } from '../../logical.ts';
import type { WindowCall } from '../../physical.ts';
import type { Node } from '@pgsql/types';
import type { Ast } from '../ast.ts';
import { columnOf } from '../bind-context.ts';
import { coerceArgument } from '../coerce.ts';
import { bindExpr } from '../expressions.ts';
import { boolType, constant, isNullConstant } from '../literals.ts';
import { filter, project } from '../nodes.ts';
import { allOf } from '../rows.ts';
import type { Env } from '../scope.ts';

/** A negative bound fails when rows are asked for, after they were described. Errors: 42P10. */
export function limited(env: Env, node: LogicalNode, select: Ast<'SelectStmt'>): LogicalNode {
  const skip = bindBound({ ...env, clause: 'offset' }, select.limitOffset, 'OFFSET');
  const fetch = bindBound({ ...env, clause: 'limit' }, select.limitCount, 'LIMIT');
  if (select.limitOption === 'LIMIT_OPTION_WITH_TIES') {
    const keyCount = select.sortClause?.length ?? 0;
    return withTies(env, node, { skip, fetch, keyCount });
  }
  if (skip === undefined && fetch === undefined) return node;
  return { kind: 'limit', input: node, columns: node.columns, skip, fetch };
}

interface Ties {
  readonly skip: Expr | undefined;
  readonly fetch: Expr | undefined;
  readonly keyCount: number;
}

/**
 * FETCH FIRST n ROWS WITH TIES: the rows whose place is behind OFFSET and whose rank, that is the
 * place of the first row of equal keys, is within OFFSET + n.
 */
function withTies(env: Env, node: LogicalNode, { skip, fetch, keyCount }: Ties): LogicalNode {
  const { context } = env;
  const sort = node.kind === 'distinctOn' ? node.input : node;
  if (sort.kind !== 'sort') throw context.unsupported('this FETCH FIRST ... WITH TIES', undefined);
  refuseNegative(env, skip, 'OFFSET');
  refuseNegative(env, fetch, 'LIMIT');
  if (fetch === undefined) {
    const message = 'row count cannot be null in FETCH FIRST ... WITH TIES clause';
    throw context.error('invalid_row_count_in_limit_clause', message, undefined);
  }
  const orderBy = sort.keys.slice(0, keyCount);
  const place = context.newColumn('place', int8, false);
  const rank = context.newColumn('rank', int8, false);
  const ranked: LogicalNode = {
    kind: 'window',
    input: node.kind === 'distinctOn' ? node : sort.input,
    columns: [...node.columns, place, rank],
    partitionBy: [],
    orderBy,
    calls: [windowCall('row_number'), windowCall('rank')],
  };
  const before = skip ?? constant(int8, 0n);
  const call = (name: string, type: SqlType, args: readonly Expr[]): Expr => {
    return { kind: 'call', functionId: `${name}(int8,int8)`, args, type };
  };
  const last = call('+', int8, [before, fetch]);
  const kept = filter(
    ranked,
    allOf([
      call('>', boolType, [columnOf(place), before]),
      call('<=', boolType, [columnOf(rank), last]),
      call('>', boolType, [fetch, constant(int8, 0n)]),
    ]),
  );
  const items = node.columns.map((column) => ({ column, expr: columnOf(column) }));
  return {
    kind: 'sort',
    input: project(kept, items),
    columns: node.columns,
    keys: sort.keys,
  };
}

const int8 = sqlType('int8');

function windowCall(name: 'row_number' | 'rank'): WindowCall {
  const end = { kind: 'currentRow' } as const;
  const frame: WindowCall['frame'] = {
    mode: 'range',
    start: { kind: 'unboundedPreceding' },
    end,
    exclude: 'none',
  };
  return { name, isAggregate: false, functionId: `${name}()`, args: [], frame, type: int8 };
}

/** Errors: 2201W, 2201X. */
function refuseNegative(
  { context }: Env,
  bound: Expr | undefined,
  construct: 'LIMIT' | 'OFFSET',
): void {
  if (bound?.kind !== 'constant' || (bound.value as bigint) >= 0n) return;
  const state =
    construct === 'LIMIT'
      ? 'invalid_row_count_in_limit_clause'
      : 'invalid_row_count_in_result_offset_clause';
  throw context.error(state, `${construct} must not be negative`, undefined);
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
  const usesOwn = someExpr(expr, (part) => part.kind === 'column' && !level.outer.has(part.index));
  if (usesOwn) {
    const message = `argument of ${construct} must not contain variables`;
    throw context.error('invalid_column_reference', message, expr);
  }
  return expr;
}
