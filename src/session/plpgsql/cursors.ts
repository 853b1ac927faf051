/** Cursors of PL/pgSQL: portals of the session, whose names their variables hold. */
import { SqlError } from '../../errors/sql-error.ts';
import type { RecordShape } from '../../plan/binder/bind-context.ts';
import type { PlFetchDirection, PlText, PlVariable } from '../../sql/plpgsql/tree.ts';
import { decodeBinary } from '../../types/type-binary.ts';
import { parseText } from '../../types/type-text.ts';
import { sessionFormats } from '../facts/evaluation-facts.ts';
import { Portal, nextSerial } from '../portal/portal.ts';
import { allRows, type PortalRows, type RowSink } from '../portal/portal-rows.ts';
import { StoredRows } from '../portal/stored-rows.ts';
import { startCursor } from '../utility/cursor.ts';
import { assignInto, assignWhole } from './assign.ts';
import { atSql } from './contexts.ts';
import { integerOf, valueOf } from './expressions.ts';
import { keptRows, prepareRows, type PreparedRows } from './prepare-rows.ts';
import type { Flow, PlRun } from './run.ts';
import type { Row } from './statement-rows.ts';
import type { StatementOf } from './statements.ts';

const nowhere: RowSink = { rows: () => undefined };

/** Errors: 42P03, and those of the query. */
export async function runOpen(run: PlRun, statement: StatementOf<'open'>): Promise<Flow> {
  const { cursor, rows, args, scroll } = statement;
  checkFree(run, cursor);
  const query =
    rows === undefined ? await ownQuery(run, cursor, args) : await prepareRows(run, rows);
  await openPortal(run, cursor, query, scroll === true);
  return undefined;
}

/** Errors: 42P03. */
function checkFree(run: PlRun, cursor: PlVariable): void {
  const { value } = run.frame.scalar(cursor);
  if (value === null || !run.session.portals.has(String(value))) return;
  throw new SqlError('duplicate_cursor', `cursor "${String(value)}" already in use`);
}

/** The query that the cursor was declared with, for these arguments. */
async function ownQuery(
  run: PlRun,
  { cursor }: PlVariable,
  args: readonly PlText[],
): Promise<PreparedRows> {
  for (const [i, arg] of (cursor?.args ?? []).entries()) {
    const text = args[i];
    run.frame.clear(arg);
    if (text !== undefined) assignWhole(run, arg, await valueOf(run, text));
  }
  return keptRows(run, cursor?.query as PlText);
}

async function openPortal(
  run: PlRun,
  variable: PlVariable,
  { statement, place }: PreparedRows,
  scrolls: boolean,
): Promise<Portal> {
  const cell = run.frame.scalar(variable);
  if (cell.value === null) {
    if (variable.isConstant) throw constantCursor(variable);
    cell.value = `<unnamed portal ${nextSerial()}>`;
  }
  const cursor = { holds: false, isBinary: false, scrolls };
  const portal = new Portal({
    name: String(cell.value),
    prepared: statement.prepared,
    parameters: statement.parameters(),
    ...{ formats: [1], cursor },
  });
  try {
    await startCursor(portal, run.context);
  } catch (error) {
    throw atSql(error, place);
  }
  return portal;
}

function constantCursor({ name }: PlVariable): SqlError {
  return new SqlError('error_in_assignment', `variable "${name}" is declared CONSTANT`);
}

/** Errors: 22004, 34000. */
function portalOf({ frame, session }: PlRun, cursor: PlVariable): Portal & { rows: PortalRows } {
  const { value } = frame.scalar(cursor);
  if (value === null) {
    throw new SqlError('null_value_not_allowed', `cursor variable "${cursor.name}" is null`);
  }
  const portal = session.portals.find(String(value));
  if (portal?.rows !== undefined) return Object.assign(portal, { rows: portal.rows });
  throw new SqlError('invalid_cursor_name', `cursor "${String(value)}" does not exist`);
}

export async function runFetch(run: PlRun, statement: StatementOf<'fetch'>): Promise<Flow> {
  const portal = portalOf(run, statement.cursor);
  const stored = new StoredRows(run.session.environment.queryMemoryBytesMax);
  await go(run, portal, [statement.direction, { rows: (bytes) => stored.append(bytes) }]);
  const [row] = rowsOf(run, portal, stored);
  await assignInto(run, statement.into, fieldsOf(portal), row);
  run.rowCount = row === undefined ? 0 : 1;
  run.setFound(row !== undefined);
  return undefined;
}

function fieldsOf({ prepared }: Portal): RecordShape {
  return (prepared.fields ?? []).map(({ name, type }) => ({ name, type }));
}

function rowsOf({ session }: PlRun, portal: Portal, stored: StoredRows): readonly Row[] {
  const fields = fieldsOf(portal);
  const isBinary = portal.formats[0] === 1;
  const formats = sessionFormats(session);
  return stored.cells().map((cells) => {
    return fields.map(({ type }, i) => {
      const bytes = cells[i] ?? null;
      if (bytes === null) return null;
      if (isBinary) return decodeBinary(type, bytes);
      return parseText(type, Buffer.from(bytes).toString('utf8'), formats);
    });
  });
}

export async function runMove(run: PlRun, statement: StatementOf<'move'>): Promise<Flow> {
  const portal = portalOf(run, statement.cursor);
  run.rowCount = await go(run, portal, [statement.direction, nowhere]);
  run.setFound(run.rowCount > 0);
  return undefined;
}

/** Returns how many rows were passed. */
async function go(
  run: PlRun,
  { rows, running }: Portal & { rows: PortalRows },
  [{ direction, count }, sink]: readonly [PlFetchDirection, RowSink],
): Promise<number> {
  const { interrupts } = run.session;
  const wanted = typeof count === 'object' ? await countOf(run, count) : count;
  const steps = wanted === 'all' ? allRows : wanted;
  interrupts.current = running;
  try {
    if (direction === 'absolute') return await rows.absolute(steps, sink);
    if (direction === 'relative' && steps !== 0) return await rows.relative(steps, sink);
    const forward = direction === 'backward' ? -steps : steps;
    if (forward === 0) return await (sink === nowhere ? rows.moveNowhere() : rows.current(sink));
    return await (forward > 0 ? rows.forward(forward, sink) : rows.backward(-forward, sink));
  } finally {
    interrupts.current = undefined;
  }
}

/** Errors: 22004. */
async function countOf(run: PlRun, text: PlText): Promise<number> {
  const count = await integerOf(run, text);
  if (count !== null) return count;
  const message = 'relative or absolute cursor position is null';
  throw new SqlError('null_value_not_allowed', message);
}

export async function runClose(run: PlRun, { cursor }: StatementOf<'close'>): Promise<Flow> {
  await run.session.portals.drop(portalOf(run, cursor).name);
  return undefined;
}

export interface CursorRows {
  readonly fields: RecordShape;
  readonly rows: AsyncIterable<Row>;
  readonly close: () => Promise<void>;
}

/** FOR over a cursor: opens it, gives all of its rows, closes it. Errors: as runOpen. */
export async function cursorRows(
  run: PlRun,
  { cursor, args }: StatementOf<'forCursor'>,
): Promise<CursorRows> {
  checkFree(run, cursor);
  const query = await ownQuery(run, cursor, args);
  const wasNull = run.frame.scalar(cursor).value === null;
  const portal = await openPortal(run, cursor, query, false);
  return {
    fields: fieldsOf(portal),
    rows: remaining(run, cursor),
    close: async () => {
      await run.session.portals.drop(portal.name);
      if (wasNull) run.frame.scalar(cursor).value = null;
    },
  };
}

/** Of a cursor that locks its rows one is read at a time: WHERE CURRENT OF means it. */
const rowsAtOnce = 50;

async function* remaining(run: PlRun, cursor: PlVariable): AsyncGenerator<Row> {
  for (;;) {
    const portal = portalOf(run, cursor);
    const stored = new StoredRows(run.session.environment.queryMemoryBytesMax);
    const count = portal.identities === undefined ? rowsAtOnce : 1;
    const how = { direction: 'forward', count } as const;
    await go(run, portal, [how, { rows: (bytes) => stored.append(bytes) }]);
    if (stored.count === 0) return;
    yield* rowsOf(run, portal, stored);
  }
}
