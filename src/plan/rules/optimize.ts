/** Runs the rules over a logical plan, each told to the observer with its time. */
import { sqlType } from '../../types/type-table.ts';
import { rules } from './all.ts';
import { registryFacts } from './function-facts.ts';
import { completeArguments } from './complete-arguments.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalColumn, LogicalNode, LogicalPlan } from '../logical.ts';
import { planDiff } from '../plan-diff.ts';
import type { PlanObserver, RuleOutcome } from '../planner.ts';
import { inputsOf } from './logical-tree.ts';
import type { Rule, RuleContext } from './rule.ts';
import { simplifyExpressions } from './simplify-expressions.ts';

export interface OptimizeOptions {
  readonly fold: (expr: Expr) => Expr | undefined;
  readonly disabledRules?: readonly string[];
  readonly observer?: PlanObserver;
  /** Nanoseconds of the process clock; 0 when nobody looks. */
  readonly nowNs: () => number;
  /** Sees the plan before and after each rule that changed it. */
  readonly onChange?: (rule: Rule, before: LogicalPlan, after: LogicalPlan) => void;
}

export function optimize(plan: LogicalPlan, options: OptimizeOptions): LogicalPlan {
  const ids = new ColumnIds(plan.nextColumnId);
  const declined = new Set<string>();
  const context: RuleContext = {
    functions: registryFacts,
    fold: options.fold,
    newColumn: (name, type, nullable): LogicalColumn => {
      return { id: ids.next(), name, type: sqlType(type.name, type.typmod), nullable };
    },
    decline: (reason) => declined.add(reason),
  };
  const analyzeNs = options.nowNs();
  let current = completeArguments(plan);
  const optimizeNs = options.nowNs();
  for (const rule of rules) {
    if (options.disabledRules?.includes(rule.name) === true) continue;
    const startNs = options.nowNs();
    const next = rule.apply(current, context);
    const times = { startNs, endNs: options.nowNs() };
    options.observer?.rule(
      outcomeOf(rule, times, {
        before: current,
        after: next,
        declined,
        detail: options.observer.detail,
      }),
    );
    declined.clear();
    if (next !== current) options.onChange?.(rule, current, next);
    current = next;
    if (rule === simplifyExpressions && !isWatched(options) && isLiteral(current)) break;
  }
  options.observer?.phase('analyze_logical_plan', analyzeNs, optimizeNs);
  options.observer?.phase('optimize_logical_plan', optimizeNs, options.nowNs());
  return { ...current, nextColumnId: ids.peek() };
}

/** Somebody wants to hear of each rule. */
function isWatched({ observer, onChange }: OptimizeOptions): boolean {
  return observer?.detail !== undefined || onChange !== undefined;
}

/** Rows of constants and parameters: once expressions are simplified, no rule has more to do. */
function isLiteral({ root, ctes, subqueries }: LogicalPlan): boolean {
  if (ctes.length > 0 || subqueries.length > 0) return false;
  if (root.kind === 'values') return root.rows.every((row) => row.every(isLiteralExpr));
  return root.kind === 'project' && root.input.kind === 'oneRow' && root.exprs.every(isLiteralExpr);
}

function isLiteralExpr({ kind }: Expr): boolean {
  return kind === 'constant' || kind === 'parameter';
}

const reasonsMax = 4;

interface RuleEffect {
  readonly before: LogicalPlan;
  readonly after: LogicalPlan;
  readonly declined: ReadonlySet<string>;
  readonly detail: PlanObserver['detail'];
}

function outcomeOf(
  { name: rule }: Rule,
  times: { readonly startNs: number; readonly endNs: number },
  { before, after, declined, detail }: RuleEffect,
): RuleOutcome {
  const modified = after !== before;
  if (detail === undefined) return { rule, ...times, modified };
  const reasons = [...declined].slice(0, reasonsMax);
  if (!modified && reasons.length === 0) reasons.push('no part of the plan has the form');
  const nodes = { nodesBefore: nodeCount(before), nodesAfter: nodeCount(after) };
  return {
    rule,
    ...times,
    modified,
    ...nodes,
    ...(reasons.length === 0 ? {} : { reason: reasons.join('; ') }),
    ...(modified && detail.diffs ? { diff: planDiff(before, after, detail) } : {}),
  };
}

function nodeCount({ root, ctes, subqueries }: LogicalPlan): number {
  const count = (node: LogicalNode): number =>
    inputsOf(node).reduce((sum, input) => sum + count(input), 1);
  return [root, ...ctes, ...subqueries].reduce((sum, node) => sum + count(node), 0);
}

class ColumnIds {
  #next: number;

  constructor(first: number) {
    this.#next = first;
  }

  next(): number {
    this.#next += 1;
    return this.#next - 1;
  }

  peek(): number {
    return this.#next;
  }
}
