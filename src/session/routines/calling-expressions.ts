/** Expressions of no statement that call users' functions: CHECK, defaults of COPY, arguments. */
import type { Expr } from '../../expr/expr.ts';
import { callsRoutine } from '../../plan/called-routine.ts';
import { planRowExpressions } from '../../plan/plan-statement.ts';
import type { FactRows, PlannerOptions } from '../../plan/planner.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { planRows } from '../statement/internal-query.ts';
import type { SqlSession } from '../sql-session.ts';

interface Bound {
  readonly exprs: readonly Expr[];
  /** Of the columns of the rows that they are over, by place. */
  readonly types: readonly SqlType[];
  /** That they were bound with, `calls` among them. */
  readonly options: PlannerOptions;
}

export class CallingExpressions {
  readonly #session: SqlSession;
  readonly #bound: Bound;

  constructor(session: SqlSession, bound: Bound) {
    this.#session = session;
    this.#bound = bound;
  }

  /** undefined: they call none. */
  static of(session: SqlSession, bound: Bound): CallingExpressions | undefined {
    return bound.exprs.some(callsRoutine) ? new CallingExpressions(session, bound) : undefined;
  }

  /** The values for each row, in order. Errors: those of the functions. */
  values(rows: FactRows, parameters: readonly (Datum | null)[] = []): Promise<FactRows> {
    const { exprs, types, options } = this.#bound;
    const planned = planRowExpressions(exprs, types, options);
    planned.rows.push(...rows);
    return planRows(this.#session, planned.plan, parameters, {});
  }
}
