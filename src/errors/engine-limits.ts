/** Limits of the JavaScript engine that a statement ran into, in PostgreSQL's words. */
import { SqlError } from './sql-error.ts';

/** undefined: the error is none of them. */
export function engineLimit(error: unknown): SqlError | undefined {
  if (!(error instanceof RangeError)) return undefined;
  if (error.message.includes('call stack')) {
    return new SqlError('statement_too_complex', 'stack depth limit exceeded');
  }
  if (error.message.includes('string length')) {
    const detail = 'A text would be longer than 536870888 characters.';
    return new SqlError('program_limit_exceeded', 'out of memory', { detail });
  }
  if (!/array buffer|array length|allocation/i.test(error.message)) return undefined;
  return new SqlError('out_of_memory', 'out of memory');
}
