/**
 * Subplans of a subquery's select list are computed above the join that drops most of its rows.
 * asyncpg's type introspection joins such a list over all types to the one type it looks for.
 *
 *     join on t.oid = w.oid                     project t.oid, SubPlan(t.oid), w.oid
 *       project t.oid, SubPlan(t.oid)    ──▶      join on t.oid = w.oid
 *         scan t                                    project t.oid
 *       scan w                                        scan t
 *                                                   scan w
 *
 * Only what the join's condition does not read, and only of a side whose rows it never fills with
 * NULLs. Columns that a subplan reads are passed through under their own ids.
 */
import { must } from '../../errors/assert.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalColumn, LogicalJoin, LogicalNode, LogicalProject } from '../logical.ts';
import type { JoinType } from '../physical.ts';
import { columnExpr, columnsOf, hasCorrelatedSubplan } from './expr-tree.ts';
import { isVolatile } from './function-facts.ts';
import { joinOf, mapRoots, projectionMap, transformNode } from './logical-tree.ts';
import type { Rule, RuleContext } from './rule.ts';

export const postponeSubplans: Rule = {
  name: 'postpone_subplans',
  apply: (plan, context) =>
    mapRoots(plan, (root) =>
      transformNode(root, (node) => (node.kind === 'join' ? postponed(node, context) : node)),
    ),
};

/** Sides whose columns the join hands on as they are. */
const kept: Readonly<Record<JoinType, readonly ('left' | 'right')[]>> = {
  inner: ['left', 'right'],
  left: ['left'],
  right: ['right'],
  full: [],
  leftSemi: ['left'],
  leftAnti: ['left'],
  rightSemi: ['right'],
  rightAnti: ['right'],
};

function postponed(join: LogicalJoin, context: RuleContext): LogicalNode {
  const { condition } = join;
  if (condition === undefined || join.lateral) return join;
  const used = columnsOf(condition);
  const late = new Map<number, Expr>();
  const sides = { left: join.left, right: join.right };
  for (const side of kept[join.joinType]) {
    const project = sides[side];
    if (project.kind !== 'project') continue;
    const own = lateExprs(project, used, context);
    if (own.size > 0) sides[side] = withoutLate(project, own);
    for (const [id, expr] of own) late.set(id, expr);
  }
  if (late.size === 0) return join;
  const { columns } = join;
  const input = joinOf(join, sides.left, sides.right);
  const exprs = columns.map((column) => late.get(column.id) ?? columnExpr(column));
  return { kind: 'project', input, exprs, columns };
}

function lateExprs(
  project: LogicalProject,
  used: ReadonlySet<number>,
  context: RuleContext,
): ReadonlyMap<number, Expr> {
  const isLate = ([id, expr]: readonly [number, Expr]): boolean =>
    !used.has(id) && hasCorrelatedSubplan(expr) && !isVolatile(context.functions, expr);
  return new Map([...projectionMap(project)].filter(isLate));
}

/** The projection without the late ones, and with the columns that these read. */
function withoutLate(project: LogicalProject, late: ReadonlyMap<number, Expr>): LogicalProject {
  const columns: LogicalColumn[] = [];
  const exprs: Expr[] = [];
  project.columns.forEach((column, index) => {
    if (late.has(column.id)) return;
    columns.push(column);
    exprs.push(must(project.exprs[index], 'expression'));
  });
  const read = new Set([...late.values()].flatMap((expr) => [...columnsOf(expr)]));
  for (const column of project.input.columns) {
    if (!read.has(column.id) || columns.some(({ id }) => id === column.id)) continue;
    columns.push(column);
    exprs.push(columnExpr(column));
  }
  return { ...project, columns, exprs };
}
