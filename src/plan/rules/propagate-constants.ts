/**
 * Constants across equalities: what equals a column that equals a constant equals it too, so that
 * the other side of a join can be filtered and pruned.
 *
 *     a.id = b.id and a.id = $1   gives   b.id = $1
 */
import { exprKey } from '../../expr/expr-key.ts';
import {
  boolType,
  columnExpr,
  comparisonOf,
  conjunctionOf,
  conjunctsOf,
  type Comparison,
} from './expr-tree.ts';
import { filterOf, inputsOf, mapRoots, withInputs } from './logical-tree.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalNode } from '../logical.ts';
import type { Rule } from './rule.ts';

export const propagateConstants: Rule = {
  name: 'propagate_constants',
  apply: (plan) => mapRoots(plan, visit),
};

/** Top-down: the topmost filter or inner join sees the conjuncts of all joins below it. */
function visit(node: LogicalNode): LogicalNode {
  if (!isGroup(node)) return withInputs(node, inputsOf(node).map(visit));
  const conjuncts = conjunctsOfGroup(node);
  const known = new Set(conjuncts.map(exprKey));
  const added = derived(conjuncts).filter((expr) => !known.has(exprKey(expr)));
  return filterOf(visitMembers(node), conjunctionOf(added));
}

function isGroup(node: LogicalNode): boolean {
  return node.kind === 'filter' || (node.kind === 'join' && node.joinType === 'inner');
}

function visitMembers(node: LogicalNode): LogicalNode {
  return withInputs(
    node,
    inputsOf(node).map((input) => (isGroup(input) ? visitMembers(input) : visit(input))),
  );
}

function conjunctsOfGroup(node: LogicalNode): readonly Expr[] {
  const below = inputsOf(node).filter(isGroup).flatMap(conjunctsOfGroup);
  if (node.kind === 'filter') return [...conjunctsOf(node.predicate), ...below];
  return node.kind === 'join' ? [...conjunctsOf(node.condition), ...below] : below;
}

function derived(conjuncts: readonly Expr[]): readonly Expr[] {
  const equalities = conjuncts.flatMap((conjunct) => {
    const comparison = comparisonOf(conjunct);
    return comparison?.op === '=' && sidesAgree(comparison) ? [comparison] : [];
  });
  const constants = new Map<number, Comparison>();
  for (const equality of equalities) {
    const { left, right } = equality;
    if (left.kind === 'column' && isFixed(right)) constants.set(left.index, equality);
    if (right.kind === 'column' && isFixed(left)) {
      constants.set(right.index, { ...equality, left: right, right: left });
    }
  }
  const added: Expr[] = [];
  for (let grown = true; grown;) {
    grown = false;
    for (const { left, right } of equalities) {
      if (left.kind !== 'column' || right.kind !== 'column') continue;
      for (const [from, to] of [
        [left, right],
        [right, left],
      ] as const) {
        const source = constants.get(from.index);
        if (source === undefined || constants.has(to.index)) continue;
        const { functionId, right: value } = source;
        constants.set(to.index, { ...source, left: to });
        const { index: id, name, type } = to;
        const column = columnExpr({ id, name, type, nullable: true });
        added.push({ kind: 'call', functionId, args: [column, value], type: boolType });
        grown = true;
      }
    }
  }
  return added;
}

/** Both sides are of the operator's own type, so that the equality is transitive. */
function sidesAgree({ left, right, typeName }: Comparison): boolean {
  return left.type.name === typeName && right.type.name === typeName;
}

function isFixed(expr: Expr): boolean {
  return expr.kind === 'parameter' || (expr.kind === 'constant' && expr.value !== null);
}
