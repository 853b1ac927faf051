/** Copies of plans with column ids of their own, and plans over renamed outer columns. */
import { must } from '../../../errors/assert.ts';
import type { Expr, SubplanExpr } from '../../../expr/expr.ts';
import { mapExpr } from '../../../expr/walk.ts';
import type { LogicalColumn, LogicalNode } from '../../logical.ts';
import { inputsOf, mapNodeExprs, withInputs } from '../../rules/logical-tree.ts';
import type { BindContext } from '../bind-context.ts';

type Renaming = ReadonlyMap<number, LogicalColumn>;

/** A deep copy with fresh ids; `map` turns expressions over the original into ones over it. */
export function copyNode(
  context: BindContext,
  node: LogicalNode,
): { readonly node: LogicalNode; readonly map: (expr: Expr) => Expr } {
  const renamed = new Map<number, LogicalColumn>();
  const copy = copyTree(context, node, renamed);
  return { node: copy, map: (expr) => renameExpr(context, expr, renamed) };
}

function copyTree(
  context: BindContext,
  node: LogicalNode,
  renamed: Map<number, LogicalColumn>,
): LogicalNode {
  const inputs = inputsOf(node).map((input) => copyTree(context, input, renamed));
  const columns = node.columns.map((column) => {
    const known = renamed.get(column.id);
    const fresh = known ?? { ...column, id: context.newColumn(column.name, column.type).id };
    renamed.set(column.id, fresh);
    return { ...column, id: fresh.id };
  });
  const over = inputs.length === 0 ? node : withInputs(node, inputs);
  const mapped = mapNodeExprs(over, (expr) => renameExpr(context, expr, renamed));
  return { ...mapped, columns };
}

export function renameExpr(context: BindContext, expr: Expr, renamed: Renaming): Expr {
  return mapExpr(expr, (part) => {
    if (part.kind === 'subplan') return renameSubqueries(context, part, renamed);
    const column = part.kind === 'column' ? renamed.get(part.index) : undefined;
    return column === undefined || part.kind !== 'column' ? part : { ...part, index: column.id };
  });
}

/** The subquery over the renamed columns: a plan of its own where it uses one. */
export function renameSubqueries(
  context: BindContext,
  expr: SubplanExpr,
  renamed: Renaming,
): SubplanExpr {
  const args = expr.arguments.map((argument) => {
    const column = argument.kind === 'column' ? renamed.get(argument.index) : undefined;
    return column === undefined || argument.kind !== 'column'
      ? argument
      : { ...argument, index: column.id };
  });
  const plan = must(context.subqueries[expr.planIndex], 'subquery');
  const mapped = renameNode(context, plan, renamed);
  if (mapped === plan) return expr;
  const planIndex = context.subqueries.push(mapped) - 1;
  return { ...expr, planIndex, arguments: args };
}

/** The tree with its free columns renamed; its own columns keep their ids. */
function renameNode(context: BindContext, node: LogicalNode, renamed: Renaming): LogicalNode {
  const inputs = inputsOf(node).map((input) => renameNode(context, input, renamed));
  const over = inputs.length === 0 ? node : withInputs(node, inputs);
  return mapNodeExprs(over, (expr) => renameExpr(context, expr, renamed));
}
