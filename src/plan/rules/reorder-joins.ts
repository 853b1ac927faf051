/**
 * Order of inner joins, greedily: first the pair with the fewest rows, then always the relation
 * that keeps the result smallest; relations without a condition between them come last. The order
 * as written stays when the other is not clearly cheaper.
 */
import { must } from '../../errors/assert.ts';
import { Estimator } from '../estimate/estimator.ts';
import { columnsOf, conjunctionOf, conjunctsOf } from './expr-tree.ts';
import { idsOf, inputsOf, joinOf, mapRoots, projectTo, withInputs } from './logical-tree.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalJoin, LogicalNode } from '../logical.ts';
import type { Rule, RuleContext } from './rule.ts';

export const reorderJoins: Rule = {
  name: 'reorder_joins',
  apply: (plan, { decline }) => {
    const search = { estimator: new Estimator(plan), decline };
    return mapRoots(plan, (root) => visit(root, search));
  },
};

/** More relations than this keep their order: greedy search is quadratic. */
const relationsMax = 24;
const clearlyCheaper = 0.8;

interface Search {
  readonly estimator: Estimator;
  readonly decline: RuleContext['decline'];
}

function visit(node: LogicalNode, search: Search): LogicalNode {
  const { estimator, decline } = search;
  if (!isMember(node)) {
    return withInputs(
      node,
      inputsOf(node).map((input) => visit(input, search)),
    );
  }
  const relations = relationsOf(node).map((relation) => visit(relation, search));
  const rebuilt = withRelations(node, [...relations]);
  if (relations.length < 3) {
    decline('a join of two relations has one order');
    return rebuilt;
  }
  if (relations.length > relationsMax) {
    decline(`more than ${relationsMax} relations`);
    return rebuilt;
  }
  const ordered = greedy(relations, conditionsOf(node), estimator);
  const cheaper = cost(ordered, estimator) < cost(rebuilt, estimator) * clearlyCheaper;
  if (!cheaper) decline('no other order is clearly cheaper');
  return cheaper ? projectTo(ordered, node.columns) : rebuilt;
}

function isMember(node: LogicalNode): node is LogicalJoin {
  return node.kind === 'join' && node.joinType === 'inner' && !node.lateral && !node.nullsEqual;
}

function relationsOf(node: LogicalNode): readonly LogicalNode[] {
  return isMember(node) ? [...relationsOf(node.left), ...relationsOf(node.right)] : [node];
}

function conditionsOf(node: LogicalNode): readonly Expr[] {
  if (!isMember(node)) return [];
  return [...conditionsOf(node.left), ...conditionsOf(node.right), ...conjunctsOf(node.condition)];
}

/** The joins as they are, over other relations, taken from the list in order. */
function withRelations(node: LogicalNode, relations: LogicalNode[]): LogicalNode {
  if (!isMember(node)) return must(relations.shift(), 'relation');
  const left = withRelations(node.left, relations);
  return withInputs(node, [left, withRelations(node.right, relations)]);
}

/** Rows of all intermediate results. */
function cost(node: LogicalNode, estimator: Estimator): number {
  if (!isMember(node)) return 0;
  return cost(node.left, estimator) + cost(node.right, estimator) + estimator.rows(node);
}

/** A condition with the columns of the joined relations that it reads. */
interface Pending {
  readonly expr: Expr;
  readonly reads: readonly number[];
}

interface Candidate {
  readonly join: LogicalJoin;
  readonly connected: boolean;
  readonly relation: LogicalNode;
}

function greedy(
  relations: readonly LogicalNode[],
  conditions: readonly Expr[],
  estimator: Estimator,
): LogicalNode {
  const left = new Set(relations);
  const known = new Set(relations.flatMap((relation) => [...idsOf(relation)]));
  const pending = new Set(
    conditions.map((expr) => ({ expr, reads: [...columnsOf(expr)].filter((id) => known.has(id)) })),
  );
  const pairs = relations.flatMap((first, at) =>
    relations.slice(at + 1).map((second) => joined(first, second, pending)),
  );
  const start = best(pairs, estimator);
  let current: LogicalNode = start.join;
  left.delete(start.join.left);
  for (let taken = start; ;) {
    left.delete(taken.relation);
    const used = new Set(conjunctsOf(taken.join.condition));
    for (const item of pending) if (used.has(item.expr)) pending.delete(item);
    if (left.size === 0) return current;
    const tree = current;
    taken = best(
      [...left].map((relation) => joined(tree, relation, pending)),
      estimator,
    );
    current = taken.join;
  }
}

function best(candidates: readonly Candidate[], estimator: Estimator): Candidate {
  const rank = ({ join, connected }: Candidate): number =>
    connected ? estimator.rows(join) : estimator.rows(join) * 1e12;
  return candidates.reduce((least, next) => (rank(next) < rank(least) ? next : least));
}

function joined(left: LogicalNode, right: LogicalNode, pending: ReadonlySet<Pending>): Candidate {
  const [leftIds, rightIds] = [idsOf(left), idsOf(right)];
  const usable = [...pending].filter(({ reads }) =>
    reads.every((id) => leftIds.has(id) || rightIds.has(id)),
  );
  const connected = usable.some(({ reads }) => reads.some((id) => rightIds.has(id)));
  const join: LogicalJoin = {
    kind: 'join',
    left,
    right,
    joinType: 'inner',
    condition: conjunctionOf(usable.map(({ expr }) => expr)),
    nullAware: false,
    nullsEqual: false,
    lateral: false,
    columns: [],
  };
  return { join: joinOf(join, left, right), connected, relation: right };
}
