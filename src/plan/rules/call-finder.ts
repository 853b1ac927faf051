/** Where a plan calls users' functions: expressions, subqueries, and the CTEs that they read. */
import { childrenOfExpr, mapChildren, someExpr } from '../../expr/walk.ts';
import type { Expr } from '../../expr/expr.ts';
import { calledIndex } from '../../expr/called-function.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { LogicalNode, LogicalPlan } from '../logical.ts';
import { columnsOf } from './expr-tree.ts';
import { forEachNodeExpr, someNode } from './logical-tree.ts';

export interface SetCall {
  readonly functionId: string;
  readonly args: readonly Expr[];
}

type Side = 'left' | 'right';

export class CallFinder {
  readonly #plan: LogicalPlan;
  readonly #subqueries = new Map<number, boolean>();
  readonly #ctes = new Map<number, boolean>();

  constructor(plan: LogicalPlan) {
    this.#plan = plan;
  }

  /** Whether computing the expression calls one, in a subquery perhaps. */
  has(expr: Expr): boolean {
    return someExpr(expr, (part) => this.isCall(part));
  }

  /** Whether the expression itself is a call, or a subquery with one. */
  isCall(expr: Expr): boolean {
    if (expr.kind === 'call') return calledIndex(expr.functionId) !== undefined;
    return expr.kind === 'subplan' && this.#hasSubquery(expr.planIndex);
  }

  /** Whether an expression of the node itself has one. */
  isIn(node: LogicalNode): boolean {
    let found = calledSets(node).length > 0;
    forEachNodeExpr(node, (expr) => (found ||= this.has(expr)));
    return found;
  }

  #hasSubquery(index: number): boolean {
    return known(this.#subqueries, index, () => this.#inTree(this.#plan.subqueries[index]));
  }

  #inTree(root: LogicalNode | undefined): boolean {
    return (
      root !== undefined &&
      someNode(root, (node) => {
        if (node.kind === 'routineCalls' || this.isIn(node)) return true;
        if (node.kind !== 'cteScan') return false;
        return known(this.#ctes, node.cte, () => this.#inTree(this.#plan.ctes[node.cte]));
      })
    );
  }

  /** Of the subquery's first column. */
  typeOf(planIndex: number): SqlType | undefined {
    return this.#plan.subqueries[planIndex]?.columns[0]?.type;
  }

  /** Of the functions in it, as they declare it. */
  cost(expr: Expr): number {
    const own = expr.kind === 'call' ? calledIndex(expr.functionId) : undefined;
    const { called = [] } = this.#plan;
    const cost = own === undefined ? 0 : (called[own]?.routine.record.cost ?? 0);
    return childrenOfExpr(expr).reduce((sum, child) => sum + this.cost(child), cost);
  }

  /** The expression with each call given to its side; undefined: one is over both. */
  aside(
    expr: Expr,
    ids: Readonly<Record<Side, ReadonlySet<number>>>,
    give: (side: Side, call: Expr) => Expr,
  ): Expr | undefined {
    const sideOf = (part: Expr): Side | undefined => {
      const used = [...columnsOf(part)];
      if (!used.some((id) => ids.left.has(id))) return 'right';
      return used.some((id) => ids.right.has(id)) ? undefined : 'left';
    };
    const isConditional = someExpr(expr, (part) => {
      const guards = ['case', 'coalesce', 'and', 'or'].includes(part.kind);
      return guards && this.has(part);
    });
    const isSplit = someExpr(expr, (part) => this.isCall(part) && sideOf(part) === undefined);
    if (isConditional || isSplit) return undefined;
    const given = (part: Expr): Expr =>
      this.isCall(part) ? give(sideOf(part) ?? 'left', part) : mapChildren(part, given);
    return given(expr);
  }
}

/** The sets that the node makes by calls. */
export function calledSets(node: LogicalNode): readonly SetCall[] {
  const isCalled = ({ functionId }: SetCall): boolean => calledIndex(functionId) !== undefined;
  if (node.kind === 'tableFunction') return node.calls.filter(isCalled);
  if (node.kind !== 'projectSet') return [];
  return node.items.filter((item) => item.kind === 'set').filter(isCalled);
}

function known(all: Map<number, boolean>, index: number, find: () => boolean): boolean {
  const before = all.get(index);
  if (before !== undefined) return before;
  all.set(index, false);
  const found = find();
  all.set(index, found);
  return found;
}
