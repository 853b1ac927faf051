/**
 * Nodes that can yield no row become `empty`: a filter that is never true, what is built on it. So
 * do the answers of subqueries without rows: no row exists, and none is equal to anything.
 */
import { mapExpr } from '../../expr/walk.ts';
import {
  conjunctionOf,
  conjunctsOf,
  hasSubplan,
  isNeverTrue,
  isTrueConstant,
} from './expr-tree.ts';
import { constantNumber } from '../estimate/estimator.ts';
import { filterOf, mapNodeExprs, mapRoots, transformNode } from './logical-tree.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalJoin, LogicalNode, LogicalPlan, LogicalSetOperation } from '../logical.ts';
import type { Rule } from './rule.ts';

export const propagateEmpty: Rule = {
  name: 'propagate_empty',
  apply: (written) => {
    const plan = mapRoots(written, (root) => transformNode(root, reduced));
    if (!plan.subqueries.some(isEmpty)) return plan;
    const answered = (expr: Expr): Expr => answerOf(expr, plan) ?? expr;
    return mapRoots(plan, (root) =>
      transformNode(root, (node) => {
        const own = mapNodeExprs(node, (expr) =>
          hasSubplan(expr) ? mapExpr(expr, answered) : expr,
        );
        return own === node ? node : reduced(own);
      }),
    );
  },
};

function answerOf(expr: Expr, { subqueries }: LogicalPlan): Expr | undefined {
  if (expr.kind !== 'subplan' || expr.form === 'array') return undefined;
  const subquery = subqueries[expr.planIndex];
  if (subquery === undefined || !isEmpty(subquery)) return undefined;
  const values = { exists: false, any: false, all: true, scalar: null };
  return { kind: 'constant', type: expr.type, value: values[expr.form] };
}

function emptyLike(node: LogicalNode): LogicalNode {
  return { kind: 'empty', columns: node.columns };
}

function isEmpty(node: LogicalNode): boolean {
  return node.kind === 'empty';
}

function reduced(node: LogicalNode): LogicalNode {
  switch (node.kind) {
    case 'filter':
      return reducedFilter(node);
    case 'project':
    case 'barrier':
    case 'projectSet':
    case 'sort':
    case 'distinct':
    case 'distinctOn':
    case 'window':
      return isEmpty(node.input) ? emptyLike(node) : node;
    case 'limit':
      if (isNegative(node.skip) || isNegative(node.fetch)) return node;
      return isEmpty(node.input) || constantNumber(node.fetch) === 0 ? emptyLike(node) : node;
    case 'aggregate':
      return isEmpty(node.input) && node.groupBy.length > 0 ? emptyLike(node) : node;
    case 'values':
      return node.rows.length === 0 ? emptyLike(node) : node;
    case 'join':
      return reducedJoin(node);
    case 'setOperation':
      return reducedSetOperation(node);
    default:
      return node;
  }
}

function reducedFilter(node: Extract<LogicalNode, { readonly kind: 'filter' }>): LogicalNode {
  const conjuncts = conjunctsOf(node.predicate);
  if (isEmpty(node.input) || conjuncts.some(isNeverTrue)) return emptyLike(node);
  const left = conjuncts.filter((expr) => !isTrueConstant(expr));
  return left.length === conjuncts.length && !isTrueConstant(node.predicate)
    ? node
    : filterOf(node.input, conjunctionOf(left));
}

function reducedJoin(join: LogicalJoin): LogicalNode {
  const never = conjunctsOf(join.condition).some(isNeverTrue);
  const [left, right] = [isEmpty(join.left), isEmpty(join.right)];
  switch (join.joinType) {
    case 'inner':
    case 'leftSemi':
    case 'rightSemi':
      return left || right || never ? emptyLike(join) : join;
    case 'left':
      if (left) return emptyLike(join);
      return right || never ? padded(join, join.left) : join;
    case 'right':
      if (right) return emptyLike(join);
      return left || never ? padded(join, join.right) : join;
    case 'leftAnti':
      if (left) return emptyLike(join);
      return right ? join.left : join;
    case 'rightAnti':
      if (right) return emptyLike(join);
      return left ? join.right : join;
    case 'full':
      return left && right ? emptyLike(join) : join;
    default:
      return join;
  }
}

/** The kept side with NULLs for the other. */
function padded(join: LogicalJoin, keptSide: LogicalNode): LogicalNode {
  const own = new Set(keptSide.columns.map(({ id }) => id));
  const exprs = join.columns.map(({ id, type, name }): Expr =>
    own.has(id)
      ? { kind: 'column', index: id, type, name }
      : { kind: 'constant', type, value: null },
  );
  return { kind: 'project', input: keptSide, exprs, columns: join.columns };
}

function reducedSetOperation(node: LogicalSetOperation): LogicalNode {
  const [left, right] = [isEmpty(node.left), isEmpty(node.right)];
  if (left && right) return emptyLike(node);
  if (node.operation === 'intersect') return left || right ? emptyLike(node) : node;
  if (node.operation === 'except') return left ? emptyLike(node) : node;
  if (!node.all || (!left && !right)) return node;
  const source = left ? node.right : node.left;
  const exprs = source.columns.map(({ id, type, name }): Expr => {
    return { kind: 'column', index: id, type, name };
  });
  return { kind: 'project', input: source, exprs, columns: node.columns };
}

/** A bound that is an error, whatever rows there are. */
function isNegative(bound: Expr | undefined): boolean {
  return (constantNumber(bound) ?? 0) < 0;
}
