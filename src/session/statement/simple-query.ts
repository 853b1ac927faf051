/**
 * The simple protocol: the statements of one text, one after the other, in one implicit transaction
 * unless they say otherwise.
 */
import type { ResultWriter } from '../session.ts';
import type { SqlSession } from '../sql-session.ts';
import { inClientEncoding } from './client-encoding.ts';
import { keptStatements } from './kept-texts.ts';
import { noticeLongNames } from './long-names.ts';
import { parseInTurns } from './parse-phase.ts';
import { prepareAll } from './prepared.ts';
import { StatementExecution } from './statement-execution.ts';

/** Errors: any that a statement raises; those after it are not run. */
export async function runSimpleQuery(
  session: SqlSession,
  sql: string,
  out: ResultWriter,
): Promise<void> {
  const { cycle, transaction, texts, turns } = session;
  cycle.begin('simple', sql);
  session.beginStatements(sql);
  const kept = keptStatements(session, sql);
  const statements = kept ?? prepareAll(sql, await parseInTurns(session, sql));
  noticeLongNames(sql, out);
  if (statements.length === 0) {
    out.emptyQuery();
    return;
  }
  await session.portals.drop('');
  session.statements.delete('');
  for (const prepared of statements) {
    const turn = turns.next();
    if (turn !== undefined) await turn;
    transaction.ensure();
    transaction.isMultiple = statements.length > 1;
    const rows = inClientEncoding(session, out, { prepared, formats: [] });
    await new StatementExecution(session, prepared, rows).runSimple();
  }
  if (transaction.state === 'implicit') await session.commitNow();
  await session.closePortalsOutsideBlock();
  if (kept === undefined) texts.keep(sql, statements);
  session.endStatements();
}
