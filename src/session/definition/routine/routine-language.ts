/** What a language is to CREATE FUNCTION: how bodies in it are read and checked. */
import type { RoutineDraft, RoutineRecord } from '../../../catalog/routine-records.ts';
import type { StatementContext } from '../../statement/statement-context.ts';

export interface BodyNodes {
  /** What AS gave. */
  readonly texts: readonly string[] | undefined;
  /** A body of the SQL standard: `RETURN …` or `BEGIN ATOMIC …`. */
  readonly standard: unknown;
}

export interface RoutineLanguage {
  /** As pg_language.lanname. */
  readonly name: string;
  /** The routine with its body. Errors: 42P13. */
  readonly read: (context: StatementContext, draft: RoutineDraft, body: BodyNodes) => RoutineDraft;
  /** Refuses what could not run; the body may call itself. Errors: the language's own. */
  readonly check: (context: StatementContext, routine: RoutineRecord) => void;
}
