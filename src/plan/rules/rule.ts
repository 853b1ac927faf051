/** What an optimizer rule is: a name and a pure function over the logical plan. */
import type { Expr } from '../../expr/expr.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { LogicalColumn, LogicalPlan } from '../logical.ts';
import type { FunctionFacts } from './function-facts.ts';

export interface RuleContext {
  readonly functions: FunctionFacts;
  /** A column with an id that nothing else in the statement has. */
  readonly newColumn: (name: string, type: SqlType, nullable: boolean) => LogicalColumn;
  /** The constant that the expression is, or undefined when it is not or evaluating it raises. */
  readonly fold: (expr: Expr) => Expr | undefined;
  /** Says why something was left as it is that the rule might have changed: for the trace. */
  readonly decline: (reason: string) => void;
}

/** A rule that is not sure does nothing, and returns the plan itself. */
export interface Rule {
  readonly name: string;
  readonly apply: (plan: LogicalPlan, context: RuleContext) => LogicalPlan;
}
