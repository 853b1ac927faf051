/**
 * Set-returning functions of the select list, expanded in step; those whose arguments are other
 * sets' results come a layer higher.
 */
import type { Expr } from '../../../expr/expr.ts';
import { someExpr } from '../../../expr/walk.ts';
import type { LogicalNode } from '../../logical.ts';
import { columnOf } from '../bind-context.ts';
import { join } from '../nodes.ts';
import type { Env, PendingSet } from '../scope.ts';

export function expandSets(
  env: Env,
  input: LogicalNode,
  sets: readonly PendingSet[],
  regroup: (expr: Expr) => Expr,
): LogicalNode {
  let node = input;
  let rest = sets.map((set) => ({ ...set, args: set.args.map(regroup) }));
  while (rest.length > 0) {
    const open = new Set(rest.flatMap(({ columns }) => columns.map(({ id }) => id)));
    const ready = rest.filter(({ args }) => !args.some((arg) => usesAny(arg, open)));
    if (ready.length === 0) throw env.context.unsupported('this nesting of sets', undefined);
    node = layer(env, node, ready);
    rest = rest.filter((set) => !ready.includes(set));
  }
  return node;
}

function usesAny(expr: Expr, ids: ReadonlySet<number>): boolean {
  return someExpr(expr, (part) => part.kind === 'column' && ids.has(part.index));
}

/** Sets of several columns are read as functions in FROM: the same rows, in step. */
function layer(env: Env, input: LogicalNode, sets: readonly PendingSet[]): LogicalNode {
  const [first] = sets;
  if (first?.rows !== undefined && sets.length === 1) {
    return join(input, first.rows(first.args), { joinType: 'inner', lateral: true });
  }
  if (sets.some(({ rows }) => rows !== undefined)) {
    throw env.context.unsupported('a set of a SQL function beside another set', undefined);
  }
  const columns = sets.flatMap((set) => set.columns);
  const calls = sets.map(({ functionId, args }) => ({ functionId, args }));
  if (columns.length !== sets.length) {
    const rows: LogicalNode = { kind: 'tableFunction', columns, calls, ordinality: false };
    return join(input, rows, { joinType: 'inner', lateral: true });
  }
  const passed = input.columns.map((column) => ({ kind: 'expr' as const, expr: columnOf(column) }));
  const items = [...passed, ...calls.map((call) => ({ kind: 'set' as const, ...call }))];
  return { kind: 'projectSet', input, columns: [...input.columns, ...columns], items };
}
