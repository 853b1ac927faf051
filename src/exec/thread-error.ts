/** Errors on their way between threads: plain data there, the same error again on arrival. */
import { InternalError } from '../errors/assert.ts';
import { SqlError, type SqlErrorFields } from '../errors/sql-error.ts';
import { sqlStates, type SqlStateName } from '../errors/sql-state.ts';

export interface PlainError {
  /** undefined: not an SqlError, a bug of ours. */
  readonly state: SqlStateName | undefined;
  readonly message: string;
  readonly fields: SqlErrorFields;
  readonly stack: string | undefined;
}

const stateNames = new Map<string, SqlStateName>(
  Object.entries(sqlStates).map(([name, code]) => [code, name as SqlStateName]),
);

export function plainError(error: unknown): PlainError {
  if (error instanceof SqlError) {
    const { message, fields, stack } = error;
    return { state: stateNames.get(error.code), message, fields, stack };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { state: undefined, message, fields: {}, stack };
}

export function errorOf(plain: PlainError): Error {
  const { state, message, fields, stack } = plain;
  const error =
    state === undefined ? new InternalError(message) : new SqlError(state, message, fields);
  if (stack !== undefined) error.stack = stack;
  return error;
}
