/**
 * Bodies in the forms of the SQL standard: `RETURN expression` and `BEGIN ATOMIC … END`. They are
 * kept as they were written; what they name is looked up when the function is called.
 */
import type { Node } from '@pgsql/types';
import type { RoutineDraft } from '../../../catalog/routine-records.ts';
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import { astAs } from '../../../sql/ast.ts';
import { parseSql } from '../../../sql/parse.ts';
import type { StatementContext } from '../../statement/statement-context.ts';

/** The text that is run, and the one that is shown. Errors: 0A000. */
export function standardBody(
  { statement }: StatementContext,
  _draft: RoutineDraft,
  node: Node,
): Pick<RoutineDraft, 'body' | 'standardText'> {
  if (astAs(node, 'ReturnStmt') !== undefined) {
    const expression = tailAfter(statement.text, /\breturn\b/gi, (text) => `SELECT ${text}`);
    return { body: `SELECT ${expression}`, standardText: `RETURN ${expression}` };
  }
  const inner = tailAfter(statement.text, /\bbegin\s+atomic\b/gi, (text) => withoutEnd(text));
  const body = withoutEnd(inner).trim();
  const lines = parseSql(body).map(({ text }) => ` ${text.trim()};\n`);
  return { body, standardText: `BEGIN ATOMIC\n${lines.join('')}END` };
}

function withoutEnd(text: string): string {
  return text.replace(/\bend\s*;?\s*$/i, '');
}

/** What follows the first place where the word is no part of a text or comment. */
function tailAfter(text: string, word: RegExp, asSql: (tail: string) => string): string {
  for (const match of text.matchAll(word)) {
    const tail = text
      .slice(match.index + match[0].length)
      .trim()
      .replace(/;$/, '');
    if (isSql(asSql(tail))) return tail;
  }
  throw unsupported('this form of a body of the SQL standard');
}

function isSql(text: string): boolean {
  try {
    parseSql(text);
    return true;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}
