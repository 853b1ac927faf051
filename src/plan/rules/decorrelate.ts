/**
 * Pulling correlated conditions out of a subquery.
 *
 *     filter u.id = outer.id and u.x > 1        node: filter u.x > 1
 *       scan u                            ──▶           scan u
 *                                               conjuncts: u.id = outer.id
 *
 * Only through nodes where a condition above means the same as one below; `undefined` otherwise.
 */
import { columnExpr, columnsOf, conjunctionOf, conjunctsOf, hasSubplan } from './expr-tree.ts';
import { isVolatile, type FunctionFacts } from './function-facts.ts';
import { filterOf, freeColumns, idsOf, joinOf, someNode } from './logical-tree.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalColumn, LogicalNode } from '../logical.ts';

export interface Pulled {
  /** Without columns of enclosing queries; yields every column that the conjuncts read. */
  readonly node: LogicalNode;
  readonly conjuncts: readonly Expr[];
}

export function pullCorrelation(node: LogicalNode, functions: FunctionFacts): Pulled | undefined {
  if (readsCtes(node)) return undefined;
  return pull(node, functions);
}

/** A CTE may itself depend on an enclosing query, which freeColumns does not see. */
function readsCtes(node: LogicalNode): boolean {
  return someNode(node, ({ kind }) => kind === 'cteScan' || kind === 'workTable');
}

function pull(node: LogicalNode, functions: FunctionFacts): Pulled | undefined {
  if (freeColumns(node).size === 0) return { node, conjuncts: [] };
  switch (node.kind) {
    case 'filter':
      return pullFilter(node, functions);
    case 'project':
      return pullProject(node, functions);
    case 'sort': {
      const below = pull(node.input, functions);
      const isOwn = below !== undefined && node.keys.every(({ expr }) => isOver(expr, below.node));
      if (!isOwn) return undefined;
      return { ...below, node: { ...node, input: below.node, columns: below.node.columns } };
    }
    case 'join':
      return pullJoin(node, functions);
    default:
      return undefined;
  }
}

function isOver(expr: Expr, node: LogicalNode): boolean {
  const ids = idsOf(node);
  return [...columnsOf(expr)].every((id) => ids.has(id));
}

function pullFilter(
  node: Extract<LogicalNode, { readonly kind: 'filter' }>,
  functions: FunctionFacts,
): Pulled | undefined {
  const below = pull(node.input, functions);
  if (below === undefined) return undefined;
  const own = conjunctsOf(node.predicate);
  const staying = own.filter((expr) => isOver(expr, below.node));
  const leaving = own.filter((expr) => !isOver(expr, below.node));
  if (leaving.some((expr) => hasSubplan(expr) || isVolatile(functions, expr))) return undefined;
  return {
    node: filterOf(below.node, conjunctionOf(staying)),
    conjuncts: [...below.conjuncts, ...leaving],
  };
}

/** The projection also passes the columns on that the pulled conjuncts read. */
function pullProject(
  node: Extract<LogicalNode, { readonly kind: 'project' }>,
  functions: FunctionFacts,
): Pulled | undefined {
  const below = pull(node.input, functions);
  if (below === undefined || !node.exprs.every((expr) => isOver(expr, below.node))) {
    return undefined;
  }
  const shown = idsOf(node);
  const read = new Set(below.conjuncts.flatMap((expr) => [...columnsOf(expr)]));
  const hidden = below.node.columns.filter(({ id }) => read.has(id) && !shown.has(id));
  if (renames(node, read)) return undefined;
  return {
    node: {
      ...node,
      input: below.node,
      exprs: [...node.exprs, ...hidden.map(columnExpr)],
      columns: [...node.columns, ...hidden],
    },
    conjuncts: below.conjuncts,
  };
}

/** Whether an output column has the id of a column that the conjuncts mean, but another value. */
function renames(
  node: Extract<LogicalNode, { readonly kind: 'project' }>,
  read: ReadonlySet<number>,
): boolean {
  return node.columns.some(({ id }: LogicalColumn, index) => {
    const expr = node.exprs[index];
    return read.has(id) && (expr?.kind !== 'column' || expr.index !== id);
  });
}

function pullJoin(
  node: Extract<LogicalNode, { readonly kind: 'join' }>,
  functions: FunctionFacts,
): Pulled | undefined {
  const { joinType } = node;
  const movesRight = joinType === 'inner';
  const movesLeft = movesRight || joinType === 'left' || joinType.startsWith('left');
  if (!movesLeft || node.lateral) return undefined;
  const left = pull(node.left, functions);
  const right = movesRight ? pull(node.right, functions) : { node: node.right, conjuncts: [] };
  if (left === undefined || right === undefined) return undefined;
  if (!movesRight && freeColumns(node.right).size > 0) return undefined;
  const joined = joinOf(node, left.node, right.node);
  const known = new Set([...idsOf(left.node), ...idsOf(right.node)]);
  const isOwn = (expr: Expr): boolean => [...columnsOf(expr)].every((id) => known.has(id));
  const own = conjunctsOf(node.condition);
  const leaving = own.filter((expr) => !isOwn(expr));
  if (leaving.length > 0 && !movesRight) return undefined;
  if (leaving.some((expr) => hasSubplan(expr) || isVolatile(functions, expr))) return undefined;
  const condition = conjunctionOf(own.filter(isOwn));
  return {
    node: { ...joined, condition },
    conjuncts: [...left.conjuncts, ...right.conjuncts, ...leaving],
  };
}
