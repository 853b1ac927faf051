/** What the binder makes several times of one expression would be called as often. */
import { calledIndex } from '../../../expr/called-function.ts';
import type { Expr } from '../../../expr/expr.ts';
import { someExpr } from '../../../expr/walk.ts';
import type { LogicalNode } from '../../logical.ts';
import { forEachNodeExpr, someNode } from '../../rules/logical-tree.ts';
import type { BindContext } from '../bind-context.ts';

function isVolatileCall({ called }: BindContext, functionId: string): boolean {
  const index = calledIndex(functionId);
  return index !== undefined && called[index]?.routine.record.volatility === 'volatile';
}

function callsVolatile(context: BindContext, expr: Expr): boolean {
  return someExpr(expr, (part) => part.kind === 'call' && isVolatileCall(context, part.functionId));
}

/** Errors: 0A000 for volatile functions of users. */
export function refuseRepeated(context: BindContext, exprs: readonly Expr[], what: string): void {
  if (!exprs.some((expr) => callsVolatile(context, expr))) return;
  throw context.unsupported(`calling a volatile function in ${what}`, undefined);
}

/** As refuseRepeated, for a query. */
export function refuseRepeatedQuery(context: BindContext, root: LogicalNode, what: string): void {
  const exprs: Expr[] = [];
  const isSet = someNode(root, (node) => {
    forEachNodeExpr(node, (expr) => exprs.push(expr));
    const calls = node.kind === 'tableFunction' ? node.calls : [];
    return calls.some(({ functionId }) => isVolatileCall(context, functionId));
  });
  if (isSet) throw context.unsupported(`calling a volatile function in ${what}`, undefined);
  refuseRepeated(context, exprs, what);
}
