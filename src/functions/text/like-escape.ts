/** LIKE patterns with an escape character of their own, turned into ones with backslashes. */
import { SqlError } from '../../errors/sql-error.ts';

/** Errors: 22025 for an escape text of several characters. */
export function likeEscape(pattern: string, escape: string): string {
  if ([...escape].length > 1) {
    throw new SqlError('invalid_escape_sequence', 'invalid escape string', {
      hint: 'Escape string must be empty or one character.',
    });
  }
  if (escape === '\\') return pattern;
  let result = '';
  let isEscaped = false;
  for (const character of pattern) {
    if (character === escape && !isEscaped) {
      result += '\\';
      isEscaped = true;
      continue;
    }
    result += character === '\\' && !isEscaped ? '\\\\' : character;
    isEscaped = false;
  }
  return result;
}
