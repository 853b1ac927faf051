/** Scalar subqueries of a filter or projection as left joins below it. */
import { mapExpr } from '../../expr/walk.ts';
import { joinOf, mapNodeExprs, projectTo, withInputs } from './logical-tree.ts';
import type { Expr, SubplanExpr } from '../../expr/expr.ts';
import type { LogicalNode } from '../logical.ts';

/** A subquery whose value is that of an expression over a left join with `right`. */
export interface Unnested {
  readonly right: LogicalNode;
  readonly condition: Expr | undefined;
  readonly value: Expr;
}

type Collect = (expr: Expr, into: Map<number, SubplanExpr>) => void;
type Unnest = (subplan: SubplanExpr, input: LogicalNode) => Unnested | undefined;

/** The node with the collected subqueries unnested, where that is possible; its columns stay. */
export function unnestScalars(node: LogicalNode, collect: Collect, unnest: Unnest): LogicalNode {
  if (node.kind !== 'filter' && node.kind !== 'project') return node;
  const found = new Map<number, SubplanExpr>();
  mapNodeExprs(node, (expr) => {
    collect(expr, found);
    return expr;
  });
  const values = new Map<number, Expr>();
  let input = node.input;
  for (const subplan of found.values()) {
    const unnested = unnest(subplan, input);
    if (unnested === undefined) continue;
    input = leftJoin(input, unnested);
    values.set(subplan.planIndex, unnested.value);
  }
  if (values.size === 0) return node;
  const replaced = mapNodeExprs(node, (expr) =>
    mapExpr(expr, (part) =>
      part.kind === 'subplan' && part.form === 'scalar'
        ? (values.get(part.planIndex) ?? part)
        : part,
    ),
  );
  return projectTo(withInputs(replaced, [input]), node.columns);
}

function leftJoin(left: LogicalNode, { right, condition }: Unnested): LogicalNode {
  const join = {
    kind: 'join',
    left,
    right,
    joinType: 'left',
    condition,
    nullAware: false,
    nullsEqual: false,
    lateral: false,
    columns: [],
  } as const;
  return joinOf(join, left, right);
}
