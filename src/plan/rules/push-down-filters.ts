/**
 * Filters move towards the scans: through projections, into the sides of joins as far as outer
 * joins allow, below grouping by keys they test, into every input of a union.
 *
 *     filter a.x = b.x and a.y > 1          join on a.x = b.x
 *       cross join               ──▶          filter a.y > 1
 *         scan a                                scan a
 *         scan b                              scan b
 *
 * Conjuncts keep their order, inner filters first, so a test that guards another still comes
 * before it. Volatile conjuncts stay where they were written, and so do those above a barrier that
 * may raise errors.
 */
import { must, unreachable } from '../../errors/assert.ts';
import { exprKey } from '../../expr/expr-key.ts';
import { isTotal } from '../../expr/facts.ts';
import {
  columnsOf,
  conjunctionOf,
  conjunctsOf,
  hasCorrelatedSubplan,
  hasSubplan,
  substitute,
} from './expr-tree.ts';
import { isVolatile } from './function-facts.ts';
import {
  filterOf,
  idsOf,
  inputsOf,
  joinOf,
  mapRoots,
  projectionMap,
  withInputs,
} from './logical-tree.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalJoin, LogicalNode } from '../logical.ts';
import type { JoinType } from '../physical.ts';
import type { Rule, RuleContext } from './rule.ts';

export const pushDownFilters: Rule = {
  name: 'push_down_filters',
  apply: (plan, context) => mapRoots(plan, (root) => push(root, [], context)),
};

type Node<K extends LogicalNode['kind']> = Extract<LogicalNode, { readonly kind: K }>;
type Conjuncts = readonly Expr[];

/** The tree with the conjuncts applied to its rows, as deep as they can go. */
function push(node: LogicalNode, conjuncts: Conjuncts, context: RuleContext): LogicalNode {
  switch (node.kind) {
    case 'filter':
      return pushFilter(node, conjuncts, context);
    case 'barrier':
      return pushBarrier(node, conjuncts, context);
    case 'project':
      return pushProject(node, conjuncts, context);
    case 'projectSet':
      return pushProjectSet(node, conjuncts, context);
    case 'join':
      return pushJoin(node, conjuncts, context);
    case 'aggregate':
      return pushAggregate(node, conjuncts, context);
    case 'window':
      return pushThrough(node, conjuncts, context, keyTest(node.partitionBy));
    case 'distinctOn':
      return pushThrough(node, conjuncts, context, keyTest(node.keys));
    case 'sort':
    case 'distinct':
      return pushThrough(node, conjuncts, context, () => true);
    case 'setOperation':
      return pushSetOperation(node, conjuncts, context);
    case 'scan':
    case 'factScan':
    case 'values':
    case 'oneRow':
    case 'empty':
    case 'limit':
    case 'tableFunction':
    case 'routineCalls':
    case 'recursive':
    case 'workTable':
    case 'cteScan':
      return above(pushInputs(node, context), conjuncts);
    default:
      return unreachable(node);
  }
}

function pushInputs(node: LogicalNode, context: RuleContext): LogicalNode {
  return withInputs(
    node,
    inputsOf(node).map((input) => push(input, [], context)),
  );
}

function above(node: LogicalNode, conjuncts: Conjuncts): LogicalNode {
  return filterOf(node, conjunctionOf(conjuncts));
}

/** Splits in order: what the test accepts, and the rest. */
function split(conjuncts: Conjuncts, test: (expr: Expr) => boolean): [Conjuncts, Conjuncts] {
  return [conjuncts.filter(test), conjuncts.filter((expr) => !test(expr))];
}

function pushFilter(node: Node<'filter'>, conjuncts: Conjuncts, context: RuleContext): LogicalNode {
  const own = conjunctsOf(node.predicate);
  const [stay, go] = split(own, (expr) => isVolatile(context.functions, expr));
  const seen = new Set(go.map(exprKey));
  const added = conjuncts.filter((expr) => !seen.has(exprKey(expr)));
  const pushed = push(node.input, [...go, ...added], context);
  if (stay.length > 0) return above(pushed, stay);
  const unmoved =
    added.length === 0 &&
    pushed.kind === 'filter' &&
    pushed.input === node.input &&
    conjunctsOf(pushed.predicate).every((expr, at) => expr === own[at]);
  return unmoved ? node : pushed;
}

/** What raises no error, and calls nothing of a user's, tells nothing of hidden rows. */
function pushBarrier(
  node: Node<'barrier'>,
  conjuncts: Conjuncts,
  context: RuleContext,
): LogicalNode {
  const [go, stay] = split(
    conjuncts,
    (expr) => isTotal(expr) && !isVolatile(context.functions, expr),
  );
  return above(withInputs(node, [push(node.input, go, context)]), stay);
}

function pushProject(
  node: Node<'project'>,
  conjuncts: Conjuncts,
  context: RuleContext,
): LogicalNode {
  const replacements = projectionMap(node);
  const [go, stay] = split(conjuncts, (expr) => canSubstitute(expr, replacements, context));
  const input = push(
    node.input,
    go.map((expr) => substitute(expr, replacements)),
    context,
  );
  return above(withInputs(node, [input]), stay);
}

/** Correlated subplans name columns by id inside the subquery: those must not change. */
function canSubstitute(
  expr: Expr,
  replacements: ReadonlyMap<number, Expr>,
  context: RuleContext,
): boolean {
  const used = [...columnsOf(expr)].flatMap((id) => {
    const replacement = replacements.get(id);
    return replacement === undefined ? [] : [{ id, replacement }];
  });
  const renames = used.some(
    ({ id, replacement }) => replacement.kind !== 'column' || replacement.index !== id,
  );
  if (renames && hasCorrelatedSubplan(expr)) return false;
  return used.every(
    ({ replacement }) => !isVolatile(context.functions, replacement) && !hasSubplan(replacement),
  );
}

function pushProjectSet(
  node: Node<'projectSet'>,
  conjuncts: Conjuncts,
  context: RuleContext,
): LogicalNode {
  const replacements = new Map<number, Expr>();
  const sets = new Set<number>();
  node.columns.forEach(({ id }, index) => {
    const item = must(node.items[index], 'item');
    if (item.kind === 'expr') replacements.set(id, item.expr);
    else sets.add(id);
  });
  const [go, stay] = split(
    conjuncts,
    (expr) =>
      ![...columnsOf(expr)].some((id) => sets.has(id)) &&
      canSubstitute(expr, replacements, context),
  );
  const input = push(
    node.input,
    go.map((expr) => substitute(expr, replacements)),
    context,
  );
  return above(withInputs(node, [input]), stay);
}

function pushAggregate(
  node: Node<'aggregate'>,
  conjuncts: Conjuncts,
  context: RuleContext,
): LogicalNode {
  const groupCount = node.groupBy.length;
  const groups = new Map(
    node.columns
      .slice(0, groupCount)
      .map((column, index) => [column.id, must(node.groupBy[index], 'group key')]),
  );
  const results = new Set(node.columns.slice(groupCount).map(({ id }) => id));
  const [go, stay] = split(
    conjuncts,
    (expr) =>
      groupCount > 0 &&
      ![...columnsOf(expr)].some((id) => results.has(id)) &&
      canSubstitute(expr, groups, context),
  );
  const input = push(
    node.input,
    go.map((expr) => substitute(expr, groups)),
    context,
  );
  return above(withInputs(node, [input]), stay);
}

/** Accepts tests of plain key columns: they keep or drop whole partitions. */
function keyTest(keys: readonly Expr[]): (expr: Expr) => boolean {
  const ids = new Set(keys.flatMap((key) => (key.kind === 'column' ? [key.index] : [])));
  return (expr) => {
    const used = [...columnsOf(expr)];
    return used.length > 0 && used.every((id) => ids.has(id));
  };
}

function pushThrough(
  node: Node<'window' | 'distinctOn' | 'sort' | 'distinct'>,
  conjuncts: Conjuncts,
  context: RuleContext,
  test: (expr: Expr) => boolean,
): LogicalNode {
  const [go, stay] = split(conjuncts, test);
  return above(withInputs(node, [push(node.input, go, context)]), stay);
}

function pushSetOperation(
  node: Node<'setOperation'>,
  conjuncts: Conjuncts,
  context: RuleContext,
): LogicalNode {
  if (node.operation !== 'union') return above(pushInputs(node, context), conjuncts);
  const sides = [node.left, node.right].map((input) => ({ input, renames: renames(node, input) }));
  const [go, stay] = split(conjuncts, (expr) =>
    sides.every(({ renames: map }) => canSubstitute(expr, map, context)),
  );
  const inputs = sides.map(({ input, renames: map }) =>
    push(
      input,
      go.map((expr) => substitute(expr, map)),
      context,
    ),
  );
  return above(withInputs(node, inputs), stay);
}

function renames(node: LogicalNode, input: LogicalNode): ReadonlyMap<number, Expr> {
  return new Map(
    node.columns.map(({ id }, index): [number, Expr] => {
      const { id: source, name, type } = must(input.columns[index], 'column');
      return [id, { kind: 'column', index: source, name, type }];
    }),
  );
}

/** Where a conjunct from above the join, and one of its condition, may go. */
interface Movable {
  readonly fromAbove: { readonly left: boolean; readonly right: boolean };
  readonly fromCondition: { readonly left: boolean; readonly right: boolean };
}

const both = { left: true, right: true };
const neither = { left: false, right: false };
const toLeft = { left: true, right: false };
const toRight = { left: false, right: true };

const movable: Readonly<Record<JoinType, Movable>> = {
  inner: { fromAbove: both, fromCondition: both },
  left: { fromAbove: toLeft, fromCondition: toRight },
  right: { fromAbove: toRight, fromCondition: toLeft },
  full: { fromAbove: neither, fromCondition: neither },
  leftSemi: { fromAbove: toLeft, fromCondition: both },
  leftAnti: { fromAbove: toLeft, fromCondition: toRight },
  rightSemi: { fromAbove: toRight, fromCondition: both },
  rightAnti: { fromAbove: toRight, fromCondition: toLeft },
};

function pushJoin(join: LogicalJoin, conjuncts: Conjuncts, context: RuleContext): LogicalNode {
  const { fromAbove, fromCondition } = movable[join.joinType];
  const own = conjunctsOf(join.condition);
  const sideOf = sideFinder(join, context);
  const toSide = (expr: Expr, side: 'left' | 'right'): boolean => sideOf(expr) === side;
  const ownGoes = (expr: Expr, side: 'left' | 'right'): boolean =>
    !join.nullAware && fromCondition[side] && toSide(expr, side);
  const aboveGoes = (expr: Expr, side: 'left' | 'right'): boolean =>
    fromAbove[side] && toSide(expr, side);
  const goes = (side: 'left' | 'right'): Conjuncts => [
    ...own.filter((expr) => ownGoes(expr, side)),
    ...conjuncts.filter((expr) => aboveGoes(expr, side)),
  ];
  const [left, right] = [goes('left'), goes('right')];
  // The same object may stand in the condition and above the join.
  const ownRest = own.filter((expr) => !ownGoes(expr, 'left') && !ownGoes(expr, 'right'));
  const aboveRest = conjuncts.filter(
    (expr) => !aboveGoes(expr, 'left') && !aboveGoes(expr, 'right'),
  );
  const joins = (expr: Expr): boolean => join.joinType === 'inner' && sideOf(expr) !== 'stay';
  const [into, over] = split(aboveRest, joins);
  const implied = join.joinType === 'inner' ? [...ownRest, ...into] : [];
  const pushed = joinOf(
    join,
    push(join.left, [...left, ...impliedBySide(implied, join.left)], context),
    push(join.right, [...right, ...impliedBySide(implied, join.right)], context),
  );
  const sameCondition = left.length + right.length + into.length === 0;
  const condition = sameCondition ? join.condition : conjunctionOf([...ownRest, ...into]);
  const unmoved = sameCondition && pushed.left === join.left && pushed.right === join.right;
  return above(unmoved ? join : { ...pushed, condition }, over);
}

/** The side whose columns alone the conjunct reads; outer columns are at hand in both. */
function sideFinder(
  join: LogicalJoin,
  context: RuleContext,
): (expr: Expr) => 'left' | 'right' | 'both' | 'stay' {
  const [leftIds, rightIds] = [idsOf(join.left), idsOf(join.right)];
  return (expr) => {
    if (isVolatile(context.functions, expr)) return 'stay';
    const used = [...columnsOf(expr)];
    const usesLeft = used.some((id) => leftIds.has(id));
    const usesRight = used.some((id) => rightIds.has(id));
    if (usesLeft && usesRight) return hasCorrelatedSubplan(expr) ? 'stay' : 'both';
    if (!usesLeft && !usesRight && hasSubplan(expr)) return 'stay';
    return usesRight ? 'right' : 'left';
  };
}

/**
 * What an OR over both sides says about one side alone: every arm has a test of that side.
 *
 *     (a.x = 1 and b.y = 2) or (a.x = 3 and b.y = 4)   says   a.x = 1 or a.x = 3
 */
function impliedBySide(conjuncts: Conjuncts, side: LogicalNode): Conjuncts {
  const ids = idsOf(side);
  const isOver = (expr: Expr): boolean => {
    const used = [...columnsOf(expr)];
    return used.length > 0 && used.every((id) => ids.has(id)) && !hasSubplan(expr);
  };
  return conjuncts.flatMap((conjunct) => {
    if (conjunct.kind !== 'or' || isOver(conjunct)) return [];
    const arms = conjunct.args.map((arm) => conjunctionOf(conjunctsOf(arm).filter(isOver)));
    const known = arms.filter((arm) => arm !== undefined);
    return known.length === arms.length ? [{ ...conjunct, args: known }] : [];
  });
}
