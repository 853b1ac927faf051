/** Parsing as a phase of the trace; long texts are parsed in turns. */
import { parseInPieces, parseSql } from '../../sql/parse.ts';
import { shortText } from '../../sql/split-text.ts';
import type { ParsedStatement } from '../../sql/statement.ts';
import { clockNs } from '../../trace/node-statistics.ts';
import { refuseOldStrings } from './old-strings.ts';
import type { SqlSession } from '../sql-session.ts';

type Statements = readonly ParsedStatement[];

/** Errors: 42601 and the lexer's, 0A000. */
export function parseNow(session: SqlSession, sql: string): Statements {
  const note = parseNote(session);
  try {
    if (hasOldStrings(session)) refuseOldStrings(sql);
    const statements = parseSql(sql);
    note.failed = false;
    return statements;
  } finally {
    note.end();
  }
}

/** As parseNow; others have turns between the statements of a long text. Errors: 57014, too. */
export function parseInTurns(session: SqlSession, sql: string): Statements | Promise<Statements> {
  return sql.length > shortText ? parseLong(session, sql) : parseNow(session, sql);
}

async function parseLong(session: SqlSession, sql: string): Promise<Statements> {
  const note = parseNote(session);
  try {
    if (hasOldStrings(session)) refuseOldStrings(sql);
    const statements = await parseInPieces(sql, async () => {
      await session.turns.next();
      session.interrupts.check();
    });
    note.failed = false;
    return statements;
  } finally {
    note.end();
  }
}

function hasOldStrings({ settings }: SqlSession): boolean {
  return settings.get('standard_conforming_strings') === 'off';
}

function parseNote({ cycle }: SqlSession): { failed: boolean; readonly end: () => void } {
  const startNs = clockNs();
  const note = {
    failed: true,
    end: () => cycle.note({ name: 'parse', startNs, endNs: clockNs(), failed: note.failed }),
  };
  return note;
}
