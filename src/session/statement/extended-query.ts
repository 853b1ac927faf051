/**
 * The extended protocol's messages: Parse makes a statement, Bind a portal of it, Execute runs it,
 * Describe tells of either. Errors: the binder's and the executor's, and those named below.
 */
import { SqlError } from '../../errors/sql-error.ts';
import { clockNs } from '../../trace/node-statistics.ts';
import { Portal } from '../portal/portal.ts';
import type {
  BindMessage,
  ExecuteOutcome,
  FieldDescription,
  ParseMessage,
  ResultWriter,
  StatementDescription,
} from '../session.ts';
import type { SqlSession } from '../sql-session.ts';
import { worksInFailedTransaction } from '../utility/all.ts';
import { inClientEncoding } from './client-encoding.ts';
import { describeFields, describedOid, expandFormats } from './fields.ts';
import { keptStatements } from './kept-texts.ts';
import { noticeLongNames } from './long-names.ts';
import {
  checkFormatCodes,
  checkResultFormats,
  decodeParameters,
  parameterType,
} from './parameters.ts';
import { parseNow } from './parse-phase.ts';
import { Prepared } from './prepared.ts';
import { StatementExecution } from './statement-execution.ts';

/** Errors: 42601 for several statements, 42P05 for a name that is taken. */
export async function parseMessage(
  session: SqlSession,
  message: ParseMessage,
  out: Pick<ResultWriter, 'notice'>,
): Promise<void> {
  const { name, sql, parameterOids } = message;
  const { cycle, statements, texts } = session;
  cycle.begin('extended', sql);
  session.beginStatements(sql);
  const key = `${parameterOids.join()} ${sql}`;
  if (name === '') statements.delete(name);
  const [kept] = name === '' ? (keptStatements(session, key) ?? []) : [];
  const prepared = kept ?? parseOne(session, message);
  noticeLongNames(sql, out);
  session.transaction.ensure();
  cycle.parsed(prepared);
  checkAllowed(session, prepared);
  if (prepared.isPlannable) cycle.plan(prepared);
  else prepared.describe(session);
  if (name !== '' && statements.has(name)) {
    const text = `prepared statement "${name}" already exists`;
    throw new SqlError('duplicate_prepared_statement', text);
  }
  statements.keep(name, prepared);
  if (name === '' && kept === undefined) texts.keep(key, [prepared]);
}

function parseOne(session: SqlSession, { name, sql, parameterOids }: ParseMessage): Prepared {
  const parsed = parseNow(session, sql);
  if (parsed.length > 1) {
    const message = 'cannot insert multiple commands into a prepared statement';
    throw new SqlError('syntax_error', message);
  }
  const types = parameterOids.map((oid) => parameterType(session, oid));
  return new Prepared(name, sql, parsed[0], types);
}

/** Errors: 26000, 42P03, 08P01, 22P02 and others of the values. */
export async function bindMessage(session: SqlSession, message: BindMessage): Promise<void> {
  const startNs = clockNs();
  const { cycle, portals } = session;
  const prepared = session.statements.named(message.statement);
  cycle.begin('extended', prepared.sql);
  cycle.bound(prepared);
  session.transaction.ensure();
  checkAllowed(session, prepared);
  const parameters = decodeParameters(session, prepared, message);
  portals.checkFree(message.portal);
  checkResultFormats(prepared, message);
  if (prepared.isPlannable) {
    const { constantError } = prepared.plan(session);
    if (constantError !== undefined) throw constantError;
  }
  const { portal: name, resultFormats: formats } = message;
  await portals.add(new Portal({ name, prepared, parameters, formats }));
  cycle.note({ name: 'bind', startNs, endNs: clockNs() });
}

/** Errors: 25P02 for what does not end a failed transaction. */
function checkAllowed(session: SqlSession, { statement, isPlannable }: Prepared): void {
  if (statement === undefined || session.transaction.state !== 'failed') return;
  if (isPlannable || !worksInFailedTransaction(statement.node)) session.checkNotFailed();
}

/** Errors: 26000, 25P02. */
export function describeStatement(session: SqlSession, name: string): StatementDescription {
  const prepared = session.statements.named(name);
  return {
    parameterOids: prepared.parameterTypes.map((type) => describedOid(type)),
    fields: describe(session, prepared, []),
  };
}

/** Errors: 34000, 25P02. */
export function describePortal(
  session: SqlSession,
  name: string,
): readonly FieldDescription[] | undefined {
  const portal = session.findPortal(name);
  return describe(session, portal.prepared, portal.formats);
}

function describe(
  session: SqlSession,
  { utilityFields, fields }: Prepared,
  formats: readonly number[],
): readonly FieldDescription[] | undefined {
  if (utilityFields !== undefined || fields !== undefined) session.checkNotFailed();
  const count = utilityFields?.length ?? fields?.length ?? 0;
  const expanded = expandFormats(formats, count);
  if (utilityFields !== undefined) {
    return utilityFields.map((field, index) => ({ ...field, format: expanded[index] ?? 0 }));
  }
  return fields === undefined ? undefined : describeFields(fields, expanded);
}

/** `rowsMax`: 0 for all. Errors: 34000. */
export async function executePortal(
  session: SqlSession,
  name: string,
  { rowsMax, out }: { readonly rowsMax: number; readonly out: ResultWriter },
): Promise<ExecuteOutcome> {
  const portal = session.findPortal(name);
  session.beginStatements(portal.prepared.sql);
  if (portal.prepared.statement === undefined) {
    out.emptyQuery();
    session.active = false;
    return { suspended: false };
  }
  checkFormatCodes(portal.formats);
  const rows = inClientEncoding(session, out, portal);
  const execution = new StatementExecution(session, portal.prepared, rows);
  const outcome = await execution.runPortal(portal, rowsMax);
  session.active = false;
  return outcome;
}
