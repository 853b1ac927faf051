/**
 * A left join of which only the rows without partner are kept is an anti join.
 *
 *     select a.x from a left join b on a.id = b.id where b.id is null
 */
import { columnsOf, conjunctionOf, conjunctsOf } from './expr-tree.ts';
import { rejectedBy } from './outer-to-inner-join.ts';
import { filterOf, idsOf, joinOf, mapRoots, transformNode } from './logical-tree.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalFilter, LogicalNode } from '../logical.ts';
import type { FunctionFacts } from './function-facts.ts';
import type { Rule } from './rule.ts';
import { isRecordName } from '../../types/user-type.ts';

export const leftJoinToAntiJoin: Rule = {
  name: 'left_join_to_anti_join',
  apply: (plan, { functions }) =>
    mapRoots(plan, (root) =>
      transformNode(root, (node) => (node.kind === 'filter' ? antiJoined(node, functions) : node)),
    ),
};

/** A column that the condition rejects when NULL is NULL only in rows without partner. */
function antiJoined(filter: LogicalFilter, functions: FunctionFacts): LogicalNode {
  const join = filter.input;
  if (join.kind !== 'join' || join.joinType !== 'left' || join.lateral) return filter;
  if (join.condition === undefined || join.nullsEqual) return filter;
  const rightIds = idsOf(join.right);
  const matched = rejectedBy(join.condition, functions);
  const asksForNone = (expr: Expr): boolean =>
    expr.kind === 'isNull' &&
    expr.arg.kind === 'column' &&
    !isRecordName(expr.arg.type.name) &&
    rightIds.has(expr.arg.index) &&
    matched.has(expr.arg.index);
  const conjuncts = conjunctsOf(filter.predicate);
  const others = conjuncts.filter((expr) => !asksForNone(expr));
  const readsRight = others.some((expr) => [...columnsOf(expr)].some((id) => rightIds.has(id)));
  if (others.length === conjuncts.length || readsRight) return filter;
  const anti = joinOf({ ...join, joinType: 'leftAnti' }, join.left, join.right);
  const exprs = filter.columns.map(({ id, type, name }): Expr =>
    rightIds.has(id)
      ? { kind: 'constant', type, value: null }
      : { kind: 'column', index: id, type, name },
  );
  const input = filterOf(anti, conjunctionOf(others));
  return { kind: 'project', input, exprs, columns: filter.columns };
}
