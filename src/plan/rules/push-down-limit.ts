/**
 * Limits move below projections, together with the sort that they cut off, so that only the rows
 * of the result are computed; and a copy goes into every input of a UNION ALL.
 *
 *     limit 10                          project a, f(b)
 *       sort a                            limit 10
 *         project a, f(b)       ──▶         sort a
 *           scan t                            scan t
 *
 * A sort alone moves below volatile expressions, which are evaluated in the order of the result:
 * `select nextval('s'), a from t order by a` counts up.
 */
import { constantNumber } from '../estimate/estimator.ts';
import { hasSubplan, substitute } from './expr-tree.ts';
import { isVolatile } from './function-facts.ts';
import { mapKeys, mapRoots, projectionMap, transformNode, withInputs } from './logical-tree.ts';
import { sqlType } from '../../types/type-table.ts';
import type { Expr } from '../../expr/expr.ts';
import type {
  LogicalLimit,
  LogicalNode,
  LogicalProject,
  LogicalSetOperation,
  LogicalSort,
} from '../logical.ts';
import type { Rule, RuleContext } from './rule.ts';

export const pushDownLimit: Rule = {
  name: 'push_down_limit',
  apply: (plan, context) =>
    mapRoots(plan, (root) =>
      transformNode(root, (node) => {
        if (node.kind === 'limit') return pushed(node, context);
        return node.kind === 'sort' ? belowVolatile(node, context) : node;
      }),
    ),
};

function belowVolatile(sort: LogicalSort, context: RuleContext): LogicalNode {
  const { input: project } = sort;
  if (project.kind !== 'project') return sort;
  if (!project.exprs.some((expr) => isVolatile(context.functions, expr))) return sort;
  const below = sortBelow(sort, project, context);
  return below === undefined ? sort : withInputs(project, [below]);
}

/** The sort of the projection's input; undefined when a key is volatile or a subquery is there. */
function sortBelow(
  sort: LogicalSort,
  project: LogicalProject,
  context: RuleContext,
): LogicalSort | undefined {
  if (project.exprs.some((expr) => hasSubplan(expr))) return undefined;
  const replacements = projectionMap(project);
  const keys = mapKeys(sort.keys, (expr) => substitute(expr, replacements));
  if (keys.some(({ expr }) => isVolatile(context.functions, expr))) return undefined;
  const { input } = project;
  return { ...sort, input, keys, columns: input.columns };
}

function pushed(limit: LogicalLimit, context: RuleContext): LogicalNode {
  const { input } = limit;
  if (input.kind === 'project' && !mayPass(limit, input, context)) return limit;
  if (input.kind === 'project' && !input.exprs.some((expr) => hasSubplan(expr))) {
    const below = pushed({ ...limit, input: input.input, columns: input.input.columns }, context);
    return withInputs(input, [below]);
  }
  if (input.kind === 'sort') return belowProjection(limit, input, context);
  if (input.kind === 'setOperation') return intoUnion(limit, input, context);
  return limit;
}

/** What has effects is computed for the rows that OFFSET skips, too. */
function mayPass({ skip }: LogicalLimit, { exprs }: LogicalProject, context: RuleContext): boolean {
  return skip === undefined || !exprs.some((expr) => isVolatile(context.functions, expr));
}

function belowProjection(
  limit: LogicalLimit,
  sort: LogicalSort,
  context: RuleContext,
): LogicalNode {
  const { input: project } = sort;
  if (project.kind !== 'project') return limit;
  const below = sortBelow(sort, project, context);
  if (below === undefined) {
    context.decline('a key is volatile, or the projection has a subquery');
    return limit;
  }
  if (!mayPass(limit, project, context)) {
    return withInputs(limit, [withInputs(project, [below])]);
  }
  const { columns } = below;
  return withInputs(project, [pushed({ ...limit, input: below, columns }, context)]);
}

function intoUnion(
  limit: LogicalLimit,
  union: LogicalSetOperation,
  context: RuleContext,
): LogicalNode {
  const skip = limit.skip === undefined ? 0 : constantNumber(limit.skip);
  const count = constantNumber(limit.fetch);
  if (union.operation !== 'union' || !union.all) return limit;
  if (count === undefined || skip === undefined || count < 0 || skip < 0) return limit;
  const rows = count + skip;
  const sides = [union.left, union.right].map((input) => limited(input, rows, context));
  return withInputs(limit, [withInputs(union, sides)]);
}

function limited(input: LogicalNode, rows: number, context: RuleContext): LogicalNode {
  if (hasLimit(input)) return input;
  const fetch: Expr = { kind: 'constant', type: sqlType('int8'), value: BigInt(rows) };
  const limit: LogicalLimit = {
    kind: 'limit',
    input,
    skip: undefined,
    fetch,
    columns: input.columns,
  };
  return pushed(limit, context);
}

function hasLimit(node: LogicalNode): boolean {
  if (node.kind === 'project') return hasLimit(node.input);
  return node.kind === 'limit';
}
