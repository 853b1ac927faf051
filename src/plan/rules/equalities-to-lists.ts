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
import type { Datum } from '../../types/datum.ts';
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

type GatheredList = InListExpr & { readonly list: (Datum | null)[] };

function gathered(expr: LogicExpr, context: RuleContext): Expr {
  const lists = new Map<string, GatheredList>();
  const args: Expr[] = [];
  for (const arg of expr.args) {
    const list = asList(arg);
    if (list === undefined || isVolatile(context.functions, list.arg)) {
      args.push(arg);
      continue;
    }
    const key = exprKey(list.arg);
    const known = lists.get(key);
    if (known === undefined) {
      const gathering = { ...list, list: [...list.list] };
      lists.set(key, gathering);
      args.push(gathering);
    } else for (const value of list.list) known.list.push(value);
  }
  if (args.length === expr.args.length) return expr;
  const [first] = args;
  return args.length === 1 && first !== undefined ? first : { ...expr, args };
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
