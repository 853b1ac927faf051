/**
 * Constants across equalities: what equals a column that equals a constant equals it too, so that
 * the other side of a join can be filtered and pruned.
 *
 *     a.id = b.id and a.id = $1                     gives   b.id = $1
 *     a left join b on a.id = b.id where a.id = $1  gives   a left join (b where b.id = $1) on …
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
import { filterOf, inputsOf, joinOf, mapRoots, withInputs } from './logical-tree.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalJoin, LogicalNode, LogicalProject } from '../logical.ts';
import type { Rule } from './rule.ts';

export const propagateConstants: Rule = {
  name: 'propagate_constants',
  apply: (plan) => mapRoots(plan, (root) => visit(root, new Map())),
};

/** By column: rows where it does not equal its constant are of no use to what is above. */
type Constants = ReadonlyMap<number, Comparison>;

/** Top-down: the topmost filter or inner join sees the conjuncts of all joins below it. */
function visit(node: LogicalNode, constants: Constants): LogicalNode {
  if (isGroup(node)) {
    const conjuncts = conjunctsOfGroup(node);
    const found = new Map(constants);
    const added = derive(conjuncts, found);
    return withFilter(visitMembers(node, found), added, new Set(conjuncts.map(exprKey)));
  }
  if (node.kind === 'join') return visitJoin(node, constants);
  const below = node.kind === 'project' ? throughProjection(node, constants) : new Map();
  return withInputs(
    node,
    inputsOf(node).map((input) => visit(input, below)),
  );
}

function isGroup(node: LogicalNode): boolean {
  return node.kind === 'filter' || (node.kind === 'join' && node.joinType === 'inner');
}

function visitMembers(node: LogicalNode, constants: Constants): LogicalNode {
  return withInputs(
    node,
    inputsOf(node).map((input) =>
      isGroup(input) ? visitMembers(input, constants) : visit(input, constants),
    ),
  );
}

function withFilter(
  node: LogicalNode,
  added: readonly Derived[],
  known: ReadonlySet<string> = new Set(),
): LogicalNode {
  const exprs = added.map(({ expr }) => expr).filter((expr) => !known.has(exprKey(expr)));
  return filterOf(node, conjunctionOf(exprs));
}

/** Which side's rows come out only where they match. */
const matched: Readonly<Partial<Record<LogicalJoin['joinType'], 'left' | 'right'>>> = {
  left: 'right',
  leftSemi: 'right',
  leftAnti: 'right',
  right: 'left',
  rightSemi: 'left',
  rightAnti: 'left',
};

function visitJoin(join: LogicalJoin, constants: Constants): LogicalNode {
  const side = join.nullAware || join.nullsEqual ? undefined : matched[join.joinType];
  const none: Constants = new Map();
  if (side === undefined) return joinOf(join, visit(join.left, none), visit(join.right, none));
  const found = new Map(constants);
  const ids = new Set(join[side].columns.map(({ id }) => id));
  const added = derive(conjunctsOf(join.condition), found).filter(({ column }) => ids.has(column));
  const filtered = withFilter(visit(join[side], found), added);
  return side === 'right'
    ? joinOf(join, visit(join.left, constants), filtered)
    : joinOf(join, filtered, visit(join.right, constants));
}

function throughProjection({ columns, exprs }: LogicalProject, constants: Constants): Constants {
  const below = new Map<number, Comparison>();
  for (const [index, { id }] of columns.entries()) {
    const constant = constants.get(id);
    const expr = exprs[index];
    if (constant !== undefined && expr?.kind === 'column')
      below.set(expr.index, { ...constant, left: expr });
  }
  return below;
}

function conjunctsOfGroup(node: LogicalNode): readonly Expr[] {
  const below = inputsOf(node).filter(isGroup).flatMap(conjunctsOfGroup);
  if (node.kind === 'filter') return [...conjunctsOf(node.predicate), ...below];
  return node.kind === 'join' ? [...conjunctsOf(node.condition), ...below] : below;
}

interface Derived {
  /** Its id. */
  readonly column: number;
  readonly expr: Expr;
}

/** What follows from the conjuncts and the constants, which grow by it. */
function derive(
  conjuncts: readonly Expr[],
  constants: Map<number, Comparison>,
): readonly Derived[] {
  const equalities = conjuncts.flatMap((conjunct) => {
    const comparison = comparisonOf(conjunct);
    return comparison?.op === '=' && sidesAgree(comparison) ? [comparison] : [];
  });
  for (const equality of equalities) {
    const { left, right } = equality;
    if (left.kind === 'column' && isFixed(right)) constants.set(left.index, equality);
    if (right.kind === 'column' && isFixed(left)) {
      constants.set(right.index, { ...equality, left: right, right: left });
    }
  }
  const added: Derived[] = [];
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
        const expr: Expr = { kind: 'call', functionId, args: [column, value], type: boolType };
        added.push({ column: id, expr });
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
