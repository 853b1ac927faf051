/** SQL cursors: DECLARE, FETCH, MOVE, CLOSE. A cursor is a portal; one that scrolls keeps rows. */
import { refuseEarlierWrites } from '../write/earlier-writes.ts';
import { runLocking, type LockingQuery } from '../write/locked-rows.ts';
import { must } from '../../errors/assert.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { Node } from '@pgsql/types';
import type { ParsedStatement } from '../../sql/statement.ts';
import { closeReasonOf } from '../tracing/close-reason.ts';
import { describeFields, expandFormats } from '../statement/fields.ts';
import { Portal } from '../portal/portal.ts';
import { allRows, PortalRows, type RowSink } from '../portal/portal-rows.ts';
import { Prepared } from '../statement/prepared.ts';
import { startQuery } from '../statement/query-runner.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { isPlannable, nodeKind } from '../statement/statement-kind.ts';
import { RowIdentities } from '../portal/row-identities.ts';
import { StoredRows } from '../portal/stored-rows.ts';
import type { SqlSession } from '../sql-session.ts';
import { storedPlace } from '../write/partitions/partition-tree.ts';
import { lockedPlan } from '../transaction/locks.ts';
import { checkReadOnly, lockStrength } from '../transaction/read-only.ts';
import { fetchedFormats, transcoding } from '../portal/transcode.ts';
import type { Utility, UtilityBody } from './utility.ts';

const optionBinary = 0x0001;
const optionScroll = 0x0002;
const optionNoScroll = 0x0004;
const optionInsensitive = 0x0008;
const optionHold = 0x0020;

const maximumInt64 = 2 ** 63;

export const declareCursor: Utility = {
  kind: 'DeclareCursorStmt',
  query: (body) => body['query'] as Node,
  async run(body, context) {
    const { session, statement, out } = context;
    const name = String(body['portalname']);
    const options = Number(body['options'] ?? 0);
    const has = (option: number): boolean => (options & option) !== 0;
    if (!session.transaction.inSomeBlock && !has(optionHold)) {
      const message = 'DECLARE CURSOR can only be used in transaction blocks';
      throw new SqlError('no_active_sql_transaction', message);
    }
    const inner = { ...statement, node: body['query'] as Node };
    if (!isPlannable(inner.node) || nodeKind(inner.node) !== 'SelectStmt') {
      throw unsupported('a cursor over a writing statement');
    }
    if (has(optionScroll) && has(optionNoScroll)) {
      throw new SqlError('invalid_cursor_definition', 'cannot specify both SCROLL and NO SCROLL');
    }
    checkLocks(lockStrength(inner.node), has);
    const prepared = await lockedQuery(inner, context);
    const cursor = {
      holds: has(optionHold),
      isBinary: has(optionBinary),
      scrolls: has(optionScroll),
    };
    const formats = [cursor.isBinary ? 1 : 0];
    const portal = new Portal({ name, prepared, parameters: context.parameters, formats, cursor });
    session.portals.checkFree(name);
    await startCursor(portal, context);
    out.commandComplete('DECLARE CURSOR');
    return 0;
  },
};

/** The query of a cursor, planned, its tables locked: a wait may give it other columns. */
async function lockedQuery(inner: ParsedStatement, context: StatementContext): Promise<Prepared> {
  const { session, parameterTypes } = context;
  const made = (): Prepared => new Prepared('', session.currentSql, inner, parameterTypes);
  let prepared = made();
  await lockedPlan(session, () => (prepared = made()).plan(session));
  return prepared;
}

/** Errors: 0A000, 42P11 for cursors whose rows would have to stay as they were. */
function checkLocks(strength: string | undefined, has: (option: number) => boolean): void {
  if (strength === undefined) return;
  for (const [option, words, kind] of readOnlyKinds) {
    if (!has(option)) continue;
    const isInvalid = option === optionInsensitive;
    throw new SqlError(
      isInvalid ? 'invalid_cursor_definition' : 'feature_not_supported',
      `DECLARE ${words} ... ${strength} is not ${isInvalid ? 'valid' : 'supported'}`,
      { detail: `${kind} cursors must be READ ONLY.` },
    );
  }
}

const readOnlyKinds = [
  [optionHold, 'CURSOR WITH HOLD', 'Holdable'],
  [optionScroll, 'SCROLL CURSOR', 'Scrollable'],
  [optionInsensitive, 'INSENSITIVE CURSOR', 'Insensitive'],
] as const;

/** The snapshot of a cursor is that of its DECLARE. */
export async function startCursor(portal: Portal, context: StatementContext): Promise<void> {
  await startRows(portal, context);
  await context.session.portals.add(portal);
}

/** The query begins: its rows can be fetched. */
async function startRows(portal: Portal, context: StatementContext): Promise<void> {
  const { session, trace } = context;
  const planned = portal.prepared.plan(session);
  if (planned.kind !== 'query') throw unsupported('a cursor over a writing statement');
  if (planned.earlier === undefined && planned.locks !== undefined) {
    return startLocking(portal, context, { ...planned, locks: planned.locks });
  }
  refuseEarlierWrites(planned);
  if (planned.constantError !== undefined) throw planned.constantError;
  const running = startQuery(session, planned.plan, {
    parameters: portal.parameters,
    output: { kind: 'rows', formats: expandFormats(portal.formats, planned.fields.length) },
    instrument: trace.wantsNodes,
  });
  const scrolls = portal.cursor?.scrolls === true;
  const stored = scrolls ? new StoredRows(session.environment.queryMemoryBytesMax) : undefined;
  portal.running = running;
  portal.rows = new PortalRows({ running, stored, scrolls });
  portal.tag = (count) => `SELECT ${count}`;
}

/**
 * FOR UPDATE and its like: DECLARE locks all rows that FETCH is to give. Those that the transaction
 * has changed by then are passed over.
 */
async function startLocking(
  portal: Portal,
  { session, trace }: StatementContext,
  planned: LockingQuery,
): Promise<void> {
  if (planned.constantError !== undefined) throw planned.constantError;
  refuseLocking(session, portal);
  const stored = new StoredRows(session.environment.queryMemoryBytesMax);
  const identities = new RowIdentities(planned.locks.tables);
  const { parameters, formats } = portal;
  await runLocking(session, planned, { parameters, formats, trace, stored, identities });
  const passOver = (from: number, count: number): void => {
    for (let at = from; at < Math.min(from + count, stored.count);) {
      if (!isChanged(session, identities, at)) at += 1;
      else {
        stored.remove(at);
        identities.remove(at);
      }
    }
  };
  portal.identities = identities;
  portal.rows = new PortalRows({ running: undefined, stored, scrolls: false, passOver });
  portal.tag = (count) => `SELECT ${count}`;
}

/** Errors: 25006. */
function refuseLocking(session: SqlSession, { prepared }: Portal): void {
  const node = prepared.statement?.node;
  if (node !== undefined) checkReadOnly(session, node);
}

function isChanged(session: SqlSession, identities: RowIdentities, row: number): boolean {
  const transaction = session.transaction.forWriting();
  return identities.at(row).some((id, at) => {
    const table = identities.tables[at];
    if (id === null || table === undefined) return false;
    const place = storedPlace(session, table, id);
    return transaction.write(place.oid).hasDeleted(place.rowId);
  });
}

export const fetchCursor: Utility = {
  kind: 'FetchStmt',
  seesNoData: true,
  fields(body, { session }) {
    const portal = session.portals.find(String(body['portalname']));
    if (body['ismove'] === true || portal === undefined) return undefined;
    const fields = portal.prepared.fields ?? [];
    return describeFields(fields, expandFormats(fetchedFormats(portal, []), fields.length));
  },
  async run(body, context) {
    const { session, out, trace } = context;
    const portal = findCursor(context, body);
    portal.checkRunnable();
    const rows = portal.rows ?? (await begunRows(portal, context));
    session.interrupts.current = portal.running;
    portal.running?.resume(trace);
    const isMove = body['ismove'] === true;
    const sink = isMove ? nowhere : transcoding(portal, context);
    const count = await fetchRows(rows, body, sink).catch(async (error: unknown) => {
      if (!isRefusal(error)) await portal.close(closeReasonOf(error), trace);
      throw error;
    });
    await portal.running?.suspend(trace);
    out.commandComplete(`${isMove ? 'MOVE' : 'FETCH'} ${count}`);
    return count;
  },
};

/** The rows of a portal that was bound and not executed. Errors: 0A000 where it is of no query. */
async function begunRows(portal: Portal, context: StatementContext): Promise<PortalRows> {
  const { prepared } = portal;
  if (!prepared.isPlannable) throw unsupported('FETCH from a portal of this statement');
  await lockedPlan(context.session, () => prepared.plan(context.session));
  await startRows(portal, context);
  return must(portal.rows, 'rows of a query');
}

const nowhere: RowSink = { rows: () => undefined };

/** A direction that the cursor does not offer leaves it as it is. */
function isRefusal(error: unknown): boolean {
  return error instanceof SqlError && error.code === '55000';
}

/** libpg-query gives ALL as 2^63-1, which arrives as a large number or a string. */
function fetchRows(rows: PortalRows, body: UtilityBody, sink: RowSink): Promise<number> {
  const direction = String(body['direction'] ?? 'FETCH_FORWARD');
  const given = Number(body['howMany'] ?? 0);
  const count = Math.abs(given) >= maximumInt64 ? Math.sign(given) * allRows : given;
  if (direction === 'FETCH_ABSOLUTE') return rows.absolute(count, sink);
  if (direction === 'FETCH_RELATIVE' && count !== 0) return rows.relative(count, sink);
  const forward = direction === 'FETCH_BACKWARD' ? -count : count;
  if (forward === 0) return fetchCurrent(rows, sink);
  if (forward > 0) return rows.forward(forward, sink);
  if (forward === -allRows && sink === nowhere) return Promise.resolve(rows.moveToStart());
  return rows.backward(-forward, sink);
}

async function fetchCurrent(rows: PortalRows, sink: RowSink): Promise<number> {
  return sink === nowhere ? rows.moveNowhere() : rows.current(sink);
}

function findCursor({ session }: StatementContext, body: UtilityBody): Portal {
  const name = String(body['portalname']);
  const portal = session.portals.find(name);
  if (portal !== undefined) return portal;
  throw new SqlError('invalid_cursor_name', `cursor "${name}" does not exist`);
}

export const closeCursor: Utility = {
  kind: 'ClosePortalStmt',
  async run(body, context) {
    const { session, out } = context;
    if (body['portalname'] === undefined) {
      await session.portals.dropAll();
      out.commandComplete('CLOSE CURSOR ALL');
      return 0;
    }
    await session.portals.drop(findCursor(context, body).name);
    out.commandComplete('CLOSE CURSOR');
    return 0;
  },
};
