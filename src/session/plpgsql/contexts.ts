/** CONTEXT of errors and notices: the statement of SQL that failed, the line that it stands in. */
import { SqlError, type SqlErrorFields } from '../../errors/sql-error.ts';
import type { PlStatement } from '../../sql/plpgsql/tree.ts';

/** As PostgreSQL names statements. */
const statementNames: Readonly<Record<PlStatement['kind'], string>> = {
  block: 'statement block',
  raise: 'RAISE',
  assign: 'assignment',
  if: 'IF',
  case: 'CASE',
  loop: 'LOOP',
  while: 'WHILE',
  forInteger: 'FOR with integer loop variable',
  forRows: 'FOR over SELECT rows',
  forCursor: 'FOR over cursor',
  foreach: 'FOREACH over array',
  exit: 'EXIT',
  continue: 'CONTINUE',
  return: 'RETURN',
  returnNext: 'RETURN NEXT',
  returnQuery: 'RETURN QUERY',
  assert: 'ASSERT',
  sql: 'SQL statement',
  call: 'CALL',
  perform: 'PERFORM',
  execute: 'EXECUTE',
  diagnostics: 'GET DIAGNOSTICS',
  open: 'OPEN',
  fetch: 'FETCH',
  move: 'MOVE',
  close: 'CLOSE',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  null: 'NULL',
};

export function statementName(statement: PlStatement): string {
  if (statement.kind === 'forRows' && statement.rows.kind === 'execute') {
    return 'FOR over EXECUTE statement';
  }
  if (statement.kind === 'diagnostics' && statement.isStacked) return 'GET STACKED DIAGNOSTICS';
  if (statement.kind === 'call' && /^do\b/i.test(statement.statement.text)) return 'DO';
  return statementNames[statement.kind];
}

/** One line more for a context. */
export function within(where: string | undefined, line: string): string {
  return where === undefined ? line : `${where}\n${line}`;
}

/** A text of SQL within PL/pgSQL. */
export interface SqlPlace {
  readonly what: 'SQL statement' | 'SQL expression' | 'PL/pgSQL assignment';
  readonly sql: string;
  /** Characters that stand before it where it is run, and do not where it is told. */
  readonly shift: number;
}

/** An error with a place in the text tells the text; others have it as their context. */
export function atSql(error: unknown, { what, sql, shift }: SqlPlace): unknown {
  if (!(error instanceof SqlError)) return error;
  const { position, ...fields }: SqlErrorFields = error.fields;
  error.fields =
    position === undefined
      ? { ...fields, where: within(fields.where, `${what} "${sql}"`) }
      : { ...fields, internalPosition: Math.max(1, position + shift), internalQuery: sql };
  return error;
}
