/**
 * An outer join whose NULL-extended rows a filter above drops anyway becomes a plainer join:
 * left and right to inner, full to left, right or inner.
 */
import { conjunctsOf, columnsOf } from './expr-tree.ts';
import { idsOf, inputsOf, joinOf, mapRoots, projectionMap, withInputs } from './logical-tree.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalJoin, LogicalNode } from '../logical.ts';
import type { JoinType } from '../physical.ts';
import type { FunctionFacts } from './function-facts.ts';
import type { Rule } from './rule.ts';
import { isRecordName } from '../../types/user-type.ts';

export const outerToInnerJoin: Rule = {
  name: 'outer_to_inner_join',
  apply: (plan, { functions }) => mapRoots(plan, (root) => visit(root, new Set(), functions)),
};

type Ids = ReadonlySet<number>;

/** `rejected`: columns of which a NULL drops the row further up. */
function visit(node: LogicalNode, rejected: Ids, functions: FunctionFacts): LogicalNode {
  switch (node.kind) {
    case 'filter': {
      const more = union(rejected, rejectedBy(node.predicate, functions));
      return withInputs(node, [visit(node.input, more, functions)]);
    }
    case 'project': {
      const passed = new Set<number>();
      for (const [id, expr] of projectionMap(node)) {
        if (rejected.has(id)) for (const used of nullFrom(expr, functions)) passed.add(used);
      }
      return withInputs(node, [visit(node.input, passed, functions)]);
    }
    case 'sort':
    case 'distinct':
      return withInputs(node, [visit(node.input, rejected, functions)]);
    case 'join':
      return visitJoin(node, rejected, functions);
    default:
      return withInputs(
        node,
        inputsOf(node).map((input) => visit(input, new Set(), functions)),
      );
  }
}

function visitJoin(join: LogicalJoin, rejected: Ids, functions: FunctionFacts): LogicalNode {
  const joinType = reduced(join, rejected);
  const condition =
    join.condition === undefined || join.nullAware || join.nullsEqual
      ? new Set<number>()
      : rejectedBy(join.condition, functions);
  const outer = rejectedAbove[joinType];
  const within = rejectedWithin[joinType];
  const none = new Set<number>();
  const left = union(outer.left ? rejected : none, within.left ? condition : none);
  const right = union(outer.right ? rejected : none, within.right ? condition : none);
  const changed = joinType === join.joinType ? join : { ...join, joinType };
  const sides = [
    visit(join.left, only(left, join.left), functions),
    visit(join.right, only(right, join.right), functions),
  ] as const;
  if (changed === join && sides[0] === join.left && sides[1] === join.right) return join;
  return joinOf(changed, ...sides);
}

interface Sides {
  readonly left: boolean;
  readonly right: boolean;
}

const both = { left: true, right: true };
const neither = { left: false, right: false };

/** Sides whose rows a rejection above the join drops. */
const rejectedAbove: Readonly<Record<JoinType, Sides>> = {
  inner: both,
  left: { left: true, right: false },
  right: { left: false, right: true },
  full: neither,
  leftSemi: { left: true, right: false },
  leftAnti: { left: true, right: false },
  rightSemi: { left: false, right: true },
  rightAnti: { left: false, right: true },
};

/** Sides whose rows do not matter when the condition rejects them. */
const rejectedWithin: Readonly<Record<JoinType, Sides>> = {
  inner: both,
  left: { left: false, right: true },
  right: { left: true, right: false },
  full: neither,
  leftSemi: both,
  leftAnti: { left: false, right: true },
  rightSemi: both,
  rightAnti: { left: true, right: false },
};

function reduced(join: LogicalJoin, rejected: Ids): JoinType {
  const left = only(rejected, join.left).size > 0;
  const right = only(rejected, join.right).size > 0;
  switch (join.joinType) {
    case 'left':
      return right ? 'inner' : 'left';
    case 'right':
      return left ? 'inner' : 'right';
    case 'full':
      if (left && right) return 'inner';
      return left ? 'left' : right ? 'right' : 'full';
    default:
      return join.joinType;
  }
}

function only(ids: Ids, node: LogicalNode): Ids {
  const own = idsOf(node);
  return new Set([...ids].filter((id) => own.has(id)));
}

function union(left: Ids, right: Ids): Ids {
  return new Set([...left, ...right]);
}

/** Columns of which a NULL keeps the predicate from being true. */
export function rejectedBy(expr: Expr, functions: FunctionFacts): Ids {
  switch (expr.kind) {
    case 'and':
      return new Set(conjunctsOf(expr).flatMap((part) => [...rejectedBy(part, functions)]));
    case 'or': {
      const [first, ...rest] = expr.args.map((part) => rejectedBy(part, functions));
      return new Set([...(first ?? [])].filter((id) => rest.every((ids) => ids.has(id))));
    }
    case 'isNotNull':
    case 'isTrue':
    case 'isFalse':
      return isRecordName(expr.arg.type.name) ? new Set() : nullFrom(expr.arg, functions);
    case 'anyArray':
      return functions.isStrict(expr.functionId) ? nullFrom(expr.left, functions) : new Set();
    default:
      return nullFrom(expr, functions);
  }
}

/** Columns of which a NULL makes the expression NULL. */
function nullFrom(expr: Expr, functions: FunctionFacts): Ids {
  switch (expr.kind) {
    case 'column':
      return columnsOf(expr);
    case 'call':
      if (!functions.isStrict(expr.functionId)) return new Set();
      return new Set(expr.args.flatMap((arg) => [...nullFrom(arg, functions)]));
    case 'not':
    case 'inList':
    case 'notInList':
      return nullFrom(expr.arg, functions);
    default:
      return new Set();
  }
}
