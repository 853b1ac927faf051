/**
 * A view's text as it is kept: names have their schema and `*` its columns, so that it means the
 * same under any search path and whatever its tables get later.
 *
 *     select *, upper(b) from t   ──▶   select t.a, t.b, upper(b) from public.t
 */
import { must } from '../../../errors/assert.ts';
import { unsupported } from '../../../errors/sql-error.ts';
import { quoteIdentifier } from '../../../functions/text/quote.ts';
import { BindingRecord } from '../../../plan/binder/recording.ts';
import { deparseQuery, type DeparsedQuery } from '../../../plan/deparse/deparse.ts';
import { planStatement } from '../../../plan/plan-statement.ts';
import { parseSql } from '../../../sql/parse.ts';
import { defaultFormats } from '../../../types/format-settings.ts';
import type { SqlSession } from '../../sql-session.ts';
import type { StatementContext } from '../../statement/statement-context.ts';

export interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

export interface ViewText {
  readonly sql: string;
  /** OIDs of the relations that it names. */
  readonly uses: readonly number[];
  /** As PostgreSQL keeps it; undefined for what is not deparsed. */
  readonly deparsed: DeparsedQuery | undefined;
}

/** The SELECT behind AS. */
function selectText(statement: string): string {
  const match = /\bas\b\s*(?=(?:\(|select\b|with\b|values\b|table\b))/i.exec(statement);
  if (match === null) throw unsupported('this form of CREATE VIEW');
  return statement
    .slice(match.index + match[0].length)
    .replace(/\bwith\s+(?:local\s+|cascaded\s+)?check\s+option\s*$/i, '')
    .replace(/\bwith\s+(?:no\s+)?data\s*$/i, '');
}

/** `t.*` or `*` at the head of a text. */
const starAtHead = /^(?:(?:"(?:[^"]|"")*"|[^\s.,*()]+)\s*\.\s*)*\*/;

/** `t.f` at the head of a text. */
const namesAtHead =
  /^(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)(?:\s*\.\s*(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*))*/u;

/** `names`: those of the view's columns. */
export function viewText(
  { session, statement }: StatementContext,
  names: readonly string[],
): ViewText {
  return queryText(session, selectText(statement.text), names);
}

/** The same of a query alone. */
export function queryText(session: SqlSession, text: string, names: readonly string[]): ViewText {
  const bytes = Buffer.from(text);
  const parsed = must(parseSql(text)[0], 'the query of the view');
  const uses = new Set<number>();
  const edits = new Map<number, Edit>();
  const record = new BindingRecord();
  const options = session.plannerOptions(parsed);
  planStatement(parsed.node, {
    ...options,
    record,
    references: {
      relation(oid, schema, location) {
        uses.add(oid);
        if (location === undefined) return;
        edits.set(location, { at: location, removed: 0, inserted: `${quoteIdentifier(schema)}.` });
      },
      type(schema, location) {
        edits.set(location, { at: location, removed: 0, inserted: `${quoteIdentifier(schema)}.` });
      },
      routine(oid, schema, location) {
        uses.add(oid);
        if (location === undefined) return;
        edits.set(location, { at: location, removed: 0, inserted: `${quoteIdentifier(schema)}.` });
      },
      call(location, sql) {
        const names = namesAtHead.exec(bytes.subarray(location).toString())?.[0] ?? '';
        edits.set(location, { at: location, removed: Buffer.byteLength(names), inserted: sql });
      },
      star(location, columns) {
        const star = starAtHead.exec(bytes.subarray(location).toString())?.[0] ?? '*';
        const removed = Buffer.byteLength(star);
        edits.set(location, { at: location, removed, inserted: columns.join(', ') });
      },
    },
  });
  const formats = options.formats ?? { ...defaultFormats, timeZone: options.timeZone };
  const deparsed = deparseQuery(parsed.node, { record, formats }, names);
  return { sql: edited(bytes, [...edits.values()]), uses: [...uses], deparsed };
}

/** The text with pieces replaced, by their places in bytes. */
export function edited(bytes: Buffer, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let from = 0;
  for (const { at, removed, inserted } of edits.toSorted((a, b) => a.at - b.at)) {
    pieces.push(bytes.subarray(from, at).toString(), inserted);
    from = at + removed;
  }
  pieces.push(bytes.subarray(from).toString());
  return pieces.join('');
}
