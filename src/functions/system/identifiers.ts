/** Qualified names in text arguments, folded as SQL folds them. */
import { SqlError } from '../../errors/sql-error.ts';
import { arrayOf } from '../../types/array-codec.ts';
import type { SqlArray } from '../../types/datum.ts';

function invalid(text: string, detail?: string): SqlError {
  const message = `string is not a valid identifier: "${text}"`;
  return new SqlError('invalid_parameter_value', message, detail === undefined ? {} : { detail });
}

/** parse_ident: the parts of a name; what follows it is refused unless `strict` is false. */
export function parseIdentifier(text: string, strict = true): SqlArray {
  const part = /[ \t\n\r\f\v]*(?:"((?:[^"]|"")*)"|([\p{L}_][\p{L}\p{N}_$]*))[ \t\n\r\f\v]*(\.)?/uy;
  const parts: string[] = [];
  for (;;) {
    const match = part.exec(text);
    if (match === null) {
      if (parts.length > 0) throw invalid(text, 'No valid identifier after ".".');
      throw invalid(text, /^\s*\./.test(text) ? 'No valid identifier before ".".' : undefined);
    }
    const [, quoted, plain = '', dot] = match;
    if (quoted === '') throw invalid(text, 'Quoted identifier must not be empty.');
    parts.push(quoted?.replaceAll('""', '"') ?? plain.toLowerCase());
    if (dot === undefined) break;
  }
  if (strict && part.lastIndex < text.length) throw invalid(text);
  return arrayOf('text', parts);
}
