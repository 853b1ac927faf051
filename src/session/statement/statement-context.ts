/** What running one statement may use of its session. */
import type { StatementVariables } from '../../plan/planner.ts';
import type { ParsedStatement } from '../../sql/statement.ts';
import type { QueryTrace } from '../../trace/query-trace.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { SqlErrorFields } from '../../errors/sql-error.ts';
import type { Notice, ResultWriter } from '../session.ts';
import type { SqlSession } from '../sql-session.ts';

export interface StatementContext {
  readonly session: SqlSession;
  readonly statement: ParsedStatement;
  readonly parameters: readonly (Datum | null)[];
  readonly parameterTypes: readonly SqlType[];
  /** Those that it may name: of PL/pgSQL. */
  readonly variables?: StatementVariables;
  readonly out: ResultWriter;
  /** Result formats as Bind gave them; empty: all text. */
  readonly formats: readonly number[];
  readonly trace: QueryTrace;
}

export function makeNotice(
  severity: Notice['severity'],
  code: string,
  message: string,
  fields: SqlErrorFields = {},
): Notice {
  return { severity, code, message, fields };
}
