/** One kind of utility statement: everything that is not planned. */
import type { SqlSession } from '../sql-session.ts';
import type { FieldDescription } from '../session.ts';
import type { StatementContext } from '../statement-context.ts';

export interface Utility {
  /** Key of the libpg-query node: `VariableSetStmt`. */
  readonly kind: string;
  /** Runs the statement, writes its rows and its CommandComplete; returns rows for the trace. */
  readonly run: (body: UtilityBody, context: StatementContext) => Promise<number> | number;
  /** The columns of its result, when it has one. */
  readonly fields?: (body: UtilityBody, session: SqlSession) => readonly FieldDescription[] | undefined;
  /** Runs in a failed transaction block too. */
  readonly worksWhenFailed?: (body: UtilityBody) => boolean;
}

/** The node's fields as libpg-query gives them. */
export type UtilityBody = Readonly<Record<string, unknown>>;
