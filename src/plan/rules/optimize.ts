/** Runs the rules over a logical plan, each told to the observer with its time. */
import { sqlType } from '../../types/type-table.ts';
import { rules } from './all.ts';
import { completeArguments } from './complete-arguments.ts';
import { registryFacts } from './function-facts.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalColumn, LogicalPlan } from '../logical.ts';
import type { PlanObserver } from '../planner.ts';
import type { Rule, RuleContext } from './rule.ts';

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
  const context: RuleContext = {
    functions: registryFacts,
    fold: options.fold,
    newColumn: (name, type, nullable): LogicalColumn => {
      return { id: ids.next(), name, type: sqlType(type.name, type.typmod), nullable };
    },
  };
  let current = completeArguments(plan);
  for (const rule of rules) {
    if (options.disabledRules?.includes(rule.name) === true) continue;
    const startNs = options.nowNs();
    const next = rule.apply(current, context);
    options.observer?.rule(rule.name, startNs, options.nowNs(), next !== current);
    if (next !== current) options.onChange?.(rule, current, next);
    current = next;
  }
  return { ...current, nextColumnId: ids.peek() };
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
