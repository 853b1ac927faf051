/**
 * SQL cursors: DECLARE, FETCH, MOVE, CLOSE. A cursor is a portal that reads forward; other
 * directions than forward are refused (55000), as PostgreSQL does for NO SCROLL cursors.
 */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { Node } from '@pgsql/types';
import { describeFields, expandFormats } from '../fields.ts';
import { Portal } from '../portal.ts';
import { Prepared } from '../prepared.ts';
import { startQuery, type RunningQuery } from '../query-runner.ts';
import type { ResultWriter } from '../session.ts';
import type { StatementContext } from '../statement-context.ts';
import type { Utility, UtilityBody } from './utility.ts';

const optionScroll = 0x0002;
const optionHold = 0x0020;
const optionBinary = 0x0001;

export const declareCursor: Utility = {
  kind: 'DeclareCursorStmt',
  run(body, { session, statement, out }) {
    const name = String(body['portalname']);
    const options = Number(body['options'] ?? 0);
    const holds = (options & optionHold) !== 0;
    if (!session.transaction.inBlock && !holds) {
      const message = 'DECLARE CURSOR can only be used in transaction blocks';
      throw new SqlError('no_active_sql_transaction', message);
    }
    if ((options & optionScroll) !== 0) throw unsupported('SCROLL cursor');
    if (session.portals.has(name)) {
      throw new SqlError('duplicate_cursor', `cursor "${name}" already exists`);
    }
    const prepared = new Prepared('', statement.text, { ...statement, node: body['query'] as Node }, []);
    prepared.plan(session);
    const portal = new Portal(name, prepared, [], [(options & optionBinary) === 0 ? 0 : 1]);
    portal.withHold = holds;
    if (holds) startCursor(portal, { session });
    session.portals.set(name, portal);
    out.commandComplete('DECLARE CURSOR');
    return 0;
  },
};

/** Starts the cursor's query, once. Its snapshot is taken now. */
function startCursor(
  portal: Portal,
  { session }: Pick<StatementContext, 'session'>,
): RunningQuery {
  if (portal.running !== undefined) return portal.running;
  const planned = portal.prepared.plan(session);
  if (planned.kind !== 'query') throw unsupported('a cursor over a writing statement');
  portal.running = startQuery(session, planned.plan, {
    parameters: portal.parameters,
    output: { kind: 'rows', formats: expandFormats(portal.formats, planned.fields.length) },
    instrument: false,
  });
  return portal.running;
}

export const fetchCursor: Utility = {
  kind: 'FetchStmt',
  fields(body, session) {
    if (body['ismove'] === true) return undefined;
    const portal = findCursor(session.portals, body);
    const fields = portal.prepared.fields ?? [];
    return describeFields(fields, expandFormats(portal.formats, fields.length));
  },
  async run(body, context) {
    const { session, out } = context;
    const portal = findCursor(session.portals, body);
    const count = fetchCount(body);
    const isMove = body['ismove'] === true;
    const running = startCursor(portal, context);
    session.current = running;
    const rows = running.exhausted || count === 0 ? 0 : await send(running, count, isMove, out);
    out.commandComplete(`${isMove ? 'MOVE' : 'FETCH'} ${rows}`);
    return rows;
  },
};

/** `count` -1 means all. */
function send(running: RunningQuery, count: number, isMove: boolean, out: ResultWriter) {
  const sink: ResultWriter = isMove ? { ...out, rows: () => undefined } : out;
  return running.send(count < 0 ? 0 : count, sink);
}

function findCursor(portals: ReadonlyMap<string, Portal>, body: UtilityBody): Portal {
  const name = String(body['portalname']);
  const portal = portals.get(name);
  if (portal !== undefined) return portal;
  throw new SqlError('invalid_cursor_name', `cursor "${name}" does not exist`);
}

/** libpg-query gives FETCH ALL as 2^63-1, which arrives as a large number or a string. */
function fetchCount(body: UtilityBody): number {
  const direction = String(body['direction'] ?? 'FETCH_FORWARD');
  const count = Number(body['howMany'] ?? 0);
  if (direction === 'FETCH_FORWARD' && count >= 0) return count > 2 ** 53 ? -1 : count;
  if (direction === 'FETCH_RELATIVE' && count === 1) return 1;
  throw new SqlError('object_not_in_prerequisite_state', 'cursor can only scan forward', {
    hint: 'Declare it with SCROLL option to enable backward scan.',
  });
}

export const closeCursor: Utility = {
  kind: 'ClosePortalStmt',
  async run(body, { session, out }) {
    if (body['portalname'] === undefined) {
      for (const [name, portal] of session.portals) {
        session.portals.delete(name);
        await portal.close('aborted');
      }
      out.commandComplete('CLOSE CURSOR ALL');
      return 0;
    }
    const portal = findCursor(session.portals, body);
    session.portals.delete(portal.name);
    await portal.close('aborted');
    out.commandComplete('CLOSE CURSOR');
    return 0;
  },
};
