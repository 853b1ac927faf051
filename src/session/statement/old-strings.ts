/**
 * standard_conforming_strings = off: PostgreSQL reads backslashes in ordinary literals as escapes.
 * Here they are read as they stand always, so that literals with one are refused.
 */
import { unsupported } from '../../errors/sql-error.ts';

/** What may hold a quote or a backslash; the group is an ordinary literal, read the old way. */
const token =
  /e'(?:[^'\\]|\\[^]|'')*'|"[^"]*"|\$([a-z_]\w*)?\$[^]*?\$\1\$|--[^\n]*|\/\*[^]*?\*\/|('(?:[^'\\]|\\[^]|'')*')/gi;

/** Errors: 0A000. */
export function refuseOldStrings(sql: string): void {
  if (!sql.includes('\\')) return;
  for (const [, , literal] of sql.matchAll(token)) {
    if (literal?.includes('\\') !== true) continue;
    throw unsupported('a backslash in a literal while standard_conforming_strings is off');
  }
}
