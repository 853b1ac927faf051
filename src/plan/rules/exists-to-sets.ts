/**
 * A correlated EXISTS that no join could take, since it stands within a larger condition or in a
 * select list, becomes a look-up in a set that is made once.
 *
 *     … or exists (select … from u where u.id = t.id and u.a > 1)
 *     … or (t.id = any (select u.id from u where u.a > 1)) is true
 *
 * Catalog queries of drivers and dump tools ask so for every type and function. Only one equality,
 * of a type that is hashed, and over no more rows than a set of them is cheap for.
 */
import { mapExpr, someExpr } from '../../expr/walk.ts';
import type { Expr, SubplanExpr } from '../../expr/expr.ts';
import { Estimator } from '../estimate/estimator.ts';
import type { LogicalNode, LogicalPlan } from '../logical.ts';
import { pullCorrelation } from './decorrelate.ts';
import { boolType, columnsOf, hasSubplan, isPlainEquality, splitFunctionId } from './expr-tree.ts';
import { isVolatile } from './function-facts.ts';
import {
  forEachNodeExpr,
  idsOf,
  inputsOf,
  mapNodeExprs,
  mapRoots,
  outerColumns,
  transformNode,
} from './logical-tree.ts';
import type { Rule, RuleContext } from './rule.ts';
import { existenceOf } from './unnest-subqueries.ts';

const setRowsMax = 65_536;

/** Whose values are their own keys: exec/rows-tests.ts. */
const hashedTypes: ReadonlySet<string> = new Set([
  ...['bool', 'int2', 'int4', 'int8', 'oid', 'numeric', 'uuid', 'text', 'varchar', 'name'],
  ...['date', 'time', 'timestamp', 'timestamptz'],
]);

export const existsToSets: Rule = {
  name: 'exists_to_sets',
  apply: (plan, context) => new Rewrite(plan, context).applied(),
};

class Rewrite {
  readonly #plan: LogicalPlan;
  readonly #context: RuleContext;
  readonly #added: LogicalNode[] = [];
  readonly #sets = new Map<number, SetTest | undefined>();
  #estimator: Estimator | undefined;

  constructor(plan: LogicalPlan, context: RuleContext) {
    this.#plan = plan;
    this.#context = context;
  }

  applied(): LogicalPlan {
    const plan = mapRoots(this.#plan, (root) =>
      transformNode(root, (node) => mapNodeExprs(node, (expr) => this.#rewritten(expr))),
    );
    if (this.#added.length === 0) return this.#plan;
    return { ...plan, subqueries: [...plan.subqueries, ...this.#added] };
  }

  #rewritten(expr: Expr): Expr {
    if (!someExpr(expr, isCorrelatedExists)) return expr;
    return mapExpr(expr, (part) => (isCorrelatedExists(part) ? this.#lookUp(part) : part));
  }

  #lookUp(subplan: SubplanExpr): Expr {
    const { planIndex } = subplan;
    if (!this.#sets.has(planIndex)) this.#sets.set(planIndex, this.#setOf(planIndex));
    const set = this.#sets.get(planIndex);
    if (set === undefined) return subplan;
    const { left, functionId } = set;
    const isMember: SubplanExpr = {
      ...{ kind: 'subplan', form: 'any', planIndex: set.planIndex, arguments: [] },
      ...{ left, functionId, type: boolType },
    };
    return { kind: 'isTrue', arg: isMember, type: boolType };
  }

  #setOf(planIndex: number): SetTest | undefined {
    const { functions, decline } = this.#context;
    const written = this.#plan.subqueries[planIndex];
    const body = written && existenceOf(written, this.#context);
    const pulled = body && pullCorrelation(body, functions);
    const [condition, ...more] = pulled?.conjuncts ?? [];
    if (pulled === undefined || condition === undefined || more.length > 0) {
      decline('its correlation is not one condition that can be pulled above its nodes');
      return undefined;
    }
    const { node } = pulled;
    const sides = sidesOf(condition, idsOf(node));
    if (sides === undefined || outerColumns(node, this.#plan).size > 0) {
      decline('its correlation is not an equality of a hashed type');
      return undefined;
    }
    if (isVolatile(functions, condition) || hasVolatile(node, this.#context)) return undefined;
    this.#estimator ??= new Estimator(this.#plan);
    if (this.#estimator.rows(node) > setRowsMax) {
      decline('its rows are too many for a set');
      return undefined;
    }
    const { outer, inner, functionId } = sides;
    const column = this.#context.newColumn('key', inner.type, true);
    this.#added.push({ kind: 'project', input: node, exprs: [inner], columns: [column] });
    return {
      planIndex: this.#plan.subqueries.length + this.#added.length - 1,
      left: outer,
      functionId,
    };
  }
}

interface SetTest {
  readonly planIndex: number;
  readonly left: Expr;
  readonly functionId: string;
}

function isCorrelatedExists(expr: Expr): expr is SubplanExpr {
  return expr.kind === 'subplan' && expr.form === 'exists' && expr.arguments.length > 0;
}

interface Sides {
  readonly outer: Expr;
  readonly inner: Expr;
  readonly functionId: string;
}

/** `own`: columns of the subquery. */
function sidesOf(condition: Expr, own: ReadonlySet<number>): Sides | undefined {
  if (condition.kind !== 'call' || !isPlainEquality(condition.functionId)) return undefined;
  const { functionId } = condition;
  const [left, right] = condition.args;
  const [operand = ''] = splitFunctionId(functionId).args;
  if (left === undefined || right === undefined || hasSubplan(condition)) return undefined;
  if (!hashedTypes.has(operand) || left.type.name !== operand || right.type.name !== operand) {
    return undefined;
  }
  const isOwn = (expr: Expr): boolean =>
    columnsOf(expr).size > 0 && [...columnsOf(expr)].every((id) => own.has(id));
  const isOuter = (expr: Expr): boolean => ![...columnsOf(expr)].some((id) => own.has(id));
  if (isOwn(left) && isOuter(right)) return { outer: right, inner: left, functionId };
  if (isOwn(right) && isOuter(left)) return { outer: left, inner: right, functionId };
  return undefined;
}

function hasVolatile(node: LogicalNode, context: RuleContext): boolean {
  let found = false;
  forEachNodeExpr(node, (expr) => {
    if (isVolatile(context.functions, expr)) found = true;
  });
  return found || inputsOf(node).some((input) => hasVolatile(input, context));
}
