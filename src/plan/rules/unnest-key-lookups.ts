/**
 * A scalar subquery that looks a row of the catalog up by its key becomes a left join.
 *
 *     (select c.relkind = 'c' from pg_class c where c.oid = t.typrelid)
 *       ──▶  t left join pg_class c on c.oid = t.typrelid,  case when c.oid is not null then …
 *
 * Its value and its other conditions are computed where they were, and only for rows with a
 * partner, so that nothing fails that would not have been reached.
 */
import { must } from '../../errors/assert.ts';
import { visitExpr } from '../../expr/walk.ts';
import {
  boolType,
  columnExpr,
  columnsOf,
  comparisonOf,
  conjunctionOf,
  conjunctsOf,
  hasSubplan,
  mirror,
  substitute,
} from './expr-tree.ts';
import { isVolatile } from './function-facts.ts';
import { idsOf, mapRoots, projectionMap, transformNode } from './logical-tree.ts';
import { unnestScalars, type Unnested } from './unnest-scalars.ts';
import type { Expr, SubplanExpr } from '../../expr/expr.ts';
import type { LogicalFactScan, LogicalNode, LogicalPlan } from '../logical.ts';
import type { Rule, RuleContext } from './rule.ts';

export const unnestKeyLookups: Rule = {
  name: 'unnest_key_lookups',
  apply: (plan, context) =>
    mapRoots(plan, (root) =>
      transformNode(root, (node) =>
        unnestScalars(node, collectScalars, (subplan, input) =>
          lookup(subplan, input, plan, context),
        ),
      ),
    ),
};

function collectScalars(expr: Expr, into: Map<number, SubplanExpr>): void {
  visitExpr(expr, (part) => {
    const isCorrelated =
      part.kind === 'subplan' && part.form === 'scalar' && part.arguments.length > 0;
    if (isCorrelated) into.set(part.planIndex, part);
  });
}

interface Lookup {
  readonly scan: LogicalFactScan;
  readonly conditions: readonly Expr[];
  readonly value: Expr;
}

function lookup(
  subplan: SubplanExpr,
  input: LogicalNode,
  plan: LogicalPlan,
  context: RuleContext,
): Unnested | undefined {
  const found = lookupOf(must(plan.subqueries[subplan.planIndex], 'subquery'));
  if (found === undefined) return undefined;
  const { scan, conditions, value } = found;
  const key = conditions.find((expr) => keyOf(expr, scan, input) !== undefined);
  const column = key && keyOf(key, scan, input);
  if (key === undefined || column === undefined) return undefined;
  const others = conditions.filter((expr) => expr !== key);
  const known = new Set([...idsOf(scan), ...idsOf(input)]);
  const isMovable = [value, ...others].every(
    (expr) =>
      !hasSubplan(expr) &&
      !isVolatile(context.functions, expr) &&
      [...columnsOf(expr)].every((id) => known.has(id)),
  );
  if (!isMovable) return undefined;
  return { right: scan, condition: key, value: whereFound(column, others, value) };
}

/** CASE WHEN the row has no partner THEN NULL WHEN its conditions hold THEN the value END. */
function whereFound(key: Expr, conditions: readonly Expr[], value: Expr): Expr {
  const { type } = value;
  const nothing: Expr = { kind: 'constant', type, value: null };
  const holds = conjunctionOf(conditions);
  const isMissing: Expr = { kind: 'isNull', arg: key, type: boolType };
  const missing = { when: isMissing, then: nothing };
  return holds === undefined
    ? { kind: 'case', whens: [missing], otherwise: value, type }
    : { kind: 'case', whens: [missing, { when: holds, then: value }], otherwise: nothing, type };
}

/** Projections and filters over a relation of the catalog. */
function lookupOf(query: LogicalNode): Lookup | undefined {
  let node = query;
  let value: Expr = columnExpr(must(node.columns[0], 'column'));
  let conditions: readonly Expr[] = [];
  for (;;) {
    if (node.kind === 'project') {
      const map = projectionMap(node);
      value = substitute(value, map);
      conditions = conditions.map((expr) => substitute(expr, map));
    } else if (node.kind === 'filter') conditions = [...conditions, ...conjunctsOf(node.predicate)];
    else return node.kind === 'factScan' ? { scan: node, conditions, value } : undefined;
    node = node.input;
  }
}

/** The key column of `key = column of the input`. */
function keyOf(expr: Expr, scan: LogicalFactScan, input: LogicalNode): Expr | undefined {
  const found = comparisonOf(expr);
  if (found?.op !== '=') return undefined;
  const ids = idsOf(input);
  return [found, mirror(found)].find(
    ({ left, right }) =>
      left.kind === 'column' &&
      right.kind === 'column' &&
      left.type.name === right.type.name &&
      ids.has(right.index) &&
      isKey(scan, left.index),
  )?.left;
}

/** Rows of the catalog that have an oid are known by it. */
function isKey({ facts, columns, positions }: LogicalFactScan, id: number): boolean {
  const at = columns.findIndex((column) => column.id === id);
  const column = facts.columns[positions[at] ?? -1];
  return facts.schema === 'pg_catalog' && column?.name === 'oid';
}
