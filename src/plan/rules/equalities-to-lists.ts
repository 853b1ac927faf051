/**
 * OR of equalities with constants over one expression becomes IN, which zone maps can prune by.
 *
 *     kind = 'a' or kind = 'b' or level = 3   ──▶   kind in ('a', 'b') or level = 3
 */
import { exprKey } from '../../expr/expr-key.ts';
import { mapExpr } from '../../expr/walk.ts';
import { boolType, comparisonOf, mirror } from './expr-tree.ts';
import { isVolatile } from './function-facts.ts';
import { mapNodeExprs, mapRoots, transformNode } from './logical-tree.ts';
import type { Expr, InListExpr, LogicExpr } from '../../expr/expr.ts';
import type { Rule, RuleContext } from './rule.ts';

export const equalitiesToLists: Rule = {
  name: 'equalities_to_lists',
  apply: (plan, context) =>
    mapRoots(plan, (root) =>
      transformNode(root, (node) =>
        mapNodeExprs(node, (expr) =>
          mapExpr(expr, (part) => (part.kind === 'or' ? gathered(part, context) : part)),
        ),
      ),
    ),
};

function gathered(expr: LogicExpr, context: RuleContext): Expr {
  const lists = new Map<string, InListExpr>();
  const args: Expr[] = [];
  for (const arg of expr.args) {
    const list = asList(arg);
    if (list === undefined || isVolatile(context.functions, list.arg)) {
      args.push(arg);
      continue;
    }
    const key = exprKey(list.arg);
    const known = lists.get(key);
    lists.set(key, known === undefined ? list : { ...known, list: [...known.list, ...list.list] });
    if (known === undefined) args.push(list);
  }
  if (args.length === expr.args.length) return expr;
  const merged = args.map((arg) =>
    arg.kind === 'inList' ? (lists.get(exprKey(arg.arg)) ?? arg) : arg,
  );
  const [first] = merged;
  return merged.length === 1 && first !== undefined ? first : { ...expr, args: merged };
}

function asList(expr: Expr): InListExpr | undefined {
  if (expr.kind === 'inList') return expr;
  const comparison = comparisonOf(expr);
  if (comparison?.op !== '=') return undefined;
  const isAligned = comparison.right.kind === 'constant';
  const { left, right, typeName } = isAligned ? comparison : mirror(comparison);
  if (right.kind !== 'constant' || right.value === null) return undefined;
  if (left.kind === 'constant') return undefined;
  if (left.type.name !== typeName || right.type.name !== typeName) return undefined;
  return { kind: 'inList', arg: left, list: [right.value], type: boolType };
}
