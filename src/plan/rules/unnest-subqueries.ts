/**
 * Subqueries in filters become joins.
 *
 *     where exists (select … where u.id = t.id)      left semi join on u.id = t.id
 *     where not exists (…)                           left anti join
 *     where x in (select y …)                        left semi join on x = y
 *     where x not in (select y …)                    left anti join on x = y, NULL-aware
 *
 * Only correlated EXISTS: an uncorrelated one is evaluated once as it is. What does not fit stays
 * a subplan.
 */
import { must } from '../../errors/assert.ts';
import {
  boolType,
  columnExpr,
  columnsOf,
  conjunctionOf,
  conjunctsOf,
  hasSubplan,
  isPlainEquality,
  splitFunctionId,
} from './expr-tree.ts';
import { constantNumber } from '../estimate/estimator.ts';
import { pullCorrelation, type Pulled } from './decorrelate.ts';
import { isVolatile } from './function-facts.ts';
import {
  filterOf,
  freeColumns,
  idsOf,
  joinOf,
  mapRoots,
  outerColumns,
  projectTo,
  transformNode,
} from './logical-tree.ts';
import type { Expr, SubplanExpr } from '../../expr/expr.ts';
import type { LogicalFilter, LogicalJoin, LogicalNode, LogicalPlan } from '../logical.ts';
import type { Rule, RuleContext } from './rule.ts';

export const unnestSubqueries: Rule = {
  name: 'unnest_subqueries',
  apply: (plan, context) => mapRoots(plan, (root) => unnestTree(root, plan, context)),
};

function unnestTree(root: LogicalNode, plan: LogicalPlan, context: RuleContext): LogicalNode {
  return transformNode(root, (node) =>
    node.kind === 'filter' ? unnestFilter(node, plan, context) : node,
  );
}

function unnestFilter(filter: LogicalFilter, plan: LogicalPlan, context: RuleContext): LogicalNode {
  const kept: Expr[] = [];
  const joins: ((input: LogicalNode) => LogicalNode)[] = [];
  for (const conjunct of conjunctsOf(filter.predicate)) {
    const join = joinFor(conjunct, filter.input, plan, context);
    if (join === undefined) kept.push(conjunct);
    else joins.push(join);
  }
  if (joins.length === 0) return filter;
  const input = filterOf(filter.input, conjunctionOf(kept.filter((expr) => !hasSubplan(expr))));
  const joined = joins.reduce((node, join) => join(node), input);
  return projectTo(filterOf(joined, conjunctionOf(kept.filter(hasSubplan))), filter.columns);
}

type Join = (input: LogicalNode) => LogicalNode;

function joinFor(
  conjunct: Expr,
  input: LogicalNode,
  plan: LogicalPlan,
  context: RuleContext,
): Join | undefined {
  const isNegated = conjunct.kind === 'not';
  const subplan = isNegated ? conjunct.arg : conjunct;
  if (subplan.kind !== 'subplan') {
    if (hasSubplan(conjunct)) context.decline('a subquery within a larger condition');
    return undefined;
  }
  const written = must(plan.subqueries[subplan.planIndex], 'subquery');
  const subquery = unnestTree(written, plan, context);
  if (subplan.form === 'exists') {
    return existsJoin(subquery, isNegated, { input, plan, context });
  }
  const isNotIn = isNegated ? subplan.form === 'any' : subplan.form === 'all';
  if (isNotIn) return notInJoin(subplan, subquery, { input, plan, context });
  if (isNegated || subplan.form !== 'any') return undefined;
  return inJoin(subplan, subquery, { input, plan, context });
}

interface Place {
  readonly input: LogicalNode;
  readonly plan: LogicalPlan;
  readonly context: RuleContext;
}

function semiJoin(
  right: LogicalNode,
  condition: readonly Expr[],
  options: { readonly anti: boolean; readonly nullAware: boolean },
): Join {
  return (left) => {
    const join: LogicalJoin = {
      kind: 'join',
      left,
      right,
      joinType: options.anti ? 'leftAnti' : 'leftSemi',
      condition: conjunctionOf(condition),
      nullAware: options.nullAware,
      nullsEqual: false,
      lateral: false,
      columns: left.columns,
    };
    return joinOf(join, left, right);
  };
}

/** The pulled subquery, when its conditions read nothing but it and the input. */
function pulledOver(subquery: LogicalNode, { input, context }: Place): Pulled | undefined {
  const pulled = pullCorrelation(subquery, context.functions);
  if (pulled === undefined) {
    context.decline('its correlation cannot be pulled above its nodes');
    return undefined;
  }
  const ids = new Set([...idsOf(input), ...idsOf(pulled.node)]);
  const own = pulled.conjuncts.every((expr) => [...columnsOf(expr)].every((id) => ids.has(id)));
  if (!own) context.decline('it reads columns of a query further out');
  return own ? pulled : undefined;
}

function existsJoin(subquery: LogicalNode, anti: boolean, place: Place): Join | undefined {
  const body = existenceOf(subquery, place.context);
  if (outerColumns(body, place.plan).size === 0) {
    place.context.decline('an EXISTS that is not correlated is evaluated once');
    return undefined;
  }
  const pulled = pulledOver(body, place);
  if (pulled === undefined || pulled.conjuncts.length === 0) return undefined;
  return semiJoin(pulled.node, pulled.conjuncts, { anti, nullAware: false });
}

/** What decides whether the subquery has a row: without its output, order and LIMIT. */
export function existenceOf(node: LogicalNode, context: RuleContext): LogicalNode {
  switch (node.kind) {
    case 'project':
      return node.exprs.some((expr) => isVolatile(context.functions, expr))
        ? node
        : existenceOf(node.input, context);
    case 'sort':
    case 'distinct':
      return existenceOf(node.input, context);
    case 'limit':
      return node.skip === undefined && (constantNumber(node.fetch) ?? 0) > 0
        ? existenceOf(node.input, context)
        : node;
    default:
      return node;
  }
}

/** `left = column`, when both are of the operator's own type. */
function membership(subplan: SubplanExpr, subquery: LogicalNode): Expr | undefined {
  const { left, functionId } = subplan;
  const [column] = subquery.columns;
  if (left === undefined || column === undefined) return undefined;
  if (subquery.columns.length !== 1) return undefined;
  if (functionId === undefined || hasSubplan(left)) return undefined;
  const { name, args } = splitFunctionId(functionId);
  if (left.type.name !== column.type.name || (name !== '=' && name !== '<>')) return undefined;
  const equality = `=(${args.join()})`;
  if (!isPlainEquality(equality)) return undefined;
  return { kind: 'call', functionId: equality, args: [left, columnExpr(column)], type: boolType };
}

function inJoin(subplan: SubplanExpr, subquery: LogicalNode, place: Place): Join | undefined {
  const { functionId } = subplan;
  if (functionId === undefined || splitFunctionId(functionId).name !== '=') return undefined;
  const test = membership(subplan, subquery);
  const pulled = test === undefined ? undefined : pulledOver(subquery, place);
  if (test === undefined || pulled === undefined) return undefined;
  if (isVolatile(place.context.functions, test)) return undefined;
  if (!readsOnly(test, place, pulled)) return undefined;
  return semiJoin(pulled.node, [test, ...pulled.conjuncts], { anti: false, nullAware: false });
}

/** `not (x = any (…))` and `x <> all (…)`; only over a subquery that stands alone. */
function notInJoin(subplan: SubplanExpr, subquery: LogicalNode, place: Place): Join | undefined {
  const { form, functionId } = subplan;
  const wanted = form === 'any' ? '=' : '<>';
  if (functionId === undefined || splitFunctionId(functionId).name !== wanted) return undefined;
  const test = membership(subplan, subquery);
  if (test === undefined || outerColumns(subquery, place.plan).size > 0) return undefined;
  const left = must(subplan.left, 'left side');
  const ids = idsOf(place.input);
  const used = [...columnsOf(left)];
  const isKey = used.length > 0 && used.every((id) => ids.has(id));
  if (!isKey || isVolatile(place.context.functions, left)) return undefined;
  return semiJoin(subquery, [test], { anti: true, nullAware: true });
}

function readsOnly(test: Expr, { input }: Place, pulled: Pulled): boolean {
  const ids = new Set([...idsOf(input), ...idsOf(pulled.node)]);
  return freeColumns(pulled.node).size === 0 && [...columnsOf(test)].every((id) => ids.has(id));
}
